"""Texts come from any input in any encoding, whole; what cannot be read is told and the rest go on."""

import gzip
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools import need_module

from tuopin.articles import to_article
from tuopin.charsets import to_text
from tuopin.datelines import find_address_day, find_dateline, to_published
from tuopin.errors import DataError, Problem, TuopinError, UsageError
from tuopin.fetch import read_address
from tuopin.ids import to_address_id, to_file_stem, to_id
from tuopin.iris import is_key, to_digest
from tuopin.messages import LANGUAGES, set_language
from tuopin.texts import Options, Text, read_texts, write_text

PLAIN = "新田县去年投入财政资金1.2亿元，带动贫困户3120户增收。\n县里还为2.4万名群众办理了医疗保险。"
TRADITIONAL = "縣政府去年撥款五千萬元協助貧困農戶，\n並為二百個村莊修建道路。"
WARY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(*inputs: str | Path, options: Options | None = None) -> tuple[list[Text], list[Problem]]:
    """The texts and the problems of a run, each in order."""
    found = list(read_texts(inputs, options))
    problems = [item.problem for item in found if isinstance(item, TuopinError)]
    return [item for item in found if isinstance(item, Text)], problems


def read_one(*inputs: str | Path, options: Options | None = None) -> Text:
    texts, problems = read(*inputs, options=options)
    assert [str(problem) for problem in problems] == []
    (text,) = texts
    return text


def put(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def to_lines(*objects: object) -> str:
    return "".join(json.dumps(item) + "\n" for item in objects)


def told(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(problem.key, problem.line, problem.field) for problem in problems]


# Bytes of all kinds: any, and what begins or is like that which a reader looks for.
PIECES = [
    b"{",
    b"[",
    b'"id":',
    b"<p>",
    b"<!--",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"\xff\xfe",
    b"\xe6\x96",
    b"\n",
    b"&#0;",
]
RAW = st.binary(max_size=400) | st.lists(st.sampled_from(PIECES) | st.binary(max_size=9)).map(b"".join)


# --- encodings


@pytest.mark.parametrize(
    ("codec", "said", "text"),
    [
        ("utf-8", "utf-8", PLAIN),
        ("utf-8-sig", "utf-8-sig", PLAIN),
        ("utf-16", "utf-16", PLAIN),
        ("utf-32", "utf-32", PLAIN),
        ("gb18030", "gb18030", PLAIN),
        ("gbk", "gb18030", PLAIN),
        ("gb2312", "gb18030", PLAIN),
        ("gb18030", "gb18030", TRADITIONAL),
        ("gb18030", "gb18030", "喆㛃村、𠮷家沟今年有六十户脱贫。"),
        ("big5", "big5", TRADITIONAL),
        ("big5hkscs", "big5hkscs", "佢哋喺村入面起咗五十間屋，政府話會繼續幫助貧困戶嘅。"),
        ("gb18030", "gb18030", "全县12个村"),
        ("big5", "big5", "全縣12個村"),
        ("ascii", "utf-8", "12 villages"),
    ],
)
def test_an_encoding_is_told_from_the_bytes_and_said(codec: str, said: str, text: str, tmp_path: Path) -> None:
    found = read_one(put(tmp_path / "a.txt", text.encode(codec)))
    assert (found.text, found.encoding) == (text, said)
    assert found.sha256 == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "脱贫攻坚战",
        "贫困发生率降至",
        "两不愁三保障",
        "易地扶贫搬迁",
        "扶贫小额信贷",
        "驻村工作队",
        "湖南省新田县",
        "户均增收",
    ],
)
def test_a_few_characters_are_enough_to_know_gb18030(text: str) -> None:
    assert to_text(text.encode("gb18030")) == (text, "gb18030")


@pytest.mark.parametrize(
    "text", ["扶貧工作隊", "貧困發生率", "經濟發展計劃", "農村道路建設", "湖南省新田縣", "台北市政府", "戶均增收"]
)
def test_a_few_characters_are_enough_to_know_big5(text: str) -> None:
    assert to_text(text.encode("big5")) == (text, "big5")


@pytest.mark.parametrize(
    ("data", "key", "line", "offset"),
    [
        (PLAIN.encode().replace("县里".encode(), "县".encode() + b"\xe9\x87"), "bytes-broken", 2, 80),
        (PLAIN.encode()[:-1], "bytes-broken", 2, None),
        (PLAIN.encode("gb18030") + b"\xff", "bytes-broken", 2, None),
        (b"\xff\xfe" + PLAIN.encode("utf-16-le")[:-1], "bytes-broken", 2, None),
        (b"\xff\xfe\x00\xd8a\x00", "bytes-broken", 1, 2),
        ("café, naïve, crème".encode("latin-1"), "encoding-unknown", 0, None),
        (bytes(range(128, 256)) * 3, "encoding-unknown", 0, None),
        (b"a\nb\0c", "text-binary", 2, 3),
        (PLAIN.encode("utf-8", "surrogatepass") + b"\xed\xa0\x80", "bytes-broken", 2, None),
    ],
    ids=str,
)
def test_broken_bytes_are_told_with_their_place_and_never_replaced(
    data: bytes, key: str, line: int, offset: int | None, tmp_path: Path
) -> None:
    path = put(tmp_path / "a.txt", data)
    texts, (problem,) = read(path)
    assert (texts, problem.key, problem.file, problem.line) == ([], key, str(path), line)
    assert offset is None or problem.data["offset"] == offset


