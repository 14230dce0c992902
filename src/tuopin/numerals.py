"""Chinese and Arabic numbers in a text: where they stand and exactly what they say.

A numeral is what stands before a unit: 12万8000, 三万五, 10余万, 四五百, 1,200.5. Dates, names and units are no matter
of this module; nothing here is ever a float.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

_DIGITS = {char: Decimal(n) for n, char in enumerate("零一二三四五六七八九")} | {"〇": Decimal(0), "两": Decimal(2)}
_TENS = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}
_GROUPS = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_NOTHING = (Decimal(0), Decimal(0))
_MULTIPLES = frozenset("十百千万亿")
_THREE_FIVE = (Decimal(3), Decimal(5))  # 三五户 is three to five
# No number that anybody writes is longer; what is, is noise, and reading it must not stall.
_LONGEST = 40
_SIGNS = "0-9零〇一二两三四五六七八九十百千万亿几数"
_RUN = re.compile(f"[{_SIGNS}半](?:[{_SIGNS}.,多余来点]|(?<=[0-9]) (?=[0-9]{{3}}(?![0-9])))*", re.ASCII)
_TOKEN = re.compile(
    r"(?P<arabic>[0-9]{1,3}(?:[, ][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<point>点[零〇一二三四五六七八九]+)|(?P<digit>[一二两三四五六七八九])|(?P<zero>[零〇])|(?P<ten>[十百千])|(?P<group>[万亿])"
    r"|(?P<some>[几数])|(?P<over>[多余来])",
    re.ASCII,
)
_DIGIT_ROW = re.compile(r"[零〇一二两三四五六七八九]+")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written.

    `start` and `end` count code points; `low` and `high` are equal for a single number and both `None` for one without
    a value (几十万). `over` says that 多, 余 or 来 stands inside or at the end; `tail` is where it ends without
    such a word at its end, and equals `end` where there is none. `scale` is the magnitude of its last part, as a range
    such as 2到6万 shares it; `plain` says that it is Arabic digits alone.
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    over: bool = False
    tail: int = 0
    scale: Decimal = Decimal(1)
    plain: bool = False

    @property
    def value(self) -> Decimal | None:
        """The number, `None` where it is a range or has no value."""
        return self.low if self.low == self.high else None

    def times(self, factor: Decimal) -> "Numeral":
        """The same numeral with its numbers multiplied."""
        if self.low is None or self.high is None:
            return self
        return replace(self, low=self.low * factor, high=self.high * factor)


def find_numerals(text: str) -> Iterator[Numeral]:
    """The numerals of `text`, from left to right.

    A run of signs that is no number (二〇一六, a line of a million 十) yields nothing. Takes time linear in the length
    of the text.

    >>> [(n.start, n.end, n.low, n.high) for n in find_numerals("约12万8000多元，四五百只")]
    [(1, 9, Decimal('128000'), Decimal('128000')), (11, 14, Decimal('400'), Decimal('500'))]
    """
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start == 1 and run[0].isdecimal():  # the commonest by far
            value = Decimal(run[0])
            yield Numeral(start, end, value, value, tail=end, plain=True)
        else:
            yield from _find_in_run(text, start, end)


def _find_in_run(text: str, start: int, end: int) -> Iterator[Numeral]:
    """A run holds one numeral, or several one behind another (3,4,5)."""
    if end - start > _LONGEST:
        return
    while start < end:
        found = _read(text, start, end)
        if text[start] == "半" and text[start + 1 : start + 2] in _MULTIPLES:
            return  # 半千米 is no number that anybody means
        if found is None:
            digits = _DIGIT_ROW.match(text, start, end) or _TOKEN.match(text, start, end)
            start = digits.end() if digits else start + 1
        else:
            yield found
            start = max(found.end, start + 1)


def read_number(text: str) -> Decimal | None:
    """The exact number that `text` as a whole writes; `None` for a range, for no value and for anything else.

    >>> read_number("三万五"), read_number("1亿2000万"), read_number("四五百"), read_number("十八洞")
    (Decimal('35000'), Decimal('120000000'), None, None)
    """
    found = next(find_numerals(text), None)
    return found.value if found and (found.start, found.end) == (0, len(text)) else None


def _read(text: str, start: int, end: int) -> Numeral | None:
    whole = _PLAIN.match(text, start, end)
    if whole and whole.end() == end:
        value = Decimal(whole[0])
        return Numeral(start, end, value, value, tail=end, plain=True)
    if text[start] == "半":
        return Numeral(start, start + 1, Decimal("0.5"), Decimal("0.5"), tail=start + 1)
    state = _State(start)
    position = start
    while position < end:
        token = _TOKEN.match(text, position, end)
        if token is None or not state.take(str(token.lastgroup), token[0]):
            break
        position = token.end()
        state.end = position
    return state.finish()


class _State:
    """A numeral while it is read; a pair holds the two ends of a range (四五万), equal for a single number."""

    def __init__(self, start: int):
        self.start = self.end = start
        self.total = self.section = _NOTHING
        self.digit: tuple[Decimal, Decimal] | None = None
        self.scale = Decimal(1)  # of the last magnitude read
        self.last = ""  # kind of the last token
        self.last_word = ""
        self.over = self.vague = self.spoiled = self.after_zero = self.magnified = False

    def take(self, kind: str, word: str) -> bool:
        """Read one token; `False` where it does not belong to the numeral."""
        if not getattr(self, "_take_" + kind)(word):
            return False
        self.last, self.last_word = kind, word
        return True

    def _take_arabic(self, word: str) -> bool:
        if self.digit is not None or self.last not in ("", "group"):
            return False
        number = Decimal(re.sub("[, ]", "", word))
        if self.last and (number != int(number) or number >= self.scale):
            return False
        self.digit = (number, number)
        return True

    def _take_digit(self, word: str) -> bool:
        number = _DIGITS[word]
        if self.digit is None:
            if self.last == "over":
                return False
            self.digit = (number, number)
            return True
        if self.last != "digit":
            return False
        low, high = self.digit
        if low == high and (number == low + 1 or (low, number) == _THREE_FIVE):
            self.digit = (low, number)
            return True
        self.spoiled = True  # digits in a row are a year or a code, not a number
        return True

    def _take_zero(self, _word: str) -> bool:
        if self.last in ("", "digit", "zero"):
            self.spoiled = self.last != ""
            return self.spoiled
        self.after_zero = True
        return self.last in ("ten", "group")

    def _take_ten(self, word: str) -> bool:
        if self.last == "arabic" and word == "十":
            return False
        if self.last == "over" and (self.section != _NOTHING or word == "十"):
            return False
        factor = _TENS[word]
        low, high = self.digit or (Decimal(1), Decimal(1))
        if self.digit is None and self.last == "ten" and factor >= self.scale:
            return False
        self.section = (self.section[0] + low * factor, self.section[1] + high * factor)
        self.digit, self.scale, self.after_zero = None, factor, False
        return True

    def _take_group(self, word: str) -> bool:
        factor = _GROUPS[word]
        low, high = self.digit or (Decimal(0), Decimal(0))
        section = (self.section[0] + low, self.section[1] + high)
        if section == _NOTHING and self.total == _NOTHING and self.digit is None:
            section = (Decimal(1), Decimal(1))
        elif section == _NOTHING and self.digit is None and not (word == "亿" and self.last_word == "万"):
            return False
        if word == "亿":
            self.total = ((self.total[0] + section[0]) * factor, (self.total[1] + section[1]) * factor)
        else:
            self.total = (self.total[0] + section[0] * factor, self.total[1] + section[1] * factor)
        self.section, self.digit, self.after_zero, self.magnified = (Decimal(0), Decimal(0)), None, False, True
        self.scale = factor
        return True

    def _take_point(self, word: str) -> bool:
        if self.last != "digit" or self.digit is None or self.digit[0] != self.digit[1]:
            return False
        value = self.digit[0] + _to_fraction(word[1:])
        self.digit = (value, value)
        return True

    def _take_some(self, word: str) -> bool:
        if self.last == "" and word in "几数":
            self.vague = True
            return True
        if self.last == "ten" and self.last_word == "十" and word == "几":
            self.over = True
            return True
        return False

    def _take_over(self, _word: str) -> bool:
        if self.last in ("arabic", "ten", "group"):
            self.over = True
            return True
        return False

    def finish(self) -> Numeral | None:
        """The numeral read so far; `None` where it is none."""
        if self.spoiled or self.end == self.start or self.last == "zero":
            return None
        if self.vague and self.last == "some" and self.last_word != "几" and self.start + 1 == self.end:
            return None  # 数 alone is a word
        low, high = self._end_value()
        tail = self.end - 1 if self.last == "over" else self.end
        if self.vague:
            return Numeral(self.start, self.end, None, None, tail=tail)
        scale = self.scale if self.last in ("group", "ten", "over") else Decimal(1)
        return Numeral(self.start, self.end, low, high, self.over, tail, scale)

    def _end_value(self) -> tuple[Decimal, Decimal]:
        low, high = self.digit or (Decimal(0), Decimal(0))
        shortened = self.scale >= 100 and not self.after_zero and (self.section != _NOTHING or self.total != _NOTHING)
        if shortened and (self.last == "digit" or (self.last == "arabic" and low < 10)):  # 三万五, 2万5
            low, high = low * self.scale / 10, high * self.scale / 10
        return self.total[0] + self.section[0] + low, self.total[1] + self.section[1] + high


def _to_fraction(digits: str) -> Decimal:
    return Decimal("0." + "".join(str(_DIGITS[char]) for char in digits))
