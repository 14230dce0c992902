"""Derived figures: what two stated figures give by a rule of the ontology, with what they come from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from tuopin.facts import Figure, Statement
from tuopin.iris import mint_span
from tuopin.triples import DIGITS, to_canonical
from tuopin.vocabulary import Rule, Vocabulary

_PRECISION = 100  # the longest number that is read has 40 digits on either side of its point


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived figure: the rule, the result on the span of its first basis, and the IRIs of both bases.

    `figure` has the fields of a stated figure, but its quote is that of the first basis only: no source states the
    value.
    """

    rule: Rule
    figure: Figure
    bases: tuple[str, str]


def find_derived(figures: Iterable[Figure], statements: Iterable[Statement], words: Vocabulary) -> Iterator[Derived]:
    """What the rules make of the facts of one source, in the order of rules and spans.

    Only figures with one value take part. A ratio is rounded half up to the rule's decimals, and is ``about`` where it
    had to be or where a basis was no exact one.
    """
    valued = sorted((figure for figure in figures if figure.value), key=lambda figure: (figure.start, figure.end))
    relations = list(statements)
    for rule in words.rules:
        pairs = _find_ratio_pairs(rule, valued) if rule.numerator else _find_stated_pairs(rule, valued, relations)
        for first, second in pairs:
            with localcontext(prec=_PRECISION):
                derived = _to_derived(rule, first, second, words)
            yield derived


def _find_ratio_pairs(rule: Rule, figures: list[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Each numerator with the nearest denominator; of two as near, the earlier."""
    below = [figure for figure in figures if figure.indicator == rule.denominator and Decimal(figure.value)]
    for figure in figures:
        if figure.indicator == rule.numerator:
            near = [other for other in below if _may_pair(rule, figure, other)]
            if near:
                yield figure, min(near, key=lambda other: (_distance(figure, other), other.start))


def _may_pair(rule: Rule, one: Figure, other: Figure) -> bool:
    same = all(getattr(one, field) == getattr(other, field) for field in rule.agrees_on)
    return same and _distance(one, other) <= rule.max_distance


def _distance(one: Figure, other: Figure) -> int:
    """How many code points stand between the two spans."""
    return max(one.start, other.start) - min(one.end, other.end)


def _find_stated_pairs(
    rule: Rule, figures: list[Figure], statements: list[Statement]
) -> Iterator[tuple[Figure, Figure]]:
    spans = {f"{figure.start}-{figure.end}": figure for figure in figures}
    for statement in statements:
        ends = spans.get(statement.subject), spans.get(statement.object)
        if statement.property == rule.paired_by and ends[0] and ends[1] and _measure(ends[0]) == _measure(ends[1]):
            yield ends[0], ends[1]


def _measure(figure: Figure) -> tuple[str, str]:
    return figure.indicator, figure.unit


def _to_derived(rule: Rule, first: Figure, second: Figure, words: Vocabulary) -> Derived:
    one, other = Decimal(first.value), Decimal(second.value)
    exact = one / other if rule.numerator else other - one
    value = exact.quantize(Decimal(1).scaleb(-rule.decimals), rounding=ROUND_HALF_UP)
    is_exact = value == exact and first.qualifier == second.qualifier == "exact"
    unit = rule.unit or words.difference_units.get(first.unit, first.unit)
    base = first if rule.numerator else replace(first, period_end=second.period_end, scope="")
    figure = replace(
        base,
        value=to_canonical(_to_digits(value)),
        unit=unit,
        unit_text="",
        indicator=rule.indicator or first.indicator,
        per=rule.per or first.per,
        qualifier="exact" if is_exact else "about",
    )
    bases = tuple(mint_span("figure", basis.source, basis.start, basis.end) for basis in (first, second))
    return Derived(rule, figure, (bases[0], bases[1]))


def _to_digits(value: Decimal) -> str:
    """Plain digits, no more than every store keeps."""
    surplus = len(value.as_tuple().digits) - DIGITS
    exponent = value.as_tuple().exponent
    if surplus > 0 and isinstance(exponent, int):
        value = value.quantize(Decimal(1).scaleb(exponent + surplus), rounding=ROUND_HALF_UP)
    return format(value, "f")
