"""Copies of the repository's data with small mistakes in them, for the tests of what is wrong."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from tuopin.resources import find_data

Edit = Callable[[Path], object]

SOURCE = "rednet-4216011"
FIGURES = f"facts/{SOURCE}.figures.csv"
STATEMENTS = f"facts/{SOURCE}.statements.csv"
SOURCES, PLACES, PROGRAMMES, THINGS = "sources.csv", "places.csv", "programmes.csv", "things.csv"


def copy_data(folder: Path, *edits: Edit) -> Path:
    """The repository's data copied to `folder` and edited."""
    (folder / "facts").mkdir(parents=True)
    for name in (SOURCES, PLACES, PROGRAMMES, THINGS, FIGURES, STATEMENTS):
        shutil.copyfile(find_data() / name, folder / name)
    for edit in edits:
        edit(folder)
    return folder


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def find_line(table: str, *cells: str) -> int:
    """The line of the first row of the repository's table that has all of `cells`."""
    return next(number for number, row in enumerate(read(find_data() / table), 1) if set(cells) <= set(row))


def put(table: str, line: int, **cells: str) -> Edit:
    """Write `cells`, by column, into the row at `line`."""

    def edit(folder: Path) -> None:
        rows = read(folder / table)
        for column, value in cells.items():
            rows[line - 1][rows[0].index(column)] = value
        with (folder / table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    return edit


def swap(table: str, old: str | bytes, new: str | bytes) -> Edit:
    """Put `new` in the place of the first `old`, which must be there."""

    def edit(folder: Path) -> None:
        before, after = (text.encode() if isinstance(text, str) else text for text in (old, new))
        text = (folder / table).read_bytes()
        assert before in text
        (folder / table).write_bytes(text.replace(before, after, 1))

    return edit


def add(table: str, line: str) -> Edit:
    """Write one more line at the end of a table, or make the table of it."""

    def edit(folder: Path) -> None:
        with (folder / table).open("a", encoding="utf-8", newline="") as file:
            file.write(f"{line}\n")

    return edit


def double(table: str, line: int) -> Edit:
    """Write the line at `line` once more at the end."""

    def edit(folder: Path) -> None:
        lines = (folder / table).read_text(encoding="utf-8").splitlines()
        add(table, lines[line - 1])(folder)

    return edit


def remove(name: str) -> Edit:
    """Take a file away."""
    return lambda folder: (folder / name).unlink()


def count_lines(table: str) -> int:
    """How many lines the repository's table has."""
    return len((find_data() / table).read_text(encoding="utf-8").splitlines())


def write_earlier(out: Path) -> Path:
    """An output folder with the result of an earlier run, as far as a build goes by it."""
    out.mkdir()
    (out / "tuopin.nq").write_text("earlier\n", encoding="utf-8")
    (out / "SHA256SUMS").write_text(f"{'0' * 64}  tuopin.nq\n", encoding="utf-8")
    return out


def snapshot(folder: Path) -> dict[str, bytes]:
    """All that a folder holds: the bytes of each file, and nothing for a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}
