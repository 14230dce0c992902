"""``tuopin extract``: texts in, facts out, in order, in every form; what fails is told and the rest go on."""

import csv
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tools import need_module

import tuopin
from tuopin.cli import main
from tuopin.errors import DataError, Problem, TuopinError
from tuopin.extracting import Done, extract_texts
from tuopin.factlines import read_fact_lines
from tuopin.facts import Figure, Source, Statement, field_names
from tuopin.messages import LANGUAGES, set_language
from tuopin.pool import map_ordered
from tuopin.reader.explain import find_whys, to_explanation
from tuopin.reader.marks import Fact, split, to_article, to_head, to_tail
from tuopin.reader.read import Reading, Trace
from tuopin.records import read_folder
from tuopin.texts import Text

HUAIHUA = "怀化市2016年将5.68亿元用于发展产业。全市还为2.4万名群众办理了医疗保险。"
XINTIAN = "新田县去年投入财政资金1.2亿元，带动贫困户3120户增收。"
HOSTILE = "投入5万元。</script><img src=x onerror=alert(1)>“\u202e\u2067甲\u0007\ufffe”&lt;b&gt;'\"]]><!--"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("")
    yield
    set_language("")


def put(path: Path, *texts: dict[str, str]) -> Path:
    """JSON Lines of texts."""
    lines = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    path.write_text(lines, encoding="utf-8")
    return path


def put_two(path: Path) -> Path:
    return put(
        path, {"id": "b1", "text": HUAIHUA, "published": "2017-02-20", "title": "怀化"}, {"id": "a1", "text": XINTIAN}
    )


class Ran:
    """What a command said and how it ended."""

    def __init__(self, code: int, out: str, err: str):
        self.code, self.out, self.err = code, out, err
        self.lines = err.splitlines()


Call = Callable[..., Ran]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*words: str | Path) -> Ran:
        code = main(["extract", *map(str, words), "--lang", "en"])
        return Ran(code, *capsys.readouterr())

    return call


