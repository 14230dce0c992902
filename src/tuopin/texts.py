"""Texts from files, folders, addresses and standard input, one at a time, whatever holds them."""

import gzip
import hashlib
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from tuopin.articles import to_article
from tuopin.charsets import Decoded, to_text
from tuopin.datelines import find_dateline, to_published
from tuopin.documents import from_docx, from_pdf
from tuopin.drafts import Draft
from tuopin.errors import DataError, FileError, TuopinError, UsageError
from tuopin.fetch import Reply, is_address, read_address
from tuopin.files import tell_file
from tuopin.files import write_text as write_file
from tuopin.ids import to_address_id, to_file_stem, to_id
from tuopin.iris import to_digest
from tuopin.kinds import FORMATS, find_kind, find_kind_by_beginning, find_kind_of_reply
from tuopin.textlines import check_characters, read_json, read_lines

LIMIT = 200 << 20  # bytes of a file that is read whole, and of a line of JSON Lines
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what is known of it; all but `id` and `text` may be empty.

    Offsets of facts count the code points of `text`, and `sha256` is that of `text` as UTF-8. `path` is the file,
    `encoding` the codec that its bytes were read with.
    """

    id: str
    text: str
    published: str = ""
    title: str = ""
    url: str = ""
    publisher: str = ""
    place: str = ""
    path: str = ""
    sha256: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What to take for texts that do not say it themselves, and how to read.

    `published`, `place` and `title` are for texts that lack them; `format` is one of `FORMATS`, for standard input and
    names whose ending tells nothing; `seconds` and `page_limit` bound an address. Raises `UsageError`.
    """

    published: str = ""
    place: str = ""
    title: str = ""
    format: str = ""
    seconds: float = 30
    page_limit: int = 20 << 20
    limit: int = LIMIT

    def __post_init__(self) -> None:
        if self.format and self.format not in FORMATS:
            names = ", ".join(FORMATS)
            raise UsageError("input-format-unknown", value=self.format, formats=names)
        try:
            if self.published:
                to_published(self.published)
        except DataError as error:
            raise UsageError("published-bad", field="published", value=self.published) from error


def read_texts(inputs: Iterable[str | Path], options: Options | None = None) -> Iterator[Text | TuopinError]:
    """The texts of files, folders, http and https addresses and ``-`` (standard input), one at a time.

    Files are ``.txt``, ``.html``, ``.jsonl``, ``.json``, ``.docx`` and ``.pdf``, each also packed with ``.gz``; of a
    folder, those are read that are there, deep and sorted by name, but not hidden ones. What cannot be read comes out
    as its error, for the caller to report or raise, and the rest go on: a file, a line of JSON Lines, an id that an
    earlier text of this run had.

    An id is that of the JSON, else made from the file's name (inside a folder, with those of the folders that the file
    lies in) or from the address. The day of publication is that of the JSON or of the page's data; else that of
    `options`; else that of the text's own dateline (`find_dateline`).

    >>> list(read_texts(["file:///etc/hosts"]))[0].problem.key
    'url-scheme'
    """
    reader = _Reader(options or Options())
    for source in inputs:
        yield from _go_on(reader.read(str(source)))


