"""What is different between two manifests or two patches, by meaning: parts are told apart by key, not by position.

A part that is new or gone is told once, with all that it holds. Of one that stayed every part is told by itself: an
option of a choice, a column of lines, a transition of a state machine. Where parts stand in another order, their keys
are told in both. So nothing is told exactly when both say the same, but for the base that a patch names.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Literal, TypedDict, cast

from shared.patch.canonical import document
from shared.patch.fields import EnumField, LinesField, MultiEnumField
from shared.patch.identity import shown
from shared.patch.manifest import (
    Entity,
    FieldEntry,
    GrantEntry,
    IndexEntry,
    Machine,
    Manifest,
    RuleEntry,
    SeedEntry,
    TriggerEntry,
)
from shared.patch.operations import Operation
from shared.patch.patch import Patch
from shared.patch.text import Closed

Parts = dict[str, Any]
# What an entry of a manifest holds, besides its key.
_HELD: dict[type, str] = {
    FieldEntry: "definition",
    RuleEntry: "rule",
    TriggerEntry: "trigger",
    IndexEntry: "index",
    SeedEntry: "seed",
    GrantEntry: "grant",
}
# What says of an operation which part it is about.
_TARGETS = ("entity", "lines", "field", "rule", "trigger", "index", "page", "menu", "role", "part")


class Difference(TypedDict):
    kind: Literal["added", "removed", "changed"]
    key: str
    before: Any
    after: Any


def diff(a: Manifest | Patch, b: Manifest | Patch) -> list[Difference]:
    """What must be added, removed and changed to get from `a` to `b`, sorted by key. Both of one sort."""
    before, after = (parts_of(one) if isinstance(one, Patch) else _of_manifest(one) for one in (a, b))
    return sorted(_between("", before, after), key=lambda one: one["key"])


def _between(key: str, before: dict[str, Parts], after: dict[str, Parts]) -> Iterator[Difference]:
    for group in dict.fromkeys((*before, *after)):
        old, new = before.get(group, {}), after.get(group, {})
        for one in old.keys() | new.keys():
            yield from _difference(one, old.get(one), new.get(one))
        order, reordered = [one for one in old if one in new], [one for one in new if one in old]
        if order != reordered:
            yield Difference(kind="changed", key=f"{key}/{group}" if key else group, before=order, after=reordered)


def _difference(key: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if before is None or after is None:
        kind = "added" if before is None else "removed"
        yield Difference(kind=kind, key=key, before=_told(before), after=_told(after))
        return
    old, new = _groups(key, before), _groups(key, after)
    told, told_after = _told(before), _told(after)
    if _alone(told, old) != _alone(told_after, new):
        yield Difference(kind="changed", key=key, before=told, after=told_after)
    yield from _between(key, old, new)


def _told(part: Any) -> Any:
    held = _HELD.get(part.__class__)
    return document(part if held is None else getattr(part, held))


def _alone(told: Any, groups: dict[str, Parts]) -> Any:
    """What is told of a part, without the parts of it that are told by themselves."""
    return {name: one for name, one in told.items() if name not in groups} if groups else told


def _of_manifest(manifest: Manifest) -> dict[str, Parts]:
    entities = manifest.visible_entities
    return {
        "manifest": {"crm_version": manifest.crm_version, "roles": manifest.roles},
        "entities": _keyed(shown(entity) for entity in entities.values()),
        "menus": _keyed(one for one in manifest.menus if one.entity in entities and not one.hidden),
    }


def _groups(key: str, part: Any) -> dict[str, Parts]:
    """The parts that are told by themselves, under the attributes that hold them."""
    match part:
        case Entity(machine=machine):
            pages = {f"{key}/page/{page.kind}": page for page in part.pages}
            kept = {name: _keyed(getattr(part, name)) for name in ("fields", "rules", "grants", "triggers")}
            kept |= {name: _keyed(getattr(part, name)) for name in ("indexes", "seeds")}
            return {**kept, "pages": pages, "machine": {f"{key}/machine": machine} if machine else {}}
        case Machine(transitions=transitions):
            named = ((f"{key}/{one.source}>{one.target}", one) for one in transitions)
            return {"transitions": _distinct(named)}
        case FieldEntry(definition=definition):
            return {"fields": _columns(part), **_groups(key, definition)}
        case EnumField(options=options) | MultiEnumField(options=options):
            return {"options": {f"{key}/{one.value}": one for one in options}}
        case _:
            return {}


def _columns(entry: FieldEntry) -> Parts:
    """The columns of lines by key, most of which follows from what they are called."""
    kept = {one.definition.name: one.key for one in entry.columns if not one.removed}
    fields = entry.definition.fields if isinstance(entry.definition, LinesField) else ()
    return {kept.get(one.name, f"{entry.key}.{one.name}"): one for one in fields}


def parts_of(patch: Patch) -> dict[str, Parts]:
    """What a patch says, by what it is about; in the order in which it says it."""
    module = cast("dict[str, Any]", document(patch.module))
    return {
        "module": {f"module/{name}": value for name, value in module.items()},
        "operations": _distinct((f"operation/{_about(one)}", one) for one in patch.operations),
        "scenarios": {f"scenario/{one.name}": one for one in patch.scenarios},
        "amends": _distinct((f"amends/{one.scenario}", one) for one in patch.amends),
    }


def _about(operation: Operation) -> str:
    """What an operation does, and to what."""
    inner = operation.__dict__
    said = [inner[one] for one in _targets(operation.__class__)]
    return "/".join(one if one.__class__ is str else _name(one) for one in said if one is not None)


@cache
def _targets(operation: type[Closed]) -> tuple[str, ...]:
    return ("op", *(name for name in _TARGETS if name in operation.model_fields))


def _name(target: Any) -> str:
    """What a definition, or a part of an entity, is called."""
    inner = target.__dict__
    if "type" in inner:
        return str(inner["name"])
    return ".".join(str(inner[one]) for one in ("kind", "name", "role", "field", "source", "target") if inner.get(one))


def _keyed(parts: Iterable[Any]) -> Parts:
    return {one.key: one for one in parts}


def _distinct(parts: Iterable[tuple[str, Closed]]) -> Parts:
    """By key; a key that stands for several has their number behind it."""
    found: Parts = {}
    times: dict[str, int] = {}
    for key, one in parts:
        times[key] = times.get(key, 0) + 1
        found[key if times[key] == 1 else f"{key}#{times[key]}"] = one
    return found
