"""Records and files: what is written is read back as it was, by us and by others, and every row knows its line."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import get_type_hints

import pytest
from edits import FIGURES, SOURCE, SOURCES, STATEMENTS, copy_data, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuopin.build import build
from tuopin.cli import main
from tuopin.errors import DataError, FileError, MissingExtraError
from tuopin.facts import Figure, Source, Statement, field_names, to_dict
from tuopin.frames import find_figures, find_statements, to_frame, write_parquet
from tuopin.records import (
    AnyRecord,
    open_table,
    read_figures,
    read_folder,
    read_sources,
    read_statements,
    write_facts,
    write_records,
)
from tuopin.resources import find_data
from tuopin.tables import read_rows, write_rows

READERS = {Figure: read_figures, Statement: read_statements, Source: read_sources}
DEFAULTS = {"origin", "qualifier", "status", "indicator"}  # an empty one is read as what it is by default
WILD = ['"', '""', "\n", "\r", "\r\n", ",", "'", "=1+1", "👍", "𠀀𪛖", "\ufeff", "\u2028", "\x85", "\t", " ", "\\", "é"]
TEXT = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
    st.lists(st.sampled_from(WILD), max_size=4).map("".join),
)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def records(kind: type[AnyRecord]) -> st.SearchStrategy[AnyRecord]:
    """Records of a kind with any text in every field."""
    hints = get_type_hints(kind)
    offsets = st.integers(0, 999_999_999)
    fields = {
        name: offsets if hints[name] is int else TEXT.filter(bool) if name in DEFAULTS else TEXT
        for name in field_names(kind)
    }
    return st.builds(kind, **fields)


def read_back(path: Path, kind: type[AnyRecord]) -> list[AnyRecord]:
    problems: list[object] = []
    found = [located.record for located in READERS[kind](path, problems)]  # type: ignore[arg-type, operator]
    assert problems == []
    return found  # type: ignore[return-value]


def as_texts(found: Iterable[AnyRecord]) -> list[list[str]]:
    return [[str(value) for value in to_dict(record).values()] for record in found]


# --- round trips


@pytest.mark.parametrize("excel", [False, True])
@pytest.mark.parametrize("kind", [Figure, Statement, Source])
def test_a_table_of_any_text_is_read_back_as_it_was(kind: type[AnyRecord], excel: bool, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"

    @quick
    @given(st.lists(records(kind), max_size=3))
    def trip(written: list[AnyRecord]) -> None:
        write_records(path, kind, written, excel=excel)
        assert read_back(path, kind) == written
        with path.open(encoding="utf-8-sig" if excel else "utf-8", newline="") as file:
            assert list(csv.reader(file)) == [list(field_names(kind)), *as_texts(written)]
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == excel

    trip()


@pytest.mark.parametrize("kind", [Figure, Statement])
def test_a_table_written_record_by_record_is_the_same_file(
    kind: type[Figure] | type[Statement], tmp_path: Path
) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"

    @quick
    @given(st.lists(records(kind), max_size=3))  # type: ignore[type-var]
    def trip(written: list[Figure | Statement]) -> None:
        write_records(one, kind, written)  # type: ignore[type-var]
        with open_table(other, kind) as table:
            for record in written:
                table.add(record)
        assert one.read_bytes() == other.read_bytes()

    trip()


def test_facts_of_any_text_are_json_lines_that_hold_them_whole(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"

    @quick
    @given(st.lists(st.tuples(TEXT, st.lists(records(Figure), max_size=2), st.lists(records(Statement), max_size=2))))
    def trip(written: list[tuple[str, list[Figure], list[Statement]]]) -> None:
        write_facts(path, written)
        lines = path.read_bytes().decode("utf-8").split("\n")
        assert lines.pop() == ""
        objects = [json.loads(line) for line in lines]
        assert [each["id"] for each in objects] == [name for name, _, _ in written]
        assert [[Figure(**row) for row in each["figures"]] for each in objects] == [rows for _, rows, _ in written]
        assert [[Statement(**row) for row in each["statements"]] for each in objects] == [rows for *_, rows in written]

    trip()


# --- rows and their lines


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [(2, "1", "2")]),
        ("\ufeffa,b\n1,2\n", [(2, "1", "2")]),
        ("a,b\r\n1,2\r\n", [(2, "1", "2")]),
        ("a,b\n1,2", [(2, "1", "2")]),
        ('a,b\n"1\n1\r\n1",2\n3,4\n', [(2, "1\n1\r\n1", "2"), (5, "3", "4")]),
        ('a,b\n\n\n1,2\n\n"3\n","4\n"\n5,6\n', [(4, "1", "2"), (6, "3\n", "4\n"), (9, "5", "6")]),
        ('b,a\n"2,""",1\n', [(2, "1", '2,"')]),
        ('"a\n",a,b\n1,2,3\n', None),
        ("b,a\n" + "2,1\n" * 3, [(2, "1", "2"), (3, "1", "2"), (4, "1", "2")]),
        ("a\n1\n", [(2, "1", "")]),
        ("a,b\n", []),
    ],
)
def test_a_row_has_the_number_of_its_first_line(
    text: str, rows: list[tuple[int, str, str]] | None, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode("utf-8"))
    if rows is None:
        with pytest.raises(DataError):
            list(read_rows(path, ["a"], ["b"]))
        return
    assert [(row.line, row.cells["a"], row.cells["b"]) for row in read_rows(path, ["a"], ["b"])] == rows


