"""Chinese policy news into a knowledge graph, each fact tied to the phrase it comes from.

>>> import tuopin
>>> tuopin.extract("怀化市2016年将5.68亿元用于发展产业。").figures[0].value
'568000000'
>>> summary = tuopin.build("data", "build")                                     # doctest: +SKIP
>>> dataset = tuopin.load("build")                                              # doctest: +SKIP
>>> for row in dataset.query("SELECT ?s { ?s a tp:Figure } LIMIT 3"): print(row)  # doctest: +SKIP
>>> frame = tuopin.to_frame(tuopin.find_figures("build"))                       # doctest: +SKIP
"""

TYPE_CHECKING = False  # true for the checker; typing is slow to import
if TYPE_CHECKING:
    from tuopin.build import build as build
    from tuopin.check import check as check
    from tuopin.errors import TuopinError as TuopinError
    from tuopin.extracting import extract as extract
    from tuopin.facts import Figure as Figure
    from tuopin.facts import Source as Source
    from tuopin.facts import Statement as Statement
    from tuopin.frames import find_figures as find_figures
    from tuopin.frames import find_statements as find_statements
    from tuopin.frames import to_frame as to_frame
    from tuopin.network import to_networkx as to_networkx
    from tuopin.sparql import run_query as run_query
    from tuopin.store import load as load
    from tuopin.store import open_store as open_store

__version__ = "0.1.0"
_HOMES = {
    "build": "build",
    "check": "check",
    "TuopinError": "errors",
    "extract": "extracting",
    "Figure": "facts",
    "Source": "facts",
    "Statement": "facts",
    "find_figures": "frames",
    "find_statements": "frames",
    "to_frame": "frames",
    "to_networkx": "network",
    "run_query": "sparql",
    "load": "store",
    "open_store": "store",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for, so that ``import tuopin`` costs nothing."""
    from importlib import import_module  # noqa: PLC0415

    if name == "errors":
        return import_module("tuopin.errors")
    if name not in _HOMES:
        raise AttributeError(f"module 'tuopin' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"tuopin.{_HOMES[name]}"), name)  # not the module of that name
    return found
