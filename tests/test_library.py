"""The query library: its headers, its parameters, and its queries on two engines."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from tuopin.errors import DataError, UsageError
from tuopin.facts import Figure, Statement, field_names
from tuopin.iris import ID, PREFIXES, mint_graph, mint_thing
from tuopin.library import TYPES, Param, bind_params, find_query, parse_query, read_library
from tuopin.messages import set_language
from tuopin.sparql import Select, run_query

EXAMPLES = Path(__file__).parent.parent / "ontology" / "examples"
XSD = PREFIXES["xsd"]
SOURCE = "rednet-4216011"
QUERIES = ("facts", "places", "programme-funding", "statements")  # the others have tests of their own, on real data
REFERENCE = {"place", "programme", "period", "instant"}
HEADER = """# title.zh: 问题？
# title.en: A question?
# about.zh: 说明。
# about.en: What it tells.
"""
BODY = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?p WHERE {
  VALUES ?p { "默认" }
}
"""
PARAM = "# param p: text = 默认 | zh: 名称 | en: the name\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


@pytest.fixture(scope="module")
def store() -> Store:
    """The examples of the ontology: reference data in one graph, and what the source says in another."""
    store = Store()
    for path in sorted(EXAMPLES.glob("*.ttl")):
        for quad in parse(path=path):
            kind = str(quad.subject.value).removeprefix(ID).split("/")[0]
            is_said = quad.predicate.value == PREFIXES["tp"] + "carriesOut" or kind not in REFERENCE
            graph = NamedNode(mint_graph(SOURCE if is_said else "reference"))
            store.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    return store


def to_rdflib(store: Store) -> rdflib.Dataset:
    quads = store.dump(format=RdfFormat.N_QUADS)
    assert quads is not None
    return rdflib.Dataset().parse(data=quads.decode(), format="nquads")  # type: ignore[return-value]


def to_dicts(store: Store, text: str) -> list[dict[str, str]]:
    """The rows of a SELECT as dictionaries without their empty cells."""
    result = run_query(store, text)
    assert isinstance(result, Select)
    return [{key: cell for key, cell in zip(result.columns, row, strict=True) if cell} for row in result.rows()]


# --- reading


def test_the_library_has_its_queries_in_order_of_their_names(tmp_path: Path) -> None:
    for name in ("places", "people-lifted-total", "people-lifted", "facts"):
        (tmp_path / f"{name}.rq").write_text(HEADER, encoding="utf-8")
    assert list(read_library(tmp_path)) == ["facts", "people-lifted", "people-lifted-total", "places"]
    assert {*QUERIES} <= {*read_library()}


def test_a_folder_without_queries_is_an_empty_library(tmp_path: Path) -> None:
    assert read_library(tmp_path) == {}
    assert read_library(tmp_path / "none") == {}


