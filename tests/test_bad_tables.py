"""Bad tables: every kind of mistake gives a line with file, line, field, value and remedy; nothing is replaced."""

import shutil
from pathlib import Path

import pytest
from edits import (
    FIGURES,
    PLACES,
    PROGRAMMES,
    SOURCE,
    SOURCES,
    STATEMENTS,
    THINGS,
    Edit,
    add,
    copy_data,
    count_lines,
    double,
    find_line,
    put,
    remove,
    snapshot,
    swap,
    write_earlier,
)

from tuopin.cli import main

FIGURE = 3  # the line of 14个, which most cases spoil
DATED, PERIOD = find_line(STATEMENTS, "startDate"), find_line(STATEMENTS, "period")
CHANGE = find_line(STATEMENTS, "changesTo")
NUMBER = "write a decimal without commas, units or exponents, such as 568000000 or 6.47"
DATE = "write 2016, 2016-12 or 2016-12-31, a day that exists"
RANGE = "value: it must have a value, or both low and high; fill in one of the two"
PERIODS = "write 2016, 2016-12, 2016-12-31, 2014/2016 or 2016/.."
NUMBERS = ["1,234", "1e3", "+3", " 3", "3.", ".5", "0x1", "1_000", "NaN", "inf", "-", "１２", "٣", "三", "9" * 41]
DATES = [
    "2019-02-30", "2016-13", "16", "2016-1-1", "0000", "2016/2017", "2016-12-31T00:00", "２０１６", "٢٠١٦", "2016 ",
]  # fmt: skip
OFFSETS = ["1e2", "-1", "", "1.0", "１６５", "99999999990"]
ID = "choose another id; that of a source is in small letters"
SAME = "it is the same fact at the same place as"
SIX = "write six digits, or CN for the country"
CODE = "compare places.csv"
BARE = put(SOURCES, 2, id="derived"), remove(FIGURES), remove(STATEMENTS)


def figure(**cells: str) -> Edit:
    return put(FIGURES, FIGURE, **cells)


def at(table: str, line: int, words: str) -> str:
    return f"{table}:{line}: {words}"


def bad_figure(words: str) -> str:
    return at(FIGURES, FIGURE, words)


def many(field: str, values: list[str], words: str) -> tuple[tuple[Edit, ...], str]:
    """A mistake in each of as many rows, and what is told of each."""
    rows = list(enumerate(values, 2))
    edits = tuple(put(FIGURES, line, **{field: value}) for line, value in rows)
    return edits, "\n".join(at(FIGURES, line, f"{field}: “{value}” {words}") for line, value in rows)


def bad_thing(words: str) -> str:
    return at(THINGS, count_lines(THINGS) + 1, words)


