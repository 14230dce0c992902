"""Terms and IRIs: what we format by hand, pyoxigraph and rdflib read as what was meant; IRIs are ASCII and stable."""

import os
import re
import subprocess
import sys
import unicodedata
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuopin.errors import DataError
from tuopin.iris import (
    BASE,
    GRAPHS,
    ID,
    PREFIXES,
    RESERVED_GRAPHS,
    is_key,
    mint_graph,
    mint_period,
    mint_span,
    mint_statement,
    mint_thing,
    to_digest,
    to_key,
    to_prefixed,
)
from tuopin.periods import Period, first_day, is_date, last_day, read_period
from tuopin.triples import (
    DIGITS,
    has_bad_character,
    is_iri,
    read_decimal,
    to_canonical,
    to_decimal,
    to_integer,
    to_lines,
    to_literal,
    to_quoted,
    to_term,
    to_typed,
)

XSD = PREFIXES["xsd"]
ANY = st.text(st.characters(), max_size=30)  # with surrogates and control characters
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
TAGS = st.sampled_from(["", "zh", "en", "zh-latn-pinyin"])
quick = settings(max_examples=150, deadline=None)
dates = st.one_of(
    st.dates().map(str), st.dates().map(lambda day: str(day)[:7]), st.integers(1, 9999).map(lambda year: f"{year:04}")
)


def read(term: str) -> ox.Literal | ox.NamedNode:
    """The term as pyoxigraph reads it; rdflib must read the same."""
    line = f"<https://example.org/s> <https://example.org/p> {term} .\n"
    (quad,) = ox.parse(line.encode("utf-8"), format=ox.RdfFormat.N_TRIPLES)
    ((_, _, other),) = rdflib.Graph().parse(data=line, format="nt")
    if isinstance(quad.object, ox.NamedNode):
        assert other == rdflib.URIRef(quad.object.value)
    else:
        assert isinstance(other, rdflib.Literal)
        assert (other.language or "") == (quad.object.language or "")
        datatype = other.datatype or rdflib.XSD.string
        assert quad.object.language or str(datatype) == quad.object.datatype.value
        is_text = quad.object.language or datatype == rdflib.XSD.string
        assert str(other) == quad.object.value or not is_text
        assert is_text or rdflib.Literal(quad.object.value, datatype=datatype, normalize=False).eq(other)
    return quad.object


# --- strings


@quick
@given(ANY, TAGS)
@example('"\\\n\r\t', "zh")
@example("\x00\x0b\x7f\ufffe", "")
@example("\ud800a\udfff", "")
@example("e\u0301", "en")
@example("𠀀👍\u2028\u200b\u202e\u3000", "zh")
def test_a_literal_is_read_as_its_text_in_normal_form_without_control_characters(text: str, language: str) -> None:
    found = read(to_literal(text, language))
    assert isinstance(found, ox.Literal)
    assert found.value == CONTROL.sub("", unicodedata.normalize("NFC", text))
    assert (found.language or "") == language
    assert not has_bad_character(found.value)


@quick
@given(ANY)
def test_a_quote_keeps_each_character_that_it_can(text: str) -> None:
    found = read(to_quoted(text))
    assert found.value == CONTROL.sub("", text)
    assert has_bad_character(text) == (found.value != text)


@pytest.mark.parametrize("text", ["e\u0301", "Å", "\u1100\u1161", "豈"], ids=ascii)
def test_a_quote_keeps_its_length_where_a_name_is_put_in_normal_form(text: str) -> None:
    assert read(to_quoted(text)).value == text
    assert read(to_literal(text)).value == unicodedata.normalize("NFC", text)


@quick
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=20))
def test_a_line_of_quads_is_one_line_whatever_the_text(text: str) -> None:
    (line,) = to_lines([f"<a:a> <a:b> {to_literal(text)}"], "https://example.org/g")
    assert line.endswith(" <https://example.org/g> .\n")
    assert line.count("\n") == 1
    assert "\r" not in line


