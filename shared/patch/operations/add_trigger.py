from typing import Any, ClassVar, Literal

from shared.patch.entries import placed, unplaced
from shared.patch.errors import Problem
from shared.patch.field_entry import FieldEntry
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.events import reaction_of
from shared.patch.integrity.said import said_by_trigger
from shared.patch.keys import BASE_MODULE, module_of, trigger_key
from shared.patch.manifest import Manifest, TriggerEntry
from shared.patch.operations.needs import action_needs, lookup_needs, said_needs, sets_off
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label
from shared.patch.operations.telling import told_trigger
from shared.patch.text import Closed, Identifier
from shared.patch.trespass import disclosed
from shared.patch.trigger import SetAction, Trigger
from shared.patch.undoing import Step


class AddTrigger(Closed):
    """Add what else happens when a record is written: set fields of it, create or change other records, tell people.

    It happens in the same transaction and in order, and what it does may set off other triggers: three in a row, and
    never in a circle. A field that a machine keeps its states in is changed by transitions alone.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_trigger",
        "entity": "Order",
        "trigger": {
            "name": "large_order_makes_vip",
            "on": ["create", "update"],
            "when": "total > 50000",
            "actions": [
                {"action": "set", "values": {"notes": "coalesce(notes, 'Large order')"}},
                {
                    "action": "update",
                    "entity": "Customer",
                    "by": "id",
                    "equals": "customer",
                    "values": {"vip": "true"},
                    "limit": 1,
                },
                {
                    "action": "notify",
                    "role": "manager",
                    "message": {"en": "A large order came in.", "zh": "收到一笔大额订单。"},
                },
            ],
        },
    }

    op: Literal["add_trigger"] = "add_trigger"
    entity: Identifier
    trigger: Trigger

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity, name = find_entity(manifest, self.entity), self.trigger.name
        params = {"name": name, "entity": entity.name}
        found = [
            Problem("trigger_taken", "/trigger/name", {**params, "other": one.trigger.name})
            for one in entity.visible_triggers
            if one.trigger.name.casefold() == name.casefold()
        ]
        entry = TriggerEntry(key=trigger_key(module, entity.name, name), trigger=self.trigger)
        entity = entity.having(triggers=placed(entity.triggers, entry))
        return accepted(manifest, entity, "/trigger", {f"/triggers/{name}": "/trigger"}, found)

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (unplaced(entity, entity.triggers, trigger_key(module, entity.name, self.trigger.name)),)

    def footprint(self, manifest: Manifest) -> Footprint:
        writes = frozenset((path(self.entity, "trigger", self.trigger.name),))
        return trigger_needs(self.trigger, self.entity, manifest) | Footprint(writes=writes)

    def risk(self, manifest: Manifest) -> Risk:
        return "L2" if _reaches_out(self.trigger, self.entity, manifest) else "L1"

    def semver(self, manifest: Manifest) -> Semver:
        return "minor" if _reaches_out(self.trigger, self.entity, manifest) else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        entity, told = entity_label(manifest, self.entity), told_trigger(self.trigger, self.entity, manifest)
        return Sentence(f"{entity[0]}: {told.en}", f"{entity[1]}：{told.zh}")


def trigger_needs(trigger: Trigger, entity: str, manifest: Manifest) -> Footprint:
    """What a trigger reads, and the events at which it meets others."""
    reads = said_needs(said_by_trigger("", trigger, entity, manifest), manifest) | {path(entity, "exists")}
    reads |= lookup_needs(trigger.lookups, manifest) | action_needs(trigger, entity, manifest)
    reaction = reaction_of(entity, trigger)
    return Footprint(reads) | sets_off(reaction.to, reaction.causes, manifest)


def _reaches_out(trigger: Trigger, entity: str, manifest: Manifest) -> bool:
    """It writes other records, tells people, writes over what people type or the CRM itself keeps, or shows it."""
    if disclosed(said_by_trigger("", trigger, entity, manifest), manifest, manifest):
        return True
    found = manifest.visible_entities.get(entity)
    fields = found.visible_fields if found is not None else {}
    for action in trigger.actions:
        if not isinstance(action, SetAction):
            return True
        written = [fields.get(name) for name in action.values]
        if not all(one is not None and one.definition.read_only and not _is_base(one) for one in written):
            return True
    return False


def _is_base(entry: FieldEntry) -> bool:
    return module_of(entry.key) == BASE_MODULE
