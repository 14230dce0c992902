"""The words of the interface: a catalogue in Chinese and one in English.

The words stand in ``assets/messages.zh.json`` and ``assets/messages.en.json``; code holds only their keys.
"""

import json
import os
from functools import cache

LANGUAGES = ("zh", "en")
_ASSETS = f"{os.path.dirname(__file__)}/assets"  # noqa: PTH120 - pathlib would be a tenth of ``tuopin --help``
_chosen: list[str] = []


def language() -> str:
    """The language of messages: the one that was set, else Chinese where ``LANG`` is Chinese, else English."""
    if _chosen:
        return _chosen[-1]
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.lower().startswith("zh") else "en"


def set_language(name: str) -> None:
    """Speak `name` (``zh`` or ``en``) from now on; an empty name goes back to ``LANG``."""
    _chosen[:] = [name] if name else []


@cache
def _catalogue(name: str) -> dict[str, str]:
    with open(f"{_ASSETS}/messages.{name}.json", encoding="utf-8") as file:  # noqa: PTH123
        words: dict[str, str] = json.load(file)
    return words


def has_message(key: str) -> bool:
    """Whether the catalogue knows `key`."""
    return key in _catalogue(language())


def to_message(key: str, /, **data: object) -> str:
    """The words of `key` in the language of messages, with `data` put in their places.

    >>> set_language("en"); to_message("summary.triples")
    'triples'
    >>> set_language("")
    """
    return _catalogue(language())[key].format_map(data)