# --- numbers


@quick
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
@example(Decimal("0062.50"))
@example(Decimal("-0.0"))
def test_a_decimal_is_read_as_the_same_number_in_one_spelling(number: Decimal) -> None:
    text = format(number, "f")
    found = read(to_decimal(text))
    assert isinstance(found, ox.Literal)
    assert (Decimal(found.value), found.datatype.value) == (number, XSD + "decimal")
    assert found.value == to_canonical(text) == to_canonical(found.value)
    assert re.fullmatch(r"0|-?(0|[1-9]\d*)(\.\d*[1-9])?", found.value)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("100.0", "100"),
        ("568000000", "568000000"),
        ("-6.470", "-6.47"),
        ("0.000001", "0.000001"),
        ("1" + "0" * 30, "1" + "0" * 30),
        ("9" * DIGITS, "9" * DIGITS),
        ("0.00123456789012345", "0.00123456789012345"),
    ],
)
def test_a_decimal_has_one_shortest_spelling(text: str, canonical: str) -> None:
    assert to_canonical(text) == canonical


@pytest.mark.parametrize("text", ["9" * (DIGITS + 1), "0." + "3" * (DIGITS + 1), "-1234567890.123456"])
def test_a_decimal_longer_than_stores_keep_is_refused(text: str) -> None:
    with pytest.raises(DataError) as raised:
        to_decimal(text)
    assert (raised.value.problem.key, raised.value.problem.value) == ("number-long", text)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "+1", "1e3", "1,234", ".5", "5.", "--1", "NaN", "Infinity", "１", "٣", "1\n", "1_0", "二"]
)
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(DataError) as raised:
        read_decimal(text)
    assert raised.value.problem.key == "bad-number"


@quick
@given(st.integers(-(10**17), 10**17))
def test_an_integer_is_read_as_the_same_number(number: int) -> None:
    found = read(to_integer(number))
    assert (found.value, found.datatype.value) == (str(number), XSD + "integer")  # type: ignore[union-attr]


@quick
@given(dates)
def test_a_date_is_read_as_it_is_written_at_its_precision(date: str) -> None:
    datatype = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(date)]
    found = read(to_typed(date, datatype))
    assert (found.value, found.datatype.value) == (date, XSD + datatype)  # type: ignore[union-attr]


# --- IRIs


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://gov.rednet.cn/c/2017/02/20/4216011.htm?a=b&c=%E6%B9%98#d", True),
        ("http://a", True),
        ("urn:x", True),
        ("https://例.cn/", False),
        ("https://a/湘", False),
        ("https://a/%e6", False),
        ("https://a/100%", False),
        *((f"https://a/{char}", False) for char in ' <>"{}|\\^`[]\t\n\x00\x7f'),
        ("a/b", False),
        ("//a/b", False),
        ("1a:b", False),
        ("a:", False),
        ("", False),
        (":a", False),
    ],
)
def test_an_iri_is_absolute_and_of_characters_that_every_store_takes(text: str, good: bool) -> None:
    assert is_iri(text) == good
    if good:
        assert read(to_term(text)).value == text


@quick
@given(ANY)
def test_a_key_is_ascii_and_the_same_always_and_another_for_another_text(text: str) -> None:
    key = to_key(text)
    assert is_key(key)
    assert key.isascii()
    assert key == to_key(text) == (text if is_key(text) else f"x{to_digest(text, 20)}")
    assert to_key(key) == key
    assert to_key(f"{text}、") != key


@pytest.mark.parametrize("text", ["", "-a", ".a", "_a", "a/b", "a b", "湘", "a\n", "a" * 121, "a%20", "é", "１"])
def test_what_may_not_stand_in_an_iri_is_no_key(text: str) -> None:
    assert not is_key(text)


