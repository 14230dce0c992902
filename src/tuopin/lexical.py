"""What every store takes: rules for IRIs and literals, checked on finished triples.

Source: what some twenty engines refused or changed when they were given it.
"""

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from tuopin.errors import DataError, Problem
from tuopin.iris import PREFIXES
from tuopin.periods import is_date
from tuopin.triples import has_bad_character, is_iri, to_canonical

_XSD = PREFIXES["xsd"]
_LENGTHS = {"date": 10, "gYear": 4, "gYearMonth": 7}
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_INTEGER = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_STRINGS = {_XSD + "string", PREFIXES["rdf"] + "langString"}


def find_lexical_problems(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, str, Problem]]:
    """What is wrong with the terms of quads, each as subject IRI, predicate IRI and problem.

    The rules: no blank nodes; IRIs absolute, in ASCII, without a space or bracket; literals valid for a datatype that
    every store keeps, in its canonical form; language tags in small letters; no characters that XML cannot hold.

    >>> bad = ox.Quad(ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p"), ox.BlankNode())
    >>> [problem.key for _, _, problem in find_lexical_problems([bad])]
    ['blank-node']
    """
    sound: set[str] = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object):
            for problem in _check_term(term, sound):
                yield str(quad.subject).strip("<>"), quad.predicate.value, problem


def _check_term(term: object, sound: set[str]) -> Iterator[Problem]:
    if isinstance(term, ox.NamedNode):
        if term.value not in sound and not is_iri(term.value):
            yield Problem("bad-iri", value=term.value)
        sound.add(term.value)
    elif isinstance(term, ox.Literal):
        yield from _check_literal(term)
    else:
        yield Problem("blank-node", value=str(term))


def _check_literal(literal: ox.Literal) -> Iterator[Problem]:
    datatype = literal.datatype.value
    name = datatype.removeprefix(_XSD)
    if literal.language and not _TAG.fullmatch(literal.language):
        yield Problem("bad-literal", value=f"@{literal.language}", data={"datatype": "language tag"})
    elif datatype in _STRINGS:
        if has_bad_character(literal.value):
            yield Problem("bad-character", value=ascii(literal.value))
    elif not _is_valid(literal.value, name):
        yield Problem("bad-literal", value=literal.value, data={"datatype": name})


def _is_valid(text: str, name: str) -> bool:
    if name == "decimal":
        return _is_canonical(text)
    if name == "integer":
        return _INTEGER.fullmatch(text) is not None
    if name == "boolean":
        return text in ("true", "false")
    if name == "dateTime":
        found = _TIME.fullmatch(text)
        return found is not None and is_date(found[1])
    return name in _LENGTHS and len(text) == _LENGTHS[name] and is_date(text)


def _is_canonical(text: str) -> bool:
    try:
        return to_canonical(text) == text
    except DataError:
        return False
