"""Texts as a page in which each fact is marked and tells its attributes on hover and on focus.

The page is one file in the language of messages that needs no script and nothing else; ``assets/marks.*`` is how it
looks. Text reaches it escaped, and what would change the direction of a line or cannot stand in HTML is shown by its
number.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tuopin.facts import Statement
from tuopin.fetch import is_address
from tuopin.iris import to_digest
from tuopin.messages import language, to_message
from tuopin.reader.explain import Why, find_whys, to_field, to_rule
from tuopin.reader.read import Reading
from tuopin.texts import Text

_ASSETS = Path(__file__).parent.parent / "assets"
# Controls other than white space, what is no character, half characters, and all that sets the direction of a line.
_ODD = re.compile(
    "([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\ud800-\udfff])"
)


class Fact(NamedTuple):
    """A fact with what its card says."""

    id: str
    kind: str
    name: str
    start: int
    end: int
    whys: list[Why]


class Piece(NamedTuple):
    """A stretch of a text with the facts that it belongs to, none where it is plain."""

    text: str
    facts: tuple[Fact, ...]
    start: int

    @property
    def id(self) -> str:
        """The id of its card; a fact may have several pieces, and each piece its own card."""
        return f"{self.facts[-1].id}-{self.start}"


def to_head(title: str) -> str:
    """How the page begins."""
    return _call("head", title=title, style=_read_style(), policy=_to_policy(_read_style()), lang=language())


def to_article(text: Text, reading: Reading) -> str:
    """A text of the page, with its facts marked."""
    facts = sorted(_find_facts(text, reading), key=lambda fact: (fact.start, -fact.end))
    return _call("article", text=text, key=_to_key(text), pieces=split(text.text, facts), reading=reading)


def to_tail() -> str:
    """How the page ends."""
    return _call("tail")


def split(text: str, facts: list[Fact]) -> Iterator[Piece]:
    """The text cut where a fact begins or ends; `facts` are sorted by their start.

    >>> fact = Fact("f1", "figure", "5万元", 2, 5, [])
    >>> [(piece.text, len(piece.facts)) for piece in split("投入5万元。", [fact])]
    [('投入', 0), ('5万元', 1), ('。', 0)]
    """
    cuts = sorted({0, len(text), *(fact.start for fact in facts), *(fact.end for fact in facts)})
    coming, here = iter([*facts, None]), list[Fact]()
    following = next(coming)
    for start, end in pairwise(cuts):
        here = [fact for fact in here if fact.end > start]
        while following is not None and following.start <= start:
            here.append(following)
            following = next(coming)
        yield Piece(text[start:end], tuple(here), start)


def _find_facts(text: Text, reading: Reading) -> Iterator[Fact]:
    key = _to_key(text)
    for number, figure in enumerate(reading.figures):
        whys = list(find_whys(text.text, figure, reading.traces[number]))
        kind = "target" if figure.status == "target" else "figure"
        yield Fact(f"{key}-f{number}", kind, figure.quote, figure.start, figure.end, whys)
    for number, each in enumerate(reading.statements):
        yield Fact(f"{key}-s{number}", "statement", each.quote, each.start, each.end, list(_find_parts(each)))


def _find_parts(statement: Statement) -> Iterator[Why]:
    for field in ("subject", "property", "object"):
        yield Why(field, getattr(statement, field))


def _to_key(text: Text) -> str:
    return f"t{to_digest(text.id, 12)}"


def find_runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in runs that are shown as they are, each with an odd character after it shown by its number, if any.

    >>> list(find_runs("减贫\\u202e户"))
    [('减贫', 'U+202E'), ('户', '')]
    """
    parts = _ODD.split(text)
    for plain, odd in zip(parts[::2], [*parts[1::2], ""], strict=True):
        yield plain, f"U+{ord(odd):04X}" if odd else ""


@cache
def _read_engine() -> Environment:
    loader = FileSystemLoader(_ASSETS, encoding="utf-8")
    engine = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    engine.globals.update(
        t=_to_word, field=to_field, rule=to_rule, runs=find_runs, shown=_to_shown, lang=language, link=is_address
    )
    return engine


def _to_word(name: str, **data: object) -> str:
    return to_message(f"marks.{name}", **data)


def _to_shown(text: str) -> str:
    """A text for where there is no room for elements: what is odd becomes U+FFFD."""
    return _ODD.sub("\ufffd", text)


def _call(macro: str, **data: object) -> str:
    return str(getattr(_read_engine().get_template("marks.html").module, macro)(**data))


@cache
def _read_style() -> str:
    return (_ASSETS / "marks.css").read_text(encoding="utf-8")


def _to_policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