@quick
@given(ANY, st.integers(0, 10**9), st.integers(0, 10**9), st.tuples(ANY, ANY, ANY))
def test_every_iri_is_one_that_every_store_takes(
    source: str, start: int, end: int, relation: tuple[str, str, str]
) -> None:
    iris = [
        mint_graph(source),
        mint_thing("source", to_key(source)),
        *(mint_span(kind, source, start, end) for kind in ("figure", "evidence", "selector")),
        mint_statement(source, start, end, relation),
    ]
    assert all(is_iri(iri) and iri.startswith(BASE) for iri in iris)
    assert len(set(iris)) == len(iris)
    assert iris[0].startswith(GRAPHS)
    assert all(iri.startswith(ID) for iri in iris[1:])
    assert mint_statement(source, start, end, (*relation[:2], f"{relation[2]}、")) != iris[-1]
    for prefix, iri in ((to_prefixed(iri).partition(":")[0], iri) for iri in iris[1:]):
        assert PREFIXES[prefix] + to_prefixed(iri).partition(":")[2] == iri


def test_parts_of_a_relation_do_not_run_into_each_other() -> None:
    assert len({mint_statement("s", 1, 2, parts) for parts in (("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""))}) == 3


def test_iris_do_not_change() -> None:
    assert mint_thing("place", "430181") == "https://w3id.org/tuopin/id/place/430181"
    assert mint_span("figure", "rednet-4216011", 817, 823) == "https://w3id.org/tuopin/id/figure/rednet-4216011/817-823"
    assert mint_statement("s1", 1, 9, ("怀化市", "carriesOut", "四跟四走")) == f"{ID}statement/s1/1-9/ec52de2b"
    assert mint_graph("四跟四走") == f"{GRAPHS}x093decb3e6bdb3c84b2e"
    assert [mint_graph(name) for name in RESERVED_GRAPHS] == [f"{GRAPHS}{name}" for name in RESERVED_GRAPHS]


def test_iris_are_the_same_in_another_process_whatever_its_hash_seed() -> None:
    code = "from tuopin.iris import *; print(to_key('四跟四走'), mint_statement('四', 1, 2, ('a', 'b', '湘')))"
    seeds = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert seeds[0] == seeds[1] == f"{to_key('四跟四走')} {mint_statement('四', 1, 2, ('a', 'b', '湘'))}\n".encode()


# --- periods


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2016", "2016-01-01", "2016-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2100-02", "2100-02-01", "2100-02-28"),
        ("2016-12", "2016-12-01", "2016-12-31"),
        ("2016-02-18", "2016-02-18", "2016-02-18"),
        ("0001", "0001-01-01", "0001-12-31"),
    ],
)
def test_a_date_begins_and_ends_with_a_day(date: str, first: str, last: str) -> None:
    assert (first_day(date), last_day(date)) == (first, last)


@quick
@given(dates, dates, st.sampled_from(["both", "start", "end", "same"]))
def test_a_period_is_read_back_from_its_notation_and_has_an_iri_of_its_own(one: str, other: str, ends: str) -> None:
    start, end = sorted([one, other], key=first_day)
    period = {
        "both": Period(start, end),
        "start": Period(start, ""),
        "end": Period("", end),
        "same": Period(start, start),
    }[ends]
    if start and end and last_day(end) < first_day(start):
        return
    assert read_period(period.notation) == period
    assert is_iri(mint_period(period.start, period.end))
    assert period.first_day == (first_day(period.start) if period.start else "")
    assert period.last_day == (last_day(period.end) if period.end else "")
    assert all(len(day) in (0, 10) and (not day or is_date(day)) for day in (period.first_day, period.last_day))


@pytest.mark.parametrize(
    "text",
    ["", "/", "..", "../..", "2016/", "/2016", "2016/2016", "2016/2015", "2016/2017/2018", "16/17", "２０１６",
     "2016-13", "2016-02-30/2017", " 2016", "2016/..\n"],
)  # fmt: skip
def test_what_no_notation_writes_is_no_period(text: str) -> None:
    with pytest.raises(DataError) as raised:
        read_period(text)
    assert raised.value.problem.key in ("bad-period", "period-backwards")
