"""Scenarios of a patch, walked on the live CRM through the gateway: what the sandbox proved is shown to hold there.

Unlike in the sandbox, the records stay until the walk takes them away again.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from patchbay.client import Client, Json
from patchbay.errors import Refused

WALKED = frozenset({"create", "update", "transition"})


@dataclass(frozen=True)
class Witness:
    """A record that holds a value of a new field: it must be gone when the module is withdrawn, and back after."""

    entity: str
    record_id: str
    field: str
    value: Any


@dataclass
class Walk:
    """What came of it: refusals that were meant, what went otherwise than meant, and the records made on the way."""

    client: Client
    refusals: list[Refused] = field(default_factory=list[Refused])
    surprises: list[str] = field(default_factory=list[str])
    made: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    saved: dict[str, Json] = field(default_factory=dict[str, Json])

    async def take(self, scenario: Json) -> None:
        """Each step in turn; the steps that only look are left to the sandbox."""
        for step in scenario["steps"]:
            if step["step"] in WALKED:
                await self._step(step)

    async def clean(self, keep: Collection[str] = ()) -> None:
        """Take the records away again, the last one first, but those to keep and what they refer to."""
        for entity, record_id in reversed(self.made):
            if record_id in keep:
                continue
            try:
                await self.client.delete_record(entity, record_id)
            except Refused as refused:
                if refused.code != "still_referenced":
                    raise
        self.made.clear()

    async def _step(self, step: Json) -> None:
        meant = step.get("fails")
        try:
            record = await self._carry_out(step)
        except Refused as refused:
            codes = {refused.code, *(problem.get("code") for problem in refused.problems)}
            if meant in codes:
                self.refusals.append(refused)
            else:
                self.surprises.append(str(refused))
            return
        if meant:
            self.surprises.append(f"{step['step']} should have been refused with `{meant}`")
        if step.get("save"):
            self.saved[step["save"]] = record

    async def _carry_out(self, step: Json) -> Json:
        if step["step"] == "create":
            values = {name: self._resolved(value) for name, value in step.get("values", {}).items()}
            record = await self.client.create_record(step["entity"], values)
            self.made.append((step["entity"], record["id"]))
            return {**record, "entity": step["entity"]}
        known = self.saved[step["record"].removeprefix("$")]
        if step["step"] == "update":
            values = {name: self._resolved(value) for name, value in step["values"].items()}
            return await self.client.update_record(known["entity"], known["id"], values)
        return await self.client.transition_record(known["entity"], known["id"], step["to"])

    def _resolved(self, value: Any) -> Any:
        if not (isinstance(value, str) and value.startswith("$")):
            return value
        if value.startswith("$$"):
            return value[1:]
        alias, _, name = value[1:].partition(".")
        return self.saved[alias][name or "id"]