def test_rows_are_read_as_they_are_asked_for_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a\n1\n2\n" + b"\xff\n")
    rows = read_rows(path, ["a"])
    assert [next(rows).cells["a"], next(rows).cells["a"]] == ["1", "2"]
    with pytest.raises(DataError) as raised:
        next(rows)
    assert (raised.value.problem.key, raised.value.problem.line) == ("not-utf8", 4)


def test_a_table_that_breaks_off_leaves_the_one_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_rows(path, ["a"], [["1"]])

    def broken() -> Iterable[list[str]]:
        yield ["2"]
        raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        write_rows(path, ["a"], broken())
    assert path.read_text(encoding="utf-8") == "a\n1\n"
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]


# --- a folder of data


def test_what_need_not_be_written_may_be_missing_and_has_its_default(tmp_path: Path) -> None:
    needed = [name for name in field_names(Figure) if name not in ("origin", "instrument", "purpose")]
    path = tmp_path / "figures.csv"
    cells = {"source": "s", "quote": "5个", "start": "1", "end": "3"}
    write_rows(path, needed, [[cells.get(name, "") for name in needed]])
    assert read_back(path, Figure) == [Figure("s", "5个", 1, 3)]
    (tmp_path / "sources.csv").write_text("id\ns\n", encoding="utf-8")
    assert read_back(tmp_path / "sources.csv", Source) == [Source("s")]


def test_the_sources_of_a_folder_come_by_id_each_with_its_own_facts(tmp_path: Path) -> None:
    data = copy_data(tmp_path / "data")
    write_records(data / SOURCES, Source, [Source("z"), Source(SOURCE), Source("a")])
    problems: list[object] = []
    found = [
        (facts.source.record.id, len(facts.figures), len(facts.statements))
        for facts in read_folder(data, problems)  # type: ignore[arg-type]
    ]
    rows = [len(read(data / table)) - 1 for table in (FIGURES, STATEMENTS)]
    assert found == [("a", 0, 0), (SOURCE, *rows), ("z", 0, 0)]
    assert problems == []


# --- a built dataset


def test_the_facts_of_a_built_dataset_are_those_of_the_data(built: Path) -> None:
    figures, statements = list(find_figures(built)), list(find_statements(built))
    assert figures == read_back(find_data() / FIGURES, Figure)
    assert statements == read_back(find_data() / STATEMENTS, Statement)


