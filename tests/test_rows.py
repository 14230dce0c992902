"""Rows in every output format: read back by another reader, written as they come, harmless in a spreadsheet."""

import csv
import io
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tuopin.errors import UsageError
from tuopin.messages import set_language
from tuopin.rows import FORMATS, find_format, write_rows

COLUMNS = ["place", "value", "start"]
KNOWN = "table, csv, tsv, json, jsonl, markdown"
ROWS: list[list[str | int | None]] = [
    ["怀化市", "568000000", 817],
    ['quote " in', "1.50", 0],
    ["comma, in", None, None],
    ["line\nfeed", "007", 1],
    ["carriage\rreturn", "", 2],
    ["both\r\nof them", "-3", 3],
    ["tab\tin", " spaces ", 4],
    ["pipe|back\\slash", "<b>", 5],
    ["", "𠀀👍", 6],
    ["=1+1", "'", 7],
]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


def write(rows: object, kind: str, columns: list[str] = COLUMNS, **options: bool) -> str:
    out = io.StringIO(newline="")
    write_rows(out, columns, rows, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def to_plain(rows: list[list[str | int | None]]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


# --- choosing a format


@pytest.mark.parametrize(
    ("path", "chosen", "found"),
    [
        ("a.csv", "", "csv"),
        ("a.tsv", "", "tsv"),
        ("a.json", "", "json"),
        ("a.jsonl", "", "jsonl"),
        ("a.ndjson", "", "jsonl"),
        ("a.md", "", "markdown"),
        ("a.markdown", "", "markdown"),
        ("a.txt", "", "table"),
        ("事实.CSV", "", "csv"),
        ("a.csv", "json", "json"),
        ("a.xyz", "csv", "csv"),
        (None, "markdown", "markdown"),
    ],
)
def test_the_format_is_the_chosen_one_else_that_of_the_ending(path: str | None, chosen: str, found: str) -> None:
    assert find_format(Path(path) if path else None, chosen) == found


@pytest.mark.parametrize(
    ("path", "chosen", "message"),
    [
        (None, "", f"no output format was chosen; choose one of {KNOWN}"),
        (
            "a.xml",
            "",
            f"the file name “a.xml” does not tell the output format; change its ending, or choose one of {KNOWN}",
        ),
        (
            "csv",
            "",
            f"the file name “csv” does not tell the output format; change its ending, or choose one of {KNOWN}",
        ),
        (
            "a.csv.gz",
            "",
            f"the file name “a.csv.gz” does not tell the output format; change its ending, or choose one of {KNOWN}",
        ),
        ("a.csv", "CVS", f"there is no output format “CVS”; did you mean csv? There are {KNOWN}"),
        (None, "parquet", f"there is no output format “parquet”; did you mean {KNOWN}? There are {KNOWN}"),
        (None, "Markdwn", f"there is no output format “Markdwn”; did you mean markdown? There are {KNOWN}"),
    ],
)
def test_a_format_that_nobody_named_is_an_error_with_the_choices(path: str | None, chosen: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_format(Path(path) if path else None, chosen)
    assert str(raised.value) == message


def test_writing_in_an_unknown_format_is_the_same_error() -> None:
    with pytest.raises(UsageError) as raised:
        write([], "xlsx")
    assert raised.value.problem.key == "format-unknown"


# --- what another reader gets back


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
def test_the_csv_module_reads_back_every_cell(kind: str, separator: str) -> None:
    text = write(ROWS, kind)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)) == [
        COLUMNS,
        *to_plain(ROWS),
    ]


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
@pytest.mark.parametrize("engine", ["c", "python"])
def test_pandas_reads_back_every_cell(kind: str, separator: str, engine: str) -> None:
    text = write(ROWS, kind)
    frame = pd.read_csv(io.StringIO(text, newline=""), sep=separator, dtype=str, keep_default_na=False, engine=engine)
    assert frame.columns.tolist() == COLUMNS
    assert frame.to_numpy().tolist() == to_plain(ROWS)


def test_a_single_column_of_empty_cells_keeps_its_rows_in_csv() -> None:
    text = write([[None], ["a"], [""]], "csv", ["name"])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["name"], [""], ["a"], [""]]


