"""A web page as a text: its main paragraphs, its title, its day and who publishes it."""

import logging
import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from typing import Any

from tuopin.charsets import to_text
from tuopin.datelines import find_address_day, find_labelled_day, to_published
from tuopin.drafts import Draft
from tuopin.errors import DataError

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_STRUCTURED = re.compile(r'"(?:datePublished|pubDate)"\s*:\s*"([^"\n]{8,60})"')
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(Z|[+-]\d\d:?\d\d)?)?"
)
# What publishing systems, those of Chinese governments among them, call these, the surest first.
_DATES = (
    "article:published_time", "publishdate", "pubdate", "publish_date", "publish-date", "publication_date",
    "datepublished", "firstpublishedtime", "og:published_time", "og:release_date", "weibo:article:create_at",
    "apub:time", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "parsely-pub-date", "date",
)  # fmt: skip
_TITLES = ("articletitle", "og:title", "dc.title")
_SITES = ("og:site_name", "sitename", "dc.publisher", "publisher")
_HIDDEN = frozenset({"script", "style", "noscript", "template", "head"})
_INLINE = frozenset({"span", "a", "b", "i", "em", "strong", "font", "small", "time", "label", "u"})
_ENOUGH = "40"  # characters: the 250 that the library asks for are an English paragraph, and many Chinese ones


def to_article(data: bytes, file: str = "", charset: str = "", url: str = "") -> Draft:
    """The main text of a page, with a line for each paragraph and without tables, comments and what surrounds it.

    `charset` is what the server says, which goes before what the page says; both are checked against the bytes. Where
    no main text stands out, all paragraphs are taken. The day is that of the page's data, else that which a labelled
    line of the page shows, else that in its address; a date that is not full is none. Raises `DataError` where the
    bytes are no text or hold none that can be read.

    >>> to_article("<title>通知</title><p>全县3120户脱贫。<p>建成86家合作社。".encode()).text
    '全县3120户脱贫。\\n建成86家合作社。'
    """
    declared = _CHARSET.search(data[:4096])
    page, encoding = to_text(data, file, charset or (declared[1].decode() if declared else ""))
    try:
        return _read(page, encoding, url)
    except ImportError:  # no fault of the page
        raise
    except Exception as error:  # what a parser of broken pages raises cannot be listed
        raise DataError("page-unread", file=file, reason=str(error) or type(error).__name__) from error


def _read(page: str, encoding: str, url: str) -> Draft:
    import trafilatura  # noqa: PLC0415 - it loads some 300 modules, which other inputs do without

    settings = _make_settings()
    tree = trafilatura.load_html(page)
    if tree is None:  # a piece of a page is refused as none
        page = f"<html><head></head><body>{page}</body></html>"
        tree = trafilatura.load_html(page)
    if tree is None:
        return Draft("", encoding=encoding)
    named = _find_named(tree)
    found = trafilatura.bare_extraction(
        page,
        url=url or None,
        favor_recall=True,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        config=settings,
    )
    told: dict[str, Any] = found.as_dict() if found and not isinstance(found, dict) else {}
    text = told.get("text") or trafilatura.baseline(page)[1]
    return Draft(
        "\n".join(line.strip() for line in text.splitlines() if line.strip()),
        published=_find_day(tree, named) or find_address_day(url),
        title=_find_first(named, _TITLES) or told.get("title") or "",
        url=url or told.get("url") or "",
        publisher=_find_first(named, _SITES) or _find_site(told),
        encoding=encoding,
    )


@cache
def _make_settings() -> ConfigParser:
    from trafilatura.settings import use_config  # noqa: PLC0415 - as above

    for library in ("trafilatura", "htmldate"):  # they tell of broken pages on standard error; so do we
        logging.getLogger(library).addHandler(logging.NullHandler())
    settings = use_config()
    settings["DEFAULT"].update({"MIN_EXTRACTED_SIZE": _ENOUGH, "EXTENSIVE_DATE_SEARCH": "off"})  # days are ours to find
    return settings


def _find_named(tree: Any) -> dict[str, str]:
    """What the page's head says of it, by name in small letters; the first of a name counts."""
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        if value := (meta.get("content") or "").strip():
            named.setdefault(name.strip().lower(), value)
    return named


def _find_first(named: dict[str, str], names: tuple[str, ...]) -> str:
    return next((named[name] for name in names if name in named), "")


def _find_site(told: dict[str, Any]) -> str:
    """The name of the site; the library gives its host where the page names none."""
    site = told.get("sitename") or ""
    return site if site != told.get("hostname") and "." not in site else ""


def _find_day(tree: Any, named: dict[str, str]) -> str:
    """The day of publication that the page's data hold, else that which a labelled line shows."""
    stated = [named[name] for name in _DATES if name in named]
    for script in tree.iter("script"):
        stated += _STRUCTURED.findall(script.text or "")
    stated += [time.get("datetime") or "" for time in tree.iter("time")][:1]
    days = (_to_day(text) for text in stated)
    return next(filter(None, days), "") or find_labelled_day("".join(_find_shown(tree)))


def _to_day(text: str) -> str:
    """The full date that `text` begins with, empty where there is none."""
    found = _MOMENT.match(text.strip())
    if not found:
        return ""
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    try:
        return to_published(f"{day}T{found[4]}{found[5]}" if found[5] else day)
    except DataError:
        return ""


def _find_shown(element: Any) -> Iterator[str]:
    """The words that a page shows, with a line feed wherever a line may end."""
    shown = isinstance(element.tag, str) and element.tag not in _HIDDEN
    edge = "" if element.tag in _INLINE else "\n"
    if shown:
        yield edge + (element.text or "").replace("\n", " ")
        for child in element:
            yield from _find_shown(child)
    yield edge + (element.tail or "").replace("\n", " ")
