"""The records that everything shares: a figure, a statement, a source.

Field names and meanings are the public interface; they are the columns of every table, the keys of every JSON object
and, by
``skos:notation``, the properties of the ontology. Every value is text, empty where the source does not say; only
offsets are numbers.
"""

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity that a source states.

    `start` and `end` count Unicode code points of the source's text, and ``text[start:end] == quote``. `value` is an
    exact decimal in the base unit, or empty when `low` and `high` hold the ends of a range.

    >>> Figure("s1", "5.68亿元", 12, 18, value="568000000", unit="CNY").value
    '568000000'
    """

    source: str
    quote: str
    start: int
    end: int
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    unit_text: str = ""
    qualifier: str = "exact"
    place: str = ""
    place_code: str = ""
    subplace: str = ""
    period_start: str = ""
    period_end: str = ""
    status: str = "actual"
    scope: str = ""
    per: str = ""
    indicator: str = "other"
    programme: str = ""
    funder: str = ""
    recipient: str = ""
    origin: str = "curated"
    instrument: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A relation between two things that a source states; `property` is the local name of an ontology property."""

    source: str
    subject: str
    property: str
    object: str
    quote: str
    start: int
    end: int
    origin: str = "curated"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that facts come from.

    `published` is an ISO 8601 date or date-time; `authors` are separated by ``;``; `sha256` is that of the text as
    UTF-8 and `length` its number of code points, both empty where the text was never at hand.
    """

    id: str
    title: str = ""
    title_en: str = ""
    url: str = ""
    publisher: str = ""
    published: str = ""
    authors: str = ""
    editor: str = ""
    sha256: str = ""
    length: str = ""
    rights: str = ""

    @property
    def date(self) -> str:
        """The day of publication, empty where it is not known."""
        return self.published[:10]


Record = Figure | Statement | Source


def field_names(record: type[Record]) -> tuple[str, ...]:
    """The fields of a record in their order.

    >>> field_names(Statement)[:4]
    ('source', 'subject', 'property', 'object')
    """
    return tuple(field.name for field in fields(record))


def to_dict(record: Record) -> dict[str, str | int]:
    """The record as a dictionary, with every field."""
    return asdict(record)
