"""Graphs as files: quads and their union in every format that other stores read.

The reference files are N-Quads and N-Triples, written from the triples as they are; the others are made from these by
pyoxigraph. Prefixes are only those whose local names are plain letters: an escape in a prefixed name is lost in some
stores.
"""

import gzip
import heapq
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyoxigraph as ox

from tuopin.files import open_whole, tell_file
from tuopin.iris import SAFE_PREFIXES

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
_RUN = 500_000  # lines that are sorted in memory at a time
_JOINED = 256  # lines that are written at a time
_LARGE = 1_000_000  # bytes from which on a file is also gzipped

Graphs = Iterable[tuple[str, Iterable[str]]]


def write_quads(path: Path, graphs: Graphs) -> dict[str, int]:
    """Write named graphs, each an IRI with its triples, as N-Quads; the number of triples of each graph.

    Triples are text of N-Triples without the dot, and no graph has one twice.
    """
    counts: dict[str, int] = {}
    with open_whole(path) as out:
        for graph, triples in graphs:
            before = counts.get(graph, 0)
            counts[graph] = before + _write_counted(out, triples, f" <{graph}> .\n")
    return counts


def _write_counted(out: TextIO, triples: Iterable[str], ending: str) -> int:
    """Write triples, each with `ending`.

    They are encoded one by one, as most are plain ASCII, and joined in runs: a call for each line would take twice as
    long.
    """
    count, lines, end = 0, map(str.encode, triples), ending.encode()
    while run := list(islice(lines, _JOINED)):
        out.buffer.write(end.join(run) + end)
        count += len(run)
    return count


def append_quads(path: Path, graph: str, triples: Iterable[str]) -> int:
    """Add a named graph to a file of N-Quads that is still being made; the number of its triples."""
    with tell_file(path), path.open("a", encoding="utf-8", newline="") as out:
        return _write_counted(out, triples, f" <{graph}> .\n")


def read_triples(path: Path) -> Iterator[str]:
    """The triples of a file of N-Quads as written by `write_quads`, without their graphs."""
    with tell_file(path), path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line[: line.rindex(" <")]


def sort_unique(lines: Iterable[str], folder: Path) -> Iterator[str]:
    """The lines sorted by code point, each once, in constant memory: sorted runs in `folder` are merged."""
    lines = iter(lines)
    first = _sort(islice(lines, _RUN))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".sort-") as place:
        runs = [iter(first)]
        while run := _sort(islice(lines, _RUN)):
            path = Path(place) / str(len(runs))
            path.write_text("".join(f"{line}\n" for line in run), encoding="utf-8", newline="")
            runs.append(_read_run(path))
        if len(runs) == 1:
            yield from first
            return
        last = None
        for line in heapq.merge(*runs):
            if line != last:
                yield line
            last = line


def _sort(lines: Iterable[str]) -> list[str]:
    """The lines sorted, each once; a set would lose the order that they have, and be sorted more slowly."""
    return sorted(dict.fromkeys(lines))


def _read_run(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def write_union(quads: Path, path: Path) -> int:
    """Write the union of the graphs in a file of N-Quads as sorted N-Triples; the number of triples."""
    with open_whole(path) as out:
        return _write_counted(out, sort_unique(read_triples(quads), path.parent), " .\n")


def write_format(source: Path, path: Path) -> None:
    """Write a file of N-Quads or N-Triples in the format that the name of `path` says."""
    read, write = FORMATS[source.suffix[1:]], FORMATS[path.suffix[1:]]
    with tell_file(path):
        ox.serialize(ox.parse(path=str(source), format=read), str(path), format=write, prefixes=SAFE_PREFIXES)


def write_gzip(path: Path) -> Path | None:
    """Write a gzipped copy beside a large file, without a name or a time in it; `None` for a small one."""
    if path.stat().st_size < _LARGE:
        return None
    packed = path.with_name(path.name + ".gz")
    with (
        tell_file(packed),
        path.open("rb") as file,
        packed.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as out,
    ):
        shutil.copyfileobj(file, out, 1 << 20)
    return packed
