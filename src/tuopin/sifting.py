"""Extracted facts that cannot be taken as they are, told apart: a broken record is an error, a misreading is left out.

What a machine misread in one text of a million must not stop the rest; what is no record of ours at all must.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tuopin.checks import Finding, check_figure, check_sense, check_source, check_statement, find_odd_households
from tuopin.errors import DataError, Problem
from tuopin.facts import Figure, Statement
from tuopin.factlines import AnyFact
from tuopin.graph import FactGraph
from tuopin.records import Located, SourceFacts

# What a text may well say, or a reader of text take it to say, and no graph can hold.
_MISREAD = frozenset({
    "bad-character", "figure-unknown", "low-above-high", "number-long", "period-backwards", "quote-long", "sense-change",
    "sense-money", "sense-negative", "sense-per", "sense-proportion", "span-taken",
})  # fmt: skip


def sift(facts: SourceFacts, graph: FactGraph) -> tuple[SourceFacts, list[Problem]]:
    """The facts of an extracted source that can be taken, and what is wrong with the others.

    A code that is not that of the place is taken off, and the name of the place kept. `graph` is that of the source.
    """
    source, problems = facts.source, list[Problem]()
    for key, field, value, data in check_source(source.record, graph):
        problems.append(Problem(key, source.file, source.line, f"source.{field}", value, data=data))
    taken: dict[tuple[object, ...], int] = {}
    figures = [_take_off_code(figure, graph, f"figures[{at}]", facts, problems) for at, figure in enumerate(facts.figures)]

    def check_one(figure: Figure) -> Iterator[Finding]:
        yield from check_figure(figure, graph, source.record)
        yield from check_sense(figure, source.record, graph)

    kept = list(_keep(figures, "figures", check_one, lambda figure: (figure.start, figure.end), problems))
    by_span = {f"{figure.record.start}-{figure.record.end}": figure.record for figure in kept}
