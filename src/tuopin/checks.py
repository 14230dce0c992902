"""What must hold of facts before they become a graph: each rule finds `Problem`s with file, line, field and value."""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from tuopin.errors import DataError, Problem, Severity
from tuopin.facts import Figure, Record, Source, Statement, to_dict
from tuopin.graph import DATE_TYPES, FactGraph
from tuopin.iris import RESERVED_GRAPHS, is_key
from tuopin.periods import first_day, is_date, last_day
from tuopin.records import Located, SourceFacts
from tuopin.triples import has_bad_character, is_iri, to_canonical

QUOTE_LENGTH = 80
_REQUIRED = ("quote", "unit", "indicator", "qualifier", "status", "origin")
_NUMBERS = ("value", "low", "high")
_TIMES = ("period_start", "period_end")
_MOST_PER_HOUSEHOLD = 15
_PER = ("person", "household", "village", "mu")
_RATES = ("percent", "percentage-point")
_PROPORTIONS = ("poverty-incidence", "coverage-rate", "share")

Finding = tuple[str, str, str, dict[str, object]]  # key, field, value, data


def find_problems(facts: SourceFacts, graph: FactGraph, texts: Path | None = None) -> Iterator[Problem]:
    """All that is wrong with the facts of one source, in the order of their lines.

    `texts` is a folder of texts named ``<source id>.txt``; where one is there, its SHA-256 and every quote must match.
    """
    text = _read_text(texts, facts.source.record.id)
    spans = {f"{figure.record.start}-{figure.record.end}" for figure in facts.figures}
    source, problems = facts.source.record, list[Problem]()
    problems += _at(facts.source, [*check_source(source, graph), *_check_digest(source, text)])
    for figure in facts.figures:
        problems += _at(figure, [*check_figure(figure.record, graph, source), *_check_quote(figure.record, text)])
    problems += _find_doubled(facts.figures, lambda figure: (figure.start, figure.end))
    for statement in facts.statements:
        found = [*check_statement(statement.record, graph, source, spans), *_check_quote(statement.record, text)]
        problems += _at(statement, found)
    problems += _find_doubled(facts.statements, lambda s: (s.start, s.end, s.subject, s.property, s.object))
    yield from problems or find_odd_households(facts, graph)


def _at(located: Located[Figure] | Located[Statement] | Located[Source], found: list[Finding]) -> Iterator[Problem]:
    for key, field, value, data in found:
        yield Problem(key, located.file, located.line, field, value, data=data)


def check_source(source: Source, graph: FactGraph) -> Iterator[Finding]:
    """What is wrong with a source itself."""
    yield from _check_characters(source)
    if not is_key(source.id) or source.id.lower() != source.id or source.id in RESERVED_GRAPHS:
        yield "bad-id", "id", source.id, {}
    if source.published and not _is_time(source.published):
        yield "bad-date", "published", source.published, {}
    elif source.length and not (source.length.isascii() and source.length.isdigit() and len(source.length) < 10):
        yield "bad-number", "length", source.length, {}
    elif source.url and not is_iri(source.url):
        yield "bad-url", "url", source.url, {}
    else:
        try:
            list(graph.to_source(source))
        except DataError as error:
            yield error.problem.key, error.problem.field or "authors", error.problem.value, error.problem.data


def _is_time(published: str) -> bool:
    """Whether it is a day, or a moment with its time zone, without which it would be another one elsewhere."""
    day, sign, _ = published.partition("T")
    if not is_date(day) or len(day) != 10:
        return False
    try:
        moment = datetime.fromisoformat(published)
        return not sign or (moment.tzinfo is not None and moment.astimezone(UTC).year > 0)
    except (ValueError, OverflowError):
        return False


def check_figure(figure: Figure, graph: FactGraph, source: Source) -> Iterator[Finding]:
    """What is wrong with one figure."""
    for field in _REQUIRED:
        if not getattr(figure, field):
            yield "field-empty", field, "", {}
    yield from _check_span(figure)
    yield from _check_numbers(figure)
    yield from _check_concepts(figure, graph)
    yield from _check_times(figure)
    yield from _check_names(figure, graph, source)


