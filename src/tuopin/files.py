"""Files and folders as something that is either wholly written or left as it was."""

import ctypes
import errno
import itertools
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from tuopin.errors import FileError

_REASONS = {
    errno.ENOENT: "file-missing",
    errno.EACCES: "file-denied",
    errno.EPERM: "file-denied",
    errno.EROFS: "file-denied",
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EEXIST: "file-not-folder",
    errno.EISDIR: "file-is-folder",
    errno.ENOTDIR: "file-not-folder",
}
_AT_CWD, _EXCHANGE = -100, 2  # of renameat2 in Linux
SUMS = "SHA256SUMS"
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what desktops leave in any folder
_numbers = itertools.count()
_live: set[Path] = set()  # the new folders that this process is filling


def to_file_error(error: OSError, path: Path | str) -> FileError:
    """The `FileError` that says what `error` means for the file that it names, or else for `path`."""
    key = _REASONS.get(error.errno or _find_number(str(error)), "file-failed")
    named = str(error.filename or path)
    is_part = Path(named).name.startswith(f".{Path(path).name}.")
    return FileError(key, file=str(path) if is_part else named, reason=error.strerror or str(error))


def _find_number(reason: str) -> int:
    """The system's number of an error that an engine tells in words alone."""
    told = re.search(r"os error (\d+)", reason)
    return int(told[1]) if told else errno.ENOSPC * (os.strerror(errno.ENOSPC) in reason)


@contextmanager
def tell_file(path: Path | str) -> Iterator[None]:
    """Turn the system's errors about `path` into `FileError`, but not that of a reader who left."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise to_file_error(error, path) from error


@contextmanager
def open_whole(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file to write that takes the place of `path` when the block ends well, and never otherwise.

    Where `path` is a link, the file that it leads to is replaced; a device or a pipe is written to as it stands.
    Raises `FileError`; whatever goes wrong, what stood at `path` stays as it was.
    """
    real = path.resolve() if path.is_symlink() else path
    with tell_file(real):
        if real.exists() and not real.is_file():
            with real.open("w", encoding=encoding, newline="") as out:
                yield out
            return
        part = real.with_name(f".{real.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding=encoding, newline="") as out:
                yield out
            part.replace(real)
        finally:
            part.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write `text` as UTF-8 with its own line ends; `path` is replaced whole or not at all."""
    with open_whole(path) as out:
        out.write(text)


@contextmanager
def open_folder(path: Path, mark: str, *others: str) -> Iterator[Path]:
    """A new empty folder that takes the place of `path` when the block ends well, and never otherwise.

    Only a folder of our own is replaced: one that is empty, or whose ``SHA256SUMS`` lists the file `mark` and all else
    that is in it but `others`. The change is one step where the system can exchange two names (Linux); elsewhere it is
    two, and `find_folder` mends a run that was killed between them. Raises `FileError`.
    """
    path = path.resolve()
    with tell_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        find_folder(path)
        _refuse_foreign(path, mark, others)
        _sweep(path)
        new = path.with_name(f".{path.name}.new-{os.getpid()}-{next(_numbers)}")
        try:  # from before it is made, so that an interrupt leaves nothing
            _live.add(new)
            new.mkdir()
            yield new
            _refuse_foreign(path, mark, others)
            _replace_folder(new, path)
        except FileError as error:  # of a file that is gone in a moment: tell the one that it was to be
            error.problem = replace(error.problem, file=error.problem.file.replace(str(new), str(path), 1))
            raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
            _live.discard(new)


def _refuse_foreign(path: Path, mark: str, others: Collection[str]) -> None:
    """Raise `FileError` where `path` holds what no build wrote."""
    if not path.exists():
        return
    names = {entry.name for entry in path.iterdir()} - _LITTER
    sums = path / SUMS
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines() if sums.is_file() else []
    own = {line.partition("  ")[2] for line in lines}
    foreign = names - own - {SUMS, *others} if mark in own else names
    if foreign:
        raise FileError("folder-foreign", file=str(path), value=min(foreign))


def find_folder(path: Path) -> Path:
    """`path`, after putting back what a killed `open_folder` had set aside."""
    if not path.exists():
        old = path.with_name(f".{path.name}.old")
        if old.is_dir():
            old.rename(path)
    return path


def _replace_folder(new: Path, path: Path) -> None:
    if not path.exists():
        try:
            new.rename(path)
        except OSError:
            if not path.exists():
                raise
        else:
            return  # otherwise another run came first
    if not _exchange(new, path):
        old = path.with_name(f".{path.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        path.rename(old)
        new.rename(path)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; whether the system could."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0


def _sweep(path: Path) -> None:
    """Remove what killed runs left beside `path`; a run that is still alive keeps its folder."""
    head = f".{path.name}.new-"
    for left in path.parent.iterdir():
        number = left.name[len(head) :].partition("-")[0] if left.name.startswith(head) else ""
        if number.isdecimal() and left not in _live and not _is_alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    if path.exists():
        shutil.rmtree(path.with_name(f".{path.name}.old"), ignore_errors=True)


def _is_alive(process: int) -> bool:
    if process == os.getpid():
        return False  # what it fills itself is known; a run of the same number was another one, as in a container
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
