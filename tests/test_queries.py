"""The competency questions: their answers on the repository's own data, on two engines.

``golden/queries/<query>.csv`` holds the answer with the defaults, ``<query>.<case>.csv`` that with the values in
`CASES`. The answers were checked against the article and the curated records, not copied from an engine.
"""

import csv
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from tuopin.build import build
from tuopin.facts import Figure, field_names
from tuopin.library import bind_params, read_library
from tuopin.resources import find_data
from tuopin.sparql import Select, run_query
from tuopin.store import QUADS, open_store

Table = list[list[str]]
GOLDEN = Path(__file__).parent / "golden" / "queries"
LIBRARY = read_library()
CASES: dict[str, dict[str, str]] = {
    "completion-rates.above-200": {"threshold": "200"},
    "figures-within.yongzhou": {"code": "431100"},
    "people-lifted.2015": {"year": "2015"},
    "people-lifted-total.2015": {"year": "2015"},
    "place-facts.jianghua": {"place": "江华县"},  # as the text writes it; its name is 江华瑶族自治县
    "place-history.wangcheng": {"name": "430122"},
    "places-at-date.2018": {"day": "2018-01-01"},
    "programme-facts.ten-projects": {"programme": "十大工程"},
    "programme-funding.ten-projects": {"programme": "十大工程"},
}
# Queries that tell of no single fact, and the column by which each joins those that do.
JOINS = {
    "coverage": "source",
    "indicators": "indicator",
    "place-history": "place_code",
    "places": "place_code",
    "places-at-date": "place_code",
    "sources": "source",
}
FACT = re.compile(r"https://w3id\.org/tuopin/id/(figure|statement|derived)/.+")


@pytest.fixture(scope="module")
def store(built: Path) -> ox.Store:
    return open_store(built)


@pytest.fixture(scope="module")
def dataset(built: Path) -> Dataset:
    return Dataset(default_union=True).parse(built / QUADS, format="nquads")  # type: ignore[return-value]


def ask(store: ox.Store, name: str, params: Mapping[str, str] = {}) -> Table:
    """The answer of Oxigraph, with its columns as the first row."""
    result = run_query(store, bind_params(LIBRARY[name], params))
    assert isinstance(result, Select)
    return [list(result.columns), *([cell or "" for cell in row] for row in result.rows())]


def ask_rdflib(dataset: Dataset, name: str, params: Mapping[str, str] = {}) -> Table:
    result = dataset.query(bind_params(LIBRARY[name], params))
    assert result.vars is not None
    rows = [["" if term is None else str(term) for term in row] for row in result]  # type: ignore[union-attr]
    return [[str(variable) for variable in result.vars], *rows]


def to_dicts(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def read_golden(name: str) -> Table:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


# --- the answers


def test_every_query_has_its_answer_and_every_answer_its_query() -> None:
    assert {path.stem for path in GOLDEN.glob("*.csv")} == {*LIBRARY, *CASES}
    assert len(LIBRARY) > 30
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in LIBRARY)


@pytest.mark.parametrize("name", [*LIBRARY, *CASES])
def test_oxigraph_gives_the_expected_answer(store: ox.Store, name: str) -> None:
    assert ask(store, name.partition(".")[0], CASES.get(name, {})) == read_golden(name)


@pytest.mark.parametrize("name", [*LIBRARY, *CASES])
def test_rdflib_gives_the_same_answer_in_the_same_order(dataset: Dataset, name: str) -> None:
    assert ask_rdflib(dataset, name.partition(".")[0], CASES.get(name, {})) == read_golden(name)


