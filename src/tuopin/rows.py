"""Rows of text in one set of output formats: for a reader (table, markdown) or for a machine (csv, tsv, json, jsonl).

The formats for machines are written row by row, so an endless source of rows is written as it comes.
"""

import csv
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from tuopin.errors import UsageError

FORMATS = ("table", "csv", "tsv", "json", "jsonl", "markdown")

Cell = str | int | None
Cells = Sequence[Cell]

_ENDINGS = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".markdown": "markdown",
    ".md": "markdown",
    ".ndjson": "jsonl",
    ".tsv": "tsv",
    ".txt": "table",
}
# What spreadsheets take for the beginning of a formula; the full-width signs are among it.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# A terminal obeys control characters, so they are shown instead; what breaks a line becomes a space.
_SHOWN: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    **dict.fromkeys(map(ord, "\t\n\r\x85\u2028\u2029"), " "),
}
_MARKDOWN = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "&lt;"})


def find_format(path: Path | None, chosen: str = "") -> str:
    """The format that was chosen, else the one that the ending of `path` names.

    Raises `UsageError` where there is neither.

    >>> find_format(Path("facts.jsonl")), find_format(Path("facts.txt"), "csv")
    ('jsonl', 'csv')
    """
    if chosen:
        return _check_format(chosen)
    if path is None:
        raise UsageError("format-missing", known=", ".join(FORMATS))
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError("format-unclear", value=str(path), known=", ".join(FORMATS))
    return _ENDINGS[ending]


def write_rows(
    out: TextIO,
    columns: Sequence[str],
    rows: Iterable[Cells],
    format: str,  # noqa: A002 - what every caller and the command line call it
    *,
    excel: bool = False,
) -> None:
    """Write `rows` under the names in `columns` to `out`.

    csv, tsv, json and jsonl take one row at a time; table and markdown need all of them for their widths. None is an
    empty cell, and null in json and jsonl. Lines end in a line feed alone, so open files with ``newline=""``. `excel`
    is for csv and tsv: a byte-order mark, and an apostrophe before each cell that a spreadsheet would take for a
    formula; plain numbers stay.

    >>> import sys
    >>> write_rows(sys.stdout, ["place", "value"], [["怀化市", "568000000"], ["凤凰县", None]], "csv")
    place,value
    怀化市,568000000
    凤凰县,
    """
    match _check_format(format):
        case "csv" | "tsv" as kind:
            _write_separated(out, columns, rows, "," if kind == "csv" else "\t", excel=excel)
        case "json":
            _write_json(out, columns, rows)
        case "jsonl":
            out.writelines(f"{text}\n" for text in _to_objects(columns, rows))
        case kind:
            _write_table(out, columns, rows, kind)


def _check_format(name: str) -> str:
    if name in FORMATS:
        return name
    near = difflib.get_close_matches(name.lower(), FORMATS, 1) or FORMATS
    raise UsageError("format-unknown", value=name, known=", ".join(FORMATS), near=", ".join(near))


class _LineFeeds:
    """A text file for the csv module, which quotes a lone carriage return only if its own line ends hold one."""

    def __init__(self, out: TextIO):
        self.out = out

    def write(self, line: str) -> int:
        return self.out.write(line.removesuffix("\r\n") + "\n")


def _write_separated(out: TextIO, columns: Cells, rows: Iterable[Cells], separator: str, *, excel: bool) -> None:
    if excel:
        out.write("\ufeff")
        columns, rows = _disarm(columns), map(_disarm, rows)
    writer = csv.writer(_LineFeeds(out), delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)


def _disarm(cells: Cells) -> Cells:
    return [
        f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
        for cell in cells
    ]


def _to_objects(columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[str]:
    for cells in rows:
        yield json.dumps(dict(zip(columns, cells, strict=True)), ensure_ascii=False)


def _write_json(out: TextIO, columns: Sequence[str], rows: Iterable[Cells]) -> None:
    lead = "[\n"
    for text in _to_objects(columns, rows):
        out.write(lead + text)
        lead = ",\n"
    out.write("[]\n" if lead == "[\n" else "\n]\n")


def _write_table(out: TextIO, columns: Sequence[str], rows: Iterable[Cells], kind: str) -> None:
    from tabulate import tabulate  # type: ignore[import-untyped]  # noqa: PLC0415 - only these two formats need it

    show = _show_in_markdown if kind == "markdown" else _show
    shown = [[show(cell) for cell in cells] for cells in rows]
    text = tabulate(
        shown,
        headers=[show(column) for column in columns],
        tablefmt="pipe" if kind == "markdown" else "simple",
        disable_numparse=True,  # it would read 430181 as a number and 1.50 as 1.5
        colalign=_align(shown) or None,
    )
    out.write(f"{text}\n")


def _show(cell: Cell) -> str:
    return "" if cell is None else str(cell).translate(_SHOWN)


def _show_in_markdown(cell: Cell) -> str:
    return _show(cell).translate(_MARKDOWN)


def _align(rows: list[list[str]]) -> list[str]:
    """How columns stand: to the right where they hold numbers and nothing else."""
    return [
        "right" if all(map(_NUMBER.fullmatch, filter(None, cells))) else "left" for cells in zip(*rows, strict=True)
    ]
