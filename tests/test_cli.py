"""The command line: what it says in which language, what it reads and writes, and that all its words are there."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from edits import FIGURES, STATEMENTS, read

import tuopin
from tuopin.cli import main
from tuopin.facts import Figure, Statement
from tuopin.frames import find_figures, find_statements
from tuopin.messages import set_language
from tuopin.resources import find_data, find_ontology

COMMANDS = {
    "extract": {
        "-o", "--output", "-f", "--format", "--published", "--place", "--title", "--read-as", "--save-text",
        "--explain", "--html", "--strict", "--workers",
    },
    "build": {"-o", "--output", "--from", "--excel", "--no-page"},
    "query": {"-p", "--param", "--list", "-d", "--dataset", "-o", "--output", "-f", "--format", "--excel"},
    "check": {"--texts", "-o", "--output", "-f", "--format", "--excel"},
    "export": {"-d", "--dataset", "-o", "--output", "-f", "--format", "--excel"},
    "bench": {"--quads", "-o", "--output", "-f", "--format", "--excel"},
}  # fmt: skip
EVERYWHERE = {"-h", "--help", "--lang"}
ONE = "SELECT ?code ?name { place:430181 tp:code ?code ; rdfs:label ?name } ORDER BY LANG(?name)"
PLACE = "CONSTRUCT { place:430181 tp:code ?code } WHERE { place:430181 tp:code ?code }"
TRIPLE = (rdflib.URIRef("https://w3id.org/tuopin/id/place/430181"), "430181")


@pytest.fixture(autouse=True)
def _no_language() -> None:
    set_language("")


def run(*words: str | Path, **options: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tuopin", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def environment(**variables: str) -> dict[str, str]:
    speech = ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONUTF8")
    return {name: value for name, value in os.environ.items() if name not in speech} | variables


def show(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """What a command writes to standard output, which is all that it says."""
    assert main(list(map(str, words))) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


# --- help and language


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_names_every_command_and_option_in_both_languages(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {}
    for command in ("", *COMMANDS):
        with pytest.raises(SystemExit) as raised:
            main([*command.split(), "--help", "--lang", language])
        assert raised.value.code == 0
        shown[command] = capsys.readouterr().out
    assert {word for word in shown[""].split() if word in COMMANDS} == set(COMMANDS)
    for command, text in shown.items():
        words = set(text.replace(",", " ").replace("[", " ").replace("]", " ").split())
        wanted = COMMANDS.get(command, {"--version"}) | EVERYWHERE
        assert {word for word in words if word.startswith("-") and word.strip("-")} == wanted, command
        assert text.startswith({"en": "usage: tuopin", "zh": "用法：tuopin"}[language])
        assert any("\u4e00" <= char <= "\u9fff" for char in text) == (language == "zh")


@pytest.mark.parametrize(
    ("variables", "words", "chinese"),
    [
        ({}, [], False),
        ({"LANG": "zh_CN.UTF-8"}, [], True),
        ({"LANG": "en_GB.UTF-8"}, [], False),
        ({"LANG": "de_DE.UTF-8"}, [], False),
        ({"LANG": "C"}, [], False),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, [], True),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, [], False),
        ({"LANG": "zh_CN.UTF-8"}, ["--lang", "en"], False),
        ({"LANG": "C"}, ["--lang=zh"], True),
        ({"LANG": "C", "PYTHONIOENCODING": "ascii"}, ["--lang", "zh"], None),
        ({"LANG": "C", "PYTHONIOENCODING": "cp1252"}, ["--lang", "zh"], None),
    ],
)
def test_the_language_is_that_of_the_option_else_of_the_locale(
    variables: dict[str, str], words: list[str], chinese: bool | None
) -> None:
    done = run("--help", *words, env=environment(**variables))
    assert (done.returncode, done.stderr) == (0, b"")
    if chinese is None:  # what the encoding cannot show is written as its number
        assert done.stdout.startswith(rb"\u7528\u6cd5")
    else:
        assert done.stdout.decode("utf-8").startswith("用法：" if chinese else "usage: ")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert (raised.value.code, capsys.readouterr().out) == (0, f"tuopin {tuopin.__version__}\n")


# --- input and output


@pytest.mark.parametrize("words", [["-"], []], ids=str)
@pytest.mark.parametrize("text", [ONE.encode(), b"\xef\xbb\xbf" + ONE.encode()], ids=["plain", "marked"])
def test_a_query_is_read_from_standard_input(words: list[str], text: bytes, built: Path) -> None:
    done = run("query", *words, "-d", built, "-f", "csv", input=text)
    assert (done.stdout.decode("utf-8"), done.stderr) == ("code,name\n430181,Liuyang City\n430181,浏阳市\n", b"")


def test_a_query_without_input_says_what_to_give(built: Path) -> None:
    done = run("query", "-d", built, "--lang", "en", input=b"")
    assert done.returncode == 1
    assert done.stderr.decode("utf-8").startswith("-:1: column 1: the query ends too early")


def test_a_query_is_read_from_a_file_or_is_a_description(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "问.rq"
    file.write_text(f"\ufeff{ONE}", encoding="utf-8")
    assert show(capsys, "query", file, "-d", built, "-f", "csv").startswith("code,name\n")
    assert "430181" in show(capsys, "query", "DESCRIBE place:430181", "-d", built, "-f", "nt")
    assert show(capsys, "query", f"{ONE} # {'x' * 5000}", "-d", built, "-f", "csv").startswith("code,name\n")


def test_a_dash_is_standard_output(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["query", ONE], ["query", PLACE], ["export", "facts"], ["export", "figures"], ["query", "--list"]):
        plain, dash = run(*words, "-d", built), run(*words, "-d", built, "-o", "-")
        assert plain.stdout == dash.stdout != b""
        assert (plain.returncode, dash.returncode, dash.stderr) == (0, 0, b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["query", ONE], ["export", "figures"], ["export", "graph"], ["export", "network"]])
def test_an_output_file_is_replaced_whole_or_left_as_it_was(
    words: list[str], built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ending = {"graph": "nt", "network": "graphml"}.get(words[1], "csv")
    path = tmp_path / f"out.{ending}"
    path.write_text("earlier", encoding="utf-8")
    assert main([*words, "-d", str(tmp_path / "nowhere"), "-o", str(path)]) == 1
    assert path.read_text(encoding="utf-8") == "earlier"
    capsys.readouterr()
    assert show(capsys, *words, "-d", built, "-o", path) == ""
    assert path.read_text(encoding="utf-8") == show(capsys, *words, "-d", built, "-f", ending)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_query_that_fails_while_it_is_written_leaves_the_file_as_it_was(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.rdf"
    path.write_text("earlier", encoding="utf-8")
    bad = 'CONSTRUCT { ?s <https://example.org/1> "a" } WHERE { ?s tp:code ?code }'
    done = run("query", bad, "-d", built, "-o", path, "--lang", "en")
    assert (done.returncode, path.read_text(encoding="utf-8")) == (1, "earlier")
    assert done.stderr.startswith(b"the result cannot be written as rdf: https://example.org/1")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise on Windows")
@pytest.mark.parametrize(
    "words",
    [["query", "SELECT * { ?s ?p ?o }", "-f", "csv"], ["query", "CONSTRUCT WHERE { ?s ?p ?o }"], ["export", "graph"],
     ["query", "--list", "-f", "jsonl"], ["export", "network"]],
)  # fmt: skip
def test_a_reader_who_leaves_early_is_no_error(words: list[str], built: Path) -> None:
    command = [sys.executable, "-m", "tuopin", *words, "-d", str(built)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "stopped; what was there before is untouched\n"), ("zh", "已中止；原有结果没有改动\n")],
)
def test_an_interrupt_is_told_in_a_line_and_leaves_what_was_there(language: str, message: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tuopin", "build", str(find_data()), "-o", str(tmp_path / "out"), "--no-page"]
    with subprocess.Popen([*command, "--lang", language], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not list(tmp_path.iterdir()) and process.poll() is None:
            time.sleep(0.005)  # until it has begun to write
        process.send_signal(signal.SIGINT)
        assert process.communicate() == (b"", message.encode("utf-8"))
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_an_interrupt_while_waiting_for_a_query_is_told_too(built: Path) -> None:
    command = [sys.executable, "-m", "tuopin", "query", "-d", str(built), "--lang", "en"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"ASK")
        process.stdin.flush()
        timer = threading.Timer(1.5, process.send_signal, [signal.SIGINT])
        timer.start()
        assert process.stderr is not None
        assert process.stderr.read() == b"stopped; what was there before is untouched\n"
        assert process.wait() == 130


# --- formats


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("table", "code    name\n------  ------------\n430181  Liuyang City\n430181  浏阳市\n"),
        ("csv", "code,name\n430181,Liuyang City\n430181,浏阳市\n"),
        ("tsv", "code\tname\n430181\tLiuyang City\n430181\t浏阳市\n"),
        ("json", '[\n{"code": "430181", "name": "Liuyang City"},\n{"code": "430181", "name": "浏阳市"}\n]\n'),
        ("jsonl", '{"code": "430181", "name": "Liuyang City"}\n{"code": "430181", "name": "浏阳市"}\n'),
        ("markdown", "|   code | name         |\n|-------:|:-------------|\n"
         "| 430181 | Liuyang City |\n| 430181 | 浏阳市       |\n"),
    ],
)  # fmt: skip
def test_rows_come_in_every_format(kind: str, text: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = show(capsys, "query", ONE, "-d", built, "-f", kind)
    assert [line.rstrip() for line in shown.splitlines()] != []
    if kind == "table":
        assert [line.split() for line in shown.splitlines()[2:]] == [
            ["430181", "Liuyang", "City"],
            ["430181", "浏阳市"],
        ]
    else:
        assert shown == text


@pytest.mark.parametrize(("kind", "parser"), [("nt", "nt"), ("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_triples_come_in_every_format(kind: str, parser: str, built: Path, tmp_path: Path) -> None:
    for words in (["-f", kind], ["-o", tmp_path / f"a.{kind}"]):
        done = run("query", PLACE, "-d", built, *words)
        text = done.stdout or (tmp_path / f"a.{kind}").read_bytes()
        ((subject, _, code),) = rdflib.Graph().parse(data=text, format=parser)
        assert (subject, str(code)) == TRIPLE


@pytest.mark.parametrize("kind", ["figures", "statements"])
def test_exported_tables_hold_the_records(kind: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(show(capsys, "export", kind, "-d", built, "-f", "json"))
    record = Figure if kind == "figures" else Statement
    found = find_figures(built) if kind == "figures" else find_statements(built)
    assert [record(**row) for row in rows] == list(found)


def test_exported_tables_for_excel_begin_with_its_mark(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert main(["export", "figures", "-d", str(built), "-o", str(path), "--excel"]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsource,quote")


def test_exported_facts_are_an_object_for_each_source(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = show(capsys, "export", "facts", "-d", built).splitlines()
    found = json.loads(line)
    assert list(found) == ["id", "figures", "statements"]
    assert [Figure(**row) for row in found["figures"]] == list(find_figures(built))
    assert [Statement(**row) for row in found["statements"]] == list(find_statements(built))


@pytest.mark.parametrize("kind", ["nq", "nt", "trig", "ttl", "jsonld", "rdf"])
def test_an_exported_graph_is_the_file_of_the_build(kind: str, built: Path) -> None:
    assert run("export", "graph", "-d", built, "-f", kind).stdout == (built / f"tuopin.{kind}").read_bytes()


@pytest.mark.parametrize("kind", ["nq", "nt", "trig", "ttl", "jsonld", "rdf"])
def test_a_graph_of_another_origin_is_exported_from_its_quads(
    kind: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    quads = "".join(f'<https://e.org/s> <https://e.org/p> "{text}"@zh <https://e.org/{text}> .\n' for text in "ab")
    (tmp_path / "mine.nq").write_text(quads, encoding="utf-8")
    assert main(["export", "graph", "-d", str(tmp_path / "mine.nq"), "-f", kind]) == 0
    found = list(ox.parse(capsysbinary.readouterr().out, format=ox.RdfFormat.from_extension(kind)))
    expected = list(ox.parse(quads.encode(), format=ox.RdfFormat.N_QUADS))
    has_graphs = kind in ("nq", "trig")
    assert {quad if has_graphs else quad.triple for quad in expected} == {
        quad if has_graphs else quad.triple for quad in found
    }


def test_an_exported_network_is_read_by_networkx_with_every_statement_between_things(
    built: Path, tmp_path: Path
) -> None:
    for kind in ("graphml", "gexf", "json"):
        assert main(["export", "network", "-d", str(built), "-o", str(tmp_path / f"a.{kind}")]) == 0
    graphml = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    gexf = nx.read_gexf(tmp_path / "a.gexf")
    plain = nx.node_link_graph(json.loads((tmp_path / "a.json").read_text(encoding="utf-8")), edges="edges")
    graph = tuopin.to_networkx(built)
    for other in (graphml, gexf, plain):
        assert set(other) == set(graph)
        assert other.number_of_edges() == graph.number_of_edges()
        assert other.is_directed()
    assert graphml.nodes["https://w3id.org/tuopin/id/place/430181"]["label_zh"] == "浏阳市"
    places = [figure.place for figure in find_figures(built) if figure.place]
    assert sum(int(node["figures"]) for _, node in graphml.nodes(data=True)) == len(places)


def test_the_ontology_is_exported_as_it_is_or_as_a_page_in_either_language(tmp_path: Path) -> None:
    assert run("export", "ontology", "-f", "ttl").stdout == (find_ontology() / "tuopin.ttl").read_bytes()
    pytest.importorskip("pylode", reason="the extra docs is not installed")
    pages = {language: run("export", "ontology", "--lang", language) for language in ("zh", "en")}
    for language, done in pages.items():
        text = done.stdout.decode("utf-8")
        assert (done.returncode, done.stderr) == (0, b"")
        assert f'<html lang="{language}"' in text
        assert ("数字" in text) == (language == "zh")
    assert pages["zh"].stdout != pages["en"].stdout


def test_build_tells_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    text = show(capsys, "build", find_data(), "-o", out, "--no-page", "--lang", "en")
    counts = {name: int(number) for number, name in (line.split(None, 1) for line in text.splitlines()[:-1])}
    assert counts["figures"] == len(read(find_data() / FIGURES)) - 1
    assert counts["statements"] == len(read(find_data() / STATEMENTS)) - 1
    assert counts["triples"] == len((out / "tuopin.nt").read_text(encoding="utf-8").splitlines())
    assert text.splitlines()[-1] == f"written to {out}"
