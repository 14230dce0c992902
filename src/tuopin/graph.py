"""Facts as RDF: every function here gives triples as text of N-Triples, without the dot.

A figure and a statement are nodes that point to their evidence, and a statement is the plain triple besides. The graph
of a source holds all that its facts need except places, things and the ontology, which have graphs of their own.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache

from tuopin.derive import Derived, find_derived
from tuopin.errors import DataError
from tuopin.facts import Figure, Source, Statement
from tuopin.iris import ID, PREFIXES, mint_period, mint_span, mint_statement, mint_thing, to_key
from tuopin.names import Names, OpenNames
from tuopin.periods import Period
from tuopin.records import SourceFacts
from tuopin.ties import find_restated
from tuopin.triples import is_iri, to_decimal, to_integer, to_literal, to_quoted, to_term, to_typed
from tuopin.vocabulary import Vocabulary

DATE_TYPES = {4: ("inXSDgYear", "gYear"), 7: ("inXSDgYearMonth", "gYearMonth"), 10: ("inXSDDate", "date")}
_RESOLVED = {"programme": "programme", "funder": "funder", "recipient": "recipient"}


@cache
def name(prefixed: str) -> str:
    """A prefixed name as a term.

    >>> name("tp:Figure")
    '<https://w3id.org/tuopin/ontology#Figure>'
    """
    prefix, _, local = prefixed.partition(":")
    return to_term(PREFIXES[prefix] + local)


_TYPE, _LABEL = name("rdf:type"), name("rdfs:label")
_FIGURE = f"{_TYPE} {name('tp:Figure')}", f"{_TYPE} {name('qb:Observation')}"
_STATEMENT = f"{_TYPE} {name('tp:Statement')}", f"{_TYPE} {name('rdf:Statement')}"
_EVIDENCE = f"{_TYPE} {name('oa:SpecificResource')}"
_SELECTOR = f"{_TYPE} {name('oa:TextPositionSelector')}", f"{_TYPE} {name('oa:TextQuoteSelector')}"
_HAS_EVIDENCE, _HAS_SOURCE, _HAS_SELECTOR = name("tp:evidence"), name("oa:hasSource"), name("oa:hasSelector")
_START, _END, _EXACT = name("oa:start"), name("oa:end"), name("oa:exact")
_SUBJECT, _PREDICATE, _OBJECT = name("rdf:subject"), name("rdf:predicate"), name("rdf:object")
_SUBJECT_NAME, _OBJECT_NAME = name("tp:subjectName"), name("tp:objectName")
_PLACE, _PERIOD, _PRIMARY = name("tp:place"), name("tp:period"), name("prov:hadPrimarySource")
_RESTATES = name("tp:restates")
_IN_SET = {kind: f"{name('qb:dataSet')} <{ID}dataset/{kind}>" for kind in ("figures", "ranges", "derived")}


class FactGraph:
    """The triples of facts, for one vocabulary and one set of names."""

    def __init__(self, names: Names | OpenNames, words: Vocabulary):
        self.names, self.words = names, words
        fields = words.fields
        self._decimals = [(field, to_term(fields[field])) for field in ("value", "low", "high")]
        self._concepts = {
            field: {key: f"{to_term(fields[field])} {to_term(iri)}" for key, iri in members.items()}
            for field, members in words.schemes.items()
        }
        texts = ("unit_text", "place", "subplace", "programme", "funder", "recipient", "purpose")
        self._texts = [(field, to_term(fields[field])) for field in texts]
        self._things = [(field, name(f"tp:{field}"), words.find_kinds(field)) for field in _RESOLVED]

    def open(self, names: OpenNames) -> "FactGraph":
        """The same graph for the facts of one source that nobody curated."""
        other = copy(self)
        other.names = names
        return other

    def find_source_triples(self, facts: SourceFacts) -> list[str]:
        """All triples of the graph of one source, sorted, each once."""
        source = facts.source.record
        lines = list(self.to_source(source))
        for figure in facts.figures:
            lines += self.to_figure(figure.record, source)
        for start, end in dict.fromkeys((each.record.period_start, each.record.period_end) for each in facts.figures):
            lines += to_period(start, end)
        for later, first in self._find_restated(facts):
            lines.append(f"<{later}> {_RESTATES} <{first}>")
        for statement in facts.statements:
            lines += self.to_statement(statement.record, source)
        return sorted(dict.fromkeys(lines))  # a set would lose the order that they have, and sort more slowly

    def _find_restated(self, facts: SourceFacts) -> Iterator[tuple[str, str]]:
        """The IRI of each figure that says again what an earlier one says, with that of the first that does."""
        source = facts.source.record
        for pair in find_restated((self.complete(each.record, source) for each in facts.figures), self.words):
            later, first = (mint_span("figure", figure.source, figure.start, figure.end) for figure in pair)
            yield later, first

    def complete(self, figure: Figure, source: Source) -> Figure:
        """The figure with the code of its place, where its name alone tells it."""
        if not figure.place or figure.place_code:
            return figure
        place = self.names.find_place(figure.place, "", source.date)
        return replace(figure, place_code=place.code) if place and place.level != "country" else figure

    def to_source(self, source: Source) -> Iterator[str]:
        """The triples of a source and its authors, editor and publisher."""
        node = to_term(mint_thing("source", to_key(source.id)))
        yield f"{node} {_TYPE} {name('schema:Article')}"
        yield f"{node} {name('dcterms:identifier')} {to_literal(source.id)}"
        yield f'{node} {name("schema:inLanguage")} "zh"'
        for title, language in ((source.title or source.id, "zh"), (source.title_en, "en")):
            if title:
                yield f"{node} {_LABEL} {to_literal(title, language)}"
        for field, write in _SOURCE_FIELDS.items():
            if text := getattr(source, field):
                yield f"{node} {to_term(self.words.fields[field])} {write(text)}"
        if len(source.published) > len("2017-02-20"):
            yield f"{node} {name('dcterms:issued')} {to_typed(_to_utc(source.published), 'dateTime')}"
        for field, local in (("authors", "author"), ("editor", "editor"), ("publisher", "publisher")):
            kinds = self.words.relations[local].objects
            for who in filter(None, getattr(source, field).split(";")):
                if iri := self.names.find_iri(who, kinds, source):
                    yield f"{node} {to_term(self.words.fields[field])} {to_term(iri)}"

    def to_figure(self, figure: Figure, source: Source) -> list[str]:
        """The triples of a figure with its evidence; those of its period it shares with others."""
        span = f"{to_key(figure.source)}/{figure.start}-{figure.end}"
        node = f"<{ID}figure/{span}>"
        tails = [*_FIGURE, _IN_SET["figures" if figure.value else "ranges"]]
        tails += [f"{term} {to_decimal(text)}" for field, term in self._decimals if (text := getattr(figure, field))]
        tails += [tails_of[key] for field, tails_of in self._concepts.items() if (key := getattr(figure, field))]
        tails += [f"{term} {to_literal(text)}" for field, term in self._texts if (text := getattr(figure, field))]
        tails += self.find_resolved(figure, source)
        lines = [f"{node} {tail}" for tail in tails]
        lines += _to_evidence(node, span, figure)
        return lines

    def find_resolved(self, figure: Figure, source: Source) -> Iterator[str]:
        """Predicate and object for what the names and dates of a figure stand for.

        Raises `DataError` that names the field.
        """
        code = figure.place_code
        if figure.place and (place := self.names.find_place(figure.place, code, source.date)):
            code = place.code
            yield f"{_PLACE} {to_term(place.iri)}"
        for field, term, kinds in self._things:
            if (text := getattr(figure, field)) and (iri := self._find_end(field, text, kinds, source, code)):
                yield f"{term} {to_term(iri)}"
        if figure.period_start or figure.period_end:
            yield f"{_PERIOD} <{mint_period(figure.period_start, figure.period_end)}>"

    def to_statement(self, statement: Statement, source: Source) -> list[str]:
        """The triples of a statement: the node with its evidence, and the plain one where both ends are known."""
        relation = self.words.relations[statement.property]
        subject, object_ = (to_term(end) if end else "" for end in self.find_ends(statement, source))
        if relation.datatypes:
            object_ = to_typed(statement.object, next(iter(relation.datatypes)).rpartition("#")[2])
        parts = (statement.subject, statement.property, statement.object)
        iri = mint_statement(statement.source, statement.start, statement.end, parts)
        node, span = to_term(iri), iri[len(ID + "statement/") :].rpartition("/")[0]
        predicate = to_term(relation.iri)
        tails = [
            *_STATEMENT,
            f"{_PREDICATE} {predicate}",
            *(f"{term} {end}" for term, end in ((_SUBJECT, subject), (_OBJECT, object_)) if end),
            f"{_SUBJECT_NAME} {to_literal(statement.subject)}",
            f"{_OBJECT_NAME} {to_literal(statement.object)}",
            self._concepts["origin"][statement.origin],
        ]
        lines = [f"{node} {tail}" for tail in tails]
        if subject and object_:
            lines.append(f"{subject} {predicate} {object_}")
        lines += _to_evidence(node, span, statement)
        lines += self._to_stated_period(statement, relation.objects)
        return lines

    def _to_stated_period(self, statement: Statement, kinds: frozenset[str]) -> tuple[str, ...]:
        if "period" not in kinds:
            return ()
        start, slash, end = statement.object.partition("/")
        ends = ("" if part == ".." else part for part in (start, end if slash else start))
        return to_period(*ends)

    def find_ends(self, statement: Statement, source: Source) -> tuple[str, str]:
        """The IRIs of subject and object; the object is empty where the property leads to a datatype.

        Of two things with one name, that of the place is meant which is the other end, or to which it belongs. Raises
        `DataError` that names the field.
        """
        relation = self.words.relations[statement.property]
        subject = self._find_end("subject", statement.subject, relation.subjects, source)
        if relation.datatypes:
            return subject, ""
        return subject, self._find_end(
            "object", statement.object, relation.objects, source, self.names.find_code(subject)
        )

    def _find_end(self, field: str, text: str, kinds: frozenset[str], source: Source, place: str = "") -> str:
        try:
            return self.names.find_iri(text, kinds, source, place)
        except DataError as error:
            error.problem = replace(error.problem, field=field)
            raise

    def find_derived(self, facts: SourceFacts) -> list[Derived]:
        """What the rules of the ontology derive from the facts of a source, once from figures that it states twice."""
        figures = (figure.record for figure in facts.figures)
        firsts, found = dict(self._find_restated(facts)), dict[tuple[str, ...], Derived]()
        for derived in find_derived(figures, (statement.record for statement in facts.statements), self.words):
            found.setdefault((derived.rule.id, *(firsts.get(iri, iri) for iri in derived.bases)), derived)
        return list(found.values())

    def to_derived(self, derived: Derived, source: Source) -> list[str]:
        """The triples of a derived figure with what it was derived from."""
        figure = derived.figure
        span = f"{to_key(figure.source)}/{figure.start}-{figure.end}"
        node = f"<{ID}derived/{derived.rule.id}/{span}>"
        tails = [
            f"{_TYPE} {name('tp:DerivedFigure')}",
            f"{_TYPE} {name('qb:Observation')}",
            _IN_SET["derived"],
            f"{name('tp:rule')} {to_term(derived.rule.iri)}",
            f"{name('tp:basis')} <{ID}figure/{span}>",
            *(f"{name('prov:wasDerivedFrom')} {to_term(iri)}" for iri in derived.bases),
            f"{self._decimals[0][1]} {to_decimal(figure.value)}",
        ]
        for field, tails_of in self._concepts.items():
            if (key := getattr(figure, field)) and field != "origin":
                tails.append(tails_of[key])
        if figure.subplace:
            tails.append(f"{to_term(self.words.fields['subplace'])} {to_literal(figure.subplace)}")
        lines = [f"{node} {tail}" for tail in (*tails, *self.find_resolved(figure, source))]
        return [*lines, *to_period(figure.period_start, figure.period_end)]


@lru_cache(maxsize=1 << 10)
def to_period(start: str, end: str) -> tuple[str, ...]:
    """The triples of a period and of the instants in which it begins and ends.

    An empty end is open, and a period that is open at both ends is none.
    """
    if not start and not end:
        return ()
    period = Period(start, end)
    node = to_term(mint_period(period.start, period.end))
    lines = [f"{node} {_TYPE} {name('dcterms:PeriodOfTime')}", f'{node} {name("skos:notation")} "{period.notation}"']
    for date, day, bound, edge in (
        (period.start, period.first_day, "dcat:startDate", "time:hasBeginning"),
        (period.end, period.last_day, "dcat:endDate", "time:hasEnd"),
    ):
        if date:
            instant = to_term(mint_thing("instant", date))
            local, datatype = DATE_TYPES[len(date)]
            lines += [
                f"{node} {name(bound)} {to_typed(day, 'date')}",
                f"{node} {name(edge)} {instant}",
                f"{instant} {_TYPE} {name('time:Instant')}",
                f"{instant} {name(f'time:{local}')} {to_typed(date, datatype)}",
            ]
    return tuple(lines)


def _to_evidence(node: str, span: str, fact: Figure | Statement) -> Iterable[str]:
    evidence, selector = f"<{ID}evidence/{span}>", f"<{ID}selector/{span}>"
    source = f"<{ID}source/{span.rpartition('/')[0]}>"
    return (
        f"{node} {_PRIMARY} {source}",
        f"{node} {_HAS_EVIDENCE} {evidence}",
        f"{evidence} {_EVIDENCE}",
        f"{evidence} {_HAS_SOURCE} {source}",
        f"{evidence} {_HAS_SELECTOR} {selector}",
        f"{selector} {_SELECTOR[0]}",
        f"{selector} {_SELECTOR[1]}",
        f"{selector} {_START} {to_integer(fact.start)}",
        f"{selector} {_END} {to_integer(fact.end)}",
        f"{selector} {_EXACT} {to_quoted(fact.quote)}",
    )


def _to_address(text: str) -> str:
    if not is_iri(text):
        raise DataError("bad-url", field="url", value=text)
    return to_term(text)


def _to_utc(published: str) -> str:
    return datetime.fromisoformat(published).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_SOURCE_FIELDS: dict[str, Callable[[str], str]] = {
    "url": _to_address,
    "published": lambda text: to_typed(text[:10], "date"),
    "sha256": to_literal,
    "length": lambda text: to_integer(int(text)),
    "rights": lambda text: to_literal(text, "en"),
}