@WARY
@given(st.data())
def test_a_chinese_text_of_utf8_with_a_broken_byte_is_never_taken_for_another_encoding(data: st.DataObject) -> None:
    raw = bytearray(PLAIN.encode())
    where = data.draw(st.sampled_from([i for i, byte in enumerate(raw) if byte >= 0x80]))
    raw[where] = data.draw(st.integers(0xF8, 0xFF))
    with pytest.raises(DataError) as caught:
        to_text(bytes(raw))
    assert (caught.value.problem.key, caught.value.problem.data["encoding"]) == ("bytes-broken", "utf-8")


def test_a_declared_charset_tips_the_scales_and_never_against_the_bytes() -> None:
    close = "模式".encode("big5")  # two characters, which both encodings read
    assert [to_text(close, declared=name).encoding for name in ("big5", "gb2312")] == ["big5", "gb18030"]
    assert to_text(PLAIN.encode("gbk"), declared="big5").text == PLAIN
    assert to_text(PLAIN.encode("gbk"), declared="utf-8").text == PLAIN
    assert to_text(PLAIN.encode(), declared="gb2312").text == PLAIN


# --- plain texts, and what is written


@pytest.mark.parametrize("text", ["一\r\n二\r三\n", "\n\n 前后有空 \n", "一\u2028二\x85三", "𠮷\u0301", "长" * 100_000])
def test_a_text_is_taken_as_it_stands(text: str, tmp_path: Path) -> None:
    assert read_one(put(tmp_path / "a.txt", text)).text == text


@WARY
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), name=st.text(min_size=1))
def test_a_text_is_written_exactly_and_its_sum_is_that_of_the_file(text: str, name: str, tmp_path: Path) -> None:
    total = write_text(tmp_path / "out", Text(name, text))
    data = (tmp_path / "out" / f"{to_file_stem(name)}.txt").read_bytes()
    assert data == text.encode()
    assert total == sha256(data).hexdigest()


def test_a_written_text_is_read_back_under_its_id(tmp_path: Path) -> None:
    first = read_one(put(tmp_path / "s1.html", page(ARTICLE)))
    assert write_text(tmp_path / "out", first) == first.sha256
    again = read_one(tmp_path / "out" / "s1.txt")
    assert (again.id, again.text, again.sha256) == (first.id, first.text, first.sha256)


@pytest.mark.parametrize(
    "name", ["a/b", "../a", "湖南", "CON", "nul.a", ".hidden", "a b", "", "a" * 200, "a\0b", "\ud800", "a:b"]
)
def test_an_id_that_is_no_safe_file_name_gets_one_that_is_the_same_every_time(name: str, tmp_path: Path) -> None:
    write_text(tmp_path, Text(name, "文"))
    write_text(tmp_path, Text(name, "文"))
    (path,) = tmp_path.iterdir()
    assert is_key(path.name)
    assert len(path.name) == 25


def test_half_a_character_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        write_text(tmp_path / "out", Text("a", "一\ud800", path="f.jsonl"))
    assert (caught.value.problem.key, caught.value.problem.data["at"]) == ("surrogate-lone", 1)
    assert not (tmp_path / "out").exists()


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(TuopinError) as caught:
        write_text(put(tmp_path / "out", ""), Text("a", "一"))
    assert caught.value.problem.key == "file-not-folder"


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("rednet-4216011", "rednet-4216011"),
        ("a.b_c", "a.b_c"),
        ("新田县2019", "2019-"),
        ("脱贫", "text-"),
        ("Report", "report-"),
        ("dataset", "dataset-"),
        ("-a", "a-"),
        ("", "text-"),
    ],
)
def test_an_id_is_made_from_a_name_and_is_ascii_and_small(name: str, made: str) -> None:
    found = to_id(name)
    assert found == made or (made.endswith("-") and found.startswith(made) and len(found) == len(made) + 8)
    assert is_key(found)
    assert found == found.lower() == to_id(name)


def test_names_that_differ_have_ids_that_differ_and_spellings_of_one_name_have_one() -> None:
    assert len({to_id(name) for name in ("一", "二", "A", "a", "a b", "a-b", "A-B")}) == 7
    assert to_id("Ａé") == to_id("Ａe\u0301")
    addresses = ["http://a.cn/x.htm", "http://a.cn/x.htm?p=2", "http://a.cn/y/x.htm", "https://a.cn/x.htm"]
    assert len({to_address_id(url) for url in addresses}) == 4
    assert to_address_id("http://a.cn/x.htm#end") == to_address_id("http://a.cn/x.htm")
    assert all(is_key(to_address_id(url)) for url in [*addresses, "http://" + "长" * 300 + "/" + "页" * 300])


# --- files and folders


