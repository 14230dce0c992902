"""When, where and whether: the period, the place and the status that govern a figure, kept while a text is read on."""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache

from tuopin.reader.outline import Outline, Sentence
from tuopin.reader.places import Mention, PlaceReader, find_villages
from tuopin.reader.quantities import Quantity
from tuopin.resources import find_ontology
from tuopin.tables import read_rows
from tuopin.timewords import TimeReader, TimeWord

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


@dataclass(frozen=True, slots=True)
class Setting:
    """What governs one figure, with the words that said so as ``(rule, start, end)``."""

    first: str = ""
    last: str = ""
    place: str = ""
    place_code: str = ""
    subplace: str = ""
    status: str = "actual"
    traces: tuple[tuple[str, str, int, int], ...] = ()


class Clock:
    """The period that governs, while sentences are read in order."""

    def __init__(self, text: str, outline: Outline, words: list[TimeWord], whole: TimeWord | None = None):
        self.text = text
        self.outline = outline
        self.whole = whole  # what dates the whole text
        self.section: TimeWord | None = whole
        self.current: TimeWord | None = whole
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
        if _TOP_HEADING.match(self.text, sentence.start) and sentence.opens:
            self.section = self.whole
            self.current = self.section
        elif sentence.heading:
            self.current = self.section
        elif sentence.opens or not _CONTINUES.match(self.text, sentence.start, sentence.end):
            self.current = self.section

    def meet(self, word: TimeWord) -> None:
        """Read a time word: it governs what follows."""
        if word.kind in ("base", "none"):
            return
        if word.kind == "day" and _REPORTS.match(self.text, word.end):
            return
        before = self.text[max(0, word.start - 4) : word.start]
        self._end_aside(word.start)
        if _WITHIN.search(before):
            self.aside = (self.current, word.start)
        elif _STARTS.search(before):
            self.start = word
            if self.current is not None and self.current.kind in ("point", "now") and self.current.last > word.last:
                self.pair, self.turned = (word, self.current), False
        elif self.start is not None and word.kind in ("point", "now") and word.last >= self.start.last:
            self.pair, self.start = (self.start, word), None
        self.current = word
        if self._opens_section(word):
            self.section = word
        elif self.section and self.section is self.whole and self.whole.kind == "opening" and word.start > self.whole.end:
            self.section = self.whole = None  # an opening governs until another time word

    def _opens_section(self, word: TimeWord) -> bool:
        """A time in a heading, or in 今年上半年，主要做了以下工作, governs what stands under it."""
        if self.sentence is None:
            return False
        if self.sentence.heading or _OPENS_SECTION.search(self.text, word.end, self.sentence.end):
            return True
        return bool(_IS_YEAR.match(self.text, word.end))

    def _end_aside(self, offset: int) -> None:
        """其中2022年 holds for its clause."""
        if self.aside and _CLAUSE.search(self.text, self.aside[1], offset):
            self.current, self.aside = self.aside[0], None

    def tell(self, quantity: Quantity) -> tuple[str, str, TimeWord | None]:
        """The period of a figure and the word that gave it."""
        self._end_aside(quantity.start)
        word = self._find_behind(quantity) or self.current
        if word is None or word.kind == "vague":
            return "", "", None
        end = self._find_end(quantity)
        if self.pair is not None and word in self.pair:
            self.turned = self.turned or word is self.pair[1] or end == "end"
            if self.turned:
                return self._tell_of_pair(self.pair, quantity, end)
        if word.kind in ("span", "opening") and word.first and word.last and len(word.first) == 4 and end:
            return (word.first, word.first, word) if end == "start" else (word.last, word.last, word)
        return word.first, word.last, word

    def _tell_of_pair(self, pair: tuple[TimeWord, TimeWord], quantity: Quantity, end: str) -> tuple[str, str, TimeWord | None]:
        """Later values of a sentence that spoke of two dates: 由…到… goes by turn, growth spans both."""
        first, last = pair
        if end == "start":
            return first.first, first.last, first
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
            if word.start - quantity.end <= 3 and self.text[word.start : word.end].endswith("年度"):
                return word
        return None


