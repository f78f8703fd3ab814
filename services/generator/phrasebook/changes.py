"""What lies between two manifests, as far as scenarios written for the first one would notice."""

from dataclasses import dataclass, field
from typing import Any

from services.generator.phrasebook.records import Values
from shared.patch import document
from shared.patch.fields import Field, LinesField, RefField, SequenceField
from shared.patch.manifest import Entity, Manifest

_MOVING = frozenset({"today", "now"})


@dataclass(frozen=True)
class Change:
    """One entity: what scenarios that were written before meet after.

    `gone` fields; those `needed` of a new record that were not, and `freed` that are so no longer; all that is `asked`
    now; `implied` defaults that have held and do not any longer; roles with what has been `opened` to them.
    """

    gone: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    freed: frozenset[str] = frozenset()
    asked: dict[str, Values] = field(default_factory=dict[str, Values])
    implied: Values = field(default_factory=dict[str, Any])
    opened: frozenset[tuple[str, str]] = frozenset()


def changes(before: Manifest, after: Manifest) -> dict[str, Change]:
    """By entity, those that are in both."""
    both = (name for name in before.visible_entities if name in after.visible_entities)
    return {name: _change(before.visible_entities[name], after.visible_entities[name], after) for name in both}


def _change(old: Entity, new: Entity, after: Manifest) -> Change:
    needed = _asked(new).keys() - _asked(old).keys()
    if _is_beyond_examples(new, needed, after):
        needed = set[str]()
    examples = {name: one for name, one in _asked(new).items() if not isinstance(one, RefField | LinesField)}
    return Change(
        gone=frozenset(old.visible_fields.keys() - new.visible_fields.keys()),
        needed=frozenset(needed),
        freed=frozenset(_asked(old).keys() - _asked(new).keys()),
        asked={name: one.model_dump() for name, one in examples.items()},
        implied=_implied(old, new),
        opened=_allowed(new) - _allowed(old),
    )


def _asked(entity: Entity) -> dict[str, Field]:
    """What whoever makes a record must say."""
    machine = entity.machine.field if entity.machine else None
    return {
        name: entry.definition
        for name, entry in entity.visible_fields.items()
        if entry.definition.required and name != machine and _is_open(entry.definition)
    }


def _is_open(definition: Field) -> bool:
    """Neither given by the system nor filled in by it."""
    given = isinstance(definition, SequenceField) or getattr(definition, "computed", None) is not None
    return not given and getattr(definition, "default", None) is None


def _is_beyond_examples(entity: Entity, needed: set[str], after: Manifest) -> bool:
    """Whether no example helps: a reference has none, and what a transition writes of itself fills in no field."""
    if any(isinstance(entity.visible_fields[name].definition, RefField | LinesField) for name in needed):
        return True
    machines = (one.machine for one in after.visible_entities.values() if one.machine)
    effects = (effect for machine in machines for effect in machine.effects if effect.entity == entity.name)
    return any(needed - effect.values.keys() for effect in effects)


def _implied(old: Entity, new: Entity) -> Values:
    """Former defaults by field, as a scenario writes them."""
    found: Values = {}
    for name in old.visible_fields.keys() & new.visible_fields.keys():
        was, now = _default(old, name), _default(new, name)
        if was != now and was not in _MOVING and (was is not None or not new.visible_fields[name].definition.required):
            found[name] = was
    return found


def _default(entity: Entity, name: str) -> Any:
    return document(getattr(entity.visible_fields[name].definition, "default", None))


def _allowed(entity: Entity) -> frozenset[tuple[str, str]]:
    grants = (entry.grant for entry in entity.grants if not entry.removed and entry.grant.field is None)
    return frozenset((grant.role, act) for grant in grants for act in grant.allow)
