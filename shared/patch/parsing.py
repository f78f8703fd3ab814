"""Bytes into a patch. Whatever comes in, the answer is a patch or a refusal that says what is wrong and where."""

import codecs
import json
import math
import re
from typing import Any

import orjson
from pydantic import ValidationError

from shared.patch.errors import Refusal
from shared.patch.misfits import problems_of
from shared.patch.patch import OPERATIONS_MAX, Patch
from shared.patch.places import first_twin, line_and_column
from shared.patch.plain import as_list, as_object, quickly_read, refuse_many, refuse_unplain

BYTES_MAX = 4 * 1024 * 1024
DEPTH_MAX = 32
_DIGITS_MAX = 20
# Texts are passed over in one piece, closed or not.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parse(source: bytes | str | dict[str, Any]) -> Patch:
    """The patch that `source` holds. Raises Refusal with all problems."""
    plain = source if isinstance(source, dict) else _read(source)
    operations = as_list((as_object(plain) or {}).get("operations")) or ()
    if len(operations) > OPERATIONS_MAX:
        raise Refusal("too_many_operations", "/operations", {"count": len(operations), "limit": OPERATIONS_MAX})
    refuse_unplain(plain, DEPTH_MAX)
    if isinstance(source, dict):
        _refuse_large(orjson.dumps(plain))
    try:
        return Patch.model_validate(plain)
    except ValidationError as error:
        raise Refusal.of(problems_of(error, plain, Patch)) from None


def read_json(source: bytes | str) -> Any:
    """Plain JSON, in which no key stands twice. Raises Refusal with line and column."""
    plain = _read(source)
    refuse_unplain(plain, DEPTH_MAX)
    return plain


def _read(source: bytes | str) -> Any:
    _refuse_large(source)
    encoded = source if isinstance(source, bytes) else source.encode(errors="surrogatepass")
    _refuse_large(encoded)
    refuse_many(encoded.count(b"[") + encoded.count(b"{"))
    # Some editors begin every file with a mark that says nothing.
    encoded = encoded.removeprefix(codecs.BOM_UTF8)
    quick = quickly_read(encoded)
    return _carefully_read(encoded, source) if quick is None else quick


def _carefully_read(encoded: bytes, source: bytes | str) -> Any:
    try:
        text = encoded.decode() if isinstance(source, bytes) else source.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = encoded[: error.start].decode()
        line, column = line_and_column(before, len(before))
        raise Refusal("json_invalid", "", {"line": line, "column": column, "reason": "not UTF-8"}) from None
    _refuse_deep(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=float, parse_int=_integer)
    except _Twice as twice:
        pointer, key, place = first_twin(text) or ("", str(twice), (1, 1))
        raise Refusal("key_twice", pointer, {"key": key, "line": place[0], "column": place[1]}) from None
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno, "reason": error.msg.strip(": ")}
        raise Refusal("json_invalid", "", params) from None


def _refuse_large(source: bytes | str) -> None:
    if len(source) > BYTES_MAX:
        raise Refusal("document_too_large", "", {"limit": BYTES_MAX})


def _refuse_deep(text: str) -> None:
    """Before the reader recurses into it."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
        elif bracket in "]}":
            depth -= 1
        if depth > DEPTH_MAX:
            raise Refusal("document_too_deep", "", {"limit": DEPTH_MAX})


class _Twice(Exception):
    """A key stands twice in an object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice(pairs[-1][0])
    return found


def _integer(text: str) -> int | float:
    """An integer of too many digits takes long to read; what it becomes is refused at its place."""
    return int(text) if len(text) <= _DIGITS_MAX else math.inf
