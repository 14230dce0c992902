"""The integrity constraints of the W3C RDF Data Cube, IC-1 to IC-21, each a SPARQL query that finds what breaks it.

The queries stand in ``assets/cube``, each with what it asks for in Chinese and in English. They take the data as it is,
without the normalisation that the standard puts first: a component may be named by ``qb:dimension`` and its kin or by
``qb:componentProperty``, and a value may be attached to an observation, its slice or its data set.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Store

from tuopin.iris import PREFIXES
from tuopin.shacl import Violation, run_query, to_text

_FOLDER = Path(__file__).with_name("assets") / "cube"
_HEAD = re.compile(r"# zh: (.+)\n# en: (.+)\n")
# The properties that join the codes of a hierarchy, given as they are or by their inverse.
_PARENTS = f"""
    SELECT DISTINCT ?parent WHERE {{
        ?list <{PREFIXES["qb"]}parentChildProperty>/<{PREFIXES["owl"]}inverseOf>? ?parent .
        FILTER ( isIRI(?parent) )
    }}
"""


@dataclass(frozen=True, slots=True)
class CubeRule:
    """One integrity constraint: its name in the standard, what it asks for, and the query for what breaks it.

    The query selects ``?this``, and ``?path`` and ``?value`` where they tell more.
    """

    name: str
    title_zh: str
    title_en: str
    query: str


@cache
def read_cube_rules() -> tuple[CubeRule, ...]:
    """The constraints in the order of the standard.

    >>> [rule.title_en for rule in read_cube_rules()][:2]
    ['Every observation is in exactly one data set.', 'Every data set has exactly one structure.']
    """
    files = sorted(_FOLDER.glob("IC-*.rq"), key=lambda file: int(file.stem[3:]))
    return tuple(_read_rule(file.stem, file.read_text(encoding="utf-8")) for file in files)


def _read_rule(name: str, text: str) -> CubeRule:
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{name}.rq must begin with a line '# zh: ...' and a line '# en: ...'")
    return CubeRule(name, head[1], head[2], text)


def find_cube_violations(store: Store) -> Iterator[Violation]:
    """What in the store breaks the integrity constraints, in their order; the data is the union of all graphs.

    >>> store = Store()
    >>> store.update("INSERT DATA { <urn:o> a <http://purl.org/linked-data/cube#Observation> }")
    >>> [(violation.shape, violation.focus) for violation in find_cube_violations(store)]
    [('IC-1', 'urn:o')]
    """
    parents = [str(row["parent"]) for row in run_query(store, _PARENTS)]
    for rule in read_cube_rules():
        queries = [rule.query]
        if "$parentChild" in rule.query:
            queries = [rule.query.replace("$parentChild", parent) for parent in parents]
        yield from sorted({found for query in queries for found in _find(store, rule, query)})


def _find(store: Store, rule: CubeRule, query: str) -> Iterator[Violation]:
    rows = run_query(store, query)
    for row in rows:
        told = {variable.value: to_text(row[variable]) for variable in rows.variables}
        place = (rule.name, "DataCube", told["this"], told.get("path", ""), told.get("value", ""))
        yield Violation(*place, rule.name, "error", rule.title_zh, rule.title_en)
