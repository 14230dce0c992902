"""Dates and periods as ISO 8601 text at the precision known: 2016, 2016-12, 2016-12-31.

(The time words of a text are read here too, from the issue that reads articles on.)
"""

import calendar
import re
from dataclasses import dataclass

from tuopin.errors import DataError

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time; an empty end is open."""

    start: str
    end: str

    @property
    def notation(self) -> str:
        """The period as text: one date, or an ISO 8601-2 interval.

        >>> Period("2014", "2016").notation, Period("2016", "2016").notation, Period("2016", "").notation
        ('2014/2016', '2016', '2016/..')
        """
        return self.start if self.start == self.end else f"{self.start or '..'}/{self.end or '..'}"

    @property
    def first_day(self) -> str:
        """The first day, empty when open."""
        return first_day(self.start) if self.start else ""

    @property
    def last_day(self) -> str:
        """The last day, empty when open."""
        return last_day(self.end) if self.end else ""


def is_date(text: str) -> bool:
    """Whether `text` is a year, a month or a day that exists.

    >>> is_date("2016-02-29"), is_date("2019-02-30"), is_date("2016-13")
    (True, False, False)
    """
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def first_day(date: str) -> str:
    """The first day of a year, month or day."""
    return date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date


def last_day(date: str) -> str:
    """The last day of a year, month or day.

    >>> last_day("2016-02"), last_day("2016")
    ('2016-02-29', '2016-12-31')
    """
    if len(date) == 10:
        return date
    month = int(date[5:7]) if len(date) == 7 else 12
    return f"{date[:4]}-{month:02}-{calendar.monthrange(int(date[:4]), month)[1]:02}"


def read_period(text: str) -> Period:
    """The period that `notation` wrote.

    Raises `DataError` when it is none.

    >>> read_period("2016/..")
    Period(start='2016', end='')
    """
    start, slash, end = text.partition("/")
    ends = [("" if date == ".." else date) for date in (start, end if slash else start)]
    period = Period(*ends)
    if not any(ends) or not all(date == "" or is_date(date) for date in ends) or period.notation != text:
        raise DataError("bad-period", value=text)
    if all(ends) and period.last_day < period.first_day:
        raise DataError("period-backwards", value=end, start=start)
    return period