@pytest.mark.parametrize(
    "name", ["a.txt", "a.TXT", "a.text", "a.txt.gz", "a.html", "a.htm.gz", "a.jsonl.gz", "a.json", "a.json.gz"]
)
def test_each_kind_is_read_plain_and_packed(name: str, tmp_path: Path) -> None:
    line = to_lines({"id": "a", "text": PLAIN})
    data = (line if ".json" in name else page(PLAIN.split("\n")) if ".htm" in name else PLAIN).encode()
    path = put(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    found = read_one(path)
    assert (found.id, found.text, found.path, found.encoding) == ("a", PLAIN, str(path), "utf-8")


def test_a_folder_gives_its_texts_sorted_deep_and_without_what_is_hidden(tmp_path: Path) -> None:
    names = ["b.txt", "a/2.txt", "a/1.html", "a/c/1.txt", ".hidden.txt", ".git/x.txt", "picture.png", "notes.md"]
    for name in names:
        put(tmp_path / name, page(ARTICLE) if name.endswith("html") else f"文{name}")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    texts, problems = read(tmp_path)
    assert problems == []
    assert [text.id for text in texts] == ["a-1", "a-2", "a-c-1", "b"]


def test_texts_come_one_at_a_time(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", to_lines({"id": "1", "text": "一"}) + "no json\n")
    stream = read_texts([tmp_path / "a.jsonl", tmp_path / "missing.txt"])
    first = next(stream)
    assert isinstance(first, Text)
    put(tmp_path / "missing.txt", "二")
    assert [type(item).__name__ for item in stream] == ["DataError", "Text"]


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.txt", b"", "text-empty"),
        ("a.txt", b" \n\t ", "text-empty"),
        ("a.html", b"", "text-empty"),
        ("a.html", b"<html></html>", "text-empty"),
        ("a.json", b"", "json-bad"),
        ("a.csv", b"x", "input-unknown"),
        ("a", b"x", "input-unknown"),
        ("a.txt.gz", b"no gzip", "gzip-bad"),
        ("a.txt.gz", gzip.compress("好".encode())[:-9], "gzip-bad"),
        ("a.jsonl.gz", gzip.compress(b"{}")[:12], "gzip-bad"),
        ("a.txt", "一".encode() * 40, "text-too-large"),
        ("a.txt.gz", gzip.compress(b"a" * 200), "text-too-large"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_and_the_next_is_read(
    name: str, data: bytes, key: str, tmp_path: Path
) -> None:
    path, good = put(tmp_path / name, data), put(tmp_path / "good.txt", "好")
    texts, problems = read(path, good, options=Options(limit=100))
    assert [text.id for text in texts] == ["good"]
    assert [(problem.key, problem.file) for problem in problems] == [(key, str(path))]


@pytest.mark.parametrize(
    ("source", "key"),
    [("nowhere.txt", "file-missing"), ("nowhere", "file-missing"), ("", "file-missing"), ("a\0.txt", "file-missing"),
     ("x" * 300 + ".txt", "file-failed"), ("a.txt/b.txt", "file-not-folder"), ("empty", "folder-no-texts")],
)  # fmt: skip
def test_an_input_that_is_not_there_is_told(
    source: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "a.txt", "文")
    (tmp_path / "empty").mkdir()
    assert [problem.key for problem in read(source)[1]] == [key]


def test_a_format_is_for_names_that_tell_nothing(tmp_path: Path) -> None:
    path = put(tmp_path / "article", PLAIN)
    assert read_one(path, options=Options(format="txt")).text == PLAIN
    assert read_one(put(tmp_path / "a.txt", "{}"), options=Options(format="jsonl")).text == "{}"
    with pytest.raises(UsageError, match="jsonl"):
        Options(format="xml")


# --- JSON


def test_a_line_says_all_that_a_text_has(tmp_path: Path) -> None:
    whole = {"id": "a/1", "text": "一\r\n二", "published": "2019-03-05", "title": "题", "url": "http://a.cn/",
             "publisher": "报", "place": "新田县", "more": [1]}  # fmt: skip
    path = put(tmp_path / "a.jsonl", to_lines(whole) + "\n" + to_lines({"id": "2", "text": "二", "title": None}))
    first, second = read(path)[0]
    total = sha256("一\r\n二".encode()).hexdigest()
    assert first == Text(
        "a/1", "一\r\n二", "2019-03-05", "题", "http://a.cn/", "报", "新田县", str(path), total, "utf-8"
    )
    assert replace(second, sha256="") == Text("2", "二", path=str(path), encoding="utf-8")


BAD_LINES: list[tuple[str, str, str]] = [
    ('{"id": "x", "text": "文"', "json-bad", ""),
    ("[1]", "json-no-object", ""),
    ("null", "json-no-object", ""),
    ('{"text": "文"}', "json-field-missing", "id"),
    ('{"id": "", "text": "文"}', "json-field-missing", "id"),
    ('{"id": "x"}', "json-field-missing", "text"),
    ('{"id": "x", "text": " "}', "json-field-missing", "text"),
    ('{"id": 1, "text": "文"}', "json-no-string", "id"),
    ('{"id": "x", "text": ["文"]}', "json-no-string", "text"),
    ('{"id": "x", "text": "文", "title": 1}', "json-no-string", "title"),
    ('{"id": "x", "text": "\\ud83d"}', "surrogate-lone", "text"),
    ('{"id": "\\udc00", "text": "文"}', "surrogate-lone", "id"),
    ('{"id": "x", "text": "文", "published": "2019-02-30"}', "published-bad", "published"),
    ('{"id": "x", "text": "文", "published": "2019-03"}', "published-bad", "published"),
    ('{"id": "x", "text": "文", "published": "20190305"}', "published-bad", "published"),
    ('{"id": "x", "text": "' + "a" * 400 + '"}', "line-too-long", ""),
    ('{"id": "first", "text": "文"}', "text-id-doubled", "id"),
    ('{"id": "x", "text": ' + "[" * 200 + "}", "json-bad", ""),
    ('{"id": "x", "n": ' + "9" * 200 + ', "text": 1}', "json-no-string", "text"),
]


@pytest.mark.parametrize(("line", "key", "field"), BAD_LINES)
def test_a_bad_line_is_told_with_its_number_and_the_rest_go_on(line: str, key: str, field: str, tmp_path: Path) -> None:
    first, last = to_lines({"id": "first", "text": "一"}), to_lines({"id": "last", "text": "二"})
    path = put(tmp_path / "a.jsonl", first + line + "\n" + last)
    texts, problems = read(path, options=Options(limit=300))
    assert [text.id for text in texts] == ["first", "last"]
    assert told(problems) == [(key, 2, field)]
    assert problems[0].file == str(path)


def test_a_line_that_is_too_deep_for_the_parser_is_told(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jsonl", "[" * 200_000 + "\n" + to_lines({"id": "a", "text": "文"}))
    texts, problems = read(path)
    assert ([text.id for text in texts], told(problems)) == (["a"], [("json-bad", 1, "")])


def test_a_line_of_broken_bytes_is_told_and_lines_of_other_encodings_are_read(tmp_path: Path) -> None:
    objects = [json.dumps({"id": str(number), "text": PLAIN}, ensure_ascii=False) for number in range(3)]
    data = b"\n".join([objects[0].encode(), objects[1].encode("gb18030"), objects[2].encode()[:-3] + b'\xff"}'])
    texts, problems = read(put(tmp_path / "a.jsonl", data))
    assert [(text.id, text.text, text.encoding) for text in texts] == [("0", PLAIN, "utf-8"), ("1", PLAIN, "gb18030")]
    assert told(problems) == [("bytes-broken", 3, "")]
    assert told(read(put(tmp_path / "b.jsonl", objects[0].encode("utf-16")))[1]) == [("lines-utf16", 0, "")]


@pytest.mark.parametrize(
    ("data", "ids", "problems"),
    [
        ({"id": "1", "text": "一"}, ["1"], []),
        ([{"id": "1", "text": "一"}, {"id": "2", "text": "二"}], ["1", "2"], []),
        (
            [{"id": "1"}, 5, {"id": "2", "text": "二"}],
            ["2"],
            [("json-field-missing", 0, "[1].text"), ("json-no-object", 0, "[2]")],
        ),
        ([], [], []),
        ("text", [], [("json-no-object", 0, "")]),
    ],
)  # fmt: skip
def test_a_json_file_holds_an_object_or_an_array(
    data: object, ids: list[str], problems: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    texts, found = read(put(tmp_path / "a.json", json.dumps(data)))
    assert ([text.id for text in texts], told(found)) == (ids, problems)


def test_an_id_is_given_once_in_a_run_wherever_it_comes_from(tmp_path: Path) -> None:
    paths = [put(tmp_path / "x" / "a.txt", "一"), put(tmp_path / "y" / "a.txt", "二")]
    line = put(tmp_path / "z.jsonl", to_lines({"id": "a", "text": "三"}, {"id": "b", "text": "四"}))
    texts, problems = read(*paths, line)
    assert [text.text for text in texts] == ["一", "四"]
    assert [(p.key, p.file, p.line, p.value) for p in problems] == [
        ("text-id-doubled", str(paths[1]), 0, "a"),
        ("text-id-doubled", str(line), 1, "a"),
    ]


# --- standard input


@pytest.mark.parametrize(
    ("data", "options", "ids", "texts"),
    [
        (PLAIN.encode(), Options(), [f"stdin-{to_digest(PLAIN)}"], [PLAIN]),
        (PLAIN.encode("gb18030"), Options(), [f"stdin-{to_digest(PLAIN)}"], [PLAIN]),
        (b'\xef\xbb\xbf {"id": "1", "text": "a"}\n{"id": "2", "text": "b"}', Options(), ["1", "2"], ["a", "b"]),
        (b'\n{"id": "1", "text": "a"}', Options(format="jsonl"), ["1"], ["a"]),
        (b"{a}", Options(format="txt"), [f"stdin-{to_digest('{a}')}"], ["{a}"]),
        (
            "<html><p>全县3120户脱贫。".encode(),
            Options(),
            [f"stdin-{to_digest('全县3120户脱贫。')}"],
            ["全县3120户脱贫。"],
        ),
    ],
)
def test_standard_input_is_a_text_or_json_lines_by_how_it_begins(
    data: bytes, options: Options, ids: list[str], texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    found, problems = read("-", options=options)
    assert [text.text for text in found] == texts
    assert ([text.id for text in found], problems) == (ids, [])
    assert {text.path for text in found} == {"-"}


def test_an_empty_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    assert [(problem.key, problem.file) for problem in read("-")[1]] == [("text-empty", "-")]


# --- pages

ARTICLE = [
    "新田县把产业扶贫放在首位，去年投入财政资金1.2亿元，建成合作社86家，带动贫困户3120户增收。",
    "县里还为2.4万名群众办理了医疗保险，龙泉镇有12个村通了水泥路。",
    "下一步，全县将继续巩固成果，防止返贫。",
]


def page(paragraphs: list[str], head: str = "", before: str = "", after: str = "") -> str:
    """A page as news sites have it: menu, head line, text, links and foot."""
    body = "".join(f"<p>　　{paragraph}</p>\n" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>新田县产业扶贫见成效_某某网</title>{head}</head><body>"
        '<div class="nav"><a href="/">首页</a><a href="/n">新闻</a><a href="/g">公告</a></div>'
        f'<h1>新田县产业扶贫见成效</h1>{before}<div class="content">{body}{after}</div>'
        '<div class="footer">版权所有 Copyright 2012-2018 湘ICP备12345678号</div></body></html>'
    )


def see(whole: str) -> str:
    """The text of a page, empty where it cannot be read."""
    try:
        return to_article(whole.encode()).text
    except DataError as error:
        if error.problem.key != "page-unread":
            raise
        return ""


def test_of_a_page_come_its_main_paragraphs_a_line_each_and_its_title() -> None:
    extra = "<table><tr><td>乡镇</td><td>户数</td></tr></table><div class='comments'><p>评论：写得好</p></div>"
    found = to_article(page(ARTICLE, after=extra).encode())
    assert found.text.split("\n") == ARTICLE
    assert found.title == "新田县产业扶贫见成效"


def test_emphasis_and_links_do_not_cut_a_number_from_its_unit() -> None:
    words = "投入<b>1.2</b>亿元，<a href='/x'>龙泉镇</a>有<span>12</span>个村，<font color='red'>3120</font>户脱贫。"
    assert (
        to_article(page([*ARTICLE[:1], words]).encode()).text.split("\n")[1]
        == "投入1.2亿元，龙泉镇有12个村，3120户脱贫。"
    )


@pytest.mark.parametrize(
    ("head", "before", "url", "published"),
    [
        ("<meta name='PubDate' content='2018-06-07 09:30'>", "", "", "2018-06-07"),
        ("<meta itemprop='datePublished' content='2018-06-07T09:30:00+08:00'>", "", "", "2018-06-07T09:30:00+08:00"),
        ("<meta name='publishdate' content='2018-06'>", "", "", ""),
        ("<meta name='pubdate' content='2018-02-30'>", "<span>2018年6月7日 9:30</span>", "", "2018-06-07"),
        ('<script type="application/ld+json">{"datePublished": "2018-06-07T01:00:00"}</script>', "", "", "2018-06-07"),
        ("", "<time datetime='2018-06-07'>6月7日</time>", "", "2018-06-07"),
        ("", "<div>来源：永州日报 <span>2018年06月07日 10:15</span> 字号：大 中 小</div>", "", "2018-06-07"),
        ("", "<p>发布时间：<em>2018-06-07</em></p>", "http://a.cn/201801/t20180101_1.htm", "2018-06-07"),
        ("", "<p>今天是2026年11月24日 星期二</p><ul><li>2015-01-01</li></ul>", "", ""),
        ("", "", "http://a.cn/n1/2018/0607/c1-2.html", "2018-06-07"),
        ("", "", "", ""),
    ],
)  # fmt: skip
def test_the_day_of_a_page_is_that_of_its_data_then_of_its_lines_then_of_its_address(
    head: str, before: str, url: str, published: str
) -> None:
    assert to_article(page(ARTICLE, head, before).encode(), url=url).published == published


def test_a_page_says_its_site_and_its_address() -> None:
    head = (
        "<meta property='og:site_name' content='永州新闻网'><link rel='canonical' href='https://www.example.cn/x.html'>"
    )
    found = to_article(page(ARTICLE, head).encode())
    assert (found.publisher, found.url) == ("永州新闻网", "https://www.example.cn/x.html")
    assert to_article(page(ARTICLE).encode(), url="http://b.cn/1.htm").publisher == ""


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-8", "utf-16"])
@pytest.mark.parametrize("declared", ["", "gb2312", "utf-8", "big5"])
def test_a_page_is_read_by_its_bytes_whatever_charset_it_declares(codec: str, declared: str) -> None:
    paragraphs = [TRADITIONAL.replace("\n", "")] * 3 if codec == "big5" else ARTICLE
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    whole = page(paragraphs, head).replace("新田县产业扶贫见成效_某某网", "").replace("新田县产业扶贫见成效", "")
    found = to_article(whole.encode(codec, "xmlcharrefreplace"))
    assert (found.text.split("\n"), found.encoding) == (paragraphs, codec)


@pytest.mark.parametrize(
    "data",
    [
        "<html><body><div><p>{0}<p>{1}<div><span><p>{2}",
        "<p>{0}<!-- <p>{1}</p>",
        "<script>var x = '<p>{1}</p>'</script><p>{0}",
        "<div" * 50 + "><p>{0}",
        "{0}<br><br>{1}<br>{2}",
        "<?xml version='1.0' encoding='gb2312'?><html><body><p>{0}</p></body></html>",
        "<p>{0}</p><p>&#xD800;&#0;&#1114112;&bad;</p>",
        "<table><tr><td><p>{0}",
        "<html><frameset><p>{0}",
    ],
)
def test_a_broken_page_gives_what_can_be_read_of_it(data: str) -> None:
    assert to_article(data.format(*ARTICLE).encode()).text.startswith(ARTICLE[0][:10])


def test_a_page_of_bottomless_nesting_ends_well() -> None:
    begin = time.monotonic()
    for data in ("<div>" * 20_000, "<b>" * 20_000, "<!--" * 20_000, "<table><tr><td>" * 9_000):
        assert see(data + ARTICLE[0]) in ("", ARTICLE[0])
    assert time.monotonic() - begin < 20


@WARY
@given(data=RAW, ending=st.sampled_from(["txt", "html", "jsonl", "json", "docx", "pdf", "txt.gz", "jsonl.gz"]))
def test_any_bytes_are_a_text_or_a_problem(data: bytes, ending: str, tmp_path: Path) -> None:
    for text in read(put(tmp_path / f"a.{ending}", data))[0]:
        assert text.text.strip()
        assert text.sha256 == sha256(text.text.encode()).hexdigest()


@WARY
@given(st.data())
def test_a_page_with_any_piece_missing_is_a_text_or_a_problem(data: st.DataObject) -> None:
    whole = page(ARTICLE, "<meta name='PubDate' content='2018-06-07'>")
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    assert "\ufffd" not in see(whole[:start] + whole[end:])


# --- Word and PDF


def make_docx(path: Path) -> Path:
    need_module("docx")
    from docx import Document  # noqa: PLC0415 - an extra

    document = Document()
    document.core_properties.title = "新田县产业扶贫见成效"
    document.add_heading("一、成绩", 1)
    for paragraph in ARTICLE[:2]:
        document.add_paragraph(paragraph)
    document.add_table(1, 1).cell(0, 0).text = "表中的9个村"
    last = document.add_paragraph()
    last.add_run("下一步，")
    last.add_run("全县将继续巩固成果，防止返贫。").bold = True
    document.save(str(path))
    return path


def make_pdf(path: Path) -> Path:
    need_module("reportlab")
    need_module("pdfminer")
    from reportlab.pdfbase import cidfonts, pdfmetrics  # noqa: PLC0415 - an extra
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - an extra

    pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("STSong-Light"))  # named and not embedded, as official files do
    canvas, lines = Canvas(str(path)), list(wrap(ARTICLE[0] + ARTICLE[1]) + wrap(ARTICLE[2] * 2))
    for number, half in enumerate((lines[:2], lines[2:]), 1):
        canvas.setFont("STSong-Light", 12)
        for row, (indent, line) in enumerate(half):
            canvas.drawString(72 + indent, 760 - 20 * row, line)
        canvas.drawString(290, 40, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return path


def wrap(paragraph: str) -> list[tuple[int, str]]:
    """The lines of a paragraph with their indents: 24 points for the first."""
    first, rest = paragraph[:28], paragraph[28:]
    return [(24, first), *((0, rest[at : at + 30]) for at in range(0, len(rest), 30))]


def test_of_a_word_file_come_its_paragraphs_without_tables(tmp_path: Path) -> None:
    found = read_one(make_docx(tmp_path / "a.docx"))
    assert found.text.split("\n") == ["一、成绩", *ARTICLE]
    assert found.title == "新田县产业扶贫见成效"


def test_of_a_pdf_come_its_paragraphs_whole_over_lines_and_pages(tmp_path: Path) -> None:
    found = read_one(make_pdf(tmp_path / "a.pdf"))
    assert found.text.split("\n") == [ARTICLE[0] + ARTICLE[1], ARTICLE[2] * 2]


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_document_that_is_cut_short_or_none_is_told(kind: str, tmp_path: Path) -> None:
    whole = (make_docx if kind == "docx" else make_pdf)(tmp_path / f"whole.{kind}").read_bytes()
    for number, data in enumerate((b"", b"no document", whole[: len(whole) // 2], whole[:100])):
        path = put(tmp_path / f"{number}.{kind}", data)
        ((key, file),) = [(problem.key, problem.file) for problem in read(path)[1]]
        assert key in ("document-bad", "text-empty")
        assert file == str(path)


@pytest.mark.parametrize(("kind", "module"), [("docx", "docx"), ("pdf", "pdfminer.high_level")])
def test_without_the_library_the_extra_is_named(
    kind: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    texts, (problem,) = read(put(tmp_path / f"a.{kind}", b"x"), put(tmp_path / "b.txt", "好"))
    assert ([text.id for text in texts], problem.key, problem.data["extra"]) == (["b"], "extra-missing", kind)
    assert problem.file == str(tmp_path / f"a.{kind}")


# --- dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("发布时间：2019-03-05", "2019-03-05"),
        ("新田县见成效\n2019年03月05日 10:15　来源：永州日报\n正文。", "2019-03-05"),
        ("来源：新华社　时间：２０１９－０３－０５", "2019-03-05"),
        ("来源：红网 作者：某某 编辑：某某 2019-03-05 08:37:03\n正文", "2019-03-05"),
        ("新华社北京2019年3月5日电（记者某某）到2020年1月1日，全县……", "2019-03-05"),
        ("（2019年3月5日）\n各县人民政府：\n正文。", "2019-03-05"),
        ("通知正文。\n新田县人民政府\n二〇一九年三月五日", "2019-03-05"),
        ("通知正文。\n新田县人民政府办公室\n2019年3月5日\n", "2019-03-05"),
        ("正文。（人民日报2019年3月5日第1版）", "2019-03-05"),
        ("正文。\n《人民日报》（ 2019年03月05日 第 01 版）", "2019-03-05"),
        ("更新时间：2019-04-01\n发布时间：2019-03-05", "2019-03-05"),
        ("正文" * 2000 + "。\n二〇一九年十二月三十一日", "2019-12-31"),
        ("新华社北京3月5日电 到2020年1月1日，全县……", ""),
        ("本报讯 3月5日，全县召开会议。", ""),
        ("2016年12月31日，全县脱贫。", ""),
        ("截至2016年12月31日，全县12个村脱贫", ""),
        ("会议定于2019年8月10日10:15举行", ""),
        ("时间：2019年3月5日\n地点：会议室", ""),
        ("今天是2019年3月5日 星期二", ""),
        ("（2020年4月1日起施行）", ""),
        ("发布时间：2019-02-30", ""),
        ("发布时间：2019-03", ""),
        ("正文。\n" * 900 + "发布时间：2019-03-05" + "\n正文。" * 900, ""),
        ("", ""),
    ],
)
def test_the_dateline_of_a_text_is_a_full_day_that_it_gives_as_its_own(text: str, day: str) -> None:
    assert find_dateline(text) == day


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://gov.rednet.cn/c/2019/03/05/4216011.htm", "2019-03-05"),
        ("http://www.example.cn/n1/2019/0305/c1-2.html", "2019-03-05"),
        ("http://www.example.cn/201903/t20190305_5478.html", "2019-03-05"),
        ("http://www.example.cn/art/2019/3/5/art_624_95121.html", "2019-03-05"),
        ("http://www.example.cn/201903/1.html", ""),
        ("http://20190305.example.cn/1.html", ""),
        ("http://www.example.cn/c/42160112019030512.htm", ""),
        ("http://www.example.cn/2019/13/05/1.htm", ""),
    ],
)
def test_the_day_in_an_address_is_found_where_it_is_one(url: str, day: str) -> None:
    assert find_address_day(url) == day


@given(st.text(alphabet="2019年3月5日-/.:： 电讯来源时间发布（）()\n第版零〇一十二"))
@settings(deadline=None)
def test_a_dateline_is_empty_or_a_date(text: str) -> None:
    day = find_dateline(text)
    assert day == "" or to_published(day) == day


@pytest.mark.parametrize(
    ("line", "options", "published"),
    [
        ({"published": "2019-01-01"}, "2019-02-02", "2019-01-01"),
        ({}, "2019-02-02", "2019-02-02"),
        ({}, "", "2019-03-03"),
        ({"published": "2019-01-01T08:00:00+08:00"}, "", "2019-01-01T08:00:00+08:00"),
        ({"published": "2019-01-01 08:00:00"}, "", "2019-01-01"),
    ],
)
def test_a_stated_day_wins_over_the_option_and_that_over_the_dateline(
    line: dict[str, str], options: str, published: str, tmp_path: Path
) -> None:
    path = put(tmp_path / "a.jsonl", to_lines({"id": "a", "text": "发布时间：2019-03-03\n正文。", **line}))
    assert read_one(path, options=Options(published=options)).published == published


def test_options_are_for_texts_that_lack_them(tmp_path: Path) -> None:
    full = {"id": "a", "text": "文", "title": "题", "place": "新田县"}
    path = put(tmp_path / "a.jsonl", to_lines(full, {"id": "b", "text": "文"}))
    texts = read(path, options=Options(place="长沙市", title="无题"))[0]
    assert [(text.title, text.place) for text in texts] == [("题", "新田县"), ("无题", "长沙市")]
    with pytest.raises(UsageError) as caught:
        Options(published="2019-3-5")
    assert caught.value.problem.key == "published-bad"


# --- addresses

HTML = "text/html"
LINES = to_lines({"id": "x", "text": "一"}, {"id": "y", "text": ""}).encode()
REPLIES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/a.html": (200, {"Content-Type": "text/html; charset=gb2312"}, page(ARTICLE).encode("gb18030")),
    "/2019/03/05/1": (200, {"Content-Type": HTML}, page(ARTICLE).encode()),
    "/lies": (200, {"Content-Type": "text/html; charset=utf-8"}, page(ARTICLE).encode("gb18030")),
    "/plain": (200, {"Content-Type": "text/plain; charset=big5"}, TRADITIONAL.encode("big5")),
    "/none": (200, {}, page(ARTICLE).encode()),
    "/b.jsonl": (200, {"Content-Type": "text/plain"}, LINES),
    "/b.jsonl.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(LINES)),
    "/packed": (200, {"Content-Type": HTML, "Content-Encoding": "gzip"}, gzip.compress(page(ARTICLE).encode())),
    "/bomb": (200, {"Content-Type": HTML, "Content-Encoding": "gzip"}, gzip.compress(b"a" * 3_000_000)),
    "/odd": (200, {"Content-Type": HTML, "Content-Encoding": "br"}, b"x"),
    "/large": (200, {"Content-Type": HTML}, b"a" * 2_000_000),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    "/moved": (302, {"Location": "/a.html"}, b""),
    "/loop": (302, {"Location": "/loop"}, b""),
    **{f"/hop{number}": (302, {"Location": f"/hop{number + 1}"}, b"") for number in range(7)},
    "/to-file": (302, {"Location": "file:///etc/hosts"}, b""),
    "/to-ftp": (302, {"Location": "ftp://127.0.0.1/x"}, b""),
    "/denied": (403, {"Content-Type": HTML}, page(ARTICLE).encode()),
    "/broken": (500, {}, b""),
    "/short": (200, {"Content-Type": HTML, "Content-Length": "5000"}, b"<p>a"),
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        with suppress(OSError):  # the reader left, as it should
            self.reply()

    def reply(self) -> None:
        if self.path == "/silent":
            time.sleep(1.5)
        status, headers, data = REPLIES.get(self.path.partition("?")[0], (404, {}, b""))
        if self.path == "/drip":
            status, headers = 200, {"Content-Type": HTML}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        for _ in range(30 * (self.path == "/drip")):
            self.wfile.write(b"a")
            time.sleep(0.1)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base
        """Say nothing."""


@contextmanager
def serve() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            patch.delenv(name, raising=False)
        with serve() as address:
            yield address


@pytest.mark.parametrize(
    ("path", "text", "encoding"),
    [
        ("/a.html", ARTICLE, "gb18030"),
        ("/lies", ARTICLE, "gb18030"),
        ("/plain", TRADITIONAL.split("\n"), "big5"),
        ("/none", ARTICLE, "utf-8"),
        ("/packed", ARTICLE, "utf-8"),
        ("/moved", ARTICLE, "gb18030"),
        ("/hop6?", None, ""),
    ],
)
def test_an_address_is_read_by_what_the_server_says_checked_against_the_bytes(
    path: str, text: list[str] | None, encoding: str, site: str
) -> None:
    texts, problems = read(site + path)
    if text is None:
        assert [problem.key for problem in problems] == ["url-status"]
        return
    assert (texts[0].text.split("\n"), texts[0].encoding, problems) == (text, encoding, [])
    assert texts[0].id == to_address_id(site + path)
    assert texts[0].path == site + path


def test_the_address_of_a_text_is_where_it_was_found_and_may_tell_its_day(site: str) -> None:
    assert read_one(site + "/moved").url == site + "/a.html"
    assert read_one(site + "/2019/03/05/1").published == "2019-03-05"
    assert read_one(site + "/a.html?q=扶贫 1#top").url == site + "/a.html?q=%E6%89%B6%E8%B4%AB%201"


def test_json_lines_at_an_address_are_read_line_by_line(site: str) -> None:
    texts, problems = read(site + "/b.jsonl")
    assert ([text.id for text in texts], told(problems)) == (["x"], [("json-field-missing", 2, "text")])
    assert [text.id for text in read(site + "/b.jsonl.gz")[0]] == ["x"]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("{}/nowhere", "url-status"),
        ("{}/denied", "url-status"),
        ("{}/broken", "url-status"),
        ("{}/loop", "url-redirects"),
        ("{}/hop0", "url-redirects"),
        ("{}/to-file", "url-redirects"),
        ("{}/to-ftp", "url-failed"),
        ("{}/large", "text-too-large"),
        ("{}/bomb", "text-too-large"),
        ("{}/odd", "url-failed"),
        ("{}/short", "url-failed"),
        ("{}/silent", "url-slow"),
        ("{}/drip", "url-slow"),
        ("{}/image", "input-unknown"),
        ("http://127.0.0.1:1/", "url-failed"),
        ("file:///etc/hosts", "url-scheme"),
        ("ftp://127.0.0.1/a.txt", "url-scheme"),
        ("gopher://127.0.0.1/", "url-scheme"),
        ("http://", "bad-url"),
        ("http://[", "bad-url"),
        ("http://127.0.0.1:port/", "bad-url"),
        ("http://user:word@127.0.0.1/", "bad-url"),
        ("http://" + "长" * 300 + "/", "bad-url"),
    ],
)
def test_an_address_that_cannot_be_read_is_told_in_time_and_the_next_input_is_read(
    address: str, key: str, site: str, tmp_path: Path
) -> None:
    begin, good = time.monotonic(), put(tmp_path / "good.txt", "好")
    texts, problems = read(address.format(site), good, options=Options(seconds=0.5, page_limit=1_000_000))
    assert [text.id for text in texts] == ["good"]
    assert [(problem.key, problem.file) for problem in problems] == [(key, address.format(site))]
    assert time.monotonic() - begin < 1.4


def test_an_address_gives_its_bytes_type_and_charset(site: str) -> None:
    reply = read_address(site + "/a.html")
    assert (reply.data, reply.type, reply.charset) == (REPLIES["/a.html"][2], HTML, "gb2312")


# --- what is said of problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_is_one_line_with_its_place_and_a_remedy(language: str, tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", "".join(f"{line}\n" for line, _, _ in BAD_LINES))
    put(tmp_path / "b.txt", PLAIN.encode()[:-1])
    set_language(language)
    lines = [str(problem) for problem in read(tmp_path, options=Options(limit=300))[1]]
    set_language("")
    assert len(lines) == len(BAD_LINES)  # the one that repeats an id is good here, and the other file is not
    assert all("\n" not in line and line.count("; ") >= 1 and str(tmp_path) in line for line in lines)