def check_sense(figure: Figure, source: Source, graph: FactGraph) -> Iterator[Finding]:
    """What the shapes of the ontology forbid of a figure that is otherwise sound: a reader of text may have it so."""
    if source.length and figure.end > int(source.length):
        yield "span-outside", "end", str(figure.end), {"length": source.length}
    if figure.per and figure.per not in _PER:
        yield "sense-per", "per", figure.per, {"known": ", ".join(_PER)}
    is_paid = figure.funder or figure.recipient or graph.words.indicators.get(figure.indicator) == frozenset({"CNY"})
    if is_paid and figure.unit != "CNY":
        yield "sense-money", "unit", figure.unit, {}
    try:
        numbers = [Decimal(to_canonical(text)) for field in _NUMBERS if (text := getattr(figure, field))]
    except DataError:
        return
    if figure.unit not in _RATES and any(number < 0 for number in numbers):
        yield "sense-negative", "value", figure.value or figure.low, {}
    if figure.indicator in _PROPORTIONS and figure.unit == "percent" and any(not 0 <= each <= 100 for each in numbers):
        yield "sense-proportion", "value", figure.value or figure.high, {}


def check_change(statement: Statement, figures: dict[str, Figure]) -> Iterator[Finding]:
    """A change of one figure, by its span, into another that is none of the same quantity."""
    ends = [figures.get(span) for span in (statement.subject, statement.object)]
    if statement.property == "changesTo" and len({(each.indicator, each.unit) for each in ends if each}) > 1:
        yield "sense-change", "object", statement.object, {}


def _check_span(fact: Figure | Statement) -> Iterator[Finding]:
    if fact.end <= fact.start:
        yield "end-before-start", "end", str(fact.end), {"start": fact.start}
    elif fact.end - fact.start != len(fact.quote):
        yield "quote-length", "quote", fact.quote, {"length": len(fact.quote), "span": fact.end - fact.start}
    elif len(fact.quote) > QUOTE_LENGTH:
        yield "quote-long", "quote", fact.quote, {"length": len(fact.quote), "most": QUOTE_LENGTH}
    yield from _check_characters(fact)


def _check_characters(record: Record) -> Iterator[Finding]:
    for field, text in to_dict(record).items():
        if isinstance(text, str) and has_bad_character(text):
            yield "bad-character", field, ascii(text), {}


def _check_numbers(figure: Figure) -> Iterator[Finding]:
    bad = False
    for field in _NUMBERS:
        try:
            if text := getattr(figure, field):
                to_canonical(text)
        except DataError as error:
            bad = True
            yield error.problem.key, field, error.problem.value, error.problem.data
    if bool(figure.value) == bool(figure.low or figure.high) or bool(figure.low) != bool(figure.high):
        yield "value-or-range", "value", figure.value, {}
    elif not bad and figure.low and Decimal(figure.low) >= Decimal(figure.high):
        yield "low-above-high", "low", figure.low, {"high": figure.high}


def _check_concepts(figure: Figure, graph: FactGraph) -> Iterator[Finding]:
    for field, members in graph.words.schemes.items():
        key = getattr(figure, field)
        if key and key not in members:
            yield "concept-unknown", field, key, {"near": _find_near(key, list(members))}
        elif key and field == "indicator" and not graph.words.indicators[key]:
            yield "indicator-heading", field, key, {}


def _check_times(figure: Figure) -> Iterator[Finding]:
    bad = [field for field in _TIMES if getattr(figure, field) and not is_date(getattr(figure, field))]
    for field in bad:
        yield "bad-date", field, getattr(figure, field), {}
    start, end = figure.period_start, figure.period_end
    if not bad and start and end and last_day(end) < first_day(start):
        yield "period-backwards", "period_end", end, {"start": start}


