"""One text to its facts: what each module of this package finds, put together figure by figure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from tuopin.facts import Figure, Statement
from tuopin.gazetteer import COUNTRY
from tuopin.lexicon import read_lexicon
from tuopin.reader.clock import Clock, find_whole_period
from tuopin.reader.details import Detail, find_funder, find_per, find_qualifier, find_scope
from tuopin.reader.indicators import Earlier, Found, find_indicator
from tuopin.reader.mentions import Mention
from tuopin.reader.mood import Mood, find_cues
from tuopin.reader.normal import normalise
from tuopin.reader.outline import Outline
from tuopin.reader.places import PlaceReader
from tuopin.reader.programmes import find_carries_out, find_programme_of, find_programmes
from tuopin.reader.quantities import Quantity, find_quantities
from tuopin.reader.timewords import TimeReader
from tuopin.reader.units import UnitReader
from tuopin.reader.villages import find_villages
from tuopin.reader.whereabouts import Whereabouts

_TIME, _PLACE, _VILLAGE, _CUE, _PROGRAMME, _QUANTITY = range(6)

_GUESSES = frozenset(("other", "place-count"))  # what a figure measures where no word says it
_JOINTS = frozenset("和与及、")
_RECENT = 12  # figures that one can continue
_LONGEST_NAME = 16  # a longer programme name may well state figures of its own


class Trace(NamedTuple):
    """Why a figure has a value: the rule, and the span of the words that gave it; an empty span where no word did."""

    field: str
    value: str
    rule: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text states; ``traces[i]`` says why ``figures[i]`` has its values."""

    figures: list[Figure] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    traces: list[tuple[Trace, ...]] = field(default_factory=list)


def read_facts(
    text: str, *, source: str = "", published: str = "", title: str = "", place: str = "", publisher: str = ""
) -> Reading:
    """The facts that `text` states.

    Offsets count code points of `text` as given, and ``text[start:end] == quote``. `published` is the day (ISO 8601)
    against which 去年 and 目前 are read; `place` is whose article it is, `title` and `publisher` help where it is not
    said. What none of them tells stays empty. Reads any text, however broken, in time linear in its length.

    >>> facts = read_facts("2016年，宜章县减贫15415人，贫困发生率下降到6.47%。", published="2017-02-20")
    >>> [(f.quote, f.value, f.place, f.period_end, f.indicator) for f in facts.figures]
    [('15415人', '15415', '宜章县', '2016', 'people-lifted'), ('6.47%', '6.47', '宜章县', '2016', 'poverty-incidence')]
    """
    return _Reader(text, source, _About(published, normalise(title), normalise(place), normalise(publisher))).read()


class _About(NamedTuple):
    """What is known of a text beside it."""

    published: str
    title: str
    place: str
    publisher: str


