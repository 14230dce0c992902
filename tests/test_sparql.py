"""Queries on a local store: what they give, what they refuse, and where they say that a query is wrong."""

import io
import itertools
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib.compare import isomorphic

from tuopin.errors import QueryError, UsageError
from tuopin.iris import PREFIXES, mint_graph, mint_thing
from tuopin.messages import set_language
from tuopin.sparql import GRAPH_FORMATS, Ask, Graph, QuerySyntaxError, Select, run_query, to_text

EXAMPLES = Path(__file__).parent.parent / "ontology" / "examples"
XSD = PREFIXES["xsd"]
HUAIHUA = mint_thing("place", "431200")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


@pytest.fixture
def store() -> Store:
    """Two examples, each in a graph of its own."""
    store = Store()
    for name in ("Figure", "Statement"):
        graph = NamedNode(mint_graph(name))
        quads = parse(path=EXAMPLES / f"{name}.ttl")
        store.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)
    return store


def rows(store: Store, text: str) -> list[list[str | None]]:
    return list(run_query(store, text).rows())


# --- what a query gives


def test_a_select_gives_columns_in_order_raw_terms_and_text(store: Store) -> None:
    text = (
        "SELECT DISTINCT ?quote ?value ?place ?none { ?place tp:code '431200' . ?f tp:place ?place ; "
        "sdmx-measure:obsValue ?value ; tp:evidence/oa:hasSelector/oa:exact ?quote }"
    )
    result = run_query(store, text)
    assert isinstance(result, Select)
    assert result.columns == ("quote", "value", "place", "none")
    assert [list(solution) for solution in result.solutions] == [
        [Literal("5.68亿元"), Literal("568000000", datatype=NamedNode(XSD + "decimal")), NamedNode(HUAIHUA), None]
    ]
    assert rows(store, text) == [["5.68亿元", "568000000", HUAIHUA, None]]
    assert list(run_query(store, text).rows(short=True)) == [["5.68亿元", "568000000", "place:431200", None]]


@pytest.mark.parametrize(("code", "answer"), [("431200", True), ("999999", False)])
def test_an_ask_gives_true_or_false(store: Store, code: str, answer: bool) -> None:
    result = run_query(store, f"ASK {{ ?place tp:code '{code}' }}")
    assert result == Ask(answer)
    assert (result.columns, list(result.rows())) == (("answer",), [[str(answer).lower()]])


@pytest.mark.parametrize(
    "text", ["CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s tp:code '431200' ; rdfs:label ?o }", "DESCRIBE place:431200"]
)
def test_a_construct_or_describe_gives_triples(store: Store, text: str) -> None:
    result = run_query(store, text)
    assert isinstance(result, Graph)
    assert result.columns == ("subject", "predicate", "object")
    assert [HUAIHUA, PREFIXES["rdfs"] + "label", "怀化市"] in rows(store, text)


