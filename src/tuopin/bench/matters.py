"""What is measured beside whom, and what the goal is."""

import difflib
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tuopin.bench.morph import find_python, run_morph
from tuopin.bench.reading import READ, WRITE, Trial, find_corpora
from tuopin.bench.rows import Goal, Subject, show_speed, show_time
from tuopin.bench.runner import Missing, Run, interleave, run_process, run_task, to_median, to_speed
from tuopin.bench.shop import TRIPLES, Sizes, Workshop
from tuopin.bench.tasks import STOPPED
from tuopin.errors import UsageError
from tuopin.library import read_library
from tuopin.messages import to_message

_QUICK = 15  # turns of what is over in a moment
_TENTH = 10
_ROUNDS = 5  # how often a query is asked in one process
_MILLISECOND = 1e-3
_MAIN = "import sys; from tuopin.cli import main; sys.exit(main())"  # as the installed command has it


def check_names(what: Sequence[str]) -> list[str]:
    """The matters in `what` in their order, all where it is empty; raises `UsageError` for what is none."""
    for name in what:
        if name not in _MATTERS:
            known = ", ".join(_MATTERS)
            near = ", ".join(difflib.get_close_matches(name, _MATTERS, 3, 0.5)) or known
            raise UsageError("bench-unknown", value=name, near=near, known=known)
    return [name for name in _MATTERS if name in what or not what]


def find_rows(names: Sequence[str], sizes: Sizes) -> Iterator[list[str]]:
    """The rows of the matters, as they are measured."""
    with tempfile.TemporaryDirectory(prefix="tuopin-bench-") as folder:
        shop = Workshop(sizes, Path(folder))
        for name in names:
            yield from _MATTERS[name](shop)


def _compare_speed(runs: int, own: Callable[[], Run], other: Callable[[], Run], subject: Subject) -> list[str]:
    ours, theirs = interleave(runs, own, other)
    speeds = to_speed(ours), to_speed(theirs)
    return subject.to_row([show_speed(speed) for speed in speeds], speeds[0] / speeds[1], runs)


def _compare_time(runs: int, own: Callable[[], Run], other: Callable[[], Run], subject: Subject) -> list[str]:
    ours, theirs = interleave(runs, own, other)
    times = to_median(ours), to_median(theirs)
    return subject.to_row([show_time(time) for time in times], times[0] / times[1], runs)


# ------------------------------------------------------------------- records