class _Reader:
    def __init__(self, text: str, source: str, about: _About):
        self.given, self.source = text, source
        text = self.text = normalise(text)
        published, title = about.published, about.title
        self.outline = Outline(text)
        self.words = read_lexicon().find_words(text)
        self.times = list(TimeReader(published, title).read(text))
        self.places = PlaceReader(text, date=published, home=about.place, title=title, publisher=about.publisher)
        self.named = [(mention.start, mention.end) for mention in self.places.mentions if not mention.anaphor]
        # A name that begins with a place is that place's: 《马山县全域旅游发展规划》.
        self.owners = {mention.start: mention.name for mention in self.places.mentions if not mention.anaphor}
        self.programmes = find_programmes(text)
        self.units = UnitReader(text, self.words.get("noun", []), self.named)
        self.clock = Clock(text, self.times, find_whole_period(title, published, self.times))
        self.where = Whereabouts(text, self.places)
        self.mood = Mood(text, published)
        self.earlier: list[Earlier] = []  # the figures of the sentence so far
        self.before: list[Earlier] = []  # those of the sentence before
        self.governing: dict[int, str] = {}  # the place that governs where a programme is named

    def read(self) -> Reading:
        """Read on from left to right, each word before the figure that it governs."""
        reading = Reading()
        meet: dict[int, Callable[[Any], None]] = {
            _TIME: self.clock.meet, _PLACE: self.where.meet, _VILLAGE: self.where.meet_village, _CUE: self.mood.meet,
        }  # fmt: skip
        sentence = -1
        for start, kind, event in self._find_events():
            index = self.outline.find_sentence(start)
            while sentence < index:
                sentence += 1
                self._open(sentence)
            if kind == _QUANTITY:
                figure, traces = self._to_figure(event)
                reading.figures.append(figure)
                reading.traces.append(traces)
            elif kind == _PROGRAMME:
                self.governing[event.start] = self.owners.get(event.start) or self.where.tell_subject()
            else:
                meet[kind](event)
        reading.statements.extend(self._find_statements())
        return reading

    def _open(self, index: int) -> None:
        self.before, self.earlier = self.earlier, []
        if self.outline.sentences[index].opens:
            self.before = []
        for state in (self.clock, self.where, self.mood):
            state.open_sentence(self.outline.sentences[index])

    def _find_events(self) -> list[tuple[int, int, Any]]:
        """All that the text says, in its order; at one place a word goes before the figure."""
        events: list[tuple[int, int, Any]] = [
            *((word.start, _TIME, word) for word in self.times),
            *((mention.start, _PLACE, mention) for mention in self.places.mentions),
            *((village[0], _VILLAGE, village) for village in find_villages(self.text, 0, len(self.text))),
            *((cue.start, _CUE, cue) for cue in find_cues(self.text)),
            *((programme.start, _PROGRAMME, programme) for programme in self.programmes),
            *((quantity.start, _QUANTITY, quantity) for quantity in self._find_quantities()),
        ]
        return sorted(events, key=lambda event: event[:2])

    def _find_quantities(self) -> list[Quantity]:
        masked = [(word.start, word.end) for word in self.times]
        masked += [(word.start, word.end) for word in self.words.get("name", [])]
        masked += self.named
        masked += [(one.start, one.end) for one in self.programmes if one.end - one.start <= _LONGEST_NAME]
        return find_quantities(self.text, read_lexicon(), sorted(masked))

    def _to_figure(self, quantity: Quantity) -> tuple[Figure, tuple[Trace, ...]]:
        traces: list[Trace] = []
        index = self.outline.find_sentence(quantity.start)
        unit, why = self.units.find_unit(quantity, [*self.before[-_RECENT:], *self.earlier[-_RECENT:]])
        first, last, word = self.clock.tell(quantity)
        place, village = self.where.tell(quantity)
        status, cue = self.mood.tell(quantity, first, last)
        found = find_indicator(self.text, self.outline.sentences[index], quantity, unit, self.earlier[-_RECENT:])
        if why.rule == "earlier" and found.indicator in _GUESSES:
            found = self._find_same_as(why.start, found)
        self.earlier.append(Earlier(quantity, unit, found.indicator))
        details = {
            "qualifier": self._find_qualifier(quantity),
            "per": find_per(self.text, quantity),
            "scope": find_scope(self.text, quantity, found.indicator, first, last),
            "funder": find_funder(self.text, quantity),
            "programme": self._find_programme(quantity),
        }
        single = quantity.low == quantity.high
        number = [to_decimal_text(end) for end in (quantity.low, quantity.high)]
        figure = Figure(
            self.source, self.given[quantity.start : quantity.end], quantity.start, quantity.end,
            value=number[0] if single else "", low="" if single else number[0], high="" if single else number[1],
            unit=unit, unit_text="" if quantity.classifier == "%" else quantity.classifier,
            place=place.name if place else "", place_code=_to_code(place), subplace=village,
            period_start=first, period_end=last, status=status, indicator=found.indicator, origin="extracted",
            **{name: detail.value for name, detail in details.items()},
        )  # fmt: skip
        traces.append(Trace("value", figure.value, quantity.rule, quantity.start, quantity.numeral_end))
        traces.append(Trace("unit", unit, *why))
        traces.append(Trace("indicator", found.indicator, found.rule, found.start, found.end))
        traces.extend(_trace_setting(figure, word, place, cue))
        traces.extend(
            Trace(name, detail.value, name, detail.start, detail.end)
            for name, detail in details.items() if detail.value and (name != "qualifier" or detail.end)
        )  # fmt: skip
        return figure, tuple(traces)

    def _find_qualifier(self, quantity: Quantity) -> Detail:
        """分别超过4万元和2万元: what is joined by 和 shares the word before the first."""
        found = find_qualifier(self.text, quantity)
        last = self.earlier[-2].quantity if len(self.earlier) > 1 else None
        if found.end or last is None or self.text[last.end : quantity.start] not in _JOINTS:
            return found
        return find_qualifier(self.text, last) if not last.over else found

    def _find_same_as(self, start: int, found: Found) -> Found:
        """A figure whose noun is that of an earlier one measures the same: 贫困县总数为51个。省定的有11个."""
        for one in (*self.before[-_RECENT:], *self.earlier[-_RECENT:]):
            if one.quantity.start == start:
                return Found(one.indicator, "earlier", one.quantity.start, one.quantity.end)
        return found

    def _find_programme(self, quantity: Quantity) -> Detail:
        sentence = self.outline.sentences[self.outline.find_sentence(quantity.start)]
        name = find_programme_of(
            self.programmes, sentence.start, sentence.end, quantity.start, quantity.end, self.text
        )  # fmt: skip
        if not name:
            return Detail("")
        named = min(
            (one for one in self.programmes if one.name == name), key=lambda one: abs(one.start - quantity.start)
        )  # fmt: skip
        return Detail(self.given[named.start : named.end], named.start, named.end)

    def _find_statements(self) -> Iterator[Statement]:
        for place, programme in find_carries_out(self.programmes, lambda offset: self.governing.get(offset, "")):
            name = self.given[programme.start : programme.end]
            yield Statement(
                self.source, place, "carriesOut", name, name, programme.start, programme.end, origin="extracted"
            )  # fmt: skip


def _to_code(place: Mention | None) -> str:
    """The six digits of a place; the country has none."""
    return place.code if place and place.code != COUNTRY else ""


def _trace_setting(figure: Figure, word: Any, place: Mention | None, cue: Any) -> Iterator[Trace]:
    if word is not None and figure.period_start + figure.period_end:
        yield Trace("period_start", figure.period_start, word.rule, word.start, word.end)
        yield Trace("period_end", figure.period_end, word.rule, word.start, word.end)
    if place is not None:
        yield Trace("place", place.name, place.rule, place.start, place.end)
    if cue is not None:
        yield Trace("status", figure.status, cue.name, cue.start, cue.end)
    elif figure.status == "target":
        yield Trace("status", figure.status, "time_to_come" if figure.period_start else "section")


def to_decimal_text(value: Decimal) -> str:
    """An exact decimal without an exponent or needless zeros.

    >>> to_decimal_text(Decimal("1E+4")), to_decimal_text(Decimal("27.000"))
    ('10000', '27')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
