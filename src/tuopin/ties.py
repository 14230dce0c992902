"""Figures that one source states twice, as in a heading and in the text below it: the later is tied to the first.

Two figures are one fact said twice only if they are equal in every field but those of the mention itself (where it
stands and how it is worded). One that says less, as a heading without a year, is not tied: nothing tells that it means
the same year.
"""

from collections.abc import Iterable, Iterator

from tuopin.facts import Figure, field_names
from tuopin.triples import read_decimal
from tuopin.vocabulary import Vocabulary

_OF_THE_MENTION = {"quote", "start", "end", "unit_text", "origin"}
_NUMBERS = ("value", "low", "high")
_OF_THE_FACT = [name for name in field_names(Figure) if name not in {*_OF_THE_MENTION, *_NUMBERS, "place"}]
# Of these only the classifier tells what is counted: 5座 and 5条 are both items.
_VAGUE_UNITS = frozenset({"item", "times"})
# What is half, or has grown by a tenth, the indicator does not say: equal values may well be of two things.
_VAGUE_HEADING, _VAGUE = "proportions", "other"


def find_restated(figures: Iterable[Figure], words: Vocabulary) -> Iterator[tuple[Figure, Figure]]:
    """Each figure that says again what an earlier one of its source says, with the first one that does.

    A figure without a place, or whose indicator leaves open what is measured, is never tied: two of them may be equal
    by chance, and neither enters a sum. Two names with one code are one place.

    >>> from dataclasses import replace
    >>> from tuopin.vocabulary import read_vocabulary
    >>> heading = Figure("s1", "2.9万人", 12, 17, "29000", unit="person", place="长沙市", indicator="people-lifted")
    >>> text = replace(heading, quote="29000人", start=40, end=46, value="29000.0")
    >>> dated = replace(text, start=80, end=86, period_start="2016", period_end="2016")
    >>> [(later.start, first.start) for later, first in find_restated([dated, text, heading], read_vocabulary())]
    [(40, 12)]
    """
    firsts: dict[tuple[object, ...], Figure] = {}
    for figure in sorted(figures, key=lambda figure: (figure.start, figure.end)):
        if figure.place and not _is_vague(figure, words):
            first = firsts.setdefault(_to_fact(figure), figure)
            if first is not figure:
                yield figure, first


def _is_vague(figure: Figure, words: Vocabulary) -> bool:
    return figure.indicator == _VAGUE or words.headings.get(figure.indicator) == _VAGUE_HEADING


def _to_fact(figure: Figure) -> tuple[object, ...]:
    numbers = (read_decimal(text) if (text := getattr(figure, name)) else None for name in _NUMBERS)
    counted = figure.unit_text if figure.unit in _VAGUE_UNITS else ""
    rest = (getattr(figure, name) for name in _OF_THE_FACT if name != "place_code")
    return (*numbers, counted, figure.place_code or figure.place, *rest)
