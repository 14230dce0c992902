"""Derived figures: which pairs a rule takes, what it makes of them, and what it leaves alone."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from edits import FIGURES, STATEMENTS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuopin.derive import Derived, find_derived
from tuopin.facts import Figure, Statement, field_names
from tuopin.iris import mint_span
from tuopin.records import read_figures, read_statements
from tuopin.resources import find_data
from tuopin.triples import DIGITS, to_canonical
from tuopin.vocabulary import read_vocabulary

WORDS = read_vocabulary()
UNITS = {
    "poor-population": "person",
    "poor-households": "household",
    "people-lifted": "person",
    "households-lifted": "household",
    "loans-issued": "CNY",
    "loan-count": "loan",
    "poverty-incidence": "percent",
}
CHANGE = [Statement("s", "0-3", "changesTo", "10-13", "q", 0, 13)]


def figure(indicator: str, start: int, value: str, **fields: str) -> Figure:
    return Figure(
        "s", "123", start, start + 3, value=value, **({"unit": UNITS[indicator], "indicator": indicator} | fields)
    )


def derive(*figures: Figure, statements: list[Statement] | None = None) -> list[Derived]:
    return list(find_derived(figures, statements or [], WORDS))


def pairs(*figures: Figure) -> list[tuple[int, int]]:
    """Where the two bases of each derived figure begin."""
    return [tuple(int(iri.rpartition("/")[2].split("-")[0]) for iri in each.bases) for each in derive(*figures)]  # type: ignore[misc]


def people(start: int, value: str = "31", **fields: str) -> Figure:
    return figure("poor-population", start, value, **fields)


def households(start: int, value: str = "10", **fields: str) -> Figure:
    return figure("poor-households", start, value, **fields)


# --- which pairs


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ([people(0), households(10)], [(0, 10)]),
        ([households(0), people(10)], [(10, 0)]),
        ([people(0), households(20), households(10)], [(0, 10)]),
        ([households(0), people(20), households(30)], [(20, 30)]),
        ([households(0), people(10), households(20)], [(10, 0)]),  # of two as near, the earlier
        ([households(20), people(10), households(0)], [(10, 0)]),
        ([people(0), people(10), households(20)], [(0, 20), (10, 20)]),
        ([people(0), households(43)], [(0, 43)]),  # forty characters between them
        ([people(0), households(44)], []),
        ([people(0)], []),
        ([households(0)], []),
        ([people(0), households(10, "0")], []),
        ([people(0), households(10, "0.00")], []),
        ([people(0), households(10, "0"), households(20)], [(0, 20)]),
        ([people(0, "0"), households(10)], [(0, 10)]),
        ([people(0), households(10, "", low="9", high="11")], []),
        ([people(0, "", low="9", high="11"), households(10)], []),
        ([people(0), figure("households-lifted", 10, "10")], []),
        ([], []),
    ],
)
def test_a_numerator_goes_with_the_nearest_denominator_that_has_one_value(
    figures: list[Figure], found: list[tuple[int, int]]
) -> None:
    assert pairs(*figures) == found


@pytest.mark.parametrize(
    ("fields", "others"),
    [
        ({"place": "浏阳市"}, {"place": "宜章县"}),
        ({"place": "浏阳市"}, {}),
        ({"subplace": "大瑶镇"}, {}),
        ({"period_start": "2016", "period_end": "2016"}, {"period_start": "2015", "period_end": "2016"}),
        ({"period_start": "2016", "period_end": "2016"}, {"period_start": "2016"}),
        ({"status": "target"}, {}),
        ({"scope": "annual"}, {"scope": "cumulative"}),
        ({"scope": "annual"}, {}),
        ({"per": "village"}, {}),
    ],
)
def test_a_pair_must_agree_on_what_the_rule_says(fields: dict[str, str], others: dict[str, str]) -> None:
    assert pairs(people(0, **fields), households(10, **others)) == []
    assert pairs(people(0, **fields), households(10, **others), households(20, **fields)) == [(0, 20)]
    assert pairs(people(0, **fields), households(10, **fields)) == [(0, 10)]


@pytest.mark.parametrize("field", ["qualifier", "programme", "funder", "recipient", "unit_text", "purpose", "origin"])
def test_a_pair_need_not_agree_on_anything_else(field: str) -> None:
    assert pairs(people(0, **{field: "exact" if field == "qualifier" else "a"}), households(10)) == [(0, 10)]


def test_what_two_rules_agree_on_are_fields_of_the_record() -> None:
    assert WORDS.rules
    for rule in WORDS.rules:
        assert set(rule.agrees_on) <= set(field_names(Figure)), rule.id
        assert bool(rule.numerator) != bool(rule.paired_by), rule.id
        assert {rule.numerator, rule.denominator, rule.indicator} - {""} <= set(WORDS.indicators), rule.id
        assert bool(rule.max_distance) == bool(rule.agrees_on) == bool(rule.numerator), rule.id
        assert {rule.unit, rule.per} - {""} <= set(WORDS.schemes["unit"]), rule.id


# --- what comes of them


@pytest.mark.parametrize(
    ("one", "other", "qualifiers", "value", "qualifier"),
    [
        ("31", "10", ("exact", "exact"), "3.1", "exact"),
        ("30", "10", ("exact", "exact"), "3", "exact"),
        ("0", "10", ("exact", "exact"), "0", "exact"),
        ("1", "3", ("exact", "exact"), "0.33", "about"),
        ("2", "3", ("exact", "exact"), "0.67", "about"),
        ("1", "8", ("exact", "exact"), "0.13", "about"),  # half up: 0.125
        ("3", "8", ("exact", "exact"), "0.38", "about"),  # half up where half even gives the same: 0.375
        ("5", "200", ("exact", "exact"), "0.03", "about"),  # half up where half even gives 0.02
        ("-5", "200", ("exact", "exact"), "-0.03", "about"),
        ("1", "1000", ("exact", "exact"), "0", "about"),
        ("31", "10", ("about", "exact"), "3.1", "about"),
        ("31", "10", ("exact", "more-than"), "3.1", "about"),
        ("50228", "16442", ("exact", "exact"), "3.05", "about"),
        ("6.47", "0.1", ("exact", "exact"), "64.7", "exact"),
        ("999999999999999", "1", ("exact", "exact"), "999999999999999", "exact"),
        ("999999999999999", "7", ("exact", "exact"), "142857142857143", "about"),
    ],
)
def test_a_ratio_is_rounded_half_up_and_says_whether_it_is_exact(
    one: str, other: str, qualifiers: tuple[str, str], value: str, qualifier: str
) -> None:
    (found,) = derive(people(0, one, qualifier=qualifiers[0]), households(10, other, qualifier=qualifiers[1]))
    assert (found.figure.value, found.figure.qualifier) == (value, qualifier)


def test_a_ratio_has_the_place_and_time_of_its_bases_and_the_unit_of_the_rule() -> None:
    shared = {
        "place": "浏阳市",
        "place_code": "430181",
        "period_start": "2016",
        "period_end": "2016",
        "scope": "annual",
    }
    one = figure("people-lifted", 20, "10117", unit_text="人", programme="十大工程", **shared)
    other = figure("households-lifted", 0, "3058", unit_text="户", **shared)
    (found,) = derive(one, other)
    assert found.rule.id == "persons-per-household-lifted"
    assert found.bases == (mint_span("figure", "s", 20, 23), mint_span("figure", "s", 0, 3))
    assert found.figure == Figure(
        "s", "123", 20, 23, value="3.31", unit="person", per="household", qualifier="about",
        indicator="amount-per-unit", programme="十大工程", **shared,
    )  # fmt: skip


def test_each_rule_takes_its_own_figures() -> None:
    figures = [
        people(0), households(5), figure("people-lifted", 10, "9"), figure("households-lifted", 15, "3"),
        figure("loans-issued", 20, "100"), figure("loan-count", 25, "4"),
    ]  # fmt: skip
    assert [(each.rule.id, each.figure.value, each.figure.unit, each.figure.per) for each in derive(*figures)] == [
        ("loan-per-loan", "25", "CNY", "loan"),
        ("persons-per-household-lifted", "3", "person", "household"),
        ("persons-per-household-poor", "3.1", "person", "household"),
    ]


@pytest.mark.parametrize(
    ("indicator", "one", "other", "value", "unit"),
    [
        ("poor-population", "104000", "38000", "-66000", "person"),
        ("poor-population", "38000", "104000", "66000", "person"),
        ("poor-population", "38000", "38000", "0", "person"),
        ("poverty-incidence", "6.47", "1.3", "-5.17", "percentage-point"),
        ("poverty-incidence", "0.005", "0.01", "0.01", "percentage-point"),
    ],
)
def test_a_change_is_the_later_minus_the_earlier_and_of_percentages_in_points(
    indicator: str, one: str, other: str, value: str, unit: str
) -> None:
    figures = figure(indicator, 0, one), figure(indicator, 10, other)
    (found,) = derive(*figures, statements=CHANGE)
    assert (found.rule.id, found.figure.value, found.figure.unit) == ("change", value, unit)
    assert (found.figure.indicator, found.figure.start, found.figure.per) == (indicator, 0, "")
    assert found.bases == (mint_span("figure", "s", 0, 3), mint_span("figure", "s", 10, 13))
    assert found.figure.qualifier == ("exact" if Decimal(other) - Decimal(one) == Decimal(value) else "about")


def test_a_change_reaches_from_the_first_period_to_the_last_and_is_of_no_scope() -> None:
    one = people(0, "104000", period_start="2014", period_end="2014", scope="stock")
    other = people(10, "38000", period_start="2016", period_end="2016", scope="stock")
    (found,) = derive(one, other, statements=CHANGE)
    assert (found.figure.period_start, found.figure.period_end, found.figure.scope) == ("2014", "2016", "")


@pytest.mark.parametrize(
    "statement",
    [
        Statement("s", "0-3", "linkedWith", "10-13", "q", 0, 13),
        Statement("s", "0-4", "changesTo", "10-13", "q", 0, 13),
        Statement("s", "0-3", "changesTo", "20-23", "q", 0, 13),
    ],
)
def test_a_change_needs_a_statement_that_names_both_figures(statement: Statement) -> None:
    assert derive(people(0), people(10), statements=[statement]) == []
    assert derive(people(0), people(10, "", low="1", high="2"), statements=CHANGE) == []


def test_a_change_is_between_figures_of_one_indicator_and_one_unit() -> None:
    found = derive(people(0), households(10), statements=CHANGE)
    assert [derived.rule.id for derived in found if derived.rule.id == "change"] == []


@pytest.mark.parametrize("value", ["1" + "0" * 39, "0." + "0" * 38 + "1"])
def test_a_number_of_forty_digits_is_taken_too(value: str) -> None:
    assert len(derive(people(0, value), people(10, "3"), statements=CHANGE)) == 1
    assert len(derive(people(0, value), households(5))) == 1


# --- always


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            figure,
            st.sampled_from(sorted(UNITS)),
            st.integers(0, 60),
            st.decimals(min_value=-(10**12), max_value=10**12, places=2).map(
                lambda number: to_canonical(f"{number:f}")
            ),
            scope=st.sampled_from(["", "annual"]),
        ),
        max_size=8,
    )
)
@example([people(0, "1"), households(5, "3"), households(10, "0")])
def test_a_derived_figure_is_what_its_bases_give_and_fit_for_every_store(figures: list[Figure]) -> None:
    by_span = {mint_span("figure", each.source, each.start, each.end): [] for each in figures}  # type: ignore[var-annotated]
    for each in figures:
        by_span[mint_span("figure", each.source, each.start, each.end)].append(each)
    for found in derive(*figures):
        value = Decimal(found.figure.value)
        ratios = [
            Decimal(one.value) / Decimal(other.value)
            for one in by_span[found.bases[0]]
            for other in by_span[found.bases[1]]
            if (one.indicator, other.indicator) == (found.rule.numerator, found.rule.denominator)
            and Decimal(other.value)
        ]
        assert any(
            value == ratio.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            or abs(value / ratio - 1) < Decimal("1e-13")
            for ratio in ratios
        )
        assert to_canonical(found.figure.value) == found.figure.value
        assert len(value.as_tuple().digits) <= DIGITS or value == value.to_integral()
    assert derive(*figures) == derive(*figures)


def test_the_repository_derives_what_its_documents_show() -> None:
    figures = [located.record for located in read_figures(find_data() / FIGURES, [])]
    statements = [located.record for located in read_statements(find_data() / STATEMENTS, [])]
    found = {(each.rule.id, each.figure.quote): each.figure.value for each in derive(*figures, statements=statements)}
    assert found == {
        ("change", "10.4万"): "-66000",
        ("loan-per-household", "8120万元"): "22618.38",
        ("loan-per-loan", "35175万元"): "39209.68",
        ("persons-per-household-lifted", "10117人"): "3.31",
        ("persons-per-household-lifted", "28664人"): "3.18",
        ("persons-per-household-poor", "50228人"): "3.05",
        ("persons-per-household-relocated", "4704人"): "3.63",
    }
