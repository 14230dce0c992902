"""When: the period that governs a figure, kept while the sentences of a text are read on."""

import re
from bisect import bisect_left
from dataclasses import replace

from tuopin.reader.outline import TOP_HEADING, Sentence, crosses
from tuopin.reader.quantities import Quantity
from tuopin.reader.timewords import TimeReader, TimeWord

_CONTINUES = re.compile(
    r"[\s“”]*(?:其中|同时|共|此外|另|另外|并|还|这些|其余|全年|与此同时|累计|同期|期间|截至|分别|人均|户均|平均|[0-9一二三]是|一是|二是|三是|四是|五是)"
)
_REPORTS = re.compile(
    r"[^。；]{0,40}?(?:召开|举行|发布会|获悉|了解到|看到|来到|走进|采访|讯|电|报道|发布|印发|通报|公布|介绍|披露|赴|揭牌|开幕|启动仪式|签约|记者)"
)
_FROM = re.compile(r"(?:由|从|自)(?![年此])[^，。；]{0,16}$")
_TOWARDS = re.compile(
    r"[^0-9，。；]{0,6}(?:下降|降|减少|减|增加|增|提高|提升|上升|升|扩大|增长|涨|压|缩小|缩减|发展|壮大|跃升|攀升|跌|落)?[^0-9，。；]{0,3}(?:到|至|为|成)"
)


# The first and the last date, and the word that told them.
Told = tuple[str, str, TimeWord | None]


class Clock:
    """The period that governs, while sentences are read in order."""

    def __init__(self, text: str, words: list[TimeWord], whole: TimeWord | None = None):
        self.text = text
        self.whole = whole  # what dates the whole text
        self.section = self.current = whole if whole is None or whole.kind != "opening" else None
        self.aside: tuple[TimeWord | None, int] | None = None  # what governed before 其中2022年, and where that stood
        self.start: TimeWord | None = None  # of 由2012年的…增加到2014年的…
        self.pair: tuple[TimeWord, TimeWord] | None = None
        self.turned = False  # whether the value at the end of the pair has been told
        self.sentence: Sentence | None = None
        self._starts = [word.start for word in words]
        self._words = words

    def open_sentence(self, sentence: Sentence) -> None:
        """A time carries on only into a sentence that continues the same account."""
        self.sentence = sentence
        self.aside = self.start = self.pair = None
        self.turned = False
        if TOP_HEADING.match(self.text, sentence.start) and sentence.opens:
            self.section = self.whole if self.whole and self.whole.start <= sentence.start else None
            self.current = self.section
        elif sentence.heading or sentence.opens or not _CONTINUES.match(self.text, sentence.start, sentence.end):
            self.current = self.section

    def meet(self, word: TimeWord) -> None:
        """Read a time word: it governs what follows."""
        if word.kind in ("base", "none"):
            return
        if word.kind == "day" and _REPORTS.match(self.text, word.end):
            return
        if self.whole is not None and word.start == self.whole.start and self.whole.kind == "opening":
            self.section = self.whole
        before = self.text[max(0, word.start - 4) : word.start]
        self._end_aside(word.start)
        if _WITHIN.search(before):
            self.aside = (self.current, word.start)
        elif _STARTS.search(before):
            self.start = word
            if self.pair is not None and self.pair[1].last > word.last:
                self.pair, self.turned = (word, self.pair[1]), False
            elif self.current is not None and self.current.last > word.last:
                self.pair, self.turned = (word, self.current), False
        elif self.start is not None and word.kind in ("point", "now") and word.last >= self.start.last:
            self.pair, self.start = (self.start, word), None
        self.current = word
        if self._opens_section(word):
            self.section = word
        elif self.section and self.section.kind == "opening" and word.start > self.section.end:
            self.section = self.whole = None  # an opening governs until another time word

    def _opens_section(self, word: TimeWord) -> bool:
        """A time in a heading, or in 今年上半年，主要做了以下工作, governs what stands under it."""
        if self.sentence is None:
            return False
        if self.sentence.heading or _OPENS_SECTION.search(
            self.text, word.end, min(self.sentence.end, word.end + _NEAR)
        ):
            return True
        return bool(_IS_YEAR.match(self.text, word.end))

    def _end_aside(self, offset: int) -> None:
        """其中2022年 holds for its clause."""
        if self.aside and crosses(_CLAUSE, self.text, self.aside[1], offset):
            self.current, self.aside = self.aside[0], None

    def tell(self, quantity: Quantity) -> Told:
        """The period of a figure and the word that gave it."""
        self._end_aside(quantity.start)
        word = self._find_behind(quantity) or self.current
        if word is None or word.kind == "vague" or self._is_family(quantity):
            return "", "", None
        end = self._find_end(quantity)
        if self.pair is not None and word in self.pair:
            passed = crosses(_CLAUSE, self.text, self.pair[0].end, quantity.start)
            self.turned = self.turned or word is self.pair[1] or end == "end" or passed
            if self.turned:
                return self._tell_of_pair(self.pair, quantity, end)
        if word.kind in ("span", "opening") and word.first and word.last and len(word.first) == 4 and end:
            return (word.first, word.first, word) if end == "start" else (word.last, word.last, word)
        return word.first, word.last, word

    def _is_family(self, quantity: Quantity) -> bool:
        """一家三口 is no count of a time."""
        return quantity.classifier == "口" and self.text[max(0, quantity.start - 1) : quantity.start] == "家"

    def _tell_of_pair(self, pair: tuple[TimeWord, TimeWord], quantity: Quantity, end: str) -> Told:
        """Later values of a sentence that spoke of two dates: 由…到… goes by turn, growth spans both."""
        first, last = pair
        if end == "start":
            return first.first, first.last, first
        if last.kind in ("span", "opening"):
            return (last.last, last.last, last) if end == "end" else (last.first, last.last, last)
        if _GROWTH.search(self.text[max(0, quantity.start - 8) : quantity.start]):
            return first.first[:4], last.last[:4], last
        return last.first, last.last, last

    def _find_end(self, quantity: Quantity) -> str:
        """Whether a figure is the value at the start or at the end of a span of time: 从19.49%降到0.48%."""
        before = self.text[max(0, quantity.start - 44) : quantity.start]
        if _FROM.search(before) and _TOWARDS.match(self.text[quantity.end : quantity.end + 20]):
            return "start"
        return "end" if _UP_TO.search(before) else ""

    def _find_behind(self, quantity: Quantity) -> TimeWord | None:
        """A year close behind the figure goes before what stands in front: 20个县2019年度的退出."""
        index = bisect_left(self._starts, quantity.end)
        if index < len(self._words):
            word = self._words[index]
            if word.first and word.start - quantity.end <= 3 and self.text[word.start : word.end].endswith("年度"):
                return word
        return None