def test_the_code_of_a_place_is_filled_in_where_its_name_alone_tells_it(tmp_path: Path) -> None:
    data = copy_data(tmp_path / "data")
    figures = read_back(data / FIGURES, Figure)
    write_records(data / FIGURES, Figure, [Figure(**{**asdict(figure), "place_code": ""}) for figure in figures])
    build(data, tmp_path / "out", page=False)
    assert list(find_figures(tmp_path / "out")) == figures


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\r\nb", 'a\rb\nc\r\nd,"\t𠀀', "\u2028"], ids=ascii)
def test_text_with_odd_line_ends_survives_the_build_in_every_table(text: str, tmp_path: Path) -> None:
    data = copy_data(tmp_path / "data")
    first, *others = read_back(data / FIGURES, Figure)
    odd = Figure(**{**asdict(first), "subplace": text, "purpose": " =1 "})
    write_records(data / FIGURES, Figure, [odd, *others])
    assert main(["build", str(data), "-o", str(tmp_path / "out"), "--no-page"]) == 0
    assert next(find_figures(tmp_path / "out")) == odd
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    assert parquet.read_table(tmp_path / "out" / "figures.parquet").to_pylist()[0] == asdict(odd)


def test_a_folder_without_a_dataset_has_no_figures(tmp_path: Path) -> None:
    for find in (find_figures, find_statements):
        with pytest.raises(FileError) as raised:
            list(find(tmp_path))
        assert raised.value.problem.key == "file-missing"


# --- frames and Parquet


def test_a_frame_has_exact_numbers_and_text_for_all_else() -> None:
    pd = pytest.importorskip("pandas", reason="the extra pandas is not installed")
    figures = [
        Figure("s", "0.1", 0, 3, value="0.1", place_code="010203", unit="percent"),
        Figure("s", "3-5", 4, 7, low="3", high="5.50"),
        Figure("s", "9", 8, 9, value="123456789012345.67890"),
    ]
    frame = to_frame(figures)
    assert list(frame.columns) == list(field_names(Figure))
    assert list(frame["value"].dropna()) == [Decimal("0.1"), Decimal("123456789012345.67890")]
    assert all(isinstance(value, Decimal) for value in frame["value"].dropna())
    assert frame["value"].isna().tolist() == [False, True, False]
    assert (frame["low"][1], frame["high"][1], str(frame["high"][1])) == (Decimal(3), Decimal("5.5"), "5.50")
    assert frame["place_code"].tolist() == ["010203", "", ""]
    assert frame["start"].tolist() == [0, 4, 8]
    assert frame["value"].dropna().sum() == Decimal("123456789012345.77890")
    assert isinstance(frame, pd.DataFrame)


def test_an_empty_frame_is_a_frame() -> None:
    pytest.importorskip("pandas", reason="the extra pandas is not installed")
    assert len(to_frame([])) == 0


def test_without_pandas_a_frame_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtraError) as raised:
        to_frame([])
    assert raised.value.problem.data == {"extra": "pandas"}


@pytest.mark.parametrize("kind", [Figure, Statement])
def test_parquet_holds_what_the_table_holds(kind: type[Figure] | type[Statement], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    table, path = tmp_path / "table.csv", tmp_path / "table.parquet"

    @settings(quick, max_examples=30)
    @given(st.lists(records(kind), max_size=3), st.booleans())  # type: ignore[type-var]
    def trip(written: list[Figure | Statement], excel: bool) -> None:
        write_records(table, kind, written, excel=excel)  # type: ignore[type-var]
        write_parquet(table, path, kind)
        assert parquet.read_table(path).to_pylist() == [asdict(record) for record in written]

    trip()


def test_the_parquet_of_a_build_is_its_csv(built: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    for name in ("figures", "statements"):
        names, *rows = read(built / f"{name}.csv")
        table = parquet.read_table(built / f"{name}.parquet")
        assert table.column_names == names
        assert [[str(value) for value in row.values()] for row in table.to_pylist()] == rows


def test_parquet_takes_many_rows_with_line_feeds_and_rows_of_megabytes(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    table, path = tmp_path / "table.csv", tmp_path / "table.parquet"
    many = [Figure("s", "q", number, number + 1, subplace="a\nb" * (number % 7)) for number in range(20_000)]
    for written in (many, [Figure("s", "q", 1, 2, purpose="长" * 3_000_000)]):
        write_records(table, Figure, written)
        write_parquet(table, path, Figure)
        assert parquet.read_table(path).to_pylist() == [asdict(record) for record in written]