def test_csv_lines_end_in_a_line_feed_alone() -> None:
    assert write([["a", "b", 1]], "csv") == "place,value,start\na,b,1\n"


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_json_is_an_array_of_objects_with_chinese_as_it_is(rows: list[list[str | int | None]]) -> None:
    text = write(rows, "json")
    assert json.loads(text) == [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert "\\u" not in text
    assert text.endswith("]\n")


def test_jsonl_is_one_object_a_line() -> None:
    lines = write(ROWS, "jsonl").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]


def test_pandas_reads_jsonl() -> None:
    frame = pd.read_json(
        io.StringIO(write([["怀化市", "007", 1], ["凤凰县", None, 2]], "jsonl")), lines=True, dtype=False
    )
    assert frame["place"].tolist() == ["怀化市", "凤凰县"]
    assert frame["value"].iloc[0] == "007"


def test_json_tells_none_from_an_empty_cell_and_a_number_from_text() -> None:
    assert write([[None, "", 817]], "jsonl") == '{"place": null, "value": "", "start": 817}\n'


def test_a_row_of_the_wrong_width_is_no_json_object() -> None:
    with pytest.raises(ValueError, match="zip"):
        write([["a"]], "jsonl")


# --- tables for a reader


def test_a_table_lines_up_chinese_and_puts_numbers_to_the_right() -> None:
    assert write([["怀化市", "568000000", 817], ["长沙", "1.50", 2]], "table") == (
        "place        value    start\n"
        "-------  ---------  -------\n"
        "怀化市   568000000      817\n"
        "长沙          1.50        2\n"
    )


def test_a_table_leaves_numbers_as_they_are_written() -> None:
    assert write([["430181", "007", 1], [None, "1.50", 2]], "table").split("\n")[2:4] == [
        " 430181      007        1",
        "            1.50        2",
    ]


def test_a_table_of_no_rows_has_its_head() -> None:
    assert write([], "table") == "place    value    start\n-------  -------  -------\n"


def test_a_table_keeps_a_cell_on_its_line_and_shows_control_characters() -> None:
    line = write([["a\nb\tc\u2028d", "\x1b[31mred\x07", "\x9b\x01"]], "table").split("\n")[2]
    assert line == "a b c d  ␛[31mred␇  �␁"


def test_markdown_escapes_what_would_break_the_table() -> None:
    assert write([["pipe|back\\slash", "<b>\nnext", 5]], "markdown") == (
        "| place             | value       |   start |\n"
        "|:------------------|:------------|--------:|\n"
        "| pipe\\|back\\\\slash | &lt;b> next |       5 |\n"
    )


# --- rows without end


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl"])
def test_an_endless_source_is_written_as_it_comes(kind: str) -> None:
    class Pipe(io.StringIO):
        def write(self, text: str) -> int:
            if self.tell() > 1000:
                raise BrokenPipeError
            return super().write(text)

    taken = itertools.count()
    pipe = Pipe(newline="")
    with pytest.raises(BrokenPipeError):
        write_rows(pipe, ["n"], ([next(taken)] for _ in itertools.count()), kind)
    assert 10 < next(taken) < 1000


# --- spreadsheets


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("-3", "-3"),
        ("+3.50", "+3.50"),
        ("-1e5", "'-1e5"),
        ("4+1", "4+1"),
        ("怀化市", "怀化市"),
        ("", ""),
    ],
)
@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
def test_for_excel_a_formula_is_text_and_a_number_stays(cell: str, written: str, kind: str, separator: str) -> None:
    text = write([["a", cell]], kind, ["x", "y"], excel=True)
    assert text[0] == "\ufeff"
    assert list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=separator))[1] == ["a", written]


def test_for_excel_numbers_and_none_stay_what_they_are() -> None:
    assert write([[-3, None]], "csv", ["=x", "y"], excel=True) == "\ufeff'=x,y\n-3,\n"


def test_without_excel_there_is_no_mark_and_no_apostrophe() -> None:
    assert write([["=1+1"]], "csv", ["x"]) == "x\n=1+1\n"


@pytest.mark.parametrize("kind", sorted({*FORMATS} - {"csv", "tsv"}))
def test_excel_changes_only_csv_and_tsv(kind: str) -> None:
    assert write(ROWS, kind, excel=True) == write(ROWS, kind)


def test_importing_the_module_brings_in_no_heavy_library() -> None:
    code = "import sys, tuopin.rows; print({'tabulate', 'pandas', 'rdflib'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
