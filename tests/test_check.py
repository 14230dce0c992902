"""What `check` finds: nothing in the repository's data, and in spoilt ones just what was spoilt, with its place."""

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from edits import FIGURES, SOURCE, SOURCES, STATEMENTS, THINGS, Edit, copy_data, find_line, put, read

from tuopin.check import Report, check
from tuopin.cli import main
from tuopin.errors import Problem
from tuopin.iris import PREFIXES
from tuopin.lexical import find_lexical_problems
from tuopin.messages import set_language
from tuopin.periods import is_date
from tuopin.resources import find_data

ARTICLES = Path(__file__).parent.parent.parent / "shared" / "data"
LIFTED, HOUSEHOLDS = find_line(FIGURES, "10117人"), find_line(FIGURES, "3058户")
INCIDENCE, TIMED = find_line(FIGURES, "6.47%"), find_line(STATEMENTS, "period")
TARGET = read(find_data() / STATEMENTS)[TIMED - 1][1]
WHOLES = ("262-267", "324-329")  # 长沙市 lifted 29000 in 2016; both places of the text say so


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


def facts() -> list[tuple[str, int, dict[str, str]]]:
    """Each fact of the repository's source with its table and line."""
    found = []
    for table in (FIGURES, STATEMENTS):
        names, *rows = read(find_data() / table)
        found += [(table, line, dict(zip(names, row, strict=True))) for line, row in enumerate(rows, 2)]
    return found


def write_text(texts: Path) -> str:
    """A text that has every quote at its place, and something else everywhere else."""
    length = max(int(fact["end"]) for _, _, fact in facts()) + 20
    letters = list("无" * length)
    for _, _, fact in facts():
        letters[int(fact["start"]) : int(fact["end"])] = fact["quote"]
    assert len(letters) == length
    texts.mkdir()
    (texts / f"{SOURCE}.txt").write_text("".join(letters), encoding="utf-8", newline="")
    return "".join(letters)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def where(report: Report, folder: Path) -> list[tuple[str, str]]:
    """The place and the rule of each finding."""
    return [(problem.where.removeprefix(f"{folder}/"), problem.key) for problem in report.problems]


def drop(table: str, line: int) -> Edit:
    """Take one line out of a table."""

    def edit(folder: Path) -> None:
        lines = (folder / table).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / table).write_text("".join(lines[: line - 1] + lines[line:]), encoding="utf-8")

    return edit


# --- quotes


def test_the_data_of_the_repository_have_no_finding() -> None:
    report = check(find_data())
    assert report.problems == []
    assert (report.figures + report.statements, report.quotes) == (len(facts()), 0)


def test_every_quote_is_compared_with_the_text_that_is_at_hand(tmp_path: Path) -> None:
    text = write_text(tmp_path / "texts")
    report = check(copy_data(tmp_path / "data", put(SOURCES, 2, sha256=digest(text))), tmp_path / "texts")
    assert report.problems == []
    assert report.quotes == report.figures + report.statements == len(facts())


@pytest.mark.parametrize("position", [17, 262, 820, 1043, 1711, 2240])
def test_one_changed_character_is_told_of_just_the_facts_that_rest_on_it(position: int, tmp_path: Path) -> None:
    text = write_text(tmp_path / "texts")
    data = copy_data(tmp_path / "data", put(SOURCES, 2, sha256=digest(text)))
    changed = f"{text[:position]}改{text[position + 1 :]}"
    (tmp_path / "texts" / f"{SOURCE}.txt").write_text(changed, encoding="utf-8", newline="")
    resting = [
        (f"{table}:{line}", "quote-mismatch")
        for table, line, fact in facts()
        if int(fact["start"]) <= position < int(fact["end"])
    ]
    report = check(data, tmp_path / "texts")
    assert where(report, data) == [*resting, (f"{SOURCES}:2", "text-changed")]
    assert resting
    assert all("改" in problem.message for problem in report.problems[:-1])
    assert digest(changed) in report.problems[-1].message


def test_a_change_where_no_fact_rests_is_told_by_the_digest_alone(tmp_path: Path) -> None:
    text = write_text(tmp_path / "texts")
    data = copy_data(tmp_path / "data", put(SOURCES, 2, sha256=digest(text)))
    with (tmp_path / "texts" / f"{SOURCE}.txt").open("a", encoding="utf-8") as file:
        file.write("。")
    report = check(data, tmp_path / "texts")
    assert [str(problem) for problem in report.problems] == [
        f"{data}/{SOURCES}:2: sha256: the SHA-256 of the text is {digest(text + '。')}; "
        "get the text as it was; if it has really changed, compare every quote again"
    ]


@pytest.mark.skipif(not (ARTICLES / f"{SOURCE}.txt").is_file(), reason="the article is not kept with the code")
def test_every_quote_stands_in_the_article_at_its_place() -> None:
    report = check(find_data(), ARTICLES)
    assert (report.problems, report.quotes) == ([], len(facts()))


