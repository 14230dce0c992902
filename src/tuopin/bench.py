"""Measures beside peers, as ratios in one run."""

from collections.abc import Iterator, Sequence

MATTERS = ("records",)
COLUMNS = ("matter",)


def measure(what: Sequence[str], quads: int) -> Iterator[list[str]]:
    """Rows of measures."""
    yield from ()
