"""The dataset as a networkx graph: things as nodes, statements as edges, figures as attributes of their places."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from tuopin.iris import ID, PREFIXES
from tuopin.store import open_store
from tuopin.vocabulary import read_vocabulary, to_local

if TYPE_CHECKING:
    import networkx as nx

# What is shown as a node; everything else in a statement (a date, a figure, a period) is not.
KINDS = (
    "place", "programme", "measure", "industry", "designation", "issue", "aim", "target", "organisation", "group",
    "person", "event", "source",
)  # fmt: skip
_ABOUT_SOURCE = """
    ?fact prov:hadPrimarySource ?article ; tp:evidence/oa:hasSelector ?selector .
    ?selector oa:exact ?quote ; oa:start ?start ; oa:end ?end .
    ?article dcterms:identifier ?source .
    OPTIONAL { ?article rdfs:label ?source_title . FILTER ( LANG(?source_title) = "zh" ) }
    OPTIONAL { ?article schema:url ?source_url }
    OPTIONAL { ?article schema:datePublished ?source_date }
    OPTIONAL { ?fact tp:origin/skos:notation ?origin }
"""
_STATEMENTS = f"""
SELECT DISTINCT ?subject ?predicate ?object
    ?quote ?start ?end ?source ?source_title ?source_url ?source_date ?origin WHERE {{
    ?fact a tp:Statement ; rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object .
    {_ABOUT_SOURCE}
}}"""
_CONCEPTS = ("indicator", "qualifier", "status", "scope", "per")
_FIGURES = f"""
SELECT DISTINCT ?place ?value ?low ?high ?unit_iri ?indicator_iri ?qualifier_iri ?status_iri ?scope_iri ?per_iri
    ?unit_text ?subplace ?period ?programme ?funder ?recipient ?purpose
    ?quote ?start ?end ?source ?source_title ?source_url ?source_date ?origin
WHERE {{
    ?fact a tp:Figure ; tp:place ?place .
    {_ABOUT_SOURCE}
    ?fact sdmx-attribute:unitMeasure ?unit_iri ; tp:indicator ?indicator_iri ; tp:status ?status_iri .
    ?fact tp:qualifier ?qualifier_iri .
    OPTIONAL {{ ?fact sdmx-measure:obsValue ?value }}
    OPTIONAL {{ ?fact tp:low ?low ; tp:high ?high }}
    OPTIONAL {{ ?fact tp:scope ?scope_iri }}
    OPTIONAL {{ ?fact tp:per ?per_iri }}
    OPTIONAL {{ ?fact tp:unitText ?unit_text }}
    OPTIONAL {{ ?fact tp:subplace ?subplace }}
    OPTIONAL {{ ?fact tp:period/skos:notation ?period }}
    OPTIONAL {{ ?fact tp:programmeName ?programme }}
    OPTIONAL {{ ?fact tp:funderName ?funder }}
    OPTIONAL {{ ?fact tp:recipientName ?recipient }}
    OPTIONAL {{ ?fact tp:purpose ?purpose }}
}}"""
_NODES = """
SELECT DISTINCT ?node ?label ?code ?level ?parent WHERE {
    ?node rdfs:label ?label .
    OPTIONAL { ?node tp:code ?code }
    OPTIONAL { ?node tp:level/skos:notation ?level }
    OPTIONAL { ?node schema:containedInPlace ?parent }
}"""


def to_networkx(dataset: ox.Store | Path | str = "build") -> "nx.MultiDiGraph":
    """The things that statements and figures speak of, with the places that contain them, as a directed multigraph.

    A node is an IRI with ``kind``, ``label_zh``, ``label_en``, ``code``, ``level`` and ``figures``, a list of figures
    as dictionaries; an edge is a statement with ``property``, its labels and its evidence. Containment of places that
    no source states is an edge without evidence. Empty fields are left out of figures and edges. `dataset` is a store
    or the path of one; raises `FileError` where there is none. Same dataset, same graph.
    """
    import networkx as nx  # noqa: PLC0415 - slow to import

    store = dataset if isinstance(dataset, ox.Store) else open_store(dataset)
    graph = nx.MultiDiGraph()
    for row in _select(store, _STATEMENTS):
        _add_statement(graph, row)
    for row in _select(store, _FIGURES):
        place = row.pop("place")
        graph.add_node(place)
        graph.nodes[place].setdefault("figures", []).append(_to_figure(row))
    _add_names(graph, store)
    return graph


def _select(store: ox.Store, query: str) -> Iterator[dict[str, str]]:
    """The rows of a query as text, without the empty cells, in an order of their own."""
    solutions: Any = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    variables = [variable.value for variable in solutions.variables]
    rows = [{key: row[key].value for key in variables if row[key] is not None} for row in solutions]
    yield from sorted(rows, key=lambda row: [row.get(key, "") for key in variables])


def _kind(iri: str) -> str:
    return iri[len(ID) :].partition("/")[0] if iri.startswith(ID) else ""


def _add_statement(graph: "nx.MultiDiGraph", row: dict[str, str]) -> None:
    subject, predicate, object_ = row.pop("subject"), row.pop("predicate"), row.pop("object")
    if _kind(subject) in KINDS and _kind(object_) in KINDS:
        words = read_vocabulary()
        labels = {f"label_{language}": words.find_label(predicate, language) for language in ("zh", "en")}
        key = f"{to_local(predicate)} {row['source']} {row['start']}-{row['end']}"
        graph.add_edge(subject, object_, key=key, property=to_local(predicate), **labels, **row)


def _to_figure(row: dict[str, str]) -> dict[str, str]:
    """A figure as the page shows it: the fields of the record, with labels beside the ids of concepts."""
    words, figure = read_vocabulary(), dict(row)
    start, slash, end = figure.pop("period", "").partition("/")
    for field, date in (("period_start", start), ("period_end", end if slash else start)):
        if date and date != "..":
            figure[field] = date
    for field in ("unit", *_CONCEPTS):
        iri = figure.pop(f"{field}_iri", "")
        if iri:
            figure[field] = to_local(iri)
            figure |= {f"{field}_{language}": words.find_label(iri, language) for language in ("zh", "en")}
    return figure


def _add_names(graph: "nx.MultiDiGraph", store: ox.Store) -> None:
    """Name every node, and add the places that contain one, up to the country."""
    known: dict[str, dict[str, Any]] = {}
    solutions: Any = store.query(_NODES, prefixes=PREFIXES, use_default_graph_as_union=True)
    for row in solutions:
        label = row["label"]
        node = known.setdefault(row["node"].value, {"parent": ""})
        node[f"label_{label.language}"] = label.value
        node |= {key: row[key].value for key in ("code", "level", "parent") if row[key] is not None}
    wave = sorted(graph)
    while wave:
        parents = set()
        for name in wave:
            node = dict(known.get(name, {"parent": ""}))
            parent = node.pop("parent")
            defaults = {"kind": _kind(name), "label_zh": "", "label_en": "", "code": "", "level": "", "figures": []}
            graph.add_node(name, **(defaults | node | graph.nodes.get(name, {})))
            if parent:
                parents |= {parent} - set(graph)
                _add_containment(graph, name, parent)
        wave = sorted(parents)


def _add_containment(graph: "nx.MultiDiGraph", name: str, parent: str) -> None:
    iri = PREFIXES["schema"] + "containedInPlace"
    labels = {f"label_{language}": read_vocabulary().find_label(iri, language) for language in ("zh", "en")}
    graph.add_edge(name, parent, key="containedInPlace", property="containedInPlace", **labels)
