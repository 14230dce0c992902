"""What kind of thing an input is: by the ending of its name, by what a server says, by how it begins."""

from pathlib import PurePosixPath

_ENDINGS = {
    ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".docx": "docx", ".pdf": "pdf",
}  # fmt: skip
FORMATS = tuple(dict.fromkeys(_ENDINGS.values()))
_TYPES = {
    "text/plain": "txt", "text/html": "html", "application/xhtml+xml": "html", "application/json": "json",
    "application/jsonl": "jsonl", "application/x-ndjson": "jsonl", "application/ndjson": "jsonl",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}  # fmt: skip
_BEGINNINGS = {b"{": "jsonl", b"<!doctype html": "html", b"<html": "html", b"%pdf-": "pdf"}
_ANY = ("text/", "binary/", "application/octet-stream", "application/gzip", "application/x-gzip")
_VAGUE = ("", "txt", "json")  # what servers say of files that they do not know better


def find_kind(name: str) -> str:
    """The kind of a file by the ending of its name, one of `FORMATS`; empty where that tells nothing.

    >>> find_kind("a.HTML.gz"), find_kind("a.csv")
    ('html', '')
    """
    return _ENDINGS.get(PurePosixPath(name.lower().removesuffix(".gz")).suffix, "")


def find_kind_by_beginning(data: bytes) -> str:
    """The kind of what begins with `data`, empty where that tells nothing.

    >>> find_kind_by_beginning(b' {"id": '), find_kind_by_beginning("新华社".encode())
    ('jsonl', '')
    """
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return next((kind for begin, kind in _BEGINNINGS.items() if head.startswith(begin)), "")


def find_kind_of_reply(path: str, kind: str, data: bytes) -> str:
    """The kind of what a server sent for `path` as media type `kind`; empty where neither tells.

    >>> find_kind_of_reply("/a.jsonl", "text/plain", b""), find_kind_of_reply("/a.pdf", "text/html", b"")
    ('jsonl', 'html')
    """
    said = _TYPES.get(kind, "")
    if kind and not said and not kind.startswith(_ANY):
        return ""
    return ((find_kind(path) or said) if said in _VAGUE else said) or find_kind_by_beginning(data)
