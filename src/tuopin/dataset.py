"""A data folder as a whole: its names, its things, and its facts one source at a time."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tuopin.checks import find_problems
from tuopin.errors import BadData, Problem
from tuopin.factlines import read_fact_lines
from tuopin.facts import Source
from tuopin.gazetteer import Gazetteer, read_places
from tuopin.graph import FactGraph
from tuopin.iris import to_digest
from tuopin.names import Names, OpenNames
from tuopin.records import Located, SourceFacts, read_folder
from tuopin.reference import to_thing
from tuopin.sifting import sift
from tuopin.things import Thing, read_things
from tuopin.vocabulary import Vocabulary, read_vocabulary

_MOST_PROBLEMS = 1000
# What has a class but is made from other files, or from facts.
_NOT_THINGS = {
    "place", "source", "figure", "statement", "derived", "rule", "evidence", "selector", "period", "instant", "dataset",
}  # fmt: skip


class Dataset:
    """A data folder, opened: its names and things, and its facts one source at a time.

    `extracted` are files of JSON Lines of facts, whose sources follow those of the folder. What is wrong goes to
    `problems`; an error among them makes the source that has it be passed over.
    """

    def __init__(self, folder: Path, texts: Path | None = None, extracted: Iterable[Path] = ()):
        self.folder, self.texts, self.extracted = folder, texts, tuple(extracted)
        self.problems: list[Problem] = []
        self.words: Vocabulary = read_vocabulary()
        self.gazetteer = Gazetteer(read_places(folder))
        self.things: list[Thing] = [thing for thing in read_things(folder, self.problems) if self._is_sound(thing)]
        self.names = Names(self.gazetteer, self.things)
        self.graph = FactGraph(self.names, self.words)

    def _is_sound(self, thing: Thing) -> bool:
        found = []
        if thing.kind not in self.words.classes or thing.kind in _NOT_THINGS:
            found.append(Problem("kind-unknown", thing.file, thing.line, "kind", thing.kind))
        if thing.type and thing.type not in self.words.find_scheme("programme-type"):
            found.append(Problem("type-unknown", thing.file, thing.line, "type", thing.type))
        if thing.place and self.gazetteer.find_code(thing.place) is None:
            found.append(Problem("code-never", thing.file, thing.line, "place", thing.place))
        self.problems += found
        return not found

    def read(self) -> Iterator[SourceFacts]:
        """The sources with their facts that have no error, those of the folder first."""
        seen = _Seen()
        for facts in read_folder(self.folder, self.problems):
            seen.add(facts.source)
            found = list(find_problems(facts, self.graph, self.texts))
            self.problems += found
            if not any(problem.severity == "error" for problem in found):
                yield facts
        yield from self._read_extracted(seen)

    def _read_extracted(self, seen: "_Seen") -> Iterator[SourceFacts]:
        """The facts of the lines that have no error; so many errors that none would be told any more end it."""
        told = {"error": len([each for each in self.problems if each.severity == "error"]), "warning": 0}
        for item in (item for path in self.extracted for item in read_fact_lines(path)):
            facts, found = (None, [item]) if isinstance(item, Problem) else self._sift(item, seen)
            for problem in found:
                told[problem.severity] += 1
                if told[problem.severity] <= _MOST_PROBLEMS:
                    self.problems.append(problem)
            if told["error"] > _MOST_PROBLEMS:
                self.raise_errors()
            if facts is not None and not any(problem.severity == "error" for problem in found):
                yield facts

    def _sift(self, facts: SourceFacts, seen: "_Seen") -> tuple[SourceFacts, list[Problem]]:
        source, names = facts.source, OpenNames(self.names, facts)
        if other := seen.find_other(source):
            key = "id-doubled" if other.rpartition(":")[0] in map(str, self.extracted) else "id-curated"
            problem = Problem(key, source.file, source.line, "id", source.record.id, data={"other": other})
            return facts, [problem]
        seen.add(source)
        return sift(facts, names, self.graph.open(names))

    def find_graph(self, facts: SourceFacts) -> FactGraph:
        """The graph that makes triples of the facts of a source: strict, or open to names that nobody knows."""
        return self.graph.open(OpenNames(self.names, facts)) if facts.is_extracted else self.graph

    def find_triples(self, facts: SourceFacts, graph: FactGraph) -> list[str]:
        """All triples of the named graph of a source, sorted, each once, with the things that stand in no table."""
        lines = graph.find_source_triples(facts)
        coined = [line for thing in graph.names.coined for line in to_thing(thing, self.gazetteer, self.words)]
        return sorted({*lines, *coined}) if coined else lines

    def raise_errors(self) -> None:
        """Raise `BadData` with all errors found so far, if there are any."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise BadData(errors[:_MOST_PROBLEMS])


class _Seen:
    """The ids of the sources so far and where they stand, in little memory: a million of them may pass."""

    def __init__(self) -> None:
        self._found: dict[bytes, tuple[int, int]] = {}
        self._files: dict[str, int] = {}

    def add(self, source: Located[Source]) -> None:
        """Take note of a source."""
        file = self._files.setdefault(source.file, len(self._files))
        self._found[_to_digest(source)] = file, source.line

    def find_other(self, source: Located[Source]) -> str:
        """Where an earlier source has the id of this one, empty where none has."""
        file, line = self._found.get(_to_digest(source), (-1, 0))
        return f"{list(self._files)[file]}:{line}" if line else ""


def _to_digest(source: Located[Source]) -> bytes:
    return bytes.fromhex(to_digest(source.record.id, 24))