# What no table can be read with: the message is all there is.
UNREADABLE: list[tuple[Edit, str]] = [
    (swap(FIGURES, ",status", ",stat"), at(FIGURES, 1, "the column “status” is missing; add the column")),
    (
        swap(FIGURES, ",purpose", ",purpose,purpose"),
        at(FIGURES, 1, "the column “purpose” is there more than once; take the surplus one out"),
    ),
    (
        swap(FIGURES, ",purpose", ",colour"),
        at(FIGURES, 1, "the column “colour” is not known; correct its name, or take it out"),
    ),
    (
        swap(FIGURES, "14个,162", "14个,9,162"),
        bad_figure("the row has 26 cells; add or take out a comma; a cell with a comma needs quotation marks"),
    ),
    (
        swap(STATEMENTS, ",origin", ",origin\n\n,"),
        at(STATEMENTS, 3, "the row has 2 cells; add or take out a comma; a cell with a comma needs quotation marks"),
    ),
    (
        swap(FIGURES, "14个", '"14个'),
        bad_figure("this is no sound CSV: unexpected end of data; check the quotation marks of this line"),
    ),
    (
        swap(STATEMENTS, "湖南这6个市县,7", '"湖南这6个市县,7'),
        at(STATEMENTS, 2, "this is no sound CSV: ',' expected after '\"'; check the quotation marks of this line"),
    ),
    (
        put(THINGS, 2, definition_en="a" * (1 << 24) + "a"),
        at(
            THINGS,
            2,
            "this is no sound CSV: field larger than field limit (16777216); check the quotation marks of this line",
        ),
    ),
    (
        swap(FIGURES, "14个", b"14\xb8\xf6"),
        bad_figure("this is not UTF-8: bytes b8 f6 2c 31; save it as UTF-8 (Excel: CSV UTF-8)"),
    ),
    (
        swap(THINGS, "对贫困人口实现", b"\xff\xfe"),
        at(THINGS, 2, "this is not UTF-8: bytes ff fe e5 b8; save it as UTF-8 (Excel: CSV UTF-8)"),
    ),
    (
        lambda folder: (folder / SOURCES).write_bytes((folder / SOURCES).read_text("utf-8").encode("utf-16")),
        at(SOURCES, 1, "this is not UTF-8: bytes ff fe 69 00; save it as UTF-8 (Excel: CSV UTF-8)"),
    ),
    (
        lambda folder: (folder / SOURCES).write_bytes(b""),
        f"{SOURCES}: the table is empty; write the line of column names",
    ),
    (put(PLACES, 3, code="a b>c"), at(PLACES, 3, f"code: “a b>c” is no code of a place; {SIX}")),
    (put(PLACES, 3, parent=""), at(PLACES, 3, f"parent: “” is no code of a place; {SIX}")),
    (put(PLACES, 3, name_zh=""), at(PLACES, 3, "name_zh: it is empty; fill it in")),
    (
        put(PLACES, 3, level="town"),
        at(PLACES, 3, "level: “town” is no administrative level; write country, province, prefecture or county"),
    ),
    (put(PLACES, 3, valid_from="2019-02-30"), at(PLACES, 3, f"valid_from: “2019-02-30” is no date; {DATE}")),
]  # fmt: skip

