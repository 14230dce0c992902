"""The names of programmes, models, projects, mechanisms and policies in a text, and who carries them out."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import ahocorasick_rs

from tuopin.resources import find_data, find_ontology
from tuopin.tables import read_rows

_QUOTES = re.compile(r"“([^“”\n]{1,60})”|《([^《》\n]{2,60})》")
_TOGETHER = re.compile("[、，和及与暨或]?[“《]")
_AFTER, _BEFORE = 18, 16
_SPEECH = re.compile("[。！？；：…]|[，、]$|[我你您他她咱俺谁啥]|怎么|什么")
_LONGEST, _LONGEST_UNPARTED = 45, 16
_RUN = re.compile(r"[\u4e00-\u9fff0-9]{1,18}$")
_OWNER = re.compile(r"[\u4e00-\u9fff]{1,5}?(?:省|市|县|州|旗)(?![场域民级])")
_LINKS = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,24}(?:[+＋][\u4e00-\u9fff]{1,10})*$")
_NUMBERED = re.compile("(?:十[一二三四五]?|[二三四五六七八九])大$")
_LINK = "(?:<field>){0,3}(?:等(?:[0-9两三四五六多几][种个项类])?)?"
_COUNTED = re.compile("[约近共]?[0-9]")


@dataclass(frozen=True, slots=True)
class Programme:
    """A name where it stands, without quotation marks, and the rule that found it."""

    start: int
    end: int
    name: str
    rule: str


@dataclass(slots=True)
class _Quote:
    """What stands in quotation marks, and what is said right before and right after them."""

    start: int
    end: int
    name: str
    titled: bool
    before: str
    after: str


class _Words:
    """The words of ``programmes.csv`` by kind, and the patterns made of them."""

    @cached_property
    def by_kind(self) -> dict[str, list[str]]:
        kinds: dict[str, list[str]] = {}
        for row in read_rows(find_ontology() / "lexicon" / "programmes.csv", ("word", "kind")):
            kinds.setdefault(row.cells["kind"], []).append(row.cells["word"])
        return kinds

    def _any(self, *kinds: str) -> str:
        words = {word for kind in kinds for word in self.by_kind[kind]}
        return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"

    def compile(self, pattern: str) -> "re.Pattern[str]":
        """A pattern in which ``<kind>`` stands for any word of that kind, ``<one|other>`` for any of both."""
        return re.compile(re.sub("<([a-z|]+)>", lambda found: self._any(*found[1].split("|")), pattern))

    @cached_property
    def forms(self) -> dict[str, "re.Pattern[str]"]:
        found = {kind[5:]: words for kind, words in self.by_kind.items() if kind.startswith("form-")}
        return {name: re.compile("|".join(f"(?:{word})" for word in words)) for name, words in found.items()}

    @cached_property
    def sets(self) -> dict[str, frozenset[str]]:
        """Whole names by kind; those of the reference data are known too."""
        found = {kind: frozenset(self.by_kind[kind]) for kind in ("known", "quoted", "image", "never")}
        return found | {"known": found["known"].union(_read_reference())}

    @cached_property
    def automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(
            sorted(self.sets["known"]), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )


def _read_reference() -> Iterator[str]:
    """The programmes of the reference data; a standard is followed and not carried out."""
    columns = ("id", "kind", "type", "name_zh", "name_en", "aliases", "place", "definition_zh", "definition_en")
    for row in read_rows(find_data() / "programmes.csv", columns):
        if row.cells["type"] != "standard":
            yield row.cells["name_zh"]


@cache
def _words() -> _Words:
    return _Words()


@cache
def _compile(pattern: str) -> "re.Pattern[str]":
    return _words().compile(pattern)


def find_programmes(text: str) -> list[Programme]:
    """The names in a normalised text, from left to right, none inside another.

    >>> [one.name for one in find_programmes("该县实施“雨露计划”，用“绣花针”精神推进百日攻坚行动。")]
    ['雨露计划', '百日攻坚行动']
    """
    quotes = _read_quotes(text)
    found = [Programme(one.start, one.end, one.name, rule) for one in quotes if (rule := _judge(one))]
    # Speech names programmes as other text does; in a shorter quotation the whole is a name or nothing is.
    closed = [(one.start, one.end) for one in quotes if one.titled or not _is_speech(one.name)]
    for find in (_find_known, _find_chains, _find_suffixed):
        more = list(_find_open(find(text), closed))
        found += more
        closed += [(one.start, one.end) for one in more]
    return sorted(found, key=lambda one: one.start)


def _find_open(plain: Iterator[Programme], closed: list[tuple[int, int]]) -> Iterator[Programme]:
    """Those that lie outside the `closed` spans, which do not overlap."""
    ends = dict(closed)
    starts = sorted(ends)
    for one in plain:
        index = bisect_left(starts, one.end)
        if not index or ends[starts[index - 1]] <= one.start:
            yield one


# --- names in quotation marks


def _read_quotes(text: str) -> list[_Quote]:
    quotes = []
    for found in _QUOTES.finditer(text):
        start, end = found.start() + 1, found.end() - 1
        name = re.sub("[“”]", "", text[start:end])
        before, after = text[max(0, start - 1 - _BEFORE) : start - 1], text[end + 1 : end + 1 + _AFTER]
        quotes.append(_Quote(start, end, name, found[2] is not None, before, after))
    _share(quotes)
    return quotes


def _share(quotes: list[_Quote]) -> None:
    """Quotations side by side have their head behind the last one, and their verb before the first."""
    for one, following in zip(quotes[-2::-1], quotes[:0:-1], strict=True):
        if _stand_together(one, following):
            one.after = following.after
    for one, following in pairwise(quotes):
        if _stand_together(one, following) or following.start - one.end <= 3:
            following.before = one.before


def _stand_together(one: _Quote, following: _Quote) -> bool:
    gap = following.start - one.end - 1
    return gap <= 2 and bool(_TOGETHER.fullmatch(one.after[:gap]))


def _judge(quote: _Quote) -> str:
    """The rule by which a quotation is a name, or an empty string."""
    words = _words()
    if quote.titled:
        return "title" if _compile("<title>$").search(quote.name) and quote.name not in words.sets["never"] else ""
    if _is_speech(quote.name) or quote.after.startswith("的“") or quote.name in words.sets["never"]:
        return ""
    if _compile("(?:<field>){0,6}<standard>").match(quote.after):
        return ""
    if quote.name in words.sets["image"]:
        return "headed" if _compile("<head>").match(quote.after) else ""
    return next((name for name, rule in _RULES if rule(quote)), "")


def _is_speech(name: str) -> bool:
    if _SPEECH.search(name) or len(name) > _LONGEST:
        return True
    return len(name) > _LONGEST_UNPARTED and not re.search("[、，+＋·]", name)


def _is_known(quote: _Quote) -> bool:
    return any(quote.name in _words().sets[kind] for kind in ("known", "quoted"))


def _has_ending(quote: _Quote) -> bool:
    """A name in full: “卢氏模式”."""
    return bool(_compile("..<ending>$").search(quote.name))


def _is_headed(quote: _Quote) -> bool:
    """“千企帮千村”精准扶贫行动."""
    return bool(_compile(_LINK + "(?:<field>){0,6}<head>(?!<follow>)").match(quote.after))


def _is_bare(quote: _Quote) -> bool:
    """A form that nothing but programmes has: “七个一批”."""
    return bool(_words().forms["bare"].fullmatch(quote.name))


def _is_formed(quote: _Quote) -> bool:
    """The form of a name, and a word for what it names or a verb that carries it out: “一述职两评议”等做法."""
    if not any(form.fullmatch(quote.name) for form in _words().forms.values()):
        return False
    if _compile("(?:" + _LINK + "|的(?:[\u4e00-\u9fff]{2})?)(?:<field>){0,6}<head|weak|loose>").match(quote.after):
        return True
    return bool(_compile("<strong>(?:了|的是)?(?:<field>){0,4}$").search(quote.before))


def _is_told(quote: _Quote) -> bool:
    """落实“先诊疗后付费”政策: a verb before it, and a word for what it names behind."""
    if not _compile(_LINK + "(?:<field>){0,6}<weak>").match(quote.after):
        return False
    return bool(_compile("<verb>(?:了|出)?[^，。；：、“”]{0,6}$").search(quote.before))


def _is_carried(quote: _Quote) -> bool:
    """推行“光伏扶贫”: nothing but the verb."""
    if not 3 <= len(quote.name) <= 10 or not _compile("^[，。；、\n]").match(quote.after):
        return False
    return bool(_compile("<strong>(?:了)?$").search(quote.before))


_RULES: tuple[tuple[str, Callable[[_Quote], bool]], ...] = (
    ("known", _is_known),
    ("ending", _has_ending),
    ("headed", _is_headed),
    ("bare", _is_bare),
    ("formed", _is_formed),
    ("told", _is_told),
    ("carried", _is_carried),
)


# --- names without quotation marks


def _find_known(text: str) -> Iterator[Programme]:
    """Known names, each with the word for what it names: 万企帮万村精准扶贫行动."""
    longer = _compile("(?:<field>){0,4}<head>(?!<follow>)")
    for _index, start, found_end in _words().automaton.find_matches_as_indexes(text):
        whole = text.startswith(("工程", "行动", "计划"), found_end - 2)
        grown = None if whole else longer.match(text, found_end)
        end = grown.end() if grown else found_end
        if not text.startswith("工程", end - 2) or not _COUNTED.match(text, end):  # 饮水安全工程36处 are works
            yield Programme(start, end, text[start:end], "known")


def _find_suffixed(text: str) -> Iterator[Programme]:
    """教育雨露工程, 十大工程, 贫困村补短板集中攻坚行动: what the word before the ending sets apart from all others."""
    ending = _compile("(?:行动计划|工程|行动(?!计划))(?!<follow>)|计划(?!<follow|planned>)")
    for found in ending.finditer(text):
        run = _RUN.search(text, max(0, found.start() - 18), found.start())
        if run is None or _COUNTED.match(text, found.end()):
            continue
        start, rule = _find_stem(run[0], found[0])
        if rule:
            yield Programme(run.start() + start, found.end(), text[run.start() + start : found.end()], rule)


def _find_stem(run: str, suffix: str) -> tuple[int, str]:
    """Where the name begins in what stands before its ending, and by which rule it is one."""
    edge = _compile(".*<edge>").match(run)
    start = edge.end() if edge else 0
    owner = _OWNER.match(run, start)
    start = owner.end() if owner else start
    stem = run[start:]
    if numbered := _NUMBERED.search(stem):
        return start + numbered.start(), "numbered"
    if suffix == "行动计划" and len(stem) >= 4:
        return start, "plan"
    return start, "marked" if _compile("<mark>").search(stem) else ""


def _find_chains(text: str) -> Iterator[Programme]:
    """采取公司+基地+农户模式: from the last link, which has the head behind it, back to the first."""
    last_link = _compile(r"[+＋][\u4e00-\u9fff]{1,10}?(?=的?(?:<field>){0,4}<head>)")
    for found in last_link.finditer(text):
        links = _LINKS.search(text, max(0, found.start() - 40), found.start())
        if links:
            edge = _compile("[^+＋]*<edge>").match(links[0])
            start = links.start() + (edge.end() if edge else 0)
            yield Programme(start, found.end(), text[start : found.end()], "chain")


# --- who carries them out, and what was done under them


def find_carries_out(programmes: Sequence[Programme], place_at: Callable[[int], str]) -> list[tuple[str, Programme]]:
    """One for each place and programme, where the two are first named together.

    `place_at` gives the place that governs at an offset, or an empty string.

    >>> find_carries_out(find_programmes("霍邱县实施“雨露计划”。"), lambda offset: "霍邱县")[0][0]
    '霍邱县'
    """
    found: dict[tuple[str, str], Programme] = {}
    for one in programmes:
        place = place_at(one.start)
        if place:
            found.setdefault((place, one.name), one)
    return [(place, one) for (place, _name), one in found.items()]


# A new sentence, another count, another actor.
_TURN = re.compile(
    r"[。！？\n]|[；，](?:另|此外|近[0-9一两三几]年|截至|目前)|与此同时|除此之外"
    r"|；(?:[省市县区州]|全[省市县区州]|两地|[\u4e00-\u9fff]{2,3}[省市县])"
)
_SUBJECT = re.compile(r"[。！？\n）](?:与此同时|同时|另外)?[，\s]*[“《]?$")
_OPENS = re.compile(r"[”》]?[^。！？；，：0-9\n]{0,14}[。：][ \u3000]{0,2}")
_FAR = 200
_GIVEN = re.compile("[个处户名]?[以按]?照?“?")


def find_programme_of(  # noqa: PLR0917 - two spans
    programmes: Sequence[Programme],
    sentence_start: int,
    sentence_end: int,
    figure_start: int,
    figure_end: int,
    text: str,
) -> str:
    """The programme that a figure is stated to be under, or an empty string.

    It is the last one named before the figure in its sentence, or the one that the figure is given to, or the one of
    which the sentence before said no more than that it is the subject: 造福工程也提了速。今年搬迁1.1万人.

    >>> text = "通过“雨露计划”培训2350人；另有30人自学。"
    >>> found = find_programmes(text)
    >>> find_programme_of(found, 0, len(text), 10, 15, text), find_programme_of(found, 0, len(text), 18, 21, text)
    ('雨露计划', '')
    """
    index = bisect_right(programmes, figure_start, key=lambda one: one.start)
    for last in programmes[max(0, index - 1) : index]:
        inside = last.start >= sentence_start
        begin = last.end if inside else sentence_start
        near = figure_start - begin <= _FAR and not _TURN.search(text, begin, figure_start)
        if near and (inside or _is_subject(last, sentence_start, text)):
            return last.name
    for following in programmes[index : index + 1]:
        if following.start < sentence_end and _GIVEN.fullmatch(text, figure_end, max(figure_end, following.start)):
            return following.name
    return ""


def _is_subject(last: Programme, sentence_start: int, text: str) -> bool:
    """Whether the sentence before begins with a programme, and says hardly more."""
    if not _OPENS.fullmatch(text, last.end, sentence_start):
        return False
    return bool(_SUBJECT.search(text[max(0, last.start - 8) : last.start]) or last.start <= 1)
