"""Bytes as text: UTF-8, UTF-16, GB18030 and Big5 told apart, and nothing replaced in silence."""

import codecs
import re
from functools import cache
from typing import NamedTuple

from tuopin.errors import DataError

# UTF-32 before UTF-16, whose mark it begins with; each is the codec that reads the mark away.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
_DECLARED = {
    "utf-8": "utf-8", "utf8": "utf-8",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "gb-2312": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "euc-cn": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs",
}  # fmt: skip
_SAMPLE = 1 << 16
_BONUS = 0.15  # a declaration decides between close readings and never against the bytes
_ENOUGH = 0.25
# The most frequent characters of Chinese news, in both scripts: they make up half of any sentence.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定"
    "行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些"
    "然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公"
    "县市省区镇乡村户贫困扶农元万亿百千脱致富增收入投资金项目工程建设发展服务企业政府群众党委书记者社员项产业扶贫攻坚"
    "這個為國時來們於對會發動種過說產後學經進電裡現實體點從業應開還與關線內數樣質氣無變條沒結問縣區鎮鄉戶貧農萬億資項"
    "達衛報記務門長東車馬見風飛黨專員總統灣台灣臺北議題營預選舉團處據認該將已並及讓被更最月年"
    "，。、；：？！“”‘’（）《》「」『』…—·％　"
)


class Decoded(NamedTuple):
    """A text and the codec by which Python reads it from its bytes."""

    text: str
    encoding: str


def to_text(data: bytes, file: str = "", declared: str = "", line: int = 1) -> Decoded:
    """The text that `data` are, and in which encoding.

    A byte-order mark decides; else it is UTF-8 if that can be read strictly; else the likeliest of GB18030, Big5 and
    UTF-8 that is broken somewhere, by how common the characters are that each makes of the bytes. `declared` is the
    charset that a page or a server names, and only tips the scales. Raises `DataError` with the line (from `line` on)
    and the offset in bytes where what is likeliest cannot be read, and where nothing is likely.

    >>> to_text("脱贫攻坚".encode("gb18030")), to_text("扶貧工作".encode("big5")).encoding
    (Decoded(text='脱贫攻坚', encoding='gb18030'), 'big5')
    """
    encoding = next((codec for mark, codec in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise _to_error(error, file, line) from error
        encoding = _find_likeliest(data, error.start, declared)
        text = _decode(data, encoding, file, line)
    if "\0" in text:
        where = text.index("\0")
        raise DataError("text-binary", file=file, line=line + text.count("\n", 0, where), offset=where)
    return Decoded(text, _to_plain_name(data, text) if encoding == "big5hkscs" else encoding)


def _decode(data: bytes, encoding: str, file: str, line: int) -> str:
    if not encoding:
        raise DataError("encoding-unknown", file=file, value=_find_odd_bytes(data))
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _to_error(error, file, line) from error


def _to_error(error: UnicodeDecodeError, file: str, line: int) -> DataError:
    before = error.object[: error.start].decode(error.encoding, "ignore")
    shown = error.object[error.start : error.start + 4].hex(" ")
    place = line + before.count("\n")
    return DataError("bytes-broken", file=file, line=place, value=shown, encoding=error.encoding, offset=error.start)


def _find_likeliest(data: bytes, start: int, declared: str) -> str:
    """The likeliest codec of bytes whose first that is no UTF-8 stands at `start`; empty where none is likely."""
    first = re.search(rb"[\x80-\xff]", data)
    begin = first.start() if first else 0
    sample = data[begin : begin + _SAMPLE]
    if start > begin + _SAMPLE:
        return "utf-8"  # this far it was, and is broken now
    named = _DECLARED.get(declared.strip().lower(), "")
    scores = {codec: _to_score(sample, codec) + _BONUS * (codec == named) for codec in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda codec: scores[codec])
    return best if scores[best] >= _ENOUGH else ""


def _to_score(sample: bytes, codec: str) -> float:
    """How much like Chinese the bytes look in `codec`: 1 where all is frequent, 0 where all is rare, less for gaps."""
    chars = [char for char in sample.decode(codec, "replace") if char > "\x7f"]
    return sum(map(_to_weight, chars)) / len(chars) if chars else 0


def _to_weight(char: str) -> float:
    if char == "\ufffd":
        return -1
    return 1.0 if char in _FREQUENT else 0.6 if char in _find_common() else 0.0


@cache
def _find_common() -> frozenset[str]:
    """The common characters of both scripts, as the two national standards list them: level 1 of each."""
    trails = range(0xA1, 0xFF)
    simplified = {bytes((lead, trail)).decode("gb2312", "ignore") for lead in range(0xB0, 0xD8) for trail in trails}
    wide = (*range(0x40, 0x7F), *trails)
    traditional = {bytes((lead, trail)).decode("big5", "ignore") for lead in range(0xA4, 0xC7) for trail in wide}
    return frozenset(simplified | traditional) - {""}


def _to_plain_name(data: bytes, text: str) -> str:
    """Big5 where its plain form reads the same, else that of Hong Kong, which has more characters."""
    return "big5" if data.decode("big5", "replace") == text else "big5hkscs"


def _find_odd_bytes(data: bytes) -> str:
    found = re.search(rb"[\x80-\xff]{1,4}", data)
    return found[0].hex(" ") if found else ""
