"""The keys of a model as rows of a table: what may stand there, what holds without it, the comment in the source."""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from shared.patch.canonical import TAGS
from shared.patch.expression.lexer import LENGTH_MAX
from shared.patch.misfits import FORMS
from shared.patch.plain import as_object
from shared.patch.text import IDENTIFIER

_HEAD = "| key | what stands there | without it | meaning |\n|---|---|---|---|"
# By the tag of a union that has a section of its own.
_UNIONS = {"op": "operation", "type": "field"}
_WORDS = {
    "boolean": "true or false",
    "number": "number",
    "date": "date",
    "date-time": "date and time",
    "time": "time",
    "duration": "duration (ISO 8601)",
}


def table(model: type[BaseModel], anchors: dict[str, str], leave_out: frozenset[str] = frozenset()) -> str:
    """Markdown; nothing when no key is left. `anchors` leads from the name of a model to where it is explained."""
    schema = model.model_json_schema()
    required, rows = schema.get("required", ()), list[str]()
    comments = comments_of(model)
    for key, part in schema.get("properties", {}).items():
        if key not in leave_out and not ("const" in part and key in TAGS):
            name = next((name for name, field in model.model_fields.items() if field.alias == key), str(key))
            without = "needed" if key in required else _default(part)
            rows.append(f"| `{key}` | {words(part, anchors)} | {without} | {comments.get(name, '')} |")
    return "\n".join([_HEAD, *rows]) if rows else ""


@cache
def comments_of(model: type[BaseModel]) -> dict[str, str]:
    """What stands above each key in the source, those of the models that it is made from too."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one.__module__.startswith("shared.patch"):
            lines = textwrap.dedent(inspect.getsource(one)).splitlines()
            body = ast.parse("\n".join(lines)).body[0]
            for node in body.body if isinstance(body, ast.ClassDef) else ():
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    found[node.target.id] = " ".join(_above(lines, node.lineno - 1))
    return found


def _above(lines: list[str], number: int) -> list[str]:
    first = number
    while first > 0 and lines[first - 1].lstrip().startswith("# "):
        first -= 1
    return [line.strip().removeprefix("# ") for line in lines[first:number]]


def words(part: dict[str, Any], anchors: dict[str, str]) -> str:
    """What may stand there, in words."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2].rpartition("__")[2]
        return f"[{spaced(name)}]({anchors[name]})" if name in anchors else spaced(name)
    if union := part.get("oneOf") or part.get("anyOf"):
        named = _UNIONS.get(str(part.get("discriminator", {}).get("propertyName")))
        known = [words(one, anchors) for one in union if one != {"type": "null"}]
        return f"[{named}]({anchors[named]})" if named else " or ".join(dict.fromkeys(known))
    if known := part.get("enum") or [part[key] for key in ("const",) if key in part]:
        return " or ".join(f"`{one}`" for one in known)
    return _nested(part, anchors) if part.get("type") in {"array", "object"} else _scalar(part, anchors)


def _nested(part: dict[str, Any], anchors: dict[str, str]) -> str:
    if part["type"] == "array":
        return f"list of {words(part['items'], anchors)}" + _bounds(part, "Items")
    inner = next(iter(part.get("patternProperties", {}).values()), part.get("additionalProperties"))
    value = words(as_object(inner) or {}, anchors)
    return f"object of {value} by name" + _bounds(part, "Properties")


def _scalar(part: dict[str, Any], anchors: dict[str, str]) -> str:
    pattern, kind = part.get("pattern"), part.get("format", part.get("type"))
    if kind == "integer":
        return "whole number" + _bounds(part, "imum")
    if kind == "string":
        if pattern is not None and FORMS.get(pattern) is None and pattern != IDENTIFIER:
            return "number as text"
        if pattern is not None:
            return "name" if pattern == IDENTIFIER else f"text: {FORMS[pattern]}".replace("|", "\\|")
        told = f"[expression]({anchors['expression']})"
        return told if part.get("maxLength") == LENGTH_MAX else "text" + _bounds(part, "Length")
    return _WORDS.get(str(kind), "value")


def _bounds(part: dict[str, Any], of: str) -> str:
    low, high = part.get(f"min{of}"), part.get(f"max{of}")
    if low and high:
        return f", {low:,} to {high:,}"
    return f", at most {high:,}" if high else f", at least {low:,}" if low else ""


def _default(part: dict[str, Any]) -> str:
    value = part.get("default")
    return "" if value in (None, "", [], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def spaced(name: str) -> str:
    """`CreateAction` → `create action`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def tag_of(model: type[BaseModel]) -> str | None:
    """What its tag says: `add_field`, `text`, `create`."""
    for name, field in model.model_fields.items():
        if name in TAGS and isinstance(field.default, str):
            return field.default
    return None


def reachable(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models that stand in the keys of `model`, and so on, each once, in order."""
    known, waiting = {model}, list(_inside(model))
    while waiting:
        one = waiting.pop(0)
        if one not in known:
            known.add(one)
            yield one
            waiting = [*_inside(one), *waiting]


def _inside(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        yield from _models(field.annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
