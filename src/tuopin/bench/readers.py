"""Readers of text, each in a process of its own: tuopin, one regular expression, and peers that do a part.

The peers have an environment of their own, since they want old versions of what others want new. This module runs in it
as well, and so imports nothing that is not in the standard library before it is asked for a reader.
"""

import json
import logging
import os
import re
import resource
import subprocess
import sys
import time
import venv
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory
from typing import Any

from tuopin.bench.runner import Missing, Run, run_process

VARIABLE = "TUOPIN_BENCH_READERS"
REQUIREMENTS = (
    "cn2an==0.5.*",
    "jieba==0.42.*",
    "jionlp==1.5.*",
    "recognizers-text-number==1.0.2a2",
    "recognizers-text-number-with-unit==1.0.2a2",
    "emoji<2",  # recognizers-text imports what emoji 2 no longer has
)
# One figure as simply as it can be put: what any reader in Python is measured against.
FIGURE = re.compile("[0-9][0-9,.]*[余多]?[十百千万亿]*[余多]?(?:元|[人户个名家亩%])")
_CLAUSE = re.compile("[^，。；：！？、\n]+")
_AMOUNT = re.compile("[0-9零〇一二两三四五六七八九十百千万亿几半].*(?:元|块|毛|角|分)")
_VAGUE = re.compile("[余多几]")
_CODE = "import sys; sys.path.append(sys.argv.pop(1)); from tuopin.bench.readers import main; main(sys.argv[1:])"
_CHUNK = 250_000  # bytes that a worker of a pool takes at a time

Cells = dict[str, Any]
Span = tuple[int, int, str, str, str]  # start, end, value, low, high
Read = Callable[[Cells], Any]
_CELLS = ("published", "title", "place", "publisher")  # what tuopin is told of a text
_SHARED: list[Read] = []  # the reader of the workers of a pool


# --------------------------------------------------------------------- peers


def _make_expression() -> Read:
    return lambda text: [match.span() for match in FIGURE.finditer(text["text"])]


def _make_jieba() -> Read:
    jieba = import_module("jieba")
    return lambda text: jieba.lcut(text["text"])


def _make_jionlp_money() -> Read:
    extract = import_module("jionlp").ner.extract_money
    # It takes the end of one clause and the beginning of the next for one amount, so it gets them one at a time.
    return lambda text: [
        span
        for clause in _CLAUSE.finditer(text["text"])
        for each in extract(clause[0], with_parsing=True)
        for span in _to_amount(each, clause.start())
    ]


def _to_amount(found: Cells, start: int) -> Iterator[Span]:
    """An amount of yuan as we write it: words of approximation stay outside, and 10余万 is 10万 and more."""
    amount = _AMOUNT.search(found["text"])
    if amount and found["detail"]["case"] == "元":
        begin, number = start + found["offset"][0] + amount.start(), found["detail"]["num"]
        if isinstance(number, str) or _VAGUE.search(amount[0]):
            yield begin, begin + len(amount[0]), number if isinstance(number, str) else number[0], "", ""
        else:
            yield begin, begin + len(amount[0]), "", *number


def _make_jionlp_time() -> Read:
    extract = import_module("jionlp").ner.extract_time
    return lambda text: extract(text["text"])


def _make_jionlp_place() -> Read:
    recognise = import_module("jionlp").recognize_location
    return lambda text: recognise(text["text"])


def _make_numbers() -> Read:
    culture = import_module("recognizers_text").Culture.Chinese
    model = import_module("recognizers_number").NumberRecognizer(culture).get_number_model()
    return lambda text: list(_find_resolved(model, text["text"]))


def _make_percentages() -> Read:
    culture = import_module("recognizers_text").Culture.Chinese
    model = import_module("recognizers_number").NumberRecognizer(culture).get_percentage_model()
    return lambda text: list(_find_resolved(model, text["text"]))


def _make_currencies() -> Read:
    culture = import_module("recognizers_text").Culture.Chinese
    model = import_module("recognizers_number_with_unit").NumberWithUnitRecognizer(culture).get_currency_model()
    return lambda text: list(_find_resolved(model, text["text"]))


def _find_resolved(model: Any, text: str) -> Iterator[Span]:
    for each in model.parse(text):
        value, currency = each.resolution.get("value"), each.resolution.get("isoCurrency", "CNY")
        if value and currency == "CNY":
            yield each.start, each.end + 1, value.removesuffix("%"), "", ""


def _make_cn2an() -> Read:
    convert = import_module("cn2an").cn2an

    def read(text: Cells) -> list[Span]:
        try:
            return [(0, len(text["text"]), str(convert(text["text"], "smart")), "", "")]
        except ValueError:
            return []

    return read


PEERS: dict[str, Callable[[], Read]] = {
    "cn2an": _make_cn2an,
    "jieba": _make_jieba,
    "jionlp-money": _make_jionlp_money,
    "jionlp-time": _make_jionlp_time,
    "jionlp-place": _make_jionlp_place,
    "recognizers-number": _make_numbers,
    "recognizers-percentage": _make_percentages,
    "recognizers-currency": _make_currencies,
}


