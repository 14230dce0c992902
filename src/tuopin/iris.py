"""The only place where an IRI is minted.

Every IRI is ASCII, stable and deterministic. Things stand at ``id/<kind>/<key>``, terms at ``ontology#``, named graphs
at ``graph/``.
"""

import hashlib
import re
from functools import lru_cache

BASE = "https://w3id.org/tuopin/"
ID = BASE + "id/"
TERMS = BASE + "ontology#"
GRAPHS = BASE + "graph/"
RESERVED_GRAPHS = ("dataset", "derived", "ontology", "reference")

_KINDS = (
    "place", "programme", "measure", "industry", "organisation", "person", "event", "designation", "issue", "aim",
    "target", "group", "source", "figure", "statement", "evidence", "selector", "period", "instant", "indicator",
    "unit", "status", "scope", "qualifier", "origin", "instrument", "level", "derived", "rule", "dataset", "scheme",
)  # fmt: skip
PREFIXES: dict[str, str] = {
    "tp": TERMS,
    **{kind: f"{ID}{kind}/" for kind in _KINDS},
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# A name after a hash has nothing in it that a writer would escape, which some stores do not undo.
SAFE_PREFIXES = {prefix: iri for prefix, iri in PREFIXES.items() if iri.endswith("#")}

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def is_key(text: str) -> bool:
    """Whether `text` may stand in an IRI as it is.

    >>> is_key("rednet-4216011"), is_key("四跟四走")
    (True, False)
    """
    return _KEY.fullmatch(text) is not None


@lru_cache(maxsize=1 << 10)
def to_key(text: str) -> str:
    """`text` itself where it may stand in an IRI, else a name made from its SHA-256, the same everywhere and always."""
    return text if is_key(text) else "x" + to_digest(text, 20)


def to_digest(text: str, digits: int = 8) -> str:
    """The first hexadecimal digits of the SHA-256 of `text`."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def mint_thing(kind: str, key: str) -> str:
    """The IRI of a thing.

    >>> mint_thing("place", "430181")
    'https://w3id.org/tuopin/id/place/430181'
    """
    return f"{ID}{kind}/{key}"


def mint_graph(source: str) -> str:
    """The IRI of the named graph of a source, or of one of `RESERVED_GRAPHS`."""
    return GRAPHS + (source if source in RESERVED_GRAPHS else to_key(source))


def mint_span(kind: str, source: str, start: int, end: int) -> str:
    """The IRI of what stands at one span of a source: its figure, its evidence, its selector.

    >>> mint_span("figure", "s1", 12, 18)
    'https://w3id.org/tuopin/id/figure/s1/12-18'
    """
    return f"{ID}{kind}/{to_key(source)}/{start}-{end}"


def mint_statement(source: str, start: int, end: int, relation: tuple[str, str, str]) -> str:
    """The IRI of a statement: its span, and a digest of its three parts, since a phrase may state several things."""
    return f"{mint_span('statement', source, start, end)}/{to_digest(chr(31).join(relation))}"


def mint_period(start: str, end: str) -> str:
    """The IRI of a period with these ISO 8601 ends; an empty end is open.

    >>> mint_period("2014", "2016"), mint_period("2016", "2016"), mint_period("2016", "")
    ('https://w3id.org/tuopin/id/period/2014_2016', 'https://w3id.org/tuopin/id/period/2016', 'https://w3id.org/tuopin/id/period/2016_open')
    """
    return f"{ID}period/{start}" if start == end else f"{ID}period/{start or 'open'}_{end or 'open'}"


def to_prefixed(iri: str) -> str:
    """`iri` shortened for a reader, by the longest prefix that fits; as it is where none does.

    >>> to_prefixed("https://w3id.org/tuopin/ontology#carriesOut")
    'tp:carriesOut'
    """
    best = max((p for p in PREFIXES if iri.startswith(PREFIXES[p])), key=lambda p: len(PREFIXES[p]), default=None)
    return iri if best is None else f"{best}:{iri[len(PREFIXES[best]) :]}"
