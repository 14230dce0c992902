"""The benchmark: what it measures on, that it measures all that it says, and that it hides no missing peer."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tuopin.bench import COLUMNS, MATTERS, measure
from tuopin.bench.checking import find_by_pyshacl, find_by_tuopin, read_graphs, write_data
from tuopin.bench.matters import check_names, find_rows
from tuopin.bench.morph import VARIABLE, write_mapping, write_tables
from tuopin.bench.peers import OXIGRAPH, PeerGraph, write_by_oxigraph, write_by_rdflib
from tuopin.bench.readers import PEERS as READERS
from tuopin.bench.reading import find_corpora
from tuopin.bench.shop import Sizes
from tuopin.bench.synthetic import QUADS, World, make_facts, write_folder
from tuopin.check import check
from tuopin.dataset import Dataset
from tuopin.errors import UsageError
from tuopin.iris import mint_graph
from tuopin.messages import set_language
from tuopin.records import read_folder
from tuopin.resources import find_data
from tuopin.serialise import write_quads
from tuopin.store import read_store

TINY = Sizes(quads=3_300, triples=300, runs=1, limit=2.0, queries=("sources", "issues"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return Dataset(find_data())


@pytest.fixture(autouse=True)
def _no_morph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test may make an environment: the one for morph-kgc is said to be where there is none."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))


def write(dataset: Dataset, path: Path, quads: int = 3_300) -> set[str]:
    """The synthetic records as lines of N-Quads."""
    facts = make_facts(World(dataset), quads)
    write_quads(path, ((mint_graph(f.source.record.id), dataset.graph.find_source_triples(f)) for f in facts))
    return set(path.read_text(encoding="utf-8").splitlines())


# --- the synthetic records


def test_synthetic_records_are_the_same_twice(dataset: Dataset) -> None:
    first, second = (list(make_facts(World(dataset), 5_000)) for _ in range(2))
    assert first == second
    assert len({figure.record.quote for facts in first for figure in facts.figures}) > 50


def test_more_synthetic_records_begin_with_the_fewer(dataset: Dataset) -> None:
    world = World(dataset)
    few, many = (list(make_facts(world, quads)) for quads in (3_300, 10_000))
    assert few == many[: len(few)]
    assert len(many) > len(few)


@pytest.mark.parametrize("quads", [5_000, 50_000])
def test_synthetic_records_make_about_as_many_quads_as_are_asked_for(
    dataset: Dataset, tmp_path: Path, quads: int
) -> None:
    assert abs(len(write(dataset, tmp_path / "a.nq", quads)) - quads) <= QUADS / 2 + quads / 50


def test_synthetic_records_parse_and_pass_the_checks_of_tuopin(dataset: Dataset, tmp_path: Path) -> None:
    write_folder(tmp_path / "data", make_facts(World(dataset), 10_000))
    report = check(tmp_path / "data")
    assert [str(problem) for problem in report.problems] == []
    assert (report.sources, report.figures > 200) == (6, True)
    lines = write(dataset, tmp_path / "a.nq")
    assert len(list(ox.parse(path=str(tmp_path / "a.nq")))) == len(lines)


def test_a_data_folder_of_synthetic_records_reads_back_as_it_was(dataset: Dataset, tmp_path: Path) -> None:
    facts = list(make_facts(World(dataset), 3_300))
    write_folder(tmp_path / "data", facts)
    read = list(read_folder(tmp_path / "data", problems := []))
    assert problems == []
    for old, new in zip(facts, read, strict=True):
        assert new.source.record == old.source.record
        assert [each.record for each in new.figures] == [each.record for each in old.figures]
        assert [each.record for each in new.statements] == [each.record for each in old.statements]


# --- the peers


def test_the_peers_write_the_very_quads_that_tuopin_writes(dataset: Dataset, tmp_path: Path) -> None:
    lines, facts = write(dataset, tmp_path / "a.nq"), list(make_facts(World(dataset), 3_300))
    peer = PeerGraph(dataset.graph.names, dataset.words, OXIGRAPH)
    write_by_oxigraph(tmp_path / "b.nq", peer, facts)
    assert set((tmp_path / "b.nq").read_text(encoding="utf-8").splitlines()) == lines
    write_by_rdflib(tmp_path / "c.nq", dataset.graph.names, dataset.words, facts)
    other = {line for line in (tmp_path / "c.nq").read_text(encoding="utf-8").splitlines() if line}
    # rdflib spells the zone of a time in its own way.
    assert {line.replace('+00:00"^^', 'Z"^^') for line in other} == lines


def test_the_mapping_for_morph_kgc_is_turtle_and_names_only_columns_that_its_tables_have(
    dataset: Dataset, tmp_path: Path
) -> None:
    write_tables(tmp_path, dataset, make_facts(World(dataset), 3_300))
    write_mapping(tmp_path, dataset.words)
    quads = list(ox.parse(path=str(tmp_path / "mapping.ttl"), format=ox.RdfFormat.TURTLE))
    columns = {name for path in tmp_path.glob("*.csv") for name in path.open(encoding="utf-8").readline().split(",")}
    named = {quad.object.value for quad in quads if quad.predicate.value.endswith("#reference")}
    assert named
    assert named <= {name.strip() for name in columns}


def test_tuopin_and_pyshacl_find_the_same_in_the_data_for_the_checks(tmp_path: Path) -> None:
    pytest.importorskip("pyshacl")
    assert write_data(tmp_path / "a.nt", 300) >= 300
    found = find_by_tuopin(read_store(tmp_path / "a.nt"))
    assert found == find_by_pyshacl(*read_graphs(tmp_path / "a.nt"))
    assert len(found) > 20


# --- the rows

OPTIONAL_PEERS = {"morph-kgc", *READERS}


@pytest.mark.parametrize("matter", [matter for matter in MATTERS if matter != "checks"])
def test_a_matter_gives_rows_with_all_columns_even_for_tiny_data(matter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUOPIN_BENCH_READERS", "/nowhere")  # else it would make an environment of peers
    rows = list(find_rows([matter], TINY))
    assert rows
    for row in rows:
        cells = dict(zip(COLUMNS, row, strict=True))
        assert cells["matter"] == matter
        assert all(cells[name] for name in ("measured", "peer", "peer_figure", "goal", "runs"))
        has_texts = matter != "extract" or find_corpora()  # a wheel carries no annotated texts, and says so in its row
        if cells["peer"] not in OPTIONAL_PEERS and has_texts:
            assert float(cells["ratio"]) > 0
            assert cells["met"] in ("yes", "no")
            assert cells["tuopin"]


def test_a_missing_peer_is_told_and_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyshacl.py").write_text("raise ModuleNotFoundError(name='pyshacl')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for matter, peer, reason in (("checks", "pySHACL", "pyshacl"), ("records", "morph-kgc", VARIABLE)):
        row = next(row for row in find_rows([matter], TINY) if row[COLUMNS.index("peer")] == peer)
        cells = dict(zip(COLUMNS, row, strict=True))
        assert cells["peer_figure"].startswith(f"not to be had: {reason}")
        assert (cells["ratio"], cells["met"], cells["runs"]) == ("", "", "0")


def test_an_unknown_matter_is_a_usage_error_with_the_names_that_are_near() -> None:
    for language in ("zh", "en"):
        set_language(language)
        with pytest.raises(UsageError) as caught:
            measure(["recrods"], 10)
        assert "records" in str(caught.value)
        assert "checks" in caught.value.problem.expected


def test_matters_come_in_their_order_and_all_where_none_is_named() -> None:
    assert check_names(["query", "records"]) == ["records", "query"]
    assert check_names([]) == list(MATTERS)
