"""The ontology: each term says what it is in two languages, and the lists are those that records choose from."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from tuopin.facts import Figure, Source, Statement
from tuopin.gazetteer import COLUMNS
from tuopin.gazetteer import LEVELS as PLACE_LEVELS
from tuopin.iris import BASE, ID, PREFIXES, TERMS
from tuopin.resources import find_data, find_ontology
from tuopin.things import COLUMNS as THING_COLUMNS
from tuopin.vocabulary import CORE, read_ontology, read_vocabulary

ONTOLOGY = find_ontology()
ALIGNMENTS = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
FILES = sorted(ONTOLOGY.rglob("*.ttl"))
LABELS, DEFINITION, EXAMPLE = ("rdfs:label", "skos:prefLabel"), "skos:definition", "skos:example"
SCHEMES: dict[str, str] = {
    "indicator": """
        poor-population poor-households poor-villages poor-counties people-lifted households-lifted villages-delisted
        counties-delisted poverty-incidence income-per-capita income-gain-per-capita funds-invested loans-issued
        loan-count risk-compensation-fund dividends households-relocated people-relocated cadres-deployed teams-deployed
        organisations-engaged projects demonstration-sites people-benefited households-benefited villages-benefited
        people-employed people-trained planted-area livestock output-value installed-capacity houses-renovated
        road-length villages-covered completion-rate coverage-rate share growth-rate amount-per-unit gdp fiscal-revenue
        population place-count other""",
    "unit": """
        person household village township county CNY percent percentage-point mu hectare km kW ton enterprise project
        site head loan times day year item""",
    "per": "person household village mu",
    "qualifier": "exact about more-than less-than up-to",
    "status": "actual target",
    "scope": "annual cumulative per-year stock",
    "origin": "curated extracted table",
}
# Fields that no property carries, with what carries them.
WITHOUT = {"property": "rdf:predicate", "title": "rdfs:label in Chinese", "title_en": "rdfs:label in English"}


def name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return PREFIXES[prefix] + local


@cache
def core() -> list[ox.Quad]:
    quads = list(read_ontology())
    assert len(quads) > 3000
    return quads


@cache
def values() -> dict[tuple[str, str], list[ox.NamedNode | ox.Literal]]:
    """The objects of the core, by subject and predicate."""
    found: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
    for quad in core():
        found[quad.subject.value, quad.predicate.value].append(quad.object)
    return found


def texts(term: str, *predicates: str) -> list[tuple[str, str]]:
    """What a term says under some predicates, as pairs of language and text."""
    literals = [value for each in predicates for value in values().get((term, name(each)), [])]
    return sorted((value.language or "", value.value) for value in literals if isinstance(value, ox.Literal))


def iris(term: str, predicate: str) -> set[str]:
    return {value.value for value in values().get((term, name(predicate)), [])}


def members(kind: str) -> list[str]:
    found = sorted(
        {term for term, predicate in values() if predicate == name("rdf:type") and name(kind) in iris(term, "rdf:type")}
    )
    assert found, f"no {kind}"
    return found


CLASSES = [term for term in members("owl:Class") if term.startswith(TERMS)]
PROPERTIES = [
    term for kind in ("owl:ObjectProperty", "owl:DatatypeProperty") for term in members(kind) if term.startswith(TERMS)
]
CONCEPTS, RULES, SETS = members("skos:Concept"), members("tp:Rule"), members("skos:ConceptScheme")
OWN = [*CLASSES, *PROPERTIES, *CONCEPTS, *RULES]
FOREIGN = sorted({subject for subject, _ in values() if not subject.startswith(BASE)})


@pytest.mark.parametrize("term", [*OWN, *SETS])
def test_a_term_of_ours_has_one_label_and_one_definition_in_each_language(term: str) -> None:
    for predicates in (LABELS, (DEFINITION,)):
        found = texts(term, *predicates)
        assert [language for language, _ in found] == ["en", "zh"]
        assert all(text.strip() == text != "" for _, text in found)
        assert re.search("[一-鿿]", dict(found)["zh"]) or dict(found)["zh"].isascii()
        assert not re.search("[一-鿿]{5}", dict(found)["en"])
    assert iris(term, "rdfs:isDefinedBy") == {BASE + "ontology"}


@pytest.mark.parametrize("term", OWN)
def test_a_term_of_ours_has_an_example(term: str) -> None:
    assert texts(term, EXAMPLE)


@pytest.mark.parametrize("term", FOREIGN)
def test_a_term_of_another_vocabulary_has_a_label_in_each_language_and_its_home(term: str) -> None:
    assert [language for language, _ in texts(term, *LABELS)] == ["en", "zh"]
    (home,) = iris(term, "rdfs:isDefinedBy")
    assert term.startswith(home)
    assert {home, f"{home}#"} & set(PREFIXES.values())


def test_the_terms_that_are_checked_are_all_there_are() -> None:
    subjects = {subject for subject, _ in values() if subject.startswith(BASE)}
    rest = subjects - {*OWN, *SETS, BASE + "ontology"}
    assert {term.removeprefix(ID).partition("/")[0] for term in rest} == {"component", "dataset", "structure"}
    assert (len(CLASSES), len(PROPERTIES), len(CONCEPTS)) > (10, 25, 80)


def test_no_two_terms_share_a_label() -> None:
    seen: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for kind, terms in (("class", CLASSES), ("property", PROPERTIES)):
        for term in terms:
            for language, text in texts(term, *LABELS):
                seen[kind, language, text].append(term)
    for concept in CONCEPTS:
        (scheme,) = iris(concept, "skos:inScheme")
        for language, text in texts(concept, *LABELS):
            seen[scheme, language, text].append(concept)
    assert {key: terms for key, terms in seen.items() if len(terms) > 1} == {}


# --- lists


@pytest.mark.parametrize("field", SCHEMES)
def test_a_field_may_have_every_value_of_its_list(field: str) -> None:
    known = read_vocabulary().schemes[field]
    assert set(SCHEMES[field].split()) - set(known) == set()
    for key, iri in known.items():
        assert iri.rpartition("/")[2] == key


@pytest.mark.parametrize("field", ["qualifier", "status", "scope", "origin"])
def test_a_short_list_has_nothing_else(field: str) -> None:
    assert set(read_vocabulary().schemes[field]) == set(SCHEMES[field].split())


def test_every_indicator_of_the_list_has_units_and_words_and_a_broader_concept() -> None:
    words = read_vocabulary()
    for key in SCHEMES["indicator"].split():
        iri = words.schemes["indicator"][key]
        assert words.indicators[key] <= set(words.schemes["unit"]), key
        assert words.indicators[key] or key == "other", key
        assert iris(iri, "skos:broader") or iris(iri, "skos:topConceptOf"), key
        assert texts(iri, "skos:altLabel", "skos:hiddenLabel") or key == "other", key


def test_levels_are_those_of_the_gazetteer() -> None:
    assert set(read_vocabulary().find_scheme("level")) == set(PLACE_LEVELS)


@pytest.mark.parametrize("record", [Figure, Statement, Source])
def test_every_field_of_a_record_is_written_by_one_property(record: type) -> None:
    names = {field.name for field in fields(record)} - set(WITHOUT)
    known = read_vocabulary().fields
    assert names - set(known) == set()
    labelled = [term for term in {known[field] for field in names} if texts(term, *LABELS)]
    assert len(labelled) == len({known[field] for field in names})


def test_the_fields_without_a_property_have_none() -> None:
    assert set(WITHOUT) & set(read_vocabulary().fields) == set()


def test_no_two_properties_write_one_field() -> None:
    kinds = {*members("owl:ObjectProperty"), *members("owl:DatatypeProperty")}
    written: dict[str, list[str]] = defaultdict(list)
    for term in sorted(kinds):
        for _, field in texts(term, "skos:notation"):
            written[field].append(term)
    assert {field: terms for field, terms in written.items() if len(terms) > 1} == {}
    known = {field.name for record in (Figure, Statement, Source) for field in fields(record)} | {
        *COLUMNS,
        *THING_COLUMNS,
    }
    assert set(written) - known == set()


# --- files


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ONTOLOGY)))
def test_a_file_is_turtle_for_two_parsers(path: Path) -> None:
    quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    assert len(rdflib.Graph().parse(path, format="turtle")) == len({quad.triple for quad in quads}) > 0


@pytest.mark.parametrize("path", [*(ONTOLOGY / part for part in CORE), *ALIGNMENTS], ids=lambda path: path.name)
def test_nothing_is_a_blank_node(path: Path) -> None:
    terms = [term for quad in ox.parse(path=str(path)) for term in quad.triple]
    assert terms
    assert [term for term in terms if isinstance(term, ox.BlankNode)] == []


def test_the_core_says_nothing_twice() -> None:
    triples = [quad.triple for quad in core()]
    assert sorted(map(str, {triple for triple in triples if triples.count(triple) > 1})) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ONTOLOGY)))
def test_a_prefix_means_the_same_everywhere_and_is_used_where_it_is_declared(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    declared = re.findall(r"^@prefix ([a-z-]*): <([^>]*)> \.$", text, re.MULTILINE)
    assert declared == sorted(declared)
    body = re.sub(r'^@prefix.*|"(?:[^"\\\n]|\\.)*"|<[^>\n]*>|"""(?s:.*?)"""', "", text, flags=re.MULTILINE)
    for prefix, iri in declared:
        assert PREFIXES.get(prefix, iri) == iri
        assert EVERYWHERE[prefix] == {iri}
        assert re.search(rf"(?<![\w-]){prefix}:", body), prefix


def find_prefixes() -> Iterator[tuple[str, str]]:
    for path in FILES:
        yield from re.findall(r"^@prefix ([a-z-]*): <([^>]*)> \.$", path.read_text(encoding="utf-8"), re.MULTILINE)


EVERYWHERE: dict[str, set[str]] = defaultdict(set)
for _prefix, _iri in find_prefixes():
    EVERYWHERE[_prefix].add(_iri)


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.name)
def test_an_alignment_maps_terms_of_the_core_to_others(path: Path) -> None:
    known = {subject for subject, _ in values()} | {ID + "place/CN"}
    quads = list(ox.parse(path=str(path)))
    assert quads
    assert {quad.subject.value for quad in quads} - known == set()
    matches = [quad for quad in quads if quad.predicate.value.endswith("Match")]
    assert matches
    assert [quad.object.value for quad in matches if quad.object.value.startswith(BASE)] == []
    assert {quad.predicate.value for quad in matches} <= {
        name(f"skos:{kind}Match") for kind in ("exact", "close", "broad")
    }


def test_the_core_does_not_depend_on_an_alignment() -> None:
    outside = {prefix for path in ALIGNMENTS for prefix in re.findall(r"@prefix (\S+): ", path.read_text("utf-8"))}
    outside -= {
        prefix for part in CORE for prefix in re.findall(r"@prefix (\S+): ", (ONTOLOGY / part).read_text("utf-8"))
    }
    assert outside == {"cns", "place", "quantity", "qudt", "sdmx-dimension", "sosa", "wd"}
    spaces = tuple(iri for prefix in outside for iri in EVERYWHERE[prefix] if not iri.startswith(BASE))
    used = {quad.predicate.value for quad in core()} | {quad.object.value for quad in core()}
    assert [term for term in used if term.startswith(spaces) and name("sdmx-attribute:") not in term] == []


# --- the README


def find_blocks() -> list[str]:
    text = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"^```turtle\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return blocks


def read_block(block: str) -> set[str]:
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    return {str(quad.triple) for quad in ox.parse(input=head + block, format=ox.RdfFormat.TURTLE)}


def test_the_fact_that_the_readme_shows_is_in_the_data_as_it_stands(built: Path) -> None:
    shown = read_block(find_blocks()[0])
    told = {str(quad.triple) for quad in ox.parse(path=str(built / "tuopin.nt"))}
    assert shown - told == set()
    assert len(shown) > 20
    subjects = {line.split()[0] for line in shown}
    assert {line for line in told if line.split()[0] in subjects} == shown


def test_the_indicator_that_the_readme_adds_has_all_that_the_others_have() -> None:
    shown = read_block(find_blocks()[1])
    other = {quad.predicate.value for quad in core() if quad.subject.value == ID + "indicator/dividends"}
    told = {re.split("[<>]", line)[3] for line in shown}
    assert other - told == set()


def test_the_record_that_the_readme_shows_is_a_row_of_the_data() -> None:
    lines = (ONTOLOGY / "README.md").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("| source | quote |"))
    head, row = ([cell.strip() for cell in lines[line].strip("|").split("|")] for line in (at, at + 2))
    with (find_data() / "facts" / f"{row[0]}.figures.csv").open(encoding="utf-8", newline="") as file:
        rows = [{key: value for key, value in each.items() if value} for each in csv.DictReader(file)]
    assert dict(zip(head, row, strict=True)) in rows


def test_the_readme_names_the_property_of_every_field() -> None:
    text = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Fields and properties")[2].partition("\n## ")[0]
    fields_there = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\|([^|]*)\|", table, re.MULTILINE))))
    record_fields = {field.name for record in (Figure, Statement) for field in fields(record)}
    assert record_fields - fields_there == set()
    properties = {name(term) for term in re.findall(r"`([a-z-]+:[A-Za-z]+)`", table)}
    assert {iri for field, iri in read_vocabulary().fields.items() if field in record_fields} - properties == set()


def test_the_readme_names_every_file_of_the_core() -> None:
    text = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    assert [part for part in CORE if f"`{part}`" not in text] == []
