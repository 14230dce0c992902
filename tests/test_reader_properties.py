"""What holds of the reader on any text at all: spans, values, order, and an end within linear time."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tuopin.facts import Figure
from tuopin.reader.read import read_facts

SETTINGS = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


# --- texts -----------------------------------------------------------------------------------------------------------

PIECES = (
    "2016年", "去年", "截至2015年底", "三年来", "1—9月", "十三五", "江华县", "全省", "该县", "怀化市：",
    "湖南省", "计划", "将", "已", "力争", "贫困人口", "贫困户", "减少", "投入资金", "人均", "每亩", "分别",
    "由", "从", "增加到", "其中", "，", "。", "、", "；", "：", "\n", "（", "）", "(", ")", "“", "”", '"',
    "《", "》", "〔", "〕", "[", "]", "约", "近", "超过", "以上", "多", "余", "来", "几", "数", "第", "每",
    "一", "十", "百", "千", "万", "亿", "半", "两", "零", "〇", "点", "三分之二", "七成", "百分之", "12", "3.5",
    "1,200", "0", "2020", "１２", "．", "％", "%", "-", "—", "至", "到", "~", "/", "元", "万元", "亿元", "户",
    "人", "个", "亩", "公里", "千米", "村", "县", "乡", "人次", "个百分点", "吨", "头", "倍", "成", "年", "月",
    "日", " ", "\t", "\u3000", "\xa0", "\r", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "\u200b", "\u200e",
    "\u200f", "\u202e", "\u2066", "\u2069", "\ufeff", "\ufffd", "\u0301", "😀", "𠮷", "𝟙", "\U000e0001", "縣",
    "貧困戶", "萬元", "億", "畝", "兩", "個", "۱۲", "१२", "½", "Ⅳ", "㈠", "①", "㎡", "十十十十",
    "99999999999999999999",
)  # fmt: skip
WHOLE = st.characters(exclude_categories=("Cs",))
HALVES = st.characters(categories=("Cs",))
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), WHOLE), max_size=60).map("".join)
RUNS = st.lists(st.tuples(st.sampled_from(PIECES), st.integers(1, 60)), max_size=6).map(
    lambda runs: "".join(piece * count for piece, count in runs)
)
DATES = st.sampled_from(("", "2018", "2018-03", "2018-03-01", "2020-02-29"))

# --- a small reader of numbers, of its own ----------------------------------------------------------------------------

WIDE = str.maketrans("０１２３４５６７８９．％兩萬億", "0123456789.%两万亿")
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
MAGNITUDES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
FACTORS = {"斤": "0.0005", "公斤": "0.001", "千克": "0.001", "兆瓦": "1000", "MW": "1000", "里": "0.5", "华里": "0.5"}
ARABIC = re.compile(
    r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(万亿|万|亿|)[多余]?\s?([^0-9.,〇零一二两三四五六七八九十百千万亿半]*)",
    re.ASCII,
)
CHINESE = re.compile(
    r"([零一二两三四五六七八九十百千万亿]+)[多余]?\s?([^0-9.,〇零一二两三四五六七八九十百千万亿半成分点]*)"
)


def read_chinese(text: str) -> int | None:
    """The number that `text` writes in full (一万零五十), `None` for every shorter or looser way of writing."""
    total = section = 0
    digit: int | None = None
    below = 10**12
    unit = 10**4
    for char in text:
        if char == "零":
            if digit is not None:
                return None
        elif char in DIGITS:
            if digit is not None:
                return None
            digit = DIGITS[char]
        elif char in TENS:
            if TENS[char] >= unit or (digit is None and (char != "十" or section)):
                return None
            unit = TENS[char]
            section += (1 if digit is None else digit) * unit
            digit = None
        else:
            factor = MAGNITUDES[char]
            if factor >= below or not (section or digit):
                return None
            total += (section + (digit or 0)) * factor
            section, digit, below, unit = 0, None, factor, 10**4
    whole = total + section + (digit or 0)
    return whole if to_chinese(whole) == text.replace("两", "二") else None


def to_chinese(number: int) -> str:
    """The number in full, as one writes it: 10 is 十, 10050 一万零五十."""
    words = ""
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part, number = divmod(number, size)
        if part:
            gap = "零" if words and part < 1000 else ""
            words += gap + group_to_chinese(part) + name
    return words[1:] if words.startswith("一十") else words


def group_to_chinese(number: int) -> str:
    words, gap = "", False
    for name, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return words


def reread(quote: str) -> Decimal | None:
    """The value of a quote of a plain shape, `None` for the others."""
    plain = quote.translate(WIDE)
    if re.search("千[米瓦克]", plain):  # 两千米 may be two of 千米
        return None
    found = ARABIC.fullmatch(plain)
    if found:
        return Decimal(found[1].replace(",", "")) * MAGNITUDES[found[2]] * Decimal(FACTORS.get(found[3], "1"))
    found = CHINESE.fullmatch(plain)
    number = read_chinese(found[1]) if found else None
    return None if found is None or number is None else Decimal(number) * Decimal(FACTORS.get(found[2], "1"))


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("1,256.8万元", "12568000"),
        ("一万零五十户", "10050"),
        ("１２％", "12"),
        ("4000斤", "2"),
        ("十二个", "12"),
        ("三万五", None),
    ],
)
def test_the_small_reader_reads(quote: str, value: str | None) -> None:
    assert reread(quote) == (None if value is None else Decimal(value))


def check(text: str, figures: list[Figure]) -> None:
    """What holds of the figures of any text."""
    end = 0
    for figure in figures:
        assert end <= figure.start < figure.end <= len(text)
        end = figure.end
        assert text[figure.start : figure.end] == figure.quote
        assert bool(figure.value) != bool(figure.low), figure
        assert bool(figure.low) == bool(figure.high), figure
        for number in (figure.value, figure.low, figure.high):
            assert re.fullmatch(r"(?:[0-9]+(?:\.[0-9]*[1-9])?)?", number), number
        if figure.low:
            assert Decimal(figure.low) < Decimal(figure.high), figure
        expected = reread(figure.quote)
        if figure.value and expected is not None:
            assert Decimal(figure.value) == expected, figure


# Texts that broke the properties when they were drawn from far more examples than the tests draw.
FOUND = ("半千米", "百千米", "两万—0倍", "3-0元", "缺口1到0个")

# --- any text --------------------------------------------------------------------------------------------------------


@SETTINGS
@given(TEXTS, DATES)
@example("２０１６年，投入１，２００万元", "")
@example("\u202e12万\u200e8000元", "")
@example("兩萬戶、3成、三分之零、0/3、100/7", "2018-03-01")
@example("十至九户，9-3万元，3到3人", "")
def test_any_text(text: str, published: str) -> None:
    check(text, read_facts(text, published=published).figures)


@pytest.mark.parametrize("text", FOUND)
def test_texts_that_properties_found(text: str) -> None:
    check(text, read_facts(text).figures)


@SETTINGS
@given(RUNS)
def test_runs(text: str) -> None:
    check(text, read_facts(text, published="2018-03-01").figures)


@SETTINGS
@given(st.text(WHOLE, max_size=200), st.text(WHOLE, max_size=20), st.text(WHOLE, max_size=20))
def test_any_title_and_place(text: str, title: str, place: str) -> None:
    text += "全县减贫12人，" + text
    check(text, read_facts(text, title=title, place=place, publisher=title, published="2018").figures)


@SETTINGS
@given(st.lists(st.one_of(st.sampled_from(PIECES), WHOLE, HALVES), max_size=40), HALVES)
@example([], "\ud800")
def test_half_a_character(pieces: list[str], half: str) -> None:
    """Half of a surrogate pair, as broken JSON gives it."""
    text = half + "".join(pieces)
    check(text, read_facts(text, published="2018-03-01").figures)


@pytest.mark.parametrize("text", ["\udc00", "全县\ud83d脱贫12人", "12\ud800万元", "江华县12人\udfff"])
def test_half_a_character_in_a_sentence(text: str) -> None:
    check(text, read_facts(text).figures)


@SETTINGS
@given(st.text(max_size=3), HALVES)
@example("", "\ud800")
def test_half_a_character_in_a_title(title: str, half: str) -> None:
    text = "全县脱贫12人"
    check(text, read_facts(text, title=title + half, place=half, publisher=half).figures)


# --- numbers that are there ------------------------------------------------------------------------------------------

CLASSIFIERS = st.sampled_from(("元", "户", "人", "亩", "吨", "公里", "个", "头", "名", "笔"))
MAGNITUDE = st.sampled_from(("", "万", "亿"))


@SETTINGS
@given(st.integers(2, 99999), st.integers(0, 99), MAGNITUDE, CLASSIFIERS, st.booleans())
def test_arabic_numbers_are_read(whole: int, part: int, magnitude: str, classifier: str, wide: bool) -> None:
    number = f"{whole}.{part:02}" if part and magnitude else str(whole)
    quote = number + magnitude + classifier
    if wide:
        quote = quote.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    text = f"2018年，全县共有{quote}。"
    (figure,) = read_facts(text).figures
    assert (figure.quote, Decimal(figure.value)) == (quote, Decimal(number) * MAGNITUDES[magnitude])
    check(text, [figure])


@pytest.mark.parametrize("quote", ["0万元", "0亿元", "0.0万元"])
def test_nought_is_nought(quote: str) -> None:
    """Seen in 贫困人口减少到0万人, and wherever a mark splits 20万."""
    assert [one.value for one in read_facts(f"债务降到{quote}。").figures] in ([], ["0"])


@pytest.mark.parametrize("quote", ["2万家", "1.5万家", "12万家"])
def test_no_idiom_hides_a_number(quote: str) -> None:
    """万家 is a word, but not in 2万家企业."""
    assert [one.quote for one in read_facts(f"全省共有{quote}企业。").figures] == [quote]


@SETTINGS
@given(st.integers(2, 10**9), st.sampled_from(("元", "户", "人", "亩")))
@example(20, "户")
@example(10, "户")
@example(100_000_001, "元")
@example(10_010, "人")
def test_chinese_numbers_are_read(number: int, classifier: str) -> None:
    quote = to_chinese(number) + classifier
    assert reread(quote) == number
    text = f"全县共有{quote}。"
    (figure,) = read_facts(text).figures
    assert (figure.quote, figure.value) == (quote, str(number))


@SETTINGS
@given(
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.sampled_from(("-", "—", "至", "到", "~", "～")),
    MAGNITUDE,
    CLASSIFIERS,
)
def test_ranges_are_read(one: int, other: int, joint: str, magnitude: str, classifier: str) -> None:
    low, high = sorted((one, other))
    if low == high:
        high += 1
    factor = MAGNITUDES[magnitude]
    text = f"每个点安排{low}{magnitude}{joint}{high}{magnitude}{classifier}。"
    figures = read_facts(text).figures
    check(text, figures)
    assert [(one.low, one.high) for one in figures] == [(str(low * factor), str(high * factor))]


# --- offsets ---------------------------------------------------------------------------------------------------------

STORY = (
    "2018年，江华县投入资金3.2亿元，减贫1.2万户、4.6万人。\n县里两千五百余亩茶园分红86万元，七成农户受益，"
    "三分之二的村通了公路，每户3000-5000元。截至2019年底，全县贫困发生率由12.5%降到0.8%，养羊3600头，收粮20万吨。"
)
TRADITIONAL = str.maketrans("万亿户县贫个亩两头吨余农粮资华后减通务", "萬億戶縣貧個畝兩頭噸餘農糧資華後減通務")


def find_spans(text: str) -> list[tuple[int, int, str, str, str]]:
    figures = read_facts(text, published="2020-03-01").figures
    check(text, figures)
    return [(one.start, one.end, one.value, one.low, one.high) for one in figures]


@SETTINGS
@given(st.sampled_from("\u200e\u200f\u202a\u202c\u200b\ufeff"), st.integers(1, 4))
def test_marks_in_front_only_move(mark: str, count: int) -> None:
    moved = [(start + count, end + count, *rest) for start, end, *rest in find_spans(STORY)]
    assert find_spans(mark * count + STORY) == moved


@SETTINGS
@given(st.sampled_from("\u200e\u200f\u202e😀𠮷\x00"), st.integers(0, len(STORY)))
def test_marks_inside_leave_other_sentences_alone(mark: str, at: int) -> None:
    """A mark may spoil the clause in which it stands; the figures of the others stay, at their moved offsets."""
    text = STORY[:at] + mark + STORY[at:]
    begin = max(STORY.rfind(sign, 0, at) for sign in "。，、") + 1
    end = min((place for sign in "。，、" if (place := STORY.find(sign, at)) >= 0), default=len(STORY))
    expected = [
        (one[0] + (one[0] >= end), one[1] + (one[0] >= end), *one[2:])
        for one in find_spans(STORY)
        if one[1] <= begin or one[0] >= end
    ]
    clause = (begin, end + 1)
    found = [one for one in find_spans(text) if one[1] <= clause[0] or one[0] >= clause[1]]
    assert found == expected


@SETTINGS
@given(st.sets(st.integers(0, len(STORY) - 1)))
@example(set(range(len(STORY))))
def test_traditional_characters_leave_spans_alone(places: set[int]) -> None:
    places |= {index for index, char in enumerate(STORY) if char == "县"}
    text = "".join(char.translate(TRADITIONAL) if index in places else char for index, char in enumerate(STORY))
    assert find_spans(text) == find_spans(STORY)


@pytest.mark.parametrize("char", list(map(chr, TRADITIONAL)))
def test_one_traditional_character_alone_leaves_spans_alone(char: str) -> None:
    """Mixed text: a single character of the other script, as a typing error or a name brings it."""
    assert find_spans(STORY.replace(char, char.translate(TRADITIONAL))) == find_spans(STORY)


# --- time ------------------------------------------------------------------------------------------------------------


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raises where the work takes longer, so that a stall fails instead of standing still; a regex heeds it too."""

    def stop(_number: int, _frame: object) -> None:
        raise AssertionError(f"not done within {seconds:.1f} s of computing")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def measure(text: str, limit: float = 60) -> float:
    with cpu_limit(limit):
        begin = time.process_time()
        check(text, read_facts(text, published="2018-03-01").figures)
        return time.process_time() - begin


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Tables are read once; that is no part of any measure."""
    read_facts("2018年，江华縣脱贫12人")


@pytest.mark.parametrize("piece", list("1十（，“一、"))
def test_a_million_of_one_sign(piece: str) -> None:
    measure(piece * 1_000_000, limit=60)


def is_linear(piece: str, size: int = 3000, factor: int = 4) -> None:
    """`factor` times the text may take twice that many times as long; quadratic work takes its square."""
    short, long = piece * (size // len(piece)), piece * (factor * size // len(piece))
    quick = min(measure(short, limit=5), measure(short, limit=5))
    measure(long, limit=min(2 * factor * quick + 0.5, 10))


PATTERNS = (
    "12人、", "3万元，", "三分之一、", "1-", "1、", "1月", "1,000，", "2016年", "五年来", "由12%到",
    "从2012年的12人", "2016年减贫3人，", "江华县12人，", "江华县、", "全县12人，", "该县", "将12人，", "目标",
    "分别12人、", "其中3户，", "张村12人", "《一二三》", "“十大工程”", "“", "”", "（", "）", "（12人）",
    "截至", "百分之", "到", "县", "贫困户12户", "计划", "工程", "第一", "两两", "3-5", "３", "縣萬", "\n", "。",
    "一、\n", "\u200e", "😀", "1;", '"',
)  # fmt: skip


@pytest.mark.parametrize("piece", PATTERNS)
def test_time_is_linear(piece: str) -> None:
    is_linear(piece)


MUCH = (
    "1月", "2016年", "五年来", "十三五", "截至2015年底", "江华县、", "12人",
    "十成", "全县", "县", "12户34人", "全县12人，", "《", "“工程”", "村、",
)  # fmt: skip


@pytest.mark.parametrize("piece", MUCH)
def test_time_is_linear_where_there_is_much(piece: str) -> None:
    is_linear(piece, size=20000)


def test_five_megabytes_in_one_line() -> None:
    """Natural sentences without a line break, or a full stop, take about as long as with them."""
    story = STORY.replace("\n", "")
    part = 800_000 // len(story.encode())
    broken = measure((story + "\n") * part)
    whole = story.replace("。", "，")
    measure(whole * part, limit=3 * broken + 1)
    measure(whole * (25 * part // 4), limit=13 * broken + 1)
