"""The dataset and the ontology in other forms: rows, RDF, networks, and pages of the ontology."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tuopin.errors import MissingExtraError, UsageError

ROWS = ("figures", "statements")
DOCUMENTS = {
    "facts": ("jsonl",),
    "graph": ("nq", "nt", "trig", "ttl", "jsonld", "rdf"),
    "network": ("graphml", "gexf", "json"),
    "ontology": ("html", "ttl"),
}
EXPORTS = (*ROWS, *DOCUMENTS)
FORMATS = tuple(dict.fromkeys(name for names in DOCUMENTS.values() for name in names if name not in ("json", "jsonl")))


def find_rows(what: str, dataset: Path) -> tuple[tuple[str, ...], Iterator[tuple[str | int, ...]]]:
    """Columns and rows of the figures or the statements of a built dataset; raises `FileError` where there is none."""
    from tuopin.facts import Figure, Statement, field_names  # noqa: PLC0415 - the command line pays only for what it uses
    from tuopin.frames import find_figures, find_statements  # noqa: PLC0415

    names = field_names(Figure if what == "figures" else Statement)
    records = find_figures(dataset) if what == "figures" else find_statements(dataset)
    return names, (tuple(getattr(record, name) for name in names) for record in records)


def find_text(what: str, dataset: Path, format_: str, language: str) -> Iterable[str]:
    """The text of one of `DOCUMENTS` in one of its formats, the first where none is chosen.

    `language` is that of a page. Raises `UsageError`, `FileError`, and `MissingExtraError` where a library
    is not installed.
    """
    formats = DOCUMENTS[what]
    format_ = format_ or formats[0]
    if format_ not in formats:
        raise UsageError("format-unknown", value=format_, known=", ".join(formats), near=", ".join(formats))
    if what == "facts":
        return _find_facts(dataset)
    if what == "graph":
        return _find_graph(dataset, format_)
    if what == "network":
        return _find_network(dataset, format_)
    return _find_terms(format_, language)


def _find_facts(dataset: Path) -> Iterator[str]:
    """JSON Lines: an object for each source with its figures and statements."""
    from tuopin.facts import to_dict  # noqa: PLC0415
    from tuopin.frames import find_figures, find_statements  # noqa: PLC0415

    facts: dict[str, dict[str, list[object]]] = {}
    for kind, records in (("figures", find_figures(dataset)), ("statements", find_statements(dataset))):
        for record in records:
            own = facts.setdefault(record.source, {"figures": [], "statements": []})
            own[kind].append(to_dict(record))
    for source, own in sorted(facts.items()):
        yield json.dumps({"id": source, **own}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _find_graph(dataset: Path, format_: str) -> Iterator[str]:
    """The file that the build made, or for a dataset of another origin its quads, sorted."""
    made = dataset / f"tuopin.{format_}"
    if made.is_file():
        with made.open(encoding="utf-8", newline="") as file:
            yield from iter(lambda: file.read(1 << 20), "")
        return
    import pyoxigraph as ox  # noqa: PLC0415

    from tuopin.iris import SAFE_PREFIXES  # noqa: PLC0415
    from tuopin.serialise import FORMATS  # noqa: PLC0415
    from tuopin.store import open_store  # noqa: PLC0415

    has_graphs = format_ in ("nq", "trig")
    quads = {str(quad) if has_graphs else str(quad.triple): quad for quad in open_store(dataset)}
    chosen = [quads[key] if has_graphs else quads[key].triple for key in sorted(quads)]
    yield (ox.serialize(chosen, format=FORMATS[format_], prefixes=SAFE_PREFIXES) or b"").decode("utf-8")


def _find_network(dataset: Path, format_: str) -> Iterator[str]:
    import networkx as nx  # noqa: PLC0415

    from tuopin.network import to_networkx  # noqa: PLC0415

    graph = to_networkx(dataset)
    if format_ == "json":
        yield json.dumps(nx.node_link_data(graph, edges="edges"), ensure_ascii=False, indent=1) + "\n"
        return
    for _, node in graph.nodes(data=True):
        node["figures"] = len(node["figures"])
    lines = nx.generate_graphml(graph) if format_ == "graphml" else nx.generate_gexf(graph)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield from (head, *(f"{line}\n" for line in lines))


def _find_terms(format_: str, language: str) -> Iterator[str]:
    """The ontology as it is, or as a page in one language by pyLODE."""
    from tuopin.resources import find_ontology  # noqa: PLC0415

    text = (find_ontology() / "tuopin.ttl").read_text(encoding="utf-8")
    yield text if format_ == "ttl" else _to_page(text, language)


def _to_page(text: str, language: str) -> str:
    import logging  # noqa: PLC0415

    from rdflib import RDFS, Graph, Literal  # noqa: PLC0415

    logging.disable(logging.INFO)  # pyLODE tells what it does to whoever listens
    try:
        from pylode import OntPub  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("extra-missing", value="pylode", extra="docs") from error
    graph = Graph().parse(data=text, format="turtle")
    for triple in list(graph):
        if isinstance(triple[2], Literal) and triple[2].language not in (None, language):
            graph.remove(triple)
    for subject, label in list(graph.subject_objects(RDFS.label)):
        graph.set((subject, RDFS.label, Literal(str(label))))
    page: str = OntPub(graph).make_html()
    logging.disable(logging.NOTSET)
    return page.replace("<html", f'<html lang="{language}"', 1)
