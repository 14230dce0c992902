"""The administrative divisions of China with the time in which each name and code was in force."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tuopin.errors import DataError
from tuopin.iris import mint_thing
from tuopin.periods import first_day, is_date, last_day
from tuopin.resources import find_data
from tuopin.tables import Row, read_rows

COLUMNS = (
    "code", "level", "name_zh", "short_zh", "pinyin", "name_en", "short_en", "parent", "valid_from", "valid_to",
    "replaced_by",
)  # fmt: skip
LEVELS = ("country", "province", "prefecture", "county")
COUNTRY = "CN"
# A short name is completed with the suffix of its kind (江华 → 江华县), whatever peoples the official name has.
_SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "新区", "林区", "特区", *"省市州盟县区旗")
_CODE = re.compile(r"\d{6}|CN", re.ASCII)
_FOREVER = ("0000-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the gazetteer: a code with the name, the parent and the time for which these held.

    `valid_from` and `valid_to` are ISO 8601 at the precision known; empty means that the list of 2009 has it already,
    and that it still holds. `replaced_by` are the codes of its successors.
    """

    code: str
    level: str
    name_zh: str
    short_zh: str
    pinyin: str
    name_en: str
    short_en: str
    parent: str
    valid_from: str
    valid_to: str
    replaced_by: tuple[str, ...]
    key: str
    line: int

    @property
    def iri(self) -> str:
        """The IRI of the place as it was in this time."""
        return mint_thing("place", self.key)

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day on which it was in force; a month or a year counts whole."""
        return _to_days(self.valid_from, self.valid_to)

    @property
    def names(self) -> Iterator[str]:
        """What texts call it: the official name, the short one, and the short one with a plain suffix."""
        yield self.name_zh
        if self.short_zh != self.name_zh:
            yield self.short_zh
        suffix = next((suffix for suffix in _SUFFIXES if self.name_zh.endswith(suffix)), "")
        for ending in {suffix, suffix[-1:]} - {""}:
            if self.short_zh + ending not in (self.name_zh, self.short_zh):
                yield self.short_zh + ending


class Gazetteer:
    """All places, found by code or by name at a date.

    >>> places = Gazetteer(read_places())
    >>> places.find_code("430124", "2016-05-01").name_zh, places.find_code("430124", "2018-05-01")
    ('宁乡县', None)
    >>> [place.code for place in places.find_name("江华县", "2017-02-20")]
    ['431129']
    """

    def __init__(self, places: list[Place]):
        self.places = places
        self._by_code: dict[str, list[Place]] = {}
        for place in places:
            self._by_code.setdefault(place.code, []).append(place)

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        names: dict[str, list[Place]] = {}
        for place in self.places:
            for name in place.names:
                names.setdefault(name, []).append(place)
        return names

    def find_code(self, code: str, date: str = "") -> Place | None:
        """The place that had `code` on the day `date`, or latest where no date is given; `None` where none had."""
        held = self._by_code.get(code, [])
        if date:
            held = [place for place in held if _holds(place, date)]
        return max(held, key=lambda place: place.days, default=None)

    def find_name(self, name: str, date: str = "") -> list[Place]:
        """The places that were called `name` on the day `date`, or ever where no date is given.

        An official name goes before all others. A short one may be that of several: 海南 is a province, a prefecture
        and a district.
        """
        called = [place for place in self._by_name.get(name, []) if not date or _holds(place, date)]
        official = [place for place in called if place.name_zh == name]
        return official or called

    def find_parent(self, place: Place) -> Place | None:
        """The place that directly contains it, under the last name that it had in the time of `place`."""
        begin, end = place.days
        held = [parent for parent in self._by_code.get(place.parent, []) if _overlaps(parent, begin, end)]
        return max(held, key=lambda parent: parent.days, default=None)

    def find_containers(self, place: Place) -> list[Place]:
        """All that contain it, from the nearest to the country."""
        found: list[Place] = []
        parent = self.find_parent(place)
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.find_parent(parent)
        return found

    def find_successors(self, place: Place) -> list[Place]:
        """The places that replaced it, as they were just after."""
        end = place.days[1]
        later = [self._by_code.get(code, []) for code in place.replaced_by]
        return [next((p for p in held if p.days[1] >= end and p is not place), held[-1]) for held in later if held]


def find_places(folder: Path | None = None) -> Path:
    """The ``places.csv`` of `folder`, or the one that tuopin comes with where it has none."""
    own = (folder or find_data()) / "places.csv"
    return own if own.is_file() else find_data() / "places.csv"


def read_places(folder: Path | None = None) -> list[Place]:
    """The rows of `find_places`.

    Of the rows with one code the oldest has the code as its key; a later one adds its first year, so that no key ever
    changes when a row is added. Raises `DataError` with file and line.
    """
    rows = list(read_rows(find_places(folder), COLUMNS))
    firsts: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.cells["valid_from"]):
        firsts.setdefault(row.cells["code"], row)
    return [_to_place(row, firsts[row.cells["code"]] is row) for row in rows]


def _to_place(row: Row, is_first: bool) -> Place:
    cells = dict(row.cells)
    for field in ("code", "parent"):
        if not (_CODE.fullmatch(cells[field]) or (field == "parent" and cells["code"] == COUNTRY)):
            raise DataError("bad-code", file=row.file, line=row.line, field=field, value=cells[field])
    for field in ("name_zh", "name_en"):
        if not cells[field]:
            raise DataError("field-empty", file=row.file, line=row.line, field=field)
    if cells["level"] not in LEVELS:
        raise DataError("level-unknown", file=row.file, line=row.line, field="level", value=cells["level"])
    for field in ("valid_from", "valid_to"):
        if cells[field] and not is_date(cells[field]):
            raise DataError("bad-date", file=row.file, line=row.line, field=field, value=cells[field])
    key = cells["code"] if is_first else f"{cells['code']}-{cells['valid_from'][:4]}"
    successors = tuple(cells.pop("replaced_by").split())
    return Place(**cells, replaced_by=successors, key=key, line=row.line)


@cache
def _to_days(valid_from: str, valid_to: str) -> tuple[str, str]:
    return first_day(valid_from) if valid_from else _FOREVER[0], last_day(valid_to) if valid_to else _FOREVER[1]


def _holds(place: Place, date: str) -> bool:
    begin, end = place.days
    return begin <= last_day(date) and first_day(date) <= end


def _overlaps(place: Place, begin: str, end: str) -> bool:
    return place.days[0] <= end and begin <= place.days[1]
