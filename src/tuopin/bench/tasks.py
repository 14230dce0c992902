"""What is measured, each a process of its own: ``python -m tuopin.bench.tasks NAME '{"argument": …}'``.

A task prints one JSON object: ``cpu`` where it times only a part of itself, ``peak`` in bytes, and what else it has to
say; ``missing`` where its peer is not installed.
"""

import json
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from tuopin.bench.peers import OXIGRAPH, PeerGraph, write_by_oxigraph, write_by_rdflib
from tuopin.bench.synthetic import World, make_facts, write_folder
from tuopin.dataset import Dataset
from tuopin.iris import PREFIXES, mint_graph
from tuopin.records import SourceFacts, read_folder
from tuopin.resources import find_data
from tuopin.serialise import write_quads
from tuopin.store import QUADS, open_store, read_store, write_store

if TYPE_CHECKING:
    from tuopin.graph import FactGraph

Answer = dict[str, Any]
STOPPED = -1  # rows of a query that took too long
QUESTIONS = {
    "figures": "SELECT (SUM(?value) AS ?n) {{ GRAPH ?g {{ ?figure tp:place ?place ; sdmx-measure:obsValue ?value }} "
    "GRAPH ?h {{ ?place {path} place:430000 }} }}",
    "counties": "SELECT (COUNT(?county) AS ?n) {{ GRAPH ?g {{ ?county tp:level level:county ; {path} ?province . "
    "?province tp:level level:province }} }}",
}
PARTS = ("_write_graphs", "write_format", "write_store", "_write_parquet", "write_gzip", "_write_sums")  # of a build
PATHS = {"within": "tp:within", "path": "schema:containedInPlace+"}


class _Clock:
    """CPU seconds of this process since it was made, without those in which the input was made."""

    def __init__(self) -> None:
        self._begin, self._idle = time.process_time(), 0.0

    def pass_over(self, facts: Iterator[SourceFacts]) -> Iterator[SourceFacts]:
        while True:
            begin = time.process_time()
            each = next(facts, None)
            self._idle += time.process_time() - begin
            if each is None:
                return
            yield each

    def read(self) -> float:
        return time.process_time() - self._begin - self._idle


