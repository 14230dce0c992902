"""Which indicator a figure measures: rules over the words before and behind it, and the figures that came before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from tuopin.reader.outline import Outline
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
_UP_TO = re.compile(r"(?:由|从|比)[^。；]{0,46}(?:到|至|为|成)[了约近]?$")
_CHANGE = re.compile(r"(?:比上年|同比|较上年|比去年|分别|累计)?(?:减少|净减|下降|净增|增加|提高|增长|多|少)(?:了|约|近|到)*$")


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


def find_indicator(
    text: str, outline: Outline, quantity: Quantity, unit: str, earlier: Sequence[Earlier]
) -> tuple[str, str]:
    """The indicator of a figure and the rule that decided, ``other`` and nothing where none did.

    `earlier` are the figures that stand before it in its sentence.
    """
    sentence = outline.sentences[outline.find_sentence(quantity.start)]
    before = text[max(sentence.start, quantity.start - _BEFORE) : quantity.start]
    after = text[quantity.end : min(sentence.end, quantity.end + _AFTER)]
    rule = _find_rule(before, after, _KINDS.get(quantity.classifier, unit))
    taken = _follow(text, quantity, unit, before, earlier, rule)
    if taken:
        return taken
    return (rule.indicator, rule.name) if rule else ("other", "")


def _find_rule(before: str, after: str, unit: str) -> Rule | None:
    for rule in read_rules().get(unit, ()):
        if (rule.before is None or rule.before.search(before)) and (rule.after is None or rule.after.search(after)):
            return rule
    return None


def _follow(
    text: str, quantity: Quantity, unit: str, before: str, earlier: Sequence[Earlier], rule: Rule | None
) -> tuple[str, str] | None:
    """What an earlier figure of the sentence measured decides for one that only continues it."""
    if not earlier:
        return None
    last = earlier[-1]
    alike = next((one for one in reversed(earlier) if one.unit == unit), None)
    strong = rule is not None and rule.weight >= _WEAK
    chained = {last.unit, unit} == {"household", "person"} and _CHAIN.fullmatch(text, last.quantity.end, quantity.start)
    if chained and last.indicator in read_siblings("chain"):
        return read_siblings("chain")[last.indicator], "chain"
    if alike is None:
        return None
    if alike is last and _UP_TO.search(before) and _UP_TO.search(text[max(0, alike.quantity.start - 40) : quantity.start]):
        return alike.indicator, "up_to"
    if _CHANGE.search(before) and alike.indicator in read_siblings("change"):
        return read_siblings("change")[alike.indicator], "change"
    if _PART.search(before) and alike.indicator != "other":
        return alike.indicator, "part"
    if not strong and _continues(text, alike, quantity):
        return alike.indicator, "continued"
    return None


def _continues(text: str, alike: Earlier, quantity: Quantity) -> bool:
    """Whether a figure stands in one list with another of its unit."""
    if alike.indicator == "other" or alike.unit in ("item", "site", "percentage-point"):
        return False
    if _LIST.fullmatch(text, alike.quantity.end, quantity.start):
        return True
    near = quantity.start - alike.quantity.end <= _NEAR
    return near and alike.unit != "percent" and alike.indicator != "amount-per-unit"
