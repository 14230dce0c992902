"""A function over many items in several processes: results in the order of the items, never many of either at hand."""

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from tuopin.errors import DataError
from tuopin.messages import language, set_language

Item = TypeVar("Item")
Result = TypeVar("Result")
_CHUNK = 64  # items that a process takes at a time, at most
_AHEAD = 3  # chunks for each process that are read before their turn


def map_ordered(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int,
    size: Callable[[Item], int],
    limit: int = 1 << 16,
) -> Generator[Result, None, None]:
    """``map(work, items)`` by so many processes, with a few chunks of items on the way at any time.

    `work` must be importable and its items and results be picklable; a chunk is full when the sizes of its items come
    to `limit`. One worker is this process itself. Raises `DataError` where a process is killed.

    >>> list(map_ordered(str.upper, ["a", "b", "c"], 2, len))
    ['A', 'B', 'C']
    """
    if workers == 1:
        yield from map(work, items)
        return
    pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(language(),))
    waiting: deque[Future[list[Result]]] = deque()
    try:
        for chunk in _to_chunks(items, size, limit):
            waiting.append(pool.submit(_run, work, chunk))
            if len(waiting) >= workers * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise DataError("worker-killed") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(speech: str) -> None:
    """A process leaves an interrupt to the one that began it, and speaks its language."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_language(speech)


def _run(work: Callable[[Item], Result], chunk: list[Item]) -> list[Result]:
    return list(map(work, chunk))


def _to_chunks(items: Iterable[Item], size: Callable[[Item], int], limit: int) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    total = 0
    for item in items:
        chunk.append(item)
        total += size(item)
        if total >= limit or len(chunk) == _CHUNK:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk
