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


# (qualifier, the words right before the number, the words right behind the unit)
_QUALIFIERS = (
    ("less-than", r"(?:不足|不到|(?<!不)低于|未满|(?<!不)少于|控制在)(?:了)?$", "以下|以内|之内|及以下"),
    ("up-to", r"(?:最高|最多|至多)[^，。；、0-9]{0,4}$|不超过$|不高于$", "(?!)"),
    ("more-than", r"(?:超过|超|逾|突破|不低于|不少于|至少|高于|上|多于|过)(?:了)?$", "以上|多|余|有余|之多|及以上"),
    ("about", r"(?:约|近|将近|大概|接近|约为|约有|大约|大致)$", "左右|上下|光景"),
)


@cache
def _compile_qualifiers() -> list[tuple[str, "re.Pattern[str]", "re.Pattern[str]"]]:
    return [(name, re.compile(left), re.compile(right)) for name, left, right in _QUALIFIERS]


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
    before = max(0, quantity.start - 6)
    for name, left, right in _compile_qualifiers():
        found = left.search(text[before : quantity.start])
        if found:
            return Detail(name, before + found.start(), before + found.end())
        behind = right.match(text, quantity.end)
        if behind:
            return Detail(name, *behind.span())
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
