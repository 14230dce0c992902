"""The parts of a text: paragraphs, sentences and clauses, and the headings that stand over the paragraphs."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?[”’」』）)]*", re.DOTALL)
_CLAUSE_END = re.compile(r"[，,；;：:。！？!?\n]")
_CHINESE = "[一二三四五六七八九十]"
_NUMBERED = re.compile(
    rf"\s*(?:[（(]?{_CHINESE}{{1,3}}[）)、．.]|[0-9]{{1,2}}[、.．](?![0-9])|第{_CHINESE}{{1,2}}[章节部])"
)
TOP_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九十]{1,2}部分)")
_FAR = 300  # code points
_LONGEST_HEADING, _LONGEST_TITLE = 40, 24


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its span, the number of its paragraph, whether it opens that, and whether it is a heading."""

    start: int
    end: int
    paragraph: int
    opens: bool
    heading: bool


def crosses(pattern: "re.Pattern[str]", text: str, start: int, end: int) -> bool:
    """Whether a mark stands between two offsets; far apart they are taken to have one, so that none is long sought."""
    return end - start > _FAR or pattern.search(text, start, end) is not None


class Outline:
    """The sentences of a text in their order, and for any offset its sentence and its clause."""

    def __init__(self, text: str):
        self.text = text
        self.sentences = list(_find_sentences(text))
        self._starts = [sentence.start for sentence in self.sentences]
        self._breaks = [found.start() for found in _CLAUSE_END.finditer(text)]

    def find_sentence(self, offset: int) -> int:
        """The index of the sentence in which `offset` lies."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def find_clause(self, offset: int) -> tuple[int, int]:
        """The span between the nearest commas, semicolons, colons or ends on both sides of `offset`."""
        index = bisect_right(self._breaks, offset - 1) if offset else 0
        start = self._breaks[index - 1] + 1 if index else 0
        index = bisect_right(self._breaks, offset - 1)
        end = self._breaks[index] if index < len(self._breaks) else len(self.text)
        return start, end


def _find_sentences(text: str) -> Iterator[Sentence]:
    paragraph, opens = 0, True
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        if start == end:
            continue
        yield Sentence(start, end, paragraph, opens, opens and _is_heading(text, start, end))
        opens = text[end - 1] == "\n"
        paragraph += opens


def _is_heading(text: str, start: int, end: int) -> bool:
    """A short line without a full stop, or one that begins with a number of its own."""
    line = text[start:end].strip()
    if _NUMBERED.match(line) and len(line) <= _LONGEST_TITLE and line.endswith("。"):
        return True  # 三、2014年工作打算。力争…
    if not line or (text[end - 1 : end] not in ("\n", "") and end != len(text)):
        return False
    if len(line) <= _LONGEST_HEADING and line[-1] not in "。！？!?；;，,”":
        return True
    return bool(_NUMBERED.match(line)) and len(line) <= _LONGEST_HEADING
