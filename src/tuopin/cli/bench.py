"""``tuopin bench``: measures beside peers."""

from __future__ import annotations

from tuopin.cli.shared import add_rows, write_rows
from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Give the parser the arguments of the command."""
    from tuopin.bench import MATTERS  # noqa: PLC0415

    known = ", ".join(MATTERS)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=to_message("help.bench.what", known=known))
    parser.add_argument("--quads", type=int, default=1_000_000, help=to_message("help.bench.quads"))
    add_rows(parser)


def run(options: argparse.Namespace) -> None:
    """Measure, and print it as rows."""
    from tuopin.bench import COLUMNS, measure  # noqa: PLC0415

    write_rows(options, COLUMNS, measure(options.what, options.quads))
