"""Files and records: `read_*` beside `write_*`.

A data folder holds ``sources.csv`` and, for each source, ``facts/<id>.figures.csv`` and ``facts/<id>.statements.csv``.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Generic, TypeVar

from tuopin.errors import DataError, FileError, Problem
from tuopin.facts import Figure, Record, Source, Statement, field_names, to_dict
from tuopin.files import open_whole
from tuopin.tables import LineFeeds, Row, read_rows, write_rows

AnyRecord = TypeVar("AnyRecord", Figure, Statement, Source)
AnyFact = TypeVar("AnyFact", Figure, Statement)
_OPTIONAL: dict[type[Record], tuple[str, ...]] = {
    Figure: ("origin", "instrument", "purpose"),
    Statement: ("origin",),
    Source: field_names(Source)[1:],
}
_OFFSETS = ("start", "end")
_DEFAULTS = {"origin": "curated", "qualifier": "exact", "status": "actual", "indicator": "other"}


@dataclass(frozen=True, slots=True)
class Located(Generic[AnyRecord]):
    """A record with the file and line where it stands."""

    record: AnyRecord
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A source with all that it states; `is_extracted` where nobody curated it."""

    source: Located[Source]
    figures: list[Located[Figure]]
    statements: list[Located[Statement]]
    is_extracted: bool = False


def read_sources(path: Path, problems: list[Problem]) -> Iterator[Located[Source]]:
    """The sources of a table; see `read_figures`."""
    return _read(path, Source, problems)


def read_figures(path: Path, problems: list[Problem]) -> Iterator[Located[Figure]]:
    """The figures of a table, one at a time.

    An offset that is no number goes to `problems` and its row is passed over; a table that cannot be read raises
    `DataError` or `FileError`.
    """
    return _read(path, Figure, problems)


def read_statements(path: Path, problems: list[Problem]) -> Iterator[Located[Statement]]:
    """The statements of a table; see `read_figures`."""
    return _read(path, Statement, problems)


def read_folder(folder: Path, problems: list[Problem]) -> Iterator[SourceFacts]:
    """The sources of a data folder in the order of their ids, each with its facts.

    Raises `FileError` where the folder holds no ``sources.csv``; a table of facts whose source is not listed, or a row
    that stands in the table of another source, goes to `problems`.
    """
    if not folder.is_dir():
        raise FileError("file-not-folder" if folder.exists() else "file-missing", file=str(folder))
    table = folder / "sources.csv"
    if not table.is_file():
        raise FileError("folder-empty", file=str(folder))
    sources = {located.record.id: located for located in _find_unique(read_sources(table, problems), problems)}
    problems += _find_orphans(folder, set(sources))
    for name in sorted(sources):
        yield SourceFacts(
            sources[name],
            list(_read_own(folder / "facts" / f"{name}.figures.csv", Figure, name, problems)),
            list(_read_own(folder / "facts" / f"{name}.statements.csv", Statement, name, problems)),
        )


def write_records(path: Path, kind: type[AnyRecord], records: Iterable[AnyRecord], *, excel: bool = False) -> None:
    """Write records of one kind as CSV, with the fields as columns; `path` is replaced whole or not at all."""
    names = field_names(kind)
    write_rows(path, names, ([getattr(record, name) for name in names] for record in records), excel=excel)


def write_facts(path: Path, facts: Iterable[tuple[str, Iterable[Figure], Iterable[Statement]]]) -> None:
    """Write facts as JSON Lines, one object for each source id: ``{"id", "figures", "statements"}``."""
    with open_whole(path) as out:
        for name, figures, statements in facts:
            record = {"id": name, "figures": list(map(to_dict, figures)), "statements": list(map(to_dict, statements))}
            out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


class Table:
    """A CSV table of records that is being written."""

    def __init__(self, out: IO[str], kind: type[Record]):
        self._names = field_names(kind)
        self._writer = csv.writer(LineFeeds(out), lineterminator="\r\n")
        self._writer.writerow(self._names)

    def add(self, record: Record) -> None:
        """Write one more row."""
        self._writer.writerow([getattr(record, name) for name in self._names])


@contextmanager
def open_table(path: Path, kind: type[Record], excel: bool = False) -> Iterator[Table]:
    """A table to write record by record; `path` is replaced whole when the block ends well."""
    with open_whole(path, encoding="utf-8-sig" if excel else "utf-8") as out:
        yield Table(out, kind)


def _read(path: Path, kind: type[AnyRecord], problems: list[Problem]) -> Iterator[Located[AnyRecord]]:
    optional = _OPTIONAL[kind]
    required = [name for name in field_names(kind) if name not in optional]
    for row in read_rows(path, required, optional):
        try:
            yield Located(_to_record(row, kind), row.file, row.line)
        except DataError as error:
            problems.append(error.problem)


def _to_record(row: Row, kind: type[AnyRecord]) -> AnyRecord:
    cells: dict[str, str | int] = dict(row.cells)
    for name, default in _DEFAULTS.items():
        if cells.get(name) == "":
            cells[name] = default
    for name in _OFFSETS if kind is not Source else ():
        cells[name] = _to_offset(row, name)
    return kind(**cells)  # type: ignore[arg-type]  # every cell but the offsets is text


def _to_offset(row: Row, name: str) -> int:
    text = row.cells[name]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise DataError("bad-offset", file=row.file, line=row.line, field=name, value=text)
    return int(text)


def _read_own(path: Path, kind: type[AnyFact], source: str, problems: list[Problem]) -> Iterator[Located[AnyFact]]:
    """The facts of one source; a missing table holds none."""
    for located in _read(path, kind, problems) if path.is_file() else ():
        if located.record.source == source:
            yield located
        else:
            stray = located.record.source
            problems.append(Problem("source-stray", located.file, located.line, "source", stray, data={"name": source}))


def _find_unique(sources: Iterable[Located[Source]], problems: list[Problem]) -> Iterator[Located[Source]]:
    seen: dict[str, Located[Source]] = {}
    for located in sources:
        first = seen.setdefault(located.record.id, located)
        if first is located:
            yield located
        else:
            data: dict[str, object] = {"other": f"{first.file}:{first.line}"}
            problems.append(Problem("id-doubled", located.file, located.line, "id", located.record.id, data=data))


def _find_orphans(folder: Path, sources: set[str]) -> Iterator[Problem]:
    for path in sorted((folder / "facts").glob("*.csv")):
        name, _, kind = path.name.removesuffix(".csv").rpartition(".")
        if kind not in ("figures", "statements"):
            yield Problem("table-misnamed", str(path))
        elif name not in sources:
            yield Problem("source-unknown", str(path), field="source", value=name)
