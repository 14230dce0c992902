"""From what a text calls a thing to its IRI."""

import re
from collections.abc import Iterable
from functools import lru_cache

from tuopin.errors import DataError
from tuopin.facts import Source
from tuopin.gazetteer import Gazetteer, Place
from tuopin.iris import mint_period, mint_span, mint_thing, to_key
from tuopin.periods import read_period
from tuopin.things import Thing

_PERIODS = frozenset({"period"})
_OF_A_SOURCE = frozenset({"source", "figure", "period"})  # kinds whose members have no names of their own
_KEPT = 1 << 11  # answers that are kept: a name returns in its own source and in those of the same day
_SPAN = re.compile(r"(\d+)-(\d+)", re.ASCII)


class Names:
    """The names of places and things, as they stood at the date of a source."""

    def __init__(self, gazetteer: Gazetteer, things: Iterable[Thing]):
        self.gazetteer = gazetteer
        self.things: dict[str, Thing] = {}
        self._by_name: dict[str, list[Thing]] = {}
        self._find = lru_cache(maxsize=_KEPT)(self._find_named)
        self._find_place = lru_cache(maxsize=_KEPT)(self._choose_place)
        for thing in things:
            self.things[thing.iri] = thing
            for name in thing.names:
                self._by_name.setdefault(name, []).append(thing)

    def find_place(self, name: str, code: str, date: str) -> Place:
        """The one place that was called `name`, and had `code` where one is given, on the day `date`.

        Raises `DataError` where none was, or several were and no code tells which.
        """
        return self._find_place(name, code, date)

    def _choose_place(self, name: str, code: str, date: str) -> Place:
        called = self.gazetteer.find_name(name, date)
        if code:
            found = self.gazetteer.find_code(code, date)
            if found is None:
                raise DataError("code-unknown" if date else "code-never", field="place_code", value=code, date=date)
            if name not in found.names:
                raise DataError("code-mismatch", field="place_code", value=code, name=name, official=found.name_zh)
            return found
        if not called:
            raise DataError("place-unknown" if date else "place-never", field="place", value=name, date=date)
        if len(called) > 1:
            codes = ", ".join(place.code for place in called)
            raise DataError("place-ambiguous", field="place", value=name, codes=codes)
        return called[0]

    def find_iri(self, name: str, kinds: frozenset[str], source: Source, place: str = "") -> str:
        """The IRI of what `source` calls `name`, if it is of one of `kinds`.

        A figure is called by its span (``1700-1705``), a period by its notation, a source by its id. Of several things
        with one name the one that belongs to `place` (a code) is meant. Raises `DataError` where none or several fit.
        """
        if not kinds.isdisjoint(_OF_A_SOURCE) and (fact := self._find_fact(name, kinds, source)):
            return fact
        date = source.date if "place" in kinds else ""  # only the names of places depend on it
        return self._find(name, kinds, date, place)

    def _find_fact(self, name: str, kinds: frozenset[str], source: Source) -> str:
        if "source" in kinds and name == source.id:
            return mint_thing("source", to_key(name))
        span = _SPAN.fullmatch(name)
        if "figure" in kinds and span:
            return mint_span("figure", source.id, int(span[1]), int(span[2]))
        if kinds == _PERIODS:
            period = read_period(name)
            return mint_period(period.start, period.end)
        return ""

    def _find_named(self, name: str, kinds: frozenset[str], date: str, place: str) -> str:
        things = [thing for thing in self._by_name.get(name, []) if thing.kind in kinds]
        if len(things) > 1:
            things = [thing for thing in things if thing.place == place] or things
        if len(things) > 1:
            raise DataError("thing-ambiguous", value=name, ids=", ".join(thing.id for thing in things))
        if things:
            return things[0].iri
        if "place" in kinds:
            return self.find_place(name, "", date).iri
        raise DataError("thing-unknown", value=name, kinds=", ".join(sorted(kinds)))

    def find_code(self, iri: str) -> str:
        """The code of the place that an IRI stands for or belongs to; empty where there is none."""
        thing = self.things.get(iri)
        if thing is not None:
            return thing.place
        key = iri.rpartition("/place/")[2] if "/place/" in iri else ""
        return key[:6]
