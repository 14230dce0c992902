"""The reader on cases made by hand: one file of `corpus` a subject, one row a case, negatives included.

A cell may give several answers that careful readers hold right, parted by `` or ``, with ``-`` for an empty one. Cases
that the reader fails as yet carry the mark ``fails``; one that it begins to pass turns red until the mark is removed.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tuopin.facts import Figure
from tuopin.reader.read import read_facts

CORPUS = Path(__file__).parent / "corpus"
ATTRIBUTES = {
    "places": ("place", "place_code"),
    "periods": ("period_start", "period_end"),
    "status": ("status",),
    "indicators": ("unit", "per", "indicator"),
    "units": ("unit", "unit_text", "qualifier"),
}
# `12万8000多元=128000 CNY more-than`; a range is low..high and the qualifier `exact` where none is given.
FIGURE = re.compile(r"(?P<quote>[^=|]+)=(?P<number>\S+) (?P<unit>\S+)(?: (?P<qualifier>\S+))?")


def read_rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file with their numbers as an editor shows them; a line break in a text is written ``\\n``."""
    with (CORPUS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield number, {column: cell.replace("\\n", "\n") for column, cell in row.items()}


def find_cases(*names: str) -> list[object]:
    cases = []
    for name in names:
        for number, row in read_rows(name):
            marks = [pytest.mark.xfail(strict=True, raises=AssertionError)] if row["known"] == "fails" else []
            cases.append(pytest.param(name, row, id=f"{name}.csv:{number}", marks=marks))
    return cases


@cache
def read_figures(text: str, published: str = "", title: str = "", place: str = "") -> list[Figure]:
    return read_facts(text, published=published, title=title, place=place).figures


def find_answers(cell: str) -> list[str]:
    return ["" if answer == "-" else answer for answer in cell.split(" or ")]


def agrees(figure: Figure, expected: "re.Match[str]") -> bool:
    number = figure.value or f"{figure.low}..{figure.high}"
    return (
        figure.quote in find_answers(expected["quote"])
        and number == expected["number"]
        and figure.unit in expected["unit"].split("/")
        and figure.qualifier in (expected["qualifier"] or "exact").split("/")
    )


@pytest.mark.parametrize(("name", "row"), find_cases("numbers"))
def test_numbers(name: str, row: dict[str, str]) -> None:
    del name
    expected = [FIGURE.fullmatch(part) for part in row["figures"].split("|") if part]
    assert None not in expected, "the row is not written as it should be"
    found = read_figures(row["text"])
    shown = [(one.quote, one.value or f"{one.low}..{one.high}", one.unit, one.qualifier) for one in found]
    assert len(found) == len(expected), shown
    assert all(agrees(figure, answer) for figure, answer in zip(found, expected, strict=True) if answer), shown


@pytest.mark.parametrize(("name", "row"), find_cases(*ATTRIBUTES))
def test_attributes(name: str, row: dict[str, str]) -> None:
    """The attributes that the row gives of the figure that it quotes."""
    assert row["quote"] in row["text"], "the row quotes what its text does not say"
    found = read_figures(row["text"], row.get("published", ""), row.get("title", ""), row.get("place_option", ""))
    figure = next((one for one in found if one.quote == row["quote"]), None)
    assert figure is not None, [one.quote for one in found]
    for attribute in ATTRIBUTES[name]:
        value = getattr(figure, attribute)
        answers = find_answers(row[attribute].replace("/", " or ") if attribute == "unit" else row[attribute])
        assert value in answers, f"{attribute}: {value!r}, not {answers}"


def test_every_indicator_has_a_case() -> None:
    from tuopin.vocabulary import read_vocabulary  # noqa: PLC0415 - only this test needs it

    told = {answer for _number, row in read_rows("indicators") for answer in find_answers(row["indicator"])}
    law = read_vocabulary().schemes["indicator"]
    assert told <= set(law)
    assert len(told) >= 44
