"""From a failure to the operation that most likely brought it about: a JSON pointer into the patch document.

An operation names what it changes (entity, field, rule), and so does a refusal. What they have in common points.
"""

from collections.abc import Iterator
from typing import Any

from shared.engine import Problem as RecordProblem
from shared.engine import RecordRefused
from shared.patch import Patch
from shared.patch.errors import Refusal

_TEXT_LENGTH = 500


def told_of(error: Exception, patch: Patch, entity: str | None = None) -> tuple[str, Any, str | None]:
    """Code, what was got, and pointer, of anything that went wrong in the sandbox."""
    if isinstance(error, RecordRefused):
        return refused_code(error), [one.as_dict() for one in error.problems], blame_refused(patch, entity, error)
    if isinstance(error, Refusal):
        return error.code, {"pointer": error.pointer, **error.params}, error.pointer or None
    return "not_carried_out", f"{type(error).__name__}: {error}"[:_TEXT_LENGTH], blame_entity(patch, entity)


def refused_code(error: RecordRefused) -> str:
    return error.problems[0].code if error.problems else error.code


def blame_refused(patch: Patch, entity: str | None, error: RecordRefused) -> str | None:
    """The operation that made the rule or the field that a refusal names, else the only one on the entity."""
    for problem in error.problems:
        found = blame_problem(patch, entity, problem)
        if found is not None:
            return found
    return blame_entity(patch, entity)


def blame_problem(patch: Patch, entity: str | None, problem: RecordProblem) -> str | None:
    """By the rule that it names, or else by the field."""
    rule = problem.params.get("rule")
    if rule is None:
        return blame_fields(patch, entity, {problem.field.split(".", 1)[0]})
    for pointer, operation in _operations(patch, entity):
        if getattr(getattr(operation, "rule", None), "name", None) == rule:
            return pointer
    return None


def blame_fields(patch: Patch, entity: str | None, names: set[str]) -> str | None:
    """The first operation that is about one of these fields."""
    for pointer, operation in _operations(patch, entity):
        if _fields(operation) & names:
            return pointer
    return None


def blame_entity(patch: Patch, entity: str | None) -> str | None:
    """The one operation that there is, or the one on this entity; where there are several nobody knows."""
    pointers = [pointer for pointer, _ in _operations(patch, entity)]
    return pointers[0] if len(pointers) == 1 else None


def _operations(patch: Patch, entity: str | None) -> Iterator[tuple[str, Any]]:
    for position, operation in enumerate(patch.operations):
        if entity is None or getattr(operation, "entity", entity) == entity:
            yield f"/operations/{position}", operation


def _fields(operation: Any) -> set[str]:
    """The names of the fields that an operation is about."""
    found = getattr(operation, "field", None)
    names = {found} if isinstance(found, str) else {getattr(found, "name", None)}
    names |= {field.name for field in getattr(operation, "fields", ())}
    return {name for name in names if name is not None}
