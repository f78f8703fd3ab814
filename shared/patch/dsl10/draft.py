"""The operations that documents of Patch DSL 1.0 come to, each with its place in the source, and what is wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.patch.dsl10.fields import OUR_NAMES
from shared.patch.errors import Problem, Refusal, escape, nearest
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations import Operation
from shared.patch.patch import OPERATIONS_MAX
from shared.patch.plain import as_list, as_object

# The keys that may stand somewhere; those in a tuple say the same, so only one of them may.
Known = Iterable[str | tuple[str, ...]]

_OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)


@dataclass(slots=True)
class Draft:
    """`manifest` is the CRM as the operations so far leave it; None when nobody has said what it is."""

    source: Any
    manifest: Manifest | None
    module: str
    operations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    places: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])
    _before: Manifest | None = None

    def put(self, place: str, op: str, **parts: Any) -> None:
        """One operation more, that the part of the source at `place` asks for."""
        if len(self.operations) == OPERATIONS_MAX:
            raise Refusal("too_many_operations", place, {"count": OPERATIONS_MAX + 1, "limit": OPERATIONS_MAX})
        operation = {"op": op, **parts}
        self.operations.append(operation)
        self.places.append(self._there(place))
        self._before = self.manifest
        self._apply(operation)

    def again(self) -> None:
        """The last operation says more now."""
        self.manifest = self._before
        self._apply(self.operations[-1])

    def _apply(self, operation: dict[str, Any]) -> None:
        if self.manifest is None:
            return
        try:
            self.manifest = _OPERATION.validate_python(operation).apply(self.manifest, self.module)
        except (Refusal, ValidationError):
            # Told when the whole is read or validated; what follows is held against the CRM without it.
            return

    def refuse_strange(self, parts: Mapping[str, Any], known: Known, place: str, named: str) -> None:
        """Keys without a place here, each with what was probably meant, and a second key that says the same."""
        groups = [(one,) if isinstance(one, str) else one for one in known]
        names = [name for group in groups for name in group]
        beside = [key for group in groups for key in [one for one in group if one in parts][1:]]
        for key in (*(one for one in parts if one not in names), *beside):
            params = {"key": key, "field": named}
            self.problems.append(Problem("dsl10_key", place + escape(key), params, nearest(key, names)))

    def refuse_document(self, reason: str, place: str) -> None:
        self.problems.append(Problem("dsl10_not_document", place, {"reason": reason}))

    def entity(self, name: str) -> Entity | None:
        return self.manifest.visible_entities.get(name) if self.manifest is not None else None

    def placed(self, problem: Problem) -> Problem:
        """A problem of the patch, at its place in the source."""
        match = re.fullmatch(r"/operations/([0-9]+)(.*)", problem.pointer)
        if match is None:
            return problem
        place = self.places[int(match.group(1))]
        parts = match.group(2).split("/")[1:]
        found = place + self._led(place, [part for part in parts if part not in ("field", "changes")])
        lost = problem.code == "key_missing" and not found.endswith(parts[-1])
        return replace(problem, pointer=found + escape(parts[-1]) if lost else found)

    def _there(self, place: str) -> str:
        """The part at `place`, or the innermost one around it that the source has."""
        here: Any = self.source
        there = ""
        for step in place.split("/")[1:]:
            here = _inside(here, step.replace("~1", "/").replace("~0", "~"))
            if here is None:
                break
            there += f"/{step}"
        return there

    def _led(self, place: str, parts: list[str]) -> str:
        """How far `parts`, which are our words, lead inside the part of the source at `place`."""
        here: Any = self.source
        for step in place.split("/")[1:]:
            here = _inside(here, step.replace("~1", "/").replace("~0", "~"))
        led = ""
        for part in parts:
            names = [part, *(theirs for theirs, ours in OUR_NAMES.items() if ours == part)]
            name = next((one for one in names if _inside(here, one) is not None), None)
            if name is None:
                break
            here, led = _inside(here, name), led + escape(name)
        return led


def _inside(value: Any, step: str) -> Any:
    items = as_list(value)
    if items is not None:
        return items[int(step)] if step.isdigit() and int(step) < len(items) else None
    return (as_object(value) or {}).get(step)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one document asks for. `path` are the names after the first, without words like `fields`."""

    draft: Draft
    scope: str
    operation: str
    kind: str
    name: str
    path: tuple[str, ...]
    payload: Any
    pointer: str

    @property
    def place(self) -> str:
        return f"{self.pointer}/payload"

    @property
    def parts(self) -> dict[str, Any]:
        """The payload as an object; empty, and refused, when it is none."""
        found = as_object(self.payload)
        if found is None and self.payload is not None:
            self.draft.refuse_document("payload must be an object", self.place)
        return found or {}

    @property
    def inner(self) -> str:
        """The one name inside; empty when there is none."""
        if len(set(self.path)) > 1:
            params = {"key": "path", "field": self.name}
            self.draft.problems.append(Problem("dsl10_key", f"{self.pointer}/target/path", params))
        return self.path[0] if self.path else ""

    def put(self, op: str, *, at: str = "", **parts: Any) -> None:
        """An operation; parts that are None are left out."""
        place = self.place + at if self.payload is not None else self.pointer
        self.draft.put(place, op, **{name: one for name, one in parts.items() if one is not None})

    def refuse(self, reason: str, *, at: str | None = None) -> None:
        params = {"scope": self.scope, "operation": self.operation, "type": self.kind, "reason": reason}
        pointer = f"{self.pointer}/operation" if at is None else self.place + at
        self.draft.problems.append(Problem("dsl10_unsupported", pointer, params))

    def refuse_strange(self, parts: Mapping[str, Any], known: Known, at: str = "", named: str = "") -> None:
        self.draft.refuse_strange(parts, known, self.place + at, named or self.name)


def first(parts: Mapping[str, Any], *names: str) -> Any:
    """The value of the first of these keys that is there."""
    return next((parts[name] for name in names if name in parts), None)