def find_whole_period(title: str, published: str, words: list[TimeWord]) -> TimeWord | None:
    """The time that a title gives to the whole text: its own, or for 一年减贫1.1万人 the year that the text names."""
    own = [word for word in TimeReader(published).read(title) if word.kind in ("point", "span") and word.first]
    if len(own) == 1 and _ACCOUNT.search(title):
        return replace(own[0], start=0, end=0)
    if _REPORT.search(title):
        opening = (word for word in words if word.start < _OPENING and word.kind in ("point", "span") and word.first)
        found = next((word for word in opening if _WHOLE.search(word.rule)), None)
        return replace(found, kind="opening") if found else None
    if re.search("一年", title):
        return next((word for word in words if word.kind == "point" and len(word.first) == 4), None)
    return None


_ACCOUNT = re.compile("公报|通报|成绩单|总结|概况|目标|盘点|梳理")
_REPORT = re.compile("工作报告|工作总结|工作情况|情况报告|总结")
_OPENING = 300  # code points in which a report says of which time it speaks
_WHOLE = re.compile("date|span_of_years|recent_years|five_year_plan")
_OPENS_SECTION = re.compile(r"主要(?:做|抓|开展|工作|完成)|以下(?:几方面)?工作")
_IS_YEAR = re.compile(r"是[^，。]{0,24}(?:一年|之年)[。，]")
_NEAR = 60  # code points within which a section is opened
_WITHIN = re.compile("其中[，,]?$")
_STARTS = re.compile("[由从]$")
_CLAUSE = re.compile("[，,；;。]")
_GROWTH = re.compile(r"(?:增长|年均|增幅|增速|增加|净增|净减|累计(?:完成)?|减少|下降|提高)(?:了|约|近|超过)?$")
_UP_TO = re.compile(r"(?:由|从|自)[^，。；]{0,12}[0-9.]+[^，。；]{0,14}(?:到|至|为|成)[了约近]?$")
