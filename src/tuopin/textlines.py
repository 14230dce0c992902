"""JSON Lines of texts, one object a line, and JSON files of one object or an array of them."""

import json
from collections.abc import Callable, Iterator
from typing import IO

from tuopin.charsets import to_text
from tuopin.datelines import to_published
from tuopin.drafts import Draft
from tuopin.errors import DataError, TuopinError

_NAMES = ("id", "text", "published", "title", "url", "publisher", "place")
_NEEDED = _NAMES[:2]
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 1 << 20


def read_lines(file: IO[bytes], name: str, limit: int) -> Iterator[Draft | TuopinError]:
    """The texts of JSON Lines, one at a time, each with its line; `name` is that of the file in messages.

    A line is ``{"id", "text", "published", "title", "url", "publisher", "place"}``, of which all but `id` and `text`
    may be missing, empty or null; further fields are passed over, and so are empty lines. A line that is no such
    object, or longer than `limit` bytes, comes out as its `DataError`, and the rest go on. Raises `DataError` for
    UTF-16, whose bytes cannot be told into lines.
    """
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        if number == 1 and line.startswith(_UTF16):
            raise DataError("lines-utf16", file=name)
        if len(line) > limit and not line.endswith(b"\n"):
            _skip_line(file)
            yield DataError("line-too-long", file=name, line=number, value=str(limit))
        elif line.strip():
            yield _try(lambda line=line, number=number: _from_line(line.rstrip(b"\r\n"), name, number))  # type: ignore[misc]


def read_json(data: bytes, name: str) -> Iterator[Draft | TuopinError]:
    """The texts of a JSON file, which is one object as of `read_lines` or an array of them.

    Raises `DataError` where it is no JSON; an object that is no text comes out as its `DataError`.
    """
    text, encoding = to_text(data, name)
    found = _from_json(text, name, 1)
    for number, item in enumerate(found if isinstance(found, list) else [found], 1):
        where = f"[{number}]" if isinstance(found, list) else ""
        yield _try(lambda item=item, where=where: _to_draft(item, name, 0, encoding, where))  # type: ignore[misc]


def _try(make: Callable[[], Draft]) -> Draft | TuopinError:
    try:
        return make()
    except TuopinError as error:
        return error


def _skip_line(file: IO[bytes]) -> None:
    while (rest := file.readline(_CHUNK)) and not rest.endswith(b"\n"):
        pass


def _from_line(line: bytes, name: str, number: int) -> Draft:
    text, encoding = to_text(line, name, line=number)
    return _to_draft(_from_json(text, name, number), name, number, encoding)


def _from_json(text: str, name: str, line: int) -> object:
    try:
        found: object = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"{error.msg} (column {error.colno})"
        raise DataError("json-bad", file=name, line=line + error.lineno - 1, reason=reason) from error
    except (ValueError, RecursionError) as error:  # a number of too many digits, brackets too deep
        raise DataError("json-bad", file=name, line=line, reason=str(error)) from error
    return found


def _to_draft(item: object, name: str, line: int, encoding: str, where: str = "") -> Draft:
    if not isinstance(item, dict):
        raise DataError("json-no-object", file=name, line=line, field=where, value=json.dumps(item)[:80])
    found = {key: "" if item.get(key) is None else item[key] for key in _NAMES}
    for key, value in found.items():
        field = f"{where}.{key}" if where else key
        if not isinstance(value, str):
            raise DataError("json-no-string", file=name, line=line, field=field, value=json.dumps(value)[:80])
        if key in _NEEDED and not value.strip():
            raise DataError("json-field-missing", file=name, line=line, field=field)
        if not value.isascii():
            check_characters(value, name, line, field)
    return Draft(**(found | {"published": _to_date(found["published"], name, line)}), encoding=encoding, line=line)


def _to_date(text: str, name: str, line: int) -> str:
    try:
        return to_published(text) if text else ""
    except DataError as error:
        raise DataError("published-bad", file=name, line=line, field="published", value=text) from error


def check_characters(text: str, name: str, line: int = 0, field: str = "") -> None:
    """Raise `DataError` where `text` holds half of a surrogate pair, which is no character and cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        raise DataError("surrogate-lone", file=name, line=line, field=field, value=half, at=error.start) from error
