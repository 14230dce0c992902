"""The integrity constraints of the Data Cube: what passes all of them, and for each a cube that breaks it alone."""

import re
from collections.abc import Callable

import pytest
from pyoxigraph import RdfFormat, Store

from tuopin.cube import find_cube_violations, read_cube_rules
from tuopin.resources import find_ontology
from tuopin.shacl import Violation

ONTOLOGY = ("tuopin", "indicators", "units", "schemes", "derivations", "cube")
EX = "http://example.org/"
PREFIXES = f"""
@prefix : <{EX}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# Three sets: one with a slice, one with a measure dimension, one with two hierarchies, down and up.
GOOD = """
:set a qb:DataSet ; qb:structure :dsd ; qb:slice :slice .
:dsd a qb:DataStructureDefinition ; qb:component :c1 , :c2 , :c3 , :c4 , :c5 ; qb:sliceKey :key .
:c1 qb:dimension :area .
:c2 qb:dimension :year .
:c3 qb:measure :value .
:c4 qb:attribute :unit ; qb:componentRequired true .
:c5 qb:attribute :note ; qb:componentRequired false .
:area rdfs:range skos:Concept ; qb:codeList :areas .
:areas a skos:ConceptScheme .
:north a skos:Concept ; skos:inScheme :areas .
:south a skos:Concept ; skos:inScheme :areas .
:year rdfs:range xsd:string .
:key a qb:SliceKey ; qb:componentProperty :area .
:slice a qb:Slice ; qb:sliceStructure :key ; :area :north ; qb:observation :o1 .
:o1 a qb:Observation ; qb:dataSet :set ; :year "2016" ; :value 1 ; :unit :yuan .
:o2 a qb:Observation ; qb:dataSet :set ; :area :south ; :year "2016" ; :value 2 ; :unit :yuan .

:typed a qb:DataSet ; qb:structure :typedDsd .
:typedDsd a qb:DataStructureDefinition ; qb:component :t1 , :t2 , :t3 , :t4 .
:t1 qb:dimension :year .
:t2 qb:dimension qb:measureType .
:t3 qb:measure :x .
:t4 qb:measure :y .
:m1 a qb:Observation ; qb:dataSet :typed ; :year "2016" ; qb:measureType :x ; :x 1 .
:m2 a qb:Observation ; qb:dataSet :typed ; :year "2016" ; qb:measureType :y ; :y 2 .

