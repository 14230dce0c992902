"""Which indicator a figure measures: rules over the words before and behind it, and the figures that came before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from tuopin.reader.outline import Sentence
from tuopin.reader.quantities import Quantity
from tuopin.resources import find_ontology
from tuopin.tables import read_rows

_COLUMNS = ("name", "indicator", "units", "before", "after", "weight")
_BEFORE, _AFTER = 60, 30
# Rules tell apart what shares the unit ``times``: 倍 is a multiple, 场 and 期 are sessions, 人次 counts people.
_KINDS = {"倍": "multiple", "场": "session", "场次": "session", "期": "session", "次": "session", "趟": "session"}
_NEAR = 24  # code points between figures that belong together
_LIST = re.compile("[^，。；、]{0,6}[、，和及与至到]{1,2}[^，。；、]{0,6}")
_WEAK = 12  # below it a rule only guesses, and what the figure before it measured is the better guess
_PART = re.compile(r"其中[^，。；]{0,14}$")
_CHAIN = re.compile(r"[、，]?(?:共|计|共计|涉及|、)?")
_UP_TO = re.compile(r"(?:由|从)[^。；]{0,46}(?:到|至|为|成)[了约近]?$")
_EACH = re.compile(r"(?:户均|人均)[约近达]?$")
_CHANGE = re.compile(r"(?:减少|净减|下降|净增|增加|提高|增长|多|少)(?:了|约|近|到)*$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of ``ontology/lexicon/indicators.csv``: `before` and `after` are tried on the words of the sentence on
    each side of a figure in one of `units`; of the rules that fit, the one with the greatest weight decides."""

    name: str
    indicator: str
    before: "re.Pattern[str] | None"
    after: "re.Pattern[str] | None"
    weight: int


class Earlier(NamedTuple):
    """A figure of the same sentence, with the unit and the indicator that it was given."""

    quantity: Quantity
    unit: str
    indicator: str


@cache
def read_rules() -> dict[str, list[Rule]]:
    """The rules by unit, the weightiest first."""
    by_unit: dict[str, list[Rule]] = {}
    for row in read_rows(find_ontology() / "lexicon" / "indicators.csv", _COLUMNS):
        cells = row.cells
        before, after = (re.compile(cells[side]) if cells[side] else None for side in ("before", "after"))
        rule = Rule(cells["name"], cells["indicator"], before, after, int(cells["weight"]))
        for unit in cells["units"].split():
            by_unit.setdefault(unit, []).append(rule)
    return {unit: sorted(rules, key=lambda rule: -rule.weight) for unit, rules in by_unit.items()}


@cache
def read_siblings(kind: str) -> dict[str, str]:
    """Indicators that go with others: for a ``chain`` (31户97人), or as the ``change`` of a stock."""
    rows = read_rows(find_ontology() / "lexicon" / "siblings.csv", ("kind", "indicator", "sibling"))
    return {row.cells["indicator"]: row.cells["sibling"] for row in rows if row.cells["kind"] == kind}


class Found(NamedTuple):
    """An indicator, the rule that decided, and the span of the words that did; an empty span where none did."""

    indicator: str
    rule: str
    start: int = 0
    end: int = 0


def find_indicator(text: str, sentence: Sentence, quantity: Quantity, unit: str, earlier: Sequence[Earlier]) -> Found:
    """The indicator of a figure, ``other`` where no rule decided; `earlier` are the figures before it in its sentence.

    Of the rules that fit the greatest weight decides; a figure that only continues an earlier one (31户97人, 其中…,
    由…增加到…) follows that.
    """
    found = _find_by_rule(text, sentence, quantity, _KINDS.get(quantity.classifier, unit))
    followed = _follow_chain(text, quantity, unit, earlier)
    alike = next((one for one in reversed(earlier) if one.unit == unit), None)
    if followed is None and alike is not None:
        before = text[max(sentence.start, quantity.start - _BEFORE) : quantity.start]
        followed = _follow_words(text, quantity, before, alike, alike is earlier[-1])
        if followed is None and (found is None or found[1] < _WEAK) and _continues(text, alike, quantity):
            followed = _from(alike, alike.indicator, "continued")
    return followed or (found[0] if found else Found("other", ""))


def _find_by_rule(text: str, sentence: Sentence, quantity: Quantity, unit: str) -> tuple[Found, int] | None:
    begin = max(sentence.start, quantity.start - _BEFORE)
    before = text[begin : quantity.start]
    after = text[quantity.end : min(sentence.end, quantity.end + _AFTER)]
    for rule in read_rules().get(unit, ()):
        left = rule.before.search(before) if rule.before else None
        if rule.before and not left:
            continue
        right = rule.after.search(after) if rule.after else None
        if rule.after and not right:
            continue
        start = begin + left.start() if left else quantity.end
        end = quantity.end + right.end() if right else quantity.start if left else quantity.end
        return Found(rule.indicator, rule.name, start, end), rule.weight
    return None


def _follow_chain(text: str, quantity: Quantity, unit: str, earlier: Sequence[Earlier]) -> Found | None:
    """31户97人: people of the same kind as the households right before them."""
    last = earlier[-1] if earlier else None
    if last is None or {last.unit, unit} != {"household", "person"}:
        return None
    if not _CHAIN.fullmatch(text, last.quantity.end, quantity.start):
        return None
    sibling = read_siblings("chain").get(last.indicator)
    return _from(last, sibling, "chain") if sibling else None


def _follow_words(text: str, quantity: Quantity, before: str, alike: Earlier, is_last: bool) -> Found | None:
    """Words before a figure that tie it to an earlier one of its unit: 由…到…, 户均, 减少, 其中."""
    if is_last and _UP_TO.search(before) and _UP_TO.search(text[max(0, alike.quantity.start - 40) : quantity.start]):
        return _from(alike, alike.indicator, "up_to")
    if is_last and _EACH.search(before) and alike.indicator in read_siblings("each"):
        return _from(alike, read_siblings("each")[alike.indicator], "each")
    if _CHANGE.search(before) and alike.indicator in read_siblings("change"):
        return _from(alike, read_siblings("change")[alike.indicator], "change")
    if _PART.search(before) and alike.indicator != "other":
        return _from(alike, alike.indicator, "part")
    return None


def _from(earlier: Earlier, indicator: str, rule: str) -> Found:
    return Found(indicator, rule, earlier.quantity.start, earlier.quantity.end)


def _continues(text: str, alike: Earlier, quantity: Quantity) -> bool:
    """Whether a figure stands in one list with another of its unit."""
    if alike.indicator == "other" or alike.unit in ("item", "site", "percentage-point"):
        return False
    if _LIST.fullmatch(text, alike.quantity.end, quantity.start):
        return True
    near = quantity.start - alike.quantity.end <= _NEAR
    return near and alike.unit != "percent" and alike.indicator != "amount-per-unit"
