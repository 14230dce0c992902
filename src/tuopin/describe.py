"""The description of the dataset in DCAT and VoID, with counts that match: the graph of the dataset itself."""

from collections.abc import Iterable, Iterator

from tuopin.graph import name
from tuopin.iris import BASE, GRAPHS, PREFIXES, mint_graph, mint_thing
from tuopin.triples import to_integer, to_literal, to_term, to_typed

DATASET = mint_thing("dataset", "tuopin")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FILES = {
    "tuopin.nq": "application/n-quads",
    "tuopin.nt": "application/n-triples",
    "tuopin.trig": "application/trig",
    "tuopin.ttl": "text/turtle",
    "tuopin.jsonld": "application/ld+json",
    "tuopin.rdf": "application/rdf+xml",
    "figures.csv": "text/csv",
    "statements.csv": "text/csv",
}
_WORDS = {
    "dcterms:title": ("脱贫：脱贫攻坚事实图谱", "tuopin: a graph of poverty alleviation facts"),
    "dcterms:description": (
        "中文报道中关于脱贫攻坚的数字与陈述，每条都指向写明它的原文短语。",
        "Figures and statements of Chinese reports on poverty alleviation, each tied to the phrase that says so.",
    ),
}
_VOCABULARIES = ("tp", "skos", "prov", "oa", "qb", "schema", "org", "dcterms", "time", "dcat")
_TYPE = name("rdf:type")


def find_description(counts: dict[str, int], union: int, entities: dict[str, int], date: str) -> list[str]:
    """The triples that describe the dataset, sorted, themselves counted.

    `counts` are the triples of every other graph, `union` those of the union of these, `entities` the number of things
    of each class (a prefixed name), and `date` the day of the newest source.
    """
    own = mint_graph("dataset")
    size = len(set(_describe(dict(counts) | {own: 0}, 0, entities, date)))
    return sorted(set(_describe(dict(counts) | {own: size}, union + size, entities, date)))


def _describe(counts: dict[str, int], union: int, entities: dict[str, int], date: str) -> Iterator[str]:
    node = to_term(DATASET)
    yield f"{node} {_TYPE} {name('dcat:Dataset')}"
    yield f"{node} {_TYPE} {name('void:Dataset')}"
    for term, words in _WORDS.items():
        for text, language in zip(words, ("zh", "en"), strict=True):
            yield f"{node} {name(term)} {to_literal(text, language)}"
    yield f"{node} {name('dcterms:license')} {to_term(LICENCE)}"
    if date:
        yield f"{node} {name('dcterms:modified')} {to_typed(date, 'date')}"
    yield f"{node} {name('void:uriSpace')} {to_literal(BASE)}"
    yield f"{node} {name('void:triples')} {to_integer(union)}"
    for prefix in _VOCABULARIES:
        yield f"{node} {name('void:vocabulary')} {to_term(PREFIXES[prefix])}"
    yield from _describe_graphs(node, counts)
    yield from _describe_entities(node, entities)
    yield from _describe_files(node, FILES.items())


def _describe_graphs(node: str, counts: dict[str, int]) -> Iterator[str]:
    for graph, count in counts.items():
        part = to_term(graph)
        yield f"{node} {name('void:subset')} {part}"
        yield f"{part} {_TYPE} {name('void:Dataset')}"
        yield f"{part} {name('dcterms:identifier')} {to_literal(graph[len(GRAPHS) :])}"
        yield f"{part} {name('void:triples')} {to_integer(count)}"


def _describe_entities(node: str, entities: dict[str, int]) -> Iterator[str]:
    for term, count in entities.items():
        part = to_term(f"{DATASET}/class/{term.rpartition(':')[2]}")
        yield f"{node} {name('void:classPartition')} {part}"
        yield f"{part} {_TYPE} {name('void:Dataset')}"
        yield f"{part} {name('void:class')} {name(term)}"
        yield f"{part} {name('void:entities')} {to_integer(count)}"


def _describe_files(node: str, files: Iterable[tuple[str, str]]) -> Iterator[str]:
    for file, media in files:
        part = to_term(f"{DATASET}/{file}")
        yield f"{node} {name('dcat:distribution')} {part}"
        yield f"{part} {_TYPE} {name('dcat:Distribution')}"
        yield f"{part} {name('dcterms:title')} {to_literal(file, 'en')}"
        yield f"{part} {name('dcat:mediaType')} <https://www.iana.org/assignments/media-types/{media}>"