def test_a_query_is_named_like_its_file_and_speaks_both_languages(tmp_path: Path) -> None:
    (tmp_path / "my-query.rq").write_text(HEADER + PARAM + BODY, encoding="utf-8")
    query = find_query("my-query", tmp_path)
    assert (query.name, query.title, query.about) == ("my-query", "A question?", "What it tells.")
    assert query.params == (Param("p", "text", "默认", "名称", "the name"),)
    assert query.params[0].meaning == "the name"
    assert query.text == HEADER + PARAM + BODY
    set_language("zh")
    assert (query.title, query.about, query.params[0].meaning) == ("问题？", "说明。", "名称")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fact", "the library has no query “fact”; try facts"),
        ("programme-fundings", "the library has no query “programme-fundings”; try programme-funding"),
        ("../facts", "the library has no query “../facts”; try facts"),
    ],
)
def test_an_unknown_query_is_an_error_with_the_names_most_like_it(name: str, message: str, tmp_path: Path) -> None:
    for known in QUERIES:
        (tmp_path / f"{known}.rq").write_text(HEADER, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        find_query(name, tmp_path)
    assert str(raised.value) == message


def test_a_query_like_no_other_is_an_error_with_all_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.rq").write_text(HEADER, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        find_query("四跟四走", tmp_path)
    assert str(raised.value) == "the library has no query “四跟四走”; try a, b"


NOT_UNDERSTOOD = "this line of the header is not understood"
WRITE_SO = "write it so; other comments belong in the body of the query"
LINE = "write it inside WHERE, once"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "q.rq:1: title.zh: the header lacks it; add “# title.zh: …” at the top of the file"),
        ("\n" + HEADER, "q.rq:1: title.zh: the header lacks it; add “# title.zh: …” at the top of the file"),
        (
            HEADER.replace("# about.en: What it tells.\n", ""),
            "q.rq:1: about.en: the header lacks it; add “# about.en: …” at the top of the file",
        ),
        (HEADER + "# title.zh: 又一个\n", "q.rq:5: title.zh: the header has it twice; take one of the lines out"),
        (HEADER + "# a comment\n", f"q.rq:5: {NOT_UNDERSTOOD}: # a comment; {WRITE_SO}"),
        (HEADER + "# title.fr: Question ?\n", f"q.rq:5: {NOT_UNDERSTOOD}: # title.fr: Question ?; {WRITE_SO}"),
        (HEADER + "# title.zh:\n", f"q.rq:5: {NOT_UNDERSTOOD}: # title.zh:; {WRITE_SO}"),
        ("#title.zh: 问\n", f"q.rq:1: {NOT_UNDERSTOOD}: #title.zh: 问; {WRITE_SO}"),
        (
            HEADER + "# param p: text = 默认 | en: the name\n" + BODY,
            f"q.rq:5: {NOT_UNDERSTOOD}: # param p: text = 默认 | en: the name; {WRITE_SO}",
        ),
        (
            HEADER + "# param p q: text = 默认 | zh: 名 | en: n\n" + BODY,
            f"q.rq:5: {NOT_UNDERSTOOD}: # param p q: text = 默认 | zh: 名 | en: n; {WRITE_SO}",
        ),
        (
            HEADER + PARAM.replace("text", "string") + BODY,
            "q.rq:5: p: there is no type of parameter “string”; "
            "use one of text, iri, integer, decimal, date, year, code",
        ),
        (
            HEADER + PARAM.replace("text", "year") + BODY,
            "q.rq:5: p: “默认” is no value of the type year; give a year of four digits",
        ),
        (
            HEADER + PARAM + "SELECT * { }",
            f'q.rq:5: p: the query must have exactly one line “VALUES ?p {{ "默认" }}”; {LINE}',
        ),
        (
            HEADER + PARAM + BODY.replace("默认", "别的"),
            f'q.rq:5: p: the query must have exactly one line “VALUES ?p {{ "默认" }}”; {LINE}',
        ),
        (
            HEADER + PARAM + BODY * 2,
            f'q.rq:5: p: the query must have exactly one line “VALUES ?p {{ "默认" }}”; {LINE}',
        ),
        (
            HEADER + PARAM + BODY.replace("VALUES", "# VALUES"),
            f'q.rq:5: p: the query must have exactly one line “VALUES ?p {{ "默认" }}”; {LINE}',
        ),
        (HEADER + PARAM * 2 + BODY, "q.rq:6: p: the header has it twice; take one of the lines out"),
    ],
)
def test_a_malformed_header_is_an_error_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(DataError) as raised:
        parse_query("q", text, "q.rq")
    assert str(raised.value) == message


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_bytes(HEADER.encode("gb18030"))
    with pytest.raises(DataError) as raised:
        read_library(tmp_path)
    assert str(raised.value) == f"{path}: the query file is not UTF-8; save it as UTF-8"


def test_comments_in_the_body_are_free() -> None:
    assert parse_query("q", HEADER + "\n# anything\n" + BODY).params == ()


# --- binding


def bind(kind: str, default: str, line: str, value: str) -> str:
    body = BODY.replace('VALUES ?p { "默认" }', line)
    query = parse_query("q", f"{HEADER}# param p: {kind} = {default} | zh: 名 | en: n\n{body}")
    return bind_params(query, {"p": value})