# --------------------------------------------------------------- environment


def run_reader(name: str, texts: Path, **options: object) -> Run:
    """Run a reader over texts, JSON Lines, in a new process; raises `Missing` where the reader is not to be had.

    `name` is one of `PEERS`, ``re``, ``tuopin`` or ``write``. The last two name what does the work in `options` as
    ``module:function``: `read` takes text, published, title, place and publisher, and `write` the paths of the texts
    and of the N-Quads. The CPU time is without start-up. `workers` more than one is a pool of processes; with `stream`
    no text is held, as in a pool; with `spans` the answer has what a peer found in each text.
    """
    python = find_python() if name in PEERS else sys.executable
    source = str(Path(__file__).parents[2])
    run = run_process([python, "-c", _CODE, source, name, str(texts), json.dumps(options)])
    if "missing" in run.answer:
        raise Missing(run.answer["missing"])
    return Run(run.answer["cpu"], run.answer)


def find_python() -> str:
    """The Python that has the peers: in the folder that ``TUOPIN_BENCH_READERS`` names, or in ``build/bench-readers``.

    The latter is made where it is missing; raises `Missing` where it cannot be.
    """
    folder = Path(os.environ.get(VARIABLE) or Path("build") / "bench-readers").absolute()
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        _install(folder, python)
    return str(python)


def _install(folder: Path, python: Path) -> None:
    if os.environ.get(VARIABLE):
        raise Missing(f"{VARIABLE}={folder}")
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *REQUIREMENTS]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"pip install {' '.join(REQUIREMENTS)}: {done.stderr.strip().rpartition(chr(10))[2]}")


# --------------------------------------------------------------- one process


def main(words: list[str]) -> None:
    """Run one reader and print its answer: ``cpu``, ``wall``, ``bytes``, ``peak``, or ``missing`` and why."""
    name, path, options = words[0], Path(words[1]), json.loads(words[2])
    # Peers warn and log about what they cannot read.
    warnings.simplefilter("ignore")
    logging.disable()
    try:
        answer = _write(path, **options) if name == "write" else _read(name, path, **options)
    except (ImportError, Missing) as error:
        answer = {"missing": f"{name}: {error}"}
    print(f"\n{json.dumps(answer)}")


def read_lines(path: Path) -> Iterator[Cells]:
    """The texts of a file of JSON Lines, one at a time."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def make_reader(name: str, read: str = "") -> Read:
    """One of `PEERS`, ``re``, or ``tuopin``, which `read` names as ``module:function``; raises `Missing` without it."""
    if name == "tuopin":
        call = _find_callable(read)
        return lambda text: call(text["text"], **{key: text.get(key) or "" for key in _CELLS})
    return _make_expression() if name == "re" else PEERS[name]()


def _find_callable(name: str) -> Callable[..., Any]:
    try:
        call: Callable[..., Any] = resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise Missing(f"{name}: {error}") from error
    return call


def _read(
    name: str, path: Path, *, read: str = "", workers: int = 1, stream: bool = False, spans: bool = False
) -> Cells:
    call, found = make_reader(name, read), list[Any]()
    call(next(read_lines(path)))  # what is loaded for the first text is not counted
    texts: Iterable[Cells] = read_lines(path) if stream else list(read_lines(path))
    clock = _Clock()
    if workers > 1:
        _read_by_pool(call, workers, path)
    elif spans:
        found += map(call, texts)
    else:
        for text in texts:
            call(text)
    return clock.read() | {"bytes": _count_bytes(path), "spans": found}


def _read_by_pool(call: Read, workers: int, path: Path) -> None:
    """A worker has what its parent has loaded, is given lines, and keeps what it reads: it would write that itself."""
    _SHARED[:] = [call]
    with path.open("rb") as file, ProcessPoolExecutor(workers, get_context("fork")) as pool:
        chunks = iter(lambda: file.readlines(_CHUNK), [])
        for _ in pool.map(_read_chunk, chunks):
            pass


def _read_chunk(lines: list[bytes]) -> None:
    for line in lines:
        _SHARED[0](json.loads(line))


def _write(path: Path, write: str) -> Cells:
    call = _find_callable(write)
    with TemporaryDirectory(prefix="tuopin-bench-") as folder:
        first, out = Path(folder) / "first.jsonl", Path(folder) / "out.nq"
        with path.open(encoding="utf-8") as file:
            first.write_text(file.readline(), encoding="utf-8")
        call(first, out)
        clock = _Clock()
        call(path, out)
        return clock.read() | {"bytes": _count_bytes(path), "written": out.stat().st_size}


def _count_bytes(path: Path) -> int:
    """The size of the texts in UTF-8."""
    return sum(len(text["text"].encode()) for text in read_lines(path))


class _Clock:
    """What this process and its children have used since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _find_cpu()

    def read(self) -> Cells:
        return {"cpu": _find_cpu() - self._cpu, "wall": time.perf_counter() - self._wall, "peak": _find_peak()}


def _find_cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _find_peak() -> int:
    """The peak of memory in bytes, 0 where the system does not tell; `getrusage` would have that of the parent."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
