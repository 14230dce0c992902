"""The command line: arguments, printing and exit codes; each command is a call of one other module."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys

import tuopin
from tuopin.messages import LANGUAGES, set_language, to_message

TYPE_CHECKING = False  # true for the checker; typing itself takes as long to import as half of argparse
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Any, NoReturn, TextIO

    import tuopin.errors
    from tuopin.records import SourceFacts
    from tuopin.sparql import Result

ROW_FORMATS = ("table", "csv", "tsv", "json", "jsonl", "markdown")
RDF_FORMATS = ("nt", "ttl", "rdf", "jsonld")
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 well, 1 something is wrong with the data, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _speak(words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where it cannot show Chinese
    try:
        options = _make_parser(words).parse_args(words)
        code = int(options.run(options) or 0)
        sys.stdout.flush()
        return code
    except SystemExit:  # of ``--help``, before the errors of tuopin are imported to be compared
        raise
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - the reader left; nothing more can be said to it
        return 0
    except KeyboardInterrupt:
        _say(to_message("stopped"))
        return _INTERRUPTED
    except tuopin.errors.TuopinError as error:  # looked up, and so imported, only when something is wrong
        _say(str(error))
        if isinstance(error, tuopin.errors.BadData):
            _say(str(error.problem))
        return error.exit_code
    except OSError as error:  # of printing, since all else has told its file
        from tuopin.files import to_file_error  # noqa: PLC0415

        _say(str(to_file_error(error, "-")))
        return 1


def _speak(words: list[str]) -> None:
    """Choose the language before anything is said, even of the options themselves."""
    set_language("")
    for at, word in enumerate(words):
        name, _, value = word.partition("=")
        chosen = value or next(iter(words[at + 1 :]), "")
        if name == "--lang" and chosen in LANGUAGES:
            set_language(chosen)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Parser(argparse.ArgumentParser):
    """A parser that speaks the language of messages, and whose errors are `UsageError`."""

    def __init__(self, *, prog: str = "", description: str = "", **options: Any):
        super().__init__(prog=prog, description=description, add_help=False, **options)
        self._positionals.title, self._optionals.title = to_message("help.positional"), to_message("help.options")
        self.add_argument("-h", "--help", action="help", help=to_message("help.help"))
        self.add_argument("--lang", choices=LANGUAGES, help=to_message("help.lang"))

    def error(self, message: str) -> NoReturn:
        raise tuopin.errors.UsageError("usage", reason=message)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", to_message("help.usage"), 1)


def _make_parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands; only those that `words` may mean get their arguments."""
    parser = _Parser(prog="tuopin", description=to_message("help.tuopin"))
    parser.add_argument(
        "--version", action="version", version=f"tuopin {tuopin.__version__}", help=to_message("help.version")
    )
    commands = parser.add_subparsers(title=to_message("help.commands"), metavar="COMMAND", required=True)
    for name, run, describe in _COMMANDS:
        text = to_message(f"help.{name}")
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        if name in words:
            describe(command)
    return parser


def _to_path(word: str) -> Path:
    from pathlib import Path  # noqa: PLC0415

    return Path(word)


def _to_output(word: str) -> Path | None:
    return None if word == "-" else _to_path(word)


def _add_rows(parser: argparse.ArgumentParser, formats: Sequence[str] = ROW_FORMATS) -> None:
    """The options that every command with rows shares."""
    parser.add_argument("-o", "--output", type=_to_output, metavar="FILE", help=to_message("help.output"))
    shown = ", ".join(formats)
    parser.add_argument("-f", "--format", default="", help=to_message("help.format", formats=shown))
    parser.add_argument("--excel", action="store_true", help=to_message("help.excel"))


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-d", "--dataset", type=_to_path, default="build", metavar="DIR", help=to_message("help.dataset")
    )


def _describe_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", nargs="?", type=_to_path, default="data", help=to_message("help.build.data"))
    parser.add_argument(
        "-o", "--output", type=_to_path, default="build", metavar="DIR", help=to_message("help.build.output")
    )
    parser.add_argument("--excel", action="store_true", help=to_message("help.build.excel"))
    parser.add_argument("--no-page", action="store_true", help=to_message("help.build.no-page"))


