"""From what a text calls a thing to its IRI: strictly for what somebody curated, openly for what was extracted."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tuopin.errors import DataError, Problem
from tuopin.facts import Source
from tuopin.gazetteer import COUNTRY, Gazetteer, Place
from tuopin.iris import mint_period, mint_span, mint_thing, to_key
from tuopin.periods import read_period
from tuopin.records import SourceFacts
from tuopin.things import Thing, coin_thing, is_general, to_title

_PERIODS = frozenset({"period"})
_OF_A_SOURCE = frozenset({"source", "figure", "period"})  # kinds whose members have no names of their own
# What an unknown name may become. Who signs a text is a person of that text even so: many share a name.
_COINED, _PERSONS = frozenset({"programme", "organisation", "person"}), frozenset({"person"})
_KEPT = 1 << 11  # answers that are kept: a name returns in its own source and in those of the same day
_SPAN = re.compile(r"(\d+)-(\d+)", re.ASCII)


class Names:
    """The names of places and things, as they stood at the date of a source."""

    coined: tuple[Thing, ...] = ()  # none: whatever is named must be known

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
        things = self.find_things(name, kinds)
        if len(things) > 1:
            things = [thing for thing in things if thing.place == place] or things
        if len(things) > 1:
            raise DataError("thing-ambiguous", value=name, ids=", ".join(thing.id for thing in things))
        if things:
            return things[0].iri
        if "place" in kinds:
            return self.find_place(name, "", date).iri
        raise DataError("thing-unknown", value=name, kinds=", ".join(sorted(kinds)))

    def find_things(self, name: str, kinds: frozenset[str]) -> list[Thing]:
        """The things of some kinds that `name` may stand for, whatever place they belong to."""
        return [thing for thing in self._by_name.get(name, ()) if thing.kind in kinds]

    def find_code(self, iri: str) -> str:
        """The code of the place that an IRI stands for or belongs to; empty where there is none."""
        thing = self.things.get(iri)
        if thing is not None:
            return thing.place
        key = iri.rpartition("/place/")[2] if "/place/" in iri else ""
        return key[:6]


class OpenNames:
    """The names of one source that nobody curated: a name that is not known, or not clearly, is no error.

    A place that the name and code do not tell has no IRI and stays a name. What can only be a programme, or the
    organisation or person behind the source, is `coined`: it gets an IRI made from its name. All else stays a name.
    """

    def __init__(self, names: Names, facts: SourceFacts):
        self._names, self._source = names, facts.source.record
        self._coined: dict[str, Thing] = {}
        codes: dict[str, set[str]] = {}
        for figure in facts.figures:
            if figure.record.place_code:
                codes.setdefault(figure.record.place, set()).add(figure.record.place_code)
        # A statement has no code: its place is the one that the figures call so, where these agree.
        self._codes = {name: min(found) for name, found in codes.items() if len(found) == 1}

    @property
    def coined(self) -> tuple[Thing, ...]:
        """The things that were coined so far."""
        return tuple(self._coined.values())

    def find_place(self, name: str, code: str, date: str) -> Place | None:
        """The one place that was called `name` on the day `date`, as of `Names.find_place`; `None` where that fails."""
        try:
            return self._names.find_place(name, code, date)
        except DataError:
            return None

    def find_problem(self, name: str, code: str, date: str) -> Problem | None:
        """Why no place was called `name` and had `code` on the day `date`; `None` where one was."""
        try:
            self._names.find_place(name, code, date)
        except DataError as error:
            return error.problem
        return None

    def find_iri(self, name: str, kinds: frozenset[str], source: Source, place: str = "") -> str:
        """The IRI of what `source` calls `name`; empty where there is none."""
        if not kinds.isdisjoint(_OF_A_SOURCE):
            return self._names.find_iri(name, kinds, source, place)
        known = [] if kinds == _PERSONS else list(self._find_known(name, kinds, place))
        if known:
            return known[0].iri if len(known) == 1 else ""
        if "place" in kinds and (found := self.find_place(name, self._codes.get(name, ""), source.date)):
            return found.iri
        return self._coin(name, next(iter(kinds)), place) if len(kinds) == 1 and kinds <= _COINED else ""

    def _find_known(self, name: str, kinds: frozenset[str], place: str) -> Iterator[Thing]:
        """The known things that are meant: those of the place, else those of no place, else the only one so named."""
        called = self._names.find_things(name, kinds) or self._names.find_things(to_title(name), kinds)
        own = [thing for thing in called if thing.place and place.startswith(_to_region(thing.place))]
        free = [thing for thing in called if not thing.place]
        alone = called if len(called) == 1 and not place and not is_general(name) else []
        yield from own or free or alone

    def _coin(self, name: str, kind: str, place: str) -> str:
        scope = {"programme": place or self._source.id, "person": self._source.id}.get(kind, "")
        if kind == "programme" and not is_general(name):
            scope = place = ""
        thing = coin_thing(kind, name, scope, place)
        return self._coined.setdefault(thing.iri, thing).iri

    def find_code(self, iri: str) -> str:
        """The code of the place that an IRI stands for or belongs to; empty where there is none."""
        return self._names.find_code(iri)


def _to_region(code: str) -> str:
    """The digits that the codes of all places within a place begin with; none for the country."""
    return next((code[: -len(end)] for end in ("0000", "00", COUNTRY) if code.endswith(end)), code)