HEADLINES: list[tuple[str, dict[str, str], dict[str, str]]] = [
    # Lifted out of poverty in 2016: Changsha 29000 and Yizhang 15415; Liuyang's 10117 are among Changsha's.
    (
        "people-lifted-total",
        {"place": "宜章县"},
        {"total": "44415", "counted": "yes", "value": "15415", "inexact": "0"},
    ),
    (
        "people-lifted-total",
        {"value": "10117"},
        {"total": "44415", "counted": "no", "reason": "inside", "inside": "长沙市"},
    ),
    ("people-lifted-total", {"start": "262"}, {"value": "29000", "counted": "yes", "quote": "2.9万人"}),
    ("people-lifted-total", {"start": "324"}, {"value": "29000", "counted": "no", "reason": "repeated"}),
    (
        "people-lifted-total",
        {"start": "1042"},
        {"value": "28664", "counted": "no", "reason": "scope", "period_start": "2014"},
    ),
    (
        "repeated-figures",
        {"value": "29000"},
        {"quote": "2.9万人", "start": "262", "again": "2.9万人", "again_start": "324"},
    ),
    ("repeated-figures", {"value": "28664"}, {"start": "930", "again_start": "1042", "place_code": "430181"}),
    # Who carries out 四跟四走, with what money; and who only follows it.
    (
        "programme-funding",
        {"place": "怀化市"},
        {"value": "568000000", "quote": "5.68亿元", "purpose": "发展产业", "scope": ""},
    ),
    ("programme-followers", {"subject": "怀化市"}, {"property": "carriesOut", "place_code": "431200"}),
    ("programme-followers", {"subject": "宜章县"}, {"property": "follows", "place_code": "431022"}),
    ("programme-followers", {"subject": "4+1"}, {"property": "follows", "subject_kind": "programme"}),
    ("programme-namesakes", {"spatial": "430181"}, {"programme": "十大工程", "place": "浏阳市", "start": "991"}),
    ("programme-namesakes", {"spatial": "433123"}, {"programme": "十大工程", "place": "凤凰县", "start": "1376"}),
    # Loans: per household in one place, per loan in the other.
    (
        "loans-per-unit",
        {"place": "浏阳市"},
        {"value": "22618.38", "per": "household", "quote": "8120万元", "divisor_quote": "3590户"},
    ),
    (
        "loans-per-unit",
        {"place": "宜章县"},
        {"value": "39209.68", "per": "loan", "quote": "35175万元", "divisor_quote": "8971笔"},
    ),
    (
        "changes",
        {"place": "江华县"},
        {"from_quote": "10.4万", "to_quote": "3.8万", "difference": "-66000", "from_when": ""},
    ),
    ("derived-figures", {"rule": "change"}, {"value": "-66000", "basis_quote": "10.4万", "other_quote": "3.8万"}),
    (
        "annual-and-cumulative",
        {"annual_quote": "3058户"},
        {"annual_years": "2016", "cumulative_quote": "9016户", "cumulative_years": "2014_2016"},
    ),
    (
        "recurring-figures",
        {"place": "宜章县"},
        {"value": "400000000", "quote": "4亿元", "period_start": "2016", "period_end": ""},
    ),
    ("completion-rates", {"place": "宜章县"}, {"value": "116", "unit": "percent", "target_value": "", "quote": "116%"}),
    ("targets", {"object": "达到整县脱贫标准"}, {"place": "江华县", "period_start": "2017", "value": ""}),
    ("targets", {"quote": "3头"}, {"status": "", "per": "household", "unit": "head", "object": ""}),
    ("inexact-figures", {"quote": "7200余人"}, {"value": "7200", "qualifier": "more-than"}),
    ("comparable-figures", {"quote": "10117人"}, {"places": "3", "addable": "yes", "inside": "长沙市"}),
    ("funders", {"funder": "县财政"}, {"value": "45000000", "funder_kind": "organisation", "funder_place": "宜章县"}),
    (
        "meetings",
        {"event": "湖南省扶贫开发工作会议"},
        {"start_date": "2017-02-18", "published": "2017-02-20", "late": "yes", "place": "长沙市"},
    ),
    ("source-credits", {"name": "李慧"}, {"property": "author", "affiliation": "时刻新闻"}),
    ("source-credits", {"name": "闵美颖"}, {"property": "editor", "affiliation": ""}),
    ("designations", {"place": "凤凰县"}, {"object": "国家扶贫开发重点县"}),
    (
        "places",
        {"place_code": "431022"},
        {"place": "宜章县", "level": "county", "prefecture": "郴州市", "province": "湖南省"},
    ),
    ("place-history", {"place_code": "430124"}, {"place": "宁乡县", "valid_to": "2017-04-09", "replaced_by": "430182"}),
    ("place-history", {"place_code": "430182"}, {"place": "宁乡市", "valid_from": "2017-04-10", "replaced_by": ""}),
    (
        "coverage",
        {"source": "rednet-4216011"},
        {"figures": "44", "without_place": "0", "without_period": "24", "targets": "3"},
    ),
]


