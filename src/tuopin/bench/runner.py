"""One measurement is one process of its own: its CPU time, its peak of memory and what it answers."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

_MB = 1_000_000


class Missing(Exception):  # noqa: N818 - not an error: a peer that is not here
    """A peer cannot be had; the words say why."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: CPU seconds (user and system, children included), and what it answered."""

    cpu: float
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def peak(self) -> float:
        """The most memory that it held, in millions of bytes; 0 where the system does not tell."""
        return float(self.answer.get("peak", 0)) / _MB


def run_task(name: str, **arguments: object) -> Run:
    """Run a task of `tuopin.bench.tasks` in a new process; raises `Missing` where its peer is not installed.

    A task that times a part of itself answers with that ``cpu``.
    """
    run = run_process([sys.executable, "-m", "tuopin.bench.tasks", name, json.dumps(arguments)])
    if "missing" in run.answer:
        raise Missing(run.answer["missing"])
    return Run(run.answer.get("cpu", run.cpu), run.answer)


def run_process(command: Sequence[str]) -> Run:
    """Run a command; its answer is the last line that it prints, where that is a JSON object."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said, complaint = process.stdout.read(), process.stderr.read()  # type: ignore[union-attr]
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), said, complaint)
    last = said.decode("utf-8").rstrip().rpartition("\n")[2]
    return Run(used.ru_utime + used.ru_stime, json.loads(last) if last.startswith("{") else {})


def interleave(runs: int, *calls: Callable[[], Run]) -> list[list[Run]]:
    """The runs of each call, taken in turns, so that a busy moment of the machine falls on all of them."""
    turns = [[call() for call in calls] for _ in range(runs)]
    return [list(column) for column in zip(*turns, strict=True)]


def to_median(runs: Sequence[Run]) -> float:
    """The median of the CPU time."""
    return statistics.median(run.cpu for run in runs)


def to_speed(runs: Sequence[Run]) -> float:
    """The median of the quads a second."""
    return float(statistics.median(run.answer["quads"] / run.cpu for run in runs))
