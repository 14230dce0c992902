"""Word files and PDFs as texts, with a line for each paragraph."""

import io
import logging
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from tuopin.drafts import Draft
from tuopin.errors import DataError, MissingExtraError

_UNPACKED = 500 << 20  # a document that would be larger is none that anybody wrote
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = ".//w:p[not(ancestor::w:tbl)][not(ancestor::w:txbxContent)]"
_PAGE_NUMBER = re.compile(r"[-–—－_ 　·]*\d{1,4}[-–—－_ 　·]*|第 ?\d+ ?页.{0,12}|\d{1,4} ?/ ?\d{1,4}")
_END = tuple("。！？；：.!?;:”’）")
_WORD = re.compile(r"[A-Za-z,;]$")
_SLACK = 4  # ems that a line may be short of the margin and still go on: numbers and words are not broken
# Radicals that fonts of some systems name instead of the character; Unicode itself does not call them the same.
_RADICALS = str.maketrans(
    "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰", "母民西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙"
)


class _Line(NamedTuple):
    """A line of a page: its words, its two ends and the height of its characters."""

    text: str
    left: float
    right: float
    size: float


def from_docx(data: bytes, file: str = "") -> Draft:
    """The text of a Word file: its paragraphs in order, without tables, text boxes, notes and what was struck out.

    Raises `DataError` where it is no such file, and `MissingExtraError` without python-docx.
    """
    try:
        import docx  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("extra-missing", file=file, value="python-docx", extra="docx") from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
                raise DataError("text-too-large", file=file, value=str(_UNPACKED))
        document = docx.Document(io.BytesIO(data))
        paragraphs = [_to_paragraph(found) for found in document.element.body.xpath(_BODY)]
        title = document.core_properties.title
    except DataError:
        raise
    except Exception as error:  # what a parser of broken files raises cannot be listed
        raise DataError("document-bad", file=file, value="docx", reason=_to_reason(error)) from error
    return Draft("\n".join(filter(None, paragraphs)), title=title.strip())


def from_pdf(data: bytes, file: str = "") -> Draft:
    """The text of a PDF: lines joined to paragraphs by their indents and their ends, without the numbers of pages.

    A page of columns is read as its lines are laid out, and a scanned page has no text. Raises `DataError` where it is
    no such file or is locked, and `MissingExtraError` without pdfminer.six.
    """
    try:
        from pdfminer.high_level import extract_pages  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("extra-missing", file=file, value="pdfminer.six", extra="pdf") from error
    _silence()
    try:
        paragraphs = _to_paragraphs(list(_find_lines(page)) for page in extract_pages(io.BytesIO(data)))
        return Draft(_to_characters("\n".join(paragraphs)))
    except Exception as error:  # as above
        raise DataError("document-bad", file=file, value="pdf", reason=_to_reason(error)) from error


@cache
def _silence() -> None:
    logging.getLogger("pdfminer").addHandler(logging.NullHandler())  # it tells of broken files; so do we


def _to_reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _to_paragraph(paragraph: Any) -> str:
    """The words of a paragraph of Word; what was struck out stands in other elements (``w:delText``)."""
    marks = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    parts = (part.text or "" if part.tag == f"{_W}t" else marks.get(part.tag, "") for part in paragraph.iter())
    return "".join(parts).strip("\n")


def _find_lines(page: Any) -> Iterator[_Line]:
    """The lines of a page of pdfminer, in the order of reading."""
    from pdfminer.layout import LTTextBox, LTTextLine  # noqa: PLC0415 - an extra

    for box in page:
        for line in box if isinstance(box, LTTextBox) else ():
            if isinstance(line, LTTextLine) and (text := line.get_text().rstrip()).strip():
                yield _Line(text, line.x0, line.x1, line.height)


def _to_paragraphs(pages: Iterable[list[_Line]]) -> list[str]:
    paragraphs: list[str] = []
    goes_on, size = False, 0.0
    for page in pages:
        lines = [line for line in page if not _PAGE_NUMBER.fullmatch(line.text.strip())]
        left, right = min((line.left for line in lines), default=0), max((line.right for line in lines), default=0)
        for line in lines:
            text, is_indented = (
                line.text.strip(),
                line.left > left + line.size or line.text.startswith(("\u3000", "  ")),
            )
            if goes_on and not is_indented and abs(line.size - size) < 0.1 * size:
                paragraphs[-1] = _join(paragraphs[-1], text)
            else:
                paragraphs.append(text)
            is_full = line.right > right - _SLACK * line.size
            goes_on, size = is_full, line.size
    return paragraphs


def _join(before: str, after: str) -> str:
    """Two lines of a paragraph: Chinese has no space between them."""
    return (
        f"{before} {after}" if _WORD.search(before) and after[:1].isascii() and after[:1].isalpha() else before + after
    )


def _to_characters(text: str) -> str:
    """`text` with its characters instead of the radicals that look the same.

    >>> _to_characters("⻓沙市⼗七⼤")
    '长沙市十七大'
    """
    plain = text.translate(_RADICALS)
    return re.sub(r"[\u2f00-\u2fd5]", lambda found: unicodedata.normalize("NFKC", found[0]), plain)
