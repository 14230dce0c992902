"""Files and folders as something that is either wholly written or left as it was."""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    errno.EISDIR: "file-is-folder",
    errno.ENOTDIR: "file-not-folder",
}
_AT_CWD, _EXCHANGE = -100, 2  # of renameat2 in Linux


def to_file_error(error: OSError, path: Path | str) -> FileError:
    """The `FileError` that says what `error` means for the file that it names, or else for `path`."""
    key = _REASONS.get(error.errno or 0, "file-failed")
    named = str(error.filename or path)
    is_part = Path(named).name.startswith(f".{Path(path).name}.")
    return FileError(key, file=str(path) if is_part else named, reason=error.strerror or str(error))


@contextmanager
def tell_file(path: Path | str) -> Iterator[None]:
    """Turn the system's errors about `path` into `FileError`."""
    try:
        yield
    except OSError as error:
        raise to_file_error(error, path) from error


@contextmanager
def open_whole(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file to write that takes the place of `path` when the block ends well, and never otherwise.

    Raises `FileError`; whatever goes wrong, what stood at `path` stays as it was.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with tell_file(path):
        if path.exists() and not path.is_file() and not path.is_dir():  # a device or a pipe has no place to take
            with path.open("w", encoding=encoding, newline="") as out:
                yield out
            return
        try:
            with part.open("w", encoding=encoding, newline="") as out:
                yield out
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write `text` as UTF-8 with its own line ends; `path` is replaced whole or not at all."""
    with open_whole(path) as out:
        out.write(text)


@contextmanager
def open_folder(path: Path) -> Iterator[Path]:
    """A new empty folder that takes the place of `path` when the block ends well, and never otherwise.

    The change is one step where the system can exchange two names (Linux); elsewhere it is two, and `find_folder` mends
    a run that was killed between them. Raises `FileError`.
    """
    path = path.absolute()
    if path.exists() and not path.is_dir():
        raise FileError("file-not-folder", file=str(path))
    with tell_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        find_folder(path)
        _sweep(path)
        new = path.with_name(f".{path.name}.new-{os.getpid()}")
        try:
            new.mkdir()
            yield new
            _replace_folder(new, path)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def find_folder(path: Path) -> Path:
    """`path`, after putting back what a killed `open_folder` had set aside."""
    old = path.with_name(f".{path.name}.old")
    if old.is_dir() and not path.exists():
        old.rename(path)
    return path


def _replace_folder(new: Path, path: Path) -> None:
    if not path.exists():
        new.rename(path)
    elif not _exchange(new, path):
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
    for left in path.parent.glob(f".{path.name}.new-*"):
        number = left.name.rpartition("-")[2]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
