"""The day of a text: as its data state it, as its own dateline says it, and as its address holds it."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from tuopin.errors import DataError

_HEAD, _TAIL = 800, 400  # where a dateline may stand, in characters from the beginning and from the end
_LABELLED = 4  # how many of the forms are sure enough for a page with all that surrounds its text
_YEARS = range(1949, 2100)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_WIDE = str.maketrans("０１２３４５６７８９：－／．　\xa0", "0123456789:-/.  ")
# A day in digits, or in numerals as official documents sign: 二〇二〇年四月十六日.
_DAY = (
    r"(?<![\d〇○零一二三四五六七八九])(\d{4}|[〇○零一二三四五六七八九]{4}) ?[-/.年] ?"
    r"(\d{1,2}|十[一二]?|[一二三四五六七八九]) ?[-/.月] ?"
    r"(\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?!\d) ?日?"
)
_CLOCK = r"[ T]*\d{1,2}:\d\d(?::\d\d)?"
_LABEL = r"(?:(?:更新时间|更新日期|日期)[ :]*)?"  # 时间 alone is that of a meeting
_EDITION = r"(?:[ ,，]*第? *\d{1,3} *版)?"
_GIVEN_OUT = "发布|發布|發佈|发表|發表|刊发|刊登|发稿|公布|公開|公开|印发|上网|录入|出版"
_BESIDE = r"(?:来源|來源|作者|记者|記者|编辑|編輯|责编|浏览|瀏覽|点击|阅读|稿源)[ :]|字号|字體|打印"
_FORMS = tuple(
    re.compile(form, re.MULTILINE)
    for form in (
        # 发布时间：2019-03-05
        rf"(?:{_GIVEN_OUT})(?:时间|時間|日期|于)?[ :]+{_DAY}",
        # 来源：永州日报 时间：2019-03-05, in whichever order
        rf"^(?=.*(?:{_BESIDE}))[^。！？\n]{{0,80}}(?:时间|時間|日期)[ :]+{_DAY}",
        # 2017年07月22日 10:15 来源：…; a line of such data and no sentence
        rf"^(?!.*[。！？；，]) *{_LABEL}{_DAY}{_CLOCK}(?=$| *[|)）\]】]| [^\n]{{0,80}}$)",
        rf"^(?=.*(?:{_BESIDE}))(?!.*[。！？；，])(?!.*今天)[^\n]{{0,60}}?{_DAY}(?=[^\n]{{0,80}}$)",
        # 新华社北京2019年3月5日电
        rf"(?:社|网|網|报|報|台|臺|本报讯|讯)[^。，！？\n]{{0,14}}?{_DAY}(?:{_CLOCK})? ?(?:电|電|讯|訊)",
        # （2020年4月1日） as a line of its own
        rf"^ *[(（\[【] *{_DAY}(?:{_CLOCK})?{_EDITION} *[)）\]】] *$",
        # 2020年4月1日 as a line of its own, as a signature has it
        rf"^ *{_LABEL}{_DAY}(?:{_CLOCK})?(?: *星期[一二三四五六日天])? *$",
    )
)
# Whatever may be a day, before full-width forms are made narrow
_ANY_DAY = re.compile(r"[年\-/.－／．]\s?[\d一二三四五六七八九十]{1,2}\s?[月\-/.－／．]\s?[\d一二三四五六七八九十]")
# （人民日报 2020年4月1日 第1版） where the text ends
_END = re.compile(
    rf"[(（《][^。！？\n()（）]{{0,30}}[(（]?[^。！？；\n()（）]{{0,20}}?{_DAY}{_EDITION}[ 讯电报道]*[)）]\s*\Z"
)
_IN_ADDRESS = re.compile(r"(?<!\d)(?:(\d{4})[-/](\d{1,2})[-/](\d{1,2})|(\d{4})[-/]?(\d\d)[-/]?(\d\d))(?!\d)", re.ASCII)
_STATED = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


def to_published(text: str) -> str:
    """A stated date in the form of `Source.published`: a day, or a moment with its time zone.

    A time without a zone is dropped, since it would be another moment elsewhere. Raises `DataError` for all but a full
    date, or a date-time, of ISO 8601.

    >>> to_published("2019-03-05"), to_published("2019-03-05 10:15"), to_published("2019-03-05T10:15+08:00")
    ('2019-03-05', '2019-03-05', '2019-03-05T10:15+08:00')
    """
    found = _STATED.fullmatch(text.strip())
    try:
        if not found or not datetime.fromisoformat(text.strip()):
            raise ValueError
    except ValueError:
        raise DataError("published-bad", field="published", value=text) from None
    return f"{found[1]}T{found[2]}{found[3]}" if found[3] else found[1]


def find_dateline(text: str) -> str:
    """The day that a text gives as that of itself, empty where it gives none with its year.

    It is looked for near the top and near the end; what says most clearly that it is the day of publication wins: a
    label (发布时间：2019-03-05), a line of such data (2017年07月22日 10:15 来源：…), an agency's dateline with its year
    (新华社北京2019年3月5日电), a day in brackets or on a line of its own, a newspaper with its day at the very end.
    A day inside a sentence is that of an event, and a month and day alone (3月5日电) have no year: neither counts.

    >>> find_dateline("来源：永州日报 时间：2019年3月5日\\n截至2018年12月31日，全县……")
    '2019-03-05'
    >>> find_dateline("新华社北京3月5日电 到2020年1月1日，全县……")
    ''
    """
    return next(_find_days(text), "")


def find_labelled_day(text: str) -> str:
    """The day that a line of data anywhere in `text` gives: a labelled one, or a day with its time of day.

    It is for the whole of a page, where a bare day may be that of any link.

    >>> find_labelled_day("2019-03-01\\n发布时间：2019-03-05"), find_labelled_day("2019-03-01")
    ('2019-03-05', '')
    """
    lines = text.translate(_WIDE)
    days = (_to_day(*found.groups()) for form in _FORMS[:_LABELLED] for found in form.finditer(lines))
    return next(filter(None, days), "")


def find_address_day(url: str) -> str:
    """The day that a web address holds, empty where it holds none.

    >>> find_address_day("http://example.cn/n1/2019/0305/c1-2.html"), find_address_day("http://example.cn/201903/")
    ('2019-03-05', '')
    """
    path = re.sub(r"^[^:]*://[^/]*", "", url)
    days = (_to_day(*(part for part in found.groups() if part)) for found in _IN_ADDRESS.finditer(path))
    return next(filter(None, days), "")


def _find_days(text: str) -> Iterator[str]:
    head, tail = text[:_HEAD], text[-_TAIL:]
    if len(text) > _HEAD:
        head = head.rpartition("\n")[0] or head  # half a line may look like a whole one
    if len(text) > _TAIL:
        tail = tail.partition("\n")[2] or tail
    parts = [part.translate(_WIDE) for part in (head, tail) if _ANY_DAY.search(part)]  # few hold any, and this is quick
    for form in _FORMS:
        for part in parts:
            days = (_to_day(*found.groups()) for found in form.finditer(part))
            yield from filter(None, days)
    ending = _END.search(tail.translate(_WIDE)) if parts else None
    yield from filter(None, [_to_day(*ending.groups())] if ending else [])


def _to_day(year: str, month: str, day: str) -> str:
    """The day in ISO 8601, empty where there is no such day."""
    numbers = int(year.translate(_DIGITS)), _to_number(month), _to_number(day)
    try:
        return date(*numbers).isoformat() if numbers[0] in _YEARS else ""
    except ValueError:
        return ""


def _to_number(text: str) -> int:
    """A number below a hundred, in digits or numerals.

    >>> [_to_number(text) for text in ("07", "十", "十二", "二十", "三十一")]
    [7, 10, 12, 20, 31]
    """
    tens, ten, ones = text.translate(_DIGITS).rpartition("十")
    return int(tens or 1) * 10 + int(ones or 0) if ten else int(ones)