# --- numbers, shapes and what belongs together


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        (put(FIGURES, INCIDENCE, value="647"), "value", "647"),
        (put(FIGURES, INCIDENCE, value="", low="6", high="101"), "high", "101"),
        (put(FIGURES, LIFTED, unit="household"), "unit", "unit:household"),
    ],
)
def test_a_finding_of_a_shape_names_field_and_value(edit: Edit, field: str, value: str, tmp_path: Path) -> None:
    found = check(copy_data(tmp_path / "data", edit)).problems
    assert (field, value) in {(problem.field, problem.value) for problem in found}


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ([put(FIGURES, LIFTED, value="29000")], []),
        ([put(FIGURES, LIFTED, value="30000")], [(f"{FIGURES}:{LIFTED}", "part-above-whole")] * len(WHOLES)),
        ([put(FIGURES, LIFTED, value="30000", qualifier="more-than")],
         [(f"{FIGURES}:{LIFTED}", "part-above-whole")] * len(WHOLES)),
        *(([put(FIGURES, LIFTED, value="30000", **cells)], []) for cells in (  # what need not be a part
            {"qualifier": "about"}, {"qualifier": "up-to"}, {"status": "target"}, {"per": "household"},
            {"scope": "cumulative"}, {"period_start": "2015", "period_end": "2015"},
            {"place": "湖南省", "place_code": "430000", "programme": ""},
        )),
        ([put(FIGURES, HOUSEHOLDS, value="30580")], [(f"{FIGURES}:{LIFTED}", "odd-households")]),
        ([put(FIGURES, HOUSEHOLDS, value="10117")], []),
        ([put(FIGURES, INCIDENCE, value="647")], [(f"{FIGURES}:{INCIDENCE}", "shape")]),
        ([put(FIGURES, INCIDENCE, value="", low="6", high="101")], [(f"{FIGURES}:{INCIDENCE}", "shape")]),
        ([put(FIGURES, INCIDENCE, value="-1")], [(f"{FIGURES}:{INCIDENCE}", "shape")]),
        ([put(FIGURES, INCIDENCE, value="100")], []),
        ([put(FIGURES, INCIDENCE, value="647", indicator="completion-rate")], []),
        ([put(FIGURES, 3, value="-14")], [(f"{FIGURES}:3", "shape")]),
        ([drop(STATEMENTS, TIMED)], [(f"{THINGS}:{find_line(THINGS, TARGET)}", "shape")]),
        ([put(FIGURES, 3, value="1,234")], [(f"{FIGURES}:3", "bad-number")]),
    ],
)  # fmt: skip
def test_a_finding_stands_where_the_mistake_was_made(
    edits: list[Edit], found: list[tuple[str, str]], tmp_path: Path
) -> None:
    data = copy_data(tmp_path / "data", *edits)
    report = check(data)
    assert where(report, data) == found
    assert report.errors == len(found)


