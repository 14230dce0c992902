"""``tuopin extract``: texts to their facts."""

from __future__ import annotations

import contextlib

from tuopin.cli.shared import open_output, say, to_output, to_path
from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tuopin.errors import TuopinError
    from tuopin.extracting import Done
    from tuopin.outputs import Lines, Output
    from tuopin.reader.read import Reading
    from tuopin.texts import Text


def describe(parser: argparse.ArgumentParser) -> None:
    """Give the parser the arguments of the command."""
    from tuopin.kinds import FORMATS  # noqa: PLC0415

    kinds = ", ".join(FORMATS)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help=to_message("help.extract.inputs", formats=kinds))
    parser.add_argument("-o", "--output", type=to_output, metavar="FILE|DIR", help=to_message("help.extract.output"))
    parser.add_argument("-f", "--format", default="", help=to_message("help.extract.format"))
    for name, shown in (("published", "DATE"), ("place", "NAME"), ("title", "TEXT")):
        parser.add_argument(f"--{name}", default="", metavar=shown, help=to_message(f"help.extract.{name}"))
    parser.add_argument("--read-as", default="", metavar="KIND", help=to_message("help.extract.read-as", formats=kinds))
    parser.add_argument("--save-text", type=to_path, metavar="DIR", help=to_message("help.extract.save-text"))
    parser.add_argument("--explain", action="store_true", help=to_message("help.extract.explain"))
    parser.add_argument("--html", type=to_path, metavar="FILE", help=to_message("help.extract.html"))
    parser.add_argument("--strict", action="store_true", help=to_message("help.extract.strict"))
    parser.add_argument("--workers", type=int, default=1, metavar="N", help=to_message("help.extract.workers"))


def run(options: argparse.Namespace) -> int:
    """Write the facts of all texts and tell how many there are; 1 where a text failed."""
    opened = _find_outputs(options)
    texts = _find_texts(options)
    tally = _Tally(options.strict)
    with contextlib.suppress(_NothingReadError), contextlib.ExitStack() as stack:
        _pass_on(texts, [stack.enter_context(each) for each in opened], tally, options.workers)
    tally.tell()
    return 1 if tally.failed else 0


class _NothingReadError(Exception):
    """No text could be read, so that what was there before stays."""


class _Tally:
    """What a run has seen so far."""

    def __init__(self, strict: bool):
        self.strict = strict
        self.texts = self.figures = self.statements = self.failed = 0
        self.told = ("", "")  # the file and encoding that were told last: the lines of one file have one

    def count(self, done: Done) -> None:
        self.texts += 1
        self.figures += done.figures
        self.statements += done.statements
        if done.encoding not in ("", "utf-8", "utf-8-sig") and self.told != (done.path, done.encoding):
            self.told = (done.path, done.encoding)
            say(to_message("extract.encoding", file=done.path, encoding=done.encoding))

    def fail(self, error: TuopinError) -> None:
        if self.strict:
            raise error
        self.failed += 1
        say(str(error))

    def tell(self) -> None:
        counts = {name: getattr(self, name) for name in ("texts", "figures", "statements")}
        say(to_message("extract.count", **counts))
        if self.failed:
            say(to_message("extract.failed" if self.texts else "extract.nothing", failed=self.failed))


def _pass_on(texts: Iterator[Text | TuopinError], outputs: list[Output], tally: _Tally, workers: int) -> None:
    """Write what is made of each text as soon as its turn comes."""
    from tuopin.errors import TuopinError  # noqa: PLC0415
    from tuopin.extracting import extract_texts  # noqa: PLC0415

    with contextlib.closing(extract_texts(texts, tuple(each.make for each in outputs), workers)) as found:
        for done in found:
            if isinstance(done, TuopinError):
                tally.fail(done)
                continue
            for output, made in zip(outputs, done.made, strict=True):
                output.write(made)
            tally.count(done)
    if tally.failed and not tally.texts:
        raise _NothingReadError


def _find_texts(options: argparse.Namespace) -> Iterator[Text | TuopinError]:
    from tuopin.extracting import rename_texts, save_texts  # noqa: PLC0415
    from tuopin.texts import Options, read_texts  # noqa: PLC0415

    for name in ("title", "place"):
        _check_word(f"--{name}", getattr(options, name))
    given = Options(options.published, options.place, options.title, options.read_as)
    texts = read_texts(options.inputs, given)
    texts = rename_texts(texts) if options.format == "csv" else texts
    return save_texts(texts, options.save_text) if options.save_text else texts


def _check_word(name: str, word: str) -> None:
    """Raise `UsageError` where a word of the command line is no text, as of bytes that are not of its encoding."""
    from tuopin.errors import UsageError  # noqa: PLC0415

    half = next((char for char in word if "\ud800" <= char <= "\udfff"), "")
    if half:
        raise UsageError("surrogate-lone", field=name, value=f"U+{ord(half):04X}", at=word.index(half))


def _find_outputs(options: argparse.Namespace) -> list[AbstractContextManager[Output]]:
    """The outputs that were asked for, not yet opened; raises `UsageError` where they do not go together."""
    from tuopin.errors import UsageError  # noqa: PLC0415
    from tuopin.outputs import check_outputs, find_format, open_page, open_tables, to_explained, to_line  # noqa: PLC0415

    if options.workers < 1:
        raise UsageError("workers-bad", field="--workers", value=str(options.workers))
    if options.explain and options.format:
        raise UsageError("explain-format", value=options.format)
    format_ = "" if options.explain else find_format(options.output, options.format)
    files = [path for path in (options.output, options.html) if path is not None]
    check_outputs(options.inputs, files, options.save_text)
    page: list[AbstractContextManager[Output]] = [open_page(options.html)] if options.html else []
    if format_ == "csv":
        return [open_tables(options.output), *page]
    return [_open_lines(options, to_line if format_ else to_explained), *page]


@contextlib.contextmanager
def _open_lines(options: argparse.Namespace, make: Callable[[Text, Reading], str]) -> Iterator[Lines]:
    from tuopin.outputs import Lines, open_packed  # noqa: PLC0415

    with open_output(options) if options.output is None else open_packed(options.output) as out:
        yield Lines(out, make)
