"""The data for the checks of shapes, and the violations that tuopin and pySHACL find in them, written alike."""

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tuopin.bench.synthetic import World, make_facts
from tuopin.check import SHAPES
from tuopin.dataset import Dataset
from tuopin.files import write_text
from tuopin.iris import ID
from tuopin.reference import find_reference_triples
from tuopin.resources import find_data, find_ontology
from tuopin.shacl import find_violations, read_shapes
from tuopin.vocabulary import read_ontology, read_turtle

_ENDLESS = 10**9  # quads
Found = tuple[str, str, str, str, str]


def write_data(path: Path, triples: int) -> int:
    """Write N-Triples: bad examples, the ontology, and sources with what they speak of, until there are `triples`.

    The ontology is left out where it alone would be more than that. The number that there are is returned.
    """
    dataset = Dataset(find_data())
    bad = sorted((find_ontology() / "examples" / "bad").glob("*.ttl"))
    lines = {_to_line(quad) for file in bad for quad in read_turtle(file)}
    ontology = {_to_line(quad) for quad in read_ontology()}
    lines |= ontology if len(ontology) < triples else set()
    by_subject: dict[str, list[str]] = {}
    for triple in find_reference_triples(dataset.gazetteer, dataset.things, dataset.words):
        by_subject.setdefault(triple.partition(" ")[0], []).append(triple)
    for facts in make_facts(World(dataset), _ENDLESS):
        if len(lines) >= triples:
            break
        new = dataset.graph.find_source_triples(facts)
        lines.update(new, _find_used(new, by_subject))
    write_text("".join(f"{line} .\n" for line in sorted(lines)), path)
    return len(lines)


def _to_line(quad: ox.Quad) -> str:
    return f"{quad.subject} {quad.predicate} {quad.object}"


def _find_used(triples: Iterable[str], by_subject: dict[str, list[str]]) -> Iterator[str]:
    """The reference triples of all that the triples name, and of what these name in turn."""
    seen, next_ones = set[str](), {node for triple in triples for node in _find_nodes(triple)}
    while next_ones:
        seen |= next_ones
        new = [triple for node in next_ones for triple in by_subject.get(node, ())]
        yield from new
        next_ones = {node for triple in new for node in _find_nodes(triple)} - seen


def _find_nodes(triple: str) -> Iterator[str]:
    return (part for part in triple.split(" ") if part.startswith(f"<{ID}"))


def find_by_tuopin(store: ox.Store) -> set[Found]:
    """The violations that `tuopin.shacl` finds."""
    shapes = read_shapes(_find_shapes())
    return {
        (each.shape, each.component, _to_plain(each.focus), _to_plain(each.value), each.severity)
        for each in find_violations(store, shapes)
    }


def read_graphs(path: Path) -> tuple[Any, Any]:
    """The data and the shapes as graphs of rdflib."""
    import rdflib  # noqa: PLC0415 - slow to import

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it reports each ill-typed literal with a traceback
    shapes = rdflib.Graph()
    for file in _find_shapes():
        shapes.parse(file, format="turtle")
    return rdflib.Graph().parse(path, format="nt"), shapes


def find_by_pyshacl(data: Any, shapes: Any) -> set[Found]:
    """The violations that pySHACL finds."""
    import pyshacl  # noqa: PLC0415
    from rdflib import SH  # noqa: PLC0415

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none", inplace=True)
    return {_to_found(report, result, SH) for result in report.objects(None, SH.result)}


def _to_found(report: Any, result: Any, sh: Any) -> Found:
    names = ("sourceConstraint", "sourceShape", "sourceConstraintComponent", "resultSeverity")
    query, shape, component, severity = (report.value(result, sh[name]) for name in names)
    nodes = (report.value(result, sh[name]) for name in ("focusNode", "value"))
    focus, value = (
        "" if node is None else _to_plain(node.n3() if node.n3()[0] == "_" else str(node)) for node in nodes
    )
    shape, component = (re.split("[#/]", each)[-1] for each in (query or shape, component))
    level = "warning" if severity == sh.Warning else "error"
    return shape, component.removesuffix("ConstraintComponent"), focus, value, level


def _to_plain(text: str) -> str:
    """The text without the label of a blank node, which is another one in each library."""
    return "_:" if text.startswith("_:") else text


def _find_shapes() -> list[Path]:
    return [find_ontology() / "shapes" / name for name in SHAPES]