DEFAULTS = {
    "text": ("默认", 'VALUES ?p { "默认" }'),
    "iri": ("place:CN", "VALUES ?p { <https://w3id.org/tuopin/id/place/CN> }"),
    "integer": ("0", "VALUES ?p { 0 }"),
    "decimal": ("6.47", 'VALUES ?p { "6.47"^^xsd:decimal }'),
    "date": ("2017-02-20", 'VALUES ?p { "2017-02-20"^^xsd:date }'),
    "year": ("2016", 'VALUES ?p { "2016" }'),
    "code": ("430181", 'VALUES ?p { "430181" }'),
}


def test_every_type_of_parameter_is_tested_here() -> None:
    assert set(DEFAULTS) == set(TYPES)


@pytest.mark.parametrize("kind", sorted(DEFAULTS))
def test_a_parameter_that_is_not_given_leaves_the_file_as_it_is(kind: str) -> None:
    default, line = DEFAULTS[kind]
    body = BODY.replace('VALUES ?p { "默认" }', line)
    query = parse_query("q", f"{HEADER}# param p: {kind} = {default} | zh: 名 | en: n\n{body}")
    assert bind_params(query, {}) == query.text
    assert bind_params(query, {"p": default}) == query.text


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("text", "", Literal("")),
        ("text", "4+1", Literal("4+1")),
        ("text", "cafe\u0301", Literal("caf\u00e9")),
        ("iri", "place:430181", NamedNode(mint_thing("place", "430181"))),
        ("iri", "https://example.org/%E5%9B%9B?a=b#c", NamedNode("https://example.org/%E5%9B%9B?a=b#c")),
        ("integer", "-0012", Literal("-12", datatype=NamedNode(XSD + "integer"))),
        ("integer", "+7", Literal("7", datatype=NamedNode(XSD + "integer"))),
        ("decimal", "568000000", Literal("568000000", datatype=NamedNode(XSD + "decimal"))),
        ("decimal", "-1.50", Literal("-1.5", datatype=NamedNode(XSD + "decimal"))),
        ("decimal", "0.0000001", Literal("0.0000001", datatype=NamedNode(XSD + "decimal"))),
        ("decimal", "-0.0", Literal("0", datatype=NamedNode(XSD + "decimal"))),
        ("date", "2016-02-29", Literal("2016-02-29", datatype=NamedNode(XSD + "date"))),
        ("year", "1368", Literal("1368")),
        ("code", "CN", Literal("CN")),
    ],
)
def test_a_value_becomes_a_term_of_its_type(kind: str, value: str, term: Literal | NamedNode) -> None:
    result = run_query(Store(), bind(kind, *DEFAULTS[kind], value))
    assert isinstance(result, Select)
    assert [list(solution) for solution in result.solutions] == [[term]]


FORMS = {
    "text": "text without control characters",
    "iri": "an absolute IRI or a prefixed name such as place:430181",
    "integer": "a whole number of at most 15 digits",
    "decimal": "a decimal of at most 15 digits such as 6.47",
    "date": "a date such as 2017-02-20",
    "year": "a year of four digits",
    "code": "a place code of six digits, or CN for the country",
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "a\x00b"),
        ("text", "a\x1bb"),
        ("text", "a\ud800b"),
        ("iri", ""),
        ("iri", "430181"),
        ("iri", "http://a/b c"),
        ("iri", "http://a/> } SERVICE <http://b/"),
        ("iri", "http://a/{b}"),
        ("iri", "http://a/100%"),
        ("iri", "http://a/\n"),
        ("iri", "place:a>b"),
        ("iri", "http:"),
        ("integer", "1.5"),
        ("integer", "1_000"),
        ("integer", "１２"),
        ("integer", ""),
        ("integer", "1 }"),
        ("integer", "1\n"),
        ("integer", "1234567890123456"),
        ("decimal", "1e3"),
        ("decimal", "1,234.5"),
        ("decimal", ".5"),
        ("decimal", "NaN"),
        ("decimal", "1.5\n"),
        ("decimal", "0.00262335315960871"),
        ("date", "2019-02-30"),
        ("date", "2019-02"),
        ("date", "20190228xx"),
        ("date", "２０１９-02-28"),
        ("year", "16"),
        ("year", "2016年"),
        ("year", '2016" } ?s ?p ?o { "'),
        ("code", "43018"),
        ("code", "430181\n"),
        ("code", "US"),
    ],
)
def test_a_value_that_is_not_of_the_type_is_an_error_with_name_type_and_value(kind: str, value: str) -> None:
    with pytest.raises(UsageError) as raised:
        bind(kind, *DEFAULTS[kind], value)
    shown = value.translate({0: "␀", 0x1B: "␛", 0x0A: " "})
    assert str(raised.value) == f"p: “{shown}” is no value of the type {kind}; give {FORMS[kind]}"


