"""What one term must be for every store to take it and give it back, for tests/test_portability.py."""

import re
from collections.abc import Callable
from decimal import Decimal

import pyoxigraph as ox
import rdflib

from tuopin.iris import PREFIXES

XSD = PREFIXES["xsd"]


def is_iri(text: str) -> bool:
    """RFC 3987 without the characters that one store or another stumbles over; the second opinion is Oxigraph's."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return bool(re.fullmatch(r"https?://(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-F]{2}){1,500}", text))


def is_name(text: str) -> bool:
    """A predicate that RDF/XML can write."""
    return bool(re.fullmatch(r".*[/#][A-Za-z_][A-Za-z0-9_.-]*", text))


def is_decimal(text: str) -> bool:
    """The shortest spelling, of no more digits than every store keeps."""
    plain = re.fullmatch(r"0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?", text, re.ASCII) and text != "-0"
    return bool(plain) and len(Decimal(text).normalize().as_tuple().digits) <= 15


def is_integer(text: str) -> bool:
    return bool(re.fullmatch(r"0|-?[1-9]\d*", text, re.ASCII)) and -(2**63) <= int(text) < 2**63


def is_time(text: str) -> bool:
    """UTC, with Z and without a fraction."""
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text, re.ASCII)) and is_valid(text, "dateTime")


def is_valid(text: str, name: str) -> bool:
    """The opinion of rdflib."""
    return rdflib.Literal(text, datatype=rdflib.URIRef(XSD + name)).ill_typed is False


def is_dated(name: str) -> Callable[[str], bool]:
    """A date without a time zone, and with a year of four digits."""
    pattern = {"date": r"\d{4}-\d\d-\d\d", "gYearMonth": r"\d{4}-\d\d", "gYear": r"\d{4}"}[name]
    day = {"date": "", "gYearMonth": "-01", "gYear": "-01-01"}[name]
    return lambda text: bool(re.fullmatch(pattern, text, re.ASCII)) and is_valid(text + day, "date")


def is_text(text: str) -> bool:
    """No character that XML cannot hold, or that a parser drops."""
    return not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text)


def is_tag(text: str) -> bool:
    return text in ("zh", "en", "zh-latn-pinyin")
