"""``tuopin export``: the dataset or the ontology in another format."""

from __future__ import annotations

from tuopin.cli.shared import ROW_FORMATS, add_dataset, add_rows, open_output, write_rows
from tuopin.messages import to_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Give the parser the arguments of the command."""
    from tuopin.export import EXPORTS, FORMATS  # noqa: PLC0415 - only the command that needs it pays for it

    known = ", ".join(EXPORTS)
    parser.add_argument("what", choices=EXPORTS, metavar="WHAT", help=to_message("help.export.what", known=known))
    add_dataset(parser)
    add_rows(parser, (*ROW_FORMATS, *FORMATS))


def run(options: argparse.Namespace) -> None:
    """Write what was asked for."""
    from tuopin.export import ROWS, find_rows, find_text  # noqa: PLC0415
    from tuopin.messages import language  # noqa: PLC0415

    if options.what in ROWS:
        write_rows(options, *find_rows(options.what, options.dataset))
        return
    ending = options.output.suffix.lstrip(".") if options.output else ""
    with open_output(options) as out:
        out.writelines(find_text(options.what, options.dataset, options.format or ending, language()))