ODD_VALUES = [
    '"',
    "'",
    "\\",
    '\\"',
    '\\\\"',
    "\\u0022",
    "\\\\u0022 } ?s ?p ?o { \\u0022",
    "\\U00000022",
    "\\\\\\u005C",
    '" } ?s ?p ?o . VALUES ?q { "',
    '" } SERVICE <http://127.0.0.1:9/> { ?s ?p "',
    '"""',
    "{ } } {",
    "# a comment",
    "a\nb",
    "a\r\nb",
    "a\tb",
    "\\n",
    'VALUES ?p { "默认" }',
    '\nVALUES ?p { "默认" }\n',
    "?p",
    "<http://a/>",
    "\u2028\u2029",
    "𠀀👍",
    "${p} %s {p} \\1 \\g<0>",
    "“四跟四走”",
]


@pytest.mark.parametrize("value", ODD_VALUES)
def test_whatever_a_text_holds_it_stays_one_string(value: str) -> None:
    text = bind("text", *DEFAULTS["text"], value)
    assert [list(row) for row in run_query(Store(), text).rows()] == [[value]]
    assert [str(row[0]) for row in rdflib.Graph().query(text)] == [value]  # type: ignore[index]
    assert text.count("\n") == (HEADER + PARAM + BODY).count("\n")


def test_a_value_is_never_taken_for_the_line_of_another_parameter() -> None:
    lines = ["# param a: text = x | zh: 甲 | en: a", "# param b: text = y | zh: 乙 | en: b"]
    body = 'SELECT ?a ?b {\n  VALUES ?a { "x" }\n  VALUES ?b { "y" }\n}'
    query = parse_query("q", HEADER + "\n".join([*lines, body]))
    value = 'VALUES ?b { "y" }'
    assert list(run_query(Store(), bind_params(query, {"a": value, "b": "z"})).rows()) == [[value, "z"]]


def test_a_parameter_that_the_query_lacks_is_an_error() -> None:
    with pytest.raises(UsageError) as raised:
        bind_params(find_query("programme-funding"), {"program": "x"})
    assert str(raised.value) == "the query programme-funding has no parameter “program”; its parameters: programme"
    with pytest.raises(UsageError) as raised:
        bind_params(find_query("facts"), {"place": "x"})
    assert (
        str(raised.value) == "the query facts takes no parameters, so “place” cannot be given; leave the parameter out"
    )


# --- the queries themselves


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_the_library_gives_the_same_rows_on_rdflib_without_our_help(name: str, store: Store) -> None:
    text = find_query(name).text
    ours = sorted([cell or "" for cell in row] for row in run_query(store, text).rows())
    other = to_rdflib(store).query(text)
    theirs = sorted(["" if cell is None else str(cell) for cell in row] for row in other)  # type: ignore[union-attr]
    assert ours == theirs
    assert ours


@pytest.mark.parametrize(("name", "record"), [("facts", Figure), ("statements", Statement)])
def test_the_columns_begin_with_the_fields_of_the_record(
    name: str, record: type[Figure | Statement], store: Store
) -> None:
    fields = field_names(record)
    assert run_query(store, find_query(name).text).columns[: len(fields)] == fields


