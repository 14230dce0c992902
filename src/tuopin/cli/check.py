"""``tuopin check``: all that is wrong with a data folder."""

from __future__ import annotations

import sys

from tuopin.cli.shared import add_rows, say, to_path, write_rows
from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    import tuopin.errors


def describe(parser: argparse.ArgumentParser) -> None:
    """Give the parser the arguments of the command."""
    parser.add_argument("data", nargs="?", type=to_path, default="data", help=to_message("help.build.data"))
    parser.add_argument("--texts", type=to_path, metavar="DIR", help=to_message("help.check.texts"))
    add_rows(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is wrong; 1 where that is an error."""
    from tuopin.check import check  # noqa: PLC0415

    report = check(options.data, options.texts)
    if options.output or options.format:
        columns = ("severity", "file", "line", "field", "value", "message", "expected", "remedy")
        write_rows(options, columns, map(_to_row, report.problems))
    else:
        sys.stdout.writelines(f"{_to_lines(problem)}\n" for problem in report.problems)
    counts = {name: getattr(report, name) for name in ("sources", "figures", "statements", "quotes")}
    warnings = len(report.problems) - report.errors
    clean = to_message("check.clean", **counts)
    say(to_message("check.count", errors=report.errors, warnings=warnings) if report.problems else clean)
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
