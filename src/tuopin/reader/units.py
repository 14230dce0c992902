"""The unit of what is counted: the classifier where it settles it, else the noun behind or before it."""

import re
from bisect import bisect_left

from tuopin.lexicon import Word, find_longest
from tuopin.reader.outline import Outline
from tuopin.reader.quantities import Quantity

_REACH_BEHIND, _REACH_BEFORE = 16, 12
_STOP = re.compile("[，,。；;：:！？!?、\n（）()0-9]")
_BARE = {"县": "county", "区": "county", "旗": "county", "村": "village", "乡": "township", "镇": "township"}
_MONEY = re.compile("(?:投入|投资|资金|贷款|信贷|产值|收入|拨付|补助|捐|分红|投|增收|消费|销售|经费|奖补|财政|款)[^，。；]{0,12}$")


class UnitReader:
    """Finds the noun that a figure counts; `nouns` are those of the lexicon in the text."""

    def __init__(self, text: str, outline: Outline, nouns: list[Word]):
        self.text = text
        self.outline = outline
        self.nouns = find_longest(nouns)
        self._starts = [noun.start for noun in self.nouns]

    def find_unit(self, quantity: Quantity) -> tuple[str, Word | None]:
        """The unit and the noun that decided it, `None` where the classifier did."""
        if quantity.settled:
            return quantity.unit, None
        noun = self._find_behind(quantity) or self._find_before(quantity)
        if noun is not None:
            return noun.value, noun
        if quantity.classifier == "个" and self.text[quantity.end : quantity.end + 1] in _BARE:
            return _BARE[self.text[quantity.end]], None
        if not quantity.classifier:
            before = self.text[max(0, quantity.start - 24) : quantity.start]
            return ("CNY", None) if _MONEY.search(before) else ("item", None)
        return quantity.unit, None

    def _find_behind(self, quantity: Quantity) -> Word | None:
        """The head of the noun phrase behind the figure: the last of nouns that follow one another."""
        stop = _STOP.search(self.text, quantity.end, quantity.end + _REACH_BEHIND)
        limit = stop.start() if stop else min(len(self.text), quantity.end + _REACH_BEHIND)
        index = bisect_left(self._starts, quantity.end)
        head: Word | None = None
        while index < len(self.nouns) and self.nouns[index].end <= limit:
            noun = self.nouns[index]
            if head is not None and noun.start > head.end:
                break
            head = noun
            index += 1
        return head

    def _find_before(self, quantity: Quantity) -> Word | None:
        """The nearest noun of the clause before the figure: 建成光伏发电站25个."""
        begin = max(0, quantity.start - _REACH_BEFORE)
        index = bisect_left(self._starts, quantity.start) - 1
        if index < 0 or self.nouns[index].start < begin or self.nouns[index].end > quantity.start:
            return None
        between = self.text[self.nouns[index].end : quantity.start]
        return None if _STOP.search(between) else self.nouns[index]