@pytest.mark.parametrize(("name", "where", "expected"), HEADLINES)
def test_a_headline_answer_holds(store: ox.Store, name: str, where: dict[str, str], expected: dict[str, str]) -> None:
    rows = [row for row in to_dicts(ask(store, name)) if where.items() <= row.items()]
    assert len(rows) == 1
    assert {key: rows[0].get(key, "") for key in expected} == expected


# --- what holds of every query


@pytest.mark.parametrize("name", LIBRARY)
def test_every_answer_names_source_and_quote_or_a_fact_or_joins_one_that_does(store: ox.Store, name: str) -> None:
    columns, *rows = ask(store, name)
    if name in JOINS:
        assert JOINS[name] in {*columns, *field_names(Figure)}
        return
    quoted = "source" in columns and any(column.endswith("quote") for column in columns)
    assert quoted or any(FACT.fullmatch(cell) for row in rows for cell in row)


@pytest.mark.parametrize("name", LIBRARY)
def test_no_answer_is_ordered_by_chinese_text(store: ox.Store, name: str) -> None:
    columns, *rows = ask(store, name)
    ordered = re.findall(r"\?(\w+)", LIBRARY[name].text.rpartition("ORDER BY")[2])
    assert ordered
    assert all(row[columns.index(key)].isascii() for row in rows for key in ordered if key in columns)


@pytest.mark.parametrize("name", LIBRARY)
def test_no_query_walks_a_path_of_unknown_length(name: str) -> None:
    text = re.sub(r'"[^"\n]*"|<[^>\n]*>|#.*', "", LIBRARY[name].text)
    assert re.search(r"[a-z-]+:\w+\s*[*+]|\)\s*[*+]", text) is None


# --- what holds between queries


def test_targets_and_results_share_no_figure_and_miss_none(store: ox.Store) -> None:
    targets, results = (to_dicts(ask(store, name)) for name in ("targets", "results"))
    planned, reached = ({row["fact"] for row in rows if row["kind"] == "figure"} for rows in (targets, results))
    assert not planned & reached
    assert len(planned | reached) == len(ask(store, "facts")) - 1


def test_the_total_is_the_sum_of_the_figures_that_it_says_it_counts(store: ox.Store) -> None:
    rows = to_dicts(ask(store, "people-lifted-total"))
    assert {row["total"] for row in rows} == {str(sum(int(row["value"]) for row in rows if row["counted"] == "yes"))}


@pytest.mark.parametrize("place", ["430181", "浏阳市", "浏阳"])
def test_a_place_is_found_by_its_code_its_name_and_its_short_name(store: ox.Store, place: str) -> None:
    assert ask(store, "place-facts", {"place": place}) == read_golden("place-facts")


@pytest.mark.parametrize("name", ["红网", "脱贫攻坚", "无此地"])
def test_a_name_of_something_else_is_no_place(store: ox.Store, name: str) -> None:
    assert ask(store, "place-facts", {"place": name})[1:] == []
    assert ask(store, "place-history", {"name": name})[1:] == []


def test_the_facts_of_a_source_are_its_figures_and_its_statements(store: ox.Store) -> None:
    facts = to_dicts(ask(store, "source-facts"))
    assert len(facts) == len(ask(store, "facts")) + len(ask(store, "statements")) - 2
    assert ask(store, "source-facts", {"source": "none"})[1:] == []


# --- sums, where sources say more than one article does

