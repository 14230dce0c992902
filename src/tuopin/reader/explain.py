"""A reading told to a reader: for each fact what it says, in which words that stands, and by which rule."""

import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tuopin.facts import Figure, Statement, field_names
from tuopin.messages import has_message, to_message
from tuopin.reader.read import Reading, Trace
from tuopin.rows import write_rows
from tuopin.texts import Text

_LEFT_OUT = ("source", "quote", "start", "end", "origin")
_FIELDS = tuple(name for name in field_names(Figure) if name not in _LEFT_OUT)
_NONE = "–"
_COLUMNS = ("attribute", "value", "words", "where", "rule")


class Why(NamedTuple):
    """One attribute of a figure: its field and value, the words that gave it with their span, and the rule.

    Where no word decided, `words` is empty and `start` is `end`; where nothing was noted, so is `rule`.
    """

    field: str
    value: str
    words: str = ""
    start: int = 0
    end: int = 0
    rule: str = ""

    @property
    def where(self) -> str:
        """The span of the words, as ``start–end``."""
        return f"{self.start}–{self.end}" if self.words else ""


def find_whys(text: str, figure: Figure, traces: Iterable[Trace]) -> Iterator[Why]:
    """The attributes of a figure in the order of its fields: those that say something, or of which a rule does.

    >>> figure = Figure("a", "5万元", 2, 5, value="50000", unit="CNY")
    >>> [tuple(why) for why in find_whys("投入5万元", figure, [Trace("unit", "CNY", "classifier", 4, 5)])][:2]
    [('value', '50000', '', 0, 0, ''), ('unit', 'CNY', '元', 4, 5, 'classifier')]
    """
    noted: dict[str, list[Trace]] = {}
    for trace in traces:
        noted.setdefault(trace.field, []).append(trace)
    if figure.low and "low" not in noted:  # the words of a range give both its ends
        noted["low"] = noted["high"] = noted.pop("value", [])
    for field in _FIELDS:
        value = getattr(figure, field)
        for trace in noted.get(field, ()):
            start, end = trace.start, trace.end
            yield Why(field, value or trace.value, text[start:end], start, end, trace.rule)
        if value and not noted.get(field):
            yield Why(field, value)


def to_field(name: str) -> str:
    """What a field is called in the language of messages."""
    return to_message(f"field.{name}")


def to_rule(name: str) -> str:
    """What a rule is called in the language of messages; its own name where it has no other."""
    return to_message(f"rule.{name}") if has_message(f"rule.{name}") else name


def to_explanation(text: Text, reading: Reading) -> str:
    """The facts of a text as tables in the language of messages, one for each figure and one for the statements."""
    head = "  ".join(filter(None, (text.id, text.published, text.title)))
    parts = [f"# {_to_line(head)}\n"]
    for number, figure in enumerate(reading.figures):
        parts.append(_to_figure(text.text, figure, reading.traces[number]))
    if reading.statements:
        parts.append(_to_statements(reading.statements))
    return "\n".join(parts) + "\n"


def _to_figure(text: str, figure: Figure, traces: Iterable[Trace]) -> str:
    rows = [
        (to_field(why.field), why.value or _NONE, why.words or _NONE, why.where, to_rule(why.rule) or _NONE)
        for why in find_whys(text, figure, traces)
    ]
    return f"{_to_line(figure.quote)}  [{figure.start}:{figure.end}]\n{_to_table(_COLUMNS, rows)}"


def _to_statements(statements: Iterable[Statement]) -> str:
    columns = ("subject", "property", "object", "words", "where")
    rows = [(each.subject, each.property, each.object, each.quote, f"{each.start}–{each.end}") for each in statements]
    return f"{to_message('explain.statements')}\n{_to_table(columns, rows)}"


def _to_table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO()
    write_rows(out, [to_message(f"explain.{column}") for column in columns], rows, "table")
    return out.getvalue()


def _to_line(text: str) -> str:
    """Text on one line, without what a terminal would obey."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
