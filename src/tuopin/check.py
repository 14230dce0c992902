"""All that can be checked of a data folder and of the ontology, as problems with file, line and remedy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from tuopin.cube import find_cube_violations
from tuopin.dataset import Dataset
from tuopin.errors import FileError, Problem
from tuopin.facts import Figure, Statement
from tuopin.gazetteer import find_places
from tuopin.iris import ID, mint_graph, mint_statement, mint_thing, to_key, to_prefixed
from tuopin.lexical import find_lexical_problems
from tuopin.records import SourceFacts
from tuopin.reference import find_reference_triples
from tuopin.resources import find_ontology
from tuopin.shacl import Violation, find_violations, read_shapes
from tuopin.sparql import Select, run_query
from tuopin.things import FILES
from tuopin.triples import to_lines
from tuopin.vocabulary import CORE, read_ontology

SHAPES = ("data.ttl", "ontology.ttl")
_SUBJECT = re.compile(r"(?:<([^>\s]+)>|([A-Za-z][\w-]*):([\w./-]+)) +a ")
_PREFIX = re.compile(r"@prefix ([\w-]*): <([^>]*)>")
# A part with a sum of its own that is more than that of a place which contains it, of one kind and one time.
_PART_ABOVE_WHOLE = """
SELECT ?part ?value ?whole ?most WHERE {
    ?part tp:place ?inner ; tp:indicator ?indicator ; sdmx-attribute:unitMeasure ?unit ; tp:status ?status ;
        tp:period ?period ; sdmx-measure:obsValue ?value ; tp:qualifier ?sure .
    ?inner tp:within ?outer .
    ?whole tp:place ?outer ; tp:indicator ?indicator ; sdmx-attribute:unitMeasure ?unit ; tp:status ?status ;
        tp:period ?period ; sdmx-measure:obsValue ?most ; tp:qualifier ?bounded .
    FILTER ( ?value > ?most && ?unit NOT IN ( unit:percent , unit:percentage-point ) )
    FILTER ( ?sure IN ( qualifier:exact , qualifier:more-than ) )
    FILTER ( ?bounded IN ( qualifier:exact , qualifier:less-than , qualifier:up-to ) )
    FILTER NOT EXISTS { ?part tp:per ?per } FILTER NOT EXISTS { ?whole tp:per ?per }
    OPTIONAL { ?part tp:scope ?scope } OPTIONAL { ?whole tp:scope ?wide }
    FILTER ( COALESCE(STR(?scope), "") = COALESCE(STR(?wide), "") )
}"""


@dataclass(slots=True)
class Report:
    """What a check read and found; `problems` are sorted by file and line."""

    problems: list[Problem] = field(default_factory=list)
    sources: int = 0
    figures: int = 0
    statements: int = 0
    quotes: int = 0

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)


def check(data: Path | str = "data", texts: Path | str | None = None) -> Report:
    """Check the data folder `data`, and the ontology that tuopin comes with.

    `texts` is a folder of texts named ``<source id>.txt``: of those that are there, SHA-256 and every quote are
    compared. Facts with an error of their own take no part in the checks of the graph. Raises `FileError` and
    `DataError` only for files that cannot be read at all.
    """
    data, texts = Path(data), Path(texts) if texts else None
    if texts is not None and not texts.is_dir():
        raise FileError("file-not-folder" if texts.exists() else "file-missing", file=str(texts))
    dataset, report, places = Dataset(data, texts), Report(), _Places()
    store = ox.Store()
    _load(store, "ontology", (f"{q.subject} {q.predicate} {q.object}" for q in read_ontology()))
    _load(store, "reference", find_reference_triples(dataset.gazetteer, dataset.things, dataset.words))
    for facts in dataset.read():
        _load(store, facts.source.record.id, dataset.graph.find_source_triples(facts))
        derived = [
            dataset.graph.to_derived(derived, facts.source.record) for derived in dataset.graph.find_derived(facts)
        ]
        _load(store, "derived", {line for lines in derived for line in lines})
        places.add_facts(facts)
        _count(report, facts, texts)
    places.add_names(dataset, data)
    fields = {iri: name for name, iri in reversed(dataset.words.fields.items())}
    found = list(_find_graph_problems(store, places, fields))
    if any(problem.severity == "error" for problem in dataset.problems):
        # What a thing seems to lack may be in the facts that were passed over.
        found = [problem for problem in found if Path(problem.file).name not in FILES]
    report.problems = _find_unique([*dataset.problems, *found])
    return report


def _count(report: Report, facts: SourceFacts, texts: Path | None) -> None:
    report.sources += 1
    report.figures += len(facts.figures)
    report.statements += len(facts.statements)
    if texts and (texts / f"{facts.source.record.id}.txt").is_file():
        report.quotes += len(facts.figures) + len(facts.statements)


def _load(store: ox.Store, graph: str, triples: Iterable[str]) -> None:
    lines = "".join(to_lines(triples, mint_graph(graph)))
    store.bulk_load(input=lines.encode("utf-8"), format=ox.RdfFormat.N_QUADS)


def _find_graph_problems(store: ox.Store, places: "_Places", fields: dict[str, str]) -> Iterator[Problem]:
    shapes = read_shapes(find_ontology() / "shapes" / name for name in SHAPES)
    for key, violations in (("shape", find_violations(store, shapes)), ("cube", find_cube_violations(store))):
        for violation in violations:
            yield places.locate(violation.focus, _to_problem(key, violation, fields))
    for subject, predicate, problem in find_lexical_problems(store):
        name = fields.get(predicate, to_prefixed(predicate))
        yield places.locate(subject, replace(problem, field=name))
    answer = run_query(store, _PART_ABOVE_WHOLE)
    for row in answer.solutions if isinstance(answer, Select) else ():
        data = {name: to_prefixed(row[name].value) for name in ("part", "whole", "most")}
        found = Problem("part-above-whole", field="value", value=row["value"].value, data=dict(data))
        yield places.locate(row["part"].value, found)


def _to_problem(key: str, violation: Violation, fields: dict[str, str]) -> Problem:
    name = fields.get(violation.path, to_prefixed(violation.path))
    data: dict[str, object] = {
        "shape": violation.shape,
        "message_zh": violation.message_zh,
        "message_en": violation.message_en,
    }
    return Problem(key, field=name, value=to_prefixed(violation.value), severity=violation.severity, data=data)


class _Places:
    """Where in the files each thing of the graph stands."""

    def __init__(self) -> None:
        self._at: dict[str, tuple[str, int]] = {}

    def add_facts(self, facts: SourceFacts) -> None:
        source = facts.source
        self._at[mint_thing("source", to_key(source.record.id))] = source.file, source.line
        for figure in facts.figures:
            self._add_span(figure.record, (figure.file, figure.line))
        for statement in facts.statements:
            fact, place = statement.record, (statement.file, statement.line)
            self._add_span(fact, place)
            self._at[mint_statement(fact.source, fact.start, fact.end, (fact.subject, fact.property, fact.object))] = (
                place
            )

    def _add_span(self, fact: Figure | Statement, place: tuple[str, int]) -> None:
        for kind in ("figure", "evidence", "selector"):
            self._at.setdefault(f"{ID}{kind}/{to_key(fact.source)}/{fact.start}-{fact.end}", place)

    def add_names(self, dataset: Dataset, data: Path) -> None:
        for thing in dataset.things:
            self._at[thing.iri] = thing.file, thing.line
        for place in dataset.gazetteer.places:
            self._at[place.iri] = str(find_places(data)), place.line
        for name in CORE:
            path = find_ontology() / name
            self._at |= {iri: (str(path), line) for iri, line in _find_subjects(path) if iri not in self._at}

    def locate(self, iri: str, problem: Problem) -> Problem:
        """The problem with the file and line of `iri`, or with the name of `iri` where it stands in no file."""
        if iri.startswith(f"{ID}derived/"):
            iri = f"{ID}figure/{'/'.join(iri.split('/')[-2:])}"
        file, line = self._at.get(iri, (to_prefixed(iri), 0))
        return replace(problem, file=file, line=line)


def _find_subjects(path: Path) -> Iterator[tuple[str, int]]:
    """The IRIs that begin a block of a Turtle file of ours, with their lines."""
    prefixes: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if declared := _PREFIX.match(line):
            prefixes[declared[1]] = declared[2]
        elif found := _SUBJECT.match(line):
            yield found[1] or prefixes.get(found[2], "") + found[3], number


def _find_unique(problems: list[Problem]) -> list[Problem]:
    """The problems in the order of files and lines, each once."""
    unique = {(p.file, p.line, p.field, p.key, p.value, str(p.data)): p for p in problems}
    return [unique[key] for key in sorted(unique)]