LIFTED = {"indicator": "people-lifted", "unit": "person", "status": "actual", "qualifier": "exact", "origin": "curated"}
IN_2016 = {"scope": "annual", "period_start": "2016", "period_end": "2016"}
MORE: dict[str, list[dict[str, str]]] = {
    "later-2017-03": [
        {"place": "宜章县", "value": "15415", **IN_2016},
        {"place": "宜章县", "value": "5000", "programme": "四跟四走", **IN_2016},
        {"place": "宜章县", "value": "99999", "subplace": "某镇", **IN_2016},
        {"place": "宁乡县", "value": "200", **IN_2016},
        {"place": "凤凰县", "value": "700", "qualifier": "more-than", **IN_2016},
        {"place": "江华县", "value": "800", "status": "target", **IN_2016},
        {"place": "江华县", "low": "100", "high": "200", **IN_2016},
        {"place": "江华县", "value": "40", "scope": "annual", "period_start": "2016-06", "period_end": "2016-06"},
        {"place": "江华县", "value": "42", "scope": "per-year", "period_start": "2016"},
        {"value": "41", **IN_2016},
        {"place": "望城区", "value": "43"},
    ],
    "later-2018-03": [{"place": "宁乡市", "value": "300", **IN_2016}, {"place": "望城区", "value": "44", **IN_2016}],
}
REASONS = [
    ("长沙市", "29000", ""),
    ("长沙市", "29000", "repeated"),
    ("望城区", "44", "inside"),
    ("宁乡县", "200", "inside"),
    ("浏阳市", "28664", "scope"),
    ("浏阳市", "10117", "inside"),
    ("浏阳市", "28664", "scope"),
    ("宁乡市", "300", "inside"),
    ("宜章县", "15415", "repeated"),
    ("宜章县", "5000", "smaller"),
    ("宜章县", "99999", "subplace"),
    ("宜章县", "15415", ""),
    ("江华县", "800", "status"),
    ("江华县", "", "range"),
    ("江华县", "40", "period"),
    ("江华县", "42", "scope"),
    ("凤凰县", "700", ""),
]


@pytest.fixture(scope="module")
def richer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's data and two more sources that repeat, divide and rename what the article says."""
    data = tmp_path_factory.mktemp("richer") / "data"
    shutil.copytree(find_data(), data)
    for source, figures in MORE.items():
        with (data / "sources.csv").open("a", encoding="utf-8") as file:
            file.write(f"{source},某文,,https://example.org/{source},红网,{source[-7:]}-01,,,,,\n")
        with (data / "facts" / f"{source}.figures.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, field_names(Figure), lineterminator="\n")
            writer.writeheader()
            for number, figure in enumerate(figures):
                span = {"source": source, "quote": "若干人", "start": number * 10, "end": number * 10 + 3}
                writer.writerow(LIFTED | figure | span)
    build(data, data.parent / "build", page=False)
    return data.parent / "build"


def test_a_total_counts_no_one_twice_and_says_what_it_leaves_out(richer: Path) -> None:
    table = ask(open_store(richer), "people-lifted-total")
    rows = to_dicts(table)
    # 宁乡县 is inside 长沙市 and has become 宁乡市 besides: two lines for one figure.
    found = dict.fromkeys((row["source"], row["start"], row["place"], row["value"], row["reason"]) for row in rows)
    assert sorted(key[2:] for key in found) == sorted(REASONS)
    assert {row["inside"] for row in rows if row["place"] == "宁乡县"} == {"长沙市"}
    assert {(row["total"], row["inexact"]) for row in rows} == {(str(29000 + 15415 + 700), "1")}
    dataset = Dataset(default_union=True).parse(richer / QUADS, format="nquads")
    assert ask_rdflib(dataset, "people-lifted-total") == table  # type: ignore[arg-type]


def test_figures_without_a_place_get_no_code_of_some_other_place(richer: Path) -> None:
    store = open_store(richer)
    for name in ("facts", "results", "coverage"):
        rows = [row for row in to_dicts(ask(store, name)) if row["source"] == "later-2017-03" and not row.get("place")]
        assert len(rows) == 1
        assert rows[0].get("place_code", "") == ""
