"""One operation of ours on its way into documents of Patch DSL 1.0, and what of it they cannot say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.patch.dsl10.fields import OUR_NAMES
from shared.patch.errors import Problem, escape

# Our key, the one of theirs that we write.
THEIR_NAMES = {ours: theirs for theirs, ours in reversed(OUR_NAMES.items())}
_THEIR_TYPES = {
    "text": "text",
    "long_text": "textarea",
    "decimal": "number",
    "boolean": "checkbox",
    "date": "date",
    "datetime": "datetime",
    "enum": "select",
    "multi_enum": "multiselect",
    "file": "file",
    "ref": "relation",
    "many_to_many": "relation",
}


@dataclass(slots=True)
class Saying:
    """`plain` is the operation as a document has it, `pointer` where it stands."""

    plain: Mapping[str, Any]
    pointer: str
    # The choices that the field has after it; None when that is not known.
    options: list[Any] | None = None
    said: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    problems: list[Problem] = field(default_factory=list[Problem])

    def say(self, scope: str, operation: str, kind: str, *names: Any, payload: Any = None) -> None:
        target = {"type": kind, "identifier": ".".join(str(one) for one in names if one is not None)}
        asked = {"scope": scope, "operation": operation, "target": target}
        self.said.append(asked if payload is None else {**asked, "payload": payload})

    def refuse(self, *parts: str | int) -> None:
        """The part of the operation at this place has no words; without a place the whole has none."""
        pointer = self.pointer + "".join(escape(one) for one in parts)
        part = "/".join(str(one) for one in (self.plain["op"], *parts[-1:]))
        self.problems.append(Problem("dsl10_inexpressible", pointer, {"part": part}))

    def refuse_beyond(self, parts: Mapping[str, Any], known: Iterable[str], *at: str | int) -> None:
        for name in parts.keys() - {*known}:
            self.refuse(*at, name)

    def described(self, definition: Mapping[str, Any], *at: str | int) -> dict[str, Any]:
        """A field, or what becomes different of one, in their words."""
        told: dict[str, Any] = {}
        for name, value in definition.items():
            if name == "type" and value in _THEIR_TYPES:
                told |= {"type": _THEIR_TYPES[value], **({"multiple": True} if value == "many_to_many" else {})}
            elif name == "name":
                told["name"] = value
            elif name in THEIR_NAMES and name != "type":
                told[THEIR_NAMES[name]] = value
            elif (name, value) != ("format", "email") or definition.get("type") != "text":
                self.refuse(*at, name)
        return {**told, "type": "email"} if definition.get("format") == "email" else told
