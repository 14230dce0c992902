"""The same graph made as a user of a library would make it: terms as objects, and the library's own writer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tuopin.facts import Figure, Source, Statement
from tuopin.graph import DATE_TYPES
from tuopin.iris import (
    ID,
    PREFIXES,
    mint_graph,
    mint_period,
    mint_span,
    mint_statement,
    mint_thing,
)
from tuopin.names import Names
from tuopin.periods import Period
from tuopin.records import SourceFacts
from tuopin.vocabulary import Vocabulary

Tail = tuple[Any, Any]
_TEXTS = ("unit_text", "place", "subplace", "programme", "funder", "recipient", "purpose")
_SELECTORS = ("oa:TextPositionSelector", "oa:TextQuoteSelector")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a library makes its terms: an IRI, a plain literal, one with a language, one with a datatype, a quad."""

    iri: Callable[[str], Any]
    plain: Callable[[str], Any]
    spoken: Callable[[str, str], Any]
    typed: Callable[[str, Any], Any]
    quad: Callable[[Any, Any, Any, Any], Any]


OXIGRAPH = Terms(
    ox.NamedNode,
    ox.Literal,
    lambda text, language: ox.Literal(text, language=language),
    lambda text, datatype: ox.Literal(text, datatype=datatype),
    ox.Quad,
)


