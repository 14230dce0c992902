"""One row of a benchmark: two figures, their ratio, and the goal."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuopin.bench.runner import Missing
from tuopin.messages import to_message


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of a ratio."""

    sign: str
    bound: float

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"

    def is_met(self, ratio: float) -> bool:
        """Whether the ratio keeps the bound."""
        return ratio >= self.bound if self.sign == "≥" else ratio <= self.bound


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about: the matter, what is measured in words, the peer, and the goal."""

    matter: str
    measured: str
    peer: str
    goal: Goal

    def to_row(
        self, figures: Sequence[str], ratio: float, runs: int, note: str = "", met: bool | None = None
    ) -> list[str]:
        """The row for the figures of tuopin and of the peer; a note says what they do not."""
        is_met = self.goal.is_met(ratio) if met is None else met
        verdict = to_message("bench.yes" if is_met else "bench.no")
        shown = f"{ratio:.3f}" if ratio < 10 else f"{ratio:.1f}"
        return [
            self.matter,
            self.measured,
            figures[0],
            self.peer,
            figures[1],
            shown,
            str(self.goal),
            verdict,
            str(runs),
            note,
        ]

    def to_gap(self, key: str, reason: str) -> list[str]:
        """The row where the peer cannot be measured, and why."""
        words = to_message(key, reason=reason)
        return [self.matter, self.measured, "", self.peer, words, "", str(self.goal), "", "0", ""]

    def measure(self, call: Callable[["Subject"], list[str]]) -> list[str]:
        """The row that `call` makes, or that which tells why there is none."""
        try:
            return call(self)
        except Missing as missing:
            return self.to_gap("bench.missing", str(missing))
        except subprocess.CalledProcessError as error:
            last = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            return self.to_gap("bench.failed", f"{' '.join(error.cmd[1:4])}: {last}")


def show_speed(speed: float) -> str:
    """Quads a second for a reader."""
    return to_message("bench.speed", speed=f"{speed:,.0f}")


def show_time(seconds: float) -> str:
    """Seconds for a reader, as milliseconds where they are few."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms"
