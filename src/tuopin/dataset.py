"""A data folder as a whole: its names, its things, and its facts one source at a time."""

from collections.abc import Iterator
from pathlib import Path

from tuopin.checks import find_problems
from tuopin.errors import BadData, Problem
from tuopin.gazetteer import Gazetteer, read_places
from tuopin.graph import FactGraph
from tuopin.names import Names
from tuopin.records import SourceFacts, read_folder
from tuopin.things import Thing, read_things
from tuopin.vocabulary import Vocabulary, read_vocabulary

_MOST_PROBLEMS = 1000
# What has a class but is made from other files, or from facts.
_NOT_THINGS = {
    "place", "source", "figure", "statement", "derived", "rule", "evidence", "selector", "period", "instant", "dataset",
}  # fmt: skip


class Dataset:
    """A data folder, opened: its names and things, and its facts one source at a time.

    What is wrong goes to `problems`; an error among them makes the source that has it be passed over.
    """

    def __init__(self, folder: Path, texts: Path | None = None):
        self.folder, self.texts = folder, texts
        self.problems: list[Problem] = []
        self.words: Vocabulary = read_vocabulary()
        self.gazetteer = Gazetteer(read_places(folder))
        self.things: list[Thing] = [thing for thing in read_things(folder, self.problems) if self._is_sound(thing)]
        self.graph = FactGraph(Names(self.gazetteer, self.things), self.words)

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
        """The sources with their facts that have no error."""
        for facts in read_folder(self.folder, self.problems):
            found = list(find_problems(facts, self.graph, self.texts))
            self.problems += found
            if not any(problem.severity == "error" for problem in found):
                yield facts

    def raise_errors(self) -> None:
        """Raise `BadData` with all errors found so far, if there are any."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise BadData(errors[:_MOST_PROBLEMS])
