"""``tuopin query``: SPARQL, or a query of the library, on a built dataset."""

from __future__ import annotations

import contextlib
import sys

import tuopin
from tuopin.cli.shared import ROW_FORMATS, add_dataset, add_rows, open_output, to_path, write_rows
from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    import tuopin.errors
    from tuopin.sparql import Result


RDF_FORMATS = ("nt", "ttl", "rdf", "jsonld")


def describe(parser: argparse.ArgumentParser) -> None:
    """Give the parser the arguments of the command."""
    parser.add_argument("query", nargs="?", default="-", help=to_message("help.query.query"))
    parser.add_argument(
        "-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=to_message("help.query.param")
    )
    parser.add_argument("--list", action="store_true", help=to_message("help.query.list"))
    add_dataset(parser)
    add_rows(parser, (*ROW_FORMATS, *RDF_FORMATS))


def run(options: argparse.Namespace) -> None:
    """Print the answer, or the list of the library."""
    if options.list:
        from tuopin.library import read_library  # noqa: PLC0415

        rows = [[q.name, q.title_zh, q.title_en, " ".join(p.name for p in q.params)] for q in read_library().values()]
        write_rows(options, ("name", "zh", "en", "params"), rows)
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
    return (_decode(to_path(word).read_bytes(), word), word) if _is_file(word) else (word, "query")


def _is_name(word: str) -> bool:
    """Whether `word` can only be the name of a query of the library."""
    return word != "-" and not any(sign in "{}" or sign.isspace() for sign in word) and not _is_file(word)


def _is_file(word: str) -> bool:
    with contextlib.suppress(OSError, ValueError):  # too long for a name, or with a null
        return to_path(word).is_file()
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
        with open_output(options) as out:
            result.write(out.buffer, chosen or "ttl")
        return
    format_ = find_format(options.output, options.format or ("" if options.output else "table"))
    write_rows(options, result.columns, result.rows(short=format_ in ("table", "markdown")))
