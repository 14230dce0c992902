"""``tuopin build``: the dataset from a data folder."""

from __future__ import annotations

import sys

from tuopin.cli.shared import say, to_path
from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from tuopin.records import SourceFacts


def describe(parser: argparse.ArgumentParser) -> None:
    """Give the parser the arguments of the command."""
    parser.add_argument("data", nargs="?", type=to_path, default="data", help=to_message("help.build.data"))
    parser.add_argument(
        "-o", "--output", type=to_path, default="build", metavar="DIR", help=to_message("help.build.output")
    )
    parser.add_argument(
        "--from",
        dest="extracted",
        action="append",
        type=to_path,
        default=[],
        metavar="FILE",
        help=to_message("help.build.from"),
    )
    parser.add_argument("--excel", action="store_true", help=to_message("help.build.excel"))
    parser.add_argument("--no-page", action="store_true", help=to_message("help.build.no-page"))


def run(options: argparse.Namespace) -> None:
    """Build, and print what was made."""
    from tuopin.build import build  # noqa: PLC0415

    summary = build(
        options.data,
        options.output,
        extracted=options.extracted,
        excel=options.excel,
        page=not options.no_page,
        progress=_show_progress,
    )
    for problem in summary.problems:
        say(str(problem))
    for name in ("sources", "figures", "statements", "derived", "places", "programmes", "things", "triples"):
        print(f"{getattr(summary, name):>9}  {to_message(f'summary.{name}')}")
    print(f"{len(summary.problems):>9}  {to_message('summary.warnings')}")
    if "figures.parquet" not in summary.files:
        say(to_message("build.no-parquet"))
    print(to_message("build.done", folder=options.output))


def _show_progress(sources: Iterable[SourceFacts]) -> Iterable[SourceFacts]:
    """The sources, counted on screen while they pass, where somebody is watching."""
    if not sys.stderr.isatty():
        return sources
    from tqdm import tqdm  # noqa: PLC0415

    bar: Iterable[SourceFacts] = tqdm(sources, desc=to_message("build.progress"), unit="", leave=False, delay=1)
    return bar
