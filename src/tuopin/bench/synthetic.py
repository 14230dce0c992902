"""Synthetic records of our kind: figures and statements over the real gazetteer and things, the same for a seed."""

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

from tuopin.dataset import Dataset
from tuopin.errors import DataError
from tuopin.facts import Figure, Source, Statement, field_names
from tuopin.gazetteer import Place
from tuopin.records import AnyRecord, Located, SourceFacts, write_records
from tuopin.resources import find_data
from tuopin.things import FILES
from tuopin.vocabulary import Relation

QUADS = 1640  # of a source, about
_SEED = 20170220
_FIGURES, _STATEMENTS, _PLACES = 40, 30, 8  # of a source; an article speaks of a few places, again and again
_RELATIONS = ("addresses", "aimsAt", "benefits", "carriesOut", "develops", "povertyCause", "takesMeasure", "uses")
_PUBLISHER = Source("", publisher="红网", authors="李慧;董自力", editor="闵美颖", rights="synthetic")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a figure may be of: how its unit is written, its bounds as written, and what that is in the base unit."""

    indicator: str
    unit: str
    written: str
    least: int
    most: int
    factor: int = 1


# People and households are such that no household has less than one person or very many: that is an error.
_KINDS = (
    _Kind("poor-population", "person", "人", 3_000, 10_000),
    _Kind("poor-households", "household", "户", 1_000, 2_000),
    _Kind("people-lifted", "person", "人", 3_000, 10_000),
    _Kind("households-lifted", "household", "户", 1_000, 2_000),
    _Kind("poor-villages", "village", "个", 5, 200),
    _Kind("funds-invested", "CNY", "万元", 100, 90_000, 10_000),
    _Kind("loans-issued", "CNY", "元", 1_000_000, 90_000_000),
    _Kind("loan-count", "loan", "笔", 100, 9_000),
    _Kind("road-length", "km", "公里", 1, 900),
    _Kind("planted-area", "mu", "亩", 100, 90_000),
    _Kind("poverty-incidence", "percent", "%", 1, 30),
)


class World:
    """What synthetic records speak of: names that mean one thing only, whenever a source is published."""

    def __init__(self, dataset: Dataset):
        gazetteer, self._names = dataset.gazetteer, dataset.names
        lasting = (place for place in gazetteer.places if _is_lasting(place))
        self.places = [place for place in lasting if len(gazetteer.find_name(place.name_zh)) == 1]
        self._thing_names = sorted({thing.name_zh for thing in dataset.things})
        self.programmes, self.targets = (self._find_things(frozenset({kind})) for kind in ("programme", "target"))
        relations = [dataset.words.relations[name] for name in _RELATIONS]
        self.relations = [(relation.name, *self._find_ends(relation)) for relation in relations]

    def _find_ends(self, relation: Relation) -> tuple[list[str], list[str]]:
        """Names of subjects, none where it is places, and of objects."""
        subjects = [] if "place" in relation.subjects else self._find_things(relation.subjects)
        return subjects, self._find_things(relation.objects)

    def _find_things(self, kinds: frozenset[str]) -> list[str]:
        return [name for name in self._thing_names if self._has_one(name, kinds - {"place"})]

    def _has_one(self, name: str, kinds: frozenset[str]) -> bool:
        try:
            return bool(self._names.find_iri(name, kinds, _PUBLISHER))
        except DataError:
            return False


def _is_lasting(place: Place) -> bool:
    return place.level == "county" and not place.valid_from and not place.valid_to


def make_facts(world: World, quads: int) -> Iterator[SourceFacts]:
    """Sources with their facts, one at a time, until they make about so many quads; at least one."""
    for number in range(max(1, round(quads / QUADS))):
        yield _make_source(world, number)


def _make_source(world: World, number: int) -> SourceFacts:
    chance, name = random.Random(f"{_SEED}/{number}"), f"synthetic-{number:06}"
    cursor, places = _Cursor(chance), chance.sample(world.places, _PLACES)
    figures: list[Figure] = []
    while len(figures) < _FIGURES:
        figures += _make_group(name, chance.choice(places), world, chance, cursor)
    subjects = [place.name_zh for place in places]
    statements = [_make_statement(name, subjects, world, chance, cursor) for _ in range(_STATEMENTS)]
    # A target must have its period; one source says it of all.
    for target in world.targets if number == 0 else ():
        statements.append(Statement(name, target, "period", "2020", target, *cursor.take(target), "extracted"))
    day = (date(2016, 1, 1) + timedelta(chance.randrange(1_000))).isoformat()
    source = Source(
        name, f"合成文本第{number}篇", f"Synthetic text {number}", f"https://example.org/texts/{name}.html",
        _PUBLISHER.publisher, f"{day}T08:30:00+08:00", _PUBLISHER.authors, _PUBLISHER.editor,
        sha256(name.encode()).hexdigest(), str(cursor.at + 100), _PUBLISHER.rights,
    )  # fmt: skip
    return SourceFacts(_locate(source), [_locate(figure) for figure in figures], [_locate(s) for s in statements])


def _locate(record: AnyRecord) -> Located[AnyRecord]:
    return Located(record, "synthetic", 1)


class _Cursor:
    """Where in the text the next fact stands."""

    def __init__(self, chance: random.Random):
        self._chance, self.at = chance, 0

    def take(self, quote: str) -> tuple[int, int]:
        start = self.at + self._chance.randrange(1, 30)
        self.at = start + len(quote)
        return start, self.at


def _make_group(name: str, place: Place, world: World, chance: random.Random, cursor: _Cursor) -> Iterator[Figure]:
    """Four figures of one place and time, as a passage has them."""
    year, is_annual = str(chance.randrange(2012, 2018)), chance.random() < 0.5
    begin = year if is_annual else "2011"
    programme = chance.choice(world.programmes) if chance.random() < 0.3 else ""
    for kind in chance.sample(_KINDS, 4):
        number = chance.randrange(kind.least, kind.most)
        is_range = chance.random() < 0.05
        ends = (number, number + 1) if is_range else (number,)
        quote = f"{'-'.join(map(str, ends))}{kind.written}"
        values = [str(end * kind.factor) for end in ends]
        value, low, high = ("", *values) if is_range else (*values, "", "")
        yield Figure(
            name, quote, *cursor.take(quote), value, low, high, kind.unit, kind.written,
            qualifier=chance.choice(("exact", "exact", "about")), place=place.name_zh, place_code=place.code,
            subplace="城关镇" if chance.random() < 0.1 else "", period_start=begin, period_end=year,
            scope="annual" if is_annual else "cumulative", indicator=kind.indicator, programme=programme,
            origin="extracted", purpose="发展产业" if kind.unit == "CNY" else "",
        )  # fmt: skip


def _make_statement(name: str, places: list[str], world: World, chance: random.Random, cursor: _Cursor) -> Statement:
    relation, subjects, objects = chance.choice(world.relations)
    subject, object_ = chance.choice(subjects or places), chance.choice(objects)
    quote = f"{subject}的{object_}"[:60]
    return Statement(name, subject, relation, object_, quote, *cursor.take(quote), "extracted")


def write_folder(folder: Path, facts: Iterable[SourceFacts]) -> None:
    """Write facts as a data folder, with the things of the data that tuopin comes with."""
    (folder / "facts").mkdir(parents=True)
    for name in FILES:
        copyfile(find_data() / name, folder / name)
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(field_names(Source))
        for each in facts:
            source = each.source.record
            writer.writerow([getattr(source, field) for field in field_names(Source)])
            begin = folder / "facts" / source.id
            write_records(begin.with_suffix(".figures.csv"), Figure, [figure.record for figure in each.figures])
            write_records(begin.with_suffix(".statements.csv"), Statement, [s.record for s in each.statements])
