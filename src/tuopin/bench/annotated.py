"""Texts with their annotation: what a careful reader has found in them, and what else would be right.

An annotated text is a JSON object: ``id``, ``text``, perhaps ``published``, ``title``, ``place`` and ``publisher``, its
``figures`` with the fields of `tuopin.facts.Figure`, and its ``statements`` (or ``relations`` with ``place`` and
``programme``). ``null`` is empty. ``alt`` holds other right readings of a field; an ``optional`` fact may be found.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from tuopin.facts import Figure, Statement, field_names

_PLAIN = str.maketrans("", "", "“”‘’\"'《》〈〉「」『』 \t\n\u00a0\u3000")
Fact = Figure | Statement


@dataclass(frozen=True, slots=True)
class Golden:
    """A fact as annotated, the other readings of its fields that are right too, and whether it need not be found."""

    record: Fact
    alt: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_optional: bool = False

    def find_readings(self, fields: Sequence[str]) -> list[tuple[str, ...]]:
        """What is right for the fields taken together, the annotation first.

        Lists of alternatives that are equally long go together, the first with the first; others combine freely.

        >>> figure = Figure("s1", "9户", 0, 2, "9", period_start="2014", period_end="2016")
        >>> golden = Golden(figure, {"period_start": ["2015", ""], "period_end": ["2015", ""]})
        >>> golden.find_readings(("period_start", "period_end"))
        [('2014', '2016'), ('2015', '2015'), ('', '')]
        """
        own = tuple(to_plain(getattr(self.record, name)) for name in fields)
        others = {name: [to_plain(each) for each in self.alt[name]] for name in fields if self.alt.get(name)}
        if len({len(each) for each in others.values()}) > 1:
            return list(product(*([now, *others.get(name, ())] for name, now in zip(fields, own, strict=True))))
        rows = zip(*others.values(), strict=True)
        changes = (dict(zip(others, row, strict=True)) for row in rows)
        return [own, *(tuple(each.get(name, now) for name, now in zip(fields, own, strict=True)) for each in changes)]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with its annotation; `fields` are those of figures that the annotator has written anywhere in it."""

    id: str
    text: str
    published: str = ""
    title: str = ""
    place: str = ""
    publisher: str = ""
    figures: tuple[Golden, ...] = ()
    statements: tuple[Golden, ...] = ()
    fields: frozenset[str] = frozenset()


def to_plain(value: object) -> str:
    """The value without quotation marks and spaces.

    >>> to_plain("“四跟 四走”")
    '四跟四走'
    """
    return str(value).translate(_PLAIN)


def read_annotated(path: Path) -> list[Annotated]:
    """The annotated texts of a folder, one a JSON file, in the order of their names, or that of one file.

    Raises `ValueError` for a quote that the text does not have at its place.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    # A value that was written as a number stays exact.
    return [to_annotated(json.loads(file.read_text(encoding="utf-8"), parse_float=str)) for file in files]


def to_annotated(cells: Mapping[str, Any]) -> Annotated:
    """One annotated text from its JSON object."""
    name, text = cells["id"], cells["text"]
    figures = tuple(_to_golden(Figure, name, text, each) for each in cells.get("figures", ()))
    statements = tuple(_to_golden(Statement, name, text, each) for each in _find_statements(cells))
    fields = frozenset(key for each in cells.get("figures", ()) for key in each)
    about = {key: cells.get(key) or "" for key in ("published", "title", "place", "publisher")}
    return Annotated(name, text, figures=figures, statements=statements, fields=fields, **about)


def _find_statements(cells: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from cells.get("statements", ())
    for key in ("relations", "optional_relations"):
        for each in cells.get(key, ()):
            pair = {"property": "carriesOut", "subject": each["place"], "object": each["programme"]}
            yield {"optional": key != "relations"} | each | pair


def _to_golden(kind: type[Figure] | type[Statement], source: str, text: str, cells: Mapping[str, Any]) -> Golden:
    start, end = int(cells["start"]), int(cells["end"])
    quote = cells.get("quote") or cells.get("surface") or text[start:end]
    if text[start:end] != quote:
        raise ValueError(f"{source}: {quote!r} is not at {start}-{end}, but {text[start:end]!r}")
    own: dict[str, Any] = {"source": source, "quote": quote, "start": start, "end": end}
    # What is null has the value that a record has without it: a figure with no status is an actual one.
    said: dict[str, Any] = {
        key: str(cells[key]) for key in field_names(kind) if key not in own and cells.get(key) is not None
    }
    alt = {key: ["" if each is None else str(each) for each in values] for key, values in cells.get("alt", {}).items()}
    return Golden(kind(**own, **said), alt, bool(cells.get("optional")))
