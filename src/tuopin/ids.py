"""Ids of texts from the names of files and from addresses, and names of files from ids."""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from tuopin.iris import RESERVED_GRAPHS, is_key, to_digest

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # names of devices in Windows
_OTHER = re.compile(r"[^a-z0-9]+")


def to_id(name: str) -> str:
    """An id made from a name, the same everywhere and always.

    The name itself where it may be the id of a source; else what is ASCII in it, with a digest of the whole.

    >>> to_id("rednet-4216011"), to_id("新田县 2019"), to_id("Report")
    ('rednet-4216011', '2019-f2e0fbe6', 'report-b6ce788d')
    """
    name = unicodedata.normalize("NFC", name)  # some systems store names decomposed
    if is_key(name) and name == name.lower() and name not in RESERVED_GRAPHS:
        return name
    return f"{_to_slug(name) or 'text'}-{to_digest(name)}"


def to_address_id(url: str) -> str:
    """An id made from an address: its host, the end of its path and a digest of the whole, but for the fragment.

    >>> to_address_id("https://gov.rednet.cn/c/2017/02/20/4216011.htm#top")
    'gov-rednet-cn-4216011-8d22ea88'
    """
    parts = urlsplit(url)._replace(fragment="")
    words = (_to_slug(word) for word in (parts.hostname or "", PurePosixPath(parts.path).stem))
    return "-".join([*filter(None, words), to_digest(parts.geturl())])


def to_file_stem(name: str) -> str:
    """The name of a file, without its ending, for a text of the id `name`: the id itself where it is safe everywhere.

    >>> to_file_stem("rednet-4216011"), to_file_stem("a/b"), to_file_stem("CON")
    ('rednet-4216011', 'xc14cddc033f64b9dea80', 'xa3dbc4b644a9a2c51e74')
    """
    return name if is_key(name) and not _RESERVED.fullmatch(name) else "x" + to_digest(name, 20)


def _to_slug(text: str) -> str:
    return _OTHER.sub("-", text.lower()).strip("-")[:48].strip("-")
