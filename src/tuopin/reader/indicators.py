"""Which indicator a figure measures: rules over the words before and behind it, and the words of the ontology."""

import re
from dataclasses import dataclass
from functools import cache

from tuopin.reader.outline import Outline
from tuopin.reader.quantities import Quantity
from tuopin.resources import find_ontology
from tuopin.tables import read_rows

_COLUMNS = ("name", "indicator", "units", "before", "after", "weight")
_BEFORE, _AFTER = 60, 30


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of ``ontology/lexicon/indicators.csv``: `before` and `after` are tried on the words of the sentence on
    each side of a figure in one of `units`; of the rules that fit, the one with the greatest weight decides."""

    name: str
    indicator: str
    before: "re.Pattern[str] | None"
    after: "re.Pattern[str] | None"
    weight: int


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


def find_indicator(text: str, outline: Outline, quantity: Quantity, unit: str) -> tuple[str, str]:
    """The indicator of a figure and the rule that decided, ``other`` and nothing where none did."""
    sentence = outline.sentences[outline.find_sentence(quantity.start)]
    before = text[max(sentence.start, quantity.start - _BEFORE) : quantity.start]
    after = text[quantity.end : min(sentence.end, quantity.end + _AFTER)]
    for rule in read_rules().get(unit, ()):
        if (rule.before is None or rule.before.search(before)) and (rule.after is None or rule.after.search(after)):
            return rule.indicator, rule.name
    return "other", ""
