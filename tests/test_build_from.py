"""A build from extracted facts: each line a graph of its own, unknown names told honestly, nothing counted twice."""

import csv
import gzip
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from edits import SOURCE, copy_data, snapshot, write_earlier
from tools import run

from tuopin.build import Summary, build
from tuopin.cube import find_cube_violations
from tuopin.errors import BadData, DataError, FileError, Problem
from tuopin.factlines import read_fact_lines
from tuopin.facts import Figure, Source
from tuopin.frames import find_figures, find_statements
from tuopin.gazetteer import Gazetteer, read_places
from tuopin.iris import PREFIXES, mint_graph
from tuopin.messages import set_language
from tuopin.names import Names, OpenNames
from tuopin.records import Located, SourceFacts
from tuopin.resources import find_ontology
from tuopin.shacl import find_violations, read_shapes
from tuopin.store import open_store
from tuopin.ties import find_restated
from tuopin.vocabulary import read_vocabulary

Fact = dict[str, Any]
Line = dict[str, Any]

# --- a small generator of what a reader of text would write


def figure(quote: str, start: int, **fields: str) -> Fact:
    """A figure with only what is not empty, as a line of facts has it."""
    whole = {
        "unit": "person",
        "unit_text": "人",
        "qualifier": "exact",
        "status": "actual",
        "indicator": "people-lifted",
    }
    found = {"quote": quote, "start": start, "end": start + len(quote), **whole, **fields}
    return {key: value for key, value in found.items() if value != ""}


def statement(subject: str, object_: str, start: int, property_: str = "carriesOut") -> Fact:
    end = start + len(object_)
    return {
        "subject": subject,
        "property": property_,
        "object": object_,
        "quote": object_,
        "start": start,
        "end": end,
    }


def line(name: str, figures: Iterable[Fact] = (), statements: Iterable[Fact] = (), **source: str | int) -> Line:
    about = {"title": "某文", "url": f"https://example.org/{name}", "published": "2019-03-05", "length": 900, **source}
    return {"id": name, "source": about, "figures": list(figures), "statements": list(statements)}


def write(path: Path, lines: Iterable[Line | str]) -> Path:
    """JSON Lines, packed where the name says so; a text is written as it is."""
    text = "".join(f"{each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)}\n" for each in lines)
    data = text.encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


