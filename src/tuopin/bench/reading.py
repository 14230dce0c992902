"""What is measured of reading text: how right it is, how quick and in what memory, beside annotations and peers."""

import json
import re
import statistics
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property, partial
from itertools import count
from pathlib import Path

from tuopin.bench.annotated import Annotated, Golden, read_annotated
from tuopin.bench.readers import make_reader, run_reader
from tuopin.bench.rows import Goal, Subject, show_time
from tuopin.bench.runner import Missing, Run, interleave, to_median
from tuopin.bench.scoring import Facts, Reading, Score, Tally, score, score_all
from tuopin.facts import Figure

READ, WRITE = "tuopin.reader.read:read_facts", "tuopin.bench.quads:write_quads"
_MB = 1_000_000
_PEAK = 60  # MB that text to N-Quads may take
_EXTRA = 1.05  # times the CPU time of one process that two may take
_LEVELS = {"found": 0.97, "core": 0.88, "strict": 0.8, "carriesOut": 0.8, "carriesOut-anywhere": 0.8}
# Against whom, the goal, and how much less text it gets: the slow ones would need an hour.
_SPEEDS = (
    ("re", 0.04, 1),
    ("jieba", 5, 4),
    ("recognizers-number", 7, 20),
    ("jionlp-money", 1, 10),
    ("jionlp-time", 1, 40),
    ("jionlp-place", 1, 80),
    ("recognizers-currency", 1, 40),
)
_COUNTED = re.compile(r"(?<![\d.])\d{2,9}(?=[个户人名亩家])")
_VAGUE = re.compile("[余多几,，]")
_NUMBER = re.compile("[0-9零〇一二两三四五六七八九十百千万亿.]+")
_SCALED = {"km", "kW", "ton", "percent", "percentage-point"}  # units in which the value is not the number as written


