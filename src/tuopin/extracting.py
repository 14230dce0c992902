"""From texts to what is made of their facts: one text, or any number of them, one at a time."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tuopin.datelines import find_dateline, to_published
from tuopin.errors import DataError, TuopinError
from tuopin.ids import to_id
from tuopin.pool import map_ordered
from tuopin.reader.read import Reading, read_facts
from tuopin.texts import Text, write_text

Make = Callable[[Text, Reading], Any]


def extract(
    text: str, *, published: str = "", title: str = "", place: str = "", publisher: str = "", source: str = ""
) -> Reading:
    """The figures and statements of `text`, and for each figure which words gave it what, and by which rule.

    `published` is a date, else the text's own dateline is taken; `place` is the place whose article it is; `source`
    becomes the source of every fact. Raises `DataError` for a date that is none.

    >>> reading = extract("怀化市2016年将5.68亿元用于发展产业。", published="2017-02-20")
    >>> [(figure.place, figure.quote, figure.value) for figure in reading.figures]
    [('怀化市', '5.68亿元', '568000000')]
    """
    day = to_published(published) if published else find_dateline(text)
    return read_facts(text, source=source, published=day[:10], title=title, place=place, publisher=publisher)


@dataclass(frozen=True, slots=True)
class Done:
    """A text that was read: where it is from, how much was found, and what was made of it."""

    id: str
    path: str
    encoding: str
    figures: int
    statements: int
    made: tuple[Any, ...]


def extract_texts(
    texts: Iterable[Text | TuopinError], makes: tuple[Make, ...] = (), workers: int = 1
) -> Generator[Done | TuopinError, None, None]:
    """The texts, read, in their order; an error in place of one that could not be.

    Each of `makes` is called with a text and its reading, in the process that read it, and the results are in
    `Done.made`. Whatever goes wrong with one text is its error and stops no other.

    >>> [done.figures for done in extract_texts([Text("a", "投入5万元。"), Text("b", "")])]
    [1, 0]
    """
    if workers > 1:
        extract("今年投入1元。")  # so that what the reader knows is read once, where processes share memory
    yield from map_ordered(_Work(makes), texts, workers, _to_size)


def rename_texts(texts: Iterable[Text | TuopinError]) -> Iterator[Text | TuopinError]:
    """The texts with ids that sources may have, which are their own where these will do."""
    for item in texts:
        yield replace(item, id=to_id(item.id)) if isinstance(item, Text) else item


def save_texts(texts: Iterable[Text | TuopinError], folder: Path) -> Iterator[Text | TuopinError]:
    """The texts, each written to `folder` before it goes on; raises `FileError`."""
    for item in texts:
        if isinstance(item, Text):
            write_text(folder, item)
        yield item


def _to_size(item: Text | TuopinError) -> int:
    return len(item.text) if isinstance(item, Text) else 0


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process does with one text."""

    makes: tuple[Make, ...]

    def __call__(self, item: Text | TuopinError) -> Done | TuopinError:
        if isinstance(item, TuopinError):
            return item
        try:
            return self.read(item)
        except TuopinError as error:
            error.problem = replace(error.problem, file=error.problem.file or item.path)
            return error
        except ImportError:  # no fault of the text: nothing could be read without it
            raise
        except Exception as error:  # one text of a million must not end the run, whatever it brings to light
            reason = f"{type(error).__name__}: {error}"
            return DataError("text-failed", file=item.path, value=item.id, reason=reason)

    def read(self, text: Text) -> Done:
        given = {name: getattr(text, name) for name in ("title", "place", "publisher")}
        reading = read_facts(text.text, source=text.id, published=text.published[:10], **given)
        made = tuple(make(text, reading) for make in self.makes)
        return Done(text.id, text.path, text.encoding, len(reading.figures), len(reading.statements), made)
