"""Spans of time in ISO 8601: `PT90M`, `P2DT3H`, `-PT5M`. Whole seconds; a day has 24 hours, months have no length."""

from datetime import timedelta

_DAY = 86_400


def seconds(span: timedelta) -> int:
    return span.days * _DAY + span.seconds


def written(span: timedelta) -> str:
    """The one way in which a span is written: days, hours, minutes and seconds that are not zero."""
    sign, whole = ("-", seconds(-span)) if span < timedelta() else ("", seconds(span))
    days, rest = divmod(whole, _DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if value)
    if not whole:
        return "PT0S"
    return f"{sign}P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
