"""JSON Lines of extracted facts: one object for each text, read one at a time and never held together.

A line is ``{"id", "source": {…}, "figures": [{…}], "statements": [{…}]}``. `source` and the lists may be missing, and
so may every field that is empty; further fields are passed over.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from io import BufferedIOBase
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from tuopin.datelines import to_published
from tuopin.errors import DataError, Problem
from tuopin.facts import Figure, Source, Statement, field_names
from tuopin.files import tell_file
from tuopin.ids import to_id
from tuopin.records import Located, SourceFacts
from tuopin.triples import drop_bad_characters, is_iri

AnyFact = TypeVar("AnyFact", Figure, Statement)
_ORIGIN = "extracted"
_MOST = 1 << 26  # bytes of a line
_GZIP = b"\x1f\x8b"
_OFFSETS = ("start", "end")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_URL_SIGNS = "!#$%&'()*+,/:;=?@~"  # what may stand in an address as it is


def read_fact_lines(path: Path) -> Iterator[SourceFacts | Problem]:
    """The sources of a file of JSON Lines, plain or gzip, each with its facts, all of the origin ``extracted``.

    A line that holds no such facts comes out as its `Problem`, and the rest go on. Raises `FileError`, and `DataError`
    where the gzip is not sound.
    """
    with tell_file(path), path.open("rb") as raw:
        is_packed = raw.peek(2).startswith(_GZIP)
        try:
            with gzip.GzipFile(fileobj=raw) if is_packed else nullcontext(raw) as file:
                yield from _read_lines(file, str(path))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError("gzip-bad", file=str(path), reason=str(error)) from error


def _read_lines(file: BufferedIOBase, name: str) -> Iterator[SourceFacts | Problem]:
    number = 0
    while line := file.readline(_MOST + 1):
        number += 1
        try:
            if len(line) > _MOST:
                _skip_line(file, line)
                raise DataError("line-too-long", value=str(_MOST))
            if line.strip():
                yield from _LineReader(name, number).read(line)
        except DataError as error:
            yield replace(error.problem, file=name, line=number)


def _skip_line(file: BufferedIOBase, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(1 << 20)


class _LineReader:
    """One line to its facts; what is wrong is raised as `DataError` that names the field."""

    def __init__(self, file: str, line: int):
        self.file, self.line = file, line
        self.problems: list[Problem] = []

    def read(self, line: bytes) -> Iterator[SourceFacts | Problem]:
        found = _to_object(_read_json(line))
        name = found.get("id")
        if not isinstance(name, str) or not name.strip():
            raise DataError("facts-id", field="id", value=_show(name))
        source = self._to_source(to_id(name), _to_object(found.get("source") or {}, "source"))
        figures = [self._to_fact(Figure, item, where, name, source.id) for item, where in _to_items(found, "figures")]
        statements = [
            self._to_fact(Statement, item, where, name, source.id) for item, where in _to_items(found, "statements")
        ]
        yield from self.problems
        yield SourceFacts(self._locate(source), figures, statements, is_extracted=True)

    def _locate(self, record: Any) -> Located[Any]:
        return Located(record, self.file, self.line)

    def _to_source(self, name: str, item: dict[str, object]) -> Source:
        cells = {field: _to_text(item, field, "source.") for field in field_names(Source)[1:]}
        cells = {field: drop_bad_characters(" ".join(text.split())) for field, text in cells.items()}
        cells["published"] = _to_date(cells["published"])
        cells["length"] = cells["length"].lstrip("0")
        if cells["sha256"] and not _DIGEST.fullmatch(cells["sha256"]):
            raise DataError("facts-digest", field="source.sha256", value=cells["sha256"])
        url = _ESCAPE.sub(lambda found: found[0].upper(), quote(cells["url"], safe=_URL_SIGNS))
        if url and not is_iri(url):
            # An address that no store takes is a loss to nobody's facts.
            self.problems.append(Problem("bad-url", self.file, self.line, "source.url", cells["url"], "warning"))
            url = ""
        return Source(name, **(cells | {"url": url}))

    def _to_fact(self, kind: type[AnyFact], item: object, where: str, name: str, source: str) -> Located[AnyFact]:
        given = _to_object(item, where)
        cells: dict[str, Any] = {
            field: text for field in field_names(kind) if (text := _to_text(given, field, f"{where}."))
        }
        if cells.pop("source", name) != name:
            raise DataError("facts-stray", field=f"{where}.source", value=_show(given["source"]), name=name)
        for field in _OFFSETS:
            text = cells.get(field, "")
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise DataError("bad-offset", field=f"{where}.{field}", value=text)
            cells[field] = int(text)
        blank = dict.fromkeys(("quote", "subject", "property", "object") if kind is Statement else ("quote",), "")
        return self._locate(kind(**(blank | cells | {"source": source, "origin": _ORIGIN})))


def _read_json(line: bytes) -> object:
    try:
        found: object = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError("not-utf8", value=line[error.start : error.start + 4].hex(" ")) from error
    except (ValueError, RecursionError) as error:  # not JSON, a number of too many digits, brackets too deep
        raise DataError("json-bad", reason=str(error)) from error
    return found


def _to_object(item: object, where: str = "") -> dict[str, object]:
    if not isinstance(item, dict):
        raise DataError("facts-object", field=where, value=_show(item))
    return item


def _to_items(found: dict[str, object], field: str) -> Iterator[tuple[object, str]]:
    items = found.get(field) or []
    if not isinstance(items, list):
        raise DataError("facts-list", field=field, value=_show(items))
    for number, item in enumerate(items):
        yield item, f"{field}[{number}]"


def _to_text(item: dict[str, object], field: str, where: str) -> str:
    """The text of a field, empty where it is missing or null; an offset or a length may be a number."""
    value = item.get(field)
    if isinstance(value, int) and not isinstance(value, bool) and field in (*_OFFSETS, "length"):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise DataError("json-no-string", field=where + field, value=_show(value))
    return value or ""


def _to_date(text: str) -> str:
    try:
        return to_published(text) if text else ""
    except DataError as error:
        raise DataError("published-bad", field="source.published", value=text) from error


def _show(value: object) -> str:
    return json.dumps(value)[:80]
