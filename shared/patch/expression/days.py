"""Dates and spans of time, by the proleptic Gregorian calendar and in UTC.

What would fall out of the years 1 to 9999 is unknown. A part of a day or of a month is cut off, towards zero.
"""

import calendar
import datetime
from decimal import Decimal

DAYS_MAX = (datetime.date.max - datetime.date.min).days
MONTHS_MAX = 12 * 9999
_MICROSECOND = datetime.timedelta(microseconds=1)


def add_days(day: datetime.date, days: Decimal) -> datetime.date | None:
    if abs(days) > DAYS_MAX + 1:
        return None
    ordinal = day.toordinal() + int(days)
    return datetime.date.fromordinal(ordinal) if 1 <= ordinal <= DAYS_MAX + 1 else None


def add_months(day: datetime.date, months: Decimal) -> datetime.date | None:
    """The same day of the month, or its last."""
    if abs(months) > MONTHS_MAX + 1:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return None
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def year(day: datetime.date) -> Decimal:
    return Decimal(day.year)


def month(day: datetime.date) -> Decimal:
    return Decimal(day.month)


def day_of_month(day: datetime.date) -> Decimal:
    return Decimal(day.day)


def month_start(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def days_between(first: datetime.date, last: datetime.date) -> Decimal:
    return Decimal((last - first).days)


def later(moment: datetime.datetime, span: datetime.timedelta) -> datetime.datetime | None:
    try:
        return moment + span
    except OverflowError:
        return None


def earlier(moment: datetime.datetime, span: datetime.timedelta) -> datetime.datetime | None:
    try:
        return moment - span
    except OverflowError:
        return None


def seconds(span: datetime.timedelta) -> Decimal:
    return Decimal(span // _MICROSECOND).scaleb(-6)


def within(number: str, lowest: int, highest: int) -> str:
    """SQL of a whole number that is NULL outside of its bounds, with `number` said once: nesting must not double it."""
    low, high = lowest - 1, highest + 1
    return f"nullif(nullif(least(greatest(trunc({number}), {low}), {high}), {low}), {high})::int"


# PostgreSQL's own sums raise where they leave its calendar. So they are made 10,000 years later (25 times the 400 years
# after which the calendar repeats), bounded there, and brought back; NULL passes through as the lower bound.
_LATER = "interval '3652425 days'"
_SPAN = "interval '4000000 days'"


def _bounded(value: str, low: str, high: str) -> str:
    return f"nullif(nullif(least(greatest({value}, {low}), {high}), {low}), {high})"


_DAY = within("({0} - date '0001-01-01') + trunc({1})", 0, DAYS_MAX)
ADD_DAYS = f"(date '0001-01-01' + {_DAY})"
_MONTHS = f"make_interval(months => {within('{1}', -MONTHS_MAX, MONTHS_MAX)})"
_MOVED = _bounded(f"({{0}}::timestamp + {_LATER} + {_MONTHS})::date", "date '10000-12-31'", "date '20000-01-01'")
ADD_MONTHS = f"({_MOVED} - 3652425)"


def _shifted(sign: str) -> str:
    low, high = "timestamp '10000-12-31 23:59:59.999999'", "timestamp '20000-01-01'"
    span = _bounded("{1}", f"(-{_SPAN})", _SPAN)
    moved = _bounded(f"({{0}} AT TIME ZONE 'UTC') + {_LATER} {sign} {span}", low, high)
    return f"(({moved} - {_LATER}) AT TIME ZONE 'UTC')"


LATER, EARLIER = _shifted("+"), _shifted("-")
