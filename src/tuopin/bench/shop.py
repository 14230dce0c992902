"""How much is measured, and a folder with what several matters need."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tuopin.bench.runner import run_task

TRIPLES = "TUOPIN_BENCH_TRIPLES"  # the variable for how many are checked; pySHACL needs eleven minutes for 100,000


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: quads of records, triples to check, turns, seconds that a query may take, which queries.

    Without `queries` all of the library are asked.
    """

    quads: int = 1_000_000
    triples: int = 10_000
    runs: int = 3
    limit: float = 60.0
    queries: tuple[str, ...] = ()

    @classmethod
    def read(cls, quads: int) -> "Sizes":
        """The sizes for so many quads, as the environment has them."""
        return cls(quads, int(os.environ.get(TRIPLES) or 10_000))


class Workshop:
    """A folder for one benchmark, and what several matters need, made when it is asked for."""

    def __init__(self, sizes: Sizes, folder: Path):
        self.sizes, self.folder, self._number = sizes, folder, 0

    def find_path(self, ending: str = ".nq") -> str:
        """The path of something new: a file that ends so, or a folder."""
        self._number += 1
        return str(self.folder / f"{self._number}{ending}")

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The path of something that is removed again."""
        path = self.find_path()
        try:
            yield path
        finally:
            shutil.rmtree(path) if Path(path).is_dir() else Path(path).unlink(missing_ok=True)

    @cached_property
    def quads(self) -> str:
        """A file of N-Quads with the synthetic records."""
        path = self.find_path()
        run_task("records_tuopin", quads=self.sizes.quads, path=path)
        return path

    @cached_property
    def dataset(self) -> str:
        """The data that tuopin comes with, as a dataset."""
        path = self.find_path()
        run_task("build", path=path)
        return path