def write_text(folder: Path, text: Text) -> str:
    """Write the text as ``<id>.txt`` in `folder`, in UTF-8 and exactly as it is; the SHA-256 of what was written.

    The folder is made where it is not there, and a file that is there is replaced whole. An id that is not everywhere
    a safe name of a file gets one made from its digest. Raises `FileError`, and `DataError` for half a surrogate pair.

    >>> from tempfile import mkdtemp
    >>> write_text(Path(mkdtemp()), Text("a", "脱贫"))[:8]
    'fefd2030'
    """
    check_characters(text.text, text.path, field="text")
    with tell_file(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_file(text.text, folder / f"{to_file_stem(text.id)}.txt")
    return _to_sum(text.text)


class _Reader:
    """One run: its options, and the ids that it gave out."""

    def __init__(self, options: Options):
        self.options = options
        self.seen: set[int] = set()  # of each id eight bytes of its digest, so that millions fit

    def read(self, source: str) -> Iterator[Text | TuopinError]:
        """The texts of one input; raises `TuopinError` where it cannot be read at all or any further."""
        if source == STDIN:
            yield from self.read_standard_input()
        elif is_address(source):
            yield from self.read_reply(read_address(source, self.options.seconds, self.options.page_limit), source)
        elif not source or "\0" in source:
            raise FileError("file-missing", file=source)
        else:
            path = Path(source)
            with tell_file(path):
                is_folder = stat.S_ISDIR(path.stat().st_mode)
            yield from self.read_folder(path) if is_folder else self.read_file(path, path.name)

    def read_folder(self, folder: Path) -> Iterator[Text | TuopinError]:
        """The texts of all files of a folder; a file inside a folder of it has both names in its id."""
        is_empty = True
        for found in _find_files(folder):
            is_empty = False
            if isinstance(found, TuopinError):
                yield found
            else:
                yield from _go_on(self.read_file(found, "-".join(found.relative_to(folder).parts)))
        if is_empty:
            raise DataError("folder-no-texts", file=str(folder), formats=", ".join(FORMATS))

    def read_file(self, path: Path, name: str) -> Iterator[Text | TuopinError]:
        """The texts of a file; `name` is that which its id is made from."""
        kind = find_kind(path.name) or self.options.format
        if not kind:
            raise DataError("input-unknown", file=str(path), value=path.suffix, formats=", ".join(FORMATS))
        with tell_file(path), _tell_gzip(str(path)), path.open("rb") as raw:
            file = gzip.GzipFile(fileobj=raw) if path.name.lower().endswith(".gz") else raw
            yield from self.read_stream(cast("IO[bytes]", file), kind, str(path), to_id(_to_stem(name)))

    def read_standard_input(self) -> Iterator[Text | TuopinError]:
        """The texts of standard input, by the format that was asked for, else by how they begin."""
        raw: IO[bytes] = sys.stdin.buffer if sys.stdin else io.BytesIO()
        file = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)  # type: ignore[type-var]
        with tell_file(STDIN):
            kind = self.options.format or find_kind_by_beginning(file.peek(64)) or "txt"
            yield from self.read_stream(file, kind, STDIN, "")

    def read_reply(self, reply: Reply, source: str) -> Iterator[Text | TuopinError]:
        """The texts that an address answered with."""
        kind = find_kind_of_reply(urlsplit(reply.url).path, reply.type, reply.data) or self.options.format
        if not kind:
            raise DataError("input-unknown", file=source, value=reply.type, formats=", ".join(FORMATS))
        plain = io.BytesIO(reply.data)
        with _tell_gzip(source):
            file = gzip.GzipFile(fileobj=plain) if reply.data.startswith(b"\x1f\x8b") else plain
            yield from self.read_stream(cast("IO[bytes]", file), kind, source, to_address_id(source), reply)

    def read_stream(
        self, file: IO[bytes], kind: str, name: str, own_id: str, reply: Reply | None = None
    ) -> Iterator[Text | TuopinError]:
        """The texts of what is open; `own_id` is for one that has none, which is empty where its content makes it."""
        limit = self.options.limit
        drafts = (
            read_lines(file, name, limit)
            if kind == "jsonl"
            else _find_drafts(_read_whole(file, name, limit), kind, name, reply)
        )
        for draft in drafts:
            if isinstance(draft, TuopinError):
                yield draft
            else:
                yield self.to_text(draft, name, own_id, reply)

    def to_text(self, draft: Draft, name: str, own_id: str, reply: Reply | None) -> Text | TuopinError:
        """The text of a draft, with its id, its day and its sum; an error where it has no words or another's id."""
        if not draft.text.strip():
            return DataError("text-empty", file=name, line=draft.line)
        given = self.options
        text_id = draft.id or own_id or f"stdin-{to_digest(draft.text)}"
        key = int(to_digest(text_id, 16), 16)
        if key in self.seen:
            return DataError("text-id-doubled", file=name, line=draft.line, field="id", value=text_id)
        self.seen.add(key)
        published = draft.published or (to_published(given.published) if given.published else "")
        return Text(
            text_id,
            draft.text,
            published or find_dateline(draft.text),
            draft.title or given.title,
            draft.url or (reply.url if reply else ""),
            draft.publisher,
            draft.place or given.place,
            name,
            _to_sum(draft.text),
            draft.encoding,
        )


def _find_drafts(data: bytes, kind: str, name: str, reply: Reply | None) -> Iterable[Draft | TuopinError]:
    """What is in a file that is read whole."""
    charset, url = (reply.charset, reply.url) if reply else ("", "")
    readers: dict[str, Callable[[], Draft]] = {
        "txt": lambda: _to_draft(to_text(data, name, charset)),
        "html": lambda: to_article(data, name, charset, url),
        "docx": lambda: from_docx(data, name),
        "pdf": lambda: from_pdf(data, name),
    }
    if kind == "json":
        return read_json(data, name)
    draft = readers[kind]()
    check_characters(draft.text, name)
    return [draft]


def _to_draft(decoded: Decoded) -> Draft:
    return Draft(decoded.text, encoding=decoded.encoding)


def _read_whole(file: IO[bytes], name: str, limit: int) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise DataError("text-too-large", file=name, value=str(limit))
    return data


def _find_files(folder: Path) -> Iterator[Path | TuopinError]:
    """The files of known kinds in a folder and in those inside it, sorted; links to folders are not followed."""
    try:
        with tell_file(folder):
            paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except TuopinError as error:
        yield error
        return
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - pathlib raises where a link leads to what may not be seen
            yield from () if path.is_symlink() else _find_files(path)
        elif find_kind(path.name):
            yield path


def _go_on(items: Iterator[Text | TuopinError]) -> Iterator[Text | TuopinError]:
    """The items, and as the last of them the error that ended them."""
    try:
        yield from items
    except TuopinError as error:
        yield error


@contextmanager
def _tell_gzip(name: str) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError("gzip-bad", file=name, reason=str(error)) from error


def _to_stem(name: str) -> str:
    """The name of a file without its endings.

    >>> _to_stem("a.b.txt.gz"), _to_stem(".txt")
    ('a.b', '.txt')
    """
    return Path(name[:-3] if name.lower().endswith(".gz") else name).stem


def _to_sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