@pytest.mark.parametrize(("form", "name"), [("nt", "nt"), ("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_triples_are_written_so_that_rdflib_reads_them_back(store: Store, form: str, name: str) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
    out = io.BytesIO()
    result = run_query(store, text)
    assert isinstance(result, Graph)
    result.write(out, form)
    wanted = rdflib.Graph()
    for example in ("Figure", "Statement"):
        wanted.parse(EXAMPLES / f"{example}.ttl")
    # rdflib.Graph checks datatypes as it reads, so equal graphs have equal values.
    assert isomorphic(rdflib.Graph().parse(data=out.getvalue(), format=name), wanted)


def test_turtle_has_no_escape_in_a_prefixed_name(store: Store) -> None:
    store.add(
        Quad(NamedNode(HUAIHUA), NamedNode(PREFIXES["skos"] + "note"), NamedNode(PREFIXES["schema"] + "a/b(c)"), None)
    )
    result = run_query(store, "CONSTRUCT WHERE { ?s ?p ?o }")
    out = io.BytesIO()
    assert isinstance(result, Graph)
    result.write(out, "ttl")
    text = out.getvalue().decode()
    assert "tp:code" in text
    assert "\\" not in text


def test_triples_in_an_unknown_format_are_an_error_with_the_choices(store: Store) -> None:
    result = run_query(store, "DESCRIBE place:431200")
    assert isinstance(result, Graph)
    with pytest.raises(UsageError) as raised:
        result.write(io.BytesIO(), "owl")
    assert (
        str(raised.value)
        == "there is no output format “owl”; did you mean nt, ttl, rdf, jsonld? There are nt, ttl, rdf, jsonld"
    )


@pytest.mark.parametrize(
    ("triple", "reason"),
    [
        ("place:CN <http://example.org/2020> 1", "http://example.org/2020"),
        ("place:CN <http://example.org/a/> 1", "http://example.org/a/"),
        ("place:CN rdfs:label 'a\\u0001b'", "U+0001"),
    ],
)
def test_triples_that_rdf_xml_cannot_hold_are_an_error_with_the_reason(triple: str, reason: str) -> None:
    result = run_query(Store(), f"CONSTRUCT {{ {triple} }} WHERE {{}}")
    assert isinstance(result, Graph)
    with pytest.raises(QueryError) as raised:
        result.write(io.BytesIO(), "rdf")
    assert str(raised.value) == f"the result cannot be written as rdf: {reason}; use nt or ttl instead"


@pytest.mark.parametrize(
    ("term", "text", "short"),
    [
        (NamedNode(HUAIHUA), HUAIHUA, "place:431200"),
        (NamedNode("http://example.org/a"), "http://example.org/a", "http://example.org/a"),
        (Literal("怀化市", language="zh"), "怀化市", "怀化市"),
        (Literal("0.000000123", datatype=NamedNode(XSD + "decimal")), "0.000000123", "0.000000123"),
        (Literal("568000000", datatype=NamedNode(XSD + "decimal")), "568000000", "568000000"),
        (Literal("2016", datatype=NamedNode(XSD + "gYear")), "2016", "2016"),
        (
            Literal("https://w3id.org/tuopin/ontology#x"),
            "https://w3id.org/tuopin/ontology#x",
            "https://w3id.org/tuopin/ontology#x",
        ),
        (BlankNode("b"), "_:b", "_:b"),
        (None, None, None),
    ],
)
def test_a_term_is_plain_text(
    term: NamedNode | Literal | BlankNode | None, text: str | None, short: str | None
) -> None:
    assert (to_text(term), to_text(term, short=True)) == (text, short)


def test_a_triple_term_is_text_too() -> None:
    term = Triple(NamedNode("http://a/s"), NamedNode("http://a/p"), Literal("o"))
    assert to_text(term) == '<http://a/s> <http://a/p> "o"'


# --- graphs, prefixes, bindings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT DISTINCT ?l { place:431200 tp:code ?l }", [["431200"]]),
        (
            "SELECT ?g { GRAPH ?g { place:431200 tp:code ?l } } ORDER BY ?g",
            [[mint_graph("Figure")], [mint_graph("Statement")]],
        ),
        (
            f"SELECT ?l {{ GRAPH <{mint_graph('Figure')}> {{ ?s tp:origin/skos:none? ?l . ?s tp:unitText ?u }} }}",
            [[mint_thing("origin", "curated")]],
        ),
        ("SELECT (COUNT(*) AS ?n) { ?s a tp:Figure }", [["1"]]),
        (f"SELECT (COUNT(*) AS ?n) FROM <{mint_graph('Statement')}> {{ ?s a tp:Figure }}", [["0"]]),
        (f"SELECT (COUNT(*) AS ?n) FROM <{mint_graph('Figure')}> {{ ?s a tp:Figure }}", [["1"]]),
        (
            f"SELECT (COUNT(*) AS ?n) FROM NAMED <{mint_graph('Figure')}> {{ GRAPH ?g {{ ?s a tp:Statement }} }}",
            [["0"]],
        ),
        ("SELECT DISTINCT ?x { VALUES ?x { 'from' } ?from tp:code '431200' }", [["from"]]),
    ],
)
def test_a_pattern_looks_into_all_graphs_unless_the_query_narrows_them(
    store: Store, text: str, found: list[list[str]]
) -> None:
    assert rows(store, text) == found


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_every_prefix_of_ours_is_known_without_declaration(prefix: str) -> None:
    assert rows(Store(), f"SELECT ({prefix}:x AS ?x) {{}}") == [[PREFIXES[prefix] + "x"]]


def test_a_prefix_that_the_query_declares_wins() -> None:
    assert rows(Store(), "PREFIX tp: <http://example.org/> SELECT (tp:x AS ?x) {}") == [["http://example.org/x"]]


def test_a_binding_gives_a_variable_its_value(store: Store) -> None:
    text = "SELECT DISTINCT ?place ?code { ?place tp:code ?code }"
    result = run_query(store, text, {"code": Literal("430000")})
    assert list(result.rows(short=True)) == [["place:430000", "430000"]]


def test_a_binding_of_a_variable_that_is_not_selected_is_an_error(store: Store) -> None:
    with pytest.raises(QueryError) as raised:
        run_query(store, "SELECT ?place { ?place tp:code ?code }", {"code": Literal("430000")}, file="q.rq")
    assert str(raised.value) == (
        "q.rq: the query cannot be run: The SPARQL query does not contains variable ?code in its SELECT projection; "
        "change the query as the reason tells"
    )


# --- what is wrong with a query, and where


def mark(line: str, blank: str) -> str:
    return f"\n    {line}\n    {blank}^"


SYNTAX = "cannot stand here; check what is marked and what stands before it"
UNFINISHED = "the query ends too early; add the bracket or clause that is missing"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELEC ?s {}", f"<query>:1: column 1: “SELEC” {SYNTAX}" + mark("SELEC ?s {}", "")),
        ("SELECT ?s {\n  ?s ?p 四跟 }", f"<query>:2: column 9: “四跟” {SYNTAX}" + mark("  ?s ?p 四跟 }", " " * 8)),
        (
            "SELECT ?s {\n ?s ?p '四跟𠀀' } FOO\n",
            f"<query>:2: column 16: “FOO” {SYNTAX}" + mark(" ?s ?p '四跟𠀀' } FOO", " " * 8 + "\u3000" * 3 + " " * 4),
        ),
        (
            "# 注释 SELECT\r\nSELECT ?s {\r\n\t甲 ?x }",
            f"<query>:3: column 2: “甲” {SYNTAX}" + mark("\t甲 ?x }", "\t"),
        ),
        (
            "SELECT ?s { ?s ?p 'abc }",
            f"<query>:1: column 19: “'” {SYNTAX}" + mark("SELECT ?s { ?s ?p 'abc }", " " * 18),
        ),
        (
            "SELECT ?s { ?s 'x' ?o }",
            f"<query>:1: column 16: “'x'” {SYNTAX}" + mark("SELECT ?s { ?s 'x' ?o }", " " * 15),
        ),
        ("SELECT ?s { ?s ?p ?o }}", f"<query>:1: column 23: “}}” {SYNTAX}" + mark("SELECT ?s { ?s ?p ?o }}", " " * 22)),
        (
            "SELECT ?s { ?s ?p ?o } LIMIT ten",
            f"<query>:1: column 30: “ten” {SYNTAX}" + mark("SELECT ?s { ?s ?p ?o } LIMIT ten", " " * 29),
        ),
        ("SELECT ?s { ?s ?p ?o", f"<query>:1: column 21: {UNFINISHED}" + mark("SELECT ?s { ?s ?p ?o", " " * 20)),
        ("SELECT ?s {\n ?s ?p \n", f"<query>:2: column 7: {UNFINISHED}" + mark(" ?s ?p", " " * 6)),
        ("", f"<query>:1: column 1: {UNFINISHED}" + mark("", "")),
        (
            "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }",
            "<query>:1: column 40: a rule of SPARQL is broken: The SELECT contains a variable that is unbound; "
            "change the query so that it keeps the rule" + mark("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", " " * 39),
        ),
        (
            "ASK { ?s plac:x 1 }",
            "<query>:1: column 10: the prefix “plac:” is not known; declare it with PREFIX, or use place:"
            + mark("ASK { ?s plac:x 1 }", " " * 9),
        ),
        (
            "PREFIX mine: <http://m/>\nASK { _:b ?p 'no:x' . ?s min:x mine:y }",
            "<query>:2: column 26: the prefix “min:” is not known; declare it with PREFIX, or use mine:"
            + mark("ASK { _:b ?p 'no:x' . ?s min:x mine:y }", " " * 25),
        ),
        (
            "ASK { 四跟:x ?p 1 }",
            "<query>:1: column 7: the prefix “四跟:” is not known; declare it with PREFIX"
            + mark("ASK { 四跟:x ?p 1 }", " " * 6),
        ),
    ],
)
def test_a_query_that_cannot_be_read_shows_the_place(text: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), text)
    assert str(raised.value) == message


