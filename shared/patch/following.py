"""A name that changed under a patch, followed in what the patch says: its operations and its scenarios."""

from collections.abc import Callable
from typing import Any, TypeVar

from shared.patch.fields import Field
from shared.patch.manifest import CreateEffect, Grant, Index, Machine, Rule, Transition
from shared.patch.operations import Operation
from shared.patch.operations.add_field import AddField
from shared.patch.operations.set_page import Place
from shared.patch.page import FormPage, ListPage, TimelinePage
from shared.patch.plain import as_list, as_object
from shared.patch.renaming import Walk
from shared.patch.scenario import Scenario, Step, reference
from shared.patch.text import Closed
from shared.patch.trigger import Trigger

Holder = TypeVar("Holder", bound=Closed)
# Parts that hold more of what an operation says.
_INNER = frozenset(("part", "changes", "place"))


class Following(Walk):
    """`manifest` is what the operation meets before the change; for a scenario, what the whole patch leaves."""

    def operation(self, operation: Operation) -> Operation:
        return self._followed(operation, getattr(operation, "entity", None) or "")

    def _followed(self, holder: Holder, owner: str) -> Holder:
        said = {name: getattr(holder, name) for name in type(holder).model_fields}
        known = self._by_key(holder, owner)
        changed: dict[str, Any] = {}
        for name, value in said.items():
            if isinstance(value, Closed | str | tuple | dict):
                after = known[name](value) if name in known else self._part(owner, name, value)
                changed |= {name: after} if after != value else {}
        return holder.having(**changed) if changed else holder

    def _by_key(self, holder: Any, owner: str) -> dict[str, Callable[[Any], Any]]:
        """What is said by keys that say a name, or an expression, in whatever operation they stand."""
        lines: str | None = getattr(holder, "lines", None)
        change = self.change

        def field(said: str | Field) -> str | Field:
            if isinstance(said, str):
                return change.of_field(owner, f"{lines}.{said}" if lines else said)
            return self._definition(owner, said, lines)

        known: dict[str, Callable[[Any], Any]] = {
            "entity": change.of_entity,
            "lines": lambda said: change.of_field(owner, said),
            "field": field,
            "fields": lambda said: tuple(self._definition(owner, one, None) for one in said),
            "targets": lambda said: tuple(change.of_entity(one) for one in said),
            "computed": lambda said: self._text(said, owner, within=lines),
            "where": lambda said: self._text(said, owner, lookups=holder.lookups),
            "lookups": lambda said: self._lookups(owner, said),
        }
        if isinstance(holder, AddField | Place):
            known["after"] = field
        return known

    def _part(self, owner: str, name: str, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._part(owner, name, one) for one in as_list(value) or ())
        if name in _INNER and isinstance(value, Closed):
            return self._followed(value, owner)
        followed: dict[type, Callable[[str, Any], Any]] = {
            Rule: lambda owner, one: self._asking(owner, one, "expression"),
            Grant: self._grant,
            Machine: self._machine,
            Transition: self._transition,
            CreateEffect: lambda owner, one: self._effects(owner, (one,), {})[0],
            Trigger: self._trigger,
            Index: lambda owner, one: one.having(fields=self._fields(owner, one.fields)),
            ListPage: self._page,
            FormPage: self._page,
            TimelinePage: self._page,
        }
        return next((follow(owner, value) for kind, follow in followed.items() if isinstance(value, kind)), value)

    def scenario(self, scenario: Scenario) -> Scenario:
        owners: dict[str, str] = {}
        steps = tuple(self._step(step, owners) for step in scenario.steps)
        return scenario.having(entity=self.change.of_entity(scenario.entity), steps=steps)

    def _step(self, step: Step, owners: dict[str, str]) -> Step:
        """`owners` says of which entity the record is that is saved under an alias."""
        record = reference(getattr(step, "record", None))
        owner: str = getattr(step, "entity", None) or owners.get(record[0] if record else "", "")
        if (alias := getattr(step, "save", None)) is not None:
            owners[alias] = owner
        changes: dict[str, Any] = {}
        for name in type(step).model_fields:
            value: Any = getattr(step, name)
            match name:
                case "entity":
                    changes[name] = self.change.of_entity(value)
                case "values" | "expect" | "where":
                    changes[name] = self._record(owner, value, owners)
                case "shows" | "hides":
                    changes[name] = self._fields(owner, value)
                case "field" | "sort" if value is not None:
                    changes[name] = self._sort(owner, value)
                case _:
                    pass
        return step.having(**changes)

    def _record(self, owner: str, said: Any, owners: dict[str, str]) -> Any:
        """Values by field, also those of lines, and what they take from records that were saved."""
        if (rows := as_list(said)) is not None:
            followed = [self._record(owner, one, owners) for one in rows]
            return tuple(followed) if isinstance(said, tuple) else followed
        if (inner := as_object(said)) is not None:
            entity, _, lines = owner.partition(".")
            name_of = {one: self.change.of_field(entity, f"{lines}.{one}" if lines else one) for one in inner}
            return {name_of[name]: self._record(f"{entity}.{name}", one, owners) for name, one in inner.items()}
        found = reference(said)
        if found is None or found[1] is None:
            return said
        return f"${found[0]}.{self.change.of_field(owners.get(found[0], ''), found[1])}"
