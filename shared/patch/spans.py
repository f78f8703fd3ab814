"""Spans of time in ISO 8601: `PT90M`, `P2DT3H`, `-PT5M`. Whole seconds; a day has 24 hours, months have no length."""

import re
from datetime import timedelta

_SPAN = re.compile(
    r"(?P<sign>-)?P(?=[0-9]|T[0-9])(?:(?P<weeks>[0-9]{1,9})W)?(?:(?P<days>[0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?(?:(?P<seconds>[0-9]{1,12})S)?)?",
    re.ASCII,
)
_DAY = 86_400


def read(text: str) -> timedelta | None:
    """None for what is no span, or longer than any that can be kept."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    sign = -1 if parts.pop("sign") else 1
    try:
        return sign * timedelta(**{name: int(value) for name, value in parts.items() if value is not None})
    except OverflowError:
        return None


def written(span: timedelta) -> str:
    """The one way in which a span is written: days, hours, minutes and seconds that are not zero."""
    sign, rest = ("-", -span) if span < timedelta() else ("", span)
    seconds = rest.days * _DAY + rest.seconds
    days, seconds = divmod(seconds, _DAY)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    clock = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if value)
    if not days and not clock:
        return "PT0S"
    return f"{sign}P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