def test_more_people_than_households_hold_is_a_warning_and_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = copy_data(tmp_path / "data", put(FIGURES, HOUSEHOLDS, value="100"))
    assert main(["check", str(data), "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        f"{data}/{FIGURES}:{LIFTED}: warning: value: "
        "it does not go with the households beside it: 101.17 persons in each\n"
        "  expected: 1 to 15 persons in each\n  to do: compare both numbers, their units and periods\n"
    )
    assert err == "0 errors, 1 warnings\n"


# --- how findings are written


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl"])
def test_findings_are_rows_that_another_reader_reads_back(
    kind: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, path = copy_data(tmp_path / "data", put(FIGURES, LIFTED, value="30000")), tmp_path / f"findings.{kind}"
    assert main(["check", str(data), "-o", str(path), "--lang", language]) == 1
    text = path.read_text(encoding="utf-8")
    if kind in ("csv", "tsv"):
        rows = list(csv.DictReader(text.splitlines(), delimiter="," if kind == "csv" else "\t"))
    else:
        rows = json.loads(text) if kind == "json" else [json.loads(line) for line in text.splitlines()]
    words = {
        "en": ("{} is more than 29000 of figure:rednet-4216011/{}, which contains it",
               "a part no greater than its whole", "compare both numbers, their periods and scopes"),
        "zh": ("{} 大于包含它的 figure:rednet-4216011/{} 的 29000", "部分不大于整体", "核对两个数、时段和口径"),
    }[language]  # fmt: skip
    part = "figure:rednet-4216011/1023-1029"
    shown = f"30000 of {part}" if language == "en" else f"{part} 的 30000"
    assert rows == [
        {
            "severity": "error",
            "file": f"{data}/{FIGURES}",
            "line": str(LIFTED),
            "field": "value",
            "value": "30000",
            "message": words[0].format(shown, whole),
            "expected": words[1],
            "remedy": words[2],
        }
        for whole in WHOLES
    ]
    assert capsys.readouterr().err == {"en": "2 errors, 0 warnings\n", "zh": "2 个错误，0 个警告\n"}[language]


# --- what every store takes


def to_quad(term: object, predicate: str = "https://example.org/p") -> ox.Quad:
    return ox.Quad(ox.NamedNode("https://example.org/s"), ox.NamedNode(predicate), term)  # type: ignore[arg-type]


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


BAD_TERMS: list[tuple[object, str]] = [
    (ox.BlankNode("b"), "blank-node"),
    *((ox.NamedNode(iri), "bad-iri") for iri in (
        "https://example.org/湘", "https://example.org/%e6", "https://例.org/a", "x:",
    )),
    *((literal(text, datatype), "bad-literal") for text, datatype in (
        ("2019-02-30", "date"), ("2019-02", "date"), ("2017-02-20+08:00", "date"), ("２０１６-01-01", "date"),
        ("16", "gYear"), ("2016-01", "gYear"), ("2016", "gYearMonth"), ("2016-13", "gYearMonth"),
        ("1.50", "decimal"), ("1.0", "decimal"), ("+1", "decimal"), ("1e3", "decimal"), ("1,234", "decimal"),
        ("007", "decimal"), ("1234567890123456", "decimal"), ("-0", "decimal"), (".5", "decimal"),
        ("07", "integer"), ("+7", "integer"), ("-0", "integer"), ("1" * 19, "integer"), ("1.0", "integer"),
        ("1", "boolean"), ("True", "boolean"), ("1", "int"), ("1", "nonNegativeInteger"), ("1.5", "double"),
        ("P1Y", "duration"), ("2017-02-20T08:37:03", "dateTime"), ("2017-02-20T08:37:03+08:00", "dateTime"),
        ("2017-02-20T24:00:00Z", "dateTime"), ("2017-02-30T08:37:03Z", "dateTime"), ("https://a.b/", "anyURI"),
    )),
    *((ox.Literal(f"a{char}b"), "bad-character") for char in "\x00\x01\x0b\x1f\x7f\ufffe\uffff"),
    (ox.Literal("a\x01", language="zh"), "bad-character"),
    *((ox.Literal("a", language=tag), "bad-literal") for tag in ("english", "x-klingon")),
]  # fmt: skip
GOOD_TERMS = [
    ox.NamedNode("https://example.org/%E6%B9%98?a=b#c"),
    ox.NamedNode("urn:isbn:0"),
    *(ox.Literal(text) for text in ("", "湘", "𠀀👍", 'a"b\\c', "a\nb\r\tc", "\u3000\u200b")),
    *(ox.Literal("湘", language=tag) for tag in ("zh", "en", "zh-hans", "zh-latn-pinyin")),
    *(literal(text, datatype) for text, datatype in (
        ("2016-02-29", "date"), ("2016", "gYear"), ("1368", "gYear"), ("2016-12", "gYearMonth"), ("0", "decimal"),
        ("-6.47", "decimal"), ("0.000001", "decimal"), ("568000000", "decimal"), ("123456789012345", "decimal"),
        ("0", "integer"), ("-7", "integer"), ("true", "boolean"), ("2017-02-20T00:37:03Z", "dateTime"), ("a", "string"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("term", "key"), BAD_TERMS, ids=lambda value: ascii(str(value))[:40])
def test_a_term_that_some_store_refuses_or_changes_is_found(term: object, key: str) -> None:
    found: list[tuple[str, str, Problem]] = list(find_lexical_problems([to_quad(term)]))
    assert [(subject, predicate, problem.key) for subject, predicate, problem in found] == [
        ("https://example.org/s", "https://example.org/p", key)
    ]
    assert str(found[0][2])


def test_a_bad_predicate_and_each_subject_of_a_bad_term_are_found() -> None:
    bad = ox.NamedNode("https://example.org/湘")
    quads = [
        to_quad(ox.Literal("a"), "https://example.org/谓"),
        ox.Quad(bad, ox.NamedNode("https://example.org/p"), ox.Literal("b")),
    ]
    assert [problem.value for _, _, problem in find_lexical_problems(quads)] == ["https://example.org/谓", bad.value]


@pytest.mark.parametrize("term", GOOD_TERMS, ids=lambda value: ascii(str(value))[:40])
def test_a_term_that_every_store_keeps_passes(term: object) -> None:
    assert list(find_lexical_problems([to_quad(term)])) == []


@pytest.mark.parametrize("text", ["２０１６", "٢٠١٦", "2016-１2", "2016\n", "0000", "2016-02-30", "16", ""])
def test_a_date_in_other_digits_or_that_does_not_exist_is_none(text: str) -> None:
    assert not is_date(text)