:tree a qb:DataSet ; qb:structure :treeDsd .
:treeDsd a qb:DataStructureDefinition ; qb:component :h1 , :h2 , :c3 .
:h1 qb:dimension :down .
:h2 qb:dimension :up .
:down rdfs:range skos:Concept ; qb:codeList :downwards .
:up rdfs:range skos:Concept ; qb:codeList :upwards .
:downwards a qb:HierarchicalCodeList ; qb:hierarchyRoot :china ; qb:parentChildProperty :contains .
:upwards a qb:HierarchicalCodeList ; qb:hierarchyRoot :china ; qb:parentChildProperty [ owl:inverseOf :within ] .
:china :contains :hunan .
:hunan :within :china .
:p1 a qb:Observation ; qb:dataSet :tree ; :down :hunan ; :up :hunan ; :value 3 .
:p2 a qb:Observation ; qb:dataSet :tree ; :down :china ; :up :hunan ; :value 4 .
"""
# Constraint, what to replace in the good cube (nothing: add), by what, and then focus, path and value of what is found.
BAD = [
    ("IC-1", "qb:dataSet :set ; :area :south", ":area :south", "o2", "", ""),
    ("IC-2", "", ":empty a qb:DataSet .", "empty", "", ""),
    ("IC-3", "", ":bare a qb:DataStructureDefinition ; qb:component :c2 .", "bare", "", ""),
    ("IC-4", ":year rdfs:range xsd:string .", "", "year", "", ""),
    ("IC-5", ":area rdfs:range skos:Concept ; qb:codeList :areas .", ":area rdfs:range skos:Concept .", "area", "", ""),
    ("IC-6", ":c2 qb:dimension :year .", ":c2 qb:dimension :year ; qb:componentRequired false .", "dsd", "", "year"),
    ("IC-7", " ; qb:sliceKey :key .", " .", "key", "", ""),
    ("IC-8", ":key a", ":slice :tint 1 . :key qb:componentProperty :tint . :key a", "key", "", "tint"),
    ("IC-9", "qb:sliceStructure :key ;", "", "slice", "", ""),
    ("IC-10", ":area :north ; qb:observation :o1 .", "qb:observation :o1 . :o1 :area :north .", "slice", "area", ""),
    ("IC-11", ':south ; :year "2016" ;', ":south ;", "o2", "year", ""),
    (
        "IC-12",
        "",
        ':o3 a qb:Observation ; qb:dataSet :set ; :year "2016" ; :area :south ; :value 5 ; :unit :yuan .',
        "o3",
        "",
        "o2",
    ),
    ("IC-13", ":value 2 ; :unit :yuan .", ":value 2 .", "o2", "unit", ""),
    ("IC-14", ":value 2 ; :unit :yuan .", ":unit :yuan .", "o2", "value", ""),
    ("IC-15", "qb:measureType :x ; :x 1 .", "qb:measureType :x .", "m1", "x", ""),
    ("IC-16", "qb:measureType :x ; :x 1 .", "qb:measureType :x ; :x 1 ; :y 9 .", "m1", "y", "9"),
    ("IC-17", "qb:measureType :y ; :y 2 .", "qb:measureType :x ; :x 2 . :m2 :year '2017' .", "m1", "", ""),
    (
        "IC-18",
        "",
        ":set qb:slice :s2 . :s2 qb:sliceStructure :key ; :area :north ; qb:observation :p1 .",
        "p1",
        "",
        "set",
    ),
    ("IC-19", ":south a skos:Concept ; skos:inScheme :areas .", "", "o2", "area", "south"),
    ("IC-20", ":down :hunan", ":down :mars", "p1", "down", "mars"),
    ("IC-21", ":up :hunan ; :value 3", ":up :mars ; :value 3", "p1", "up", "mars"),
]
KINDS = {"dimension": "DimensionProperty", "measure": "MeasureProperty", "attribute": "AttributeProperty"}


def normalise(turtle: str) -> str:
    """The same cube with the components in the normal form of the standard."""
    named = re.compile(r"qb:(dimension|measure|attribute) ([a-z]*:\w+)")
    types = "".join(f"{name} a qb:{KINDS[kind]} .\n" for kind, name in named.findall(turtle))
    return named.sub(r"qb:componentProperty \2", turtle) + types


def find(turtle: str) -> list[Violation]:
    """What breaks the constraints in this Turtle."""
    store = Store()
    store.load((PREFIXES + turtle).encode(), RdfFormat.TURTLE)
    return list(find_cube_violations(store))


def test_the_cube_of_the_ontology_with_the_examples_of_figures_breaks_no_constraint() -> None:
    store = Store()
    examples = [*(find_ontology() / "examples").glob("*Figure*.ttl")]
    assert examples
    for file in [*(find_ontology() / f"{name}.ttl" for name in ONTOLOGY), *examples]:
        store.load(path=str(file), format=RdfFormat.TURTLE)
    assert list(find_cube_violations(store)) == []


@pytest.mark.parametrize("form", [str, normalise])
def test_a_cube_with_slices_hierarchies_and_a_measure_dimension_breaks_no_constraint(
    form: Callable[[str], str],
) -> None:
    assert find(form(GOOD)) == []


@pytest.mark.parametrize("form", [str, normalise])
@pytest.mark.parametrize("row", BAD, ids=[row[0] for row in BAD])
def test_each_constraint_finds_the_node_that_breaks_it_and_no_other_constraint_does(
    form: Callable[[str], str], row: tuple[str, ...]
) -> None:
    name, old, new, *blamed = row
    assert old in GOOD
    found = find(form(GOOD.replace(old, new, 1) if old else GOOD + new))
    assert {violation.shape for violation in found} == {name}
    assert blamed in [[each.removeprefix(EX) for each in (v.focus, v.path, v.value)] for v in found]


def test_every_constraint_of_the_standard_is_there_and_has_a_bad_example() -> None:
    names = [f"IC-{number}" for number in range(1, 22)]
    assert [rule.name for rule in read_cube_rules()] == names
    assert [row[0] for row in BAD] == names


def test_every_constraint_says_in_chinese_and_in_english_what_it_asks_for() -> None:
    for rule in read_cube_rules():
        assert re.search("[一-鿿]", rule.title_zh), rule.name
        assert rule.title_en.isascii(), rule.name


def test_a_violation_carries_the_words_of_its_constraint() -> None:
    (found,) = find(":empty a qb:DataSet .")
    assert (found.component, found.severity) == ("IC-2", "error")
    assert found.message_zh == "每个数据集有且只有一个数据结构。"
    assert found.message_en == "Every data set has exactly one structure."


def test_the_members_of_a_collection_are_its_codes() -> None:
    listed = ":areas a skos:Collection ; skos:member :north , :more . :more skos:member :south ."
    collection = re.sub(
        r":areas a skos:ConceptScheme \.", listed, GOOD.replace("skos:inScheme :areas", "rdfs:label ''")
    )
    assert find(collection) == []
    assert {v.value for v in find(collection.replace(", :more", ""))} == {EX + "south"}


def test_all_of_three_equal_observations_are_found_each_with_the_first_of_them() -> None:
    again = "".join(
        f':{name} a qb:Observation ; qb:dataSet :set ; :area :south ; :year "2016" ; :value 7 ; :unit :yuan .\n'
        for name in ("o3", "o4")
    )
    assert [(v.focus, v.value) for v in find(GOOD + again)] == [(EX + "o3", EX + "o2"), (EX + "o4", EX + "o2")]


def test_values_that_differ_only_in_language_or_datatype_tell_observations_apart() -> None:
    more = "".join(
        f":o{number} a qb:Observation ; qb:dataSet :set ; :area :south ; :year {year} ; :value 7 ; :unit :yuan .\n"
        for number, year in enumerate(['"2016"@en', '"2016"@zh', '"2016"^^xsd:gYear'], start=3)
    )
    assert find(GOOD + more) == []