# What is wrong with single rows: all of it is told, and then how much it was.
WRONG: list[tuple[tuple[Edit, ...], str]] = [
    (
        (figure(indicator="poor-peopel"),),
        bad_figure("indicator: “poor-peopel” is not known; write one that the ontology knows, "
                   "such as poor-population, poor-households, poor-counties"),
    ),
    (
        (figure(indicator="poverty"),),
        bad_figure("indicator: “poverty” is a heading and no indicator; use an indicator under it, or other"),
    ),
    (
        (figure(unit="persons"),),
        bad_figure("unit: “persons” is not known; write one that the ontology knows, such as person, percent"),
    ),
    (
        (figure(place="湘潭屯", place_code=""),),
        bad_figure("place: no place was called “湘潭屯” on 2017-02-20; "
                    "compare the name; townships and villages go in subplace"),
    ),
    (
        (figure(place="鼓楼区", place_code=""),),
        bad_figure("place: several places are called “鼓楼区”: 320106, 320302, 350102, 410204; "
                    "put the code in place_code"),
    ),
    (
        (figure(place_code="430100"),),
        bad_figure("place_code: the code 430100 is that of 长沙市, not of “湖南省”; correct the code or the name"),
    ),
    (
        (put(SOURCES, 2, published="2016-02-20"), figure(place="宁乡市", place_code="430182")),
        bad_figure(f"place_code: no place had the code 430182 on 2016-02-20; {CODE}"),
    ),
    (
        (put(SOURCES, 2, published="2018-02-20"), figure(place="宁乡县", place_code="430124")),
        bad_figure(f"place_code: no place had the code 430124 on 2018-02-20; {CODE}"),
    ),
    ((figure(place=""),), bad_figure("place: it is empty; fill it in")),
    (
        (figure(programme="五跟五走"),),
        bad_figure("programme: nothing is called “五跟五走” (programme); "
                    "add a line or an alias to programmes.csv or things.csv"),
    ),
    many("value", NUMBERS, f"is no number; {NUMBER}"),
    many("period_start", DATES, f"is no date; {DATE}"),
    many("end", OFFSETS, "is no offset; write a whole number without a sign"),
    (
        (figure(value="1234567890123456"),),
        bad_figure("value: “1234567890123456” has more than 15 significant digits; compare the number with the text"),
    ),
    (
        (figure(period_start="2018", period_end="2017"),),
        bad_figure("period_end: the period ends with 2017 before it begins with 2018; swap or correct them"),
    ),
    ((figure(low="1", high="20"),), bad_figure(RANGE)),
    ((figure(value="", low="1"),), bad_figure(RANGE)),
    ((figure(value=""),), bad_figure(RANGE)),
    (
        (figure(value="", low="30", high="20"),),
        bad_figure("low: the low 30 is not less than the high 20; swap or correct them"),
    ),
    ((figure(end="162"),), bad_figure("end: the end 162 is not after the start 162; correct the offsets")),
    (
        (figure(end="166"),),
        bad_figure("quote: the quote has 3 characters and the offsets span 4; correct the quote or the offsets"),
    ),
    (
        (figure(quote="14\0"),),
        bad_figure(r"quote: it has a character that not every format can hold: '14\x00'; "
                    "take the control characters out"),
    ),
    (
        (figure(subplace="\x1b[2J"),),
        bad_figure(r"subplace: it has a character that not every format can hold: '\x1b[2J'; "
                    "take the control characters out"),
    ),
    (
        (put(STATEMENTS, 3, property="withn"),),
        at(STATEMENTS, 3, "property: the property “withn” is not known; "
            "write one of scheme:relations, such as within"),
    ),
    (
        (put(STATEMENTS, 3, subject="不知县"),),
        at(STATEMENTS, 3, "subject: no place was called “不知县” on 2017-02-20; "
            "compare the name; townships and villages go in subplace"),
    ),
    (
        (put(STATEMENTS, CHANGE, object="1-2"),),
        at(STATEMENTS, CHANGE, "object: the source has no figure at “1-2”; correct the offsets"),
    ),
    *(((put(STATEMENTS, DATED, object=day),), at(STATEMENTS, DATED, f"object: “{day}” is no date; {DATE}"))
      for day in ("2017-02-30", "2017", "2月18日")),
    *(((put(STATEMENTS, PERIOD, object=when),), at(STATEMENTS, PERIOD, f"object: “{when}” is no period; {PERIODS}"))
      for when in ("2017/", "../..", "/2017", "2017/2017", "二〇一七")),
    (
        (put(STATEMENTS, PERIOD, object="2017/2016"),),
        at(STATEMENTS, PERIOD, "object: the period ends with 2016 before it begins with 2017; swap or correct them"),
    ),
    (
        (double(SOURCES, 2),),
        at(SOURCES, count_lines(SOURCES) + 1, f"id: the id “{SOURCE}” is at {{data}}/{SOURCES}:2 already; "
            "choose another id, or take this row out"),
    ),
    (
        (double(PROGRAMMES, 2),),
        at(PROGRAMMES, count_lines(PROGRAMMES) + 1, "id: the id “bu-duan-ban-xing-dong” is at "
           f"{{data}}/{PROGRAMMES}:2 already; choose another id, or take this row out"),
    ),
    (
        (double(FIGURES, FIGURE),),
        at(FIGURES, count_lines(FIGURES) + 1, f"quote: {SAME} line 3; take one of the two out"),
    ),
    (
        (double(STATEMENTS, 2),),
        at(STATEMENTS, count_lines(STATEMENTS) + 1, f"quote: {SAME} line 2; take one of the two out"),
    ),
    (
        (lambda folder: shutil.copy(folder / FIGURES, folder / "facts" / "other.figures.csv"),),
        "facts/other.figures.csv: source: sources.csv has no source “other”; add it to sources.csv, or rename the file",
    ),
    (
        (lambda folder: (folder / FIGURES).rename(folder / "facts" / f"{SOURCE}.figure.csv"),
         put(STATEMENTS, CHANGE, property="about", subject=SOURCE, object="脱贫攻坚")),
        f"facts/{SOURCE}.figure.csv: this is no table of facts by its name; "
         "name it <source id>.figures.csv or <source id>.statements.csv",
    ),
    (
        (figure(source="other"),),
        bad_figure("source: the source “other” does not belong in this file; move it to its own file"),
    ),
    (BARE, at(SOURCES, 2, f"id: “derived” cannot be an id; {ID}")),
    *(((put(SOURCES, 2, published=moment),), at(SOURCES, 2, f"published: “{moment}” is no date; {DATE}"))
      for moment in (
        "2017", "2017-02-30", "2017-02-20T25:00:00+08:00", "2017-02-20T08:99:00+08:00", "2017-02-20T08:00:00+99:00",
        "2017-02-20T08:37:03", "2017-02-20T", "0001-01-01T00:00:00+08:00",
    )),
    ((put(SOURCES, 2, length="9" * 5000),), at(SOURCES, 2, f"length: “{'9' * 77}...” is no number; {NUMBER}")),
    (
        (put(SOURCES, 2, url="http://例.cn"),),
        at(SOURCES, 2, "url: “http://例.cn” is no address that can be used; write an absolute address in ASCII, "
            "with other characters percent-encoded in capitals like %E6%B9%98"),
    ),
    (
        (put(SOURCES, 2, authors="李慧;张三"),),
        at(SOURCES, 2, "authors: nothing is called “张三” (person); "
            "add a line or an alias to programmes.csv or things.csv"),
    ),
    (
        (add(THINGS, "a,measure,,坏\x01,Bad,,,,"),),
        bad_thing(r"name_zh: it has a character that not every format can hold: '\u574f\x01'; "
                   "take the control characters out"),
    ),
    ((add(THINGS, "a,measure,,,Bad,,,,"),), bad_thing("name_zh: it is empty; fill it in")),
    ((add(THINGS, "一,measure,,坏,Bad,,,,"),), bad_thing(f"id: “一” cannot be an id; {ID}")),
    *(((add(THINGS, f"a,{kind},,坏,Bad,,,,"),),
       bad_thing(f"kind: “{kind}” is no kind of thing; "
                  "write the notation of a class, such as programme, measure or group"))
      for kind in ("mesure", "place", "figure", "source")),
    (
        (add(THINGS, "a,programme,,坏,Bad,,,,"),),
        bad_thing("kind: a thing of the kind programme does not belong in this file; move it to the other file"),
    ),
    ((add(THINGS, "a,measure,,坏,Bad,,999999,,"),), bad_thing(f"place: no place ever had the code 999999; {CODE}")),
]  # fmt: skip