def find_whole_period(title: str, published: str, words: list[TimeWord]) -> TimeWord | None:
    """The time that a title gives to the whole text: its own, or for 一年减贫1.1万人 the year of which the text speaks."""
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
_TOP_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九十]{1,2}部分)")
_OPENS_SECTION = re.compile(r"主要(?:做|抓|开展|工作|完成)|以下(?:几方面)?工作")
_IS_YEAR = re.compile(r"是[^，。]{0,24}(?:一年|之年)[。，]")
_WITHIN = re.compile("其中[，,]?$")
_STARTS = re.compile("[由从]$")
_CLAUSE = re.compile("[，,；;。]")
_GROWTH = re.compile(r"(?:增长|年均|增幅|增速|增加|净增|净减|累计(?:完成)?|减少|下降|提高)(?:了|约|近|到|达|超过)?$")
_UP_TO = re.compile(r"(?:由|从|自)[^，。；]{0,12}[0-9.]+[^，。；]{0,14}(?:到|至|为|成)[了约近]?$")


class Whereabouts:
    """The place that governs, while sentences are read in order."""

    def __init__(self, text: str, reader: PlaceReader):
        self.text = text
        self.reader = reader
        self.home = reader.home
        self.base = self.home  # of the section
        self.current: Mention | None = self.home
        self.village: tuple[int, int, str] | None = None
        self.passing: Mention | None = None  # a wider place, named in passing
        self.passed = 0  # where it stood, if it holds for its clause only
        self.listed: list[Mention] = []  # places named together
        self.shared = False  # 两县, 二者
        self.sentence: Sentence | None = None

    def open_sentence(self, sentence: Sentence) -> None:
        """A wider place named in passing (全省) ends with its sentence; a heading's place holds for its section."""
        self.sentence = sentence
        self.passing, self.passed = None, 0
        self.shared = False
        if self.listed:
            self.listed = []
            self.current = self.base
        if sentence.heading:
            self.village = None
            self.base = self.home
        if sentence.opens or _ITEM.match(self.text, sentence.start):
            self.village = None
            if self.base is not None:
                self.current = self.base

    def meet(self, mention: Mention) -> None:
        """Read a place: it governs what follows."""
        if mention.anaphor:
            self._meet_anaphor(mention)
        elif mention.role == "listed":
            self.listed.append(mention)
            self.village = None
        elif mention.role == "attribute" and self.current and _is_wider(mention, self.current):
            return
        elif mention.role in ("subject", "attribute") and not self._is_foreign(mention):
            self.listed, self.village, self.shared = [], None, False
            if self.sentence and self.sentence.heading:
                self.base = mention
            elif self._holds_home(mention):
                self.passing, self.passed = mention, mention.end
                return
            self.current, self.passing = mention, None

    def _holds_home(self, mention: Mention) -> bool:
        """A place around the one whose article it is comes in only for a sentence."""
        home = self.home
        if home is None or home.place is None or mention.code == home.code:
            return False
        return mention.code in {outer.code for outer in self.reader.atlas.gazetteer.find_containers(home.place)}

    def _is_foreign(self, mention: Mention) -> bool:
        """A place neither in nor around the one whose article it is only comes in as somebody's origin or helper."""
        home, sentence = self.home, self.sentence
        if home is None or home.place is None or mention.place is None or sentence is None:
            return False
        if self.text[mention.end : mention.end + 1] in "，：" and not _HELPS.match(self.text, mention.end):
            return False
        if sentence.heading or sentence.opens and not self.text[sentence.start : mention.start].strip():
            return bool(_HELPS.match(self.text, mention.end))
        containers = self.reader.atlas.gazetteer.find_containers
        within = {place.code for place in (*containers(mention.place), mention.place)}
        around = {place.code for place in (*containers(home.place), home.place)}
        return home.code not in within and mention.code not in around

    def _meet_anaphor(self, mention: Mention) -> None:
        if mention.role == "compared":
            return
        if mention.level == "several":
            self.shared = True
            return
        self.shared = False
        near = (self.home, self.current, self.base) if mention.level == "city" else (self.current, self.base, self.home)
        found = self.reader.resolve_anaphor(mention, near)
        if found is None:
            return
        self.listed = []
        if mention.level != "here":
            self.village = None
        if self.current and _is_wider(found, self.current):
            self.passing, self.passed = found, 0
        else:
            self.current = found
            self.passing = None

    def meet_village(self, village: tuple[int, int, str]) -> None:
        """A township or village narrows the place."""
        self.village = village

    def tell(self, quantity: Quantity) -> tuple[Mention | None, str]:
        """The place of a figure, and the township or village; `None` where several places share it."""
        if self.shared:
            return None, ""
        if self.passed and _CLAUSE.search(self.text, self.passed, quantity.start):
            self.passing, self.passed = None, 0
        if self.passing is not None:
            return self.passing, ""
        if _COUNTS_LIST.search(self.text[max(0, quantity.start - 1) : quantity.start]):
            self._close_list(quantity)
        elif self.listed:
            return self._find_in_list(quantity), ""
        return self.current, self.village[2] if self.village else ""

    def _close_list(self, quantity: Quantity) -> None:
        """石门、桑植等10个县: what is told of all of them is told of the place that has them."""
        named = self.listed[-1] if self.listed else self.current
        if named is None or named.end != quantity.start - 1:
            return
        self.listed = []
        self.current = named.outer or self.base

    def _find_in_list(self, quantity: Quantity) -> Mention | None:
        """The place that 分别 gives to a figure by its turn."""
        found = _EACH_IN_TURN.search(self.text[self.listed[-1].end : quantity.start])
        if not found:
            return None
        turn = len(re.findall("[、，和及]", found[1]))
        return self.listed[turn] if turn < len(self.listed) else None


