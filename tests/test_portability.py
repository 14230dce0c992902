"""What stores refuse or change when they load a file: each rule, on everything that a build writes.

A rule is a function that says whether one term is good; rows of bad ones show that it can say no.
"""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rules import XSD, is_dated, is_decimal, is_integer, is_iri, is_name, is_tag, is_text, is_time, is_valid

from tuopin.iris import BASE, GRAPHS, ID, PREFIXES, TERMS, mint_graph, mint_span, mint_statement, mint_thing, to_key

RDF = PREFIXES["rdf"]
TYPED = ("integer", "decimal", "boolean", "date", "gYear", "gYearMonth", "dateTime")
TEXTS = ("nq", "nt", "trig", "ttl", "jsonld", "rdf")
# Namespaces whose terms a reader can look up elsewhere; our own must be defined in the ontology.
STANDARD = {PREFIXES[prefix] for prefix in PREFIXES if not PREFIXES[prefix].startswith(BASE)} | {
    "http://purl.org/vocab/vann/"
}


@pytest.fixture(scope="module")
def quads(built: Path) -> list[ox.Quad]:
    quads = list(ox.parse(path=str(built / "tuopin.nq")))
    assert len(quads) > 10_000
    return quads


@pytest.fixture(scope="module")
def literals(quads: list[ox.Quad]) -> set[ox.Literal]:
    return {quad.object for quad in quads if isinstance(quad.object, ox.Literal)}


def typed(literals: set[ox.Literal], name: str) -> list[str]:
    found = [literal.value for literal in literals if literal.datatype.value == XSD + name]
    assert found, f"no xsd:{name} to check"
    return found


def values(quads: list[ox.Quad], prefixed: str) -> dict[str, list[str]]:
    """The objects of one predicate, by subject."""
    prefix, _, local = prefixed.partition(":")
    found: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        if quad.predicate.value == PREFIXES[prefix] + local:
            found[quad.subject.value].append(quad.object.value)
    assert found, f"no {prefixed} to check"
    return found


def members(quads: list[ox.Quad], prefixed: str) -> set[str]:
    prefix, _, local = prefixed.partition(":")
    return {node for node, classes in values(quads, "rdf:type").items() if PREFIXES[prefix] + local in classes}


# --- one term

BAD: list[tuple[Callable[[str], bool], list[str]]] = [
    (is_iri, ["http://a/湘", "http://a/b c", "http://a/b|c", "http://a/[b]", "http://a/%e6", "http://a/%"]),
    (is_iri, ["/a", "urn:a", "http://a/{b}", "http://a/b^c", "http://a/b\\c", 'http://a/"b"', "http://a/b`c", "http://a/<b>"]),
    (is_name, ["http://a/b/", "http://a#2020", "http://a#b\\c", "http://a/湘#"]),
    (is_decimal, ["1.50", "100.0", "+7.5", "007.5", ".5", "5.", "-0", "0.0", "1.5E3", "1,234", "０"]),
    (is_decimal, ["0.00262335315960871234", "1234567890123456", "1.234567890123456", "", "-", "NaN"]),
    (is_integer, ["007", "+1", "1.0", "-0", "9223372036854775808", "１"]),
    (is_time, ["2017-02-20T00:37:03", "2017-02-20T00:37:03+08:00", "2017-02-20T00:37:03.0Z", "2017-02-30T00:37:03Z"]),
    (is_dated("date"), ["2017-02-30", "2017-02-20+08:00", "2017-02-20Z", "2017-2-20", "17-02-20", "2017"]),
    (is_dated("gYear"), ["17", "2017Z", "02017", "-2017"]),
    (is_dated("gYearMonth"), ["2017-13", "2017-1", "2017-01Z"]),
    (is_text, ["a\x01", "\ufffe", "\x7f"]),
    (is_tag, ["zh-Hans", "ZH", "zh_CN", "chinese"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BAD for text in texts])
def test_the_rules_of_this_file_refuse_what_a_store_would(rule: Callable[[str], bool], text: str) -> None:
    assert not rule(text)


def test_iris_are_absolute_ascii_and_free_of_what_any_store_refuses(quads: list[ox.Quad]) -> None:
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name)}
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    assert [iri for iri in iris if not is_iri(iri)] == []
    assert iris