def _check_names(figure: Figure, graph: FactGraph, source: Source) -> Iterator[Finding]:
    if figure.place_code and not figure.place:
        yield "field-empty", "place", "", {}
    try:
        list(graph.find_resolved(figure, source))
    except DataError as error:
        yield error.problem.key, error.problem.field, error.problem.value, error.problem.data


def check_statement(statement: Statement, graph: FactGraph, source: Source, spans: set[str]) -> Iterator[Finding]:
    """What is wrong with one statement, of a source whose figures stand at `spans`."""
    for field in ("subject", "property", "object", "quote"):
        if not getattr(statement, field):
            yield "field-empty", field, "", {}
    yield from _check_span(statement)
    relation = graph.words.relations.get(statement.property)
    if relation is None:
        near = _find_near(statement.property, list(graph.words.relations))
        yield "property-unknown", "property", statement.property, {"near": near}
        return
    if statement.origin not in graph.words.schemes["origin"]:
        yield "concept-unknown", "origin", statement.origin, {"near": ", ".join(graph.words.schemes["origin"])}
    if relation.datatypes and not _is_of(statement.object, relation.datatypes):
        yield "bad-date", "object", statement.object, {}
    for field, kinds in (("subject", relation.subjects), ("object", relation.objects)):
        if kinds == frozenset({"figure"}) and getattr(statement, field) not in spans:
            yield "figure-unknown", field, getattr(statement, field), {}
    try:
        graph.find_ends(statement, source)
    except DataError as error:
        yield error.problem.key, error.problem.field, error.problem.value, error.problem.data


def _is_of(text: str, datatypes: frozenset[str]) -> bool:
    return is_date(text) and any(iri.endswith(f"#{DATE_TYPES[len(text)][1]}") for iri in datatypes)


def _find_doubled(
    facts: list[Located[Figure]] | list[Located[Statement]], to_key: Callable[..., tuple[object, ...]]
) -> Iterator[Problem]:
    """Facts that would have one IRI: the same span, and for statements the same relation."""
    first: dict[tuple[object, ...], int] = {}
    for located in facts:
        line = first.setdefault(to_key(located.record), located.line)
        if line != located.line:
            yield Problem(
                "fact-doubled", located.file, located.line, "quote", located.record.quote, data={"other": line}
            )


def find_odd_households(facts: SourceFacts, graph: FactGraph) -> Iterator[Problem]:
    """People and households that cannot be of one group: fewer people than households, or far more than they hold."""
    lines = {(figure.record.start, figure.record.end): figure for figure in facts.figures}
    for ratio in (derived.figure for derived in graph.find_derived(facts)):
        if (ratio.unit, ratio.per) == ("person", "household") and not 1 <= Decimal(ratio.value) <= _MOST_PER_HOUSEHOLD:
            located = lines[ratio.start, ratio.end]
            severity: Severity = "error" if Decimal(ratio.value) < 1 else "warning"
            data: dict[str, object] = {"ratio": ratio.value, "most": _MOST_PER_HOUSEHOLD}
            value = located.record.value
            yield Problem("odd-households", located.file, located.line, "value", value, severity, data)


def _find_near(word: str, known: list[str]) -> str:
    import difflib  # noqa: PLC0415 - only when something is wrong

    return ", ".join(difflib.get_close_matches(word, known, n=3, cutoff=0.5) or itertools.islice(sorted(known), 3))


def _read_text(texts: Path | None, source: str) -> str | None:
    path = texts / f"{source}.txt" if texts else None
    if path is None or not path.is_file():
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError("not-utf8", file=str(path), value=error.object[error.start : error.end].hex()) from error


def _check_digest(source: Source, text: str | None) -> Iterator[Finding]:
    if text is None:
        return
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    if source.sha256 and digest != source.sha256:
        yield "text-changed", "sha256", source.sha256, {"digest": digest}


def _check_quote(fact: Figure | Statement, text: str | None) -> Iterator[Finding]:
    if text is not None and text[fact.start : fact.end] != fact.quote:
        yield "quote-mismatch", "quote", fact.quote, {"found": text[fact.start : fact.end][:80]}
