"""The shapes: every one has an example and a bad example, and the fast checker finds what pySHACL finds."""

import logging
import re
from collections.abc import Iterable
from functools import cache, reduce
from operator import iadd
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from tuopin.errors import DataError, FileError
from tuopin.messages import set_language
from tuopin.resources import find_ontology
from tuopin.shacl import Violation, find_violations, read_shapes

PARTS = ("tuopin", "indicators", "units", "schemes", "derivations", "cube")
ONTOLOGY = [find_ontology() / f"{name}.ttl" for name in PARTS]
SHAPE_FILES = sorted((find_ontology() / "shapes").glob("*.ttl"))
SHAPES = read_shapes(SHAPE_FILES)
NAMES = [shape.name for shape in SHAPES]
EXAMPLES = find_ontology() / "examples"
BOTH = [*EXAMPLES.glob("*.ttl"), *EXAMPLES.glob("bad/*.ttl")]
PREFIXES = """
@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
WORDS = 'sh:message "错"@zh , "wrong"@en'
# A shapes file with every construct that is known.
EVERY = f"""
:o sh:declare :d . :d sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI .
:A a sh:NodeShape ; sh:targetClass :Animal ; {WORDS} ; sh:severity sh:Warning ; sh:sparql :A-self , :A-bare ;
    sh:property :A-two , :A-class , :A-kind , :A-in , :A-string , :A-less , :A-most , :A-path , :A-apart , :A-lang ,
        :A-integer , :A-decimal , :A-date , :A-year , :A-month , :A-time , :A-words , :A-number .
:A-two a sh:PropertyShape ; sh:path :two ; sh:minCount 2 ; sh:maxCount 3 ; {WORDS} .
:A-class a sh:PropertyShape ; sh:path :friend ; sh:class :Animal ; {WORDS} .
:A-kind a sh:PropertyShape ; sh:path :kind ; sh:nodeKind sh:IRI ; {WORDS} .
:A-in a sh:PropertyShape ; sh:path :in ; sh:in ( :x "y" "z"@en 1 ) ; {WORDS} .
:A-string a sh:PropertyShape ; sh:path :string ; sh:pattern "^a+$" ; sh:minLength 2 ; sh:maxLength 3 ; {WORDS} .
:A-less a sh:PropertyShape ; sh:path :less ; sh:lessThan :more ; sh:severity sh:Warning ; {WORDS} .
:A-most a sh:PropertyShape ; sh:path :most ; sh:lessThanOrEquals :more ; {WORDS} .
:A-path a sh:PropertyShape ; sh:path ( :friend :friend ) ; sh:minCount 1 ; sh:hasValue :cat ; {WORDS} .
:A-apart a sh:PropertyShape ; sh:path :kind ; sh:disjoint :in ; {WORDS} .
:A-lang a sh:PropertyShape ; sh:path :lang ; sh:uniqueLang true ; sh:languageIn ( "zh" "en" ) ; {WORDS} .
:A-integer a sh:PropertyShape ; sh:path :integer ; sh:datatype xsd:integer ; {WORDS} .
:A-decimal a sh:PropertyShape ; sh:path :decimal ; sh:datatype xsd:decimal ; {WORDS} .
:A-date a sh:PropertyShape ; sh:path :date ; sh:datatype xsd:date ; {WORDS} .
:A-year a sh:PropertyShape ; sh:path :year ; sh:datatype xsd:gYear ; {WORDS} .
:A-month a sh:PropertyShape ; sh:path :month ; sh:datatype xsd:gYearMonth ; {WORDS} .
:A-time a sh:PropertyShape ; sh:path :time ; sh:datatype xsd:dateTime ; {WORDS} .
:A-words a sh:PropertyShape ; sh:path :lang ; sh:datatype <http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> ;
    {WORDS} .
:A-number a sh:PropertyShape ; sh:path :number ; sh:minInclusive 0 ; sh:maxInclusive 6 ; {WORDS} .
:A-self a sh:SPARQLConstraint ; sh:prefixes :o ; {WORDS} ;
    sh:select "SELECT $this ?value WHERE {{ $this ex:friend ?value . FILTER ( ?value = $this ) }}" .
:A-bare a sh:SPARQLConstraint ; sh:prefixes :o ; sh:message "{{$this}} 没有朋友"@zh , "{{$this}} has no friend"@en ;
    sh:select "SELECT $this WHERE {{ $this a ?c . FILTER NOT EXISTS {{ $this ex:friend ?f }} }}" .
