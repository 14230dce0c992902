"""How facts read from a text are compared with its annotation: each measure on cases made by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tuopin.bench.annotated import Annotated, read_annotated, to_annotated
from tuopin.bench.scoring import LEVELS, Reading, Score, Tally, find_attributes, score, score_all
from tuopin.facts import Figure, Statement

TEXT = "2016年，江华县投入5.68亿元，新建“四跟四走”基地17个，带动3000-5000户。"
MONEY: dict[str, Any] = {
    "quote": "5.68亿元", "start": 11, "end": 17, "value": "568000000", "unit": "CNY", "unit_text": "元",
    "place": "江华县", "period_start": "2016", "period_end": "2016", "indicator": "funds-invested",
}  # fmt: skip
BASES: dict[str, Any] = {"quote": "17个", "start": 28, "end": 31, "value": "17", "unit": "site", "place": "江华县"}
RANGE: dict[str, Any] = {"surface": "3000-5000户", "start": 34, "end": 44, "value": None, "low": "3000", "high": "5000"}
RELATION: dict[str, Any] = {"place": "江华县", "programme": "四跟四走", "start": 21, "end": 25, "surface": "四跟四走"}


def annotate(*figures: dict[str, Any], **cells: Any) -> Annotated:
    return to_annotated({"id": "s1", "text": TEXT, "figures": list(figures), **cells})


def read(*cells: dict[str, Any], **changes: Any) -> Reading:
    """The figures as a reader gives them that agrees with the annotation but for the changes."""
    records = [golden.record for golden in annotate(*cells).figures]
    return Reading([replace(record, **changes) for record in records if isinstance(record, Figure)])


def rank(total: Score) -> list[int]:
    """How many figures are right at each level."""
    return [total.levels[level].right for level in LEVELS[:3]]


def relate(subject: str = "江华县", object_: str = "四跟四走", start: int = 21, end: int = 25) -> Statement:
    return Statement("s1", subject, "carriesOut", object_, TEXT[start:end], start, end)


# --- the annotation


def test_an_annotated_text_is_read_with_null_as_empty_and_surface_as_quote() -> None:
    (golden,) = annotate(RANGE).figures
    assert golden.record == Figure("s1", "3000-5000户", 34, 44, low="3000", high="5000")
    assert (golden.alt, golden.is_optional) == ({}, False)


def test_a_quote_that_does_not_stand_at_its_place_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"s1: '5\.68亿元' is not at 12-18"):
        annotate(MONEY | {"start": 12, "end": 18})


def test_relations_and_statements_are_the_same_in_two_forms() -> None:
    statement = {"property": "carriesOut", "subject": "江华县", "object": "四跟四走", "start": 21, "end": 25}
    one, other = annotate(relations=[RELATION]), annotate(statements=[statement])
    assert one.statements == other.statements
    assert not one.statements[0].is_optional
    assert annotate(optional_relations=[RELATION]).statements[0].is_optional


def test_a_folder_is_read_in_the_order_of_names_and_numbers_stay_exact(tmp_path: Path) -> None:
    for name in ("b", "a"):
        cells = {"id": name, "text": "6.10%", "figures": [{"start": 0, "end": 5, "value": 6.10}]}
        (tmp_path / f"{name}.json").write_text(json.dumps(cells), encoding="utf-8")
    texts = read_annotated(tmp_path)
    assert [text.id for text in texts] == ["a", "b"]
    assert texts[0].figures[0].record == Figure("a", "6.10%", 0, 5, "6.1")
    assert read_annotated(tmp_path / "b.json") == texts[1:]


# --- figures


def test_what_agrees_is_right_at_every_level() -> None:
    total = score(annotate(MONEY, BASES, RANGE), read(MONEY, BASES, RANGE))
    assert rank(total) == [3, 3, 3]
    assert total.levels["strict"].f1 == 1
    assert total.differences == ()
    assert all(tally.recall == 1 for tally in total.attributes.values())


@pytest.mark.parametrize(
    ("changes", "right", "wrong"),
    [
        ({"value": "568000000.0"}, [1, 1, 1], set()),
        ({"value": "568"}, [0, 0, 0], {"value"}),
        ({"value": "", "low": "568000000", "high": "568000000"}, [0, 0, 0], {"value"}),
        ({"end": 16, "quote": "5.68亿"}, [0, 0, 0], {"missing", "extra"}),
        ({"unit": "item"}, [1, 0, 0], {"unit"}),
        ({"place": "湖南省"}, [1, 0, 0], {"place"}),
        ({"status": "target"}, [1, 0, 0], {"status"}),
        ({"period_end": "2017"}, [1, 0, 0], {"period", "year"}),
        ({"period_start": "2014"}, [1, 1, 0], {"period"}),
        ({"period_end": ""}, [1, 1, 0], {"period"}),
        ({"period_end": "2016-12-31"}, [1, 1, 0], {"period"}),
        ({"indicator": "other"}, [1, 1, 0], {"indicator"}),
        ({"qualifier": "about"}, [1, 1, 1], {"qualifier"}),
        ({"unit_text": "", "subplace": "沱江镇"}, [1, 1, 1], {"unit_text", "subplace"}),
    ],
)
def test_each_level_asks_for_more(changes: dict[str, Any], right: list[int], wrong: set[str]) -> None:
    total = score(annotate(MONEY), read(MONEY, **changes))
    assert rank(total) == right
    assert {each.what for each in total.differences} == wrong
    shares = {name for name, tally in total.attributes.items() if tally.right < tally.gold}
    assert shares == (wrong - {"value", "missing", "extra"} if right[0] else set())


def test_a_range_is_found_by_both_its_ends() -> None:
    assert rank(score(annotate(RANGE), read(RANGE)))[0] == 1
    assert rank(score(annotate(RANGE), read(RANGE, high="500")))[0] == 0


def test_precision_counts_what_was_read_and_recall_what_is_annotated() -> None:
    tally = score(annotate(MONEY, BASES), read(MONEY, RANGE, RANGE)).levels["found"]
    assert (tally.right, tally.gold, tally.got) == (1, 2, 3)
    assert (tally.precision, tally.recall, tally.f1) == (1 / 3, 1 / 2, 2 / 5)


def test_nothing_read_of_nothing_annotated_is_perfect() -> None:
    assert score(annotate(), Reading()).levels["found"].f1 == 1
    assert score(annotate(), read(MONEY)).levels["found"].f1 == 0


def test_a_figure_that_is_read_twice_is_right_once() -> None:
    tally = score(annotate(MONEY), read(MONEY, MONEY)).levels["found"]
    assert (tally.right, tally.got) == (1, 2)


def test_of_several_at_one_span_the_most_alike_are_paired() -> None:
    both = annotate(BASES, BASES | {"place": "江永县"})
    swapped = Reading([*read(BASES, place="江永县").figures, *read(BASES).figures])
    assert rank(score(both, swapped)) == [2, 2, 2]


# --- other readings


@pytest.mark.parametrize(
    ("period", "is_right"),
    [(("2016", "2016"), 1), (("2014", "2016"), 1), (("", ""), 1), (("2014", ""), 0), (("", "2016"), 0)],
)
def test_alternatives_of_a_period_go_in_pairs(period: tuple[str, str], is_right: int) -> None:
    alt = {"alt": {"period_start": ["2014", None], "period_end": ["2016", None]}}
    start, end = period
    total = score(annotate(MONEY | alt), read(MONEY, period_start=start, period_end=end))
    assert total.levels["strict"].right == is_right


def test_alternatives_of_one_end_of_a_period_leave_the_other_as_it_is() -> None:
    text = annotate(MONEY | {"alt": {"period_start": ["2014", "2015"]}})
    assert rank(score(text, read(MONEY, period_start="2015"))) == [1, 1, 1]
    assert rank(score(text, read(MONEY, period_start="2015", period_end="2015"))) == [1, 0, 0]


def test_an_alternative_of_any_field_is_right() -> None:
    text = annotate(MONEY | {"alt": {"indicator": ["other"], "place": [""], "value": ["568000001"]}})
    assert rank(score(text, read(MONEY, indicator="other", place="", value="568000001"))) == [1, 1, 1]


def test_an_optional_figure_is_neither_missing_nor_wrong() -> None:
    text = annotate(MONEY, BASES | {"optional": True})
    for got in (read(MONEY), read(MONEY, BASES), Reading([*read(MONEY).figures, *read(BASES, value="9").figures])):
        total = score(text, got)
        assert total.levels["strict"] == Tally(1, 1, 1)
        assert total.differences == ()


# --- what else is counted


@pytest.mark.parametrize(("value", "slips"), [("5680000000", 1), ("56800", 1), ("568000000.00", 0), ("5690000000", 0)])
def test_a_value_that_is_wrong_by_a_power_of_ten_is_counted(value: str, slips: int) -> None:
    assert score(annotate(MONEY), read(MONEY, value=value)).slips == slips


def test_an_end_of_a_range_can_slip_and_an_alternative_is_no_slip() -> None:
    assert score(annotate(RANGE), read(RANGE, low="3")).slips == 1
    assert score(annotate(MONEY | {"alt": {"value": ["5680"]}}), read(MONEY, value="5680")).slips == 0


def test_a_quote_that_is_not_what_the_text_has_there_is_counted() -> None:
    total = score(annotate(MONEY), Reading(read(MONEY, quote="5亿元").figures, [replace(relate(), quote="四走")]))
    assert total.misquoted == 2
    assert [(each.gold, each.got) for each in total.differences if each.what == "quote"] == [
        ("5.68亿元", "5亿元"),
        ("四跟四走", "四走"),
    ]


def test_a_difference_shows_itself_in_one_line() -> None:
    (difference,) = score(annotate(MONEY), read(MONEY, place="湖南省")).differences
    assert str(difference) == "s1 11-17 5.68亿元 place: '江华县', got '湖南省'"


# --- statements


@pytest.mark.parametrize(
    ("got", "right"),
    [
        (relate(), (1, 1)),
        (relate(object_="“四跟 四走”"), (1, 1)),
        (relate(start=20, end=26), (0, 1)),
        (relate(subject="江永县"), (0, 0)),
        (replace(relate(), property="uses"), (0, 0)),
    ],
)
def test_a_statement_is_its_subject_its_object_and_its_span(got: Statement, right: tuple[int, int]) -> None:
    total = score(annotate(relations=[RELATION]), Reading(statements=[got]))
    assert (total.levels["carriesOut"].right, total.levels["carriesOut-anywhere"].right) == right


def test_the_same_pair_at_two_places_is_wrong_once_by_span_and_never_without() -> None:
    total = score(annotate(relations=[RELATION]), Reading(statements=[relate(), relate(start=20, end=26)]))
    assert total.levels["carriesOut"] == Tally(1, 1, 2)
    assert total.levels["carriesOut-anywhere"] == Tally(1, 1, 1)


def test_an_optional_statement_is_neither_missing_nor_wrong() -> None:
    text = annotate(optional_relations=[RELATION])
    for statements in ([], [relate()]):
        total = score(text, Reading(statements=statements))
        assert total.levels["carriesOut"] == total.levels["carriesOut-anywhere"] == Tally(0, 0, 0)
    assert score(text, Reading(statements=[relate(subject="江永县")])).levels["carriesOut"] == Tally(0, 0, 1)


# --- many texts


def test_scores_add_up_over_texts() -> None:
    texts = [annotate(MONEY, relations=[RELATION]), annotate(MONEY, BASES)]
    total = score_all(texts, [Reading(read(MONEY).figures, [relate()]), read(BASES, RANGE, value="170", low="")])
    assert total.levels["found"] == Tally(1, 3, 3)
    assert total.levels["carriesOut"] == Tally(1, 1, 1)
    assert total.attributes["place"] == Tally(1, 1, 1)
    assert total.slips == 1


def test_a_field_that_a_corpus_never_writes_is_not_judged() -> None:
    texts = [annotate(BASES), annotate(MONEY)]
    assert find_attributes(texts) == ("unit", "unit_text", "place", "period", "year", "indicator")
    assert "scope" not in score_all(texts, [read(BASES, scope="stock"), read(MONEY)]).attributes
