"""Bad files, folders, disks, options and queries: one clear line, an exit code, and nothing that was there is lost."""

import html.parser
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from edits import (
    FIGURES,
    SOURCE,
    SOURCES,
    STATEMENTS,
    THINGS,
    Edit,
    copy_data,
    find_line,
    put,
    read,
    snapshot,
    swap,
    write_earlier,
)

from tuopin.cli import main

DENIED = "it may not be read or written; choose another place, or change its permissions"
FULL = "the disk is full; free some room, or choose another place with -o; what was there before is untouched"
MISSING = "there is no such file or folder; check the path"
UNBUILT = "there is no built dataset here; run tuopin build first"
NO_FOLDER = "this is a file and no folder; give a folder"
KERNEL = Path("/sys/kernel")  # where nobody can make a file, root neither
ROWS = "table, csv, tsv, json, jsonl, markdown"
SERVICE = "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"


def run(*words: str | Path, language: str = "en", **options: object) -> tuple[int, str, str]:
    """The exit code, output and messages of the command line in a process of its own."""
    command = [sys.executable, "-m", "tuopin", *map(str, words), "--lang", language]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)  # type: ignore[call-overload]
    return done.returncode, done.stdout, done.stderr


def run_here(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """The same within this process, which is quicker."""
    code = main([*map(str, words), "--lang", "en"])
    return code, *capsys.readouterr()


# --- in a process of its own, in both languages


@pytest.mark.parametrize(
    ("edit", "english", "chinese"),
    [
        (
            put(FIGURES, 3, value="1,234"),
            f"{FIGURES}:3: value: “1,234” is no number; "
            "write a decimal without commas, units or exponents, such as 568000000 or 6.47\n"
            "the data have 1 errors; mend them and run it again\n",
            f"{FIGURES}:3: value: “1,234”不是数; 写成不带逗号、单位和指数的十进制数，如 568000000、6.47\n"
            "数据有 1 处错误; 逐条改正后再运行\n",
        ),
        (
            put(FIGURES, 3, place="鼓楼区", place_code=""),
            f"{FIGURES}:3: place: several places are called “鼓楼区”: 320106, 320302, 350102, 410204; "
            "put the code in place_code\nthe data have 1 errors; mend them and run it again\n",
            f"{FIGURES}:3: place: 叫“鼓楼区”的地区不止一个：320106, 320302, 350102, 410204; 在 place_code 写上代码\n"
            "数据有 1 处错误; 逐条改正后再运行\n",
        ),
        (
            swap(FIGURES, "14个", '"14个'),
            f"{FIGURES}:3: this is no sound CSV: unexpected end of data; check the quotation marks of this line\n",
            f"{FIGURES}:3: 不是合格的 CSV：unexpected end of data; 检查这一行的引号\n",
        ),
        (
            swap(THINGS, "对贫困人口实现", b"\xff\xfe"),
            f"{THINGS}:2: this is not UTF-8: bytes ff fe e5 b8; save it as UTF-8 (Excel: CSV UTF-8)\n",
            f"{THINGS}:2: 不是 UTF-8：字节 ff fe e5 b8; 另存为 UTF-8（Excel：CSV UTF-8）\n",
        ),
        (
            lambda folder: (folder / SOURCES).unlink(),
            "the folder has no sources.csv; give a data folder; data in the repository is an example\n",
            "文件夹里没有 sources.csv; 给出数据文件夹；仓库里的 data 是一个例子\n",
        ),
    ],
    ids=["number", "place", "quotation-mark", "encoding", "no-sources"],
)
def test_bad_data_are_told_in_the_chosen_language_and_what_was_there_stays(
    edit: Edit, english: str, chinese: str, tmp_path: Path
) -> None:
    data, out = copy_data(tmp_path / "data", edit), write_earlier(tmp_path / "out")
    before = snapshot(tmp_path)
    for language, words in (("en", english), ("zh", chinese)):
        code, output, errors = run("build", data, "-o", out, language=language)
        head = f"{data}/" if words.startswith((FIGURES, THINGS)) else f"{data}: "
        assert (code, output, errors) == (1, "", head + words)
        assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "language", "code", "message"),
    [
        (["bild"], "en", 2, "argument COMMAND: invalid choice: 'bild' (choose from {})"),
        (["bild"], "zh", 2, "用法不对：argument COMMAND: invalid choice: 'bild' (choose from {})"),
        (["build", "--colour"], "en", 2, "unrecognized arguments: --colour"),
        (["build", "data", "more"], "en", 2, "unrecognized arguments: more"),
        ([], "en", 2, "the following arguments are required: COMMAND"),
        (["build", "-o"], "zh", 2, "用法不对：argument -o/--output: expected one argument"),
    ],
)
def test_wrong_usage_is_told_whole_with_exit_code_two(
    words: list[str], language: str, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = main(["--lang", language, *words])
    out, err = capsys.readouterr()
    begin, _, end = message.partition("{}")
    remedy = {"en": "see tuopin --help", "zh": "见 tuopin --help"}[language]
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert err.startswith(begin)
    assert err.endswith(f"{end}; {remedy}\n")
    assert all(name in err for name in ("build", "query", "check", "export", "bench")) or not end


# --- files and folders


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["build", "{}/nowhere", "-o", "{}/out"], f"{{}}/nowhere: {MISSING}"),
        (["build", "{}/file", "-o", "{}/out"], f"{{}}/file: {NO_FOLDER}"),
        (["build", "{}/data", "-o", "{}/file"], f"{{}}/file: {NO_FOLDER}"),
        (["build", "{}/data", "-o", "{}/file/under"], f"{{}}/file: {NO_FOLDER}"),
        (["check", "{}/nowhere"], f"{{}}/nowhere: {MISSING}"),
        (["check", "{}/data", "--texts", "{}/nowhere"], f"{{}}/nowhere: {MISSING}"),
        (["check", "{}/data", "--texts", "{}/file"], f"{{}}/file: {NO_FOLDER}"),
        (["check", "{}/data", "-o", "{}/nowhere/a.csv"], f"{{}}/nowhere/a.csv: {MISSING}"),
        (
            ["build", "{}/data", "-o", "{}/data"],
            "{}/data: the folder holds what tuopin did not write (facts), and is not replaced; "
            "name another folder with -o, or move those files elsewhere",
        ),
        (["query", "ASK {{}}", "-d", "{}/nowhere"], f"{{}}/nowhere: {UNBUILT}"),
        (["query", "ASK {{}}", "-d", "{}/data"], f"{{}}/data: {UNBUILT}"),
        (
            ["query", "ASK {{}}", "-d", "{}/data/sources.csv"],
            "{}/data/sources.csv: “.csv” is no known RDF format; change the ending of the file",
        ),
        (["query", "{}/bytes", "-d", "{}/data"], "{}/bytes: the query file is not UTF-8; save it as UTF-8"),
        (["export", "figures", "-d", "{}/nowhere"], f"{{}}/nowhere/figures.csv: {MISSING}"),
        (["export", "graph", "-d", "{}/nowhere"], f"{{}}/nowhere: {UNBUILT}"),
    ],
)  # fmt: skip
def test_a_path_that_cannot_serve_is_named(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_data(tmp_path / "data")
    write_earlier(tmp_path / "out")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "bytes").write_bytes("ASK {}".encode("utf-16"))
    before = snapshot(tmp_path)
    code, out, err = run_here(capsys, *(word.format(tmp_path) for word in words))
    assert (code, out, err) == (1, "", message.format(tmp_path) + "\n")
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(not KERNEL.is_dir(), reason="only Linux has a folder where not even root may write")
@pytest.mark.parametrize("command", [["build"], ["check", "-f", "csv"]], ids=" ".join)
def test_a_place_that_is_read_only_is_named(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, target = copy_data(tmp_path / "data"), KERNEL / "tuopin-test"
    assert run_here(capsys, *command, data, "-o", target) == (1, "", f"{target}: {DENIED}\n")
    assert not target.exists()


@contextmanager
def mount(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own, which only root may mount; in CI it must."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if done is None or done.returncode:
        if done is not None and os.environ.get("CI") == "true":
            pytest.fail(done.stderr)
        pytest.skip(f"no disk can be mounted: {done.stderr if done else 'this is not root'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system mounts no tmpfs")
@pytest.mark.parametrize(
    ("megabytes", "file"), [(4, "/tuopin.nq"), (14, "/tuopin.nt"), (24, "/tuopin.jsonld"), (32, "/store")]
)
def test_a_full_disk_is_told_and_leaves_what_was_there(megabytes: int, file: str, tmp_path: Path) -> None:
    with mount(tmp_path / "disk", megabytes) as disk:
        out = write_earlier(disk / "out")
        before = snapshot(disk)
        code, output, errors = run("build", copy_data(tmp_path / "data"), "-o", out, "--no-page")
        assert (code, output, errors) == (1, "", f"{out}{file}: {FULL}\n")
        assert snapshot(disk) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["query", "--list"], ["query", "--list", "-f", "json"], ["check", "{}"]], ids=str)
