"""What else a figure says: how exactly it is meant, per what it is, over what time it counts, and who pays."""

import re
from functools import cache
from typing import NamedTuple

from tuopin.lexicon import read_lexicon
from tuopin.reader.quantities import Quantity

_PERS = {"人": "person", "户": "household", "亩": "mu", "村": "village"}


class Detail(NamedTuple):
    """A value of a field, and the span of the words that gave it; an empty span where none did."""

    value: str
    start: int = 0
    end: int = 0


# What may stand between such a word and the number: 超过了4万元, 最高补助3万元.
_BETWEEN = {"up-to": "[^，。；、0-9]{0,4}"}
_QUALIFIERS = ("up-to", "less-than", "more-than", "about")


@cache
def _compile_qualifiers() -> tuple["re.Pattern[str]", "re.Pattern[str]"]:
    """One pattern of the words before and one of those behind, a named group for each qualifier.

    They are the labels of the qualifiers in the ontology; a longer word, which begins earlier, goes before one in it.
    """
    find = read_lexicon().to_alternatives
    groups = [(name, name.replace("-", "_")) for name in _QUALIFIERS]
    labels = ("prefLabel", "altLabel")
    before = (f"(?P<{group}>(?:{find(name, labels)}){_BETWEEN.get(name, '了?')}$)" for name, group in groups)
    behind = (f"(?P<{group}>{find(name, ('hiddenLabel',))})" for name, group in groups)
    return re.compile("|".join(before)), re.compile("|".join(behind))


def _to_name(found: "re.Match[str]") -> str:
    return str(found.lastgroup).replace("_", "-")


def find_qualifier(text: str, quantity: Quantity) -> Detail:
    """How exactly the number is meant, by the words that stand in it or touch it.

    >>> find_qualifier("近90亿元", Quantity(1, 6, 9, 9, "元", "CNY", True))
    Detail(value='about', start=0, end=1)
    """
    if quantity.rule == "spoken":
        return Detail("about", quantity.start, quantity.end)
    if quantity.over:
        word = text.find("来", quantity.start, quantity.end + 1)
        return Detail("about", word, word + 1) if word >= 0 else Detail("more-than", quantity.start, quantity.end)
    if quantity.rule == "fraction" and "小半" in text[quantity.start : quantity.end]:
        return Detail("less-than", quantity.start, quantity.end)
    left, right = _compile_qualifiers()
    before = max(0, quantity.start - 6)
    found = left.search(text[before : quantity.start])
    if found:
        return Detail(_to_name(found), before + found.start(), before + found.end())
    behind = right.match(text, quantity.end)
    if behind:
        return Detail(_to_name(behind), *behind.span())
    return Detail("exact")


def find_per(text: str, quantity: Quantity) -> Detail:
    """What the amount is per: 人均, 每亩, 元/户; empty where it is a whole.

    >>> find_per("每亩补助800元", Quantity(4, 8, 800, 800, "元", "CNY", True))
    Detail(value='mu', start=0, end=2)
    """
    if quantity.per:
        return Detail(_PERS.get(quantity.per, ""), quantity.end, quantity.end + 1 + len(quantity.per))
    begin = max(0, quantity.start - 24)
    found = _compile("per", "[^，。；、]{0,16}$").search(text[begin : quantity.start])
    if not found:
        return Detail("")
    return Detail(read_lexicon().cues["per"][found[1]], begin + found.start(1), begin + found.end(1))


def find_scope(text: str, quantity: Quantity, indicator: str, first: str, last: str) -> Detail:
    """Over what time it counts: a word says so, else the indicator (a stock) and the period (a year) do."""
    begin = max(0, quantity.start - 20)
    before = text[begin : quantity.start]
    for scope in ("cumulative", "per-year"):
        found = _compile(scope, "[^，。；]{0,18}$").search(before)
        if found:
            return Detail(scope, begin + found.start(1), begin + found.end(1))
    cues = read_lexicon().cues
    if indicator in cues["stock"]:
        return Detail("stock")
    if indicator in cues["rate"] or quantity.unit == "percentage-point":
        return Detail("")
    if first and first == last and len(first) == 4:
        return Detail("annual")
    return Detail("cumulative" if len(first) >= 4 and first[:4] < last[:4] else "")


def find_funder(text: str, quantity: Quantity) -> Detail:
    """Who pays, where the clause names a treasury before the amount: 中央财政安排…; as written."""
    if quantity.unit != "CNY":
        return Detail("")
    begin = max(0, quantity.start - 18)
    found = _compile("funder", "(?!收入|支出)[^，。；、]{0,12}$").search(text[begin : quantity.start])
    return Detail(found[1], begin + found.start(1), begin + found.end(1)) if found else Detail("")


@cache
def _compile(kind: str, rest: str) -> "re.Pattern[str]":
    return read_lexicon().compile_cues(kind, rest)
