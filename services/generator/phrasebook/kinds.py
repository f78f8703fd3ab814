"""Type words in both languages, and values as people write them."""

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from services.generator.phrasebook.naming import strip
from services.generator.phrasebook.refusal import NotUnderstood

TYPE_WORDS = {
    "text": "text",
    "short text": "text",
    "string": "text",
    "long text": "long_text",
    "multi-line text": "long_text",
    "whole number": "integer",
    "integer": "integer",
    "number": "decimal",
    "decimal": "decimal",
    "decimal number": "decimal",
    "money": "money",
    "money amount": "money",
    "currency": "money",
    "yes/no": "boolean",
    "yes-no": "boolean",
    "yes or no": "boolean",
    "true/false": "boolean",
    "checkbox": "boolean",
    "boolean": "boolean",
    "date": "date",
    "date and time": "datetime",
    "datetime": "datetime",
    "文本": "text",
    "文字": "text",
    "长文本": "long_text",
    "多行文本": "long_text",
    "整数": "integer",
    "数字": "decimal",
    "数值": "decimal",
    "小数": "decimal",
    "金额": "money",
    "货币": "money",
    "是否": "boolean",
    "是/否": "boolean",
    "布尔": "boolean",
    "勾选": "boolean",
    "日期": "date",
    "日期时间": "datetime",
    "时间": "datetime",
}
# Longest first, so that "date and time" is not read as "date".
TYPE_PATTERN = "|".join(re.escape(word) for word in sorted(TYPE_WORDS, key=len, reverse=True))
NUMBER = r"-?\d+(?:\.\d+)?"
_YES = frozenset({"yes", "true", "on", "是", "真"})
_NO = frozenset({"no", "false", "off", "否", "假"})
_TODAY = frozenset({"today", "今天", "当天", "当日"})
_NOW = frozenset({"now", "现在", "当前时间"})


def type_of(text: str) -> str | None:
    """The field type that a type word means."""
    return TYPE_WORDS.get(strip(text).lower())


def value_of(field: dict[str, Any], text: str) -> Any:
    """The value that `text` means for a field of this type. Raises `NotUnderstood` when it cannot be one."""
    word = strip(text)
    match field["type"]:
        case "text" | "long_text":
            return word
        case "boolean":
            return _yes_or_no(word)
        case "integer" | "decimal" | "money":
            return _number(field["type"], word)
        case "date":
            return "today" if word.lower() in _TODAY else _date(word)
        case "datetime" if word.lower() in _NOW:
            return "now"
        case _:
            raise NotUnderstood([word])


def number(text: str) -> int | str:
    """As it stands in a document and in an expression: whole numbers bare, others as exact text."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else str(value)


def _number(kind: str, word: str) -> int | str:
    try:
        value = number(word)
    except InvalidOperation:
        raise NotUnderstood([word]) from None
    if kind == "integer" and not isinstance(value, int):
        raise NotUnderstood([word])
    return value if kind == "integer" else str(value)


def _yes_or_no(word: str) -> bool:
    if word.lower() in _YES | _NO:
        return word.lower() in _YES
    raise NotUnderstood([word], nearest=["yes", "no"])


def _date(word: str) -> str:
    try:
        return datetime.date.fromisoformat(word).isoformat()
    except ValueError:
        raise NotUnderstood([word], nearest=["today", "2026-01-31"]) from None