def find_corpora() -> list[Path]:
    """The folders of annotated texts of a checkout, and of the design beside it; none in an installed wheel."""
    root = Path(__file__).parents[3]
    folders = [*sorted((root / "tests" / "corpus" / "articles").glob("*")), root.parent / "shared" / "data" / "dev"]
    return [folder for folder in folders if any(folder.glob("*.json"))]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a peer says that it reads: figures in these units, written so, with or without ranges."""

    peer: str
    units: Collection[str]
    written: str = ""
    has_ranges: bool = False

    def holds(self, golden: Golden) -> bool:
        """Whether an annotated figure is of this kind."""
        figure = golden.record
        assert isinstance(figure, Figure)
        is_whole = self.has_ranges or not figure.low
        return figure.unit in self.units and is_whole and bool(re.search(self.written, figure.quote))


CLAIMS = (
    Claim("jionlp-money", {"CNY"}, has_ranges=True),
    Claim("recognizers-currency", {"CNY"}),
    Claim("recognizers-percentage", {"percent", "percentage-point"}, "[%％成]|百分"),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row to be: the key of what is measured with its data, the peer, the goal, and what makes the row."""

    key: str
    peer: str
    goal: Goal
    call: Callable[[Subject], list[str]]
    data: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """Reading, measured: on annotated folders, and on a made-up corpus of about `size` bytes.

    `read` and `write` name what reads a text and what makes N-Quads of a file of texts, as for `readers.run_reader`.
    """

    corpora: Sequence[Path]
    folder: Path
    read: str
    write: str
    size: int = 4 * _MB
    runs: int = 3
    _numbers: Iterator[int] = field(default_factory=count, init=False, repr=False)

    def find_comparisons(self) -> Iterator[Comparison]:
        """All that is measured, quality first; nothing is run before a comparison is called."""
        for corpus in self.corpora:
            yield from self._find_qualities(corpus)
        if self.corpora:
            yield from self._find_speeds()

    # ----------------------------------------------------------------- quality

    def score_corpus(self, corpus: Path) -> Score:
        """How well a folder of annotated texts is read; `Score.differences` says what is wrong."""
        texts = _open(corpus)
        return score_all(texts, self._read_all(texts))

    def _read_all(self, texts: Iterable[Annotated]) -> list[Facts]:
        call = make_reader("tuopin", self.read)
        return [call(_to_cells(text)) for text in texts]

    def _find_qualities(self, corpus: Path) -> Iterator[Comparison]:
        data: dict[str, object] = {"corpus": corpus.name}
        for level, bound in _LEVELS.items():
            call = partial(self._measure_level, corpus, level)
            yield Comparison("level", "annotation", Goal("≥", bound), call, data | {"level": level})
        for claim in CLAIMS:
            yield Comparison("claim", claim.peer, Goal("≥", 1), partial(self._measure_claim, corpus, claim), data)
        for peer in ("recognizers-number", "cn2an"):
            yield Comparison("numbers", peer, Goal("≥", 1), partial(self._measure_numbers, corpus, peer), data)

    def _measure_level(self, corpus: Path, level: str, row: Subject) -> list[str]:
        total = self.score_corpus(corpus)
        tally, note = total.levels[level], ""
        if level == "found":
            shares = "".join(f"; {name} {each.recall:.3f}" for name, each in total.attributes.items())
            note = f"; ×10ⁿ {total.slips}; ≠ quote {total.misquoted}{shares}"
        return row.to_row([f"F1 {tally.f1:.3f}", "1"], tally.f1, 1, _show_tally(tally) + note)

    def _measure_claim(self, corpus: Path, claim: Claim, row: Subject) -> list[str]:
        texts = _open(corpus)
        own = [[each for each in facts.figures if each.unit in claim.units] for facts in self._read_all(texts)]
        other = self._read_by_peer(claim.peer, texts)
        sides = [_score_claim(claim, texts, side) for side in (own, other)]
        note = f"{'/'.join(sorted(claim.units))}: {' | '.join(map(_show_tally, sides))}"
        return _to_better(row, [(f"F1 {side.f1:.3f}", side.f1) for side in sides], note)

    def _read_by_peer(self, peer: str, texts: Sequence[Annotated]) -> list[list[Figure]]:
        spans = run_reader(peer, self._write_texts(map(_to_cells, texts)), spans=True).answer["spans"]
        return [
            [Figure(text.id, text.text[span[0] : span[1]], *span) for span in each]
            for text, each in zip(texts, spans, strict=True)
        ]

    def _measure_numbers(self, corpus: Path, peer: str, row: Subject) -> list[str]:
        """Only what is found of the annotated numbers: a peer that reads all numbers is not wrong about a date.

        cn2an converts what it is given, so it is given the number; tuopin has to find it in the text.
        """
        texts = _open(corpus)
        goldens = [[each for each in text.figures if _is_number(each)] for text in texts]
        own = [facts.figures for facts in self._read_all(texts)]
        other = self._convert(goldens) if peer == "cn2an" else self._read_by_peer(peer, texts)
        total = sum(map(len, goldens))
        if not total:
            raise Missing(f"{corpus}: 0")
        shares = [sum(map(_count_right, goldens, side)) / total for side in (own, other)]
        return _to_better(row, [(f"R {share:.3f}", share) for share in shares], f"n {total}")

    def _convert(self, goldens: Sequence[Sequence[Golden]]) -> list[list[Figure]]:
        """The values that cn2an gives for the numbers, each as a figure where its annotation stands."""
        phrases = [_to_phrase(golden) for each in goldens for golden in each]
        spans = run_reader("cn2an", self._write_texts({"text": each} for each in phrases), spans=True).answer["spans"]
        found = iter(spans)
        return [
            [replace(_to_figure(golden), value=span[2]) for golden in each for span in next(found)] for each in goldens
        ]

    # ------------------------------------------------------------------- speed

    def _find_speeds(self) -> Iterator[Comparison]:
        for peer, bound, part in _SPEEDS:
            yield Comparison("speed", peer, Goal("≥", bound), partial(self._compare_speed, peer, part))
        yield Comparison("quads", "re", Goal("≥", 0.03), self._compare_writing)
        yield Comparison("pool", "×1", Goal("≥", 1.8), self._compare_pool)
        yield Comparison("memory", "1/20", Goal("≤", 1.1), self._compare_memory)

    def _compare_speed(self, peer: str, part: int, row: Subject) -> list[str]:
        own = partial(run_reader, "tuopin", self._corpus, read=self.read)
        return self._compare(own, partial(run_reader, peer, self._make_corpus(self.size // part)), row)

    def _compare_writing(self, row: Subject) -> list[str]:
        own = partial(run_reader, "write", self._corpus, write=self.write)
        return self._compare(own, partial(run_reader, "re", self._corpus), row)

    def _compare(self, own: Callable[[], Run], other: Callable[[], Run], row: Subject) -> list[str]:
        columns = interleave(self.runs, own, other)
        speeds = [_to_speed(runs) for runs in columns]
        sizes = " | ".join(f"{runs[0].answer['bytes'] / _MB:.3g} MB" for runs in columns)
        return row.to_row([f"{speed:.3g} MB/s" for speed in speeds], speeds[0] / speeds[1], self.runs, sizes)

    def _compare_pool(self, row: Subject) -> list[str]:
        """Two processes against one, by the clock on the wall; together they may take little more of the CPU."""
        path = self._make_corpus(self.size * 5)
        calls = [partial(run_reader, "tuopin", path, read=self.read, workers=number, stream=True) for number in (2, 1)]
        columns = interleave(self.runs, *calls)
        walls = [statistics.median(run.answer["wall"] for run in runs) for runs in columns]
        extra, ratio = to_median(columns[0]) / to_median(columns[1]), walls[1] / walls[0]
        met = row.goal.is_met(ratio) and extra <= _EXTRA
        return row.to_row([show_time(wall) for wall in walls], ratio, self.runs, f"CPU × {extra:.3f}", met)

    def _compare_memory(self, row: Subject) -> list[str]:
        paths = [self._make_corpus(size) for size in (self.size * 5, self.size // 4)]
        columns = interleave(self.runs, *(partial(run_reader, "write", path, write=self.write) for path in paths))
        peaks = [statistics.median(run.peak for run in runs) for runs in columns]
        met = row.goal.is_met(peaks[0] / peaks[1]) and peaks[0] < _PEAK
        note = f"< {_PEAK} MB"
        return row.to_row([f"{peak:.1f} MB" for peak in peaks], peaks[0] / peaks[1], self.runs, note, met)

    @cached_property
    def _corpus(self) -> Path:
        return self._make_corpus(self.size)

    def _make_corpus(self, size: int) -> Path:
        return self._write_texts(make_texts([text for corpus in self.corpora for text in _open(corpus)], size))

    def _write_texts(self, texts: Iterable[dict[str, str]]) -> Path:
        path = self.folder / f"texts-{next(self._numbers)}.jsonl"
        with path.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
        return path


def make_texts(texts: Sequence[Annotated], size: int) -> Iterator[dict[str, str]]:
    """The texts over and over, until they have `size` bytes of UTF-8; no two copies have the same numbers.

    A reader that remembers what it has read before would else be quicker than on news.
    """
    for copy in count():
        for text in texts:
            cells = _to_cells(text) | {"id": f"{text.id}-{copy}"}
            cells["text"] = _COUNTED.sub(partial(_add, copy), cells["text"])
            yield cells
            size -= len(cells["text"].encode())
            if size <= 0:
                return


def _add(copy: int, match: re.Match[str]) -> str:
    return str(int(match[0]) + copy)


def _open(corpus: Path) -> list[Annotated]:
    texts = read_annotated(corpus) if corpus.exists() else []
    if not texts:
        raise Missing(str(corpus))
    return texts


def _to_cells(text: Annotated) -> dict[str, str]:
    names = ("id", "text", "published", "title", "place", "publisher")
    return {name: getattr(text, name) for name in names}


def _to_speed(runs: Sequence[Run]) -> float:
    return float(statistics.median(run.answer["bytes"] / run.cpu for run in runs)) / _MB


def _to_better(row: Subject, sides: Sequence[tuple[str, float]], note: str) -> list[str]:
    (_, own), (_, other) = sides
    ratio = own / other if other else float("inf")
    return row.to_row([shown for shown, _ in sides], ratio, 1, note)


def _show_tally(tally: Tally) -> str:
    return f"P {tally.precision:.3f} R {tally.recall:.3f} n {tally.gold}"


def _score_claim(claim: Claim, texts: Sequence[Annotated], figures: Sequence[Sequence[Figure]]) -> Tally:
    """What is found of the figures that a peer claims; what overlaps another annotated figure is left out."""
    total = Tally()
    for text, read in zip(texts, figures, strict=True):
        kept = tuple(each for each in text.figures if claim.holds(each))
        others = [each.record for each in text.figures if not claim.holds(each)]
        clear = [each for each in read if not any(each.start < o.end and o.start < each.end for o in others)]
        total += score(replace(text, figures=kept), Reading(clear)).levels["found"]
    return total


def _is_number(golden: Golden) -> bool:
    figure = _to_figure(golden)
    return bool(figure.value) and figure.unit not in _SCALED and not golden.is_optional and bool(_to_phrase(golden))


def _to_figure(golden: Golden) -> Figure:
    assert isinstance(golden.record, Figure)
    return golden.record


def _to_phrase(golden: Golden) -> str:
    """The number of a figure without words of approximation: 10万 of 10余万亩."""
    match = _NUMBER.match(_VAGUE.sub("", golden.record.quote))
    return match[0] if match else ""


def _count_right(goldens: Sequence[Golden], figures: Sequence[Figure]) -> int:
    """How many numbers are read where they stand, with or without their unit, and with the right value."""
    return sum(any(_is_right(golden, each) for each in figures) for golden in goldens)


def _is_right(golden: Golden, figure: Figure) -> bool:
    values = [reading[0] for reading in golden.find_readings(("value",))]
    is_there = figure.start == golden.record.start and figure.end <= golden.record.end
    return is_there and any(_equals(value, figure.value) for value in values)


def _equals(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other
