"""The exceptions of tuopin: one family, each with its data."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from tuopin.messages import language, to_message

Severity = Literal["error", "warning"]
# A terminal obeys control characters, so they are shown instead; what breaks a line becomes a space.
_SHOWN: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    **dict.fromkeys(map(ord, "\t\n\r\x85\u2028\u2029"), " "),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of the input.

    `key` names the rule and its words in the catalogue (``problem.<key>``, ``.expected``, ``.remedy``); `line` counts
    from 1 and is 0 where a line makes no sense; `field` and `value` are empty likewise. `data` are the further words of
    the message;
    ``message_zh`` and ``message_en`` among them stand for ``{message}``.
    """

    key: str
    file: str = ""
    line: int = 0
    field: str = ""
    value: str = ""
    severity: Severity = "error"
    data: dict[str, object] = dataclasses.field(default_factory=dict)

    def _words(self, part: str) -> str:
        shown = self.value if len(self.value) <= 80 else self.value[:77] + "..."
        place = {"file": self.file, "line": self.line, "field": self.field, "value": shown}
        spoken = {"message": self.data.get(f"message_{language()}", "")}
        return to_message(f"problem.{self.key}{part}", **(place | spoken | self.data)).translate(_SHOWN)

    @property
    def message(self) -> str:
        """What is wrong, in the language of messages."""
        return self._words("")

    @property
    def expected(self) -> str:
        """What was expected instead."""
        return self._words(".expected")

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self._words(".remedy")

    @property
    def where(self) -> str:
        """``file:line``, as far as it is known."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        name = f"{self.field}: " if self.field else ""
        return f"{head}{name}{self.message}; {self.remedy}".translate(_SHOWN)


class TuopinError(Exception):
    """What every error of tuopin is; `exit_code` is what the command line answers."""

    exit_code = 1

    def __init__(self, key: str, /, *, file: str = "", line: int = 0, field: str = "", value: str = "", **data: object):
        self.problem = Problem(key, file=file, line=line, field=field, value=value, data=data)
        super().__init__(key)

    def __str__(self) -> str:
        return str(self.problem)


class UsageError(TuopinError):
    """The call itself is wrong: an unknown option, query or format."""

    exit_code = 2


class DataError(TuopinError):
    """The input holds something that cannot be taken."""


class FileError(TuopinError):
    """A file or folder cannot be read or written."""


class QueryError(TuopinError):
    """A SPARQL query cannot be run."""


class MissingExtraError(TuopinError):
    """An optional library is needed and not installed."""


class BadData(TuopinError):  # noqa: N818 - a bag of problems, named for what it holds
    """Several things are wrong; `problems` holds them in the order of files and lines."""

    def __init__(self, problems: list[Problem]):
        super().__init__("bad-data", count=len(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
