from typing import Any, ClassVar, Literal

from shared.patch.errors import Problem
from shared.patch.fields import EnumField
from shared.patch.finding import find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.machines import unreachable
from shared.patch.integrity.said import said_by_machine
from shared.patch.manifest import Entity, Machine, Manifest
from shared.patch.operations.needs import machine_needs, said_needs, stated
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.operations.telling import told_machine
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutParts, Step


class AddMachine(Closed):
    """Let only transitions change a choice field from now on, from an initial state that new records begin in.

    Every option is a state, and a chain of transitions leads to each. A transition may be kept to some roles and to
    records that meet a condition (`guard`), set fields of the record, and write records of other entities; what is
    written on every transition and at creation stands under the machine's own `effects`.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_machine",
        "entity": "Customer",
        "machine": {
            "field": "status",
            "initial": "active",
            "transitions": [
                {"source": "active", "target": "inactive", "roles": ["admin"], "sets": {"vip": "false"}},
                {"source": "inactive", "target": "active", "guard": "email != null"},
            ],
        },
    }

    op: Literal["add_machine"] = "add_machine"
    entity: Identifier
    machine: Machine

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        find_field(entity, self.machine.field, "/machine/field")
        found = self._problems(entity)
        changed = entity.having(machine=self.machine)
        return accepted(manifest, changed, "/machine", {"/machine": "/machine"}, found)

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutParts(entity.key, {"machine": entity.machine}),)

    def footprint(self, manifest: Manifest) -> Footprint:
        field = path(self.entity, "field", self.machine.field)
        # Every option must be a state that can be reached, so another option makes a difference.
        reads = frozenset(f"{field}/{part}" for part in ("exists", "type", "read_only", "computed", "options"))
        reads |= said_needs(said_by_machine("", self.machine, self.entity, manifest), manifest)
        needs = machine_needs(self.machine.effects, self.machine.transitions, self.entity, manifest)
        needs |= stated(self.entity, self.machine.field, manifest)
        return needs | Footprint(reads | {path(self.entity, "exists")})

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, manifest: Manifest) -> Semver:
        return "major" if self._was_free(manifest) else "minor"

    def explain(self, manifest: Manifest) -> Sentence:
        entity, field = entity_label(manifest, self.entity), field_label(manifest, self.entity, self.machine.field)
        told = told_machine(self.machine, self.entity, manifest)
        return Sentence(
            f"From now on only transitions change “{field[0]}” of {entity[0]}, which begins as {told.en}.",
            f"今后“{entity[1]}”的“{field[1]}”只能通过流转改变，{told.zh}。",
        )

    def _problems(self, entity: Entity) -> list[Problem]:
        found: list[Problem] = []
        definition = entity.visible_fields[self.machine.field].definition
        if entity.machine is not None:
            found.append(Problem("machine_taken", "/machine", {"entity": entity.name}))
        if isinstance(definition, EnumField):
            states = [option.value for option in definition.options]
            found += (
                Problem("state_unreachable", "/machine/transitions", {"state": state, "entity": entity.name})
                for state in unreachable(self.machine, states)
            )
        return found

    def _was_free(self, manifest: Manifest) -> bool:
        """Somebody may have edited the field as he liked."""
        entity = manifest.visible_entities.get(self.entity)
        grants = entity.grants if entity is not None else ()
        return any("edit" in entry.grant.allow for entry in grants if not entry.removed)
