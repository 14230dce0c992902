"""The query library: SPARQL files with a header of comments, whose parameters are lines of VALUES.

A file runs unchanged on any engine, with the defaults that it holds. Its header says what it answers, line by line:

    # title.zh: …
    # title.en: …
    # about.zh: …
    # about.en: …
    # param programme: text = 四跟四走 | zh: 举措名称 | en: name of the programme

The first four must be there, once each. For every ``param`` the query has one line that holds its default, here
``VALUES ?programme { "四跟四走" }``; giving a value puts another in the place of that line and touches nothing else.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from tuopin.errors import DataError, UsageError
from tuopin.iris import PREFIXES
from tuopin.messages import language, to_message
from tuopin.periods import is_date
from tuopin.resources import find_ontology

_WORDS = re.compile(r"# ((?:title|about)\.(?:zh|en)): (\S.*)")
_PARAM = re.compile(r"# param ([A-Za-z][A-Za-z0-9_]*): ([a-z]+) = (.*?) \| zh: (\S.*?) \| en: (\S.*)")
_NEEDED = ("title.zh", "title.en", "about.zh", "about.en")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\s<>\"{}|\\^`\[\]%\x00-\x20\x7f-\x9f]|%[0-9A-Fa-f]{2})+")
_T = TypeVar("_T")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: a variable of the query, the type of its values (of `TYPES`), and its meaning in two languages."""

    name: str
    type: str
    default: str
    zh: str
    en: str

    @property
    def meaning(self) -> str:
        """What the parameter means, in the language of messages."""
        return self.zh if language() == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Query:
    """A query of the library; `text` is the whole file."""

    name: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    params: tuple[Param, ...]
    text: str

    @property
    def title(self) -> str:
        """The question, in the language of messages."""
        return self.title_zh if language() == "zh" else self.title_en

    @property
    def about(self) -> str:
        """What the answer holds, in the language of messages."""
        return self.about_zh if language() == "zh" else self.about_en


def read_library(folder: Path | None = None) -> dict[str, Query]:
    """The queries in `folder` by name, in order; by default those of the ontology.

    Raises `DataError` with file and line where a header is malformed.

    >>> read_library()["facts"].title_en
    'Which figures do the sources state, and in which words?'
    """
    folder = find_ontology() / "queries" if folder is None else folder
    return {path.stem: read_query(path) for path in sorted(folder.glob("*.rq"), key=lambda path: path.stem)}


def read_query(path: Path) -> Query:
    """The query in the file at `path`, named like the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("query-encoding", file=str(path)) from error
    return parse_query(path.stem, text, str(path))


def find_query(name: str, folder: Path | None = None) -> Query:
    """The query called `name`; raises `UsageError` that tells the names most like it.

    >>> [param.default for param in find_query("programme-funding").params]
    ['四跟四走']
    """
    queries = read_library(folder)
    if name not in queries:
        raise UsageError("query-unknown", value=name, near=_find_near(name, queries))
    return queries[name]


def parse_query(name: str, text: str, file: str = "") -> Query:
    """The query called `name` from the `text` of its file; raises `DataError` with file and line."""
    words: dict[str, str] = {}
    params: dict[str, Param] = {}
    for number, line in _header(text):
        if found := _WORDS.fullmatch(line):
            _add(words, found[1], found[2].strip(), file, number)
        elif found := _PARAM.fullmatch(line):
            param = Param(*(part.strip() for part in found.groups()))
            _check_param(param, text, file, number)
            _add(params, param.name, param, file, number)
        else:
            raise DataError("query-header", file=file, line=number, value=line)
    for key in _NEEDED:
        if key not in words:
            raise DataError("query-header-missing", file=file, line=1, field=key)
    return Query(
        name, words["title.zh"], words["title.en"], words["about.zh"], words["about.en"], tuple(params.values()), text
    )


def bind_params(query: Query, values: Mapping[str, str]) -> str:
    """The text of `query` with `values` in place of the defaults of its parameters.

    Every value is checked against its type and escaped, so none can become more of the query than one term. Raises
    `UsageError` for an unknown name, or a value that is not of the type.

    >>> text = bind_params(find_query("programme-funding"), {"programme": '十大"工程'})
    >>> print(next(line for line in text.split("\\n") if "?programme {" in line).strip())
    VALUES ?programme { "十大\\"工程" }
    """
    params = {param.name: param for param in query.params}
    for name in values:
        if name not in params:
            key = "param-unknown" if params else "param-none"
            raise UsageError(key, value=name, query=query.name, near=_find_near(name, params))
    lines = {_to_line(params[name], params[name].default): _to_line(params[name], values[name]) for name in values}
    return "\n".join(_replace(line, lines) for line in query.text.split("\n"))


def _replace(line: str, lines: Mapping[str, str]) -> str:
    bare = line.strip()
    return line.replace(bare, lines[bare]) if bare in lines else line


def _header(text: str) -> Iterator[tuple[int, str]]:
    """The comment lines that the text begins with, numbered from 1."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#"):
            return
        yield number, line.rstrip()