:B a sh:NodeShape ; sh:targetSubjectsOf :more , :most ; sh:property :B-more ; {WORDS} .
:B-more a sh:PropertyShape ; sh:path :more ; sh:datatype xsd:integer ; {WORDS} .
"""
# Data that breaks each of them, in the ways that are easy to get wrong.
NASTY = """
:Cat rdfs:subClassOf :Feline . :Feline rdfs:subClassOf :Animal .
:cat a :Cat ; :two 1 , 2 ; :friend :dog , :stone , "a name" , [ a :Cat ] ; :kind :x , "y" , [] ;
    :in :x , "y" , "z" , 1 , 2 ; :string "aa" , "a" , "aaaa" , "ab" , :aa , [] ;
    :less 1 , 9 , "1" ; :more 5 ; :most 5 , 6 , 4 ;
    :lang "one"@en , "two"@en , "一"@zh-Hans , "eins"@de , "none" , :iri ;
    :integer 1 , "x"^^xsd:integer , 1.5 , "1" ; :decimal 1.5 , 1 , "1,5"^^xsd:decimal , "7.25"^^xsd:decimal ;
    :date "2016-02-29"^^xsd:date , "2015-02-29"^^xsd:date , "2016-02-28" ; :number 0 , 6 , 7 , -1 , 6.5 , "5" , :five .
:dog a :Animal ; :two 1 ; :friend :dog , :cat ;
    :year "2016"^^xsd:gYear , 2016 ; :month "2016-12"^^xsd:gYearMonth , "2016" ;
    :more "5" ; :less 4 ; :time "2016-01-01T00:00:00Z"^^xsd:dateTime , "2016-01-01"^^xsd:date .
:cow a :Feline ; :two 1 , 2 , 3 , 4 .
:stone a :Thing ; :most 1 ; :string "no animal" .
"""
NOT_UNDERSTOOD = {
    "a property shape with an unknown parameter": (':P sh:minCount 1 .', ':P sh:minExclusive 1 .'),
    "a second node shape with an unknown parameter": ("", f":M a sh:NodeShape ; sh:closed true ; {WORDS} ."),
    "a node shape without a target": ("sh:targetClass :C ;", ""),
    "a node shape without a constraint": ("sh:property :P ;", ""),
    "a part that no node shape uses": ("", f":Q a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ; {WORDS} ."),
    "a part that says nothing": ("sh:property :P ;", "sh:property :P , :R ;"),
    "a part without an IRI": ("sh:property :P ;", f"sh:property :P , [ sh:path :p ; sh:minCount 1 ; {WORDS} ] ;"),
    "a path that goes backwards": ("sh:path :p ;", "sh:path [ sh:inversePath :p ] ;"),
    "a part that asks for nothing": ("; sh:minCount 1 .\n:P sh:minCount 1 .", "."),
    "two paths": ("sh:path :p ;", "sh:path :p , :q ;"),
    "no message in Chinese": (f"{WORDS} ; sh:path", 'sh:message "wrong"@en ; sh:path'),
    "another severity": (":P a", ":P sh:severity sh:Info . :P a"),
    "a severity on a query": (":P a", f":N sh:sparql :S . :S sh:severity sh:Info ; sh:select 'x' ; {WORDS} . :P a"),
    "a datatype that is not known": (":P a", ":P sh:datatype xsd:byte . :P a"),
    "a count that is no number": ("sh:minCount 1", 'sh:minCount "one"'),
    "a class that is no class": ("sh:minCount 1", 'sh:class "C"'),
    "an empty list": ("sh:minCount 1", "sh:in ()"),
    "a query that groups": (
        ":P a",
        f":N sh:sparql :S . :S sh:select 'SELECT $this WHERE {{ $this ?p ?o }} GROUP BY $this' ; {WORDS} . :P a",
    ),
    "a query with a prefix that is not declared": (
        ":P a",
        f":N sh:sparql :S . :S sh:select 'SELECT $this WHERE {{ $this ex:p ?o }}' ; {WORDS} . :P a",
    ),
}  # fmt: skip
SMALL = f"""
:N a sh:NodeShape ; sh:targetClass :C ; sh:property :P ;
    sh:severity sh:Violation .
