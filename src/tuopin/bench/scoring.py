"""How well facts read from a text agree with its annotation: precision, recall, F1, and what the differences are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Generic, Protocol, TypeVar

from tuopin.bench.annotated import Annotated, Fact, Golden, to_plain
from tuopin.facts import Figure, Statement

LEVELS = ("found", "core", "strict", "carriesOut", "carriesOut-anywhere")
_VALUE, _SPAN = ("value", "low", "high"), ("start", "end")
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    name: ("period_start", "period_end") if name in ("period", "year") else (name,)
    for name in (
        "unit", "unit_text", "qualifier", "place", "subplace", "period", "year", "status", "scope", "per", "indicator",
        "programme", "funder", "recipient",
    )
}  # fmt: skip
_NEEDED: dict[str, tuple[str, ...]] = {
    "found": (),
    "core": ("unit", "place", "year", "status"),
    "strict": ("unit", "place", "year", "status", "period", "indicator"),
}
Kind = TypeVar("Kind", Figure, Statement)


class Facts(Protocol):
    """What was read from one text."""

    @property
    def figures(self) -> Sequence[Figure]:
        """The quantities."""

    @property
    def statements(self) -> Sequence[Statement]:
        """The relations."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts that a reader without statements, or a test, has read."""

    figures: Sequence[Figure] = ()
    statements: Sequence[Statement] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are right, of how many in the annotation and of how many that were read; tallies add up.

    >>> total = Tally(1, 2, 1) + Tally(2, 2, 5)
    >>> total.precision, total.recall, round(total.f1, 3)
    (0.5, 0.75, 0.6)
    """

    right: int = 0
    gold: int = 0
    got: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.gold + other.gold, self.got + other.got)

    @property
    def precision(self) -> float:
        """The share of what was read that is right; 1 where nothing was."""
        return self.right / self.got if self.got else 1.0

    @property
    def recall(self) -> float:
        """The share of the annotation that was read; 1 where it is empty."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where there is nothing to read and nothing was read."""
        return 2 * self.right / (self.gold + self.got) if self.gold + self.got else 1.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as annotated: an attribute, or ``value``, ``missing``, ``extra`` or ``quote``."""

    what: str
    fact: Fact
    gold: str = ""
    got: str = ""

    def __str__(self) -> str:
        fact = self.fact
        return f"{fact.source} {fact.start}-{fact.end} {fact.quote} {self.what}: {self.gold!r}, got {self.got!r}"


@dataclass(frozen=True, slots=True)
class Score:
    """The tallies of `LEVELS` and of each attribute among the found figures, and the differences; scores add up.

    `slips` counts values that are wrong by a power of ten where the span is right, `misquoted` the facts whose quote is
    not what the text has there. In the tally of an attribute ``gold`` and ``got`` are both the figures that were found.
    """

    levels: Mapping[str, Tally] = field(default_factory=dict)
    attributes: Mapping[str, Tally] = field(default_factory=dict)
    slips: int = 0
    misquoted: int = 0
    differences: tuple[Difference, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        levels, attributes = _merge(self.levels, other.levels), _merge(self.attributes, other.attributes)
        slips, misquoted = self.slips + other.slips, self.misquoted + other.misquoted
        return Score(levels, attributes, slips, misquoted, self.differences + other.differences)


def _merge(one: Mapping[str, Tally], other: Mapping[str, Tally]) -> dict[str, Tally]:
    return {name: one.get(name, Tally()) + other.get(name, Tally()) for name in {**one, **other}}


def find_attributes(texts: Iterable[Annotated]) -> tuple[str, ...]:
    """The attributes that a corpus annotates: a field that is never written in it cannot be judged."""
    fields = frozenset[str]().union(*(text.fields for text in texts))
    return tuple(name for name, parts in _ATTRIBUTES.items() if fields & set(parts))


def score(text: Annotated, facts: Facts, attributes: Sequence[str] = tuple(_ATTRIBUTES)) -> Score:
    """Compare what was read from a text with its annotation.

    ``found`` is a figure with the right span and value, ``core`` one whose unit, place, year and status are right too,
    ``strict`` one whose whole period and indicator are as well. ``carriesOut`` counts such statements by subject,
    object and span, ``carriesOut-anywhere`` by subject and object.

    >>> from tuopin.bench.annotated import to_annotated
    >>> text = to_annotated({"id": "s1", "text": "有9户", "figures": [{"start": 1, "end": 3, "value": "9"}]})
    >>> total = score(text, Reading([Figure("s1", "9户", 1, 3, "9", place="江华县")]))
    >>> total.levels["found"].f1, total.levels["core"].f1, total.attributes["place"].right
    (1.0, 0.0, 0)
    """
    matched = _match(text.figures, facts.figures, _SPAN, _to_likeness)
    judged = [_Judged(golden, got) for golden, got in matched.pairs if not golden.is_optional]
    all_facts: list[Fact] = [*facts.figures, *facts.statements]
    misquoted = [each for each in all_facts if text.text[each.start : each.end] != each.quote]
    levels = {level: matched.count(sum(each.is_right(level) for each in judged)) for level in LEVELS[:3]}
    statements = [each for each in facts.statements if each.property == "carriesOut"]
    strict, free = _match_statements(text.statements, statements)
    levels |= {"carriesOut": strict.count(), "carriesOut-anywhere": free.count()}
    differences = [
        *matched.find_differences(),
        *(Difference("quote", each, text.text[each.start : each.end], each.quote) for each in misquoted),
        *(difference for each in judged for difference in each.find_differences(attributes)),
        *strict.find_differences(),
    ]
    slips = sum(_is_slip(golden, got) for golden, got in matched.pairs)
    return Score(levels, _count(judged, attributes), slips, len(misquoted), tuple(differences))


def score_all(texts: Sequence[Annotated], facts: Iterable[Facts]) -> Score:
    """The sum over texts, each with what was read from it, of the attributes that these texts annotate."""
    attributes = find_attributes(texts)
    scores = (score(text, each, attributes) for text, each in zip(texts, facts, strict=True))
    return sum(scores, Score())


def _count(judged: Sequence["_Judged"], attributes: Sequence[str]) -> dict[str, Tally]:
    found = [each for each in judged if each.is_right("found")]
    return {name: Tally(sum(each.agrees(name) for each in found), len(found), len(found)) for name in attributes}


def _match_statements(
    goldens: Sequence[Golden], read: Sequence[Statement]
) -> tuple["_Matched[Statement]", "_Matched[Statement]"]:
    """By pair and span, and by the pair alone, where the same pair at two places is one relation."""
    wanted = [each for each in goldens if isinstance(each.record, Statement) and each.record.property == "carriesOut"]
    distinct = {(to_plain(each.subject), to_plain(each.object)): each for each in read}
    pair = ("subject", "object")
    return _match(wanted, read, (*pair, *_SPAN)), _match(wanted, list(distinct.values()), pair)


@dataclass(frozen=True, slots=True)
class _Matched(Generic[Kind]):
    """Annotated facts with what was read of them, those that were not read, and what is not annotated."""

    pairs: list[tuple[Golden, Kind]]
    missing: list[Golden]
    rest: list[Kind]

    def count(self, right: int | None = None) -> Tally:
        """The tally, in which an optional fact is nothing at all; without `right` every pair is."""
        pairs = sum(not golden.is_optional for golden, _ in self.pairs)
        return Tally(pairs if right is None else right, pairs + len(self.missing), pairs + len(self.rest))

    def find_differences(self) -> Iterator[Difference]:
        yield from (Difference("missing", each.record, gold=_show(each.record)) for each in self.missing)
        yield from (Difference("extra", each, got=_show(each)) for each in self.rest)


def _match(
    goldens: Sequence[Golden],
    read: Sequence[Kind],
    fields: Sequence[str],
    to_likeness: Callable[[Golden, Kind], tuple[int, ...]] = lambda golden, fact: (),
) -> _Matched[Kind]:
    """Pair what agrees in the fields; where several do, the most alike."""
    matched: _Matched[Kind] = _Matched([], [], list(read))
    # What must be found comes first: it may share its span with what need not.
    for golden in sorted(goldens, key=lambda each: each.is_optional):
        readings = golden.find_readings(fields)
        near = [at for at, each in enumerate(matched.rest) if Golden(each).find_readings(fields)[0] in readings]
        if near:
            best = max(near, key=lambda at: to_likeness(golden, matched.rest[at]))
            matched.pairs.append((golden, matched.rest.pop(best)))
        elif not golden.is_optional:
            matched.missing.append(golden)
    return matched


@dataclass(frozen=True, slots=True)
class _Judged:
    """An annotated figure and that which was read at its span."""

    golden: Golden
    got: Figure

    def is_right(self, level: str) -> bool:
        """Whether it counts as right at a level of figures."""
        own = tuple(_to_number(getattr(self.got, name)) for name in _VALUE)
        has_value = own in [tuple(map(_to_number, each)) for each in self.golden.find_readings(_VALUE)]
        return has_value and all(self.agrees(name) for name in _NEEDED[level])

    def agrees(self, attribute: str) -> bool:
        """Whether an attribute is as annotated, or as an alternative has it."""
        fields = _ATTRIBUTES[attribute]
        own, readings = Golden(self.got).find_readings(fields)[0], self.golden.find_readings(fields)
        if attribute == "year":
            return _to_year(own) in map(_to_year, readings)
        return own in readings

    def find_differences(self, attributes: Sequence[str]) -> Iterator[Difference]:
        wrong: list[tuple[str, tuple[str, ...]]] = [] if self.is_right("found") else [("value", _VALUE)]
        wrong += [(name, _ATTRIBUTES[name]) for name in attributes if not self.agrees(name)]
        for name, fields in wrong:
            sides = ("/".join(str(getattr(each, field)) for field in fields) for each in (self.golden.record, self.got))
            yield Difference(name, self.golden.record, *sides)


def _to_likeness(golden: Golden, got: Figure) -> tuple[int, int]:
    judged = _Judged(golden, got)
    return judged.is_right("found"), sum(map(judged.agrees, _ATTRIBUTES))


def _to_year(period: tuple[str, ...]) -> str:
    start, end = period
    return (end or start)[:4]


def _to_number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _is_slip(golden: Golden, got: Figure) -> bool:
    """Whether a value has the right digits and the wrong magnitude, and no reading of it is right."""
    if _Judged(golden, got).is_right("found"):
        return False
    pairs = ((_to_number(getattr(golden.record, name)), _to_number(getattr(got, name))) for name in _VALUE)
    return any(_to_digits(one) == _to_digits(other) and one != other for one, other in pairs)


def _to_digits(number: Decimal | str) -> tuple[int, ...] | str:
    return number.normalize().as_tuple().digits if isinstance(number, Decimal) else number


def _show(fact: Fact) -> str:
    if isinstance(fact, Statement):
        return f"{fact.subject} {fact.property} {fact.object}"
    return fact.value or f"{fact.low}-{fact.high}"
