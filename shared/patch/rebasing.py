"""Rebasing: the same patch for a base that has moved, because other modules were published or withdrawn meanwhile.

What the patch says stays as it is, but for names: a field, column or entity that is called otherwise on the new base is
followed, by its key, wherever the patch says its name. Nothing is dropped: when an operation does not apply on the new
base, the answer is a refusal with every problem. Whether the patch still means the same is what `conflicts` tells.
"""

from collections.abc import Iterator

from shared.patch.applying import validate, walk
from shared.patch.errors import Refusal
from shared.patch.following import Following
from shared.patch.manifest import Manifest
from shared.patch.operations import Operation
from shared.patch.operations.add_entity import AddEntity
from shared.patch.operations.add_field import AddField
from shared.patch.patch import Amendment, Patch
from shared.patch.renaming import Renamed, renamed
from shared.patch.scenario import Scenario

# From an entity downwards: its key, that of a field, that of a column.
Keys = tuple[str, ...]


def rebase(patch: Patch, onto: Manifest, was: Manifest | None = None) -> Patch:
    """The patch, written for `was`, on `onto`; without `was` no name is followed. Raises Refusal.

    It names no base: which live set `onto` is, only the caller knows.
    """
    if was is not None:
        patch = _followed(patch, was, onto)
    problems = validate(patch, onto)
    if problems:
        raise Refusal.of(problems)
    return patch.having(base=None)


def _followed(patch: Patch, was: Manifest, onto: Manifest) -> Patch:
    old, new = _names(was), _names(onto)
    moved = {keys: (name, new[keys]) for keys, name in old.items() if new.get(keys, name) != name}
    if not moved:
        return patch
    operations: list[Operation] = []
    after = was
    for _, operation, before in walk(patch, was):
        after = operation.apply(before, patch.module.name)
        # What is computed there can only be read where it is there.
        known = after if isinstance(operation, AddEntity | AddField) else before
        operations.append(_operation(operation, known, moved))
    scenarios = tuple(_scenario(one, after, moved) for one in patch.scenarios)
    amends = tuple(
        Amendment.model_validate({"scenario": one.scenario, "with": _scenario(one.replacement, after, moved)})
        for one in patch.amends
    )
    return patch.having(operations=tuple(operations), scenarios=scenarios, amends=amends)


def _operation(operation: Operation, manifest: Manifest, moved: dict[Keys, tuple[str, str]]) -> Operation:
    for follow in _changes(manifest, moved):
        operation = follow.operation(operation)
    return operation


def _scenario(scenario: Scenario, manifest: Manifest, moved: dict[Keys, tuple[str, str]]) -> Scenario:
    for follow in _changes(manifest, moved):
        scenario = follow.scenario(scenario)
    return scenario


def _changes(manifest: Manifest, moved: dict[Keys, tuple[str, str]]) -> Iterator[Following]:
    """What to follow from `manifest` on, one after the other: columns, fields, then entities.

    What the patch itself has renamed by then keeps the name that the patch gave it.
    """
    names = _names(manifest)
    for depth in (3, 2, 1):
        now = [keys for keys, (old, _) in moved.items() if len(keys) == depth and names.get(keys) == old]
        # By way of names that nothing has, as two may have changed places.
        held = {keys: f"moved{number}" for number, keys in enumerate(now)}
        away = [(keys, moved[keys][0], held[keys]) for keys in now]
        for keys, said, to in (*away, *((keys, held[keys], moved[keys][1]) for keys in now)):
            entity, *fields = (*(names[keys[:above]] for above in range(1, depth)), said)
            change = Renamed(entity, ".".join(fields) or None, to)
            yield Following(manifest, change)
            manifest = renamed(manifest, change)


def _names(manifest: Manifest) -> dict[Keys, str]:
    """What everything visible that may be renamed is called."""
    names: dict[Keys, str] = {}
    for entity in manifest.visible_entities.values():
        names[entity.key,] = entity.name
        for name, entry in entity.visible_fields.items():
            names[entity.key, entry.key] = name
            names |= {
                (entity.key, entry.key, one.key): one.definition.name for one in entry.line_columns if not one.removed
            }
    return names
