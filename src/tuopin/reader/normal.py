"""A text made alike for matching: same length, so that every offset stays that of the text given."""

import re

_WIDE = {0xFF10 + n: chr(0x30 + n) for n in range(10)} | {0xFF05: "%", 0xFF0E: ".", 0xFE6A: "%", 0x25CB: "〇"}
_ASCII = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", "[": "［", "]": "］"}
_MARKS = re.compile(r"(?<![0-9]),|,(?![0-9]{3})|(?<=[0-9]),(?=[0-9]{4})|[;?!()]|:(?![0-9/])|\"")
# Characters that only the traditional script has and that no policy text can do without.
_TRADITIONAL = re.compile(
    "[縣萬億貧戶鄉鎮產業國個發會務員財資貸農華東車與應對來將後開關實際計劃項總額間達過還這學從為]"
)


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
    return _simplify(plain) if _TRADITIONAL.search(plain) else plain


def _simplify(text: str) -> str:
    """Each character by itself, so that none is lost; words that differ between the scripts stay as they are."""
    from opencc import OpenCC  # noqa: PLC0415 - only texts in traditional script pay for it

    converter = OpenCC("t2s")
    table: dict[int, str] = {}
    for char in set(text):
        if ord(char) > 0x2E80:
            simple = converter.convert(char)
            if simple != char and len(simple) == 1:
                table[ord(char)] = simple
    return text.translate(table)
