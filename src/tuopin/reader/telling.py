"""The date phrases of a text taken apart, and the year that one without a year is told of."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from tuopin.numerals import read_number
from tuopin.resources import find_ontology
from tuopin.tables import read_rows

YEAR = r"(?:(?:19|20)[0-9]{2}|[一二][〇○零九][〇○零一二九][〇○零一二三四五六七八九])"
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
CLOSE = "[底末]"
CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_COLUMNS = ("word", "kind", "start", "end")
_ACCOUNT = re.compile("公报|监测|调查|总结|审计")
_YEAR_IN, _YEAR_OUT = re.compile(YEAR), re.compile(rf"{YEAR}年?")
_MONTH_IN, _DAY_IN = re.compile(rf"({MONTH})月"), re.compile(rf"({DAY})[日号]")
_CLOSED_YEAR = re.compile(f"年{CLOSE}")


class Telling:
    """The years that a text has spoken of so far, by which 当年 or 5月底 is told; `published` is its day."""

    def __init__(self, published: str = "", title: str = ""):
        self.now = published[:10]
        years = re.findall(f"{YEAR}(?=年)", title)
        self.anchor = int(years[0].translate(CHINESE)) if len(set(years)) == 1 else 0  # the year spoken of last
        self.told = self.anchor if _ACCOUNT.search(title) else 0  # the year of which the title says to give account
        self.near = 0  # the year spoken of in this sentence

    @property
    def year(self) -> int:
        """The year of publication, 0 where it is not known."""
        return int(self.now[:4]) if self.now else 0

    def to_year(self, text: str) -> int:
        """The year that a phrase names: 2016, 二〇一六, 去年, 当年; the year in question where it names none."""
        phrase = parse_phrase(text)
        if phrase.year:
            return self._set(phrase.year)
        if phrase.kind:
            base = self.year if phrase.kind == "year" else self.anchor or self._year_told()
            return self._set(base + phrase.shift if base else 0)
        return self.near or self.told or self.year or self.anchor

    def _year_told(self) -> int:
        """全年 and 过去一年 are those of the year before in what appears in its first quarter."""
        return self.year - 1 if "-01" <= self.now[4:7] <= "-03" else self.year

    def _set(self, year: int) -> int:
        self.anchor = self.near = year
        return year

    def to_month_year(self, text: str, month: int) -> int:
        """The year of a month named without one: that of the sentence, else of publication, and in a report of the
        first quarter the year before for a month still to come."""
        year = self.to_year(text)
        phrase = parse_phrase(text)
        if phrase.year or phrase.kind or self.near or self.told or not self.now:
            return year
        coming = month > int(self.now[5:7] or 12)
        told = not re.search("前|到|[底末]", text) or re.search("截至|截止", text)
        return year - 1 if coming and told and self.now[5:7] <= "03" else year


class Phrase(NamedTuple):
    """The parts of a date phrase: 0 or empty where it does not have them.

    `kind` and `shift` are those of a word for a year (去年: ``year``, -1); `part` are the first and the last month of
    a part of the year, `closed` says that its end is meant (底, 末).
    """

    year: int
    kind: str
    shift: int
    month: int
    day: int
    part: tuple[str, str] | None
    closed: bool


@lru_cache(maxsize=4096)
def parse_phrase(text: str) -> Phrase:
    """Take a date phrase apart."""
    digits = _YEAR_IN.search(text)
    year = int(digits[0].translate(CHINESE)) if digits else 0
    kind, shift = next((row for word, row in _read_years().items() if word in text), ("", 0)) if not digits else ("", 0)
    rest = _YEAR_OUT.sub("", text)
    month = _MONTH_IN.search(rest)
    day = _DAY_IN.match(rest, month.end()) if month else None
    part = next((read_times()[word][1:] for word in find_time_words("part") if word in text), None)
    return Phrase(
        year, kind, shift, to_int(month[1]) if month else 0, int(day[1]) if day else 0, part,
        _CLOSED_YEAR.search(text) is not None,
    )  # fmt: skip


@cache
def read_times() -> dict[str, tuple[str, str, str]]:
    """The words of ``times.csv``, each with its kind, its start and its end."""
    rows = read_rows(find_ontology() / "lexicon" / "times.csv", _COLUMNS)
    return {row.cells["word"]: (row.cells["kind"], row.cells["start"], row.cells["end"]) for row in rows}


@cache
def _read_years() -> dict[str, tuple[str, int]]:
    return {word: (kind, int(start)) for word, (kind, start, _end) in read_times().items() if kind in ("year", "same")}


def find_time_words(*kinds: str) -> list[str]:
    """The words of the kinds, longest first, so that an alternation takes the longest."""
    return sorted((word for word, row in read_times().items() if row[0] in kinds), key=lambda word: (-len(word), word))


def to_int(word: str) -> int:
    """The whole number that a word writes, 0 for none."""
    return int(read_number(word) or 0)


def drop_year(text: str) -> str:
    """A date phrase without its year."""
    return _YEAR_OUT.sub("", text)
