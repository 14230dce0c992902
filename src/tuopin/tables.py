"""CSV tables, read strictly with the line of every row, and written whole."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tuopin.errors import DataError
from tuopin.files import open_whole, tell_file

csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: where it stands, and its cells by column."""

    file: str
    line: int
    cells: dict[str, str]


def read_rows(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a CSV table in UTF-8, one at a time.

    Every one of `columns` must be there, once; the `optional` ones may be missing and are then empty; any other is an
    error. Lines count from 1, and a row that spans several has the number of its first. A byte-order mark is passed
    over. Raises `DataError` with file and line, and `FileError`.
    """
    lines = _Lines(path)
    try:
        yield from _read(lines, columns, optional)
    except csv.Error as error:
        raise DataError("bad-csv", file=str(path), line=lines.begin, reason=str(error)) from error


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str | int]], *, excel: bool = False) -> None:
    """Write a CSV table in UTF-8, with a byte-order mark only for `excel`; `path` is replaced whole or not at all."""
    with open_whole(path, encoding="utf-8-sig" if excel else "utf-8") as out:
        writer = csv.writer(LineFeeds(out), lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(rows)


class LineFeeds:
    """A text file for the csv module, which quotes a lone carriage return only if its own line ends hold one."""

    def __init__(self, out: IO[str]):
        self.out = out

    def write(self, line: str) -> int:
        """Write a row that ends in a line feed alone."""
        return self.out.write(line.removesuffix("\r\n") + "\n")


class _Lines:
    """The decoded lines of a file; `number` is the one last given out, `begin` that with which its row begins."""

    def __init__(self, path: Path):
        self.path = path
        self.number, self.begin = 0, 1

    def __iter__(self) -> Iterator[str]:
        with tell_file(self.path), self.path.open("rb") as file:
            for self.number, raw in enumerate(file, 1):
                try:
                    yield raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    shown = raw[error.start : error.start + 4].hex(" ")
                    raise DataError("not-utf8", file=str(self.path), line=self.number, value=shown) from error


def _read(lines: _Lines, columns: Sequence[str], optional: Sequence[str]) -> Iterator[Row]:
    file = str(lines.path)
    reader = csv.reader(lines, strict=True)
    header = next(reader, None)
    if header is None:
        raise DataError("table-empty", file=file)
    _check_header(file, header, columns, optional)
    missing = dict.fromkeys(set(optional) - set(header), "")
    lines.begin = reader.line_num + 1
    for cells in reader:
        if len(cells) != len(header) and cells:
            raise DataError("row-width", file=file, line=lines.begin, value=str(len(cells)), count=len(header))
        if cells:
            yield Row(file, lines.begin, dict(zip(header, cells, strict=True)) | missing)
        lines.begin = reader.line_num + 1


def _check_header(file: str, header: list[str], columns: Sequence[str], optional: Sequence[str]) -> None:
    known = {*columns, *optional}
    for name in columns:
        if name not in header:
            raise DataError("column-missing", file=file, line=1, value=name, columns=", ".join(columns))
    for name in header:
        if header.count(name) > 1:
            raise DataError("column-doubled", file=file, line=1, value=name)
        if name not in known:
            raise DataError("column-unknown", file=file, line=1, value=name, columns=", ".join((*columns, *optional)))