def test_the_place_of_a_mistake_is_data_as_well() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), "ASK {\n ?s ?p 四 }", file="q.rq")
    problem = raised.value.problem
    assert (problem.file, problem.line, problem.data["column"], problem.value) == ("q.rq", 2, 8, "四")
    assert str(problem) == f"q.rq:2: column 8: “四” {SYNTAX}"


def test_a_mistake_is_told_in_chinese() -> None:
    set_language("zh")
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), "ASK { ?s ?p 四 }")
    assert str(raised.value) == "<query>:1: 第 13 列的“四”读不懂; 请检查所标之处及其前面" + mark(
        "ASK { ?s ?p 四 }", " " * 12
    )


def test_of_a_long_line_only_what_is_near_is_shown() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), "ASK { " + "?s ?p '长' . " * 1000 + "oops " + "?s ?p 1 . " * 1000 + "}")
    shown, caret = raised.value.excerpt.split("\n")
    assert len(shown) <= 124
    assert shown[len(caret) - 1 :].startswith("oops")


GOOD = (
    """PREFIX a: <http://a/> SELECT DISTINCT ?s WHERE { ?s a tp:Figure ; tp:place ?p , [] .
 OPTIONAL { ?p rdfs:label "中"@zh , 'x'^^xsd:string ; ^a:b/(a:c|!a:d)* -1.5e3 . [] a:p true .
 FILTER ( LANG(?l) = 'zh' && ?l<'x' || !(?l != 1.0) && ?n >= .5 && STRLEN(?l) NOT IN (1,2) ) } # 注释
 GRAPH ?g { ?s tp:evidence+ ?e MINUS { ?s ?q """
    + '"""x"""'
    + """ } VALUES (?x ?y) { (1 UNDEF) } } }
 GROUP BY ?s HAVING (COUNT(*) > 1) ORDER BY DESC(?s) LIMIT 5 OFFSET 2"""
)