def _measure_records(shop: Workshop) -> Iterator[list[str]]:
    for peer, bound, quads in (("pyoxigraph", 1.5, shop.sizes.quads), ("rdflib", 20, shop.sizes.quads // _TENTH)):
        own, other = (partial(_write_records, shop, name, quads) for name in ("tuopin", peer))
        subject = Subject("records", to_message("bench.records", quads=f"{quads:,}"), peer, Goal("≥", bound))
        yield subject.measure(partial(_compare_speed, shop.sizes.runs, own, other))
    yield _measure_tables(shop)
    yield _measure_memory(shop)


def _write_records(shop: Workshop, name: str, quads: int) -> Run:
    with shop.lend() as path:
        return run_task(f"records_{name}", quads=quads, path=path)


def _measure_tables(shop: Workshop) -> list[str]:
    quads = shop.sizes.quads
    subject = Subject("records", to_message("bench.tables", quads=f"{quads:,}"), "morph-kgc", Goal("≥", 5))

    def compare(row: Subject) -> list[str]:
        python, folder = find_python(), Path(shop.find_path())
        folder.mkdir()
        run_task("tables", quads=quads, path=str(folder))
        own, other = partial(_map_by_tuopin, shop, folder), partial(_map_by_morph, shop, folder, python)
        return _compare_speed(shop.sizes.runs, own, other, row)

    return subject.measure(compare)


def _map_by_tuopin(shop: Workshop, folder: Path) -> Run:
    with shop.lend() as path:
        return run_task("tables_tuopin", folder=str(folder / "data"), path=path)


def _map_by_morph(shop: Workshop, folder: Path, python: str) -> Run:
    with shop.lend() as path:
        return run_morph(python, folder, Path(path))


def _measure_memory(shop: Workshop) -> list[str]:
    whole, tenth = shop.sizes.quads, shop.sizes.quads // _TENTH
    calls = [partial(_write_records, shop, "tuopin", quads) for quads in (whole, tenth)]
    runs = interleave(shop.sizes.runs, *calls)
    peaks = [statistics.median(run.peak for run in column) for column in runs]
    measured, peer = to_message("bench.memory", quads=f"{whole:,}"), to_message("bench.tenth", quads=f"{tenth:,}")
    shown = [f"{peak:.1f} MB" for peak in peaks]
    return Subject("records", measured, peer, Goal("≤", 1.1)).to_row(shown, peaks[0] / peaks[1], shop.sizes.runs)


# --------------------------------------------------------------------- store


def _measure_store(shop: Workshop) -> Iterator[list[str]]:
    for place, bound in (("disk", 1.15), ("memory", 1.4)):
        measured = to_message(f"bench.store.{place}", quads=f"{shop.sizes.quads:,}")
        subject = Subject("store", measured, "pyoxigraph bulk_load", Goal("≤", bound))
        yield subject.measure(partial(_compare_stores, shop, place == "disk"))


def _compare_stores(shop: Workshop, on_disk: bool, row: Subject) -> list[str]:
    def make_own() -> Run:
        with shop.lend() as path, shop.lend() as folder:
            return run_task("store_tuopin", quads=shop.sizes.quads, path=path, folder=folder if on_disk else "")

    def make_other() -> Run:
        with shop.lend() as folder:
            return run_task("store_pyoxigraph", path=shop.quads, folder=folder if on_disk else "")

    return _compare_time(shop.sizes.runs, make_own, make_other, row)


# -------------------------------------------------------------------- checks


def _measure_checks(shop: Workshop) -> Iterator[list[str]]:
    path = shop.find_path(".nt")
    count = run_task("checks", triples=shop.sizes.triples, path=path).answer["quads"]
    measured = to_message("bench.checks", triples=f"{count:,}", variable=TRIPLES)
    yield Subject("checks", measured, "pySHACL", Goal("≤", 0.2)).measure(partial(_compare_checks, path))


def _compare_checks(path: str, row: Subject) -> list[str]:
    """Only one turn, since pySHACL takes a minute or many."""
    own, other = (run_task(f"checks_{name}", path=path) for name in ("tuopin", "pyshacl"))
    ours, theirs = ({tuple(found) for found in run.answer["found"]} for run in (own, other))
    note = to_message("bench.same" if ours == theirs else "bench.differ", ours=len(ours), theirs=len(theirs))
    ratio = own.cpu / other.cpu
    met = row.goal.is_met(ratio) and ours == theirs
    return row.to_row([show_time(own.cpu), show_time(other.cpu)], ratio, 1, note, met)


# --------------------------------------------------------------------- start


def _measure_start(shop: Workshop) -> Iterator[list[str]]:
    python = partial(run_process, [sys.executable, "-c", "pass"])
    turns = _QUICK if shop.sizes.runs > 1 else 1
    for key, bound, words in (("help", 3, ["--help"]), ("asking", 6, ["query", "places", "-d", shop.dataset])):
        subject = Subject("start", to_message(f"bench.{key}"), "python -c pass", Goal("≤", bound))
        call = partial(run_process, [sys.executable, "-c", _MAIN, *words])
        yield subject.measure(partial(_compare_time, turns, call, python))
    yield Subject("start", to_message("bench.build"), "import rdflib", Goal("≤", 1.5)).measure(
        partial(_compare_build, shop)
    )


def _build(shop: Workshop) -> Run:
    with shop.lend() as path:
        return run_task("build", path=path)


def _compare_build(shop: Workshop, row: Subject) -> list[str]:
    rdflib = partial(run_process, [sys.executable, "-c", "import rdflib"])
    ours, theirs = interleave(shop.sizes.runs, partial(_build, shop), rdflib)
    times = to_median(ours), to_median(theirs)
    parts = {name: statistics.median(run.answer["parts"][name] for run in ours) for name in ours[0].answer["parts"]}
    note = ", ".join(f"{name.lstrip('_')} {show_time(time)}" for name, time in parts.items())
    return row.to_row([show_time(time) for time in times], times[0] / times[1], shop.sizes.runs, note)


# --------------------------------------------------------------------- query


def _measure_query(shop: Workshop) -> Iterator[list[str]]:
    names = list(shop.sizes.queries or read_library())
    measured = to_message("bench.overhead", queries=len(names))
    yield Subject("query", measured, "pyoxigraph", Goal("≤", 1.05)).measure(partial(_compare_overhead, shop, names))
    yield from _measure_library(shop, names)
    path, store = shop.quads, shop.find_path()
    run_task("places", path=path, folder=store)
    for question in ("figures", "counties"):
        subject = Subject("query", to_message(f"bench.places.{question}"), "schema:containedInPlace+", Goal("≤", 0.5))
        yield subject.measure(partial(_compare_paths, shop, store, question))


def _compare_overhead(shop: Workshop, names: list[str], row: Subject) -> list[str]:
    """All queries together; the goal is kept too where a query costs no more than a fifth of a millisecond."""
    own, other = (
        partial(run_task, f"library_{name}", dataset=shop.dataset, queries=names, rounds=_ROUNDS)
        for name in ("tuopin", "pyoxigraph")
    )
    ours, theirs = interleave(shop.sizes.runs, own, other)
    times = to_median(ours), to_median(theirs)
    ratio, more = times[0] / times[1], statistics.median(_find_extra(ours, theirs))
    note = to_message("bench.more", more=f"{more / _MILLISECOND:.3f}")
    met = row.goal.is_met(ratio) or more <= 0.2 * _MILLISECOND
    return row.to_row([show_time(time) for time in times], ratio, shop.sizes.runs, note, met)


def _find_extra(ours: list[Run], theirs: list[Run]) -> Iterator[float]:
    """By how much each query takes longer, the medians compared."""
    for name in ours[0].answer["seconds"]:
        own, other = (statistics.median(run.answer["seconds"][name] for run in runs) for runs in (ours, theirs))
        yield own - other


def _measure_library(shop: Workshop, names: list[str]) -> Iterator[list[str]]:
    """One row for all queries, the least ratio its figure, and one for each that misses the goal."""
    goal, sizes = Goal("≥", 10), shop.sizes
    whole = Subject("query", to_message("bench.library", queries=len(names)), "rdflib", goal)
    try:
        own = run_task("library_tuopin", dataset=shop.dataset, queries=names, rounds=_ROUNDS).answer
        other = run_task("library_rdflib", dataset=shop.dataset, queries=names, limit=sizes.limit).answer
    except Missing as missing:
        yield whole.to_gap("bench.missing", str(missing))
        return
    pairs = {name: (other["seconds"][name], own["seconds"][name]) for name in names}
    ratios = {name: pair[0] / pair[1] for name, pair in pairs.items()}
    stopped = [name for name in names if other["rows"][name] == STOPPED]
    differ = [name for name in names if name not in stopped and other["rows"][name] != own["rows"][name]]
    yield whole.to_row(_show_sums(pairs.values()), min(ratios.values()), 1, _find_note(ratios, stopped, differ))
    for name in sorted((name for name in names if not goal.is_met(ratios[name])), key=ratios.__getitem__):
        row = Subject("query", name, "rdflib", goal)
        yield row.to_row([show_time(time) for time in reversed(pairs[name])], ratios[name], 1)


def _show_sums(pairs: Iterable[tuple[float, float]]) -> list[str]:
    theirs, ours = zip(*pairs, strict=True)
    return [show_time(sum(ours)), show_time(sum(theirs))]


def _find_note(ratios: dict[str, float], stopped: list[str], differ: list[str]) -> str:
    notes = [to_message("bench.median", median=f"{statistics.median(ratios.values()):.0f}")]
    notes += [to_message("bench.stopped", names=", ".join(stopped))] if stopped else []
    notes += [to_message("bench.rows", names=", ".join(differ))] if differ else []
    return "; ".join(notes)


def _compare_paths(shop: Workshop, store: str, question: str, row: Subject) -> list[str]:
    own, other = (
        partial(run_task, "hierarchy", store=store, question=question, path=path, rounds=_ROUNDS)
        for path in ("within", "path")
    )
    ours, theirs = interleave(shop.sizes.runs, own, other)
    times, is_same = (to_median(ours), to_median(theirs)), ours[0].answer["number"] == theirs[0].answer["number"]
    note = "" if is_same else to_message("bench.unlike")
    return row.to_row([show_time(time) for time in times], times[0] / times[1], shop.sizes.runs, note)


def _measure_extract(shop: Workshop) -> Iterator[list[str]]:
    """Reading articles: how right it is on annotated ones, how quick, beside peers; a million quads stand for 4 MB."""
    corpora = find_corpora()
    if not corpora:
        subject = Subject(
            "extract", to_message("bench.read.level", level="found", corpus="–"), "annotation", Goal("≥", 1)
        )
        yield subject.to_gap("bench.missing", to_message("bench.read.none"))
    trial = Trial(corpora, shop.folder, READ, WRITE, shop.sizes.quads * 4, shop.sizes.runs)
    for each in trial.find_comparisons():
        subject = Subject("extract", to_message(f"bench.read.{each.key}", **each.data), each.peer, each.goal)
        yield subject.measure(each.call)


_MATTERS: dict[str, Callable[[Workshop], Iterator[list[str]]]] = {
    "records": _measure_records,
    "store": _measure_store,
    "checks": _measure_checks,
    "extract": _measure_extract,
    "start": _measure_start,
    "query": _measure_query,
}