class PeerGraph:
    """The quads of facts as objects of a library; the look-ups of names are those of tuopin."""

    def __init__(self, names: Names, words: Vocabulary, terms: Terms):
        self._names, self._words, self._terms = names, words, terms
        # What returns all the time is made once, as any careful user would.
        self._known = cache(terms.iri)
        self._term = cache(self._expand)
        self._kinds = {field: words.find_kinds(field) for field in ("programme", "funder", "recipient")}

    def _expand(self, prefixed: str) -> Any:
        prefix, _, local = prefixed.partition(":")
        return self._terms.iri(PREFIXES[prefix] + local)

    def _typed(self, text: str, datatype: str) -> Any:
        return self._terms.typed(text, self._term(f"xsd:{datatype}"))

    def find_quads(self, facts: SourceFacts) -> Iterator[Any]:
        """The quads of one source; what two facts share comes once."""
        source, quad = facts.source.record, self._terms.quad
        graph, periods = self._terms.iri(mint_graph(source.id)), set[Period]()
        for predicate, object_ in self._find_source(source):
            yield quad(self._known(mint_thing("source", source.id)), predicate, object_, graph)
        for figure in (located.record for located in facts.figures):
            node = self._terms.iri(mint_span("figure", source.id, figure.start, figure.end))
            for predicate, object_ in self._find_figure(figure, source):
                yield quad(node, predicate, object_, graph)
            yield from (quad(*triple, graph) for triple in self._find_evidence(node, figure))
            if figure.period_start or figure.period_end:
                periods.add(Period(figure.period_start, figure.period_end))
        for statement in (located.record for located in facts.statements):
            yield from (quad(*triple, graph) for triple in self._find_statement(statement, source))
            if statement.property == "period":
                periods.add(Period(statement.object, statement.object))
        for period in periods:
            yield from (quad(*triple, graph) for triple in self._find_period(period))

    def _find_source(self, source: Source) -> Iterator[Tail]:
        term, terms, words = self._term, self._terms, self._words
        yield term("rdf:type"), term("schema:Article")
        yield term("dcterms:identifier"), terms.plain(source.id)
        yield term("schema:inLanguage"), terms.plain("zh")
        yield term("rdfs:label"), terms.spoken(source.title, "zh")
        yield term("rdfs:label"), terms.spoken(source.title_en, "en")
        yield self._known(words.fields["url"]), terms.iri(source.url)
        yield self._known(words.fields["published"]), self._typed(source.date, "date")
        yield self._known(words.fields["sha256"]), terms.plain(source.sha256)
        yield self._known(words.fields["length"]), self._typed(source.length, "integer")
        yield self._known(words.fields["rights"]), terms.spoken(source.rights, "en")
        # Every synthetic source is published at half past eight in China.
        yield term("dcterms:issued"), self._typed(f"{source.date}T00:30:00Z", "dateTime")
        for field, local in (("authors", "author"), ("editor", "editor"), ("publisher", "publisher")):
            for who in getattr(source, field).split(";"):
                iri = self._names.find_iri(who, words.relations[local].objects, source)
                yield self._known(words.fields[field]), self._known(iri)

    def _find_figure(self, figure: Figure, source: Source) -> Iterator[Tail]:
        term, terms, fields = self._term, self._terms, self._words.fields
        yield term("rdf:type"), term("tp:Figure")
        yield term("rdf:type"), term("qb:Observation")
        yield term("qb:dataSet"), self._known(f"{ID}dataset/{'figures' if figure.value else 'ranges'}")
        for field in ("value", "low", "high"):
            if text := getattr(figure, field):
                yield self._known(fields[field]), self._typed(text, "decimal")
        for field, members in self._words.schemes.items():
            if key := getattr(figure, field):
                yield self._known(fields[field]), self._known(members[key])
        for field in _TEXTS:
            if text := getattr(figure, field):
                yield self._known(fields[field]), terms.plain(text)
        place = self._names.find_place(figure.place, figure.place_code, source.date)
        yield term("tp:place"), self._known(place.iri)
        for field, kinds in self._kinds.items():
            if text := getattr(figure, field):
                yield term(f"tp:{field}"), self._known(self._names.find_iri(text, kinds, source, place.code))
        if figure.period_start or figure.period_end:
            yield term("tp:period"), self._known(mint_period(figure.period_start, figure.period_end))

    def _find_statement(self, statement: Statement, source: Source) -> Iterator[tuple[Any, Any, Any]]:
        term, terms = self._term, self._terms
        relation = self._words.relations[statement.property]
        subject = self._known(self._names.find_iri(statement.subject, relation.subjects, source))
        object_ = self._known(self._names.find_iri(statement.object, relation.objects, source))
        predicate = self._known(relation.iri)
        parts = (statement.subject, statement.property, statement.object)
        node = terms.iri(mint_statement(source.id, statement.start, statement.end, parts))
        yield subject, predicate, object_
        yield node, term("rdf:type"), term("tp:Statement")
        yield node, term("rdf:type"), term("rdf:Statement")
        yield node, term("rdf:subject"), subject
        yield node, term("rdf:predicate"), predicate
        yield node, term("rdf:object"), object_
        yield node, term("tp:subjectName"), terms.plain(statement.subject)
        yield node, term("tp:objectName"), terms.plain(statement.object)
        yield node, term("tp:origin"), self._known(f"{ID}origin/{statement.origin}")
        yield from self._find_evidence(node, statement)

    def _find_evidence(self, node: Any, fact: Figure | Statement) -> Iterator[tuple[Any, Any, Any]]:
        term, terms = self._term, self._terms
        source = self._known(mint_thing("source", fact.source))
        evidence = terms.iri(mint_span("evidence", fact.source, fact.start, fact.end))
        selector = terms.iri(mint_span("selector", fact.source, fact.start, fact.end))
        yield node, term("prov:hadPrimarySource"), source
        yield node, term("tp:evidence"), evidence
        yield evidence, term("rdf:type"), term("oa:SpecificResource")
        yield evidence, term("oa:hasSource"), source
        yield evidence, term("oa:hasSelector"), selector
        for kind in _SELECTORS:
            yield selector, term("rdf:type"), term(kind)
        yield selector, term("oa:start"), self._typed(str(fact.start), "integer")
        yield selector, term("oa:end"), self._typed(str(fact.end), "integer")
        yield selector, term("oa:exact"), terms.plain(fact.quote)

    def _find_period(self, period: Period) -> Iterator[tuple[Any, Any, Any]]:
        term, node = self._term, self._known(mint_period(period.start, period.end))
        yield node, term("rdf:type"), term("dcterms:PeriodOfTime")
        yield node, term("skos:notation"), self._terms.plain(period.notation)
        ends = (
            (period.start, period.first_day, "dcat:startDate", "time:hasBeginning"),
            (period.end, period.last_day, "dcat:endDate", "time:hasEnd"),
        )
        for date, day, bound, edge in ends:
            instant, (local, datatype) = self._known(mint_thing("instant", date)), DATE_TYPES[len(date)]
            yield node, term(bound), self._typed(day, "date")
            yield node, term(edge), instant
            yield instant, term("rdf:type"), term("time:Instant")
            yield instant, term(f"time:{local}"), self._typed(date, datatype)


def write_by_oxigraph(path: Path, graph: PeerGraph, facts: Iterable[SourceFacts]) -> None:
    """Write the quads with pyoxigraph, one at a time."""
    quads = (quad for each in facts for quad in graph.find_quads(each))
    ox.serialize(quads, str(path), format=ox.RdfFormat.N_QUADS)


def write_by_rdflib(path: Path, names: Names, words: Vocabulary, facts: Iterable[SourceFacts]) -> None:
    """Write the quads with rdflib, which needs them all in a `Dataset` first."""
    import rdflib  # noqa: PLC0415 - slow to import

    terms = Terms(
        rdflib.URIRef,
        rdflib.Literal,
        lambda text, language: rdflib.Literal(text, lang=language),
        lambda text, datatype: rdflib.Literal(text, datatype=datatype),
        lambda *quad: quad,
    )
    peer, dataset = PeerGraph(names, words, terms), rdflib.Dataset()
    for each in facts:
        context = dataset.graph(rdflib.URIRef(mint_graph(each.source.record.id)))
        dataset.addN((*quad[:3], context) for quad in peer.find_quads(each))
    dataset.serialize(str(path), format="nquads", encoding="utf-8")