def _add(found: dict[str, _T], key: str, value: _T, file: str, line: int) -> None:
    if key in found:
        raise DataError("query-header-twice", file=file, line=line, field=key)
    found[key] = value


def _check_param(param: Param, text: str, file: str, line: int) -> None:
    if param.type not in TYPES:
        known = ", ".join(TYPES)
        raise DataError("param-type", file=file, line=line, field=param.name, value=param.type, known=known)
    try:
        wanted = _to_line(param, param.default)
    except UsageError as error:
        data = error.problem.data
        raise DataError("param-value", file=file, line=line, field=param.name, value=param.default, **data) from error
    if [each.strip() for each in text.split("\n")].count(wanted) != 1:
        raise DataError("param-line", file=file, line=line, field=param.name, value=wanted)


def _find_near(name: str, known: Mapping[str, object]) -> str:
    return ", ".join(difflib.get_close_matches(name, known, 3, 0.5) or sorted(known))


# --- values as terms of SPARQL


def _to_line(param: Param, value: str) -> str:
    """The line of VALUES that gives `value` to the parameter."""
    term = TYPES[param.type](value)
    if term is None:
        form = to_message(f"query.type-{param.type}")
        raise UsageError("param-value", field=param.name, value=value, type=param.type, form=form)
    return f"VALUES ?{param.name} {{ {term} }}"


def _to_string(value: str) -> str | None:
    """A string in quotation marks, normalised as the data is; control characters other than in white space are none."""
    text = unicodedata.normalize("NFC", value)
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\r\t" for char in text):
        return None
    # Some engines read \\u0022 as an escaped quotation mark, whatever stands before it, so no u follows a backslash.
    escaped = re.sub(r"(?<=\\)[uU]", lambda letter: f"\\U{ord(letter[0]):08X}", text.translate(_ESCAPES))
    return f'"{escaped}"'


def _to_iri(value: str) -> str | None:
    prefix, _, rest = value.partition(":")
    iri = PREFIXES[prefix] + rest if prefix in PREFIXES else value
    return f"<{iri}>" if _IRI.fullmatch(iri) else None


def _to_integer(value: str) -> str | None:
    return str(int(value)) if re.fullmatch(r"[+-]?[0-9]{1,15}", value) else None


def _to_decimal(value: str) -> str | None:
    """A decimal in its shortest spelling, with as many digits as every store keeps."""
    if not re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)?", value) or sum(char.isdigit() for char in value) > 15:
        return None
    number = Decimal(value)
    plain = format(number.normalize(), "f") if number else "0"
    return f'"{plain}"^^xsd:decimal'


def _to_date(value: str) -> str | None:
    return f'"{value}"^^xsd:date' if len(value) == 10 and value.isascii() and is_date(value) else None


def _to_year(value: str) -> str | None:
    """A year as a string, since only strings of years compare alike everywhere: ``STR(?year) = ?param``."""
    return f'"{value}"' if re.fullmatch(r"[0-9]{4}", value) else None


def _to_code(value: str) -> str | None:
    return f'"{value}"' if re.fullmatch(r"[0-9]{6}|CN", value) else None


TYPES: dict[str, Callable[[str], str | None]] = {
    "text": _to_string,
    "iri": _to_iri,
    "integer": _to_integer,
    "decimal": _to_decimal,
    "date": _to_date,
    "year": _to_year,
    "code": _to_code,
}