def test_a_full_standard_output_is_told(words: list[str], tmp_path: Path) -> None:
    data = copy_data(tmp_path / "data", put(FIGURES, 3, value="1,234"))
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "tuopin", *(word.format(data) for word in words), "--lang", "en"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"-: {FULL}"
    assert "Traceback" not in done.stderr


# --- what is odd but right


class _Scripts(html.parser.HTMLParser):
    """What the scripts of a page hold."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script":
            self.scripts.append(data)


def test_a_name_that_looks_like_markup_is_taken_as_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    kind, number = next((row[1], row[0]) for row in read(copy_data(tmp_path / "data") / THINGS) if row[1] == "measure")
    put(THINGS, find_line(THINGS, kind, number), name_en=evil)(tmp_path / "data")
    assert run_here(capsys, "build", tmp_path / "data", "-o", tmp_path / "out")[0] == 0
    page = (tmp_path / "out" / "graph.html").read_text(encoding="utf-8")
    parser = _Scripts()
    parser.feed(page)
    assert evil not in page
    assert "alert(1)" in page
    assert not [text for text in parser.scripts if text.strip().startswith("alert(1)")]
    query = (
        f'SELECT ?label {{ <https://w3id.org/tuopin/id/{kind}/{number}> rdfs:label ?label FILTER(LANG(?label)="en") }}'
    )
    assert run_here(capsys, "query", query, "-d", tmp_path / "out", "-f", "tsv")[1] == f"label\n{evil}\n"


def test_a_cell_of_ten_megabytes_is_taken_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "长" * 3_400_000
    data = copy_data(tmp_path / "data", put(THINGS, 2, definition_zh=text))
    assert run_here(capsys, "build", data, "-o", tmp_path / "out", "--no-page")[0] == 0
    lines = (tmp_path / "out" / "tuopin.nt").read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if len(line) > 3_400_000).endswith(f'"{text}"@zh .')


def test_no_control_character_of_the_data_reaches_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wild = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028]))
    edits = [put(FIGURES, 3, place=f"{wild}县", place_code=""), put(STATEMENTS, 3, property=wild, subject=wild)]
    data = copy_data(tmp_path / "data", *edits)
    for command in (["build", data, "-o", tmp_path / "out"], ["check", data]):
        code, out, err = run_here(capsys, *command)
        assert code == 1
        assert not {char for char in out + err if char in wild} - {"\n"}
        assert "␛" in out + err


# --- options and queries


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["query", "programme-fundin"], 2, "the library has no query “programme-fundin”; "
         "try programme-funding, programme-founders, programme-facts\n"),
        (["query", "programme-funding", "-p", "programm=x"], 2,
         "the query programme-funding has no parameter “programm”; its parameters: programme\n"),
        (["query", "programme-funding", "-p", "programme"], 2,
         "“programme” is no parameter; write name=value, such as --param year=2016\n"),
        (["query", "people-lifted-total", "-p", "year=20166"], 2,
         "year: “20166” is no value of the type year; give a year of four digits\n"),
        (["query", "sources", "-p", "a=b"], 2,
         "the query sources takes no parameters, so “a” cannot be given; leave the parameter out\n"),
        (["query", "ASK {}", "-f", "xyz"], 2,
         f"there is no output format “xyz”; did you mean {ROWS}? There are {ROWS}\n"),
        (["query", "ASK {}", "-f", "jason"], 2,
         f"there is no output format “jason”; did you mean json? There are {ROWS}\n"),
        (["query", "ASK {}", "-o", "a.xyz"], 2,
         f"the file name “a.xyz” does not tell the output format; change its ending, or choose one of {ROWS}\n"),
        (["export", "facts", "-f", "csv"], 2,
         "there is no output format “csv”; did you mean jsonl? There are jsonl\n"),
        (["query", "SELECT * {?s ?p"], 1,
         "query:1: column 16: the query ends too early; add the bracket or clause that is missing\n"
         "    SELECT * {?s ?p\n                   ^\n"),
        (["query", "SELECT ?s\n{ ?s ?p 四 }"], 1,
         "query:2: column 9: “四” cannot stand here; check what is marked and what stands before it\n"
         "    { ?s ?p 四 }\n            ^\n"),
        (["query", SERVICE], 1,
         "query:1: column 12: SERVICE is not run, since no query may leave this machine; "
         f"take the SERVICE clause out, or ask that service itself\n    {SERVICE}\n               ^\n"),
        (["query", "DELETE WHERE { ?s ?p ?o }"], 1,
         "query:1: column 1: DELETE would change the data and is not run; change the source data and build again\n"
         "    DELETE WHERE { ?s ?p ?o }\n    ^\n"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_told_with_what_there_is_or_where_it_goes_wrong(
    words: list[str], code: int, message: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(capsys, *words, "-d", built) == (code, "", message)


@pytest.mark.parametrize("word", ["x" * 300, "a\0b", "", "/", "..", *map(chr, range(1, 9))], ids=ascii)
def test_any_odd_word_for_a_query_is_refused_in_a_line(
    word: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run_here(capsys, "query", word, "-d", built)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("the library has no query “")


def test_a_word_that_is_no_text_is_refused_in_a_line() -> None:
    code, out, err = run("query", "\udcff")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(r"the library has no query “\udcff”")


def test_the_message_of_a_text_that_is_not_utf8_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / f"{SOURCE}.txt"
    text.write_bytes("湖南".encode("gb18030"))
    data = copy_data(tmp_path / "data")
    message = f"{text}: this is not UTF-8: bytes ba; save it as UTF-8 (Excel: CSV UTF-8)\n"
    assert run_here(capsys, "check", data, "--texts", tmp_path) == (1, "", message)
