"""The time words of a text: where they stand and, with the day on which the text was published, what they say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tuopin.reader.telling import Telling
from tuopin.reader.timerules import RULES, compile_rules

_SENTENCE_END = re.compile(r"[。！？\n]")


@dataclass(frozen=True, slots=True)
class TimeWord:
    """A time word and its period, empty ends as in the record.

    `kind` is how it governs: ``span`` and ``point`` date figures, ``now`` is the day of the text, ``day`` a single day
    (often of the report, not of the fact), ``vague`` says that time is not told, ``base`` is what something is compared
    with, ``none`` dates nothing. `rule` names the rule that read it.
    """

    start: int
    end: int
    first: str
    last: str
    kind: str
    rule: str


class TimeReader:
    """Reads the time words of one text; `published` is its day, empty where it is not known, `title` may tell a year.

    >>> words = TimeReader("2017-02-20").read("去年减贫2万人，截至2015年底，近3年，2014至2016年")
    >>> [(word.first, word.last) for word in words]
    [('2016', '2016'), ('2015-12-31', '2015-12-31'), ('2013', '2015'), ('2014', '2016')]
    """

    def __init__(self, published: str = "", title: str = ""):
        self.telling = Telling(published, title)

    def read(self, text: str) -> Iterator[TimeWord]:
        """The time words from left to right, none inside another."""
        sentence_end = 0
        for found in compile_rules().finditer(text):
            if _SENTENCE_END.search(text, sentence_end, found.start()):
                self.telling.near = 0
            sentence_end = found.end()
            rule = str(found.lastgroup)
            word = RULES[rule].read(self.telling, found)
            if word is not None:
                yield TimeWord(*found.span(), *word, rule)