def assert_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, edits: tuple[Edit, ...], messages: list[str]
) -> None:
    """Assert that a build of the edited data in `folder` says just `messages`, and changes nothing."""
    data, out = copy_data(folder / "data", *edits), write_earlier(folder / "out")
    before = snapshot(folder)
    code = main(["build", str(data), "-o", str(out), "--no-page", "--lang", "en"])
    assert (code, *capsys.readouterr()) == (1, "", "".join(f"{message}\n" for message in messages))
    assert snapshot(folder) == before


@pytest.mark.parametrize(("edit", "message"), UNREADABLE, ids=[message[:60] for _, message in UNREADABLE])
def test_a_table_that_cannot_be_read_is_told_by_its_line(
    edit: Edit, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(capsys, tmp_path, (edit,), [f"{tmp_path}/data/{message}"])


@pytest.mark.parametrize(("edits", "message"), WRONG, ids=[ascii(message)[:60] for _, message in WRONG])
def test_a_wrong_row_is_told_by_line_field_value_and_remedy(
    edits: tuple[Edit, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{tmp_path}/data/{line}".replace("{data}", f"{tmp_path}/data") for line in message.split("\n")]
    assert_refused(capsys, tmp_path, edits, [*lines, f"the data have {len(lines)} errors; mend them and run it again"])