:P a sh:PropertyShape ; {WORDS} ; sh:path :p ; sh:minCount 1 .
:P sh:minCount 1 .
"""


def load(*files: Path) -> Store:
    """The files in one store."""
    store = Store()
    for file in files:
        store.load(path=str(file), format=RdfFormat.TURTLE)
    return store


def write(folder: Path, turtle: str, name: str = "data.ttl") -> Path:
    """The Turtle as a file."""
    file = folder / name
    file.write_text(PREFIXES + turtle, encoding="utf-8")
    return file


def to_row(violation: Violation) -> tuple[str, ...]:
    """What is compared with pySHACL; blank nodes have other labels there."""
    focus, value = ("_:" if each.startswith("_:") else each for each in (violation.focus, violation.value))
    return violation.shape, violation.component, focus, value, violation.severity


@cache
def parse_slowly(file: Path) -> Any:
    """The file as a graph of rdflib, which takes its time."""
    return pytest.importorskip("rdflib").Graph().parse(file, format="turtle")


def ask_pyshacl(data: Iterable[Path], shapes: Iterable[Path], focus: Iterable[str] = ()) -> set[tuple[str, ...]]:
    """What pySHACL finds, written as `to_row` writes it; with `focus`, only at these nodes."""
    pyshacl, rdflib = pytest.importorskip("pyshacl"), pytest.importorskip("rdflib")
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it reports each ill-typed literal with a traceback
    graphs = (reduce(iadd, map(parse_slowly, files), rdflib.Graph()) for files in (data, shapes))
    options = {"advanced": False, "inference": "none", "inplace": True, "focus_nodes": list(focus) or None}
    _, report, _ = pyshacl.validate(next(graphs), shacl_graph=next(graphs), **options)
    return {read_result(rdflib, report, each) for each in report.objects(None, rdflib.SH.result)}


def read_result(rdflib: ModuleType, report: Any, result: Any) -> tuple[str, ...]:
    """One result of a report, written as `to_row` writes it."""
    names = ("sourceConstraint", "sourceShape", "sourceConstraintComponent", "focusNode", "value", "resultSeverity")
    query, shape, *rest = (report.value(result, rdflib.SH[name]) for name in names)
    component, focus, value, severity = rest
    place = ("_:" if isinstance(each, rdflib.BNode) else "" if each is None else str(each) for each in (focus, value))
    name, kind = (re.split("[#/]", each)[-1] for each in (query or shape, component))
    level = "warning" if severity == rdflib.SH.Warning else "error"
    return name, kind.removesuffix("ConstraintComponent"), *place, level


def test_every_shape_has_an_example_and_a_bad_example_and_there_are_no_others() -> None:
    assert NAMES
    for folder in (EXAMPLES, EXAMPLES / "bad"):
        assert sorted(file.stem for file in folder.glob("*.ttl")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_shape_breaks_no_shape(name: str) -> None:
    assert list(find_violations(load(*ONTOLOGY, EXAMPLES / f"{name}.ttl"), SHAPES)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_bad_example_of_a_shape_breaks_that_shape_alone(name: str) -> None:
    found = list(find_violations(load(*ONTOLOGY, EXAMPLES / "bad" / f"{name}.ttl"), SHAPES))
    assert {violation.node_shape for violation in found} == {name}


@pytest.mark.parametrize("file", BOTH, ids=[str(file.relative_to(EXAMPLES).with_suffix("")) for file in BOTH])
def test_an_example_breaks_for_pyshacl_what_it_breaks_here(file: Path) -> None:
    focus = {quad.subject for quad in parse(path=str(file), format=RdfFormat.TURTLE)}
    # pySHACL cannot be pointed at a blank node: there it has to look at everything, so without the ontology.
    blank = any(isinstance(node, BlankNode) for node in focus)
    files, nodes = ([file], set()) if blank else ([*ONTOLOGY, file], {node.value for node in focus})
    found = {to_row(each) for each in find_violations(load(*files), SHAPES) if blank or each.focus in nodes}
    assert found == ask_pyshacl(files, SHAPE_FILES, nodes)
    assert bool(found) == (file.parent.name == "bad")


def test_every_construct_finds_what_pyshacl_finds_in_data_that_breaks_it(tmp_path: Path) -> None:
    shapes, data = write(tmp_path, EVERY, "shapes.ttl"), write(tmp_path, NASTY)
    found = list(find_violations(load(data), read_shapes([shapes])))
    assert {to_row(each) for each in found} == ask_pyshacl([data], [shapes])
    broken = {each.component for each in found}
    known = {each.violation.component for shape in SHAPES for each in shape.constraints}
    assert known <= broken


def test_violations_are_sorted_and_the_same_statement_in_two_graphs_counts_once(tmp_path: Path) -> None:
    shapes, store = read_shapes([write(tmp_path, EVERY, "shapes.ttl")]), load(write(tmp_path, NASTY))
    once = list(find_violations(store, shapes))
    store.extend([Quad(*quad.triple, NamedNode("http://example.org/g")) for quad in store])
    assert list(find_violations(store, reversed(shapes))) == once
    assert once == sorted(once, key=lambda each: (each.node_shape, each))
    store.remove_graph(DefaultGraph())
    assert list(find_violations(store, shapes)) == once


def test_a_store_on_disk_is_checked_like_one_in_memory(tmp_path: Path) -> None:
    file = EXAMPLES / "bad" / "NamedThing.ttl"
    store = Store(str(tmp_path / "store"))
    store.load(path=str(file), format=RdfFormat.TURTLE)
    assert list(find_violations(store, SHAPES)) == list(find_violations(load(file), SHAPES)) != []


def test_a_violation_carries_its_place_and_its_words_with_the_node_filled_in(tmp_path: Path) -> None:
    shapes, store = (
        read_shapes([write(tmp_path, EVERY, "shapes.ttl")]),
        load(write(tmp_path, ":a a :Animal ; :kind 'k' .")),
    )
    found = {each.shape: each for each in find_violations(store, shapes)}
    focus = "http://example.org/a"
    bare = ("A-bare", "A", focus, "", focus, "SPARQL", "warning", f"{focus} 没有朋友", f"{focus} has no friend")
    assert found["A-bare"] == Violation(*bare)
    kind = ("A-kind", "A", focus, "http://example.org/kind", "k", "NodeKind", "error", "错", "wrong")
    assert found["A-kind"] == Violation(*kind)


def test_values_that_cannot_be_compared_break_a_comparison(tmp_path: Path) -> None:
    data = ':a a :Animal ; :more 5 ; :less "2016-01-01"^^xsd:date ; :number "2016"^^xsd:gYear .'
    found = find_violations(load(write(tmp_path, data)), read_shapes([write(tmp_path, EVERY, "shapes.ttl")]))
    assert {"LessThan", "MinInclusive", "MaxInclusive"} <= {each.component for each in found}


@pytest.mark.parametrize(
    "literal",
    ['"1e3"^^xsd:decimal', '"16"^^xsd:gYear', '"2016-13"^^xsd:gYearMonth', '"2016-01-01"^^xsd:dateTime'],
)
def test_a_literal_that_is_ill_typed_is_found_even_where_pyshacl_lets_it_pass(tmp_path: Path, literal: str) -> None:
    data = f":a a :Animal ; :decimal {literal} ; :year {literal} ; :month {literal} ; :time {literal} ."
    found = find_violations(load(write(tmp_path, data)), read_shapes([write(tmp_path, EVERY, "shapes.ttl")]))
    assert [each.component for each in found].count("Datatype") == 4


def test_a_number_too_long_for_the_store_is_still_a_number(tmp_path: Path) -> None:
    data = f":a a :Animal ; :integer {'9' * 40} ; :decimal 0.{'1' * 40} ."
    found = find_violations(load(write(tmp_path, data)), read_shapes([write(tmp_path, EVERY, "shapes.ttl")]))
    assert "Datatype" not in {each.component for each in found}


@pytest.mark.parametrize(("old", "new"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_a_shape_that_is_not_understood_is_an_error_with_words(tmp_path: Path, old: str, new: str) -> None:
    assert old in SMALL
    assert len(read_shapes([write(tmp_path, SMALL)])) == 1
    file = write(tmp_path, SMALL.replace(old, new, 1) if old else SMALL + new)
    with pytest.raises(DataError) as caught:
        read_shapes([file])
    for language in ("zh", "en"):
        set_language(language)
        assert str(caught.value)
        assert caught.value.problem.expected
    set_language("")


def test_no_shapes_at_all_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_shapes([])
    with pytest.raises(DataError):
        read_shapes([write(tmp_path, ":a rdfs:label 'no shape' .")])


def test_a_shapes_file_that_is_no_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, ":a a .")
    with pytest.raises(DataError) as caught:
        read_shapes([file])
    assert caught.value.problem.where == f"{file}:6"


def test_a_shapes_file_that_is_missing_is_an_error_of_files(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_shapes([tmp_path / "none.ttl"])


def test_the_country_and_no_other_place_has_the_code_cn(tmp_path: Path) -> None:
    text = (EXAMPLES / "Place.ttl").read_text(encoding="utf-8")
    for old, new in (('tp:code "CN"', 'tp:code "100000"'), ('tp:code "430000"', 'tp:code "CN"')):
        file = tmp_path / "place.ttl"
        file.write_text(text.replace(old, new), encoding="utf-8")
        assert [each.shape for each in find_violations(load(*ONTOLOGY, file), SHAPES)] == ["PlaceCode-level"]
