"""The one formatter of RDF terms: text of N-Triples, made by hand for speed and proved by parsing back.

Syntax: RDF 1.1 N-Triples, section 7, and its canonical form.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from tuopin.errors import DataError
from tuopin.iris import PREFIXES

DIGITS = 15  # more significant digits of a decimal do not survive every store
_KEPT = 1 << 11  # terms that are kept, since most return soon; a bound, so that memory does not grow with the data
_XSD = PREFIXES["xsd"]
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_BAD_IRI = re.compile(r"[^\x21-\x7e]|[<>\"{}|\\^`\[\]]|%(?![0-9A-F]{2})")


def to_term(iri: str) -> str:
    """An IRI as a term.

    >>> to_term("http://example.org/a")
    '<http://example.org/a>'
    """
    return f"<{iri}>"


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI in ASCII that every store takes: no space, bracket or bare ``%``.

    >>> is_iri("https://example.org/%E6%B9%98"), is_iri("https://example.org/湘"), is_iri("x|y:z")
    (True, False, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:.", text) is not None and _BAD_IRI.search(text) is None


@lru_cache(maxsize=_KEPT)
def to_literal(text: str, language: str = "") -> str:
    """A string as a term, in normal form C.

    Characters that XML cannot hold are left out; a language makes it a language-tagged string.

    >>> to_literal('say "hi"', "en")
    '"say \\\\"hi\\\\""@en'
    """
    written = to_quoted(unicodedata.normalize("NFC", text))
    return f"{written}@{language}" if language else written


def to_quoted(text: str) -> str:
    """A string as a term, with its characters as they are: a quote must keep its length."""
    return f'"{text}"' if _SPECIAL.search(text) is None else f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], "")


def has_bad_character(text: str) -> bool:
    """Whether `text` has a character that not every format can hold."""
    return any(found[0] not in _ESCAPES for found in _SPECIAL.finditer(text))


def drop_bad_characters(text: str) -> str:
    """`text` without the characters that not every format can hold.

    >>> drop_bad_characters("a\\x0bb")
    'ab'
    """
    return _SPECIAL.sub(lambda found: found[0] if found[0] in _ESCAPES else "", text)


def to_typed(text: str, datatype: str) -> str:
    """A literal of an XML Schema datatype, by its local name; `text` must be valid for it.

    >>> to_typed("2017-02-18", "date")
    '"2017-02-18"^^<http://www.w3.org/2001/XMLSchema#date>'
    """
    return f'"{text}"^^<{_XSD}{datatype}>'


def to_integer(number: int) -> str:
    """An integer as a term."""
    return f'"{number}"{_INTEGER}'


_INTEGER = f"^^<{_XSD}integer>"
_DECIMAL = f"^^<{_XSD}decimal>"


@lru_cache(maxsize=_KEPT)
def to_decimal(text: str) -> str:
    """A decimal as a term, in the one spelling that all stores give back.

    >>> to_decimal("6.470")
    '"6.47"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    return f'"{to_canonical(text)}"{_DECIMAL}'


def to_canonical(text: str) -> str:
    """The shortest spelling of an exact decimal.

    Raises `DataError` where `text` is no plain decimal, or has more significant digits than all stores keep.

    >>> to_canonical("0062.50"), to_canonical("-0.0")
    ('62.5', '0')
    """
    value = read_decimal(text)
    if value == 0:
        return "0"
    shortest = value.normalize()
    if len(shortest.as_tuple().digits) > DIGITS:
        raise DataError("number-long", value=text, digits=DIGITS)
    return format(shortest, "f")


def read_decimal(text: str) -> Decimal:
    """The exact number that `text` writes in plain digits; raises `DataError` where it is none."""
    try:
        if _NUMBER.fullmatch(text):
            return Decimal(text)
    except InvalidOperation:
        pass
    raise DataError("bad-number", value=text)


def to_lines(triples: Iterable[str], graph: str) -> Iterable[str]:
    """N-Quads lines of triples in a named graph."""
    ending = f" <{graph}> .\n"
    return (triple + ending for triple in triples)
