"""What the ontology knows, for code to go by: schemes, indicators, units, classes, relations, fields and rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox

from tuopin.errors import DataError
from tuopin.iris import ID, PREFIXES
from tuopin.resources import find_ontology

CORE = ("tuopin.ttl", "indicators.ttl", "units.ttl", "schemes.ttl", "derivations.ttl", "cube.ttl")
_SCHEME = ID + "scheme/"
_XSD = PREFIXES["xsd"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A property that a statement may use: what it leads from and to, as kinds of things and as datatypes."""

    name: str
    iri: str
    subjects: frozenset[str]
    objects: frozenset[str]
    datatypes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a derived figure is computed: a ratio of two indicators, or a difference of two figures that a relation
    pairs.

    All but the numbers are local names; `agrees_on` are record fields. Empty is unsaid.
    """

    id: str
    iri: str
    numerator: str
    denominator: str
    paired_by: str
    agrees_on: tuple[str, ...]
    max_distance: int
    decimals: int
    indicator: str
    unit: str
    per: str


class Vocabulary:
    """The ontology as look-ups; every mapping is from what a record writes to what the graph has.

    >>> words = read_vocabulary()
    >>> "poor-households" in words.indicators, words.relations["carriesOut"].objects
    (True, frozenset({'programme'}))
    """

    def __init__(self, quads: list[ox.Quad]):
        self._objects: dict[tuple[str, str], list[str]] = {}
        self._subjects: dict[tuple[str, str], list[str]] = {}
        self._labels: dict[tuple[str, str], str] = {}
        self._words: dict[tuple[str, str], list[str]] = {}
        for quad in quads:
            self._add(quad)

    def _add(self, quad: ox.Quad) -> None:
        if not isinstance(quad.subject, ox.NamedNode) or isinstance(quad.object, ox.BlankNode | ox.Triple):
            return
        subject, predicate, object_ = quad.subject.value, quad.predicate.value, quad.object.value
        self._objects.setdefault((subject, predicate), []).append(object_)
        self._subjects.setdefault((predicate, object_), []).append(subject)
        if isinstance(quad.object, ox.Literal) and predicate in (_RDFS_LABEL, _PREF_LABEL) and quad.object.language:
            self._labels[subject, quad.object.language] = object_
        if isinstance(quad.object, ox.Literal) and quad.object.language == "zh" and predicate in _WORDS:
            self._words.setdefault((subject, predicate), []).append(object_)

    def _all(self, subject: str, predicate: str) -> list[str]:
        return self._objects.get((subject, predicate), [])

    def _one(self, subject: str, predicate: str) -> str:
        return next(iter(self._all(subject, predicate)), "")

    def find_label(self, iri: str, language: str) -> str:
        """The label of a term or concept in ``zh`` or ``en``; empty where it has none."""
        return self._labels.get((iri, language), "")

    def find_words(self, iri: str, label: str) -> list[str]:
        """The Chinese words by which texts name a concept: those of `label`, a SKOS property such as ``altLabel``."""
        return self._words.get((iri, _skos(label)), [])

    def find_scheme(self, name: str) -> dict[str, str]:
        """The concepts of a scheme, from notation to IRI."""
        members = self._subjects.get((_skos("inScheme"), _SCHEME + name), [])
        return {self._one(iri, _NOTATION): iri for iri in members if self._all(iri, _NOTATION)}

    @cached_property
    def schemes(self) -> dict[str, dict[str, str]]:
        """The closed lists that record fields choose from, by field."""
        names = {"unit": "units", "per": "units", "indicator": "indicators"}
        fields = ("unit", "per", "indicator", "qualifier", "status", "scope", "origin", "instrument")
        return {field: self.find_scheme(names.get(field, field)) for field in fields}

    @cached_property
    def indicators(self) -> dict[str, frozenset[str]]:
        """The units that each indicator is measured in; a heading has none."""
        return {
            name: frozenset(map(to_local, self._all(iri, _UNIT))) for name, iri in self.schemes["indicator"].items()
        }

    @cached_property
    def headings(self) -> dict[str, str]:
        """The indicator under which each indicator stands; a heading stands under none."""
        broader = {name: self._one(iri, _skos("broader")) for name, iri in self.schemes["indicator"].items()}
        return {name: to_local(iri) for name, iri in broader.items() if iri}

    @cached_property
    def difference_units(self) -> dict[str, str]:
        """The unit of a difference of two values, for the units whose differences have another one."""
        pairs = {name: self._one(iri, _tp("differenceUnit")) for name, iri in self.schemes["unit"].items()}
        return {name: to_local(iri) for name, iri in pairs.items() if iri}

    @cached_property
    def classes(self) -> dict[str, str]:
        """The class of each kind of thing, by the kind: the path segment of its IRIs."""
        classes = self._subjects.get((_RDF_TYPE, PREFIXES["owl"] + "Class"), [])
        return {self._one(iri, _NOTATION): iri for iri in classes if self._all(iri, _NOTATION)}

    @cached_property
    def _kinds(self) -> dict[str, set[str]]:
        """Kinds by class, with those of its subclasses."""
        kinds: dict[str, set[str]] = {}
        for kind, iri in self.classes.items():
            for above in (iri, *self._all(iri, PREFIXES["rdfs"] + "subClassOf")):
                kinds.setdefault(above, set()).add(kind)
        return kinds

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """The properties that a statement may use, by local name."""
        members = self._subjects.get((_skos("inScheme"), _SCHEME + "relations"), [])
        return {to_local(iri): self._to_relation(iri) for iri in members}

    def _to_relation(self, iri: str) -> Relation:
        domains, ranges = self._all(iri, _schema("domainIncludes")), self._all(iri, _schema("rangeIncludes"))
        return Relation(
            to_local(iri), iri,
            subjects=frozenset(kind for name in domains for kind in self._kinds.get(name, ())),
            objects=frozenset(kind for name in ranges for kind in self._kinds.get(name, ())),
            datatypes=frozenset(name for name in ranges if name.startswith(_XSD)),
        )  # fmt: skip

    def find_kinds(self, property_name: str) -> frozenset[str]:
        """The kinds of things that a property of our own may have as its value."""
        return self._to_relation(_tp(property_name)).objects

    @cached_property
    def fields(self) -> dict[str, str]:
        """The property that writes each record field."""
        typed = [_subject for kind in ("Object", "Datatype") for _subject in self._members(f"{kind}Property")]
        return {field: iri for iri in typed for field in self._all(iri, _NOTATION)}

    def _members(self, owl_class: str) -> list[str]:
        return self._subjects.get((_RDF_TYPE, PREFIXES["owl"] + owl_class), [])

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules of derivation, by id."""
        return sorted(map(self._to_rule, self._subjects.get((_RDF_TYPE, _tp("Rule")), [])), key=lambda rule: rule.id)

    def _to_rule(self, iri: str) -> Rule:
        fields_of: dict[str, list[str]] = {}
        for field, name in self.fields.items():
            fields_of.setdefault(name, []).append(field)
        return Rule(
            id=self._one(iri, _NOTATION),
            iri=iri,
            numerator=to_local(self._one(iri, _tp("numerator"))),
            denominator=to_local(self._one(iri, _tp("denominator"))),
            paired_by=to_local(self._one(iri, _tp("pairedBy"))),
            agrees_on=tuple(sorted(f for name in self._all(iri, _tp("agreesOn")) for f in _to_fields(name, fields_of))),
            max_distance=int(self._one(iri, _tp("maxDistance")) or 0),
            decimals=int(self._one(iri, _tp("decimals"))),
            indicator=to_local(self._one(iri, _tp("indicator"))),
            unit=to_local(self._one(iri, _UNIT)),
            per=to_local(self._one(iri, _tp("per"))),
        )


