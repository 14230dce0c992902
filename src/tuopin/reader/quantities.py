"""The stated quantities of a text: number, magnitude and unit as one span, with the exact value.

What only looks like one (a date, a name that holds a number, an ordinal, an age) is left out here.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tuopin.lexicon import Classifier, Lexicon
from tuopin.numerals import Numeral, find_numerals, read_number

_FRACTION = re.compile(
    r"[百千]分之([零〇一二两三四五六七八九十百点0-9.]{1,12})|([一二两三四五六七八九十]{1,3})分之([一二两三四五六七八九十]{1,3})"
    r"|([一二两三四五六七八九十])成(?:([一二三四五六七八九半]))?(?![立为员果长功本熟绩效型都分就千])"
    r"|([一二两三四五六七八九][一二三四五六七八九])成(?![立为员果长功本熟绩效型都分就])"
    r"|一多半|一大半|一小半|一少半|一半|半数|(?<![一])大半(?![天年夜个生])|(?<![0-9/])[0-9]{1,2}/[0-9]{1,2}(?![0-9/])"
)
_HALVES = dict.fromkeys(("一半", "一多半", "一大半", "一小半", "一少半", "大半", "半数"), Decimal(50))
_CONNECTOR = re.compile(r"[-—–~～－至到]{1,2}")
_SPACE = " \u3000\xa0"
_ORDINAL = re.compile(r"[第〔\[（(a-zA-Z_.:：#＃]$")
_MAGNITUDES = frozenset(("万", "亿", "万亿", "千万", "百万", "千"))
_EDGE = re.compile("[，。；、！？!?”…\n]|$|来往|左右|上下|以上")
_TENTHS = frozenset(("块", "亩", "元"))
_REST = re.compile(r"([一二三四五六七八九半]|[0-9](?=分))(分?)(?![一二三四五六七八九十百千万亿之成块元个])")
_TERM = re.compile(r"(?:期限|贷款期|展期|还款期)[^，。；0-9]{0,4}?([0-9一二三四五六七八九十]{1,3})年")
_SPOKEN = re.compile(r"([百千万])把(块钱|块|元|人|亩|斤|户|头|只)")
_KILO = frozenset("米瓦克")
_ONE = frozenset("一")
_SLOGAN_COUNTERS = frozenset("项条种类道件个支门片部款张")
_ABSTRACT = re.compile(
    r"(?:大|项|条|道|种|类|个|方面)?(?:重点|主要|核心|基本|关键|硬)?(?:指标|任务|方面|机制|问题|重点|措施|行动|制度|要求|原则|环节"
    r"|阶段|条件|标准|因素|屏障|目标|清零|底线|关口|难题|短板|转变|共|合计|事|补贴|增速|数字|牌子|台阶|关系|大局|轮子|拳头|百年|毛病|领域|层面|层次|批次|方向|突破|优势|文明|台账|清单|统一|体系|保障)"
)
_TOWN_COUNTERS = frozenset("家户里座道")
_TOWN_NAME = re.compile("[子沟店坡河山塘湾坪岭]{1,2}[村镇乡寨屯庄]|乡(?!镇|村)|村(?!民|集体|组|庄|寨)")
_TIME_NOUN = re.compile("多?(?:小时|月|季度|星期|礼拜|工作日|学期|年头|年度|世纪|钟头|日夜|昼夜|春秋|寒暑)")
_EACH = re.compile("每(?:吸纳|培训|新增|带动|转移|招用|安置|帮助|减少|建成|发展|引进|聘用|新招|介绍)?$")
_SPEECH = re.compile("[^”’》]{14}")
_MEETING = re.compile("会议|全会|产业|党代会|人代会|代表大会")
_PLACE_COUNTERS = frozenset(("县", "村", "乡", "镇"))
_PER = re.compile(r"[/／每](人|户|亩|村|年|月|天|个|头|平方米|吨|公斤|斤|只|株|棵)(?:[·/]?[年月天])?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as it stands: `low` and `high` are equal for a single value, in the base unit.

    `classifier` is the word after the number, empty where there is none; `unit` what it says by itself and `settled`
    whether that is the last word. `over` says that 余 or 多 stands in or behind the number; `per` what follows a
    stroke (元/人).
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    classifier: str
    unit: str
    settled: bool
    over: bool = False
    per: str = ""
    rule: str = "number_and_unit"
    digits: bool = True
    numeral_end: int = 0


def find_quantities(text: str, lexicon: Lexicon, masked: Sequence[tuple[int, int]]) -> list[Quantity]:
    """The quantities of `text` from left to right; `masked` are the spans, sorted, in which no number counts."""
    fractions = [*_find_fractions(text), *_find_terms(text), *_find_spoken(text, lexicon)]
    mask = _Mask(sorted([*masked, *((one.start, one.end) for one in fractions)]))
    found = list(_find_numbers(text, lexicon, mask))
    merged = [_join_low_end(text, one) for one in _merge_ranges(text, found)]
    free = _Mask(sorted(masked))
    fractions = [one for one in fractions if not free.covers(one.start, one.end)]
    return _keep_apart(sorted([*merged, *fractions], key=lambda one: one.start))


def _keep_apart(quantities: list[Quantity]) -> list[Quantity]:
    """No two that overlap: the first stays."""
    kept: list[Quantity] = []
    for one in quantities:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


class _Mask:
    """Spans in which nothing is a quantity."""

    def __init__(self, spans: Sequence[tuple[int, int]]):
        self._starts = [start for start, _end in spans]
        self._ends: list[int] = []
        for _start, end in spans:  # the furthest end so far, as spans may lie in each other
            self._ends.append(max(end, self._ends[-1] if self._ends else 0))

    def covers(self, start: int, end: int) -> bool:
        """Whether any masked span overlaps."""
        index = bisect_right(self._starts, end - 1) - 1
        return index >= 0 and self._ends[index] > start


def _find_numbers(text: str, lexicon: Lexicon, mask: _Mask) -> Iterator[Quantity]:
    for numeral in find_numerals(text):
        if numeral.low is None or mask.covers(numeral.start, numeral.end):
            continue
        if _ORDINAL.search(text[max(0, numeral.start - 1) : numeral.start]) and not _is_amount(text, numeral):
            continue
        quantity = _read_quantity(text, numeral, lexicon)
        if quantity is not None:
            yield quantity


def _is_amount(text: str, numeral: Numeral) -> bool:
    """What stands behind a bracket, a colon or a dash may well be an amount; behind 第 or a letter it is none."""
    return text[numeral.start - 1] in "（(：:" and (numeral.start < 2 or text[numeral.start - 2] not in "0123456789")


def _read_quantity(text: str, numeral: Numeral, lexicon: Lexicon) -> Quantity | None:
    if text[numeral.end - 1] == "千" and text[numeral.end : numeral.end + 1] in _KILO:
        numeral = _give_back_kilo(text, numeral)
    low, high = numeral.low, numeral.high
    if low is None or high is None:
        return None
    end, classifier = _find_unit(text, numeral, lexicon)
    if classifier is None:
        return _read_bare(text, numeral)
    if not _counts(text, numeral, classifier, end):
        return None
    low, high, end = _add_rest(text, classifier, low, high, end)
    per = _PER.match(text, end) if classifier.settles else None
    return Quantity(
        numeral.start, end, low * classifier.factor, high * classifier.factor, classifier.word, classifier.unit,
        classifier.settles, numeral.over, per[1] if per else "", digits=text[numeral.start].isdecimal(),
        numeral_end=numeral.tail,
    )  # fmt: skip


def _counts(text: str, numeral: Numeral, classifier: Classifier, end: int) -> bool:
    """Whether a number before a classifier counts something, and is no 一, no denominator, no time and no name."""
    number = text[numeral.start : numeral.tail]
    if number in _ONE and classifier.word != "倍" and not (classifier.word in _TENTHS and _REST.match(text, end)):
        return False
    if _is_time(text, classifier, end) or _is_denominator(text, numeral):
        return False
    if not text[numeral.start].isdecimal() and _is_name(text, numeral, classifier, end):
        return False
    return number != "半" or classifier.settles


def _give_back_kilo(text: str, numeral: Numeral) -> Numeral:
    """27千米 is 27 of 千米, not 27 thousand of 米; so is 243万千瓦."""
    number = read_number(text[numeral.start : numeral.end - 1])
    if number is None:
        return numeral
    return replace(numeral, low=number, high=number, end=numeral.end - 1, tail=numeral.end - 1)


def _add_rest(text: str, classifier: Classifier, low: Decimal, high: Decimal, end: int) -> tuple[Decimal, Decimal, int]:
    """三块五 is 3.5, 一亩一分 1.1, 两亩半 2.5."""
    found = (
        _REST.match(text, end)
        if classifier.word in _TENTHS and (classifier.word == "亩" or not text[end - 2].isdecimal())
        else None
    )
    if not found or low != high or (found[2] == "") != (classifier.word in "块元" or found[1] == "半"):
        return low, high, end
    rest = Decimal("0.5") if found[1] == "半" else (read_number(found[1]) or Decimal(0)) / 10
    return low + rest, high + rest, found.end()


def _find_unit(text: str, numeral: Numeral, lexicon: Lexicon) -> tuple[int, Classifier | None]:
    """The unit behind the number, a space apart at most; 多 and 余 belong to the span only before a classifier."""
    start = numeral.end
    if text[start : start + 1] in _SPACE and text[start : start + 1]:
        start += 1
    classifier = lexicon.find_classifier(text, start)
    if classifier is None:
        return numeral.end, None
    return start + len(classifier.word), classifier


def _read_bare(text: str, numeral: Numeral) -> Quantity | None:
    """A number with 万 or 亿 counts without a unit too (3.45万贫困对象)."""
    if numeral.low is None or numeral.high is None:
        return None
    written = text[numeral.start : numeral.tail]
    spoken = len(written) > 1 and numeral.low >= 1000 and not written[0].isdecimal() and _EDGE.match(text, numeral.end)
    if not (re.search("[万亿]", written) or spoken) or written in _MAGNITUDES:
        return None
    over = numeral.over
    end = numeral.end if spoken else numeral.tail
    return Quantity(
        numeral.start, end, numeral.low, numeral.high, "", "", False, over,
        rule="number_alone", digits=text[numeral.start].isdecimal(), numeral_end=numeral.tail,
    )  # fmt: skip


def _is_time(text: str, classifier: Classifier, end: int) -> bool:
    """Months and hours only say when or how long: 6个月, 四个多小时."""
    return classifier.word == "个" and bool(_TIME_NOUN.match(text, end))


def _is_denominator(text: str, numeral: Numeral) -> bool:
    """每1名 and 每吸纳1名 say per what, not how many."""
    number, before = text[numeral.start : numeral.end], text[max(0, numeral.start - 8) : numeral.start]
    if number in "1一":
        return bool(_EACH.search(before))
    return before.endswith("每") and number in "十百千万"


def _is_name(text: str, numeral: Numeral, classifier: Classifier, end: int) -> bool:
    """A Chinese number that is part of a name or sums up a list: 三项指标, 六家子镇, 七大行动, “五方挂钩”."""
    word, before = classifier.word, text[max(0, numeral.start - 1) : numeral.start]
    if word in _PLACE_COUNTERS or (word != "个" and text[end : end + 1] == "镇"):
        return True
    if word == "次":
        return _MEETING.match(text, end) is not None
    if word == "期":
        return not text[max(0, numeral.start - 3) : numeral.start].endswith(("办", "办了", "训"))
    if before and before in "“‘《":
        return not _SPEECH.match(text, numeral.start)
    if word in _TOWN_COUNTERS and _TOWN_NAME.match(text, end):
        return True
    return word in _SLOGAN_COUNTERS and _ABSTRACT.match(text, end - len(word)) is not None


def _merge_ranges(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Two numbers joined by a dash, 至 or 到 are one span: 3000-5000元, 2到6万元, 3000元至5000元."""
    ends = {one.start: one for one in found}
    taken: set[int] = set()
    for one in found:
        if one.start in taken:
            continue
        joint = _CONNECTOR.match(text, one.end)
        other = ends.get(joint.end()) if joint else None
        if other and _is_range(text, one, other):
            taken.add(other.start)
            yield replace(other, start=one.start, low=one.low, digits=one.digits, rule="range")
        else:
            yield one