def test_predicates_end_in_an_xml_name(quads: list[ox.Quad]) -> None:
    assert [name for name in {quad.predicate.value for quad in quads} if not is_name(name)] == []


@pytest.mark.parametrize(
    ("name", "rule"),
    [("decimal", is_decimal), ("integer", is_integer), ("dateTime", is_time)]
    + [(name, is_dated(name)) for name in ("date", "gYear", "gYearMonth")]
    + [("boolean", lambda text: text in ("true", "false"))],
)
def test_typed_literals_have_the_one_spelling_that_every_store_gives_back(
    literals: set[ox.Literal], name: str, rule: Callable[[str], bool]
) -> None:
    assert [text for text in typed(literals, name) if not rule(text)] == []


def test_datatypes_are_those_that_every_store_keeps(literals: set[ox.Literal]) -> None:
    known = {XSD + "string", RDF + "langString", *(XSD + name for name in TYPED)}
    assert {literal.datatype.value for literal in literals} == known


@pytest.mark.parametrize("name", [name for name in TYPED if not name.startswith("gYear")])  # it has no opinion on years
def test_rdflib_finds_every_typed_literal_valid(literals: set[ox.Literal], name: str) -> None:
    assert [text for text in typed(literals, name) if not is_valid(text, name)] == []


@pytest.mark.parametrize(
    ("text", "name"), [("2019-02-30", "date"), ("1,234.5", "decimal"), ("1.5", "integer"), ("yes", "boolean")]
)
def test_rdflib_would_find_a_literal_that_is_not(text: str, name: str) -> None:
    assert not is_valid(text, name)


