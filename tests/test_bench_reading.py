"""What is measured of reading text, with a reader so simple that its marks are known, and the peers where they are."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tuopin.bench import COLUMNS
from tuopin.bench.annotated import to_annotated
from tuopin.bench.readers import PEERS, VARIABLE, find_python, make_reader, run_reader
from tuopin.bench.reading import CLAIMS, Trial, make_texts
from tuopin.bench.rows import Subject
from tuopin.bench.runner import Missing
from tuopin.bench.scoring import Tally
from tuopin.messages import set_language

# It reads numbers of one digit before 个 and 元, and it writes a line for each.
READER = """
import json, re
from tuopin.bench.scoring import Reading
from tuopin.facts import Figure
def read(text, published, title, place, publisher):
    found = re.finditer("([0-9])(元|个)", text)
    return Reading([Figure("", m[0], *m.span(), m[1], unit="CNY" if m[2] == "元" else "item") for m in found])
def write(texts, out):
    with open(texts, encoding="utf-8") as lines, open(out, "w") as file:
        file.writelines("x\\n" for line in lines for figure in read(json.loads(line)["text"], "", "", "", "").figures)
"""
TEXT = "投入7元，又投入10余万元，每户3000-5000元，建9个点，占6.5%，增长7成。"
AMOUNTS = ("7元", "10余万元", "3000-5000元", "9个", "6.5%", "7成")
VALUES = (("7",), ("100000",), ("", "3000", "5000"), ("9",), ("6.5",), ("70",))
UNITS = ("CNY", "CNY", "CNY", "item", "percent", "percent")


def make_cells() -> dict[str, Any]:
    figures = [
        {"quote": quote, "start": TEXT.index(quote), "end": TEXT.index(quote) + len(quote), "unit": unit}
        | dict(zip(("value", "low", "high"), values, strict=False))
        for quote, values, unit in zip(AMOUNTS, VALUES, UNITS, strict=True)
    ]
    return {"id": "a", "text": TEXT, "figures": figures}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may make an environment: that of the peers is said to be where there is none, but for the tests of it."""
    set_language("en")
    if "peers" not in request.fixturenames:
        monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    (tmp_path / "reader_of_digits.py").write_text(READER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    yield
    set_language("")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(make_cells()), encoding="utf-8")
    return folder


@pytest.fixture
def peers() -> None:
    if not os.environ.get(VARIABLE):
        pytest.skip(f"no environment with readers of Chinese: {VARIABLE} names none")
    find_python()


@pytest.fixture
def trial(corpus: Path, tmp_path: Path) -> Trial:
    return Trial([corpus], tmp_path, "reader_of_digits:read", "reader_of_digits:write", 20_000, 1)


def make_rows(trial: Trial, *keys: str) -> Iterator[dict[str, str]]:
    for each in trial.find_comparisons():
        if each.key in keys:
            row = Subject("extract", each.key, each.peer, each.goal).measure(each.call)
            yield dict(zip(COLUMNS, row, strict=True))


# --- quality


def test_a_corpus_is_scored_at_every_level(trial: Trial, corpus: Path) -> None:
    total = trial.score_corpus(corpus)
    assert total.levels["found"] == Tally(2, 6, 3)  # it takes 0元 out of 5000元
    rows = list(make_rows(trial, "level"))
    assert [row["ratio"] for row in rows[:2]] == ["0.444", "0.444"]
    assert rows[0]["tuopin"] == "F1 0.444"
    assert rows[0]["note"].startswith("P 0.667 R 0.333 n 6; ×10ⁿ 0; ≠ quote 0; unit 1.000")
    assert {row["met"] for row in rows[:3]} == {"no"}


def test_a_claim_holds_for_the_figures_that_a_peer_says_it_reads() -> None:
    held = [[golden.record.quote for golden in to_annotated(make_cells()).figures if c.holds(golden)] for c in CLAIMS]
    assert held == [["7元", "10余万元", "3000-5000元"], ["7元", "10余万元"], ["6.5%", "7成"]]


@pytest.mark.parametrize("key", ["claim", "numbers"])
def test_a_missing_peer_is_told_and_not_hidden(trial: Trial, key: str) -> None:
    rows = list(make_rows(trial, key))
    assert len(rows) == {"claim": 3, "numbers": 2}[key]
    for row in rows:
        assert row["peer_figure"].startswith(f"not to be had: {VARIABLE}=")
        assert (row["ratio"], row["met"], row["runs"]) == ("", "", "0")


def test_a_reader_or_a_corpus_that_is_not_there_is_told(corpus: Path, tmp_path: Path) -> None:
    for read, folder, reason in (
        ("no_such_module:read", corpus, "no_such_module:read: No module named"),
        ("reader_of_digits:none", corpus, "reader_of_digits:none: "),
        ("reader_of_digits:read", tmp_path / "empty", str(tmp_path / "empty")),
    ):
        row = next(make_rows(Trial([folder], tmp_path, read, "", 1000, 1), "level"))
        assert row["peer_figure"].startswith(f"not to be had: {reason}")
    row = next(make_rows(Trial([corpus], tmp_path, "no_such_module:read", "", 1000, 1), "speed"))
    assert "No module named" in row["peer_figure"]