def _is_range(text: str, one: Quantity, other: Quantity) -> bool:
    if one.low > other.high or one.low != one.high or other.low != other.high:
        return False
    if one.unit and one.unit != other.unit:
        return False
    before = text[max(0, one.start - 12) : one.start]
    opened = max(before.rfind("从"), before.rfind("由"), before.rfind("自"))
    return opened < 0 or bool(re.search("[，。；、]", before[opened:]))


_LOW_END = re.compile(r"([0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百千万]+)([-—–~～－至到]{1,2})$")


def _join_low_end(text: str, quantity: Quantity) -> Quantity:
    """A range whose lower end has no unit of its own: 3000-5000元, 2到6万元, 两到三户."""
    found = _LOW_END.search(text[max(0, quantity.start - 16) : quantity.start])
    if found is None or quantity.low != quantity.high:
        return quantity
    low = read_number(found[1])
    start = quantity.start - len(found[0])
    if low is None or re.search(r"[从由自第年月日号]$|[-/.0-9a-zA-Z]$", text[max(0, start - 1) : start]):
        return quantity
    if not quantity.high:
        return quantity
    factor = quantity.high / (read_number(text[quantity.start : quantity.numeral_end]) or quantity.high)
    number = read_number(text[quantity.start : quantity.numeral_end]) or Decimal(0)
    scale = Decimal(1)
    for magnitude, size in (("亿", Decimal(10**8)), ("万", Decimal(10**4))):
        if magnitude in text[quantity.start : quantity.numeral_end] and magnitude not in found[1]:
            scale = size
            break
    if low * scale >= number and low >= number:
        return quantity
    if low * scale >= number:
        scale = Decimal(1)
    return replace(quantity, start=start, low=low * scale * factor, rule="range")


