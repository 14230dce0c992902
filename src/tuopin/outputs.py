"""What the facts of texts are written as: JSON Lines, curated tables, an explanation or a page, a text at a time.

An output has `make`, which is called where the text was read, maybe in another process, and `write`, which takes what
that made.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from tuopin.errors import DataError, UsageError
from tuopin.facts import Figure, Record, Source, Statement, to_dict
from tuopin.fetch import is_address
from tuopin.files import SUMS, open_folder, open_whole, tell_file
from tuopin.kinds import find_kind
from tuopin.reader.read import Reading
from tuopin.records import Table, open_table, write_records
from tuopin.texts import STDIN, Text

FORMATS = ("jsonl", "csv")
_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
Facts = tuple[Source, list[Figure], list[Statement]]


class Lines:
    """An output of text, one piece after the other."""

    def __init__(self, out: TextIO, make: Callable[[Text, Reading], str]):
        self.make = make
        self.write: Callable[[str], Any] = out.write


class Tables:
    """An output of a table of sources and two tables of facts for each; `SUMS` gets the sum of every file."""

    def __init__(self, folder: Path, sources: Table, sums: TextIO):
        self.folder, self.sources, self.sums = folder, sources, sums
        self.make = to_facts

    def write(self, made: Facts) -> None:
        """Write the tables of a source; raises `DataError` where another has its name."""
        source, figures, statements = made
        paths = [self.folder / "facts" / f"{source.id}.{kind}.csv" for kind in ("figures", "statements")]
        if paths[0].exists():
            raise DataError("text-id-doubled", file=str(paths[0]), field="id", value=source.id)
        write_records(paths[0], Figure, figures)
        write_records(paths[1], Statement, statements)
        self.sources.add(source)
        for path in paths:
            self.add_sum(path)

    def add_sum(self, path: Path) -> None:
        """Write the SHA-256 of a file of the folder, as ``sha256sum -c`` reads it."""
        with tell_file(path), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.sums.write(f"{digest}  {path.relative_to(self.folder).as_posix()}\n")


class Page:
    """An output of one HTML page, whose title is that of its first text."""

    def __init__(self, out: TextIO):
        self.out, self.is_begun = out, False
        self.make = to_marked

    def write(self, made: tuple[str, str]) -> None:
        """Write the next text of the page."""
        self.begin(made[0])
        self.out.write(made[1])

    def begin(self, title: str) -> None:
        """Write how the page begins, once."""
        from tuopin.reader.marks import to_head  # noqa: PLC0415 - only a page needs the engine of templates

        if not self.is_begun:
            self.out.write(to_head(title))
        self.is_begun = True


Output = Lines | Tables | Page


def to_line(text: Text, reading: Reading) -> str:
    """The facts of a text as a line of JSON: ``{"id", "source", "figures", "statements"}``, without what is empty.

    >>> print(to_line(Text("a", "脱贫", title="题"), Reading()), end="")
    {"id":"a","source":{"title":"题","length":"2"},"figures":[],"statements":[]}
    """
    source, figures, statements = to_facts(text, reading)
    about = _to_filled(source)
    made = {
        "id": about.pop("id"),
        "source": about,
        "figures": [_to_filled(figure) for figure in figures],
        "statements": [_to_filled(statement) for statement in statements],
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def to_facts(text: Text, reading: Reading) -> Facts:
    """A text as a source, with its facts."""
    given = {name: getattr(text, name) for name in ("title", "url", "publisher", "published", "sha256")}
    return Source(text.id, length=str(len(text.text)), **given), reading.figures, reading.statements


def _to_filled(record: Record) -> dict[str, str | int]:
    return {name: value for name, value in to_dict(record).items() if value != ""}


def to_explained(text: Text, reading: Reading) -> str:
    """The facts of a text with the words and the rules that they come from, for a reader."""
    from tuopin.reader.explain import to_explanation  # noqa: PLC0415

    return to_explanation(text, reading)


def to_marked(text: Text, reading: Reading) -> tuple[str, str]:
    """A text with its facts marked, for a page; its title and its part of the page."""
    from tuopin.reader.marks import to_article  # noqa: PLC0415

    return text.title or text.id, to_article(text, reading)


@contextmanager
def open_packed(path: Path) -> Iterator[TextIO]:
    """A file of text to write that takes the place of `path` when the block ends well; ``.gz`` packs it.

    The same text is packed into the same bytes: there is no name and no time in them.
    """
    with open_whole(path) as out:
        if path.suffix.lower() != ".gz":
            yield out
            return
        raw = cast("io.TextIOWrapper", out).buffer
        with (
            gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
        ):
            yield text


@contextmanager
def open_tables(folder: Path) -> Iterator[Tables]:
    """Tables in a new folder, ready to be the data of a build; `folder` is replaced whole when the block ends well.

    Only a folder that is empty or was written by this is replaced. Raises `FileError`.
    """
    with open_folder(folder, "sources.csv", "facts") as new:
        (new / "facts").mkdir()
        with open_whole(new / SUMS) as sums:
            with open_table(new / "sources.csv", Source) as sources:
                tables = Tables(new, sources, sums)
                yield tables
            tables.add_sum(new / "sources.csv")


@contextmanager
def open_page(path: Path) -> Iterator[Page]:
    """A page to write text by text; `path` is replaced whole when the block ends well."""
    from tuopin.reader.marks import to_tail  # noqa: PLC0415

    with open_packed(path) as out:
        page = Page(out)
        yield page
        page.begin(path.stem)
        out.write(to_tail())


def find_format(path: Path | None, chosen: str) -> str:
    """The format that was chosen, else the one that the ending of `path` names; raises `UsageError`.

    >>> find_format(None, ""), find_format(Path("a.jsonl.gz"), ""), find_format(Path("data"), "csv")
    ('jsonl', 'jsonl', 'csv')
    """
    known = ", ".join(FORMATS)
    if chosen and chosen not in FORMATS:
        raise UsageError("format-unknown", value=chosen, known=known, near=known)
    if chosen == "csv" and path is None:
        raise UsageError("tables-nowhere")
    is_plain = path is None or path.name.lower().endswith(_LINES) or (path.exists() and not path.is_file())
    if not chosen and path and (path.is_dir() or not is_plain):
        raise UsageError("format-unclear", value=str(path), known=known)
    return chosen or "jsonl"


def check_outputs(inputs: Iterable[str], files: Iterable[Path], texts: Path | None = None) -> None:
    """Raise `UsageError` where an output would replace an input or be taken for one, or two outputs are the same.

    `files` are those that are written, `texts` is the folder that the texts are saved in.
    """
    seen: set[Path] = set()
    sources = [each for each in inputs if each and each != STDIN and "\0" not in each and not is_address(each)]
    places = [Path(each).resolve() for each in sources]
    for file in files:
        real = file.resolve()
        if real in seen:
            raise UsageError("output-twice", file=str(file))
        seen.add(real)
        if any(real == place or (place.is_dir() and place in real.parents) for place in places):
            raise UsageError("output-is-input", file=str(file))
    if texts and any(_would_meet(texts.resolve(), place) for place in places):
        raise UsageError("output-is-input", file=str(texts))


def _would_meet(folder: Path, place: Path) -> bool:
    """Whether texts that are saved in `folder` may replace the input at `place`, or become a part of it."""
    if place.is_dir():
        return folder == place or place in folder.parents
    return place.parent == folder and find_kind(place.name) == "txt"
