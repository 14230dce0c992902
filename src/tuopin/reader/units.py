"""The unit of what is counted: the classifier where it settles it, else the noun behind or before it."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from tuopin.lexicon import Word, find_longest
from tuopin.reader.quantities import Quantity

_REACH_BEHIND, _REACH_BEFORE, _REACH_FAR = 16, 12, 24
_CLAUSE_END = re.compile("[，,。；;！？!?\n]")
_STOP = re.compile("[，,。；;：:！？!?、\n（）()0-9]")
_MONEY = re.compile(
    "(?:投入|投资|资金|贷|产值|收入|拨付|补助|捐|分红|投|增收|消费|销售|经费|奖补|财政|款|挣|赚|卖|拿|给|寄|领|进账|底薪|落|凑|元|均)[^，。；]{0,12}$"
)
_LAST = {"村": "village", "乡": "township", "镇": "township"}
_BARE = {**_LAST, "县": "county", "区": "county", "旗": "county", "人": "person"}
_FUNDS = re.compile("多?的?(?:财政|扶贫|专项|帮扶)*(?:资金|投资|贷款|经费|补助|补贴|收入|产值|款)")
_YUAN = re.compile(r"[^\u4e00-\u9fff]|[的上下左多吧呢了一每到就给钱]|$")
_VERBS = frozenset("是在已均未")
_WHOLES = ("全县", "全乡", "全镇", "全村")
_ELLIPSIS = re.compile("(?:以上|以下|左右)?(?:[，。；、：！？”）和及与]|$|已|均|未|通过|在|是|分布)")
_NOT_BEHIND = frozenset("定级直内里外")
_NOT_PEOPLE = ("CNY", "percent")


class Why(NamedTuple):
    """The rule that decided a unit, and the span of the words that did; an empty span where none did."""

    rule: str
    start: int = 0
    end: int = 0


Unit = tuple[str, Why]


class Counted(Protocol):
    """A figure that has its unit."""

    @property
    def quantity(self) -> Quantity:
        """Where it stands."""

    @property
    def unit(self) -> str:
        """Its unit."""


class UnitReader:
    """Finds the noun that a figure counts; `nouns` are those of the text, `masked` the spans of names."""

    def __init__(self, text: str, nouns: list[Word], masked: Sequence[tuple[int, int]]):
        self.text = text
        inside = {offset for start, end in masked for offset in range(start, end)}
        self.nouns = find_longest([noun for noun in nouns if noun.start not in inside])
        self._starts = [noun.start for noun in self.nouns]

    def find_unit(self, quantity: Quantity, earlier: Sequence[Counted]) -> Unit:
        """The unit, and whether the classifier, a noun or an earlier figure of the sentence decided it."""
        classifier = Why("classifier", quantity.end - len(quantity.classifier), quantity.end)
        if quantity.settled:
            return quantity.unit, classifier
        if quantity.classifier == "块":
            return ("CNY" if _YUAN.match(self.text, quantity.end) else "item"), classifier
        if not quantity.classifier:
            return self._find_unit_of_bare(quantity, earlier)
        counted = self._find_counted(quantity, classifier)
        if counted is not None:
            return counted
        if _ELLIPSIS.match(self.text, quantity.end):
            for one in reversed(earlier):
                if one.quantity.classifier == quantity.classifier:
                    return one.unit, _by_earlier(one.quantity)
        return quantity.unit or "item", classifier

    def _find_counted(self, quantity: Quantity, classifier: Why) -> Unit | None:
        """What the classifier counts: 17个贫困村, 51个县, 一家三口, 建成光伏发电站25个, 签约帮扶村164个."""
        before = self.text[max(0, quantity.start - 2) : quantity.start]
        if quantity.classifier == "口" and before.endswith("家"):
            return "person", classifier
        verb = self.text[quantity.end : quantity.end + 1] in _VERBS  # 另外3个是…: what is counted stands before
        noun = None if verb else self._find_behind(quantity)
        bare = _BARE.get(self.text[quantity.end : quantity.end + 1]) if quantity.classifier == "个" else None
        if bare and (noun is None or noun.start != quantity.end):
            return bare, classifier
        if noun is not None:
            return noun.value, _by(noun)
        noun = self._find_before(quantity, _REACH_BEFORE)
        last = _LAST.get(before[-1:]) if quantity.classifier in "个家" and not before.endswith(_WHOLES) else None
        if last and (noun is None or noun.end != quantity.start):
            return last, classifier
        return (noun.value, _by(noun)) if noun is not None else None

    def _find_unit_of_bare(self, quantity: Quantity, earlier: Sequence[Counted]) -> Unit:
        noun = self._find_behind(quantity)
        if noun is not None:
            return noun.value, _by(noun)
        if _FUNDS.match(self.text, quantity.end):
            return "CNY", Why("money")
        before = self.text[max(0, quantity.start - 24) : quantity.start]
        noun = self._find_before(quantity, _REACH_FAR)
        if noun is not None and not _MONEY.search(self.text[noun.end : quantity.start]):
            return noun.value, _by(noun)
        last = earlier[-1] if earlier else None
        if last and not last.quantity.classifier and last.unit not in _NOT_PEOPLE:
            return last.unit, _by_earlier(last.quantity)
        if _MONEY.search(before) or quantity.high < 100000:
            return "CNY", Why("money")
        return (last.unit, _by_earlier(last.quantity)) if last else ("item", Why("none"))

    def _find_behind(self, quantity: Quantity) -> Word | None:
        """The head of the noun phrase behind the figure: the last of nouns that follow one another."""
        stop = _STOP.search(self.text, quantity.end, quantity.end + _REACH_BEHIND)
        limit = stop.start() if stop else min(len(self.text), quantity.end + _REACH_BEHIND)
        index = bisect_left(self._starts, quantity.end)
        head: Word | None = None
        while index < len(self.nouns) and self.nouns[index].end <= limit:
            noun = self.nouns[index]
            index += 1
            if head is None and noun.end - noun.start == 1 and not self._is_whole_word(noun, quantity):
                continue
            if head is not None and noun.start > head.end:
                break
            head = noun
        return head

    def _is_whole_word(self, noun: Word, quantity: Quantity) -> bool:
        """A noun of one character counts right behind the classifier, and not in 省定, 县级 or 村里."""
        return noun.start == quantity.end and self.text[noun.end : noun.end + 1] not in _NOT_BEHIND

    def _find_before(self, quantity: Quantity, reach: int) -> Word | None:
        """The nearest noun of the clause before the figure: 建成光伏发电站25个."""
        begin = max(0, quantity.start - reach)
        index = bisect_left(self._starts, quantity.start) - 1
        while index >= 0 and self.nouns[index].start >= begin:
            noun = self.nouns[index]
            stop = _STOP if reach == _REACH_BEFORE else _CLAUSE_END
            if stop.search(self.text[noun.end : quantity.start]):
                return None
            if noun.end - noun.start > 1 and noun.end <= quantity.start:
                return noun
            index -= 1
        return None


def _by(noun: Word) -> Why:
    return Why("noun", noun.start, noun.end)


def _by_earlier(quantity: Quantity) -> Why:
    return Why("earlier", quantity.start, quantity.end)
