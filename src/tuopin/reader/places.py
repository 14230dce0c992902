"""The places that a text names, with their codes, and what 全县 and 该市 stand for."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from tuopin.gazetteer import COUNTRY, Place
from tuopin.reader.atlas import (
    LEVELS,
    SUFFIXES,
    compile_words,
    complete_name,
    find_plain_names,
    fits,
    read_atlas,
    read_words,
)
from tuopin.reader.mentions import Mention, mark_lists

_CHINA = "中国"
_PLAIN_ANAPHORS = frozenset(("自治区", "县里", "县财政"))
_TOWNSHIP = re.compile("镇(?!江)|乡(?!村|镇|亲|土)|村|街道|社区|苏木")
_QUOTES = frozenset("“《")
_DATELINE = re.compile(r"[0-9]{1,2}月[0-9]{1,2}日[电讯]")
_CLAUSE_EDGES = frozenset(("", "，", "。", "；", "：", "\n", " ", "、"))
_BOUNDARY = re.compile(r"[^\u4e00-\u9fff]|[在对从向到由与和是及将把给中]|$")
_NO_END = re.compile("级|域|乡|城|委|直|道|里|镇|内|外|情")


class PlaceReader:
    """Finds the places of one text.

    `date` is the day on which names and codes must be in force, empty for any; `home` is the name of the place whose
    article it is, empty where nobody said; `title` and `publisher` tell it where the text does not.
    """

    def __init__(self, text: str, *, date: str = "", home: str = "", title: str = "", publisher: str = ""):
        self.text = text
        self.date = date
        self.atlas = read_atlas()
        self._candidates: dict[str, list[Place]] = {}
        self._raw = list(self.atlas.find_names(text))
        self._home_name = home
        self._title, self._publisher = title, publisher
        self._title_names, self._publisher_names = self._find_plain(title), self._find_plain(publisher)
        self._given = [*self._find_plain(home), *self._title_names, *self._publisher_names]

    def _find_plain(self, text: str) -> list[str]:
        """The names in a title or the like, without those that are part of another name (三江源)."""
        other = compile_words("other", "after")
        return [
            name for _start, end, name in self.atlas.find_names(text)
            if name.endswith(SUFFIXES) or not other.match(text, end)
        ]  # fmt: skip

    @cached_property
    def _anaphors(self) -> dict[str, str]:
        return read_words("anaphor", "region")

    @cached_property
    def _known(self) -> set[str]:
        """The codes of the places that the text names in full somewhere; a short county name needs that."""
        known: set[str] = set()
        for name in [*(name for _s, _e, name in self._raw), *self._given]:
            for place in self._find_candidates(name):
                if (name in (place.name_zh, *find_plain_names(place)) and name != place.short_zh) or len(name) > 3:
                    known.add(place.code)
        return known

    @cached_property
    def _full_names(self) -> dict[str, str]:
        """By code the first name in the text that is no short one: what it writes in full once, it means throughout."""
        found: dict[str, str] = {}
        for _start, _end, name in self._raw:
            candidates = self._find_candidates(name)
            if len({place.code for place in candidates}) == 1 and name != candidates[0].short_zh:
                found.setdefault(candidates[0].code, name)
        return found

    @cached_property
    def _containers(self) -> set[str]:
        """The codes of provinces and prefectures that text, title and publisher name, for names that several share."""
        found: set[str] = set()
        for name in [*(name for _s, _e, name in self._raw), *self._given]:
            for place in self._find_candidates(name):
                if place.level in ("province", "prefecture"):
                    found.add(place.code)
        return found

    def _find_candidates(self, name: str) -> list[Place]:
        if name not in self._candidates:
            self._candidates[name] = self._look_up(name)
        return self._candidates[name]

    def _look_up(self, name: str) -> list[Place]:
        if name in self._anaphors:
            return []
        gazetteer = self.atlas.gazetteer
        found = gazetteer.find_name(name, self.date) or gazetteer.find_name(name)
        top = min((LEVELS.index(place.level) for place in found), default=0)
        full = [place for place in found if place.name_zh == name]
        if full:
            return full
        return [place for place in found if LEVELS.index(place.level) == top]

    def find_mentions(self) -> list[Mention]:
        """The places from left to right; what only looks like one (湖南日报, 朝阳产业) is left out."""
        found: list[Mention] = []
        for start, end, name in self._raw:
            mention = self._to_mention(start, end, name, found[-1] if found else None)
            if mention is None:
                continue
            if found and found[-1].end == start and self._contains(found[-1], mention):
                found[-1] = replace(mention, start=found[-1].start, role=found[-1].role, outer=found[-1])
            elif found and found[-1].end == start and found[-1].role == "oblique":
                found.append(replace(mention, role="oblique"))
            else:
                found.append(mention)
        return mark_lists(found, self.text)

    def _to_mention(self, start: int, end: int, name: str, before: Mention | None) -> Mention | None:
        if name in self._anaphors:
            return self._to_anaphor(start, end, name)
        candidates = [] if self._is_other_word(start, end, name, before) else self._find_candidates(name)
        if not candidates or not self._is_sure(name, candidates, before, start):
            return None
        place = self._resolve(name, before if before and before.end == start else None)
        known = place or candidates[0]
        full = self._full_names.get(known.code) or complete_name(name, known)
        code = place.code if place else ""
        return Mention(start, end, full, code, candidates[0].level, self._find_role(start, end), place=place)

    def _to_anaphor(self, start: int, end: int, name: str) -> Mention | None:
        before = self.text[max(0, start - 1) : start]
        if name == _CHINA and before == "其":
            return None
        if name in read_words("region") and before not in _CLAUSE_EDGES:
            return None
        if name in _PLAIN_ANAPHORS and not _BOUNDARY.match(before):
            return None
        compared = compile_words("compared", "before").search(self.text[max(0, start - 4) : start])
        compared = compared or compile_words("payer", "after").match(self.text, end)
        role = "compared" if compared else "subject"
        return Mention(start, end, name, level=self._anaphors[name], role=role, anaphor=True)

    def _is_other_word(self, start: int, end: int, name: str, before: Mention | None) -> bool:
        """湖南日报, 双河镇 and 建成县级 only look like places."""
        if not name.endswith(SUFFIXES):
            other = compile_words("other", "after").match(self.text, end)
            return bool(other or _TOWNSHIP.match(self.text, end))
        return len(name) == 2 and not self._stands_apart(start, end, before)

    def _find_role(self, start: int, end: int) -> str:
        before = self.text[max(0, start - 4) : start]
        if (
            before[-1:] in _QUOTES
            or _DATELINE.match(self.text, end)
            or compile_words("astray", "after").match(self.text, end)
        ):
            return "oblique"
        if compile_words("oblique", "before").search(before):
            return "oblique"
        return "attribute" if compile_words("attribute", "before").search(before) else "subject"

    def _stands_apart(self, start: int, end: int, before: Mention | None) -> bool:
        """Names of two characters hide in other words (建成县级, 示范县); they count at the edge of a word."""
        if _NO_END.match(self.text, end):
            return False
        return bool((before and before.end == start) or _BOUNDARY.match(self.text[start - 1 : start] if start else ""))

    def _is_sure(self, name: str, candidates: list[Place], before: Mention | None, start: int) -> bool:
        """A short name of a county may be any word (平安, 合作); it counts where the text has named it in full."""
        if any(place.level != "county" for place in candidates) or (name[-1] in SUFFIXES and len(name) > 2):
            return True
        if any(name in (place.name_zh, *find_plain_names(place)) and name != place.short_zh for place in candidates):
            return True
        if any(place.name_zh == name for place in candidates):
            return True
        if any(place.code in self._known for place in candidates) or self._heads_title(name):
            return True
        if any(place.code in self._in_home for place in candidates) or self._is_listed(start, start + len(name)):
            return True
        inner = self._resolve(name, before) if before and before.end == start and before.place else None
        return inner is not None and before is not None and self._lies_in(inner, before.code)

    @cached_property
    def _spans(self) -> dict[int, tuple[int, str]]:
        return {start: (end, name) for start, end, name in self._raw}

    @cached_property
    def _ends(self) -> dict[int, tuple[int, str]]:
        return {end: (start, name) for start, end, name in self._raw}

    def _is_listed(self, start: int, end: int) -> bool:
        """Short names of counties count in a row of three or more (夏河、卓尼、迭部)."""
        row = 1
        for step, index in ((1, self._spans), (-1, self._ends)):
            edge = end + 1 if step > 0 else start - 1
            while row < 3 and self.text[edge - (step > 0) : edge + (step < 0)] == "、" and edge in index:
                edge = index[edge][0] + step
                row += 1
        return row > 2

    def _heads_title(self, name: str) -> bool:
        """A title says whose article it is with a colon or a space: 祁阳：一年减贫1.1万人."""
        if re.match(re.escape(name) + r"(?:[：: ]|县|$)", self._title):
            return True
        return name in self._title_names and sum(found == name for _s, _e, found in self._raw) > 1

    @cached_property
    def _in_home(self) -> set[str]:
        """The codes of what lies in the prefecture that option, title or publisher names: its short names are safe."""
        for name in (self._home_name, *self._title_names, *self._publisher_names):
            for place in self._find_candidates(name) if name else []:
                if place.level == "prefecture":
                    return {inner.code for inner in self.atlas.gazetteer.places if inner.parent == place.code}
        return set()

    def _resolve(self, name: str, before: Mention | None) -> Place | None:
        candidates = self._find_candidates(name)
        if len(candidates) > 1:
            candidates = self._narrow(candidates, before)
        return candidates[0] if len(candidates) == 1 else None

    def _narrow(self, candidates: list[Place], before: Mention | None) -> list[Place]:
        contained = {place.code: {c.code for c in self.atlas.gazetteer.find_containers(place)} for place in candidates}
        if before is not None and before.code:
            near = [place for place in candidates if before.code in contained[place.code]]
            if near:
                return near
        codes = {place.code for place in candidates}
        if len(codes) == 1:
            return [max(candidates, key=lambda place: place.days)]
        near = [place for place in candidates if contained[place.code] & (self._containers | self._known)]
        return near or candidates

    def _contains(self, outer: Mention, inner: Mention) -> bool:
        return outer.place is not None and inner.place is not None and self._lies_in(inner.place, outer.place.code)

    def _lies_in(self, place: Place, code: str) -> bool:
        return code in {outer.code for outer in self.atlas.gazetteer.find_containers(place)}

    @cached_property
    def mentions(self) -> list[Mention]:
        """What `find_mentions` finds, found once."""
        return self.find_mentions()

    @cached_property
    def home(self) -> Mention | None:
        """Whose article it is: as told, else the first place of the title, else the one that the text names most.

        `None` where no place is named more than others; the country where title or publisher speak for it.
        """
        for name in (self._home_name, *self._to_narrowest(self._title_names)):
            if name in self._anaphors:
                continue
            candidates = self._find_candidates(name) if name else []
            if candidates and (name == self._home_name or self._is_sure(name, candidates, None, 0)):
                place = self._resolve(name, None)
                chosen = place or candidates[0]
                full = self._full_names.get(chosen.code) or complete_name(name, chosen)
                return Mention(0, 0, full, place.code if place else "", chosen.level, place=place)
        if compile_words("national", "after").search(self._title + " " + self._publisher):
            return Mention(0, 0, _CHINA, COUNTRY, "country")
        return self._find_most_named()

    def _to_narrowest(self, names: list[str]) -> list[str]:
        """(内蒙古)2022年西乌珠穆沁旗…: a place goes before what contains it."""
        first = self._resolve(names[0], None) if names and names[0] not in self._anaphors else None
        for name in names[1:]:
            place = self._resolve(name, None) if name not in self._anaphors else None
            if first and place and first.code in {outer.code for outer in self.atlas.gazetteer.find_containers(place)}:
                return [name, *names]
        return names

    def _find_most_named(self) -> Mention | None:
        told = [mention for mention in self.mentions if not mention.anaphor]
        listed = [mention for mention in told if mention.role == "listed"]
        named = [mention for mention in told if mention.role in ("subject", "attribute")] or listed
        counts: dict[str, int] = {}
        for mention in named:
            counts[mention.code or mention.name] = counts.get(mention.code or mention.name, 0) + 1
        if not counts:
            return self._find_publisher_place()
        first, best = named[0], max(counts.values())
        if len(counts) > 2 and best * 3 < sum(counts.values()):
            return self._find_publisher_place()
        key = first.code or first.name
        chosen = key if counts[key] * 2 >= best else max(counts, key=lambda one: counts[one])
        return next(m for m in named if (m.code or m.name) == chosen)

    def _find_publisher_place(self) -> Mention | None:
        for name in self._publisher_names:
            place = None if name in self._anaphors else self._resolve(name, None)
            if place:
                return Mention(0, 0, complete_name(name, place), place.code, place.level, place=place)
        return None

    def resolve_anaphor(self, mention: Mention, near: Sequence[Mention | None]) -> Mention | None:
        """What 全省, 全市, 该县 or 当地 stand for; `near` are the places to choose from, the likeliest first."""
        level = mention.level
        if level == "country":
            return replace(mention, name=_CHINA, code=COUNTRY, level="country")
        if level == "here":
            here = next((one for one in near if one), None)
            return here and replace(mention, name=here.name, code=here.code, level=here.level, place=here.place)
        for candidate in near:
            if candidate is None or (candidate.anaphor and not candidate.place):
                continue
            fitting = self._find_level(candidate, level)
            if fitting is not None:
                name, place = fitting
                known = place or candidate
                return replace(mention, name=name, code=known.code, level=known.level, place=place)
        return None

    def _find_level(self, candidate: Mention, level: str) -> tuple[str, Place | None] | None:
        """The place itself or what contains it, where it is of the kind that the word means."""
        if fits(candidate.name, candidate.level, level):
            return candidate.name, candidate.place
        if candidate.place is None:
            return None
        for container in self.atlas.gazetteer.find_containers(candidate.place):
            if fits(container.name_zh, container.level, level):
                return container.name_zh, container
        return None