def run(*words: str | Path, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tuopin", "extract", *map(str, words), "--lang", "en"]
    return subprocess.run(command, capture_output=True, check=False, **options)


# --- in Python


def test_a_text_gives_its_figures_each_with_its_words() -> None:
    reading = tuopin.extract(HUAIHUA, published="2017-02-20", source="s1")
    assert [figure.value for figure in reading.figures] == ["568000000", "24000"]
    assert all(HUAIHUA[figure.start : figure.end] == figure.quote for figure in reading.figures)
    assert {(figure.source, figure.origin) for figure in reading.figures} == {("s1", "extracted")}
    assert len(reading.traces) == len(reading.figures)


def test_the_day_is_that_which_is_given_else_that_of_the_dateline() -> None:
    text = "新华社长沙2018年3月5日电 去年全省投入5万元。"
    (given,) = tuopin.extract(text, published="2017-02-20T08:37:03+08:00").figures
    (own,) = tuopin.extract(text).figures
    assert (given.period_start, own.period_start) == ("2016", "2017")
    with pytest.raises(DataError) as raised:
        tuopin.extract(text, published="yesterday")
    assert raised.value.problem.key == "published-bad"


def test_a_public_name_stays_what_it_is_however_often_it_is_asked_for() -> None:
    code = "import tuopin; print(*(callable(getattr(tuopin, name)) for name in tuopin.__all__ * 2 if name != 'errors'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert set(done.stdout.split()) == {"True"}


# --- JSON Lines


def test_each_text_is_a_line_with_its_source_and_facts_without_what_is_empty(tmp_path: Path, call: Call) -> None:
    found = call(put_two(tmp_path / "a.jsonl"))
    first, second = map(json.loads, found.out.splitlines())
    assert (found.code, first["id"], second["id"]) == (0, "b1", "a1")
    assert first["source"] == {
        "title": "怀化", "published": "2017-02-20", "sha256": sha256(HUAIHUA.encode()).hexdigest(),
        "length": str(len(HUAIHUA)),
    }  # fmt: skip
    figure = first["figures"][0]
    assert (figure["quote"], figure["value"], figure["unit"]) == ("5.68亿元", "568000000", "CNY")
    assert "" not in [*figure.values(), *second["source"].values()]
    assert Figure(**figure) == tuopin.extract(HUAIHUA, published="2017-02-20", title="怀化", source="b1").figures[0]
    assert list(first) == ["id", "source", "figures", "statements"]


def test_a_figure_at_the_very_beginning_keeps_its_start(tmp_path: Path, call: Call) -> None:
    (line,) = call(put(tmp_path / "a.jsonl", {"id": "a", "text": "5万元用于修路。"})).out.splitlines()
    assert json.loads(line)["figures"][0]["start"] == 0


@pytest.mark.parametrize("name", ["facts.jsonl", "facts.jsonl.gz"])
def test_what_is_written_is_what_the_reader_of_facts_reads(name: str, tmp_path: Path, call: Call) -> None:
    out = tmp_path / name
    assert call(put_two(tmp_path / "a.jsonl"), "-o", out).out == ""
    found = list(read_fact_lines(out))
    assert [item for item in found if isinstance(item, Problem)] == []
    assert [(each.source.record.id, len(each.figures)) for each in found] == [("b1", 2), ("a1", 2)]  # type: ignore[union-attr]
    data = out.read_bytes()
    plain = gzip.decompress(data) if name.endswith(".gz") else data
    assert plain.decode("utf-8") == call(tmp_path / "a.jsonl").out


def test_the_same_texts_give_the_same_bytes_by_any_number_of_workers(tmp_path: Path, call: Call) -> None:
    texts = [{"id": f"t{n}", "text": f"{XINTIAN * (n % 7)}投入{n}万元。"} for n in range(300)]
    file = put(tmp_path / "a.jsonl", *texts)
    for name, words in (("1", []), ("2", []), ("3", ["--workers", "2"]), ("4", ["--workers", "5"])):
        assert call(file, "-o", tmp_path / f"{name}.jsonl.gz", "--html", tmp_path / f"{name}.html", *words).code == 0
    for ending in ("jsonl.gz", "html"):
        assert len({(tmp_path / f"{name}.{ending}").read_bytes() for name in "1234"}) == 1


def test_the_counts_and_an_encoding_that_is_not_utf8_are_told(tmp_path: Path, call: Call) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(HUAIHUA.encode("gb18030"))
    (tmp_path / "in" / "b.txt").write_bytes(XINTIAN.encode())
    found = call(tmp_path / "in")
    assert found.lines == [f"{tmp_path / 'in' / 'a.txt'}: read as gb18030", "2 texts, 4 figures, 0 statements"]


def test_what_the_text_lacks_is_given_by_options(tmp_path: Path, call: Call) -> None:
    file = put(tmp_path / "a.jsonl", {"id": "a", "text": "去年全县投入5万元。"})
    (line,) = call(file, "--published", "2019-05-01", "--place", "新田县", "--title", "题").out.splitlines()
    found = json.loads(line)
    assert (found["source"]["published"], found["source"]["title"]) == ("2019-05-01", "题")
    assert (found["figures"][0]["place"], found["figures"][0]["period_start"]) == ("新田县", "2018")


@pytest.mark.parametrize(
    ("text", "kind"), [(HUAIHUA, ""), (json.dumps({"id": "x", "text": HUAIHUA}), ""), (f"<p>{HUAIHUA}</p>" * 3, "html")]
)
def test_standard_input_is_read(text: str, kind: str) -> None:
    done = run("-", *(["--read-as", kind] if kind else []), input=text.encode())
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "568000000" in done.stdout.decode("utf-8")


def test_texts_come_out_before_the_last_has_come_in(tmp_path: Path) -> None:
    texts = "".join(json.dumps({"id": f"t{n}", "text": XINTIAN}) + "\n" for n in range(200)).encode()
    command = [sys.executable, "-m", "tuopin", "extract", "-", "--read-as", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(texts)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "t0"
        assert process.poll() is None
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise on Windows")
@pytest.mark.parametrize("words", [[], ["--workers", "2"]], ids=["one", "two"])
def test_a_reader_who_leaves_early_is_no_error(words: list[str], tmp_path: Path) -> None:
    file = put(tmp_path / "a.jsonl", *({"id": f"t{n}", "text": XINTIAN} for n in range(2000)))
    command = [sys.executable, "-m", "tuopin", "extract", str(file), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


PEAK = """import sys
from tuopin.cli import main
main(sys.argv[1:])
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak of a process is told in /proc alone")
def test_twenty_thousand_texts_take_no_more_memory_than_two_thousand(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 20_000):
        file = put(tmp_path / "a.jsonl", *({"id": f"t{n}", "text": f"投入{n}元。"} for n in range(count)))
        words = ["extract", str(file), "-o", str(tmp_path / "out.jsonl"), "--lang", "en"]
        done = subprocess.run([sys.executable, "-c", PEAK, *words], capture_output=True, encoding="utf-8", check=True)
        assert f"{count} texts, {count} figures" in done.stderr
        peaks.append(int(done.stdout) << 10)
    assert peaks[1] - peaks[0] < 6e6  # of which the ids of 18,000 texts are 1.5 MB
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 20_000


# --- what fails


def test_a_text_that_fails_is_told_and_left_out_and_the_code_is_1(tmp_path: Path, call: Call) -> None:
    file = tmp_path / "a.jsonl"
    first, last = (json.dumps({"id": name, "text": XINTIAN}) for name in "ab")
    file.write_text(f'{first}\n{{"id": 3}}\nnone\n{last}\n', "utf-8")
    found = call(file, tmp_path / "none.txt")
    assert found.code == 1
    assert [json.loads(line)["id"] for line in found.out.splitlines()] == ["a", "b"]
    assert [line.partition(": ")[0] for line in found.lines[:3]] == [
        f"{file}:2",
        f"{file}:3",
        str(tmp_path / "none.txt"),
    ]
    assert found.lines[3:] == ["2 texts, 4 figures, 0 statements", "3 could not be read and were left out"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_strict_stops_at_the_first_and_leaves_what_was_there(workers: str, tmp_path: Path, call: Call) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(f'{{"id": "a", "text": "{XINTIAN}"}}\nnone\n', "utf-8")
    out, page = tmp_path / "out.jsonl", tmp_path / "out.html"
    out.write_text("earlier", "utf-8")
    found = call(file, "-o", out, "--html", page, "--strict", "--workers", workers)
    assert (found.code, len(found.lines), out.read_text("utf-8"), page.exists()) == (1, 1, "earlier", False)
    assert found.lines[0].startswith(f"{file}:2: ")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl", "out.jsonl"]


def test_where_nothing_could_be_read_nothing_is_written(tmp_path: Path, call: Call) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("earlier", "utf-8")
    found = call(tmp_path / "none.txt", "-o", out)
    assert (found.code, out.read_text("utf-8")) == (1, "earlier")
    assert found.lines[-1] == "1 could not be read; nothing was written"


def test_a_fault_in_reading_costs_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, **given: str) -> Reading:
        if "坏" in text:
            raise RecursionError("too deep")
        return Reading()

    monkeypatch.setattr("tuopin.extracting.read_facts", fail)
    texts = [Text("a", "好"), Text("b", "坏", path="x.jsonl"), Text("c", "好")]
    found = list(extract_texts(texts))
    assert [each.id if isinstance(each, Done) else each.problem.key for each in found] == ["a", "text-failed", "c"]
    assert "x.jsonl: “b” could not be read: RecursionError: too deep" in str(found[1])


def test_an_error_keeps_its_words_on_the_way_from_another_process() -> None:
    errors: list[Text | TuopinError] = [DataError("text-empty", file="a", line=3), Text("a", HUAIHUA)]
    (error, done) = extract_texts(errors, (), 2)
    assert isinstance(error, TuopinError)
    assert (error.problem.file, error.problem.line) == ("a", 3)
    assert isinstance(done, Done)


def die(item: int) -> int:
    if item == 3:
        os._exit(1)
    return item


def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(DataError) as raised:
        list(map_ordered(die, range(5), 2, abs))
    assert raised.value.problem.key == "worker-killed"


def wait(item: int) -> int:
    time.sleep(0.02 * (item % 3))
    return item


def test_results_keep_their_order_and_few_items_are_read_ahead() -> None:
    given = []

    def give() -> Iterator[int]:
        for item in range(60):
            given.append(item)
            yield item

    results = map_ordered(wait, give(), 2, lambda _: 1, limit=2)
    assert next(results) == 0
    assert len(given) <= 12
    assert list(results) == list(range(1, 60))


# --- wrong usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{in}/a.txt", "--format", "xml"], "there is no output format “xml”"),
        (["{in}/a.txt", "--format", "csv"], "csv is several files and needs a folder"),
        (["{in}/a.txt", "-o", "{out}.xyz"], "does not tell the output format"),
        (["{in}/a.txt", "-o", "{in}"], "does not tell the output format"),
        (["{in}/a.txt", "-o", "{in}/a.txt", "-f", "jsonl"], "it would replace an input"),
        (["{in}", "-o", "{in}/facts.jsonl"], "it would replace an input"),
        (["{in}", "--html", "{in}/b/facts.html"], "it would replace an input"),
        (["{in}", "--save-text", "{in}/texts"], "it would replace an input"),
        (["{in}/a.txt", "--save-text", "{in}"], "it would replace an input"),
        (["{in}/a.txt", "-o", "{out}.jsonl", "--html", "{out}.jsonl"], "two outputs would be the same file"),
        (["{in}/a.txt", "--explain", "--format", "csv"], "--explain writes an explanation and no csv"),
        (["{in}/a.txt", "--workers", "0"], "“0” is no number of processes"),
        (["{in}/a.txt", "--workers", "two"], "argument --workers"),
        (["{in}/a.txt", "--published", "soon"], "“soon”"),
        (["{in}/a.txt", "--read-as", "doc"], "there is no input format “doc”"),
        (["{in}/a.txt", "--title", "\udcff"], "half"),
        ([], "INPUT"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_usage_is_told_in_a_line_and_writes_nothing(
    words: list[str], said: str, tmp_path: Path, call: Call
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(XINTIAN, "utf-8")
    given = [word.replace("{in}", str(folder)).replace("{out}", str(tmp_path / "out")) for word in words]
    found = call(*given)
    assert (found.code, found.out, len(found.lines)) == (2, "", 1)
    assert said in found.err
    assert [each.name for each in (*tmp_path.iterdir(), *folder.iterdir())] == ["in", "a.txt"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.txt", "no such file"),
        ("empty", "no texts in the folder"),
        ("a.xyz", "does not tell what it is"),
        ("a.txt", "no text"),
    ],
)
def test_an_input_that_cannot_be_read_is_told_in_a_line(name: str, said: str, tmp_path: Path, call: Call) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.xyz").write_text(XINTIAN, "utf-8")
    (tmp_path / "a.txt").write_text(" \n", "utf-8")
    found = call(tmp_path / name)
    assert (found.code, len(found.lines)) == (1, 3)
    assert found.lines[0].startswith(f"{tmp_path / name}: ")
    assert said in found.lines[0]


# --- curated tables


def test_tables_are_a_data_folder_that_holds_the_same_facts(tmp_path: Path, call: Call) -> None:
    file, out = put_two(tmp_path / "a.jsonl"), tmp_path / "data"
    assert call(file, "-o", out, "--format", "csv").code == 0
    problems: list[Problem] = []
    found = {each.source.record.id: each for each in read_folder(out, problems)}
    assert problems == []
    for item in map(json.loads, call(file).out.splitlines()):
        own = found[item["id"]]
        assert own.source.record == Source(item["id"], **item["source"])
        assert [each.record for each in own.figures] == [Figure(**figure) for figure in item["figures"]]
        assert [each.record for each in own.statements] == [Statement(**each) for each in item["statements"]]
    names = sorted(each.name for each in (out / "facts").iterdir())
    assert names == ["a1.figures.csv", "a1.statements.csv", "b1.figures.csv", "b1.statements.csv"]


def test_tables_have_the_same_bytes_twice_and_replace_only_their_own(tmp_path: Path, call: Call) -> None:
    file, out = put_two(tmp_path / "a.jsonl"), tmp_path / "data"
    seen = []
    for words in ([], ["--workers", "2"]):
        assert call(file, "-o", out, "--format", "csv", *words).code == 0
        seen.append({each.relative_to(out): each.read_bytes() for each in out.rglob("*") if each.is_file()})
    assert seen[0] == seen[1]
    sums = dict(reversed(line.split("  ")) for line in seen[0][Path("SHA256SUMS")].decode().splitlines())
    assert sums == {str(name): sha256(data).hexdigest() for name, data in seen[0].items() if name.name != "SHA256SUMS"}
    (out / "mine.csv").write_text("", "utf-8")
    found = call(file, "-o", out, "--format", "csv")
    assert found.code == 1
    assert "mine.csv" in found.err
    assert {each.relative_to(out) for each in out.rglob("*") if each.is_file()} == {*seen[0], Path("mine.csv")}


@pytest.mark.parametrize("name", ["../../x", "新田县 2019", "Report", "a/b"])
def test_an_id_that_no_source_may_have_becomes_one_that_it_may(name: str, tmp_path: Path, call: Call) -> None:
    file = put(tmp_path / "a.jsonl", {"id": name, "text": XINTIAN})
    texts = tmp_path / "texts"
    assert call(file, "-o", tmp_path / "data", "-f", "csv", "--save-text", texts).code == 0
    (found,) = read_folder(tmp_path / "data", [])
    own = found.source.record.id
    assert re.fullmatch("[a-z0-9-]+", own)
    assert {each.record.source for each in found.figures} == {own}
    assert sha256((texts / f"{own}.txt").read_bytes()).hexdigest() == found.source.record.sha256
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl", "data", "texts"]


def test_saved_texts_hold_every_quote_where_it_is_said_to_stand(tmp_path: Path, call: Call) -> None:
    (tmp_path / "a.txt").write_bytes(HUAIHUA.replace("。", "。\r\n").encode("gb18030"))
    found = json.loads(call(tmp_path / "a.txt", "--save-text", tmp_path / "texts").out)
    data = (tmp_path / "texts" / "a.txt").read_bytes()
    assert sha256(data).hexdigest() == found["source"]["sha256"]
    text = data.decode("utf-8")
    assert [text[each["start"] : each["end"]] for each in found["figures"]] == ["5.68亿元", "2.4万名"]


# --- why


FIGURE = Figure("a", "5万元", 2, 5, value="50000", unit="CNY", period_start="2016")
TRACES = (Trace("value", "50000", "number", 2, 4), Trace("unit", "CNY", "unit-word", 4, 5), Trace("place", "", "none"))
SHOWN = Text("a", "投入5万元。", published="2017-02-20", title="题")


def test_each_attribute_is_told_with_its_words_and_rule_in_the_order_of_the_record() -> None:
    whys = [tuple(why) for why in find_whys(SHOWN.text, FIGURE, TRACES)]
    assert whys[:2] == [("value", "50000", "5万", 2, 4, "number"), ("unit", "CNY", "元", 4, 5, "unit-word")]
    assert ("period_start", "2016", "", 0, 0, "") in whys
    assert ("place", "", "", 0, 0, "none") in whys
    order = [why[0] for why in whys]
    assert order == sorted(order, key=field_names(Figure).index)


def test_the_words_of_a_range_give_both_its_ends() -> None:
    figure = Figure("a", "2到5万元", 2, 7, low="20000", high="50000")
    whys = list(find_whys("投入2到5万元。", figure, [Trace("value", "", "range", 2, 6)]))
    assert [tuple(why)[:3] for why in whys][:2] == [("low", "20000", "2到5万"), ("high", "50000", "2到5万")]


def test_a_rule_has_words_in_both_languages_or_its_own_name() -> None:
    traces = [Trace("value", "50000", "number_and_unit", 2, 4), Trace("unit", "CNY", "rule_of_a_table", 4, 5)]
    shown = {}
    for language in LANGUAGES:
        set_language(language)
        shown[language] = to_explanation(SHOWN, Reading([FIGURE], [], [tuple(traces)]))
    assert "a number with its unit" in shown["en"]
    assert "数字连同单位" in shown["zh"]
    assert all("rule_of_a_table" in text for text in shown.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_is_a_table_for_each_figure_in_the_language_of_the_interface(language: str) -> None:
    set_language(language)
    statement = Statement("a", "新田县", "carriesOut", "某工程", "投入", 0, 2)
    lines = to_explanation(SHOWN, Reading([FIGURE], [statement], [TRACES])).splitlines()
    assert lines[0].split() == ["#", "a", "2017-02-20", "题"]
    assert lines[2].split() == ["5万元", "[2:5]"]
    unit = {"en": "unit", "zh": "单位"}[language]
    assert [unit, "CNY", "元", "4–5", "unit-word"] in [line.split() for line in lines]
    assert ["新田县", "carriesOut", "某工程", "投入", "0–2"] in [line.split() for line in lines]


def test_explain_goes_to_standard_output_or_to_a_file(tmp_path: Path, call: Call) -> None:
    file, out = put_two(tmp_path / "a.jsonl"), tmp_path / "why.txt"
    found = call(file, "--explain")
    assert (found.code, found.out.count("\n# ") + 1) == (0, 2)
    assert "5.68亿元" in found.out
    assert call(file, "--explain", "-o", out, "--workers", "2").out == ""
    assert out.read_text("utf-8") == found.out


def test_every_field_of_a_figure_has_a_name_in_both_languages() -> None:
    figure = replace(FIGURE, **dict.fromkeys(field_names(Figure)[4:], "x"))
    for language in LANGUAGES:
        set_language(language)
        text = to_explanation(SHOWN, Reading([figure], [], [()]))
        assert len(text.splitlines()) == len(field_names(Figure)) + 1


# --- the page


def make_page(*items: tuple[Text, Reading]) -> str:
    return to_head("题") + "".join(to_article(*item) for item in items) + to_tail()


def parse(page: str) -> Any:
    need_module("html5lib")
    import html5lib  # noqa: PLC0415 - only where it is installed

    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    return parser.parse(page)


def read_hostile() -> tuple[Text, Reading]:
    text = Text("<i>\u202e", HOSTILE, "2017", f"</title>{HOSTILE}", 'javascript:alert("1")', HOSTILE, path="a")
    statement = Statement("a", HOSTILE, "<b>", HOSTILE, HOSTILE, 0, len(HOSTILE))
    figure = replace(FIGURE, place=HOSTILE, programme="\u202e")
    return text, Reading([figure], [statement], [(Trace("place", "", "</span><b>", 0, len(HOSTILE)),)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_sound_html_in_its_language_and_marks_every_fact(language: str) -> None:
    set_language(language)
    tree = parse(make_page((SHOWN, Reading([FIGURE], [], [TRACES])), (Text("b", "甲"), Reading())))
    assert tree.get("lang") == {"en": "en", "zh": "zh-CN"}[language]
    (mark,) = [each for each in tree.iter("mark") if each.get("tabindex")]
    (card,) = [each for each in tree.iter("span") if each.get("role") == "tooltip"]
    assert (mark.text, mark.get("tabindex"), mark.get("aria-describedby")) == ("5万元", "0", card.get("id"))
    words = "".join(card.itertext())
    for part in ("50000", "CNY", "元", "unit-word", {"en": "period start", "zh": "时期起"}[language]):
        assert part in words
    assert [each.get("id") for each in tree.iter("h2")] == [
        each.get("aria-labelledby") for each in tree.iter("article")
    ]


def test_a_hostile_text_is_shown_and_never_becomes_a_part_of_the_page() -> None:
    page = make_page(read_hostile(), (Text("b", "甲"), Reading()))
    tree = parse(page)
    elements = {each.tag for each in tree.iter() if isinstance(each.tag, str)}
    assert not elements & {"script", "img", "i"}
    assert len(list(tree.iter("article"))) == 2
    assert not any(name.startswith("on") for each in tree.iter() for name in each.keys())  # noqa: SIM118 - an element
    assert not list(tree.iter("a"))
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe]", page)
    shown = "".join(next(iter(tree.iter("article"))).itertext())
    assert "</script><img src=x onerror=alert(1)>“U+202EU+2067甲U+0007U+FFFE”&lt;b&gt;'\"]]><!--" in shown


def test_a_page_runs_nothing_loads_nothing_and_hides_no_mark_from_a_keyboard() -> None:
    page = make_page((SHOWN, Reading([FIGURE], [], [TRACES])))
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!data:,\")", page) == []
    assert "url(" not in page
    (policy,) = re.findall('Content-Security-Policy" content="([^"]+)"', page)
    assert "default-src &#39;none&#39;" in policy
    for rule in (":hover > .card", ":focus-within > .card", "prefers-color-scheme: dark"):
        assert rule in page


def test_ids_of_a_page_are_never_the_same_twice() -> None:
    statement = Statement("a", "x", "y", "z", "投入5万元", 0, 5)
    reading = Reading([FIGURE], [statement], [TRACES])
    page = make_page(*((Text(name, SHOWN.text), reading) for name in ("a", "b", "a b")))
    ids = re.findall(' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 3 * 3
    assert set(re.findall('aria-describedby="([^"]+)"', page)) <= set(ids)


def test_facts_may_lie_in_each_other_or_overlap() -> None:
    facts = [Fact(name, "figure", "", start, end, []) for name, start, end in (("a", 0, 4), ("b", 2, 6), ("c", 2, 3))]
    pieces = [(piece.text, "".join(fact.id for fact in piece.facts)) for piece in split("01234567", facts)]
    assert pieces == [("01", "a"), ("2", "abc"), ("3", "ab"), ("45", "b"), ("67", "")]


def test_the_page_of_a_run_holds_all_its_texts_in_order(tmp_path: Path, call: Call) -> None:
    page = tmp_path / "page.html"
    found = call(put_two(tmp_path / "a.jsonl"), "--html", page)
    assert (found.code, len(found.out.splitlines())) == (0, 2)
    tree = parse(page.read_text("utf-8"))
    assert ["".join(each.itertext()) for each in tree.iter("h2")] == ["怀化", "a1"]
    assert next(iter(tree.iter("title"))).text == "怀化"
    assert len([each for each in tree.iter("mark") if each.get("tabindex")]) == 4


def test_csv_cells_hold_what_the_text_holds(tmp_path: Path, call: Call) -> None:
    file = put(tmp_path / "a.jsonl", {"id": "a", "text": XINTIAN, "title": '"题", \r=1+1\n'})
    assert call(file, "-o", tmp_path / "data", "-f", "csv").code == 0
    with (tmp_path / "data" / "sources.csv").open(encoding="utf-8", newline="") as table:
        (row,) = csv.DictReader(table)
    assert row["title"] == '"题", \r=1+1\n'


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize("words", [[], ["--workers", "2"]], ids=["one", "two"])
def test_an_interrupt_is_told_in_a_line_and_leaves_what_was_there(words: list[str], tmp_path: Path) -> None:
    file = put(tmp_path / "a.jsonl", *({"id": f"t{n}", "text": XINTIAN * 20} for n in range(5_000)))
    out = tmp_path / "out.jsonl"
    out.write_text("earlier", "utf-8")
    command = [sys.executable, "-m", "tuopin", "extract", str(file), "-o", str(out), *words, "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        while not any(each.stat().st_size for each in tmp_path.glob("*.part")) and process.poll() is None:
            time.sleep(0.01)  # until it has begun to write
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process
        assert process.communicate() == (b"", b"stopped; what was there before is untouched\n")
    assert process.returncode == 130
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir() if each != file} == {
        "out.jsonl": "earlier"
    }
