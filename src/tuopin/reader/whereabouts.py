"""Where: the place that governs a figure, kept while the sentences of a text are read on."""

import re

from tuopin.reader.atlas import LEVELS
from tuopin.reader.mentions import Mention
from tuopin.reader.outline import Sentence, crosses
from tuopin.reader.places import PlaceReader
from tuopin.reader.quantities import Quantity

_CLAUSE = re.compile("[，,；;。]")


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
            if _HELPS.match(self.text, mention.end) and self.current is not None:
                self.listed = []  # those who help, not those of whom it is told
        elif mention.role == "oblique":
            if self.home is not None and mention.code == self.home.code:  # 北京市为洛浦安排资金: Luopu's
                self.current, self.passing, self.listed = self.home, None, []
        elif mention.role == "attribute" and self.current and _is_wider(mention, self.current):
            if self.text[mention.end : mention.end + 1].isdecimal():  # 曾是河北省10个深度贫困县之一
                self.passing, self.passed = mention, mention.end
        elif mention.role in ("subject", "attribute") and not self._is_foreign(mention):
            self.listed, self.village, self.shared = [], None, False
            if self.current is not None and _WITHIN.search(self.text[max(0, mention.start - 8) : mention.start]):
                self.passing, self.passed = mention, mention.end  # 其中用于巴东县的3.1亿元；选派…
                return
            if self.sentence and self.sentence.heading:
                self.base = mention
            elif self._holds_home(mention):
                if self.passing and self.passing.code == mention.code and not self.passed:
                    return
                begins = self.text[max(0, mention.start - 1) : mention.start] in _EDGES
                self.passing, self.passed = mention, 0 if begins else mention.end
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
        if self.current and mention.code != self.current.code and _HELPS.match(self.text, mention.end):
            return True
        if home is None or home.place is None or mention.place is None or sentence is None:
            return False
        if self.text[mention.end : mention.end + 1] in "，：" and not _HELPS.match(self.text, mention.end):
            return False
        first_clause = sentence.opens and not crosses(_CLAUSE, self.text, sentence.start, mention.start)
        if sentence.heading or first_clause or mention.start == sentence.start:
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
        if self.listed and self._find_turn(quantity):
            return self._find_in_list(quantity), ""
        if self.shared:
            return None, ""
        if self.passed and crosses(_CLAUSE, self.text, self.passed, quantity.start):
            self.passing, self.passed = None, 0
        if self.passing is not None:
            return self.passing, ""
        if _COUNTS_LIST.search(self.text[max(0, quantity.start - 1) : quantity.start]):
            self._close_list(quantity)
        elif self.listed:
            return self._find_in_list(quantity), ""
        return self.current, self.village[2] if self.village else ""

    def tell_subject(self) -> str:
        """The name of the place that carries something out here, empty where there is none or several."""
        place = self.current if self.passing is None else self.passing
        return place.name if place and not self.listed and not self.shared else ""

    def _close_list(self, quantity: Quantity) -> None:
        """石门、桑植等10个县: what is told of all of them is told of the place that has them."""
        named = self.listed[-1] if self.listed else self.current
        if named is None or named.end != quantity.start - 1:
            return
        self.listed = []
        self.current = named.outer or self.base

    def _find_turn(self, quantity: Quantity) -> "re.Match[str] | None":
        """分别 between the row of places and the figure, not far away."""
        end = self.listed[-1].end
        return _EACH_IN_TURN.search(self.text[end : quantity.start]) if quantity.start - end <= _FAR else None

    def _find_in_list(self, quantity: Quantity) -> Mention | None:
        """The place that 分别 gives to a figure by its turn."""
        found = self._find_turn(quantity)
        if not found:
            return None
        turn = len(re.findall("[、，和及]", found[1]))
        rest = _CLAUSE_TAIL.match(self.text, quantity.end)
        told = len(_NUMBERS.findall(found[1])) + 1 + (len(_NUMBERS.findall(rest[0])) if rest else 0)
        if told != len(self.listed):
            return None
        return self.listed[turn] if turn < len(self.listed) else None


_EDGES = frozenset(("", "，", "。", "；", "：", "\n", "”"))
_WITHIN = re.compile("其中[^，。；、]{0,6}$")
_ITEM = re.compile(r"[\s]*(?:[（(][一二三四五六七八九十]{1,2}[）)]|[一二三四五六七八九十]是)")
_HELPS = re.compile(
    r"(?:市|省|区|县)?(?:、[^，。；、]{1,12}(?:和[^，。；]{1,12})?)?[^，。；]{0,6}"
    r"(?:援助|对口|帮扶|支援|援建|捐|协作|出资|结对|援疆|援藏|援青)"
)
_COUNTS_LIST = re.compile("等$")
_NUMBERS = re.compile("[0-9][0-9.,]*")
_CLAUSE_TAIL = re.compile("[^，。；]*")
_FAR = 200  # code points
_EACH_IN_TURN = re.compile(r"(?:分别|依次)([^。；]*)$")


def _is_wider(one: Mention, other: Mention) -> bool:
    if one.level not in LEVELS or other.level not in LEVELS:
        return False
    return LEVELS.index(one.level) < LEVELS.index(other.level)
