"""The rules by which time words are read: what each looks like, and which period it tells.

The rulings (what 以来, 近3年 or 截至…底 mean) are those of the record's definition; words that are not numbers are rows
of ``ontology/lexicon/times.csv``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tuopin.periods import last_day
from tuopin.reader.telling import (
    CHINESE,
    CLOSE,
    DAY,
    MONTH,
    YEAR,
    Telling,
    drop_year,
    find_time_words,
    parse_phrase,
    read_times,
    to_int,
)  # fmt: skip

_TO = "[-—–~～－至到]{1,2}"
_NUMBER = r"(?:[0-9]{1,2}|[两一二三四五六七八九十]{1,3})"
_BEGINNINGS = '0-9一二三四五六七八九十两是比较同与和截到至直自从由近最过这连今未下再年党“\\"‘前头上本全去'


@dataclass(frozen=True, slots=True)
class Rule:
    """What a time word looks like, and how its first date, last date and kind are read; `None` where it is none."""

    pattern: str
    read: Callable[[Telling, "re.Match[str]"], tuple[str, str, str] | None]


def _read_base(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    del reader, found
    return "", "", "base"


def _read_years_span(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    years = re.findall(YEAR, found[0])
    first = int(years[0].translate(CHINESE))
    if len(years) == 1:
        tail = re.findall(r"[0-9]{2}(?=年)", found[0])[-1]
        last = int(str(first)[:2] + tail)
    else:
        last = int(years[1].translate(CHINESE))
    reader.anchor = reader.near = last
    if last < first:
        return None
    return str(first), str(last), "span"


def _read_months_span(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    year = reader.to_year(found[0])
    months = [to_int(word) for word in re.findall(rf"({MONTH}|两)(?=月|份|{_TO}|个月)", drop_year(found[0]))]
    years = re.findall(YEAR, found[0])
    if len(months) == 1 and re.search("[前头]", found[0]):
        months = [1, *months]
    if not year or len(months) < 2:
        return None
    end_year = int(years[1].translate(CHINESE)) if len(years) > 1 else year
    start_year = int(years[0].translate(CHINESE)) if years else year
    return f"{start_year}-{months[0]:02}", f"{end_year}-{months[-1]:02}", "span"


def _read_plan(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    first = 2001 + 5 * ("一二三四五六".index(found[0][found[0].index("十") + 1]) - 0) + 5
    if "规划" in found[0] or "纲要" in found[0]:
        return "", "", "none"
    if "以来" in found[0]:
        return str(first), reader.now, "span"
    if "末" in found[0]:
        return f"{first + 4}-12-31", f"{first + 4}-12-31", "point"
    return str(first), str(first + 4), "span"


def _read_event(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    word = re.search("|".join(find_time_words("event")), found[0])
    start = read_times()[word[0]][1] if word else ""
    return (start, reader.now, "span") if reader.now else (start, "", "span")


def _read_span_word(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    _kind, start, end = read_times()[found[0]]
    reader.anchor = int(start[:4])
    return start, end, "span"


def _read_recent(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    number = re.search(f"({_NUMBER})年", found[0])
    count = to_int(number[1]) if number else 0
    if count == 1 and found[0].startswith(("这", "过去")):
        year = reader.to_year("当年")
        return (str(year), str(year), "point") if year else ("", "", "vague")
    last = reader.near or reader.year or reader.anchor
    if not last or not 1 < count < 60:
        return "", "", "vague"
    if last == reader.year and "-01" <= reader.now[4:7] <= "-03" and not found[0].startswith("这"):
        last -= 1
    return str(last - count + 1), str(last), "span"


def _read_next(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    number = re.search(f"({_NUMBER})年", found[0])
    count = to_int(number[1]) if number else 0
    if not reader.year or not 1 < count < 60:
        return "", "", "vague"
    first = reader.year + (reader.now[5:7] > "03")
    return str(first), str(first + count - 1), "span"


def _read_since(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    date, _kind = _to_date(reader, found[0])
    if not date:
        return None
    open_end = not re.search("以来|至今|到现在|迄今", found[0])
    return date, "" if open_end else reader.now, "span"


def _read_until(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    date, _kind = _to_date(reader, found[0])
    if not date:
        return None
    if re.search(f"{CLOSE}", found[0]) and not found[0].endswith("月"):
        date = last_day(date)
    return date, date, "point"


def _read_date(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    date, kind = _to_date(reader, found[0])
    if not date:
        return "", "", "vague"
    if re.search("[底末]", found[0]):
        date = last_day(date)
    part = parse_phrase(found[0]).part
    if part:
        return f"{date[:4]}-{part[0]}", f"{date[:4]}-{part[1]}", "span"
    return date, date, kind


def _read_other_month(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    if len(reader.now) < 7:
        return "", "", "vague"
    year, month = int(reader.now[:4]), int(reader.now[5:7]) - (found[0].find("上") >= 0)
    date = f"{year}-{month:02}" if month else f"{year - 1}-12"
    closed = last_day(date) if re.search(CLOSE, found[0]) else date
    return closed, closed, "point"


def _read_day(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    if len(reader.now) < 10:
        return "", "", "none"
    day, month = int(found[0][:-1]), reader.now[:7]
    if day > int(reader.now[8:10]):
        before = int(month[5:7]) - 1
        month = f"{month[:4]}-{before:02}" if before else f"{int(month[:4]) - 1}-12"
    return f"{month}-{day:02}", f"{month}-{day:02}", "day"


def _read_now(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    del found
    return reader.now, reader.now, "now"


def _read_vague(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    del reader, found
    return "", "", "vague"


def _read_none(reader: Telling, found: "re.Match[str]") -> tuple[str, str, str] | None:
    del reader, found
    return "", "", "none"


def _to_date(reader: Telling, text: str) -> tuple[str, str]:
    """The date that a phrase names, at its precision, and whether it is a single day."""
    phrase = parse_phrase(text)
    year = reader.to_month_year(text, phrase.month or int(phrase.part[0] if phrase.part else "12"))
    if not year:
        return "", "point"
    if not phrase.month:
        return (f"{year}-12" if phrase.closed else str(year)), "point"
    if phrase.day:
        return f"{year}-{phrase.month:02}-{phrase.day:02}", "day"
    return f"{year}-{phrase.month:02}", "point"


def _any(*kinds: str) -> str:
    return "(?:" + "|".join(find_time_words(*kinds)) + ")"


@cache
def compile_rules() -> "re.Pattern[str]":
    """All rules as one pattern; the name of its last group is that of the rule that fits."""
    named = f"(?:{YEAR}年度?|{_any('year', 'same')})"
    month = f"{MONTH}月(?:{DAY}[日号]|份)?"
    date = rf"(?:{named}(?:的?(?:{month}))?|{month})"
    parts = {
        "NAMED": named, "DATE": date, "MONTH": MONTH, "YEAR": YEAR, "TO": _TO, "NUMBER": _NUMBER, "CLOSE": CLOSE,
        "EVENT": _any("event"), "SPAN": _any("span"), "PART": _any("part"), "NOW": _any("now"),
        "VAGUE": _any("vague"), "NONE": _any("none"), "YEARS": _any("year"),
    }  # fmt: skip
    rules = (f"(?P<{name}>{_fill(rule.pattern, parts)})" for name, rule in RULES.items())
    # The engine tries no alternative where none can begin: that alone makes it twice as quick.
    return re.compile(f"(?=[{_BEGINNINGS}{_find_beginnings()}])(?:{'|'.join(rules)})", re.ASCII)


def _find_beginnings() -> str:
    return "".join(sorted({word[0] for word in read_times()}))


def _fill(pattern: str, parts: dict[str, str]) -> str:
    return re.sub("<([A-Z]+)>", lambda found: parts[found[1]], pattern)


# The first that fits at a place reads it; <NAMED> is a year by number or word, <DATE> one with month and day.
RULES: dict[str, Rule] = {
    "compared_with": Rule(
        r"是(?:<DATE>|[“\"]?十[一二三四五]五[”\"]?)<CLOSE>?的|(?:比|较|同比)(?:<DATE>|[“\"]?十[一二三四五]五[”\"]?)(?:同期|<CLOSE>)?|(?:<YEARS>|<YEAR>年)同期|(?:与|同|和)(?:<DATE>)(?:<CLOSE>)?(?:同期|相比)",
        _read_base,
    ),
    "whole_task": Rule(r"(?:全年|年度)(?=任务|目标|计划)", _read_none),
    "span_of_years": Rule(
        r"<YEAR>年?<TO>(?:<YEAR>|[0-9]{2})年(?:间|期间|底)?|(?:自|从)<YEAR>年(?:算?起|开始)[，,]?到<YEAR>年",
        _read_years_span,
    ),
    "span_of_months": Rule(
        r"(?:<NAMED>)?<MONTH>(?:月份?)?<TO>(?:<NAMED>)?<MONTH>月份?|(?:<NAMED>)?[前头]<NUMBER>个月", _read_months_span
    ),
    "five_year_plan": Rule(
        r"[“\"‘]?十[一二三四五六]五[”\"’]?(?:规划纲要|规划(?!建|搬|投|新|安置|实施|总)|纲要|期间|时期|以来|末)?",
        _read_plan,
    ),
    "since_event": Rule(r"(?:自|从)?(?:党的)?<EVENT>(?:召开)?(?:以来|之后|后)", _read_event),
    "span_by_name": Rule(r"<SPAN>", _read_span_word),
    "recent_years": Rule(
        r"(?:近|最近|过去|这|连续)的?<NUMBER>年(?:间|来|以来|多来)?|<NUMBER>年多?(?:来|间)|<NUMBER>年以来", _read_recent
    ),
    "years_to_come": Rule(r"(?:今后|未来|下一个|再用)<NUMBER>年", _read_next),
    "since": Rule(
        r"(?:自|从)(?:<DATE>)[^，。；0-9\n]{1,24}?(?:以来|起)(?=[，,])"
        r"|(?:自|从|由)?(?:<DATE>)(?:以来|至今|到现在|开始|启动以来|(?:算|之)?起)",
        _read_since,
    ),
    "now_until": Rule(r"(?:截至|截止|到|至)?(?:<NOW>)", _read_now),
    "until_end": Rule(
        r"(?:截至|截止到?|截至到|直到|到|至)(?:<NAMED>)?(?:<MONTH>月|年)?<CLOSE>(?!前)|(?:截至|截止到?|截至到|到|至)(?:<DATE>)(?:<CLOSE>(?!前))?",
        _read_until,
    ),
    "month_before": Rule(r"(?:截至|到|至)?(?:上个?月|本月)<CLOSE>?", _read_other_month),
    "part_of_year": Rule(r"(?:<NAMED>)?的?<PART>", _read_date),
    "end_of_year": Rule(r"(?:<NAMED>)年?<CLOSE>前?|年<CLOSE>前?|<MONTH>月<CLOSE>前?", _read_date),
    "date": Rule(r"<DATE>", _read_date),
    "day": Rule(r"(?<![0-9月.])(?:3[01]|[12][0-9]|0?[1-9])日(?![元均产报])", _read_day),
    "vague_time": Rule(r"<VAGUE>", _read_vague),
    "no_time": Rule(r"<NONE>", _read_none),
}