def test_a_good_query_that_breaks_off_is_unfinished_wherever_it_does() -> None:
    told = set()
    for end in (found.end() for found in re.finditer(r"\S(?=\s)", GOOD)):
        try:
            run_query(Store(), GOOD[:end])
        except QuerySyntaxError as error:
            told.add(
                (error.problem.key, error.problem.data["column"]) if error.problem.key != "query-unfinished" else 0
            )
    assert told == {0}


def test_a_mistake_at_the_end_of_a_good_query_is_found_there() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), GOOD + " ?oops")
    assert (raised.value.problem.line, raised.value.problem.value) == (5, "?oops")


@pytest.mark.parametrize("word", ["oops", "“", ")", "&&", "LIMIT", "^^"])
@pytest.mark.parametrize("place", [1, 3, 4, 8, 9])
def test_a_word_put_into_a_good_query_is_found_where_it_stands(word: str, place: int) -> None:
    words = [
        "SELECT",
        "?s",
        "WHERE",
        "{",
        "?s",
        "a",
        "tp:Figure",
        ".",
        "OPTIONAL",
        "{",
        "?s",
        "tp:place",
        "?p",
        "}",
        "}",
    ]
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), " ".join([*words[:place], word, *words[place:]]))
    assert raised.value.problem.value == word
    assert raised.value.problem.data["column"] == len(" ".join(words[:place])) + 2


