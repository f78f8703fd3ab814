"""Texts, by code point. Only the letters A to Z have two cases, and only blank, tab and line breaks are space."""

from collections.abc import Sequence
from decimal import Decimal

_SPACE = " \t\r\n"
_LOWER = {one: one + 32 for one in range(ord("A"), ord("Z") + 1)}
_UPPER = {two: one for one, two in _LOWER.items()}


def size(value: Sequence[str]) -> Decimal:
    """Characters of a text, or how many choices."""
    return Decimal(len(value))


def lower(text: str) -> str:
    return text.translate(_LOWER)


def upper(text: str) -> str:
    return text.translate(_UPPER)


def trim(text: str) -> str:
    return text.strip(_SPACE)