def test_facts_has_every_figure_once_with_its_phrase(store: Store) -> None:
    found = to_dicts(store, find_query("facts").text)
    assert len(found) == len(list(run_query(store, "SELECT DISTINCT ?f { ?f a tp:Figure }").rows()))
    assert found[0] == {
        "source": SOURCE,
        "quote": "5.68亿元",
        "start": "817",
        "end": "823",
        "value": "568000000",
        "unit": "CNY",
        "unit_text": "元",
        "qualifier": "exact",
        "place": "怀化市",
        "place_code": "431200",
        "status": "actual",
        "indicator": "funds-invested",
        "programme": "四跟四走",
        "origin": "curated",
        "purpose": "发展产业",
    }


def add_figure(store: Store, start: int, more: str) -> None:
    """One more figure with its evidence, in a graph of its own."""
    key = f"more/{start}-{start + 1}"
    graph = mint_graph("more")
    store.update(
        "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
        + f"""INSERT DATA {{ GRAPH <{graph}> {{
            source:more dcterms:identifier "more" .
            <{ID}figure/{key}> a tp:Figure ; prov:hadPrimarySource source:more ; tp:evidence <{ID}evidence/{key}> ;
                tp:indicator indicator:funds-invested ; tp:qualifier qualifier:exact ; tp:status status:actual ;
                tp:origin origin:curated ; {more} .
            <{ID}evidence/{key}> oa:hasSelector <{ID}selector/{key}> .
            <{ID}selector/{key}> oa:start {start} ; oa:end {start + 1} ; oa:exact "{start}" .
        }} }}"""
    )


def add_statement(store: Store, start: int, place: str, relation: str, programme: str) -> None:
    key = f"more/{start}-{start + 1}"
    store.update(
        "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
        + f"""INSERT DATA {{ GRAPH <{mint_graph("more")}> {{
            source:more dcterms:identifier "more" .
            <{ID}statement/{key}> a tp:Statement ; rdf:subject place:{place} ; rdf:predicate tp:{relation} ;
                rdf:object programme:{programme} ; tp:subjectName "{place}" ; tp:objectName "{programme}" ;
                prov:hadPrimarySource source:more ; tp:evidence <{ID}evidence/{key}> ; tp:origin origin:curated .
            <{ID}evidence/{key}> oa:hasSelector <{ID}selector/{key}> .
            <{ID}selector/{key}> oa:start {start} ; oa:end {start + 1} ; oa:exact "{start}" .
        }} }}"""
    )


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2016", "2016", "2016"),
        ("2014_2016", "2014", "2016"),
        ("2016_open", "2016", None),
        ("open_2020", None, "2020"),
        ("2015-12-31", "2015-12-31", "2015-12-31"),
        ("2012-11_2017-02-18", "2012-11", "2017-02-18"),
    ],
)
def test_facts_tells_the_ends_of_a_period(period: str, start: str | None, end: str | None) -> None:
    store = Store()
    add_figure(store, 1, f"sdmx-attribute:unitMeasure unit:CNY ; tp:period period:{period}")
    (found,) = to_dicts(store, find_query("facts").text)
    assert (found.get("period_start"), found.get("period_end")) == (start, end)


def test_facts_has_a_figure_without_a_place_once(store: Store) -> None:
    found = [row["start"] for row in to_dicts(store, find_query("facts").text) if "place_code" not in row]
    assert found == [
        "961",
        "967",
        "1700",
        "1708",
        "2236",
    ]


def test_statements_has_the_relation_by_its_local_name(store: Store) -> None:
    assert to_dicts(store, find_query("statements").text) == [
        {
            "source": SOURCE,
            "subject": "怀化市",
            "property": "carriesOut",
            "object": "四跟四走",
            "quote": "四跟四走",
            "start": "803",
            "end": "807",
            "origin": "curated",
            "subject_iri": mint_thing("place", "431200"),
            "object_iri": mint_thing("programme", "si-gen-si-zou"),
        }
    ]


