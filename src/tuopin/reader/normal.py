"""A text made alike for matching: same length, so that every offset stays that of the text given."""

import re
from functools import cache, lru_cache
from typing import Any

_WIDE = {0xFF10 + n: chr(0x30 + n) for n in range(10)} | {0xFF05: "%", 0xFF0E: ".", 0xFE6A: "%", 0x25CB: "〇"}
_ASCII = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", "[": "［", "]": "］"}
_MARKS = re.compile(r"(?<![0-9]),|,(?![0-9]{3})|(?<=[0-9]),(?=[0-9]{4})|[;?!()]|:(?![0-9/])|\"")
_HALF = re.compile("[\ud800-\udfff]")  # half a character, which no other library takes


def normalise(text: str) -> str:
    """The text with full-width digits, half-width punctuation and traditional characters made like the usual ones.

    Every character stays one character. A comma between digits stays where it parts thousands.

    >>> normalise("貧困戶１２００戶,下降5％(2016年)")
    '贫困户1200户，下降5%（2016年）'
    """
    plain = text.translate(_WIDE)
    quotes = 0

    def to_mark(found: "re.Match[str]") -> str:
        nonlocal quotes
        if found[0] == '"':
            quotes += 1
            return "“" if quotes % 2 else "”"
        return _ASCII[found[0]]

    plain = _MARKS.sub(to_mark, plain)
    plain = _HALF.sub("\ufffd", plain)
    strange = [char for char in set(plain) if char > "\u2e7f" and char not in _find_common()]
    return plain.translate({ord(char): simple for char in strange if (simple := _simplify(char))}) if strange else plain


@cache
def _find_common() -> frozenset[str]:
    """The characters of GB 2312, the simplified script's own; only others can be traditional."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))


@lru_cache(maxsize=8192)
def _simplify(char: str) -> str:
    """A traditional character by itself in the other script; empty where it has none there of its own."""
    simple: str = _make_converter().convert(char)
    return simple if simple != char and len(simple) == 1 else ""


@cache
def _make_converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - only texts in traditional script pay for it

    return OpenCC("t2s")