def _describe_query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="?", default="-", help=to_message("help.query.query"))
    parser.add_argument(
        "-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=to_message("help.query.param")
    )
    parser.add_argument("--list", action="store_true", help=to_message("help.query.list"))
    _add_dataset(parser)
    _add_rows(parser, (*ROW_FORMATS, *RDF_FORMATS))


def _describe_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", nargs="?", type=_to_path, default="data", help=to_message("help.build.data"))
    parser.add_argument("--texts", type=_to_path, metavar="DIR", help=to_message("help.check.texts"))
    _add_rows(parser)


def _describe_export(parser: argparse.ArgumentParser) -> None:
    from tuopin.export import EXPORTS, FORMATS  # noqa: PLC0415 - only the command that needs it pays for it

    known = ", ".join(EXPORTS)
    parser.add_argument("what", choices=EXPORTS, metavar="WHAT", help=to_message("help.export.what", known=known))
    _add_dataset(parser)
    _add_rows(parser, (*ROW_FORMATS, *FORMATS))


def _describe_bench(parser: argparse.ArgumentParser) -> None:
    from tuopin.bench import MATTERS  # noqa: PLC0415

    known = ", ".join(MATTERS)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=to_message("help.bench.what", known=known))
    parser.add_argument("--quads", type=int, default=1_000_000, help=to_message("help.bench.quads"))
    _add_rows(parser)


def _build(options: argparse.Namespace) -> None:
    from tuopin.build import build  # noqa: PLC0415

    summary = build(
        options.data,
        options.output,
        excel=options.excel,
        page=not options.no_page,
        progress=_show_progress,
    )
    for problem in summary.problems:
        _say(str(problem))
    for name in ("sources", "figures", "statements", "derived", "places", "programmes", "things", "triples"):
        print(f"{getattr(summary, name):>9}  {to_message(f'summary.{name}')}")
    print(f"{len(summary.problems):>9}  {to_message('summary.warnings')}")
    if "figures.parquet" not in summary.files:
        _say(to_message("build.no-parquet"))
    print(to_message("build.done", folder=options.output))


def _show_progress(sources: Iterable[SourceFacts]) -> Iterable[SourceFacts]:
    """The sources, counted on screen while they pass, where somebody is watching."""
    if not sys.stderr.isatty():
        return sources
    from tqdm import tqdm  # noqa: PLC0415

    bar: Iterable[SourceFacts] = tqdm(sources, desc=to_message("build.progress"), unit="", leave=False, delay=1)
    return bar


def _query(options: argparse.Namespace) -> None:
    if options.list:
        from tuopin.library import read_library  # noqa: PLC0415

        rows = [[q.name, q.title_zh, q.title_en, " ".join(p.name for p in q.params)] for q in read_library().values()]
        _write_rows(options, ("name", "zh", "en", "params"), rows)
        return
    from tuopin.sparql import run_query  # noqa: PLC0415
    from tuopin.store import open_store  # noqa: PLC0415

    text, file = _find_query(options.query, dict(map(_to_param, options.param)))
    _write_result(options, run_query(open_store(options.dataset), text, file=file))


def _find_query(word: str, params: dict[str, str]) -> tuple[str, str]:
    """The text of a query and what to call it: standard input, a file, SPARQL itself, or a name of the library."""
    if _is_name(word):
        from tuopin.library import bind_params, find_query  # noqa: PLC0415

        return bind_params(find_query(word), params), word
    if params:
        called = word if len(word) < 40 else "query"
        raise tuopin.errors.UsageError("param-none", value=next(iter(params)), query=called)
    if word == "-":
        if sys.stdin is None or sys.stdin.isatty():
            raise tuopin.errors.UsageError("query-none")
        return _decode(sys.stdin.buffer.read(), "-"), "-"
    return (_decode(_to_path(word).read_bytes(), word), word) if _is_file(word) else (word, "query")


