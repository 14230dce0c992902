"""The things with a name that facts speak of: programmes, measures, industries, organisations, people and the rest."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuopin.errors import Problem
from tuopin.iris import is_key, mint_thing, to_digest, to_key
from tuopin.tables import Row, read_rows
from tuopin.triples import has_bad_character

COLUMNS = ("id", "kind", "type", "name_zh", "name_en", "aliases", "place", "definition_zh", "definition_en")
FILES = ("programmes.csv", "things.csv")
PROGRAMME = "programme"
_QUOTES = {"“”", "‘’", "「」", "『』", "《》", "〈〉", '""', "''"}
# A number, a counter and the words for what is counted: nothing in such a name tells whose it is. One that is the same
# everywhere stands in programmes.csv without a place, which goes first.
_GENERAL = re.compile(
    r"(?:[一二两三四五六七八九十百千万\d+]|个|大|项|类|批|条|年|轮|期|重点|重大|特色|专项|试点|示范|集中"
    r"|精准|扶贫|脱贫|减贫|攻坚战?|贫困|帮扶|产业|民生|惠民|富民|为民|实事|乡村|振兴|农村|建设|发展|提升|巩固|整治"
    r"|工程|计划|行动|模式|机制|政策|项目|战略|规划|方案|举措|措施|办法|制度|方式|活动|做法)+"
)


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with its names; `place` is the code of the place that it belongs to, empty where it belongs to none.

    `kind` is the path segment of its IRI; `type` is that of a programme. `aliases` are what texts call it besides.
    `origin` is ``extracted`` for one that stands in no table: only its name is known.
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
    origin: str = "curated"

    @property
    def iri(self) -> str:
        """The IRI of the thing."""
        return mint_thing(self.kind, self.id)

    @property
    def names(self) -> tuple[str, ...]:
        """All that texts call it."""
        return (self.name_zh, *self.aliases)


def coin_thing(kind: str, name: str, scope: str = "", place: str = "") -> Thing:
    """The thing that a text names and no table knows: the same name in the same `scope` is the same thing everywhere.

    `scope` is what the thing belongs to where its name alone would not tell it from others; a name in quotation marks
    is the name within them.

    >>> coin_thing("programme", "“雨露计划”").id == coin_thing("programme", "雨露计划").id
    True
    >>> coin_thing("programme", "十大工程", "430181").id
    '430181-x03eea6b679e5340d11d5'
    """
    title = to_title(name)
    key = f"{to_key(scope)}-" * bool(scope) + "x" + to_digest(title, 20)
    return Thing(key, kind, "", title, "", (), place, "", "", "", 0, "extracted")


def to_title(name: str) -> str:
    """A name as a label: in normal form C, without quotation marks around it, with single spaces.

    >>> to_title(" 《乡村  振兴战略》")
    '乡村 振兴战略'
    """
    title = " ".join(unicodedata.normalize("NFC", name).split())
    while len(title) > 2 and title[0] + title[-1] in _QUOTES:
        title = title[1:-1].strip()
    return title


def is_general(name: str) -> bool:
    """Whether a name is made of words that any place may use for a programme of its own.

    >>> is_general("脱贫攻坚十大工程"), is_general("雨露计划"), is_general("七个一批")
    (True, False, True)
    """
    return _GENERAL.fullmatch(to_title(name)) is not None


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
