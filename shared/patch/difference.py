"""What is different between two manifests or two patches, by meaning: parts are told apart by key, not by position.

A part that is new or gone is told once, with all that it holds. Of one that stayed every part is told by itself: an
option of a choice, a column of lines, a transition of a state machine. Where parts stand in another order, their keys
are told in both. So nothing is told exactly when both say the same, but for the base that a patch names.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, Literal, TypedDict, get_args

from shared.patch.aligning import apart
from shared.patch.canonical import document
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import EnumField, LinesField, MultiEnumField
from shared.patch.identity import shown
from shared.patch.manifest import Entity, GrantEntry, IndexEntry, Machine, Manifest, RuleEntry, SeedEntry, TriggerEntry
from shared.patch.operations import Operation
from shared.patch.patch import Patch

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
_TARGETED: dict[str, tuple[str, ...]] = {
    one.model_fields["op"].default: tuple(name for name in _TARGETS if name in one.model_fields)
    for one in get_args(get_args(Operation)[0])
}


class Difference(TypedDict):
    kind: Literal["added", "removed", "changed"]
    key: str
    before: Any
    after: Any


def diff(a: Manifest | Patch | Parts, b: Manifest | Patch | Parts) -> list[Difference]:
    """What must be added, removed and changed to get from `a` to `b`, sorted by key. Both of one sort.

    Of patches also their canonical documents, which is how they are stored: then nothing has to be read.
    """
    if isinstance(a, Manifest) or isinstance(b, Manifest):
        before, after = (_of_manifest(one) if isinstance(one, Manifest) else parts_of(one) for one in (a, b))
    else:
        before, after = _of_patches(_said(a), _said(b))
    return sorted(_between("", before, after), key=lambda one: one["key"])


def _of_patches(a: Parts, b: Parts) -> tuple[dict[str, Parts], dict[str, Parts]]:
    """The parts of both, without the operations that both say at the same place: most of them, which takes no keys.

    Where one of the others was moved past these, keys tell the order, so all are needed.
    """
    gone, come = apart(a["operations"], b["operations"])
    before, after = (
        parts_of({**one, "operations": [part for _, part in left]}) for one, left in ((a, gone), (b, come))
    )
    places = dict(zip(before["operations"], [place for place, _ in gone], strict=True))
    again = dict(zip(after["operations"], [place for place, _ in come], strict=True))
    stayed = [one for one in places.items() if one[0] in again] == [one for one in again.items() if one[0] in places]
    return (before, after) if stayed else (parts_of(a), parts_of(b))


def _between(key: str, before: dict[str, Parts], after: dict[str, Parts]) -> Iterator[Difference]:
    for group in dict.fromkeys((*before, *after)):
        old, new = before.get(group, {}), after.get(group, {})
        gone, come = old.keys() - new.keys(), new.keys() - old.keys()
        for one in gone | come:
            yield from _difference(one, old.get(one), new.get(one))
        for one, part in old.items():
            if one not in gone and part != new[one]:
                yield from _difference(one, part, new[one])
        order, reordered = [one for one in old if one not in gone], [one for one in new if one not in come]
        if order != reordered:
            yield Difference(kind="changed", key=f"{key}/{group}" if key else group, before=order, after=reordered)


def _difference(key: str, before: Any, after: Any) -> Iterator[Difference]:
    if before is None or after is None:
        kind = "added" if before is None else "removed"
        yield Difference(kind=kind, key=key, before=_told(before), after=_told(after))
        return
    told, told_after = _told(before), _told(after)
    if before.__class__ is dict:
        yield Difference(kind="changed", key=key, before=told, after=told_after)
        return
    old, new = _groups(key, before), _groups(key, after)
    if _alone(told, old) != _alone(told_after, new):
        yield Difference(kind="changed", key=key, before=told, after=told_after)
    yield from _between(key, old, new)


def _told(part: Any) -> Any:
    if part.__class__ is dict:
        return part
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
            return {"transitions": _distinct(key, lambda one: f"{one.source}>{one.target}", transitions)}
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


def parts_of(patch: Patch | Parts) -> dict[str, Parts]:
    """What a patch says, or its canonical document, by what it is about; in the order in which it says it."""
    said = _said(patch)
    return {
        "module": {f"module/{name}": value for name, value in document(said["module"]).items()},
        "operations": _distinct("operation", _about, said["operations"]),
        "scenarios": {f"scenario/{_part(one)['name']}": one for one in said.get("scenarios", ())},
        "amends": _distinct("amends", _amended, said.get("amends", ())),
    }


def _said(patch: Patch | Parts) -> Parts:
    return vars(patch) if isinstance(patch, Patch) else patch


def _part(one: Any) -> Parts:
    return one if one.__class__ is dict else one.__dict__


def _about(operation: Operation | Parts) -> str:
    """What an operation does, and to what."""
    inner = _part(operation)
    key = inner["op"]
    for name in _TARGETED[key]:
        if name in inner and (target := inner[name]) is not None:
            key += f"/{target if target.__class__ is str else _name(target)}"
    return key


def _amended(amendment: Any) -> str:
    return _part(amendment)["scenario"]


def _name(target: Any) -> str:
    """What a definition, or a part of an entity, is called."""
    inner: Parts = target if target.__class__ is dict else target.__dict__
    if "kind" not in inner:
        return inner["name"]
    return ".".join(inner[one] for one in ("kind", "name", "role", "field", "source", "target") if inner.get(one))


def _keyed(parts: Iterable[Any]) -> Parts:
    return {one.key: one for one in parts}


def _distinct(kind: str, called: Callable[[Any], str], parts: Iterable[Any]) -> Parts:
    """By what each is called; a key that stands for several has their number behind it."""
    found: Parts = {}
    for one in parts:
        key = place = f"{kind}/{called(one)}"
        if key in found:
            place = next(f"{key}#{number}" for number in count(2) if f"{key}#{number}" not in found)
        found[place] = one
    return found
