"""A build: the same bytes from the same data, and a folder that is always whole, whatever happens to the run."""

import csv
import gzip
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from tools import need, run

from tuopin.build import Summary, build
from tuopin.check import check
from tuopin.errors import BadData, FileError
from tuopin.files import SUMS
from tuopin.iris import PREFIXES
from tuopin.resources import find_data
from tuopin.serialise import write_gzip
from tuopin.store import load, open_store

SOURCE = "rednet-4216011"
COMMAND = [sys.executable, "-m", "tuopin", "build"]


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def read_table(path: Path, **options: str) -> list[dict[str, str]]:
    with path.open(encoding=options.get("encoding", "utf-8"), newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own data with the places of one province only."""
    folder = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(find_data(), folder, ignore=shutil.ignore_patterns("places*", "make*", "__pycache__"))
    places = read_table(find_data() / "places.csv")
    write_table(folder / "places.csv", [row for row in places if row["code"][:2] in ("43", "CN")])
    return folder


@pytest.fixture(scope="session")
def small(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """What is built from `data`, with its summary; nothing may change it."""
    out = tmp_path_factory.mktemp("small") / "build"
    return out, build(data, out)


@pytest.fixture
def out(small: tuple[Path, Summary], tmp_path: Path) -> Path:
    """A copy of it that may be changed, alone in its folder."""
    return Path(shutil.copytree(small[0], tmp_path / "out" / "build"))


def sums(folder: Path) -> str:
    """The sums of a folder, which hold for its files."""
    text = (folder / SUMS).read_text(encoding="utf-8")
    run(*need("sha256sum"), "--check", "--strict", "--quiet", folder / SUMS, cwd=folder)
    listed = [line.partition("  ")[2] for line in text.splitlines()]
    assert listed == sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    return text


def hold(folder: Path) -> None:
    """The folder is whole and usable, and alone."""
    assert len(sums(folder)) > 1000
    assert sum(1 for _ in open_store(folder)) == len((folder / "tuopin.nq").read_bytes().splitlines())
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


# --- same data, same bytes

VARIANTS: dict[str, dict[str, str]] = {
    "a plain locale": {"LC_ALL": "C"},
    "a file system of ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no locale": {"LC_ALL": "", "LANG": "", "PYTHONHASHSEED": "1"},
    "Chinese": {"LC_ALL": "", "LANG": "zh_CN.UTF-8"},
    "east": {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2"},
    "west": {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "3"},
    "optimised": {"PYTHONOPTIMIZE": "2", "SOURCE_DATE_EPOCH": "0"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_locale_time_zone_and_hash_seed_change_no_byte(
    data: Path, small: tuple[Path, Summary], tmp_path: Path, variant: str
) -> None:
    out = tmp_path / ("build" if "ASCII" in variant else "数据 集")
    run(*COMMAND, data, "-o", out, **VARIANTS[variant])
    assert sums(out) == sums(small[0])


def test_the_place_of_the_data_umask_and_working_folder_change_no_byte(
    data: Path, small: tuple[Path, Summary], tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "数据" / "elsewhere")
    shell = 'umask 077; cd "$1"; shift; exec "$@"'
    run("sh", "-c", shell, "sh", tmp_path / "数据", *COMMAND, "elsewhere", "-o", "deep/er/out")
    assert sums(tmp_path / "数据" / "deep" / "er" / "out") == sums(small[0])


def test_a_terminal_changes_no_byte(data: Path, small: tuple[Path, Summary], tmp_path: Path) -> None:
    master, slave = pty.openpty()
    command = [*COMMAND, str(data), "-o", str(tmp_path / "build")]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        said = b"".join(read_all(master))
    assert process.returncode == 0, said.decode()
    assert sums(tmp_path / "build") == sums(small[0])


def read_all(descriptor: int) -> Iterator[bytes]:
    try:
        while piece := os.read(descriptor, 4096):
            yield piece
    except OSError:  # how a terminal ends
        pass
    os.close(descriptor)


def test_rows_in_another_order_change_no_graph(data: Path, small: tuple[Path, Summary], tmp_path: Path) -> None:
    turned = Path(shutil.copytree(data, tmp_path / "data"))
    for path in (turned / "places.csv", *turned.glob("facts/*.csv"), turned / "things.csv"):
        write_table(path, read_table(path)[::-1])
    build(turned, tmp_path / "build", page=False)
    assert (tmp_path / "build" / "tuopin.nq").read_bytes() == (small[0] / "tuopin.nq").read_bytes()


def test_no_file_tells_when_or_where_it_was_built(built: Path, small: tuple[Path, Summary]) -> None:
    now = datetime.now(UTC)
    days = {f"{now + timedelta(days=off):%Y-%m-%d}" for off in (-1, 0, 1)}
    words = [*days, str(built.parent.parent), str(small[0].parent), str(Path.cwd())]
    checked = [path for folder in (built, small[0]) for path in folder.iterdir() if path.is_file()]
    data = {path: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in checked}
    assert [(path.name, word) for path in checked for word in words if word.encode() in data[path]] == []
    assert len(checked) > 20


# --- what is in the folder


def test_the_store_answers_what_the_quads_say(small: tuple[Path, Summary]) -> None:
    told = Counter(map(str, ox.parse(path=str(small[0] / "tuopin.nq"))))
    assert Counter(map(str, open_store(small[0]))) == told
    assert len(load(small[0])) == len((small[0] / "tuopin.nt").read_bytes().splitlines()) > 1000


def test_the_summary_counts_what_the_files_hold(data: Path, small: tuple[Path, Summary]) -> None:
    out, summary = small
    lines = (out / "tuopin.nq").read_text(encoding="utf-8").splitlines()
    graphs = Counter(line.removesuffix(" .").rpartition(" ")[2].strip("<>") for line in lines)
    assert summary.graphs == graphs
    assert summary.triples == len((out / "tuopin.nt").read_bytes().splitlines())
    assert sorted(summary.files) == sorted(path.name for path in out.iterdir() if path.is_file())
    figures, statements = read_table(out / "figures.csv"), read_table(out / "statements.csv")
    assert (summary.sources, summary.figures, summary.statements) == (1, len(figures), len(statements))
    classes = Counter(str(q.object) for q in ox.parse(path=str(out / "tuopin.nt")) if q.predicate.value == RDF_TYPE)
    for name, count in (
        ("Place", summary.places),
        ("Programme", summary.programmes),
        ("DerivedFigure", summary.derived),
    ):
        assert classes[f"<{PREFIXES['tp']}{name}>"] == count > 0
    assert summary.things == len(read_table(data / "things.csv")) + len(read_table(data / "programmes.csv"))
    assert (summary.date, summary.problems) == ("2017-02-20", check(data).problems)


RDF_TYPE = PREFIXES["rdf"] + "type"


def test_excel_gets_a_byte_order_mark_in_the_tables_and_nothing_else_changes(
    data: Path, small: tuple[Path, Summary], tmp_path: Path
) -> None:
    build(data, tmp_path / "build", excel=True, page=False)
    for path in sorted(tmp_path.glob("build/*.*")):
        plain = (small[0] / path.name).read_bytes()
        assert path.read_bytes() == (b"\xef\xbb\xbf" if path.suffix == ".csv" else b"") + plain, path.name
    assert read_table(tmp_path / "build" / "figures.csv", encoding="utf-8-sig") == read_table(small[0] / "figures.csv")


def test_large_files_are_packed_beside_themselves_without_name_or_time(built: Path) -> None:
    packed = sorted(built.glob("*.gz"))
    assert [path.name for path in packed] == [
        f"{path.name}.gz" for path in sorted(built.glob("tuopin.*[!z]")) if path.stat().st_size >= 1_000_000
    ]
    assert len(packed) > 3
    for path in packed:
        data = path.read_bytes()
        assert data[:10] == b"\x1f\x8b\x08" + bytes([0]) + bytes(4) + data[8:10]  # no flags, so no name; time 0
        assert gzip.decompress(data) == path.with_suffix("").read_bytes()


@pytest.mark.parametrize(("size", "is_packed"), [(999_999, False), (1_000_000, True)])
def test_a_file_is_packed_from_a_million_bytes_on(tmp_path: Path, size: int, is_packed: bool) -> None:
    (tmp_path / "file.nt").write_bytes(b"x" * size)
    assert (write_gzip(tmp_path / "file.nt") is not None) is is_packed


# --- a run that does not end well


def start(data: Path, out: Path) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*COMMAND, "--no-page", str(data), "-o", str(out)], stdin=quiet, stdout=quiet, stderr=quiet)


def test_a_run_killed_at_any_moment_leaves_the_earlier_result_whole(data: Path, out: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(data, tmp_path / "data"))
    write_table(changed / "facts" / f"{SOURCE}.figures.csv", read_table(data / "facts" / f"{SOURCE}.figures.csv")[:-1])
    began = time.monotonic()
    start(changed, tmp_path / "whole" / "build").wait()
    length = time.monotonic() - began
    results = {sums(out): "earlier", sums(tmp_path / "whole" / "build"): "new"}
    assert len(results) == 2
    killed, left = 0, 0
    for step in range(1, 13):
        process = start(changed, out)
        time.sleep(length * step / 11)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        left = max(left, len(list(out.parent.iterdir())) - 1)
        assert results[sums(out)] in ("earlier", "new")
        assert sum(1 for _ in open_store(out)) > 1000
    assert killed > 3
    assert left > 0, "no run was killed while it wrote"
    build(data, out, page=False)
    hold(out)


def test_bad_data_leave_the_earlier_result_and_nothing_else(data: Path, out: Path, tmp_path: Path) -> None:
    bad = Path(shutil.copytree(data, tmp_path / "data"))
    rows = read_table(bad / "facts" / f"{SOURCE}.figures.csv")
    write_table(bad / "facts" / f"{SOURCE}.figures.csv", [{**rows[0], "unit": "cubit"}, *rows[1:]])
    before = sums(out)
    with pytest.raises(BadData) as caught:
        build(bad, out)
    assert [(problem.field, problem.value) for problem in caught.value.problems] == [("unit", "cubit")]
    assert sums(out) == before
    hold(out)


def test_what_a_run_set_aside_before_it_was_killed_is_put_back(out: Path) -> None:
    set_aside = out.with_name(".build.old")
    out.rename(set_aside)
    assert sum(1 for _ in open_store(out)) > 1000
    hold(out)


@pytest.mark.parametrize("left", [".build.new-{dead}", ".build.new-{dead}-3", ".build.new-{own}-0", ".build.old"])
def test_what_a_killed_run_left_is_removed_by_the_next(data: Path, out: Path, left: str) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    shutil.copytree(out, out.with_name(left.format(dead=process.pid, own=os.getpid())))
    build(data, out, page=False)
    hold(out)


@pytest.mark.parametrize("is_first", [True, False])
def test_runs_at_once_do_not_mix(data: Path, small: tuple[Path, Summary], out: Path, is_first: bool) -> None:
    if is_first:
        shutil.rmtree(out)
    processes = [start(data, out) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    files = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".nq", ".csv", ".ttl")}
    assert files == {name: (small[0] / name).read_bytes() for name in files}
    hold(out)


def test_a_reader_that_has_the_old_store_open_is_not_disturbed(data: Path, out: Path) -> None:
    store = open_store(out)
    half = iter(store)
    read = [next(half) for _ in range(100)]
    build(data, out, page=False)
    assert len(read) + sum(1 for _ in half) == len(store) == len((out / "tuopin.nq").read_bytes().splitlines())
    hold(out)


def test_a_folder_of_the_user_is_not_replaced(data: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(FileError) as caught:
        build(data, tmp_path)
    assert (caught.value.problem.key, caught.value.problem.value) == ("folder-foreign", "letter.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


# --- memory

MEASURE = """
import resource, sys
from pathlib import Path
from tuopin import serialise, store
from tuopin.build import build
serialise._RUN = store._RUN = 5_000
build(Path(sys.argv[1]), Path(sys.argv[2]), page=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def multiply(data: Path, folder: Path, count: int) -> Path:
    """The data with a part of its source repeated as `count` sources."""
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("facts"))
    (folder / "facts").mkdir()
    names = [f"s{number:04}" for number in range(count)]
    source = read_table(data / "sources.csv")[0]
    write_table(folder / "sources.csv", [{**source, "id": name, "url": f"{source['url']}?{name}"} for name in names])
    figures = [row for row in read_table(data / "facts" / f"{SOURCE}.figures.csv") if not row["period_start"]][:9]
    statements = read_table(data / "facts" / f"{SOURCE}.statements.csv")
    statements = [row for row in statements if row["property"] in ("aimsAt", "takesMeasure")]
    for name in names:
        for kind, rows in (("figures", figures), ("statements", statements)):
            write_table(folder / "facts" / f"{name}.{kind}.csv", [{**row, "source": name} for row in rows])
    return folder


def test_memory_does_not_grow_with_the_number_of_sources(data: Path, tmp_path: Path) -> None:
    peaks = []
    for count in (20, 120):
        folder, out = multiply(data, tmp_path / f"data{count}", count), tmp_path / f"build{count}"
        peaks.append(int(run(sys.executable, "-c", MEASURE, folder, out).stdout))
        assert len(read_table(out / "figures.csv")) == count * 9
    assert (tmp_path / "build120" / "tuopin.nq").stat().st_size > 4 * (
        tmp_path / "build20" / "tuopin.nq"
    ).stat().st_size
    assert peaks[1] < peaks[0] * 1.6
