"""One web address, read within bounds of time, of size and of redirects."""

import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from tuopin.errors import DataError, FileError

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import OpenerDirector, Request

_SCHEMES = ("http", "https")
_REDIRECTS = 5
_CHUNK = 1 << 16
_AGENT = "tuopin/0.1 (+https://w3id.org/tuopin)"
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address answered: the bytes, the address after redirects, and what the server says that they are."""

    data: bytes
    url: str
    type: str = ""
    charset: str = ""


def is_address(text: str) -> bool:
    """Whether `text` is meant as an address and not as a file.

    >>> is_address("https://example.org/a.htm"), is_address("file:///etc/hosts"), is_address("C:/a.txt")
    (True, True, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def read_address(url: str, seconds: float = 30, limit: int = 20 << 20) -> Reply:
    """What stands at an http or https address; no other scheme is read, after a redirect neither.

    Raises `DataError` where the address is none, and `FileError` where it cannot be reached or its server answers with
    an error, redirects more than five times, takes more than `seconds` or sends more than `limit` bytes.
    """
    end = time.monotonic() + seconds
    with _tell(url, seconds), _make_opener(end).open(_to_request(url), timeout=seconds) as response:
        headers = response.headers
        data = b"".join(_unpack(_read_bounded(response, end), headers.get("Content-Encoding", ""), url, limit))
        kind = headers.get_content_type() if headers.get("Content-Type") else ""
        return Reply(data, response.url, kind, headers.get_content_charset() or "")


def _to_request(url: str) -> "Request":
    from urllib.request import Request  # noqa: PLC0415 - it loads ssl and http, which reading files does without

    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise DataError("url-scheme", file=url, value=parts.scheme)
    if not parts.hostname or parts.username is not None or parts.port == 0:
        raise ValueError(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    path, query = (quote(part, safe="/%:@!$&'()*+,;=~?-._") for part in (parts.path, parts.query))
    whole = urlunsplit((parts.scheme, host, path, query, ""))
    return Request(whole, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity", "Accept": "*/*"})


def _make_opener(end: float) -> "OpenerDirector":
    """What opens http and https alone, by the proxy of the environment if there is one."""
    from urllib import request  # noqa: PLC0415 - as above

    class Redirects(request.HTTPRedirectHandler):
        max_redirections = _REDIRECTS

        def redirect_request(self, req: "Request", *rest: Any) -> "Request | None":
            req.timeout = max(end - time.monotonic(), 0.01)  # all hops share the time of one
            return super().redirect_request(req, *rest)

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler, request.HTTPHandler, request.HTTPSHandler, request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor, request.UnknownHandler, Redirects,
    ):  # fmt: skip
        opener.add_handler(handler())
    return opener


def _read_bounded(response: "HTTPResponse", end: float) -> Iterator[bytes]:
    while chunk := response.read1(_CHUNK):
        if time.monotonic() > end:
            raise TimeoutError
        yield chunk
    if response.length:
        raise EOFError("the connection was closed early")


def _unpack(chunks: Iterator[bytes], coding: str, url: str, limit: int) -> Iterator[bytes]:
    """The bytes as they were before the server packed them, `limit` at most; some pack though they are asked not to."""
    if coding.lower() not in ("", "identity", "gzip", "x-gzip"):
        raise EOFError(f"Content-Encoding: {coding}")
    unzip = zlib.decompressobj(_GZIP) if "gzip" in coding.lower() else None
    left = limit
    for chunk in chunks:
        plain = unzip.decompress(chunk, left + 1) if unzip else chunk
        left -= len(plain)
        if left < 0:
            raise FileError("text-too-large", file=url, value=str(limit))
        yield plain
    if unzip and not unzip.eof:
        raise EOFError("the packed data end early")


@contextmanager
def _tell(url: str, seconds: float) -> Iterator[None]:
    """Turn what goes wrong with an address into `DataError` and `FileError`."""
    from http.client import HTTPException  # noqa: PLC0415 - as above
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - as above

    try:
        yield
    except HTTPError as error:
        error.close()
        key = "url-redirects" if 300 <= error.code < 400 else "url-status"
        raise FileError(key, file=url, value=str(error.code)) from error
    except (TimeoutError, URLError, OSError, HTTPException, EOFError, zlib.error) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise FileError("url-slow", file=url, value=f"{seconds:g}") from error
        raise FileError("url-failed", file=url, reason=str(reason) or type(reason).__name__) from error
    except ValueError as error:  # no host, a bad port, a character that no address holds
        raise DataError("bad-url", file=url, value=url) from error
