"""SPARQL queries on a local store, and errors that show where a query went wrong.

A query reads and does nothing else: updates are refused, and so is SERVICE, since no query may call over the network.
The prefixes of `tuopin.iris.PREFIXES` need no declaration; one in the query wins.
"""

import difflib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    serialize,
)

from tuopin.errors import QueryError, UsageError
from tuopin.iris import PREFIXES, SAFE_PREFIXES, to_prefixed

Term = NamedNode | BlankNode | Literal | Triple
Row = list[str | None]

GRAPH_FORMATS = {
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_TOKEN = re.compile(
    r"""(?P<skip> \s+ | \#[^\n\r]* )
    | (?P<iri> <[^<>"{}|^`\\\s]*> )
    | (?P<string> \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3} | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<variable> [?$]\w+ )
    | (?P<blank> _:[\w.-]+ )
    | (?P<name> (?:[^\W\d_][\w.-]*)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)* )
    | (?P<number> (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<word> @?\w[\w-]* )
    | (?P<sign> && | \|\| | \^\^ | [!<>]= | <<\(? | \)?>> | . )""",
    re.VERBOSE | re.DOTALL,
)
_XML_NAME_AT_END = re.compile(r"[A-Za-z_][\w.-]*$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AT = re.compile(r"error at (\d+):(\d+): ")
_PADDING = "\n" * 40  # longer than any keyword of SPARQL
_MARGIN = 60  # characters that are shown on either side of a mistake


class QuerySyntaxError(QueryError):
    """A query cannot be read: the problem has the line, ``data`` the column, and `excerpt` shows the place.

    >>> try: run_query(Store(), "SELECT ?s { ?s ?p 四 }")
    ... except QuerySyntaxError as error: print(error.problem.line, error.problem.data["column"])
    1 19
    """

    def __init__(self, key: str, text: str, offset: int, /, *, file: str, value: str = "", **data: object):
        """The mistake at `offset` of the `text` of the query; `value` and `data` go into its words."""
        before = text[:offset]
        start = before.rfind("\n") + 1
        line, column = before.count("\n") + 1, offset - start + 1
        super().__init__(key, file=file, line=line, field="", value=value, column=column, **data)
        self.excerpt = _to_excerpt(text[start:].split("\n", 1)[0].rstrip("\r"), column - 1)

    def __str__(self) -> str:
        """The problem in one line, and the place in two more."""
        return f"{super().__str__()}\n{self.excerpt}"


@dataclass(frozen=True, slots=True)
class Select:
    """The answer to a SELECT; `solutions` has the raw terms, by position or name, and can be walked once.

    >>> result = run_query(Store(), "SELECT (1.50 AS ?n) (tp:place AS ?p) {}")
    >>> result.columns, list(result.rows(short=True))
    (('n', 'p'), [['1.5', 'tp:place']])
    """

    columns: tuple[str, ...]
    solutions: Iterator[QuerySolution]

    def rows(self, *, short: bool = False) -> Iterator[Row]:
        """The solutions as text; `short` is for readers and shortens IRIs."""
        for solution in self.solutions:
            yield [to_text(term, short=short) for term in solution]


@dataclass(frozen=True, slots=True)
class Ask:
    """The answer to an ASK."""

    answer: bool

    columns = ("answer",)

    def rows(self, *, short: bool = False) -> Iterator[Row]:
        """One row with ``true`` or ``false``."""
        yield ["true" if self.answer else "false"]


@dataclass(frozen=True, slots=True)
class Graph:
    """The answer to a CONSTRUCT or DESCRIBE; `triples` can be walked once."""

    triples: Iterator[Triple]

    columns = ("subject", "predicate", "object")

    def rows(self, *, short: bool = False) -> Iterator[Row]:
        """The triples as text; `short` is for readers and shortens IRIs."""
        for triple in self.triples:
            yield [to_text(term, short=short) for term in triple]

    def write(self, out: IO[bytes], format: str) -> None:  # noqa: A002 - as in `rows.write_rows`
        """Write the triples to `out`, in a format of `GRAPH_FORMATS`, one at a time.

        >>> import io
        >>> out = io.BytesIO()
        >>> run_query(Store(), "CONSTRUCT { place:CN tp:code 'CN' } WHERE {}").write(out, "nt")
        >>> out.getvalue()
        b'<https://w3id.org/tuopin/id/place/CN> <https://w3id.org/tuopin/ontology#code> "CN" .\\n'
        """
        if format not in GRAPH_FORMATS:
            known = ", ".join(GRAPH_FORMATS)
            raise UsageError("format-unknown", value=format, known=known, near=known)
        triples = _check_xml(self.triples) if format == "rdf" else self.triples
        serialize(triples, out, GRAPH_FORMATS[format], prefixes=SAFE_PREFIXES)


Result = Select | Ask | Graph


def run_query(store: Store, text: str, bindings: Mapping[str, Term] | None = None, *, file: str = "<query>") -> Result:
    """The result of the query in `text`.

    A pattern outside of GRAPH looks into all graphs at once, unless the query itself says FROM; the engine finds what
    stands in two graphs twice, so say DISTINCT. `bindings` gives values to variables of the SELECT list. `file` names
    the query in errors. Raises `QueryError`, and `QuerySyntaxError` with the place. Ctrl-C ends the query between two
    rows; the engine does not listen while it works at one.

    >>> run_query(Store(), "ASK { ?place tp:code '430181' }")
    Ask(answer=False)
    """
    text = text.removeprefix("\ufeff")
    _refuse_service(text, file)
    values: dict[Variable, Term] = {Variable(name): term for name, term in (bindings or {}).items()}
    try:
        result = store.query(
            text,
            prefixes=PREFIXES,
            use_default_graph_as_union=not _has_dataset(text),
            substitutions=values,
        )
    except SyntaxError as error:
        raise _explain(text, file, str(error)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError("query-failed", file=file, reason=str(error)) from error
    return _to_result(result, file)


def to_text(term: Term | None, *, short: bool = False) -> str | None:
    """A term as plain text: an IRI in full, or shortened by its prefix; a literal as it is stored.

    >>> to_text(NamedNode(PREFIXES["tp"] + "place"), short=True), to_text(Literal("怀化市", language="zh"))
    ('tp:place', '怀化市')
    """
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, NamedNode):
        return to_prefixed(term.value) if short else term.value
    return None if term is None else str(term)


def _to_result(result: QuerySolutions | QueryBoolean | QueryTriples, file: str) -> Result:
    if isinstance(result, QueryBoolean):
        return Ask(bool(result))
    if isinstance(result, QueryTriples):
        return Graph(cast("Iterator[Triple]", _watch(result, file)))
    columns = tuple(variable.value for variable in result.variables)
    return Select(columns, cast("Iterator[QuerySolution]", _watch(result, file)))


def _watch(result: QuerySolutions | QueryTriples, file: str) -> Iterator[QuerySolution | Triple]:
    """The items of `result`, with failures of the engine as our own."""
    try:
        yield from result
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError("query-failed", file=file, reason=str(error)) from error


def _check_xml(triples: Iterator[Triple]) -> Iterator[Triple]:
    """The triples, as far as XML can hold them; the writer does not look."""
    for triple in triples:
        value = triple.object.value if isinstance(triple.object, Literal) else ""
        if not _XML_NAME_AT_END.search(triple.predicate.value):
            raise QueryError("query-unwritable", value="rdf", reason=triple.predicate.value)
        if found := _NOT_XML.search(value):
            raise QueryError("query-unwritable", value="rdf", reason=f"U+{ord(found[0]):04X}")
        yield triple


def _has_dataset(text: str) -> bool:
    """Whether the query has a FROM clause; the engine would let the union of all graphs win over it."""
    return "from" in text.lower() and any(token[0].upper() == "FROM" for token in _tokenize(text))


def _refuse_service(text: str, file: str) -> None:
    """Refuse a query that has SERVICE as a keyword.

    The judge is the engine's own parser, since odd text could lead any other reader astray: it reads the query with the
    word misspelt, and where the word is a keyword that cannot be read. What cannot be read so is never run.
    """
    if "service" not in text.lower():
        return
    misspelt = re.sub(r"(?i)(?<=s)e(?=rvice)", "a", text)
    reason = _find_complaint(misspelt)
    if reason is None:
        return
    offset = _find_mistake(misspelt)
    if offset is not None and text[offset : offset + 7].upper() == "SERVICE":
        raise QuerySyntaxError("query-service", text, offset, file=file)
    raise _explain(text, file, reason, offset)


# --- where and why a query cannot be read


def _tokenize(text: str) -> list[re.Match[str]]:
    return [token for token in _TOKEN.finditer(text) if token.lastgroup != "skip"]


def _find_complaint(text: str) -> str | None:
    """What the engine has against `text`; an empty store tells it without any work."""
    try:
        Store().query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        return str(error)
    except (OSError, RuntimeError, ValueError):
        return None
    return None


def _find_mistake(text: str) -> int | None:
    """Where the first token stands that nothing can follow, None where only the end is missing.

    The engine tells how far it looked, which is up to a keyword's length beyond the mistake. So we ask it about
    beginnings of the query: one that could go on is read to its very end, through all the padding.
    """
    tokens = _tokenize(text)
    first = bisect_left(tokens, True, key=lambda token: not _can_go_on(text[: token.end()]))
    return tokens[first].start() if first < len(tokens) else None


def _can_go_on(beginning: str) -> bool:
    padded = beginning + _PADDING
    found = _AT.match(_find_complaint(padded) or "")
    return not found or int(found[1]) == padded.count("\n") + 1


def _explain(text: str, file: str, complaint: str, offset: int | None = None) -> QuerySyntaxError:
    """The error for a query that the engine does not take, at the place where it goes wrong."""
    tokens = _tokenize(text)
    if (update := _find_update(tokens)) is not None:
        return QuerySyntaxError("query-update", text, update.start(), file=file, value=update[0])
    offset = _find_mistake(text) if offset is None else offset
    token = next((token for token in tokens if token.start() == offset), None)
    if token is not None and token.lastgroup == "name" and _to_prefix(token) not in _find_known(tokens):
        return _explain_prefix(text, file, token, _find_known(tokens))
    place = len(text.rstrip()) if offset is None else offset
    if reason := _find_reason(complaint):
        return QuerySyntaxError("query-rule", text, place, file=file, reason=reason)
    if token is None:
        return QuerySyntaxError("query-unfinished", text, place, file=file)
    return QuerySyntaxError("query-syntax", text, place, file=file, value=token[0])


def _find_reason(complaint: str) -> str:
    """The engine's own words for a rule that was broken, among the characters and keywords that it lists."""
    listed = _AT.sub("", complaint).removeprefix("expected ").removeprefix("one of ").split(", ")
    return next((item for item in listed if " " in item and item[0].isalpha() and not item.isupper()), "")


def _find_update(tokens: list[re.Match[str]]) -> re.Match[str] | None:
    """The keyword that makes the text an update: the first word after the prologue."""
    words = (token for token in tokens if token.lastgroup == "word" and token[0].upper() not in {"PREFIX", "BASE"})
    first = next(words, None)
    return first if first is not None and first[0].upper() in _UPDATES else None


def _to_prefix(token: re.Match[str]) -> str:
    return token[0].partition(":")[0]


def _find_known(tokens: list[re.Match[str]]) -> set[str]:
    """The prefixes that the query may use: ours, and those that it declares."""
    pairs = pairwise(tokens)
    declared = {_to_prefix(name) for word, name in pairs if word[0].upper() == "PREFIX" and name.lastgroup == "name"}
    return {*PREFIXES, *declared}


def _explain_prefix(text: str, file: str, name: re.Match[str], known: set[str]) -> QuerySyntaxError:
    value = _to_prefix(name)
    near = ", ".join(f"{prefix}:" for prefix in difflib.get_close_matches(value, sorted(known), 3, 0.5))
    key = "query-prefix" if near else "query-prefix-far"
    return QuerySyntaxError(key, text, name.start(), file=file, value=f"{value}:", near=near)


def _to_excerpt(line: str, offset: int) -> str:
    """The line about `offset`, and under it a caret, which stands right under wide characters too."""
    start = max(0, offset - _MARGIN)
    before, after = line[start:offset], line[offset : offset + _MARGIN]
    return f"    {(before + after).rstrip()}\n    {''.join(map(_to_blank, before))}^"


def _to_blank(char: str) -> str:
    if char == "\t" or unicodedata.combining(char):
        return char if char == "\t" else ""
    return "\u3000" if unicodedata.east_asian_width(char) in "WF" else " "