def _is_name(word: str) -> bool:
    """Whether `word` can only be the name of a query of the library."""
    return word != "-" and not any(sign in "{}" or sign.isspace() for sign in word) and not _is_file(word)


def _is_file(word: str) -> bool:
    with contextlib.suppress(OSError, ValueError):  # too long for a name, or with a null
        return _to_path(word).is_file()
    return False


def _decode(text: bytes, file: str) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise tuopin.errors.DataError("query-encoding", file=file) from error


def _to_param(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise tuopin.errors.UsageError("param-form", value=text)
    return name, value


def _write_result(options: argparse.Namespace, result: Result) -> None:
    from tuopin.rows import find_format  # noqa: PLC0415
    from tuopin.sparql import Graph  # noqa: PLC0415

    chosen = options.format or (options.output.suffix.lstrip(".") if options.output else "")
    if isinstance(result, Graph) and (chosen in RDF_FORMATS or not chosen):
        with _open_output(options) as out:
            result.write(out.buffer, chosen or "ttl")
        return
    format_ = find_format(options.output, options.format or ("" if options.output else "table"))
    _write_rows(options, result.columns, result.rows(short=format_ in ("table", "markdown")))


def _write_rows(
    options: argparse.Namespace, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]
) -> None:
    from tuopin.rows import find_format, write_rows  # noqa: PLC0415

    format_ = find_format(options.output, options.format or ("" if options.output else "table"))
    with _open_output(options) as out:
        write_rows(out, columns, rows, format_, excel=options.excel)


@contextlib.contextmanager
def _open_output(options: argparse.Namespace) -> Iterator[TextIO]:
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


def _check(options: argparse.Namespace) -> int:
    from tuopin.check import check  # noqa: PLC0415

    report = check(options.data, options.texts)
    if options.output or options.format:
        columns = ("severity", "file", "line", "field", "value", "message", "expected", "remedy")
        _write_rows(options, columns, map(_to_row, report.problems))
    else:
        sys.stdout.writelines(f"{_to_lines(problem)}\n" for problem in report.problems)
    counts = {name: getattr(report, name) for name in ("sources", "figures", "statements", "quotes")}
    warnings = len(report.problems) - report.errors
    clean = to_message("check.clean", **counts)
    _say(to_message("check.count", errors=report.errors, warnings=warnings) if report.problems else clean)
    return 1 if report.errors else 0


def _to_row(problem: tuopin.errors.Problem) -> list[str | None]:
    line = str(problem.line) if problem.line else None
    words = (problem.message, problem.expected, problem.remedy)
    return [problem.severity, problem.file, line, problem.field, problem.value, *words]


def _to_lines(problem: tuopin.errors.Problem) -> str:
    """A finding for a reader: where, what, what was expected and what to do."""
    kind = to_message(f"check.{problem.severity}")
    head = f"{problem.where}: {kind}: {problem.field + ': ' if problem.field else ''}{problem.message}"
    expected, remedy = to_message("check.expected"), to_message("check.remedy")
    return f"{head}\n  {expected}: {problem.expected}\n  {remedy}: {problem.remedy}"


def _export(options: argparse.Namespace) -> None:
    from tuopin.export import ROWS, find_rows, find_text  # noqa: PLC0415
    from tuopin.messages import language  # noqa: PLC0415

    if options.what in ROWS:
        _write_rows(options, *find_rows(options.what, options.dataset))
        return
    ending = options.output.suffix.lstrip(".") if options.output else ""
    with _open_output(options) as out:
        out.writelines(find_text(options.what, options.dataset, options.format or ending, language()))


def _bench(options: argparse.Namespace) -> None:
    from tuopin.bench import COLUMNS, measure  # noqa: PLC0415

    _write_rows(options, COLUMNS, measure(options.what, options.quads))


_COMMANDS: tuple[tuple[str, Callable[..., int | None], Callable[[argparse.ArgumentParser], None]], ...] = (
    ("build", _build, _describe_build),
    ("query", _query, _describe_query),
    ("check", _check, _describe_check),
    ("export", _export, _describe_export),
    ("bench", _bench, _describe_bench),
)
