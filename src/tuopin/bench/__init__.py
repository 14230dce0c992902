"""Measures beside peers, as ratios in one run: CPU time, medians, each measurement a process of its own.

The goals are those that tuopin has set itself. Seconds hold for one machine at one hour; only the ratios say something.
"""

from collections.abc import Iterator, Sequence

MATTERS = ("records", "store", "checks", "extract", "start", "query")
COLUMNS = ("matter", "measured", "tuopin", "peer", "peer_figure", "ratio", "goal", "met", "runs", "note")


def measure(what: Sequence[str], quads: int) -> Iterator[list[str]]:
    """Rows of `COLUMNS` about the `MATTERS` in `what`, or about all; raises `UsageError` for another one.

    `quads` is the size of the synthetic records. A peer that is not there is told in its row. The rows come as they are
    measured.
    """
    from tuopin.bench.matters import check_names, find_rows  # noqa: PLC0415 - only who measures pays for it
    from tuopin.bench.shop import Sizes  # noqa: PLC0415

    return find_rows(check_names(what), Sizes.read(quads))
