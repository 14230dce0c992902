"""The command line: arguments, printing and exit codes; each command is a module here and a call of one other module.

A command's module has ``describe``, which gives its parser the arguments, and ``run``; only that of the command which
is asked for is imported.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from importlib import import_module

import tuopin
from tuopin.cli.shared import say
from tuopin.messages import LANGUAGES, set_language, to_message

TYPE_CHECKING = False  # true for the checker; typing itself takes as long to import as half of argparse
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    import tuopin.errors

COMMANDS = ("extract", "build", "query", "check", "export", "bench")
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
        say(to_message("stopped"))
        return _INTERRUPTED
    except tuopin.errors.TuopinError as error:  # looked up, and so imported, only when something is wrong
        say(str(error))
        if isinstance(error, tuopin.errors.BadData):
            say(str(error.problem))
        return error.exit_code
    except OSError as error:  # of printing, since all else has told its file
        from tuopin.files import to_file_error  # noqa: PLC0415

        say(str(to_file_error(error, "-")))
        return 1


def _speak(words: list[str]) -> None:
    """Choose the language before anything is said, even of the options themselves."""
    set_language("")
    for at, word in enumerate(words):
        name, _, value = word.partition("=")
        chosen = value or next(iter(words[at + 1 :]), "")
        if name == "--lang" and chosen in LANGUAGES:
            set_language(chosen)


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
    """The parser of all commands; only those that `words` may mean are imported and get their arguments."""
    parser = _Parser(prog="tuopin", description=to_message("help.tuopin"))
    parser.add_argument(
        "--version", action="version", version=f"tuopin {tuopin.__version__}", help=to_message("help.version")
    )
    commands = parser.add_subparsers(title=to_message("help.commands"), metavar="COMMAND", required=True)
    for name in COMMANDS:
        text = to_message(f"help.{name}")
        command = commands.add_parser(name, help=text, description=text)
        if name in words:
            module = import_module(f"tuopin.cli.{name}")
            command.set_defaults(run=module.run)
            module.describe(command)
    return parser