LIUYANG = {"place": "浏阳市", "place_code": "430181"}
IN_2018 = {"period_start": "2018", "period_end": "2018", "scope": "annual"}
LIFTED = {**LIUYANG, **IN_2018, "value": "1200"}
EIGHT = {"鼓楼区": 70, "怀化市": 90}
LINES = [
    line(
        "liuyang-1",
        [
            figure("1200人", 5, **LIFTED),
            figure("1200人", 60, **LIFTED),
            figure("1200人", 90, **LIUYANG, value="1200"),  # says less: no year
            figure("80户", 100, **{**LIFTED, "value": "80", "unit": "household", "indicator": "households-lifted"}),
            figure("5-6万元", 120, low="50000", high="60000", unit="CNY", indicator="funds-invested", **LIUYANG,
                   funder="县慈善会", recipient="贫困户", programme="雨露计划"),
        ],
        [statement("浏阳市", name, 200 + 20 * at) for at, name in enumerate(("雨露计划", "八大行动", "十大工程"))],
        publisher="某某晚报",
        authors="李慧",
    ),
    line(
        "gulou-2",
        [figure("300人", 5, place="鼓楼区", value="300"), figure("40人", 30, place="浏阳市", value="40")],
        [statement("鼓楼区", "“雨露计划”", 50), *(statement(place, "八大行动", at) for place, at in EIGHT.items())],
        publisher="某某晚报",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_data(tmp_path_factory.mktemp("from") / "data")


@pytest.fixture(scope="module")
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("made")
    return folder / "build", build(data, folder / "build", extracted=[write(folder / "facts.jsonl", LINES)], page=False)


@pytest.fixture(scope="module")
def store(made: tuple[Path, Summary]) -> ox.Store:
    return open_store(made[0])


def ask(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """The rows, each once: what two sources name stands in the graphs of both."""
    found: Any = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return sorted({tuple("" if term is None else term.value for term in row) for row in found})


# --- the graphs


def test_each_line_is_a_named_graph_of_extracted_facts_beside_the_curated(store: ox.Store) -> None:
    facts = "GRAPH ?g { ?f tp:origin ?origin ; a ?t } VALUES ?t { tp:Figure tp:Statement }"
    query = f"SELECT ?g ?origin (COUNT(*) AS ?n) {{ {facts} }} GROUP BY ?g ?origin"
    counts = {(graph, origin.rpartition("/")[2]): int(count) for graph, origin, count in ask(store, query)}
    assert counts == {
        (mint_graph(SOURCE), "curated"): 44 + 313,
        (mint_graph("liuyang-1"), "extracted"): 5 + 3,
        (mint_graph("gulou-2"), "extracted"): 2 + 3,
    }


def test_the_summary_and_the_description_count_what_the_files_hold(made: tuple[Path, Summary], store: ox.Store) -> None:
    out, summary = made
    assert (summary.sources, summary.figures, summary.statements) == (3, 44 + 7, 313 + 6)
    for name, count in (("Programme", summary.programmes), ("Figure", summary.figures)):
        assert ask(store, f"SELECT (COUNT(DISTINCT ?t) AS ?n) {{ ?t a tp:{name} }}") == [(str(count),)]
        described = f"SELECT ?n {{ ?part void:class tp:{name} ; void:entities ?n }}"
        assert ask(store, described) == [(str(count),)]
    assert summary.triples == len((out / "tuopin.nt").read_bytes().splitlines())
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
    assert summary.date == "2019-03-05"


def test_shapes_and_the_cube_hold_for_extracted_facts_too(store: ox.Store) -> None:
    shapes = read_shapes(find_ontology() / "shapes" / name for name in ("data.ttl", "ontology.ttl"))
    memory = ox.Store()
    memory.extend(store)
    assert [each for each in find_violations(memory, shapes) if each.severity == "error"] == []
    assert list(find_cube_violations(memory)) == []


def test_packed_lines_in_several_files_give_the_same_quads(
    data: Path, made: tuple[Path, Summary], tmp_path: Path
) -> None:
    files = [write(tmp_path / f"{number}.jsonl.gz", [each]) for number, each in enumerate(LINES)]
    build(data, tmp_path / "build", extracted=map(str, files), page=False)
    assert (tmp_path / "build" / "tuopin.nq").read_bytes() == (made[0] / "tuopin.nq").read_bytes()


def test_without_extracted_facts_a_build_is_what_it_was(built: Path, data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "build", extracted=[], page=False)
    assert (tmp_path / "build" / "tuopin.nq").read_bytes() == (built / "tuopin.nq").read_bytes()


# --- names that the data do not know


def test_a_place_that_the_name_does_not_tell_stays_a_name(made: tuple[Path, Summary], store: ox.Store) -> None:
    named = '?f tp:placeName "鼓楼区" ; sdmx-measure:obsValue ?value'
    assert ask(store, f"SELECT ?value ?place {{ {named} OPTIONAL {{ ?f tp:place ?place }} }}") == [("300", "")]
    query = (
        'SELECT ?s ?subject { ?s tp:subjectName "鼓楼区" ; rdf:object ?object OPTIONAL { ?s rdf:subject ?subject } }'
    )
    assert [subject for _, subject in ask(store, query)] == ["", ""]
    codes = {each.place: each.place_code for each in find_figures(made[0]) if each.source == "gulou-2"}
    assert codes == {"鼓楼区": "", "浏阳市": "430181"}


def find_programmes(store: ox.Store, label: str) -> list[tuple[str, ...]]:
    named = f'?p a tp:Programme ; rdfs:label "{label}"@zh'
    return ask(store, f"SELECT ?p ?place {{ {named} OPTIONAL {{ ?p dcterms:spatial/tp:code ?place }} }}")


def test_an_unknown_programme_is_one_wherever_its_name_is_its_own(store: ox.Store) -> None:
    ((iri, place),) = find_programmes(store, "雨露计划")
    assert iri.isascii()
    assert place == ""
    carried = ask(store, f"SELECT ?g ?name {{ GRAPH ?g {{ ?s rdf:object <{iri}> ; tp:objectName ?name }} }}")
    assert [name for _, name in carried] == ["“雨露计划”", "雨露计划"]
    assert ask(store, f"SELECT ?l {{ <{iri}> rdfs:label ?l }}") == [("雨露计划",)]
    assert ask(store, f"SELECT ?f {{ ?f tp:programme <{iri}> ; a tp:Figure }}") != []


def test_a_general_name_is_a_programme_of_each_place(store: ox.Store) -> None:
    found = find_programmes(store, "八大行动")
    assert sorted(place for _, place in found) == ["", "430181", "431200"]
    assert [iri.rpartition("/")[2].split("-x")[0] for iri, place in found if not place] == ["gulou-2"]


def test_a_known_programme_is_found_for_its_place(store: ox.Store) -> None:
    query = (
        'SELECT ?p { GRAPH <https://w3id.org/tuopin/graph/liuyang-1> { ?s tp:objectName "十大工程" ; rdf:object ?p } }'
    )
    assert ask(store, query) == [("https://w3id.org/tuopin/id/programme/liuyang-shi-da-gongcheng",)]


def test_who_pays_and_gets_is_a_thing_only_where_it_is_known(store: ox.Store) -> None:
    named = '?f tp:funderName "县慈善会" ; tp:recipientName ?name'
    ends = "OPTIONAL { ?f tp:funder ?funder } OPTIONAL { ?f tp:recipient ?recipient }"
    query = f"SELECT ?funder ?recipient {{ {named} {ends} }}"
    ((funder, recipient),) = ask(store, query)
    assert funder == ""
    assert recipient.startswith("https://w3id.org/tuopin/id/group/")


def test_a_publisher_is_one_for_all_and_an_author_is_of_one_text(store: ox.Store) -> None:
    publishers = ask(store, 'SELECT ?o { ?o a org:Organization ; rdfs:label "某某晚报"@zh }')
    assert len(publishers) == 1
    known = "https://w3id.org/tuopin/id/person/li-hui"  # who signed the curated article
    (author,) = ask(store, "SELECT ?p { <https://w3id.org/tuopin/id/source/liuyang-1> schema:author ?p }")
    people = ask(store, 'SELECT ?p { ?p a schema:Person ; rdfs:label "李慧"@zh }')
    assert people == sorted([author, (known,)])


def open_names(data: Path, figures: Iterable[Figure] = ()) -> OpenNames:
    names = Names(Gazetteer(read_places(data)), [])
    about = Located(Source("s1", published="2019-03-05"), "f", 1)
    return OpenNames(names, SourceFacts(about, [Located(each, "f", 1) for each in figures], []))


def test_a_statement_means_the_place_that_the_figures_of_its_source_call_so(data: Path) -> None:
    places, source = frozenset({"place"}), Source("s1", published="2019-03-05")
    figures = [Figure("s1", "1", 0, 1, place="鼓楼区", place_code="350102")]
    assert open_names(data).find_iri("鼓楼区", places, source) == ""
    assert open_names(data, figures).find_iri("鼓楼区", places, source).endswith("/350102")
    other = [*figures, Figure("s1", "1", 2, 3, place="鼓楼区", place_code="320106")]
    assert open_names(data, other).find_iri("鼓楼区", places, source) == ""


# --- what is said twice


def test_a_figure_said_again_is_tied_to_the_first_and_one_that_says_less_is_not(store: ox.Store) -> None:
    query = "SELECT ?later ?first { GRAPH <https://w3id.org/tuopin/graph/liuyang-1> { ?later tp:restates ?first } }"
    ((later, first),) = ask(store, query)
    assert (later.rpartition("/")[2], first.rpartition("/")[2]) == ("60-65", "5-10")


def test_curated_figures_are_tied_likewise(store: ox.Store) -> None:
    query = f"SELECT ?later ?first {{ GRAPH <{mint_graph(SOURCE)}> {{ ?later tp:restates ?first }} }}"
    spans = [tuple(iri.rpartition("/")[2] for iri in row) for row in ask(store, query)]
    assert sorted(spans) == [("1042-1048", "930-936"), ("324-329", "262-267")]


BASE = Figure("s", "2.9万人", 4, 9, "29000", unit="person", place="长沙市", indicator="people-lifted")
DIFFERENT = {
    "value": "28000", "unit": "household", "qualifier": "about", "place": "怀化市", "subplace": "某村",
    "period_start": "2016", "period_end": "2016", "status": "target", "scope": "annual", "per": "village",
    "indicator": "people-benefited", "programme": "雨露计划", "funder": "县财政", "recipient": "贫困户",
    "instrument": "loan", "purpose": "修路",
}  # fmt: skip


def find_ties(*figures: Figure) -> list[tuple[int, int]]:
    return [(later.start, first.start) for later, first in find_restated(figures, read_vocabulary())]


@pytest.mark.parametrize("field", DIFFERENT)
def test_figures_that_differ_in_a_field_are_two_facts(field: str) -> None:
    again = Figure(**{**asdict(BASE), "quote": "29000人", "start": 40, "end": 46})
    assert find_ties(BASE, again) == [(40, 4)]
    assert find_ties(BASE, Figure(**{**asdict(again), field: DIFFERENT[field]})) == []


@pytest.mark.parametrize(
    "fields",
    [{"place": ""}, {"indicator": "other"}, {"indicator": "growth-rate", "unit": "percent"}, {"indicator": "share"}],
)
def test_figures_that_leave_open_what_or_where_are_never_tied(fields: dict[str, str]) -> None:
    one = Figure(**{**asdict(BASE), **fields})
    assert find_ties(one, Figure(**{**asdict(one), "start": 40, "end": 45})) == []


def test_items_are_the_same_only_if_they_are_counted_alike() -> None:
    one = Figure(**{**asdict(BASE), "unit": "item", "unit_text": "座", "indicator": "projects"})
    assert find_ties(one, Figure(**{**asdict(one), "start": 40, "end": 45, "unit_text": "条"})) == []
    assert find_ties(one, Figure(**{**asdict(one), "start": 40, "end": 45})) == [(40, 4)]


def test_of_three_mentions_both_later_ones_lead_to_the_first() -> None:
    mentions = [Figure(**{**asdict(BASE), "start": start, "end": start + 5}) for start in (80, 4, 40)]
    assert find_ties(*mentions) == [(40, 4), (80, 4)]


def test_two_names_with_one_code_are_one_place() -> None:
    one = Figure(**{**asdict(BASE), "place": "江华县", "place_code": "431129"})
    assert find_ties(one, Figure(**{**asdict(one), "place": "江华瑶族自治县", "start": 40, "end": 45})) == [(40, 4)]


def test_what_is_derived_from_figures_said_twice_is_derived_once(data: Path, tmp_path: Path) -> None:
    households = {**LIFTED, "unit": "household", "unit_text": "户", "indicator": "households-lifted", "value": "400"}
    figures = [
        *(figure("1200人", at, **LIFTED) for at in (5, 105)),
        *(figure("400户", at, **households) for at in (11, 111)),
    ]
    one = write(tmp_path / "one.jsonl", [line("a-1", figures[::2])])
    two = write(tmp_path / "two.jsonl", [line("a-1", figures)])
    derived = [build(data, tmp_path / path.stem, extracted=[path], page=False).derived for path in (one, two)]
    assert derived[0] == derived[1]
    counted = ask(
        open_store(tmp_path / "two"),
        "SELECT ?d { ?d a tp:DerivedFigure ; tp:basis ?b . FILTER ( CONTAINS(STR(?b), '/a-1/') ) }",
    )
    assert len(counted) == 1


# --- what is wrong

GOOD = figure("1200人", 5, **LIFTED)
BROKEN: list[tuple[Line | str, str, str]] = [
    ("{", "json-bad", ""),
    ('"a"', "facts-object", ""),
    ("[]", "facts-object", ""),
    ("[" * 100_000, "json-bad", ""),
    ('{"id": ' + "9" * 5000 + "}", "json-bad", ""),
    ({"figures": []}, "facts-id", "id"),
    ({"id": " "}, "facts-id", "id"),
    ({"id": 7}, "facts-id", "id"),
    ({"id": "a", "figures": {}}, "", ""),  # empty, like a list that is missing
    ({"id": "a", "figures": {"x": 1}}, "facts-list", "figures"),
    ({"id": "a", "statements": "x"}, "facts-list", "statements"),
    ({"id": "a", "source": "b"}, "facts-object", "source"),
    ({"id": "a", "figures": ["x"]}, "facts-object", "figures[0]"),
    ({"id": "a", "source": {"sha256": "X"}}, "facts-digest", "source.sha256"),
    ({"id": "a", "source": {"published": "2019"}}, "published-bad", "source.published"),
    ({"id": "a", "source": {"title": 5}}, "json-no-string", "source.title"),
    ({"id": "a", "source": {"length": "viele"}}, "bad-number", "source.length"),
    (line("a", [{**GOOD, "value": 1200}]), "json-no-string", "figures[0].value"),
    (line("a", [GOOD, {**GOOD, "start": -1}]), "bad-offset", "figures[1].start"),
    (line("a", [{**GOOD, "start": True}]), "json-no-string", "figures[0].start"),
    (line("a", [{**GOOD, "start": None}]), "bad-offset", "figures[0].start"),
    (line("a", [{**GOOD, "source": "b"}]), "facts-stray", "figures[0].source"),
    (line("a", [{**GOOD, "unit": "cubit"}]), "concept-unknown", "figures[0].unit"),
    (line("a", [{**GOOD, "unit": ""}]), "field-empty", "figures[0].unit"),
    (line("a", [{**GOOD, "quote": "120人"}]), "quote-length", "figures[0].quote"),
    (line("a", [{**GOOD, "value": "", "low": "1"}]), "value-or-range", "figures[0].value"),
    (line("a", [GOOD], length=7), "span-outside", "figures[0].end"),
    (line("a", [], [statement("浏阳市", "雨露计划", 5, "likes")]), "property-unknown", "statements[0].property"),
    (line(SOURCE, [GOOD]), "id-curated", "id"),
]


def find_errors(data: Path, out: Path, path: Path) -> list[Problem]:
    try:
        build(data, out, extracted=[path], page=False)
    except BadData as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    ("bad", "key", "field"), BROKEN, ids=[f"{number}-{key}" for number, (_, key, _) in enumerate(BROKEN)]
)
def test_a_broken_line_is_told_with_its_place_and_nothing_is_replaced(
    data: Path, tmp_path: Path, bad: Line | str, key: str, field: str
) -> None:
    path = write(tmp_path / "facts.jsonl", [LINES[0], "", bad, LINES[1]])
    before = snapshot(write_earlier(tmp_path / "build"))
    problems = find_errors(data, tmp_path / "build", path)
    if not key:
        assert problems == []
        return
    assert [(each.key, each.file, each.line, each.field, each.severity) for each in problems] == [
        (key, str(path), 3, field, "error")
    ]
    for language in ("zh", "en"):
        set_language(language)
        assert problems[0].message
        assert problems[0].remedy
        assert problems[0].expected
    set_language("")
    assert snapshot(tmp_path / "build") == before


def test_a_line_of_other_bytes_or_without_an_end_is_told(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b'{"id": "a"}\n{"id": "\xff"}\n{"id": "b"}')
    found = list(read_fact_lines(path))
    assert [each.key if isinstance(each, Problem) else each.source.record.id for each in found] == [
        "a",
        "not-utf8",
        "b",
    ]


def test_an_id_may_come_once(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "facts.jsonl", [line("a"), line("b"), line("a")])
    (problem,) = find_errors(data, tmp_path / "build", path)
    assert (problem.key, problem.line, problem.data["other"]) == ("id-doubled", 3, f"{path}:1")


def test_an_id_that_may_not_stand_in_an_iri_becomes_one_that_may(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "facts.jsonl", [line("新田县 2019", [GOOD]), line("a_b.c"), line("derived")])
    assert build(data, tmp_path / "build", extracted=[path], page=False).sources == 4
    sources = {each.source for each in find_figures(tmp_path / "build")}
    assert sources == {SOURCE, "2019-f2e0fbe6"}


def test_a_file_that_is_missing_a_folder_or_broken_gzip_is_told(data: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.gz"
    torn.write_bytes(gzip.compress(b'{"id": "a"}\n' * 9)[:-9])
    for path, error, key in (
        (tmp_path / "none.jsonl", FileError, "file-missing"),
        (tmp_path, FileError, "file-is-folder"),
        (torn, DataError, "gzip-bad"),
    ):
        with pytest.raises(error) as caught:
            list(read_fact_lines(path))
        assert (caught.value.problem.key, caught.value.problem.file) == (key, str(path))


MISREAD: list[tuple[dict[str, str], str]] = [
    ({"value": "12345678901234567"}, "value"),
    ({"value": "-5"}, "value"),
    ({"value": "120", "unit": "percent", "indicator": "coverage-rate"}, "value"),
    ({"unit": "person", "indicator": "funds-invested"}, "unit"),
    ({"funder": "县财政"}, "unit"),
    ({"per": "day"}, "per"),
    ({"period_start": "2019-02-30", "period_end": "2019-02-30"}, "period_start"),
    ({"period_start": "2019", "period_end": "2018"}, "period_end"),
    ({"programme": "雨\x0b露"}, "programme"),
]


@pytest.mark.parametrize(("fields", "field"), MISREAD, ids=[field for _, field in MISREAD])
def test_what_a_reader_misread_is_left_out_with_a_warning_and_the_rest_is_taken(
    data: Path, tmp_path: Path, fields: dict[str, str], field: str
) -> None:
    bad = figure("1200人", 60, **{**LIFTED, **fields})
    path = write(tmp_path / "facts.jsonl", [line("a", [GOOD, bad]), line("b", [GOOD])])
    summary = build(data, tmp_path / "build", extracted=[path], page=False)
    (problem, *_) = [each for each in summary.problems if each.file == str(path)]
    assert (problem.key, problem.line, problem.field, problem.severity) == (
        "fact-left-out",
        1,
        f"figures[1].{field}",
        "warning",
    )
    assert [each.start for each in find_figures(tmp_path / "build") if each.source in ("a", "b")] == [5, 5]


def test_two_figures_at_one_place_of_the_text_are_one(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "facts.jsonl", [line("a", [GOOD, {**GOOD, "place": "怀化市", "place_code": "431200"}])])
    summary = build(data, tmp_path / "build", extracted=[path], page=False)
    assert [(each.key, each.field) for each in summary.problems if each.file == str(path)] == [
        ("fact-left-out", "figures[1]")
    ]


def test_a_code_that_is_not_that_of_the_place_is_taken_off(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "facts.jsonl", [line("a", [{**GOOD, "place": "宁乡县", "place_code": "430124"}])])
    summary = build(data, tmp_path / "build", extracted=[path], page=False)
    (problem,) = [each for each in summary.problems if each.file == str(path)]
    assert (problem.key, problem.field, problem.severity) == ("code-unknown", "figures[0].place_code", "warning")
    (found,) = [each for each in find_figures(tmp_path / "build") if each.source == "a"]
    assert (found.place, found.place_code) == ("宁乡县", "")


def test_persons_and_households_that_do_not_go_together_are_a_warning(data: Path, tmp_path: Path) -> None:
    many = {**LIFTED, "unit": "household", "unit_text": "户", "indicator": "households-lifted", "value": "5000"}
    path = write(tmp_path / "facts.jsonl", [line("a", [GOOD, figure("5000户", 11, **many)])])
    summary = build(data, tmp_path / "build", extracted=[path], page=False)
    assert [(p.key, p.severity) for p in summary.problems if p.file == str(path)] == [("odd-households", "warning")]


def test_what_no_address_can_be_is_left_off_and_the_rest_is_encoded(data: Path, tmp_path: Path) -> None:
    lines = [line("a", [GOOD], url="https://example.org/湘 a%e6?x=[1]"), line("b", [GOOD], url="湘")]
    path = write(tmp_path / "facts.jsonl", lines)
    summary = build(data, tmp_path / "build", extracted=[path], page=False)
    assert [(p.key, p.line) for p in summary.problems if p.file == str(path)] == [("bad-url", 2)]
    found = ask(open_store(tmp_path / "build"), "SELECT ?u { ?s schema:url ?u }")
    assert ("https://example.org/%E6%B9%98%20a%E6?x=%5B1%5D",) in found


def test_so_many_errors_end_the_reading_and_so_many_warnings_are_kept(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "facts.jsonl", ["{"] * 5000)
    assert len(find_errors(data, tmp_path / "build", path)) == 1000
    odd = [line(f"s{number}", [figure("1人", 5, **{**LIFTED, "value": "-1"})]) for number in range(1500)]
    summary = build(data, tmp_path / "build", extracted=[write(path, odd)], page=False)
    assert len([each for each in summary.problems if each.file == str(path)]) == 1000
    assert summary.sources == 1501


# --- memory

MEASURE = """
import resource, sys
from pathlib import Path
from tuopin import serialise, store
from tuopin.build import build
serialise._RUN = store._RUN = 5_000
build(Path(sys.argv[1]), Path(sys.argv[2]), extracted=[Path(sys.argv[3])], page=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def make_lines(count: int) -> Iterable[Line]:
    """Many texts, one after the other, each with its own figures and a programme of its own."""
    for number in range(count):
        figures = [figure(f"{number + at}人", 5 + 20 * at, **{**LIFTED, "value": str(number + at)}) for at in range(4)]
        yield line(f"text-{number:06}", figures, [statement("浏阳市", f"第{number}村计划", 200)], publisher="某报")


def test_memory_grows_little_with_the_number_of_lines(data: Path, tmp_path: Path) -> None:
    peaks = []
    for count in (200, 2000):
        path, out = write(tmp_path / f"{count}.jsonl.gz", make_lines(count)), tmp_path / f"build{count}"
        peaks.append(int(run(sys.executable, "-c", MEASURE, data, out, path).stdout))
        with (out / "figures.csv").open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.DictReader(file)) == 44 + count * 4
        assert sum(1 for _ in find_statements(out)) == 313 + count
    assert peaks[1] < peaks[0] * 1.3
