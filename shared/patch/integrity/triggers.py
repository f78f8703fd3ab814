"""What must hold of triggers: what they write is there and may be written, and all of them together come to an end."""

from collections.abc import Iterator

from shared.patch.errors import Problem
from shared.patch.fields import RefField
from shared.patch.integrity.events import DEPTH_MAX, Reaction, circle, endless
from shared.patch.integrity.machines import role
from shared.patch.integrity.said import said_by_trigger, words
from shared.patch.integrity.values import created, given, unknown_entity, unknown_field
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest
from shared.patch.trigger import CreateAction, NotifyAction, SetAction, Trigger, UpdateAction


def triggers(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """What does not hold of the triggers of an entity, one by one."""
    for entry in entity.visible_triggers:
        yield from (one.under(f"/triggers/{entry.trigger.name}") for one in _trigger(entry.trigger, entity, manifest))


def chains(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """Triggers and machines that set off one another without end, or more than three in a row."""
    if not entity.visible_triggers and entity.machine is None:
        return
    found = [one for one in endless(manifest) if any(link.entity == entity.name for link in one)]
    for chain in found[:1]:
        round_trip = circle(chain)
        own = next((link for link in round_trip or chain if link.entity == entity.name), None)
        part = "/machine" if own is None or " " in own.name else f"/triggers/{own.name.partition('.')[2]}"
        names = " → ".join(_told(round_trip) if round_trip else [link.name for link in chain])
        if round_trip:
            yield Problem("trigger_cycle", part, {"chain": names})
        else:
            yield Problem("trigger_too_deep", part, {"chain": names, "limit": DEPTH_MAX})


def _told(circle: tuple[Reaction, ...]) -> list[str]:
    """The same for every entity that finds the circle: it begins at the first name."""
    names = [link.name for link in circle[1:]]
    first = names.index(min(names))
    return [*names[first:], *names[: first + 1]]


def indexed(entity: Entity, by: str) -> bool:
    """Records with one value of `by` are found without reading the whole table."""
    entry = entity.visible_fields.get(by)
    if by == "id" or any(one.index.fields[0] == by for one in entity.visible_indexes):
        return True
    return entry is not None and (isinstance(entry.definition, RefField) or entry.definition.unique)


def _trigger(trigger: Trigger, entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    if set(trigger.on) == {"create"}:
        for said in said_by_trigger("", trigger, entity.name, manifest):
            if "old" in words(said.text, "name"):
                yield Problem("old_of_new", said.where, {"part": trigger.name})
    for number, action in enumerate(trigger.actions):
        where = f"/actions/{number}"
        match action:
            case SetAction(values=values):
                if "delete" in trigger.on:
                    yield Problem("trigger_set_deleted", where, {"trigger": trigger.name})
                yield from given(entity, values, f"{where}/values")
            case CreateAction(entity=target, values=values):
                yield from created(target, values, where, manifest)
                yield from _outlived(trigger, action, "id", where, manifest)
            case UpdateAction():
                yield from _update(action, where, manifest)
                yield from _outlived(trigger, action, "this.id", where, manifest)
            case NotifyAction(role=told):
                yield from role(told, f"{where}/role", manifest)


def _outlived(
    trigger: Trigger, action: CreateAction | UpdateAction, itself: str, where: str, manifest: Manifest
) -> Iterator[Problem]:
    """Nothing can refer to a record that is being deleted."""
    target = manifest.visible_entities.get(action.entity)
    if target is None or "delete" not in trigger.on:
        return
    for name, text in action.values.items():
        entry = target.visible_fields.get(name)
        if entry is not None and isinstance(entry.definition, RefField) and text.strip() == itself:
            params = {"field": name, "entity": target.name}
            yield Problem("trigger_refers_deleted", f"{where}/values/{name}", params)


def _update(action: UpdateAction, where: str, manifest: Manifest) -> Iterator[Problem]:
    target = manifest.visible_entities.get(action.entity)
    if target is None:
        yield unknown_entity(action.entity, f"{where}/entity", manifest)
        return
    if action.by not in (*SYSTEM_FIELDS, *target.visible_fields):
        yield unknown_field(action.by, f"{where}/by", target)
    elif not indexed(target, action.by):
        params = {"field": action.by, "entity": target.name}
        yield Problem("lookup_not_indexed", f"{where}/by", params)
    yield from given(target, action.values, f"{where}/values")
