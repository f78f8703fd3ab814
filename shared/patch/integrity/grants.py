"""What must hold of grants: they allow something, and a filter stands where it can be asked."""

from collections.abc import Iterator

from shared.patch.errors import Problem
from shared.patch.integrity.machines import role
from shared.patch.integrity.said import words
from shared.patch.manifest import Entity, Grant, Manifest

_FIELD_ACTS = ("view", "edit")


def grants(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """What does not hold of the grants of an entity."""
    for one in (entry.grant for entry in entity.grants if not entry.removed):
        yield from (problem.under(f"/grants/{one.role}") for problem in _grant(one, manifest))


def _grant(one: Grant, manifest: Manifest) -> Iterator[Problem]:
    yield from role(one.role, "/role", manifest)
    if not one.allow:
        yield Problem("grant_empty", "/allow", {"role": one.role})
    for number, act in enumerate(one.allow):
        if one.field is not None and act not in _FIELD_ACTS:
            yield Problem("grant_field_act", f"/allow/{number}", {"act": act, "field": one.field})
        if one.where is not None and act == "create":
            yield Problem("grant_where_create", f"/allow/{number}", {"role": one.role})
    if one.where is not None and "old" in words(one.where, "name"):
        yield Problem("grant_where_old", "/where", {"role": one.role})
    if one.where is not None and one.field is not None:
        yield Problem("grant_where_field", "/where", {"field": one.field, "role": one.role})