def read_ontology(folder: Path | None = None) -> Iterator[ox.Quad]:
    """The triples of the ontology's core files, in their order; raises `DataError` with file and line."""
    for name in CORE:
        yield from read_turtle((folder or find_ontology()) / name)


def read_turtle(path: Path) -> Iterator[ox.Quad]:
    """The triples of a Turtle file; raises `DataError` with file and line where it is none."""
    try:
        yield from ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise DataError("bad-turtle", file=str(path), line=error.lineno or 0, reason=str(error.msg)) from error
    except OSError as error:
        raise DataError("file-missing", file=str(path)) from error


@cache
def read_vocabulary(folder: Path | None = None) -> Vocabulary:
    """The vocabulary of the ontology in `folder`, or of the one that tuopin comes with; read once."""
    return Vocabulary(list(read_ontology(folder)))


def to_local(iri: str) -> str:
    """What follows the last ``/`` or ``#``.

    >>> to_local("https://w3id.org/tuopin/ontology#carriesOut")
    'carriesOut'
    """
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def _to_fields(property_iri: str, fields_of: dict[str, list[str]]) -> list[str]:
    """The fields by which a record holds what the property says; a resolved thing is held by its name."""
    named = [*fields_of.get(property_iri, []), *fields_of.get(property_iri + "Name", [])]
    return named or [to_local(property_iri)]


def _tp(name: str) -> str:
    return PREFIXES["tp"] + name


def _skos(name: str) -> str:
    return PREFIXES["skos"] + name


def _schema(name: str) -> str:
    return PREFIXES["schema"] + name


_NOTATION = _skos("notation")
_PREF_LABEL = _skos("prefLabel")
_WORDS = frozenset(_skos(label) for label in ("prefLabel", "altLabel", "hiddenLabel"))
_RDFS_LABEL = PREFIXES["rdfs"] + "label"
_RDF_TYPE = PREFIXES["rdf"] + "type"
_UNIT = PREFIXES["sdmx-attribute"] + "unitMeasure"
