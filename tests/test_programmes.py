"""The names of programmes in a text, who carries them out, and what was done under them."""

import csv
import time
from pathlib import Path

import pytest

from tuopin.reader.programmes import Programme, find_carries_out, find_programme_of, find_programmes

CASES = list(csv.DictReader((Path(__file__).parent / "corpus" / "programmes.csv").open(encoding="utf-8")))


def find_of(text: str, figure: str) -> str:
    """The programme of a figure in a text of one sentence or two."""
    start = text.index(figure)
    sentence = text.rfind("。", 0, start) + 1
    return find_programme_of(find_programmes(text), sentence, len(text), start, start + len(figure), text)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_the_corpus_is_read_as_it_says(case: dict[str, str]) -> None:
    names = [name for name in case["names"].split("|") if name]
    assert [one.name for one in find_programmes(case["text"])] == names


def test_a_third_of_the_corpus_are_negatives() -> None:
    assert len(CASES) >= 60
    assert sum(not case["names"] for case in CASES) * 3 >= len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_span_holds_the_name_without_its_marks(case: dict[str, str]) -> None:
    for one in find_programmes(case["text"]):
        assert case["text"][one.start : one.end] == one.name
        assert not set(one.name) & set("“”《》")


def test_marks_inside_a_name_are_left_out_of_it() -> None:
    text = "按照《“十四五”防贫规划》"
    (found,) = find_programmes(text)
    assert (found.name, text[found.start : found.end]) == ("十四五防贫规划", "“十四五”防贫规划")


def test_a_place_and_a_programme_are_told_once_where_first_named() -> None:
    text = "甲县实施“雨露计划”，“雨露计划”补助80人；乙县也有雨露计划。"
    found = find_carries_out(find_programmes(text), lambda offset: "甲县" if offset < text.index("乙县") else "乙县")
    assert [(place, one.name, one.start) for place, one in found] == [("甲县", "雨露计划", 5), ("乙县", "雨露计划", 27)]


def test_without_a_place_nothing_is_stated() -> None:
    assert find_carries_out([Programme(0, 4, "雨露计划", "known")], lambda offset: "") == []


@pytest.mark.parametrize(
    ("text", "figure", "name"),
    [
        ("通过“雨露计划”培训2350人，就业1986人", "1986人", "雨露计划"),
        ("将5.68亿元以“四跟四走”产业扶贫方式用于发展产业", "5.68亿元", "四跟四走"),
        ("创建了100个“四跟四走”示范点", "100个", "四跟四走"),
        ("每户发展“3头猪、100只鸡”计划", "100只", "3头猪、100只鸡"),
        ("造福工程也提了速。今年搬迁1.1万人", "1.1万人", "造福工程"),
        ("“雨露计划”补助80人；另有30人自学", "30人", ""),
        ("“雨露计划”补助80人；全县新修公路30公里", "30公里", ""),
        ("全县脱贫30户，并实施“雨露计划”", "30户", ""),
        ("县里实施“雨露计划”，很受欢迎。今年搬迁300人", "300人", ""),
    ],
)
def test_a_figure_is_under_the_programme_that_governs_it(text: str, figure: str, name: str) -> None:
    assert find_of(text, figure) == name


@pytest.mark.parametrize("piece", ["“", "《“", "“a", "”", "工程", "百日", "公司+", "“四跟四走”、", "企", "12"])
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    find_programmes(piece)

    def measure(count: int) -> float:
        text = piece * count
        turns = []
        for _ in range(3):  # the quickest of three, and of the processor alone: what else the machine does is no matter
            begin = time.process_time()
            find_programmes(text)
            turns.append(time.process_time() - begin)
        return min(turns)

    measure(500)
    assert measure(16_000) < 12 * max(measure(4_000), 0.005)
