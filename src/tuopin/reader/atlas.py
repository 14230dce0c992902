"""The gazetteer for reading: all names of all times in one automaton, and names completed with their suffix."""

import re
from collections.abc import Iterator
from functools import cache, cached_property

import ahocorasick_rs

from tuopin.gazetteer import Gazetteer, Place, read_places
from tuopin.resources import find_ontology
from tuopin.tables import read_rows

SUFFIXES = tuple("省市州盟县区旗")
LEVELS = ("country", "province", "prefecture", "county")


class Atlas:
    """The gazetteer as an automaton over all names of all times."""

    def __init__(self, gazetteer: Gazetteer):
        self.gazetteer = gazetteer

    @cached_property
    def _names(self) -> list[str]:
        names = {name for place in self.gazetteer.places for name in place.names if len(name) > 1}
        names.update(read_words("anaphor", "region"))
        return sorted(names)

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(self._names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find_names(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The names in `text`, the longest at each place, with their spans."""
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            yield start, end, self._names[index]


@cache
def read_atlas() -> Atlas:
    """The atlas of the gazetteer that tuopin comes with; read once."""
    return Atlas(Gazetteer(read_places()))


@cache
def read_words(*kinds: str) -> dict[str, str]:
    """The words of some kinds in ``places.csv``, each with its value."""
    rows = read_rows(find_ontology() / "lexicon" / "places.csv", ("word", "kind", "value"))
    return {row.cells["word"]: row.cells["value"] for row in rows if row.cells["kind"] in kinds}


@cache
def compile_words(kind: str, where: str) -> "re.Pattern[str]":
    """A pattern of the words of a kind, to search right ``before`` an offset or to match right ``after`` one."""
    words = "|".join(sorted(map(re.escape, read_words(kind)), key=lambda word: (-len(word), word)))
    return re.compile(f"(?:{words})$" if where == "before" else f"(?:{words})")


def fits(name: str, place_level: str, wanted: str) -> bool:
    """Whether a place is one that a word such as 全市 (``city``) or 全县 (``county``) can stand for."""
    if wanted == "city":
        return name.endswith("市") and place_level in ("province", "prefecture", "county")
    if wanted == "region":
        return name.endswith("区")
    if wanted == "county":
        return place_level == "county" and not name.endswith("市")
    return place_level == wanted


def find_plain_names(place: Place) -> set[str]:
    """Its names that have a suffix, and so are no other word."""
    return set(place.names) - {place.short_zh}


def complete_name(name: str, place: Place) -> str:
    """The name as written, with its suffix where the text leaves it out: 江华 → 江华县, 湖南 → 湖南省."""
    if name != place.short_zh or name == place.name_zh:
        return name
    if place.level == "province":
        return place.name_zh
    for suffix in ("新区", "林区", "地区", "特区"):
        if place.name_zh.endswith(suffix):
            return name + suffix
    return name + place.name_zh[-1] if not name.endswith(place.name_zh[-1]) or len(name) < 3 else name
