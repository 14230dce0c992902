"""Every file that a build writes, read by parsers that have nothing to do with the one that wrote it."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from tools import need, need_module, run

from tuopin.build import TABLES
from tuopin.facts import field_names
from tuopin.iris import GRAPHS, PREFIXES, RESERVED_GRAPHS, mint_graph

N3 = """
const { StreamParser, StreamWriter } = require("n3");
const [file, format] = process.argv.slice(1);
require("fs").createReadStream(file).pipe(new StreamParser({ format }))
  .on("error", (error) => { console.error(error); process.exit(1); })
  .pipe(new StreamWriter({ format: "application/n-quads" })).pipe(process.stdout);
"""
JSONLD = """
require("jsonld").toRDF(JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")), { format: process.argv[2] })
  .then((text) => process.stdout.write(text));
"""
SCRIPTS = {"n3": [N3], "jsonld": [JSONLD]}
RAPTOR = {"nq": "nquads", "nt": "ntriples", "trig": "trig", "ttl": "turtle", "rdf": "rdfxml"}
MEDIA = {"nq": "application/n-quads", "nt": "application/n-triples", "trig": "application/trig", "ttl": "text/turtle"}
# What each tool reads, by the ending of the file, and the words after its own that make it print N-Quads.
COMMANDS: dict[str, dict[str, list[str]]] = {
    "rapper": {ending: ["-q", "-o", "nquads", "-i", name, "{}"] for ending, name in RAPTOR.items()},
    "serdi": {ending: ["-o", "nquads", "-i", RAPTOR[ending], "{}"] for ending in ("nq", "nt", "trig", "ttl")},
    "riot": {ending: ["--check", "--strict", "--output=nq", "{}"] for ending in (*RAPTOR, "jsonld")},
    "n3": {ending: ["{}", media] for ending, media in MEDIA.items()},
    "jsonld": {"jsonld": ["{}", "application/n-quads"]},
}
RDFLIB = {"nq": "nquads", "nt": "nt", "trig": "trig", "ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
QUADS = ("nq", "trig")
CASES = [(tool, ending) for tool, endings in COMMANDS.items() for ending in endings]

Terms = frozenset[tuple[str, ...]]


def to_terms(quads: Iterator[ox.Quad]) -> list[tuple[str, ...]]:
    return [tuple(map(str, (quad.subject, quad.predicate, quad.object, quad.graph_name))) for quad in quads]


@cache
def expected(built: Path, ending: str) -> tuple[int, Terms]:
    """What a file must hold: the lines of the reference file, through the parser that all answers go through."""
    reference = "tuopin.nq" if ending in QUADS else "tuopin.nt"
    lines = (built / reference).read_text(encoding="utf-8").splitlines()
    quads = to_terms(ox.parse(input="\n".join(lines), format=ox.RdfFormat.N_QUADS))
    assert len(lines) == len(set(lines)) == len(quads) > 1000
    return len(lines), frozenset(quads)


def hold(built: Path, ending: str, quads: list[tuple[str, ...]]) -> None:
    count, terms = expected(built, ending)
    assert len(quads) == count
    assert set(quads) - terms == terms - set(quads) == set()


# --- parsers


@pytest.mark.parametrize("ending", RDFLIB)
def test_pyoxigraph_reads_each_file_as_the_reference_file_says_it(built: Path, ending: str) -> None:
    hold(built, ending, to_terms(ox.parse(path=str(built / f"tuopin.{ending}"))))


@pytest.mark.parametrize("ending", RDFLIB)
def test_rdflib_reads_each_file_as_the_reference_file_says_it(built: Path, ending: str) -> None:
    graph = rdflib.Dataset() if ending in QUADS else rdflib.Graph()
    graph.parse(built / f"tuopin.{ending}", format=RDFLIB[ending])
    found = graph.quads() if isinstance(graph, rdflib.Dataset) else ((*triple, None) for triple in graph)
    hold(built, ending, [(*map(from_rdflib, spo), from_rdflib(name) if name else "DEFAULT") for *spo, name in found])


def from_rdflib(term: object) -> str:
    if isinstance(term, rdflib.Literal):
        if term.datatype is None:
            return str(ox.Literal(term, language=term.language))
        text = term.replace("+00:00", "Z") if term.datatype == rdflib.XSD.dateTime else term  # it spells Z so
        return str(ox.Literal(text, datatype=ox.NamedNode(term.datatype)))
    assert isinstance(term, rdflib.URIRef)
    return str(ox.NamedNode(term))


@pytest.mark.parametrize(("tool", "ending"), CASES)
def test_a_parser_reads_each_file_without_a_warning_and_as_the_reference_file_says_it(
    built: Path, tool: str, ending: str
) -> None:
    path = built / f"tuopin.{ending}"
    words = [word.format(path) for word in COMMANDS[tool][ending]]
    done = run(*need(tool), *SCRIPTS.get(tool, []), *words)
    assert done.stderr == ""
    hold(built, ending, to_terms(ox.parse(input=done.stdout, format=ox.RdfFormat.N_QUADS)))


@pytest.mark.parametrize("tool", [tool for tool in COMMANDS if "ttl" in COMMANDS[tool]])
def test_a_parser_reads_the_description_of_the_dataset(built: Path, tool: str) -> None:
    words = [word.format(built / "dataset.ttl") for word in COMMANDS[tool]["ttl"]]
    done = run(*need(tool), *SCRIPTS.get(tool, []), *words)
    graph = {terms[:3] for terms in expected(built, "nq")[1] if terms[3] == f"<{mint_graph('dataset')}>"}
    found = {terms[:3] for terms in to_terms(ox.parse(input=done.stdout, format=ox.RdfFormat.N_QUADS))}
    assert found == graph != set()


BAD = {
    "a space in an IRI": "<http://example.org/a b> <http://example.org/p> 'x' .",
    "a day that does not exist": '<http://example.org/a> <http://example.org/p> "2019-02-30"^^<{xsd}date> .',
    "a decimal with an exponent": '<http://example.org/a> <http://example.org/p> "1.5E3"^^<{xsd}decimal> .',
}


@pytest.mark.parametrize("case", BAD)
def test_the_strictest_parser_would_have_said_so_if_anything_were_wrong(tmp_path: Path, case: str) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text(BAD[case].replace("{xsd}", PREFIXES["xsd"]), encoding="utf-8")
    with pytest.raises(AssertionError):
        assert run(*need("riot"), "--check", "--strict", "--output=nq", path).stderr == ""


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_say_the_same_as_csv_and_as_parquet(built: Path, name: str) -> None:
    need_module("pyarrow")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    with (built / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = parquet.read_table(built / f"{name}.parquet")
    assert tuple(table.column_names) == field_names(TABLES[name])
    assert [{key: str(value) for key, value in row.items()} for row in table.to_pylist()] == rows != []


# --- what the files say of themselves


@pytest.fixture(scope="module")
def store(built: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(built / "tuopin.nq"), format=ox.RdfFormat.N_QUADS)
    return store


def ask(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    """The rows of a query on the union of the graphs, as text."""
    rows = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(tuple(term.value for term in row) for row in rows)


def test_the_union_files_hold_the_union_of_the_graphs(built: Path) -> None:
    quads, triples = expected(built, "nq"), expected(built, "nt")
    assert {terms[:3] for terms in quads[1]} == {terms[:3] for terms in triples[1]}
    assert quads[0] > triples[0], "no triple stands in two graphs, so a sum would pass for a union"


def test_the_union_is_sorted_and_so_is_each_graph(built: Path) -> None:
    lines = (built / "tuopin.nt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    graphs: dict[str, list[str]] = {}
    for line in (built / "tuopin.nq").read_text(encoding="utf-8").splitlines():
        triple, _, graph = line.removesuffix(" .").rpartition(" ")
        graphs.setdefault(graph, []).append(triple)
    assert len(graphs) > len(RESERVED_GRAPHS)
    assert [graph for graph, triples in graphs.items() if triples != sorted(triples)] == []


def test_void_counts_the_triples_of_every_graph_and_of_the_union(built: Path, store: ox.Store) -> None:
    told = dict(
        ask(store, "SELECT ?part ?count { ?set a dcat:Dataset ; void:subset ?part . ?part void:triples ?count }")
    )
    found = Counter(graph.strip("<>") for *_, graph in expected(built, "nq")[1])
    assert told == {graph: str(count) for graph, count in found.items()}
    assert {graph.removeprefix(GRAPHS) for graph in told} > set(RESERVED_GRAPHS)
    union = ask(store, "SELECT ?count { ?set a dcat:Dataset ; void:triples ?count }")
    assert union == [(str(expected(built, "nt")[0]),)]


def test_void_counts_the_things_of_every_class_that_it_names(store: ox.Store) -> None:
    told = ask(store, "SELECT ?class ?count { ?set void:classPartition [ void:class ?class ; void:entities ?count ] }")
    found = ask(store, "SELECT ?class (COUNT(DISTINCT ?s) AS ?count) { ?s a ?class } GROUP BY ?class")
    names = {PREFIXES["tp"] + name for name in ("Figure", "Statement", "DerivedFigure", "Place", "Programme")}
    assert {name for name, _ in told} == {*names, PREFIXES["schema"] + "Article"}
    assert set(told) <= set(found)


def test_void_names_every_namespace_that_the_facts_have_their_predicates_from(store: ox.Store) -> None:
    told = {row[0] for row in ask(store, "SELECT ?name { ?set void:vocabulary ?name }")}
    graphs = ", ".join(f"<{mint_graph(name)}>" for name in ("ontology", "dataset"))
    text = f"SELECT DISTINCT ?p {{ GRAPH ?g {{ ?s ?p ?o }} FILTER ( ?g NOT IN ( {graphs} ) ) }}"
    used = {re.sub(r"[^/#]*$", "", row[0]) for row in ask(store, text)}
    basic = {PREFIXES[prefix] for prefix in ("rdf", "rdfs", "sdmx-attribute", "sdmx-measure")}
    assert used - told - basic == set()


# What a build adds besides: the description and the sums, which hold for the others, packed copies, and what depends on
# an option or on an installed library and so may not change the graph.
BESIDES = ("dataset.ttl", "SHA256SUMS", "graph.html", "figures.parquet", "statements.parquet")


def test_dcat_names_every_form_of_the_data_with_its_media_type(built: Path, store: ox.Store) -> None:
    text = "SELECT ?title ?type { ?set dcat:distribution ?d . ?d dcterms:title ?title ; dcat:mediaType ?type }"
    told = {title: media.partition("media-types/")[2] for title, media in ask(store, text)}
    there = {path.name for path in built.iterdir() if path.is_file()}
    assert set(told) == {name for name in there if name not in BESIDES and not name.endswith(".gz")}
    tables = dict.fromkeys(("figures.csv", "statements.csv"), "text/csv")
    others = {"tuopin.jsonld": "application/ld+json", "tuopin.rdf": "application/rdf+xml"}
    assert told == {**tables, **others, **{f"tuopin.{ending}": media for ending, media in MEDIA.items()}}
