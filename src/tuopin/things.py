"""The things with a name that facts speak of: programmes, measures, industries, organisations, people and the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuopin.errors import Problem
from tuopin.iris import is_key, mint_thing
from tuopin.tables import Row, read_rows
from tuopin.triples import has_bad_character

COLUMNS = ("id", "kind", "type", "name_zh", "name_en", "aliases", "place", "definition_zh", "definition_en")
FILES = ("programmes.csv", "things.csv")
PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with its names; `place` is the code of the place that it belongs to, empty where it belongs to none.

    `kind` is the path segment of its IRI; `type` is that of a programme. `aliases` are what texts call it besides.
    """

    id: str
    kind: str
    type: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    place: str
    definition_zh: str
    definition_en: str
    file: str
    line: int

    @property
    def iri(self) -> str:
        """The IRI of the thing."""
        return mint_thing(self.kind, self.id)

    @property
    def names(self) -> tuple[str, ...]:
        """All that texts call it."""
        return (self.name_zh, *self.aliases)


def read_things(folder: Path, problems: list[Problem]) -> Iterator[Thing]:
    """The things of ``programmes.csv`` and ``things.csv`` in `folder`; a missing file holds none.

    What is wrong with a row goes to `problems`, and the row is passed over; a file that cannot be read raises.
    """
    seen: dict[str, Thing] = {}
    for path in (folder / name for name in FILES):
        for row in read_rows(path, COLUMNS) if path.is_file() else ():
            thing = _to_thing(row)
            found = list(_find_problems(thing, seen))
            problems += found
            if not found:
                seen[thing.iri] = thing
                yield thing


def _to_thing(row: Row) -> Thing:
    cells = dict(row.cells)
    aliases = tuple(filter(None, cells.pop("aliases").split("|")))
    return Thing(**cells, aliases=aliases, file=row.file, line=row.line)


def _find_problems(thing: Thing, seen: dict[str, Thing]) -> Iterator[Problem]:
    if not is_key(thing.id):
        yield Problem("bad-id", thing.file, thing.line, "id", thing.id)
    if thing.iri in seen:
        other = seen[thing.iri]
        yield Problem(
            "id-doubled", thing.file, thing.line, "id", thing.id, data={"other": f"{other.file}:{other.line}"}
        )
    if (thing.kind == PROGRAMME) != Path(thing.file).name.startswith(PROGRAMME):
        yield Problem("thing-misplaced", thing.file, thing.line, "kind", thing.kind)
    for field in ("name_zh", "name_en"):
        if not getattr(thing, field):
            yield Problem("field-empty", thing.file, thing.line, field)
    for field in ("name_zh", "name_en", "aliases", "definition_zh", "definition_en"):
        if has_bad_character(text := "|".join(getattr(thing, field)) if field == "aliases" else getattr(thing, field)):
            yield Problem("bad-character", thing.file, thing.line, field, ascii(text))