def test_language_tags_are_in_small_letters_and_main_labels_have_no_script(quads: list[ox.Quad]) -> None:
    tags: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and quad.object.language:
            tags[quad.predicate.value].add(quad.object.language)
    assert [tag for found in tags.values() for tag in found if not is_tag(tag)] == []
    for label in (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel"):
        assert tags[label] == {"zh", "en"}
    assert [name for name, found in tags.items() if len(found) > 2] == [PREFIXES["skos"] + "altLabel"]


def test_the_reference_file_itself_has_its_language_tags_in_small_letters(built: Path) -> None:
    tags = set(re.findall(r'"@([^ ]+) <', (built / "tuopin.nq").read_text(encoding="utf-8")))
    assert tags == {"zh", "en", "zh-latn-pinyin"}


def test_text_is_in_normal_form_c_but_for_quotes_and_has_no_control_characters(quads: list[ox.Quad]) -> None:
    texts = {(q.predicate.value, q.object.value) for q in quads if isinstance(q.object, ox.Literal)}
    assert [text for _, text in texts if not is_text(text)] == []
    others = [text for predicate, text in texts if predicate != PREFIXES["oa"] + "exact"]
    assert [text for text in others if not unicodedata.is_normalized("NFC", text)] == []
    assert others


def test_codes_of_places_are_strings(quads: list[ox.Quad]) -> None:
    codes = [quad.object for quad in quads if quad.predicate.value == TERMS + "code"]
    assert {code.datatype.value for code in codes if isinstance(code, ox.Literal)} == {XSD + "string"}
    assert [code.value for code in codes if not re.fullmatch(r"\d{6}|CN", code.value, re.ASCII)] == []


def test_a_property_has_one_kind_of_value_in_the_data(quads: list[ox.Quad]) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        term = quad.object
        kinds[quad.predicate.value].add(term.datatype.value if isinstance(term, ox.Literal) else "IRI")
    del kinds[RDF + "object"]  # it repeats the object of any statement
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


# --- one file


@pytest.mark.parametrize("ending", TEXTS)
def test_no_file_has_a_byte_order_mark_or_carriage_return(built: Path, ending: str) -> None:
    data = (built / f"tuopin.{ending}").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.decode("utf-8")


def find_names(text: str) -> Iterator[str]:
    """The prefixed names of a Turtle or TriG text, without those of `@prefix` lines."""
    bare = re.sub(r'@prefix [^\n]*|<[^>\n]*>|"(?:[^"\\\n]|\\.)*"', " ", text)
    yield from re.findall(r"[^\s;,]*:[^\s;,]*", bare)


TURTLE = ("tuopin.ttl", "tuopin.trig", "dataset.ttl")
GOOD_NAME = re.compile(r"(?:\^\^)?[a-z-]+:(?:[A-Za-z][A-Za-z0-9_]*)?")


@pytest.mark.parametrize("name", TURTLE)
def test_prefixed_names_are_plain_and_prefixes_stand_once_at_the_top(built: Path, name: str) -> None:
    text = (built / name).read_text(encoding="utf-8")
    names = list(find_names(text))
    assert [found for found in names if not GOOD_NAME.fullmatch(found)] == []
    assert len(names) > 50
    heads = [line.startswith("@prefix") for line in text.splitlines()]
    assert heads == sorted(heads, reverse=True)
    declared = re.findall(r"^@prefix ([a-z-]*): <([^>]*)> \.$", text, re.MULTILINE)
    assert len(declared) == len(dict(declared)) == sum(heads) > 5
    assert not re.search(r"^@base|^\s*BASE ", text, re.MULTILINE)


@pytest.mark.parametrize("text", [r"id:county\/621121 a tp:Place .", "award:0-2017 a tp:A .", "c:%E9 a tp:A ."])
def test_an_unsafe_prefixed_name_would_be_found(text: str) -> None:
    assert [name for name in find_names(text) if not GOOD_NAME.fullmatch(name)] == [text.split(maxsplit=1)[0]]


def test_trig_writes_each_graph_as_its_iri_and_a_brace_and_nothing_outside(built: Path, quads: list[ox.Quad]) -> None:
    lines = (built / "tuopin.trig").read_text(encoding="utf-8").splitlines()
    outside = [line for line in lines if not line.startswith(("\t", "@prefix", "}"))]
    assert outside == [f"<{graph}> {{" for graph in dict.fromkeys(quad.graph_name.value for quad in quads)]


def test_nothing_stands_in_the_default_graph_and_nothing_is_a_blank_node(quads: list[ox.Quad]) -> None:
    assert {type(quad.graph_name) for quad in quads} == {ox.NamedNode}
    assert {type(term) for quad in quads for term in quad.triple} == {ox.NamedNode, ox.Literal}
    assert [quad for quad in quads if not quad.graph_name.value.startswith(GRAPHS)] == []


def find_leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from find_leaves(inner)
    else:
        yield value


def test_json_ld_is_expanded_and_has_no_native_number_or_boolean(built: Path) -> None:
    nodes = json.loads((built / "tuopin.jsonld").read_text(encoding="utf-8"))
    assert {type(leaf) for leaf in find_leaves(nodes)} == {str}
    keys = {key for node in nodes for key in node}
    assert "@context" not in keys
    assert [key for key in keys - {"@id"} if not is_iri(key) and key != "@type"] == []


def test_rdf_xml_is_well_formed_for_the_parser_of_the_standard_library(built: Path) -> None:
    root = ET.parse(built / "tuopin.rdf").getroot()
    assert root.tag == f"{{{RDF}}}RDF"
    assert len(root) > 1000


# --- the graph


def find_terms(quads: list[ox.Quad]) -> set[str]:
    classes = {quad.object.value for quad in quads if quad.predicate.value == RDF + "type"}
    return classes | {quad.predicate.value for quad in quads}


def test_every_term_that_the_facts_use_is_named_in_the_ontology(quads: list[ox.Quad]) -> None:
    ontology = [quad for quad in quads if quad.graph_name.value == mint_graph("ontology")]
    labelled = {*values(ontology, "rdfs:label"), *values(ontology, "skos:prefLabel")}
    own = (mint_graph("ontology"), mint_graph("dataset"))
    facts = [quad for quad in quads if quad.graph_name.value not in own]
    used = find_terms(facts)
    basic = {RDF + "type", RDF + "Statement", PREFIXES["rdfs"] + "label"}
    basic |= {PREFIXES["skos"] + name for name in ("altLabel", "definition", "notation")}
    assert used - labelled == basic


def test_every_term_is_of_our_ontology_or_of_a_standard_namespace(quads: list[ox.Quad]) -> None:
    defined = set(values(quads, "rdfs:isDefinedBy"))
    used = find_terms(quads) | {
        q.object.value for q in quads if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(TERMS)
    }
    assert {iri for iri in used if iri.startswith(TERMS)} - defined - {TERMS} == set()
    assert {iri for iri in used if not iri.startswith((TERMS, *STANDARD))} == set()


def test_no_iri_of_ours_leads_nowhere(quads: list[ox.Quad]) -> None:
    subjects = {quad.subject.value for quad in quads}
    objects = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    ours = {iri for iri in objects if iri.startswith(BASE)}
    (version,) = values(quads, "owl:versionIRI").values()
    assert ours - subjects == {*version, TERMS}  # the namespace is named as a vocabulary


@pytest.mark.parametrize("kind", ["tp:Figure", "tp:Statement"])
def test_every_fact_points_to_source_offsets_and_quote(quads: list[ox.Quad], kind: str) -> None:
    evidence, selector = values(quads, "tp:evidence"), values(quads, "oa:hasSelector")
    source, stated = values(quads, "oa:hasSource"), values(quads, "prov:hadPrimarySource")
    articles = members(quads, "schema:Article")
    start, end, exact = (values(quads, f"oa:{name}") for name in ("start", "end", "exact"))
    facts = members(quads, kind)
    for fact in facts:
        (node,) = evidence[fact]
        (span,) = selector[node]
        assert source[node] == stated[fact]
        assert set(stated[fact]) <= articles
        assert int(end[span][0]) - int(start[span][0]) == len(exact[span][0]) > 0
        assert fact.removeprefix(ID).split("/", 1)[1].startswith(span.removeprefix(ID).split("/", 1)[1])
    assert facts


def test_the_plain_triple_of_each_statement_is_there_in_the_same_graph(quads: list[ox.Quad]) -> None:
    lines = {tuple(map(str, (quad.subject, quad.predicate, quad.object, quad.graph_name))) for quad in quads}
    parts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for quad in quads:
        parts[str(quad.subject), str(quad.graph_name)][quad.predicate.value.removeprefix(RDF)] = str(quad.object)
    said = [(p["subject"], p["predicate"], p["object"], graph) for (_, graph), p in parts.items() if "predicate" in p]
    assert [line for line in said if line not in lines] == []
    assert len(said) == len(members(quads, "tp:Statement"))


LABEL = ("凤凰县", "within", "湖南省")
GOLDEN = [
    (to_key("rednet-4216011"), "rednet-4216011"),
    (to_key("四跟四走"), "x093decb3e6bdb3c84b2e"),
    (to_key("a b"), "xc8687a08aa5d6ed20443"),
    (to_key("x" * 121), "x79072a47bfaa54e6057a"),
    (to_key(""), "xe3b0c44298fc1c149afb"),
    (mint_thing("programme", to_key("四跟四走")), ID + "programme/x093decb3e6bdb3c84b2e"),
    (mint_graph("红网 2017"), GRAPHS + "xcdf618afd859e7824f25"),
    (mint_span("figure", "红网 2017", 1, 2), ID + "figure/xcdf618afd859e7824f25/1-2"),
    (mint_statement("rednet-4216011", 7, 14, LABEL), ID + "statement/rednet-4216011/7-14/2b9d212a"),
    (mint_statement("红网 2017", 0, 1, ("a", "carriesOut", "b")), ID + "statement/xcdf618afd859e7824f25/0-1/a7b81d8f"),
]


@pytest.mark.parametrize(("minted", "golden"), GOLDEN)
def test_an_iri_made_from_a_hash_never_changes(minted: str, golden: str) -> None:
    assert minted == golden
    assert minted == golden.rpartition("/")[2] or is_iri(minted)


def test_a_golden_iri_is_in_the_data(quads: list[ox.Quad]) -> None:
    assert mint_statement("rednet-4216011", 7, 14, LABEL) in {quad.subject.value for quad in quads}
