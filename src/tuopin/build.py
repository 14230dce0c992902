"""From a data folder to everything that `tuopin build` writes, moved into place as one."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from tuopin.dataset import Dataset
from tuopin.describe import find_description
from tuopin.errors import Problem
from tuopin.facts import Figure, Statement
from tuopin.files import SUMS, open_folder, tell_file, write_text
from tuopin.iris import mint_graph
from tuopin.records import SourceFacts, Table, open_table
from tuopin.reference import find_reference_triples
from tuopin.serialise import append_quads, sort_unique, write_format, write_gzip, write_quads, write_union
from tuopin.store import QUADS, STORE, open_store, write_store
from tuopin.vocabulary import read_ontology

UNION = "tuopin.nt"
PAGE, DESCRIPTION = "graph.html", "dataset.ttl"
TABLES: dict[str, type[Figure] | type[Statement]] = {"figures": Figure, "statements": Statement}
_FROM_UNION = ("tuopin.ttl", "tuopin.jsonld", "tuopin.rdf")

Progress = Callable[[Iterable[SourceFacts]], Iterable[SourceFacts]]


@dataclass(slots=True)
class Summary:
    """What a build counted; `problems` are its warnings, `graphs` the triples of each named graph."""

    sources: int = 0
    figures: int = 0
    statements: int = 0
    derived: int = 0
    places: int = 0
    programmes: int = 0
    things: int = 0
    triples: int = 0
    date: str = ""
    graphs: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def build(
    data: Path | str = "data",
    out: Path | str = "build",
    *,
    extracted: Iterable[Path | str] = (),
    excel: bool = False,
    page: bool = True,
    progress: Progress = iter,
    language: str = "zh",
) -> Summary:
    """Write the dataset of the data folder `data` to the folder `out`, which is replaced whole or not at all.

    `extracted` are files of JSON Lines of facts, plain or gzip, whose sources are taken beside the curated ones, one
    line at a time: a name in them that the data do not know is no error. The same data give the same bytes, the store
    apart. `excel` begins the tables with a byte-order mark; `progress`
    wraps the sources as they pass; `language` is the one in which the page opens. Raises `BadData` with everything that
    is wrong, and `FileError`.
    """
    dataset = Dataset(Path(data), extracted=map(Path, extracted))
    with open_folder(Path(out), QUADS, STORE) as new:
        summary = _write_graphs(dataset, new, progress, excel)
        summary.problems = dataset.problems
        write_format(new / "tuopin.nq", new / "tuopin.trig")
        for name in _FROM_UNION:
            write_format(new / UNION, new / name)
        write_store(new / QUADS, new / STORE)
        _write_parquet(new)
        if page:
            _write_page(new, summary.date, language)
        for path in sorted(new.glob("tuopin.*")):
            write_gzip(path)
        summary.files = _write_sums(new)
    return summary


def _write_graphs(dataset: Dataset, new: Path, progress: Progress, excel: bool) -> Summary:
    """Write the quads, their union and the tables; counts on the way."""
    summary = Summary(places=len(dataset.gazetteer.places), things=len(dataset.things))
    summary.programmes = sum(thing.kind == "programme" for thing in dataset.things)
    paths = new / ".derived", new / ".coined"
    with ExitStack() as stack:
        tables = {
            name: stack.enter_context(open_table(new / f"{name}.csv", kind, excel)) for name, kind in TABLES.items()
        }
        derived, coined = (stack.enter_context(path.open("w", encoding="utf-8", newline="")) for path in paths)
        summary.graphs = write_quads(new / QUADS, _find_graphs(dataset, progress, summary, tables, (derived, coined)))
    graph = mint_graph("derived")
    summary.graphs[graph] = append_quads(new / QUADS, graph, sort_unique(_read_lines(paths[0]), new))
    _count_coined(paths[1], summary)
    for path in paths:
        path.unlink()
    _write_description(new, summary)
    return summary


def _find_graphs(
    dataset: Dataset, progress: Progress, summary: Summary, tables: dict[str, Table], spools: tuple[IO[str], IO[str]]
) -> Iterator[tuple[str, Iterable[str]]]:
    """Every named graph but the derived one and the dataset's own; raises `BadData` after all if data are wrong."""
    yield mint_graph("ontology"), sorted({f"{q.subject} {q.predicate} {q.object}" for q in read_ontology()})
    yield mint_graph("reference"), find_reference_triples(dataset.gazetteer, dataset.things, dataset.words)
    for facts in progress(dataset.read()):
        source, graph = facts.source.record, dataset.find_graph(facts)
        yield mint_graph(source.id), dataset.find_triples(facts, graph)
        for figure in facts.figures:
            tables["figures"].add(graph.complete(figure.record, source))
        for statement in facts.statements:
            tables["statements"].add(statement.record)
        for derived in graph.find_derived(facts):
            spools[0].writelines(f"{line}\n" for line in graph.to_derived(derived, source))
            summary.derived += 1
        spools[1].writelines(f"{thing.kind}/{thing.id}\n" for thing in graph.names.coined)
        summary.sources += 1
        summary.figures += len(facts.figures)
        summary.statements += len(facts.statements)
        summary.date = max(summary.date, source.date)
    dataset.raise_errors()


def _count_coined(path: Path, summary: Summary) -> None:
    """Count the things that stand in no table: many sources may name one."""
    for thing in sort_unique(_read_lines(path), path.parent):
        summary.things += 1
        summary.programmes += thing.startswith("programme/")


def _write_description(new: Path, summary: Summary) -> None:
    """Add the dataset's own graph to the quads, and write it and the union; the counts hold for the finished files."""
    entities = {
        "schema:Article": summary.sources,
        "tp:Figure": summary.figures,
        "tp:Statement": summary.statements,
        "tp:DerivedFigure": summary.derived,
        "tp:Place": summary.places,
        "tp:Programme": summary.programmes,
    }
    union = write_union(new / QUADS, new / UNION)
    triples = find_description(summary.graphs, union, entities, summary.date)
    graph = mint_graph("dataset")
    summary.graphs[graph] = append_quads(new / QUADS, graph, triples)
    summary.triples = write_union(new / QUADS, new / UNION)
    alone = new / ".description.nt"
    write_text("".join(f"{triple} .\n" for triple in triples), alone)
    write_format(alone, new / DESCRIPTION)
    alone.unlink()


def _read_lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def _write_parquet(new: Path) -> None:
    """The tables as Parquet, all columns but the offsets as text, where pyarrow is installed."""
    if find_spec("pyarrow") is None:
        return
    from tuopin.frames import write_parquet  # noqa: PLC0415 - an extra, and slow to import

    for name, kind in TABLES.items():
        write_parquet(new / f"{name}.csv", new / f"{name}.parquet", kind)


def _write_page(new: Path, date: str, language: str) -> None:
    from tuopin.network import to_networkx  # noqa: PLC0415 - slow to import
    from tuopin.page import write_page  # noqa: PLC0415

    graph = to_networkx(open_store(new))
    write_page(graph, new / PAGE, date=date, language=language)


def _write_sums(new: Path) -> list[str]:
    """The SHA-256 of every file but the store's, as ``sha256sum -c`` reads it; the names of the files."""
    names = sorted(path.name for path in new.iterdir() if path.is_file())
    with tell_file(new):
        sums = [hashlib.file_digest((new / name).open("rb"), "sha256").hexdigest() for name in names]
    write_text("".join(f"{digest}  {name}\n" for digest, name in zip(sums, names, strict=True)), new / SUMS)
    return [*names, SUMS]
