"""Bytes into a patch. Whatever comes in, the answer is a patch or a refusal that says what is wrong and where."""

import json
import re
from typing import Any, NoReturn

import orjson
from pydantic import ValidationError

from shared.patch.errors import Refusal
from shared.patch.misfits import problems_of
from shared.patch.patch import OPERATIONS_MAX, Patch
from shared.patch.plain import as_list, as_object, quickly_read, refuse_unplain

BYTES_MAX = 4 * 1024 * 1024
_DEPTH_MAX = 32
_DIGITS_MAX = 20
# Texts are passed over in one piece, closed or not.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parse(source: bytes | str | dict[str, Any]) -> Patch:
    """The patch that `source` holds. Raises Refusal with all problems."""
    plain = _sized(source) if isinstance(source, dict) else read_json(source)
    operations = as_list((as_object(plain) or {}).get("operations")) or ()
    if len(operations) > OPERATIONS_MAX:
        raise Refusal("too_many_operations", "/operations", {"count": len(operations), "limit": OPERATIONS_MAX})
    try:
        return Patch.model_validate(plain)
    except ValidationError as error:
        raise Refusal.of(problems_of(error, plain, Patch)) from None


def read_json(source: bytes | str) -> Any:
    """Plain JSON, in which no key stands twice. Raises Refusal with line and column."""
    if len(source) > BYTES_MAX:
        raise Refusal("document_too_large", "", {"limit": BYTES_MAX})
    quick = quickly_read(source if isinstance(source, bytes) else source.encode(errors="surrogatepass"), _DEPTH_MAX)
    if quick is not None:
        return quick
    try:
        text = source.decode() if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        raise Refusal("json_invalid", "", {"line": 1, "column": error.start + 1, "reason": "not UTF-8"}) from None
    _refuse_deep(text)
    try:
        plain = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno, "reason": error.msg}
        raise Refusal("json_invalid", "", params) from None
    refuse_unplain(plain, _DEPTH_MAX)
    return plain


def _sized(plain: dict[str, Any]) -> dict[str, Any]:
    """A document that was read elsewhere, held to the same limits."""
    refuse_unplain(plain, _DEPTH_MAX)
    if len(orjson.dumps(plain)) > BYTES_MAX:
        raise Refusal("document_too_large", "", {"limit": BYTES_MAX})
    return plain


def _refuse_deep(text: str) -> None:
    """Before the reader recurses into it."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
        elif bracket in "]}":
            depth -= 1
        if depth > _DEPTH_MAX:
            raise Refusal("document_too_deep", "", {"limit": _DEPTH_MAX})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refusal("key_twice", "", {"key": key})
        found[key] = value
    return found


def _constant(text: str) -> NoReturn:
    raise Refusal("json_invalid", "", {"line": 0, "column": 0, "reason": f"{text} is no number"})


def _integer(text: str) -> int:
    if len(text) > _DIGITS_MAX:
        raise Refusal("json_invalid", "", {"line": 0, "column": 0, "reason": "a number has too many digits"})
    return int(text)