def test_places_has_each_place_that_figures_speak_of_with_what_it_is_in(store: Store) -> None:
    assert to_dicts(store, find_query("places").text) == [
        {
            "place_code": "431022",
            "place": "宜章县",
            "place_en": "Yizhang County",
            "level": "county",
            "prefecture": "郴州市",
            "province": "湖南省",
            "figures": "2",
        },
        {
            "place_code": "431200",
            "place": "怀化市",
            "place_en": "Huaihua City",
            "level": "prefecture",
            "province": "湖南省",
            "figures": "2",
        },
    ]


@pytest.fixture
def funding() -> Store:
    """Two programmes of one name, one with another name besides, and what five places have to do with them."""
    store = Store()
    store.update(
        "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
        + f"""INSERT DATA {{ GRAPH <{mint_graph("reference")}> {{
            programme:one a tp:Programme ; rdfs:label "十大工程"@zh , "Ten Projects"@en ;
                skos:altLabel "“十大工程”"@zh .
            programme:two a tp:Programme ; rdfs:label "十大工程"@zh .
            programme:three a tp:Programme ; rdfs:label "七个一批"@zh .
            place:430181 tp:code "430181" . place:433123 tp:code "433123" . place:431129 tp:code "431129" .
            place:431022 tp:code "431022" . place:431200 tp:code "431200" .
        }} }}"""
    )
    money = "sdmx-attribute:unitMeasure unit:CNY ; sdmx-measure:obsValue"
    add_statement(store, 10, "430181", "carriesOut", "one")
    add_figure(store, 11, f"{money} 100.0 ; tp:place place:430181 ; tp:programme programme:one ; tp:scope scope:annual")
    add_figure(store, 12, f"{money} 200.0 ; tp:place place:430181 ; tp:programme programme:one ; tp:per unit:person")
    add_figure(store, 13, f"{money} 300.0 ; tp:place place:430181")
    add_figure(store, 14, f"{money} 400.0 ; tp:place place:430181 ; tp:programme programme:three")
    unit = "sdmx-attribute:unitMeasure unit:household ; sdmx-measure:obsValue"
    add_figure(store, 15, f"{unit} 500.0 ; tp:place place:430181 ; tp:programme programme:one")
    add_statement(store, 20, "433123", "carriesOut", "two")
    add_figure(store, 21, f"{money} 600.0 ; tp:place place:433123 ; tp:programme programme:one")
    add_statement(store, 30, "431129", "carriesOut", "three")
    add_statement(store, 40, "431022", "follows", "one")
    return store


@pytest.mark.parametrize(
    ("programme", "found"),
    [
        ("十大工程", [("430181", "10", "100", "11"), ("430181", "10", "200", "12"), ("433123", "20", None, None)]),
        ("“十大工程”", [("430181", "10", "100", "11"), ("430181", "10", "200", "12")]),
        ("Ten Projects", [("430181", "10", "100", "11"), ("430181", "10", "200", "12")]),
        ("七个一批", [("431129", "30", None, None)]),
        ("十大", []),
    ],
)
def test_programme_funding_has_places_that_carry_it_out_and_their_money_under_it(
    funding: Store, programme: str, found: list[tuple[str | None, ...]]
) -> None:
    text = bind_params(find_query("programme-funding"), {"programme": programme})
    rows = to_dicts(funding, text)
    assert [tuple(row.get(key) for key in ("place_code", "carries_out", "value", "quote")) for row in rows] == found


def test_programme_funding_by_default_is_about_si_gen_si_zou(store: Store) -> None:
    assert to_dicts(store, find_query("programme-funding").text) == [
        {
            "place": "怀化市",
            "place_code": "431200",
            "carries_out": "四跟四走",
            "value": "568000000",
            "qualifier": "exact",
            "status": "actual",
            "indicator": "funds-invested",
            "purpose": "发展产业",
            "quote": "5.68亿元",
            "start": "817",
            "end": "823",
            "source": SOURCE,
        }
    ]


def test_importing_the_module_brings_in_no_heavy_library() -> None:
    code = "import sys, tuopin.library; print({'rdflib', 'pandas', 'networkx', 'pyoxigraph'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
