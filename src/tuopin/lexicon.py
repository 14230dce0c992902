"""The words by which texts speak, from the ontology and its lexicon tables, found in a text in one pass."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import NamedTuple

import ahocorasick_rs

from tuopin.resources import find_ontology
from tuopin.tables import read_rows
from tuopin.vocabulary import read_vocabulary


class Word(NamedTuple):
    """A word of the lexicon where it stands in a text: what kind of word it is and what it stands for."""

    start: int
    end: int
    kind: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Classifier:
    """What may follow a number: its unit, the factor to that unit, and whether it settles the unit by itself."""

    word: str
    unit: str
    factor: Decimal
    settles: bool


class Lexicon:
    """The lexicon, as look-ups and as one automaton.

    >>> lexicon = read_lexicon()
    >>> lexicon.find_classifier("16442户97人", 5).unit
    'household'
    """

    @cached_property
    def _classifiers(self) -> dict[str, list[Classifier]]:
        by_first: dict[str, list[Classifier]] = {}
        for row in _read("classifiers", ("word", "unit", "factor", "settles")):
            found = Classifier(row["word"], row["unit"], Decimal(row["factor"]), row["settles"] == "yes")
            by_first.setdefault(found.word[0], []).append(found)
        return {first: sorted(them, key=lambda one: -len(one.word)) for first, them in by_first.items()}

    def find_classifier(self, text: str, start: int) -> Classifier | None:
        """The longest classifier or unit that stands at `start`."""
        for classifier in self._classifiers.get(text[start : start + 1], ()):
            if text.startswith(classifier.word, start):
                return classifier
        return None

    @cached_property
    def cues(self) -> dict[str, dict[str, str]]:
        """The small words of ``cues.csv`` by kind, each with the value that it stands for."""
        cues: dict[str, dict[str, str]] = {}
        for row in _read("cues", ("word", "kind", "value")):
            cues.setdefault(row["kind"], {})[row["word"]] = row["value"]
        return cues

    def compile_cues(self, kind: str, rest: str) -> "re.Pattern[str]":
        """A pattern of the words of one kind, longest first, as its first group, and of `rest` behind them."""
        words = sorted(self.cues[kind], key=lambda word: (-len(word), word))
        return re.compile("(" + "|".join(map(re.escape, words)) + ")" + rest)

    def to_alternatives(self, qualifier: str, labels: Sequence[str]) -> str:
        """A pattern of the words of a qualifier in the ontology, longest first; one that fits nothing without any."""
        vocabulary = read_vocabulary()
        iri = vocabulary.schemes["qualifier"][qualifier]
        words = {word for label in labels for word in vocabulary.find_words(iri, label)} - {"几"}
        return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word))) or "(?!)"

    @cached_property
    def _entries(self) -> list[tuple[str, str, str]]:
        """Each word with its kind and value; a word may have several."""
        entries = set(_find_ontology_words())
        entries.update((row["word"], "name", row["kind"]) for row in _read("names", ("word", "kind")))
        return sorted(entries)

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(self._patterns, matchkind=ahocorasick_rs.MatchKind.Standard)

    @cached_property
    def _patterns(self) -> list[str]:
        return sorted({word for word, _kind, _value in self._entries})

    @cached_property
    def _meanings(self) -> list[tuple[tuple[str, str], ...]]:
        meanings: dict[str, list[tuple[str, str]]] = {}
        for word, kind, value in self._entries:
            meanings.setdefault(word, []).append((kind, value))
        return [tuple(meanings[word]) for word in self._patterns]

    def find_words(self, text: str) -> dict[str, list[Word]]:
        """All words of the lexicon in `text`, by kind, each list in the order of the text; words may overlap."""
        found: dict[str, list[Word]] = {}
        meanings, patterns = self._meanings, self._patterns
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for kind, value in meanings[index]:
                found.setdefault(kind, []).append(Word(start, end, kind, value, patterns[index]))
        return found


def find_longest(words: Sequence[Word]) -> list[Word]:
    """The words that do not lie inside a longer one of the same list."""
    kept: list[Word] = []
    for word in sorted(words, key=lambda word: (word.start, -word.end)):
        if not kept or word.end > kept[-1].end or (word.start, word.end) == kept[-1][:2]:
            kept.append(word)
    return kept


def _find_ontology_words() -> Iterator[tuple[str, str, str]]:
    vocabulary = read_vocabulary()
    for name, iri in vocabulary.schemes["unit"].items():
        for kind in ("prefLabel", "altLabel", "hiddenLabel"):
            for word in vocabulary.find_words(iri, kind):
                if kind == "hiddenLabel" or len(word) > 1:
                    yield word, "noun", name


def _read(name: str, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    for row in read_rows(find_ontology() / "lexicon" / f"{name}.csv", columns):
        yield row.cells


@cache
def read_lexicon() -> Lexicon:
    """The lexicon of the ontology that tuopin comes with; read once."""
    return Lexicon()
