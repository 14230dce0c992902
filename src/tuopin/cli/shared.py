"""What several commands share: paths, the options of rows and datasets, and where output goes."""

from __future__ import annotations

import contextlib
import io
import sys

from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

ROW_FORMATS = ("table", "csv", "tsv", "json", "jsonl", "markdown")


def say(text: str) -> None:
    """Tell a line on standard error."""
    print(text, file=sys.stderr, flush=True)


def to_path(word: str) -> Path:
    """The path that a word of the command line names."""
    from pathlib import Path  # noqa: PLC0415

    return Path(word)


def to_output(word: str) -> Path | None:
    """Likewise of an output, where ``-`` is standard output."""
    return None if word == "-" else to_path(word)


def add_rows(parser: argparse.ArgumentParser, formats: Sequence[str] = ROW_FORMATS) -> None:
    """The options that every command with rows shares."""
    parser.add_argument("-o", "--output", type=to_output, metavar="FILE", help=to_message("help.output"))
    shown = ", ".join(formats)
    parser.add_argument("-f", "--format", default="", help=to_message("help.format", formats=shown))
    parser.add_argument("--excel", action="store_true", help=to_message("help.excel"))


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """The option of a built dataset."""
    parser.add_argument(
        "-d", "--dataset", type=to_path, default="build", metavar="DIR", help=to_message("help.dataset")
    )


def write_rows(options: argparse.Namespace, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """Write rows in the format that was asked for to where it was asked for."""
    from tuopin import rows as table  # noqa: PLC0415

    format_ = table.find_format(options.output, options.format or ("" if options.output else "table"))
    with open_output(options) as out:
        table.write_rows(out, columns, rows, format_, excel=options.excel)


@contextlib.contextmanager
def open_output(options: argparse.Namespace) -> Iterator[TextIO]:
    """The file of ``-o``, replaced whole, or standard output."""
    from tuopin.files import open_whole, tell_file  # noqa: PLC0415

    if options.output is not None:
        with open_whole(options.output) as out:
            yield out
        return
    with tell_file("-"):
        if not sys.stdout.isatty() and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        sys.stdout.flush()
