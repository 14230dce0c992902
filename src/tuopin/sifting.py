"""Extracted facts that cannot be taken as they are: a record that is broken is an error, one misread is left out.

What a machine misread in one text of a million must not stop the rest; what is no record of ours at all must.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from tuopin.checks import (
    Finding,
    check_change,
    check_figure,
    check_sense,
    check_source,
    check_statement,
    find_odd_households,
)
from tuopin.errors import Problem
from tuopin.facts import Figure, Source, Statement
from tuopin.graph import FactGraph
from tuopin.names import OpenNames
from tuopin.records import Located, SourceFacts

AnyFact = TypeVar("AnyFact", Figure, Statement)
# What a text may well say, or a reader take it to say, and the graph cannot hold.
_MISREAD = frozenset({
    "bad-character", "bad-date", "figure-unknown", "low-above-high", "number-long", "period-backwards", "quote-long",
    "sense-change", "sense-money", "sense-negative", "sense-per", "sense-proportion",
})  # fmt: skip


def sift(facts: SourceFacts, names: OpenNames, graph: FactGraph) -> tuple[SourceFacts, list[Problem]]:
    """The facts of an extracted source that can be taken, and what is wrong with the others.

    A code that is not that of the place is taken off, and the name of the place kept. `names` and `graph` are those of
    the source; facts beside an error are not to be used.
    """
    source = facts.source.record
    problems = [_at(facts.source, f"source.{finding[1]}", finding) for finding in check_source(source, graph)]

    def check(figure: Figure) -> Iterator[Finding]:
        yield from check_figure(figure, graph, source)
        yield from check_sense(figure, source, graph)

    given = enumerate(facts.figures)
    coded = [_take_off_code(each, f"figures[{at}]", source.date, names, problems) for at, each in given]
    figures = list(_keep(coded, "figures", check, lambda figure: (figure.start, figure.end), problems))
    spans = {f"{each.record.start}-{each.record.end}": each.record for each in figures}

    def check_other(statement: Statement) -> Iterator[Finding]:
        yield from check_statement(statement, graph, source, set(spans))
        yield from check_change(statement, spans)

    statements = list(_keep(facts.statements, "statements", check_other, _to_relation, problems))
    sifted = replace(facts, figures=figures, statements=statements)
    if not any(problem.severity == "error" for problem in problems):
        problems += [replace(problem, severity="warning") for problem in find_odd_households(sifted, graph)]
    return sifted, problems


def _take_off_code(
    figure: Located[Figure], where: str, date: str, names: OpenNames, problems: list[Problem]
) -> Located[Figure]:
    record = figure.record
    problem = names.find_problem(record.place, record.place_code, date) if record.place and record.place_code else None
    if problem is None:
        return figure
    found = replace(problem, file=figure.file, line=figure.line, field=f"{where}.place_code", severity="warning")
    problems.append(found)
    return replace(figure, record=replace(record, place_code=""))


def _keep(
    facts: list[Located[AnyFact]],
    where: str,
    check: Callable[[AnyFact], Iterator[Finding]],
    to_key: Callable[[AnyFact], object],
    problems: list[Problem],
) -> Iterator[Located[AnyFact]]:
    """The facts with nothing wrong, the first of those that would have one IRI."""
    taken: dict[object, str] = {}
    for at, fact in enumerate(facts):
        place = f"{where}[{at}]"
        found = [_at(fact, f"{place}.{finding[1]}", finding) for finding in check(fact.record)]
        first = taken.setdefault(to_key(fact.record), place)
        if first != place:
            problem = Problem("span-taken", fact.file, fact.line, place, fact.record.quote, data={"other": first})
            found.append(_leave_out(problem))
        problems += found
        if not found:
            yield fact


def _at(located: Located[Figure] | Located[Statement] | Located[Source], where: str, finding: Finding) -> Problem:
    key, _, value, data = finding
    problem = Problem(key, located.file, located.line, where, value, data=data)
    return _leave_out(problem) if key in _MISREAD else problem


def _leave_out(problem: Problem) -> Problem:
    """The warning that a fact is left out, and for what."""
    data: dict[str, object] = {"reason": problem.message}
    return Problem("fact-left-out", problem.file, problem.line, problem.field, problem.value, "warning", data)


def _to_relation(fact: Statement) -> tuple[object, ...]:
    return fact.start, fact.end, fact.subject, fact.property, fact.object