_ITEM = re.compile(r"[\s]*(?:[（(][一二三四五六七八九十]{1,2}[）)]|[一二三四五六七八九十]是)")
_HELPS = re.compile(r"(?:市|省|区|县)?[^，。；]{0,6}(?:援助|对口|帮扶|支援|援建|捐|协作|出资)")
_COUNTS_LIST = re.compile("等$")
_EACH_IN_TURN = re.compile(r"(?:分别|依次)([^。；]*)$")
_LEVELS = ("country", "province", "prefecture", "county")


def _is_wider(one: Mention, other: Mention) -> bool:
    if one.level not in _LEVELS or other.level not in _LEVELS:
        return False
    return _LEVELS.index(one.level) < _LEVELS.index(other.level)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of plan or of result, where it stands."""

    start: int
    end: int
    value: str
    name: str


@cache
def _compile_cues() -> tuple["re.Pattern[str]", dict[str, str]]:
    rows = [row.cells for row in read_rows(find_ontology() / "lexicon" / "status.csv", ("name", "pattern", "value"))]
    pattern = "|".join(f"(?P<{row['name']}>{row['pattern']})" for row in rows)
    return re.compile(pattern), {row["name"]: row["value"] for row in rows}


def find_cues(text: str) -> list[Cue]:
    """The words of plan and of result, from left to right."""
    pattern, values = _compile_cues()
    return [Cue(*found.span(), values[str(found.lastgroup)], str(found.lastgroup)) for found in pattern.finditer(text)]


class Mood:
    """Whether what is told is done or planned, while sentences are read in order."""

    def __init__(self, text: str, outline: Outline, published: str):
        self.text = text
        self.outline = outline
        self.published = published
        self.cue: Cue | None = None
        self.section = "actual"

    def open_sentence(self, sentence: Sentence) -> None:
        """A plan ends with its sentence, or with its section."""
        self.cue = None
        if sentence.heading or (sentence.opens and _TOP_HEADING.match(self.text, sentence.start)):
            self.section = "actual"

    def meet(self, cue: Cue, sentence: Sentence) -> None:
        """Read a cue: it governs what follows in the sentence."""
        if cue.value == "section":
            if sentence.heading or sentence.opens:
                self.section = "target"
            return
        self.cue = cue

    def tell(self, quantity: Quantity, first: str, last: str) -> tuple[str, Cue | None]:
        """The status of a figure and the word that gave it."""
        if self.cue is not None:
            if self.cue.value == "target" and not self._is_far(quantity):
                return "target", self.cue
            if self.cue.value == "actual":
                return "actual", self.cue
        task = _TASK.search(self.text[max(0, quantity.start - 8) : quantity.start])
        if task and quantity.unit != "percent":
            return "target", None
        if self.published and first and first[:4] > self.published[:4]:
            return "target", None
        return self.section, None

    def _is_far(self, quantity: Quantity) -> bool:
        return bool(self.cue and re.search("[；;]", self.text[self.cue.end : quantity.start]))


_TASK = re.compile(r"(?:任务|计划|目标)(?:是|为|数)?[^，。；、0-9]{0,2}$")
