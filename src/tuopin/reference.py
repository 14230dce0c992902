"""Places and named things as RDF: the graph of reference data, as triples in text of N-Triples without the dot."""

from collections.abc import Iterable, Iterator

from tuopin.gazetteer import Gazetteer, Place
from tuopin.graph import name, to_period
from tuopin.iris import ID, mint_period
from tuopin.things import Thing
from tuopin.triples import to_literal, to_term
from tuopin.vocabulary import Vocabulary

PINYIN = "zh-latn-pinyin"  # in lower case, as some stores fold it
_TYPE, _LABEL, _OTHER = name("rdf:type"), name("rdfs:label"), name("skos:altLabel")
_PLACE = f"{_TYPE} {name('tp:Place')}", f"{_TYPE} {name('schema:AdministrativeArea')}"
_CODE, _LEVEL = name("tp:code"), name("tp:level")
_IN, _WITHIN = name("schema:containedInPlace"), name("tp:within")
_VALID, _REPLACED = name("dcterms:temporal"), name("dcterms:isReplacedBy")


def find_reference_triples(gazetteer: Gazetteer, things: Iterable[Thing], words: Vocabulary) -> list[str]:
    """All triples of the graph of reference data, sorted, each once."""
    lines: list[str] = []
    for place in gazetteer.places:
        lines += to_place(place, gazetteer)
    for thing in things:
        lines += to_thing(thing, gazetteer, words)
    return sorted(dict.fromkeys(lines))


def to_place(place: Place, gazetteer: Gazetteer) -> Iterator[str]:
    """The triples of a place: names, code, level, all that contain it, when it was in force and what replaced it."""
    node = to_term(place.iri)
    for tail in (*_PLACE, f'{_CODE} "{place.code}"', f"{_LEVEL} <{ID}level/{place.level}>"):
        yield f"{node} {tail}"
    yield f"{node} {_LABEL} {to_literal(place.name_zh, 'zh')}"
    yield f"{node} {_LABEL} {to_literal(place.name_en, 'en')}"
    others = ((place.short_zh, "zh", place.name_zh), (place.short_en, "en", place.name_en), (place.pinyin, PINYIN, ""))
    for text, language, official in others:
        if text and text != official:
            yield f"{node} {_OTHER} {to_literal(text, language)}"
    containers = gazetteer.find_containers(place)
    for container in containers[:1]:
        yield f"{node} {_IN} {to_term(container.iri)}"
    for container in containers:
        yield f"{node} {_WITHIN} {to_term(container.iri)}"
    if place.valid_from or place.valid_to:
        yield f"{node} {_VALID} {to_term(mint_period(place.valid_from, place.valid_to))}"
        yield from to_period(place.valid_from, place.valid_to)
    for successor in gazetteer.find_successors(place):
        yield f"{node} {_REPLACED} {to_term(successor.iri)}"


def to_thing(thing: Thing, gazetteer: Gazetteer, words: Vocabulary) -> Iterator[str]:
    """The triples of a thing: its class, names, definition, type and the place that it belongs to.

    One that stands in no table says so, and has no English name: nobody has given it one.
    """
    node = to_term(thing.iri)
    yield f"{node} {_TYPE} {to_term(words.classes[thing.kind])}"
    yield f"{node} {_LABEL} {to_literal(thing.name_zh, 'zh')}"
    if thing.name_en:
        yield f"{node} {_LABEL} {to_literal(thing.name_en, 'en')}"
    if thing.origin != "curated":
        yield f"{node} {name('tp:origin')} <{ID}origin/{thing.origin}>"
    for alias in thing.aliases:
        yield f"{node} {_OTHER} {to_literal(alias, 'zh')}"
    for text, language in ((thing.definition_zh, "zh"), (thing.definition_en, "en")):
        if text:
            yield f"{node} {name('skos:definition')} {to_literal(text, language)}"
    if thing.type:
        yield f"{node} {name('dcterms:type')} <{ID}programme-type/{thing.type}>"
    place = gazetteer.find_code(thing.place) if thing.place else None
    if place is not None:
        yield f"{node} {name('dcterms:spatial')} {to_term(place.iri)}"
