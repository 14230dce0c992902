"""The shapes of the ontology (SHACL), each constraint as one SPARQL query that finds what breaks it.

Only that part of SHACL is known which our shapes use. Anything else in a shapes file is an error, since a shape that is
passed over would look like a shape that is kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse

from tuopin.errors import DataError, FileError, Severity
from tuopin.iris import PREFIXES, to_prefixed

SH, RDF, RDFS, XSD = (PREFIXES[name] for name in ("sh", "rdf", "rdfs", "xsd"))

Term = NamedNode | BlankNode | Literal | Triple
Subclasses = dict[str, set[str]]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing in the data that breaks one constraint.

    `shape` and `node_shape` are local names. `path` is empty where not one property was followed, `value` where not one
    value is to blame. A blank node is written ``_:`` and its label.
    """

    shape: str
    node_shape: str
    focus: str
    path: str
    value: str
    component: str
    severity: Severity
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """One parameter of one shape: `path` and `arguments` as SPARQL, and what to say of whatever breaks it."""

    path: str
    arguments: tuple[str, ...]
    violation: Violation


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape: what it is about, by class or by a property that it has, and its constraints."""

    name: str
    classes: tuple[str, ...]
    subjects_of: tuple[str, ...]
    constraints: tuple[Constraint, ...]


def find_violations(store: Store, shapes: Iterable[Shape]) -> Iterator[Violation]:
    """What in the store breaks the shapes, sorted and without duplicates.

    The data is the union of all graphs of the store, and the ontology has to be in it: ``sh:class`` and
    ``sh:targetClass`` follow ``rdfs:subClassOf``. Values that cannot be compared break a comparison.

    >>> from tuopin.resources import find_ontology
    >>> store = Store()
    >>> store.load(path=str(find_ontology() / "examples" / "bad" / "NamedThing.ttl"), format=RdfFormat.TURTLE)
    >>> shapes = read_shapes((find_ontology() / "shapes").glob("*.ttl"))
    >>> {violation.shape for violation in find_violations(store, shapes)}
    {'NamedThing-label'}
    """
    subclasses = _find_subclasses(store)
    for shape in sorted(shapes, key=lambda shape: shape.name):
        yield from sorted({found for each in shape.constraints for found in _find(store, shape, each, subclasses)})


def _find(store: Store, shape: Shape, constraint: Constraint, subclasses: Subclasses) -> Iterator[Violation]:
    said = constraint.violation
    for row in run_query(store, _to_query(shape, constraint, subclasses)):
        focus, value = to_text(row["this"]), to_text(row["value"])
        if said.component == "SPARQL":  # as SHACL has it: of a node shape without a value, the focus is the value
            said, value = replace(said, path=to_text(row["path"])), value if row["value"] is not None else focus
        zh, en = (_fill(message, focus, value) for message in (said.message_zh, said.message_en))
        yield replace(said, focus=focus, value=value, message_zh=zh, message_en=en)


def run_query(store: Store, query: str) -> QuerySolutions:
    """The answers to a SELECT query about the union of all graphs."""
    return store.query(query, use_default_graph_as_union=True)  # type: ignore[return-value]


def to_text(term: Term | None) -> str:
    """The term as a `Violation` has it: without marks, datatype and language.

    >>> to_text(Literal("湖南", language="zh")), to_text(BlankNode("b")), to_text(None)
    ('湖南', '_:b', '')
    """
    if term is None:
        return ""
    return str(term) if isinstance(term, BlankNode | Triple) else term.value


def _fill(message: str, focus: str, value: str) -> str:
    return re.sub(r"\{[?$](this|value)\}", lambda found: focus if found[1] == "this" else value, message)


def _find_subclasses(store: Store) -> Subclasses:
    """Every class that has subclasses, with all of them, near and far, and itself."""
    query = f"SELECT ?child ?parent WHERE {{ ?child <{RDFS}subClassOf>+ ?parent . FILTER ( isIRI(?child) ) }}"
    found: Subclasses = {}
    for row in run_query(store, query):
        found.setdefault(to_text(row["parent"]), {to_text(row["parent"])}).add(to_text(row["child"]))
    return found


# A constraint becomes a group that binds ?this, and ?value where there is one, to what breaks it.


def _to_query(shape: Shape, constraint: Constraint, subclasses: Subclasses) -> str:
    target, component, arguments = _to_target(shape, subclasses), constraint.violation.component, constraint.arguments
    if component == "SPARQL":
        prologue, body = arguments
        return f"{prologue} SELECT DISTINCT ?this ?path ?value WHERE {{ {target} {body} }}"
    if component in _COUNTS:
        limit = f"COUNT(DISTINCT ?each) {_COUNTS[component]} {arguments[0]}"
        each = f"OPTIONAL {{ ?this {constraint.path} ?each }}"
        return f"SELECT ?this ?value WHERE {{ {target} {each} }} GROUP BY ?this ?value HAVING ( {limit} )"
    body = _to_body(component, constraint.path, arguments, subclasses)
    return f"SELECT DISTINCT ?this ?value WHERE {{ {target} {body} }}"


def _to_target(shape: Shape, subclasses: Subclasses) -> str:
    classes = {name for parent in shape.classes for name in subclasses.get(parent, {parent})}
    ways = [f"{{ ?this a <{name}> }}" for name in sorted(classes)]
    ways += [f"{{ ?this <{name}> ?target }}" for name in shape.subjects_of]
    return " UNION ".join(ways)


def _to_body(component: str, path: str, arguments: tuple[str, ...], subclasses: Subclasses) -> str:
    if component == "Class":
        name = arguments[0][1:-1]
        none_of = (f"FILTER NOT EXISTS {{ ?value a <{each}> }}" for each in sorted(subclasses.get(name, {name})))
        return f"?this {path} ?value . {' '.join(none_of)}"
    if component in _PATTERNS:
        return _PATTERNS[component].format(path=path, argument=arguments[0])
    # A test that ends in an error, such as the comparison of a number with a name, is one that is not passed.
    return f"?this {path} ?value . FILTER ( ! COALESCE({_TESTS[component](arguments)}, false) )"


def _any_of(form: str) -> Callable[[tuple[str, ...]], str]:
    return lambda arguments: " || ".join(form.format(argument) for argument in arguments)


_COUNTS = {"MinCount": "<", "MaxCount": ">"}
_PATTERNS = {
    "HasValue": "FILTER NOT EXISTS {{ ?this {path} {argument} }}",
    "Disjoint": "?this {path} ?value ; {argument} ?value .",
    "LessThan": "?this {path} ?value ; {argument} ?other . FILTER ( ! COALESCE(?value < ?other, false) )",
    "LessThanOrEquals": "?this {path} ?value ; {argument} ?other . FILTER ( ! COALESCE(?value <= ?other, false) )",
    "UniqueLang": "?this {path} ?one . ?this {path} ?other . FILTER ( LANG(?one) != '' "
    "&& LCASE(LANG(?one)) = LCASE(LANG(?other)) && ! sameTerm(?one, ?other) )",
}
_TIMES = ("date", "dateTime", "gYear", "gYearMonth")
# What holds of a literal of the datatype. Numbers are not cast: a long one is legal, but does not fit.
_WELL_TYPED = {
    f"<{XSD}string>": "true",
    f"<{RDF}langString>": "true",
    f"<{XSD}boolean>": 'STR(?value) IN ("true", "false", "1", "0")',
    f"<{XSD}integer>": 'REGEX(STR(?value), "^[+-]?[0-9]+$")',
    f"<{XSD}decimal>": 'REGEX(STR(?value), "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$")',
    **{f"<{XSD}{name}>": f"isLiteral(<{XSD}{name}>(STR(?value)))" for name in _TIMES},
}
_KINDS = {f"<{SH}IRI>": "isIRI(?value)", f"<{SH}Literal>": "isLiteral(?value)", f"<{SH}BlankNode>": "isBlank(?value)"}
_TESTS: dict[str, Callable[[tuple[str, ...]], str]] = {
    "Datatype": lambda arguments: f"DATATYPE(?value) = {arguments[0]} && {_WELL_TYPED[arguments[0]]}",
    "NodeKind": lambda arguments: _KINDS[arguments[0]],
    "In": _any_of("sameTerm(?value, {})"),
    "LanguageIn": _any_of("LANGMATCHES(LANG(?value), {})"),
    "Pattern": _any_of("REGEX(STR(?value), {})"),
    "MinLength": _any_of("STRLEN(STR(?value)) >= {}"),
    "MaxLength": _any_of("STRLEN(STR(?value)) <= {}"),
    "MinInclusive": _any_of("?value >= {}"),
    "MaxInclusive": _any_of("?value <= {}"),
}


# Reading. Every node is asked for the properties that are not understood, so that none is passed over.

_LISTS = {"In", "LanguageIn"}
# How an argument is written, as N-Triples.
_IRI, _TERM, _STRING, _INTEGER = "<.*>", '[<"].*', '".*"', rf'"[0-9]+"\^\^<{XSD}integer>'
_FORMS = {
    **dict.fromkeys(("Class", "Disjoint", "LessThan", "LessThanOrEquals"), _IRI),
    **dict.fromkeys(("HasValue", "In", "MinInclusive", "MaxInclusive"), _TERM),
    **dict.fromkeys(("LanguageIn", "Pattern"), _STRING),
    **dict.fromkeys(("MinCount", "MaxCount", "MinLength", "MaxLength"), _INTEGER),
    "Datatype": "|".join(map(re.escape, _WELL_TYPED)),
    "NodeKind": "|".join(map(re.escape, _KINDS)),
    "UniqueLang": rf'"true"\^\^<{XSD}boolean>',
}
_PARAMETERS = {SH + name[0].lower() + name[1:]: name for name in _FORMS}
_SHARED = {RDF + "type", SH + "message"}
_NODE = _SHARED | {SH + name for name in ("targetClass", "targetSubjectsOf", "property", "sparql", "severity")}
_PROPERTY = _SHARED | {SH + "path", SH + "severity", *_PARAMETERS}
_SPARQL = _SHARED | {SH + "prefixes", SH + "select"}
_DECLARATIONS = {SH + "declare", SH + "prefix", SH + "namespace"}
_SEVERITIES: dict[str, Severity] = {SH + "Violation": "error", SH + "Warning": "warning"}
_SELECT = re.compile(r"\s*SELECT\s+\$this(?:\s+\?path)?(?:\s+\?value)?\s+WHERE\s*\{(.*)\}\s*", re.DOTALL)


def read_shapes(paths: Iterable[Path]) -> list[Shape]:
    """The node shapes of these Turtle files, sorted by name.

    Files without a shape, or with anything that is not understood, raise `tuopin.errors.DataError`.

    >>> from tuopin.resources import find_ontology
    >>> [shape.name for shape in read_shapes((find_ontology() / "shapes").glob("*.ttl"))][:3]
    ['Change', 'Concept', 'ConceptKey']
    """
    files = sorted(paths)
    graph = _Graph(files)
    nodes = [node for node in graph.nodes if NamedNode(SH + "NodeShape") in graph.values(node, RDF + "type")]
    if not nodes:
        raise DataError("shape-none", file=", ".join(map(str, files)))
    parts = [part for node in nodes for name in ("property", "sparql") for part in graph.values(node, SH + name)]
    for node, properties in graph.nodes.items():
        if any(name.startswith(SH) for name in properties.keys() - _DECLARATIONS) and node not in {*nodes, *parts}:
            raise DataError("shape-unused", field=to_text(node))
    return sorted((_read_shape(graph, node) for node in nodes), key=lambda shape: shape.name)


class _Graph:
    """The triples of the files, by subject and predicate."""

    def __init__(self, files: Iterable[Path]):
        self.nodes: dict[Term, dict[str, list[Term]]] = {}
        for file in files:
            try:
                self._read(file)
            except OSError as error:
                raise FileError("shape-unreadable", file=str(file), reason=error) from error
            except SyntaxError as error:
                raise DataError("shape-syntax", file=str(file), line=error.lineno or 0, reason=error.msg) from error

    def _read(self, file: Path) -> None:
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            values = self.nodes.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
            values += [] if quad.object in values else [quad.object]

    def values(self, node: Term, name: str) -> list[Term]:
        return self.nodes.get(node, {}).get(name, [])

    def one(self, node: Term, name: str) -> Term:
        values = self.values(node, name)
        if len(values) != 1:
            raise _not_understood(node, name, *values)
        return values[0]

    def items(self, node: Term, owner: Term) -> list[Term]:
        """The items of a list, at least one."""
        if self.nodes.get(node, {}).keys() != {RDF + "first", RDF + "rest"}:
            raise _not_understood(owner, RDF + "List", node)
        rest = self.one(node, RDF + "rest")
        return [self.one(node, RDF + "first"), *([] if rest == NamedNode(RDF + "nil") else self.items(rest, owner))]

    def check(self, node: Term, names: set[str]) -> None:
        if not isinstance(node, NamedNode) or node not in self.nodes:
            raise _not_understood(node, RDF + "type")
        for name in sorted(self.nodes[node].keys() - names):
            raise _not_understood(node, name, *self.nodes[node][name])


def _not_understood(node: Term, name: str, *values: Term) -> DataError:
    return DataError("shape-construct", field=to_text(node), value=" ".join([to_prefixed(name), *map(str, values)]))


def _to_name(node: Term) -> str:
    return re.split("[#/]", to_text(node))[-1]


def _read_shape(graph: _Graph, node: Term) -> Shape:
    graph.check(node, _NODE)
    classes, subjects = (
        tuple(sorted(map(to_text, graph.values(node, SH + name)))) for name in ("targetClass", "targetSubjectsOf")
    )
    constraints = [each for part in graph.values(node, SH + "property") for each in _read_property(graph, part, node)]
    constraints += [_read_sparql(graph, part, node) for part in graph.values(node, SH + "sparql")]
    if not (classes or subjects) or not constraints:
        raise _not_understood(node, SH + "targetClass")
    return Shape(_to_name(node), classes, subjects, tuple(constraints))


def _read_property(graph: _Graph, part: Term, node: Term) -> Iterator[Constraint]:
    graph.check(part, _PROPERTY)
    path = graph.one(part, SH + "path")
    steps = [path] if isinstance(path, NamedNode) else graph.items(path, part)
    parameters = sorted(_PARAMETERS.keys() & graph.nodes[part].keys())
    if not parameters or not all(isinstance(step, NamedNode) for step in steps):
        raise _not_understood(part, SH + "path", *steps)
    way, name = "/".join(map(str, steps)), to_text(path) if len(steps) == 1 else ""
    # In SHACL a property shape has a severity of its own, not that of its node shape.
    verdict = _read_verdict(graph, part, part, node)
    for parameter in parameters:
        for value in graph.values(part, parameter):
            violation = Violation(_to_name(part), _to_name(node), "", name, "", _PARAMETERS[parameter], *verdict)
            yield Constraint(way, _read_arguments(graph, part, parameter, value), violation)


def _read_arguments(graph: _Graph, part: Term, parameter: str, value: Term) -> tuple[str, ...]:
    component = _PARAMETERS[parameter]
    values = graph.items(value, part) if component in _LISTS else [value]
    written = tuple(map(str, values))
    if not all(re.fullmatch(_FORMS[component], each, re.DOTALL) for each in written):
        raise _not_understood(part, parameter, *values)
    return written


def _read_verdict(graph: _Graph, owner: Term, *speakers: Term) -> tuple[Severity, str, str]:
    """The severity of `owner`, and in each language the words of the first of `speakers` that has any."""
    severities = graph.values(owner, SH + "severity") or [NamedNode(SH + "Violation")]
    if len(severities) != 1 or to_text(severities[0]) not in _SEVERITIES:
        raise _not_understood(owner, SH + "severity", *severities)
    said = [word for each in reversed(speakers) for word in graph.values(each, SH + "message")]
    words = {word.language: word.value for word in said if isinstance(word, Literal)}
    if not {"zh", "en"} <= words.keys():
        raise _not_understood(speakers[0], SH + "message", *said)
    return _SEVERITIES[to_text(severities[0])], words["zh"], words["en"]


def _read_sparql(graph: _Graph, part: Term, node: Term) -> Constraint:
    graph.check(part, _SPARQL)
    found = _SELECT.fullmatch(to_text(graph.one(part, SH + "select")))
    if found is None:
        raise DataError("shape-query", field=to_text(part), reason="SELECT $this ?path ?value WHERE { ... }")
    prologue = "".join(sorted(_read_prefixes(graph, part)))
    try:
        Store().query(f"{prologue} SELECT ?this WHERE {{{found[1]}}}")
    except SyntaxError as error:
        raise DataError("shape-query", field=to_text(part), reason=error) from error
    violation = Violation(_to_name(part), _to_name(node), "", "", "", "SPARQL", *_read_verdict(graph, node, part, node))
    return Constraint("", (prologue, found[1]), violation)


def _read_prefixes(graph: _Graph, part: Term) -> Iterator[str]:
    for owner in graph.values(part, SH + "prefixes"):
        for each in graph.values(owner, SH + "declare"):
            prefix, namespace = (to_text(graph.one(each, SH + name)) for name in ("prefix", "namespace"))
            yield f"PREFIX {prefix}: <{namespace}>\n"