def _find_fractions(text: str) -> Iterator[Quantity]:
    for found in _FRACTION.finditer(text):
        value = _to_percent(found)
        if value is None:
            continue
        low, high = value
        word = "" if found[0] in _HALVES or "分之" in found[0] else "成"
        over = found[0] in ("一多半", "一大半", "大半")
        yield Quantity(
            found.start(), found.end(), low, high, word, "percent", True, over,
            rule="fraction", digits=False, numeral_end=found.end(),
        )  # fmt: skip


def _to_percent(found: "re.Match[str]") -> tuple[Decimal, Decimal] | None:
    if found[0] in _HALVES:
        return _HALVES[found[0]], _HALVES[found[0]]
    if "/" in found[0]:
        above, below = (Decimal(number) for number in found[0].split("/"))
        return _to_share(above, below)
    if found[1]:
        value = read_number(found[1])
        value = value / 10 if value is not None and found[0][0] == "千" else value
        return (value, value) if value is not None else None
    if found[2]:
        return _to_share(read_number(found[3]) or Decimal(0), read_number(found[2]) or Decimal(0))
    return _to_tenths(found[6] or found[4], found[5] or "")


def _to_tenths(tenths: str, rest: str) -> tuple[Decimal, Decimal] | None:
    """七成 is 70, 七成五 75, 六七成 60 to 70."""
    numbers = [read_number(char) or Decimal(0) for char in tenths]
    if len(numbers) > 1 and numbers[1] != numbers[0] + 1 and tenths != "十":
        return None
    more = Decimal(5) if rest == "半" else read_number(rest) or Decimal(0) if rest else Decimal(0)
    return numbers[0] * 10 + more, numbers[-1] * 10 + more


def _to_share(above: Decimal, below: Decimal) -> tuple[Decimal, Decimal] | None:
    if not 0 < above < below:
        return None
    share = (above * 100 / below).quantize(Decimal("0.01"))
    return share, share


def _find_terms(text: str) -> Iterator[Quantity]:
    """The term of a loan is a figure, though other durations are none."""
    for found in _TERM.finditer(text):
        value = read_number(found[1])
        if value is not None:
            end = found.end()
            yield Quantity(found.start(1), end, value, value, "年", "year", True, rule="term", numeral_end=found.end(1))


def _find_spoken(text: str, lexicon: Lexicon) -> Iterator[Quantity]:
    """万把块 is about ten thousand."""
    for found in _SPOKEN.finditer(text):
        value, classifier = read_number(found[1]), lexicon.find_classifier(found[2], 0)
        if value is not None and classifier is not None:
            yield Quantity(
                found.start(), found.end(), value * classifier.factor, value * classifier.factor, found[2],
                classifier.unit, True, rule="spoken", digits=False, numeral_end=found.end(1),
            )  # fmt: skip
