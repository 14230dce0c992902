"""Whether: the status, done or planned, that governs a figure, kept while the sentences of a text are read on."""

import re
from dataclasses import dataclass, replace
from functools import cache

from tuopin.reader.outline import TOP_HEADING, Sentence, crosses
from tuopin.reader.quantities import Quantity
from tuopin.resources import find_ontology
from tuopin.tables import read_rows


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

    def __init__(self, text: str, published: str):
        self.text = text
        self.published = published
        self.cue: Cue | None = None
        self.sentence: Sentence | None = None
        self.section = "actual"
        self.paragraph = ""

    def open_sentence(self, sentence: Sentence) -> None:
        """A plan ends with its sentence, or with its section."""
        self.sentence, self.cue = sentence, None
        if sentence.opens:
            self.paragraph = ""
            if TOP_HEADING.match(self.text, sentence.start):
                self.section = "actual"
        year = _HEADING_YEAR.match(self.text, sentence.start, sentence.end) if sentence.heading else None
        if year:
            self.section = "target" if self._is_to_come(year[1]) else "actual"

    def _stands_first(self, cue: Cue) -> bool:
        """A section opens with its plan: 三、下半年工作打算(一)…; a plan that is only spoken of opens none."""
        return bool(self.sentence and self.sentence.opens and cue.start - self.sentence.start <= _FIRST)

    def _is_to_come(self, year: str) -> bool:
        """What a report of the first quarter says under the heading of its own year is planned."""
        now = self.published
        return bool(now) and (year > now[:4] or (year == now[:4] and now[5:7] <= "03"))

    def meet(self, cue: Cue) -> None:
        """Read a cue: it governs what follows in the sentence."""
        if cue.value == "section":
            if self.sentence and (self.sentence.heading or self._stands_first(cue)):
                self.section = "target"
            return
        if cue.value == "paragraph":
            if self.sentence and self.sentence.opens:
                self.paragraph = "target"
            cue = replace(cue, value="target")
        if cue.name == "really" and self.cue is not None and self.cue.name == "listed_in_plan":
            return  # 列入计划的共有…
        self.cue = cue

    def tell(self, quantity: Quantity, first: str, last: str) -> tuple[str, Cue | None]:
        """The status of a figure and the word that gave it."""
        if self.cue is not None:
            listed = self.cue.name == "listed_in_plan" and quantity.unit == "percent"
            if self.cue.value == "target" and not listed and not self._is_far(quantity):
                return "target", self.cue
            if self.cue.value == "actual":
                return "actual", self.cue
        task = _TASK.search(self.text[max(0, quantity.start - 16) : quantity.start])
        if task and quantity.unit != "percent":
            return "target", None
        if self.published and first and first[:4] > self.published[:4]:
            return "target", None
        return self.paragraph or self.section, None

    def _is_far(self, quantity: Quantity) -> bool:
        return bool(self.cue and crosses(_STOP, self.text, self.cue.end, quantity.start))


_STOP = re.compile("[；;]")
_FIRST = 14
_HEADING_YEAR = re.compile(r"\s*((?:19|20)[0-9]{2})年")
_TASK = re.compile(
    r"(?:任务|计划|目标)(?:(?:是|为)[^，。；、0-9]{0,6}|数?[^，。；、0-9]{0,2})(?:[0-9.]+万?[余多]?户)?$"
)
