"""One text to its facts: what each module of this package finds, put together figure by figure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from heapq import merge
from typing import Any

from tuopin.facts import Figure, Statement
from tuopin.lexicon import read_lexicon
from tuopin.reader.indicators import Earlier, find_indicator
from tuopin.reader.normal import normalise
from tuopin.reader.outline import Outline
from tuopin.reader.places import Mention, PlaceReader, find_villages
from tuopin.reader.quantities import Quantity, find_quantities, join_low_end
from tuopin.reader.setting import Clock, Mood, Whereabouts, find_cues, find_whole_period
from tuopin.reader.units import UnitReader
from tuopin.timewords import TimeReader, TimeWord


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text states: figures and statements, and for each figure the rule and the words behind each field."""

    figures: list[Figure] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


def read_facts(text: str, *, source: str = "", published: str = "", title: str = "", place: str = "", publisher: str = "") -> Reading:
    """The facts that `text` states."""
    return _Reader(text, source, published, title, place, publisher).read()


class _Reader:
    def __init__(self, text: str, source: str, published: str, title: str, place: str, publisher: str):
        self.given = text
        text = self.text = normalise(text)
        title, place, publisher = normalise(title), normalise(place), normalise(publisher)
        self.source = source
        self.outline = Outline(text)
        self.words = read_lexicon().find_words(text)
        self.times = list(TimeReader(published, title).read(text))
        self.places = PlaceReader(text, date=published, home=place, title=title, publisher=publisher)
        self.units = UnitReader(text, self.words.get("noun", []), [(m.start, m.end) for m in self.places.mentions if not m.anaphor])
        self.earlier: list[Earlier] = []
        self.clock = Clock(text, self.outline, self.times, find_whole_period(title, published, self.times))
        self.where = Whereabouts(text, self.places)
        self.mood = Mood(text, self.outline, published)

    def read(self) -> Reading:
        figures = list(self._read_figures())
        return Reading(figures, [])

    def _read_figures(self) -> Iterator[Figure]:
        masked = self._find_masks()
        quantities = [join_low_end(self.text, one) for one in find_quantities(self.text, read_lexicon(), masked)]
        cues = find_cues(self.text)
        villages = list(find_villages(self.text, 0, len(self.text)))
        events: list[tuple[int, int, Any]] = sorted(
            [
                *((word.start, 0, word) for word in self.times),
                *((mention.start, 1, mention) for mention in self.places.mentions),
                *((village[0], 2, village) for village in villages),
                *((cue.start, 3, cue) for cue in cues),
                *((quantity.start, 4, quantity) for quantity in quantities),
            ],
            key=lambda event: event[:2],
        )
        current = -1
        for start, kind, event in events:
            index = self.outline.find_sentence(start)
            while current < index:
                current += 1
                sentence = self.outline.sentences[current]
                for state in (self.clock, self.where, self.mood):
                    state.open_sentence(sentence)
            if kind == 0:
                self.clock.meet(event)
            elif kind == 1:
                self.where.meet(event)
            elif kind == 2:
                self.where.meet_village(event)
            elif kind == 3:
                self.mood.meet(event, self.outline.sentences[index])
            else:
                yield self._to_figure(event)

    def _find_masks(self) -> list[tuple[int, int]]:
        masks = [(word.start, word.end) for word in self.times]
        masks += [(word.start, word.end) for word in self.words.get("name", []) if word.value in ("idiom", "name", "slogan")]
        masks += [(mention.start, mention.end) for mention in self.places.mentions if not mention.anaphor]
        return sorted(masks)

    def _to_figure(self, quantity: Quantity) -> Figure:
        here = self.outline.sentences[self.outline.find_sentence(quantity.start)]
        self.earlier = [one for one in self.earlier if one.quantity.start >= here.start]
        unit, _why = self.units.find_unit(quantity, [(one.quantity, one.unit) for one in self.earlier])
        first, last, _word = self.clock.tell(quantity)
        place, village = self.where.tell(quantity)
        status, _cue = self.mood.tell(quantity, first, last)
        indicator, _rule = find_indicator(self.text, self.outline, quantity, unit, self.earlier)
        self.earlier.append(Earlier(quantity, unit, indicator))
        single = quantity.low == quantity.high
        return Figure(
            self.source, self.given[quantity.start : quantity.end], quantity.start, quantity.end,
            value=to_text(quantity.low) if single else "",
            low="" if single else to_text(quantity.low),
            high="" if single else to_text(quantity.high),
            unit=unit, unit_text="" if quantity.classifier == "%" else quantity.classifier,
            qualifier=find_qualifier(self.text, quantity),
            place=place.name if place else "", place_code=place.code if place else "", subplace=village,
            period_start=first, period_end=last, status=status, indicator=indicator,
            per=find_per(self.text, self.outline, quantity), origin="extracted",
        )  # fmt: skip


def to_text(value: Decimal) -> str:
    """An exact decimal without an exponent or needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_QUALIFIERS = (
    ("less-than", re.compile(r"(?:不足|不到|低于|未满|少于|控制在)(?:了)?$"), re.compile(r"^(?:以下|以内|之内)")),
    ("up-to", re.compile(r"(?:最高|最多|至多)(?:可?达|为|可|不超过)?$|不超过$|不高于$"), None),
    ("more-than", re.compile(r"(?:超过|超|逾|突破|不低于|不少于|至少|高于|上|多于|过)(?:了)?$"), re.compile(r"^(?:以上|多|余|有余|之多)")),
    ("about", re.compile(r"(?:约|近|将近|大概|接近|约为|约有|大约|大致)$"), re.compile(r"^(?:左右|上下|光景|来)")),
)


def find_qualifier(text: str, quantity: Quantity) -> str:
    """How exactly the number is meant, by the words that touch it."""
    if quantity.over:
        return "more-than"
    if quantity.rule == "spoken":
        return "about"
    before, after = text[max(0, quantity.start - 6) : quantity.start], text[quantity.end : quantity.end + 3]
    for name, left, right in _QUALIFIERS:
        if left.search(before) or (right and right.search(after)):
            return name
    return "exact"


_PERS = {"人": "person", "户": "household", "亩": "mu", "村": "village", "名": "person", "位": "person"}
_PER_WORD = re.compile(r"(人均|户均|亩均|村均|每人|每户|每亩|每村|每名|每位|每个村|每个贫困村|每个贫困户|每户贫困|每生)[^，。；、]{0,16}$")


def find_per(text: str, outline: Outline, quantity: Quantity) -> str:
    """What the amount is per: 人均, 每亩, 元/户."""
    if quantity.per:
        return _PERS.get(quantity.per, "")
    found = _PER_WORD.search(text[max(0, quantity.start - 24) : quantity.start])
    if not found:
        return ""
    word = found[1]
    return {"人均": "person", "户均": "household", "亩均": "mu", "村均": "village", "每生": "person"}.get(
        word, "village" if "村" in word else "household" if "户" in word else "mu" if "亩" in word else "person"
    )
