"""From a file of texts to a file of N-Quads in one go, as a measure of reading and writing together."""

import json
from pathlib import Path

from tuopin.dataset import Dataset
from tuopin.facts import Source
from tuopin.iris import mint_graph
from tuopin.names import OpenNames
from tuopin.reader.read import read_facts
from tuopin.records import Located, SourceFacts
from tuopin.resources import find_data
from tuopin.sifting import sift


def write_quads(texts: Path, quads: Path) -> None:
    """Read JSON Lines of texts one at a time and write the facts of each as the N-Quads of its graph."""
    dataset = Dataset(find_data())
    with Path(texts).open(encoding="utf-8") as lines, Path(quads).open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            text = json.loads(line)
            facts = _read(text)
            names = OpenNames(dataset.names, facts)
            graph = dataset.graph.open(names)
            kept, _problems = sift(facts, names, graph)
            node = f" <{mint_graph(facts.source.record.id)}> .\n"
            out.writelines(triple[:-2] + node for triple in dataset.find_triples(kept, graph))


def _read(text: dict[str, str]) -> SourceFacts:
    known = {name: text.get(name) or "" for name in ("published", "title", "publisher")}
    source = Source(text["id"], title=known["title"], publisher=known["publisher"], published=known["published"])
    reading = read_facts(text["text"], source=source.id, place=text.get("place") or "", **known)
    figures = [Located(figure, "", 0) for figure in reading.figures]
    statements = [Located(statement, "", 0) for statement in reading.statements]
    return SourceFacts(Located(source, "", 0), figures, statements, is_extracted=True)