# --- speed


@pytest.mark.parametrize("key", ["speed", "quads", "pool", "memory"])
def test_speed_and_memory_are_measured_even_for_tiny_texts(trial: Trial, key: str) -> None:
    rows = list(make_rows(trial, key))
    assert rows[0]["peer"] == {"pool": "×1", "memory": "1/20"}.get(key, "re")
    assert float(rows[0]["ratio"]) > 0
    assert rows[0]["met"] in ("yes", "no")
    assert all(row["peer_figure"].startswith("not to be had") for row in rows[1:])


def test_a_made_up_corpus_has_its_size_and_no_two_texts_alike() -> None:
    text = to_annotated({"id": "a", "text": "2016年，1200户脱贫，占3.45%。"})
    made = [each["text"] for each in make_texts([text], 1000)]
    assert 1000 <= sum(len(each.encode()) for each in made) < 1050
    assert made[:3] == [f"2016年，{1200 + copy}户脱贫，占3.45%。" for copy in range(3)]
    assert len({each["id"] for each in make_texts([text], 1000)}) == len(made)


def test_a_reader_says_what_it_used_and_with_what_it_found(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"text": "17个"}) + "\n", encoding="utf-8")
    run = run_reader("re", path, spans=True)
    assert run.answer["spans"] == [[[0, 3]]]
    assert run.answer["bytes"] == len("17个".encode())
    assert run.cpu > 0
    assert run.answer["peak"] == 0 or run.peak > 5
    pool = run_reader("tuopin", path, read="reader_of_digits:read", workers=2, stream=True)
    assert pool.answer["wall"] > 0


def test_a_reader_that_fails_fails_its_row_with_the_last_line_of_what_it_said(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"text": "a"}) + "\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        run_reader("tuopin", path, read="builtins:int")


# --- the peers


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_that_is_not_installed_says_which(name: str, tmp_path: Path) -> None:
    with pytest.raises(Missing, match=f"{VARIABLE}={tmp_path / 'none'}"):
        run_reader(name, tmp_path / "texts.jsonl")


def test_a_library_that_is_not_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tuopin.bench.readers.find_python", lambda: sys.executable)
    (tmp_path / "jieba.py").write_text("raise ModuleNotFoundError('no jieba')", encoding="utf-8")
    (tmp_path / "texts.jsonl").write_text('{"text": ""}\n', encoding="utf-8")
    with pytest.raises(Missing, match="jieba: no jieba"):
        run_reader("jieba", tmp_path / "texts.jsonl")


# What JioNLP 1.5 says in truth.
ANSWERS: dict[str, tuple[str, list[int], str | list[str], str]] = {
    "投入近300万元左右": ("近300万元左右", [2, 10], "3000000.00", "元"),
    "又投入10余万元": ("10余万元", [3, 8], ["100000.00", "200000.00"], "元"),
    "收3000-5000元": ("3000-5000元", [1, 11], ["3000.00", "5000.00"], "元"),
    "出口2.3亿美元": ("2.3亿美元", [2, 8], "230000000.00", "美元"),
}


class FakeMoney:
    """JioNLP as far as it is asked."""

    def extract_money(self, text: str, with_parsing: bool) -> list[dict[str, Any]]:
        assert with_parsing
        quote, offset, number, case = ANSWERS[text]
        return [{"text": quote, "offset": offset, "detail": {"num": number, "case": case}}]


def test_amounts_of_a_peer_become_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = type("jionlp", (), {"ner": FakeMoney()})
    monkeypatch.setattr("tuopin.bench.readers.import_module", lambda name: fake)
    text = "，".join(ANSWERS)
    found = make_reader("jionlp-money")({"text": text})
    assert [(text[start:end], *values) for start, end, *values in found] == [
        ("300万元", "3000000.00", "", ""),
        ("10余万元", "100000.00", "", ""),
        ("3000-5000元", "", "3000.00", "5000.00"),
    ]


@pytest.mark.usefixtures("peers")
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("jionlp-money", [("7元", "7"), ("10余万元", "100000"), ("3000-5000元", "3000")]),
        ("recognizers-currency", [("7元", "7"), ("10余万元", "100000"), ("5000元", "5000")]),
        ("recognizers-percentage", [("6.5%", "6.5"), ("7成", "70")]),
        ("recognizers-number", [("7", "7"), ("10余万", "100000"), ("3000", "3000"), ("5000", "5000")]),
    ],
)
def test_a_peer_reads_what_it_claims(name: str, found: list[tuple[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"text": TEXT}) + "\n", encoding="utf-8")
    (spans,) = run_reader(name, path, spans=True).answer["spans"]
    said = [(TEXT[start:end], (value or low).removesuffix(".00")) for start, end, value, low, _ in spans]
    assert said[: len(found)] == found


@pytest.mark.usefixtures("peers")
def test_every_peer_has_its_row(trial: Trial) -> None:
    rows = list(make_rows(trial, "claim", "numbers", "speed"))
    assert {row["peer"] for row in rows} == {*PEERS, "re"}
    assert all(float(row["ratio"]) > 0 for row in rows if row["peer"] != "recognizers-percentage")