def _find_peak() -> int:
    """The peak of memory of this process in bytes; a child of Linux inherits that of its parent in `getrusage`."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _open(quads: int) -> tuple[Dataset, Iterator[SourceFacts]]:
    dataset = Dataset(find_data())
    return dataset, make_facts(World(dataset), quads)


def _write(graph: "FactGraph", facts: Iterable[SourceFacts], path: Path) -> int:
    graphs = ((mint_graph(each.source.record.id), graph.find_source_triples(each)) for each in facts)
    return sum(write_quads(path, graphs).values())


# ------------------------------------------------------------------- records


def records_tuopin(quads: int, path: str) -> Answer:
    """Records to a file of N-Quads by our own path."""
    dataset, facts = _open(quads)
    clock = _Clock()
    count = _write(dataset.graph, clock.pass_over(facts), Path(path))
    return {"cpu": clock.read(), "quads": count, "peak": _find_peak()}


def records_pyoxigraph(quads: int, path: str) -> Answer:
    """The same with objects of pyoxigraph."""
    dataset, facts = _open(quads)
    clock = _Clock()
    peer = PeerGraph(dataset.names, dataset.words, OXIGRAPH)
    write_by_oxigraph(Path(path), peer, clock.pass_over(facts))
    return {"cpu": clock.read(), "quads": _count(Path(path))}


def records_rdflib(quads: int, path: str) -> Answer:
    """The same with objects of rdflib in a `Dataset`."""
    import rdflib  # noqa: F401, PLC0415 - the import is not counted

    dataset, facts = _open(quads)
    clock = _Clock()
    write_by_rdflib(Path(path), dataset.names, dataset.words, clock.pass_over(facts))
    return {"cpu": clock.read(), "quads": _count(Path(path))}


def _count(path: Path) -> int:
    """How many different quads a file has: a peer that writes one twice is not the quicker for it."""
    with path.open(encoding="utf-8") as file:
        return len({line for line in file if line.strip()})


def tables(quads: int, path: str) -> Answer:
    """Write the records as a data folder, and as the plain tables of `tuopin.bench.morph`."""
    from tuopin.bench.morph import write_mapping, write_tables  # noqa: PLC0415

    dataset, facts = _open(quads)
    write_folder(Path(path) / "data", facts)
    _, facts = _open(quads)
    write_tables(Path(path), dataset, facts)
    write_mapping(Path(path), dataset.words)
    return {}


def tables_tuopin(folder: str, path: str) -> Answer:
    """Tables to a file of N-Quads by our own path."""
    dataset = Dataset(Path(folder))
    clock = _Clock()
    return {"quads": _write(dataset.graph, read_folder(Path(folder), []), Path(path)), "cpu": clock.read()}


# --------------------------------------------------------------------- store


def store_tuopin(quads: int, path: str, folder: str) -> Answer:
    """Records to a ready store: one in `folder`, closed, or where that is empty one in memory."""
    dataset, facts = _open(quads)
    clock = _Clock()
    count = _write(dataset.graph, clock.pass_over(facts), Path(path))
    if folder:
        write_store(Path(path), Path(folder))
        return {"cpu": clock.read(), "quads": count}
    store = read_store(Path(path))
    return {"cpu": clock.read(), "quads": len(store)}


def store_pyoxigraph(path: str, folder: str) -> Answer:
    """The same N-Quads by `bulk_load` alone; a store on disk is closed, as it is by tuopin."""
    clock = _Clock()
    store = ox.Store(folder) if folder else ox.Store()
    store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    if folder:
        store.flush()
        del store
    return {"cpu": clock.read()}


# -------------------------------------------------------------------- checks


def checks(triples: int, path: str) -> Answer:
    """Write about so many triples to check: the ontology, records with what they need, and the bad examples."""
    from tuopin.bench.checking import write_data  # noqa: PLC0415

    return {"quads": write_data(Path(path), triples)}


def checks_tuopin(path: str) -> Answer:
    """All shapes by `tuopin.shacl`."""
    from tuopin.bench.checking import find_by_tuopin  # noqa: PLC0415

    store = read_store(Path(path))
    clock = _Clock()
    found = find_by_tuopin(store)
    return {"cpu": clock.read(), "found": sorted(found)}


def checks_pyshacl(path: str) -> Answer:
    """All shapes by pySHACL on a plain graph of rdflib; reading is not counted."""
    from tuopin.bench.checking import find_by_pyshacl, read_graphs  # noqa: PLC0415

    graphs = read_graphs(Path(path))
    clock = _Clock()
    found = find_by_pyshacl(*graphs)
    return {"cpu": clock.read(), "found": sorted(found)}


# --------------------------------------------------------------------- start


def build(path: str) -> Answer:
    """Build the data that tuopin comes with, without the page; ``parts`` is how the time divides."""
    import tuopin.build as module  # noqa: PLC0415

    parts: dict[str, float] = {}
    for name in PARTS:
        setattr(module, name, _timed(getattr(module, name), name, parts))
    module.build(find_data(), Path(path), page=False)
    return {"parts": parts | {"rest": time.process_time() - sum(parts.values())}}


def _timed(call: Callable[..., Any], name: str, parts: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **options: Any) -> Any:
        clock = _Clock()
        try:
            return call(*args, **options)
        finally:
            parts[name] = parts.get(name, 0.0) + clock.read()

    return timed


# --------------------------------------------------------------------- query


def library_tuopin(dataset: str, queries: list[str], rounds: int) -> Answer:
    """Queries of the library by `tuopin.sparql`."""
    from tuopin.sparql import Select, run_query  # noqa: PLC0415

    store = open_store(dataset)

    def ask(text: str) -> int:
        result = run_query(store, text)
        return sum(1 for _ in result.solutions) if isinstance(result, Select) else 0

    return _ask_all(ask, queries, rounds)


def library_pyoxigraph(dataset: str, queries: list[str], rounds: int) -> Answer:
    """The same by pyoxigraph itself."""
    store = open_store(dataset)

    def ask(text: str) -> int:
        found = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
        return sum(1 for _ in found) if isinstance(found, ox.QuerySolutions) else 0

    return _ask_all(ask, queries, rounds)


def library_rdflib(dataset: str, queries: list[str], limit: float) -> Answer:
    """The same by rdflib in memory, each query stopped after `limit` seconds; reading is not counted."""
    import rdflib  # noqa: PLC0415

    graph = rdflib.Dataset(default_union=True)
    graph.parse(str(Path(dataset) / QUADS), format="nquads")

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError

    def ask(text: str) -> int:
        signal.setitimer(signal.ITIMER_PROF, limit)
        try:
            return len(list(graph.query(text, initNs=PREFIXES)))
        except TimeoutError:
            return STOPPED
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    signal.signal(signal.SIGPROF, stop)
    return _ask_all(ask, queries, 1)


def _ask_all(ask: Callable[[str], int], names: list[str], rounds: int) -> Answer:
    """The CPU seconds of each query, the mean of `rounds`, and how many rows it has."""
    from tuopin.library import find_query  # noqa: PLC0415

    seconds, rows = dict[str, float](), dict[str, int]()
    for name in names:
        text, clock = find_query(name).text, _Clock()
        for _ in range(rounds):
            rows[name] = ask(text)
        seconds[name] = clock.read() / rounds
    return {"cpu": sum(seconds.values()), "seconds": seconds, "rows": rows}


def places(path: str, folder: str) -> Answer:
    """Make a store of a file of N-Quads and of all places."""
    from tuopin.reference import find_reference_triples  # noqa: PLC0415
    from tuopin.serialise import append_quads  # noqa: PLC0415

    dataset, graph = Dataset(find_data()), mint_graph("reference")
    triples = find_reference_triples(dataset.gazetteer, dataset.things, dataset.words)
    append_quads(Path(path), graph, triples)
    write_store(Path(path), Path(folder))
    return {}


def hierarchy(store: str, question: str, path: str, rounds: int) -> Answer:
    """A question about places in places: by ``tp:within``, or by the engine's own path."""
    opened, text, number = open_store(store), QUESTIONS[question].format(path=PATHS[path]), ""
    clock = _Clock()
    for _ in range(rounds):
        rows = opened.query(text, prefixes=PREFIXES)
        number = str(next(rows)[0])  # type: ignore[arg-type]  # it is a SELECT
    return {"cpu": clock.read() / rounds, "number": number}


TASKS: dict[str, Callable[..., Answer]] = {
    task.__name__: task
    for task in (
        records_tuopin, records_pyoxigraph, records_rdflib, tables, tables_tuopin, store_tuopin, store_pyoxigraph,
        checks, checks_tuopin, checks_pyshacl, build, library_tuopin, library_pyoxigraph, library_rdflib, places,
        hierarchy,
    )
}  # fmt: skip


def main(words: list[str]) -> None:
    """Run one task and print its answer."""
    name, arguments = words
    try:
        answer = TASKS[name](**json.loads(arguments))
    except ModuleNotFoundError as error:
        answer = {"missing": str(error.name)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