@pytest.mark.parametrize(
    ("text", "word", "column"),
    [
        ("INSERT DATA { <http://a/s> <http://a/p> 1 }", "INSERT", 1),
        ("PREFIX a: <http://a/>  delete where { ?s ?p ?o }", "delete", 24),
        ("WITH <http://a/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH", 1),
        ("LOAD <http://127.0.0.1:9/>", "LOAD", 1),
        ("CLEAR ALL", "CLEAR", 1),
        ("DROP GRAPH <http://a/g>", "DROP", 1),
    ],
)
def test_an_update_is_refused_and_changes_nothing(store: Store, text: str, word: str, column: int) -> None:
    size = len(store)
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(store, text)
    refusal = f"{word} would change the data and is not run; change the source data and build again"
    assert str(raised.value.problem) == f"<query>:1: column {column}: {refusal}"
    assert len(store) == size


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . service silent <URL> { ?s ?p ?o } }",
        "ASK { SERVICE <URL> { ?s ?p ?o } }",
        "ASK { { SELECT * { OPTIONAL { Service<URL>{ ?s ?p ?o } } } } }",
        "PREFIX u: <URL> ASK { SERVICE u: { ?s ?p ?o } }",
        "PREFIX : <URL> ASK { SERVICE: { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
        "ASK { ?s ?p ?o FILTER EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
        # What hides the word from a reader by regular expressions: a comment, or what looks like an IRI.
        "ASK { BIND(1 AS ?o) FILTER(?o<'x)>#'||true) SERVICE <URL> { ?s ?p ?o }\n}",
        "ASK { BIND(1 AS ?a) FILTER(?a<2||'>\"'='')SERVICE <URL> { ?s ?p '\"' }\n}",
        "ASK { ?s ?p '''it's''' SERVICE <URL> { ?s ?p '' } }",
        "ASK { ?s ?p '#' SERVICE <URL> { ?s ?p '' } }",
    ],
)
def test_no_query_calls_over_the_network(store: Store, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(QuerySyntaxError) as raised:
            list(run_query(store, text.replace("URL", address)).rows())
        assert raised.value.problem.key in {"query-service", "query-syntax"}
        with pytest.raises(BlockingIOError):
            server.accept()


def test_service_is_refused_with_its_place() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), "ASK {\n  SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert str(raised.value) == (
        "<query>:2: column 3: SERVICE is not run, since no query may leave this machine; "
        "take the SERVICE clause out, or ask that service itself"
        + mark("  SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "  ")
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service tp:code 'service' } # SERVICE <http://127.0.0.1:9/> { }",
        "PREFIX service: <http://service/> ASK { ?s service:Service <http://SERVICE/> }",
        'ASK { ?s ?p """SERVICE <http://127.0.0.1:9/> { }""" }',
    ],
)
def test_the_word_service_elsewhere_is_no_clause(text: str) -> None:
    assert rows(Store(), text) in ([], [["false"]])


def test_a_mistake_beside_the_word_service_is_shown_in_the_text_as_written() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        run_query(Store(), "ASK { ?service ?p oops }")
    assert str(raised.value) == f"<query>:1: column 19: “oops” {SYNTAX}" + mark("ASK { ?service ?p oops }", " " * 18)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ASK { BIND(<http://a/f>(1) AS ?x) FILTER(?x) }", "The custom function <http://a/f> is not supported"),
        (
            "ASK { ?s ?p '\ud800' }",
            "'utf-8' codec can't encode character '\\ud800' in position 13: surrogates not allowed",
        ),
    ],
)
def test_what_the_engine_cannot_do_is_an_error_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(QueryError) as raised:
        rows(Store(), text)
    assert str(raised.value) == f"<query>: the query cannot be run: {reason}; change the query as the reason tells"


def test_a_byte_order_mark_before_a_query_does_not_matter() -> None:
    assert rows(Store(), "\ufeffASK {}") == [["true"]]


# --- long results


def test_rows_come_as_they_are_found() -> None:
    """A million rows are possible here, and three are asked for."""
    store = Store()
    store.extend(Quad(BlankNode(), NamedNode("http://a/p"), Literal(str(number)), None) for number in range(100))
    result = run_query(store, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert len(list(itertools.islice(result.rows(), 3))) == 3


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer that signals")
def test_an_interrupt_ends_a_long_query_between_two_rows() -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    store = Store()
    store.extend(Quad(BlankNode(), NamedNode("http://a/p"), Literal(str(number)), None) for number in range(1000))
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            for _ in run_query(store, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }").rows():
                pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_formats_are_those_that_the_engine_has() -> None:
    assert {form: RdfFormat.from_extension(form) for form in GRAPH_FORMATS} == GRAPH_FORMATS


def test_importing_the_module_brings_in_no_heavy_library() -> None:
    code = "import sys, tuopin.sparql; print({'rdflib', 'pandas', 'networkx', 'tabulate'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
