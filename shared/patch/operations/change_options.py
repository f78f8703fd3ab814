from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field as PydanticField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.patch.columns import with_column
from shared.patch.definition import senseless, twins
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.fields import ENUM_OPTIONS_MAX, EnumField, MultiEnumField, Option
from shared.patch.finding import find_column, find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.outcome import (
    Risk,
    Semver,
    Sentence,
    accepted,
    field_label,
    place_label,
)
from shared.patch.operations.outcome import (
    label as label_of,
)
from shared.patch.text import Closed, Identifier, Text
from shared.patch.undoing import PutEntry, Step

Values = Annotated[tuple[str, ...], PydanticField(max_length=ENUM_OPTIONS_MAX)]
Choices = EnumField | MultiEnumField


class NewLabel(Closed):
    """How a choice is called on screen; `value`, which is stored, stays."""

    value: str
    label: Text


class ChangeOptions(Closed):
    """Add choices to a field, take some away, or call them otherwise on screen.

    Records that hold a choice which is taken away keep it; nobody can choose it any longer. Refused while a state
    machine, a default, a computed field or another expression still uses it.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "change_options",
        "entity": "Customer",
        "field": "status",
        "add": [{"value": "prospect", "label": {"en": "Prospect", "zh": "潜在客户"}}],
        "after": "active",
        "label": [{"value": "inactive", "label": {"en": "Dormant", "zh": "休眠"}}],
    }

    op: Literal["change_options"] = "change_options"
    entity: Identifier
    # A field of type enum or multi_enum.
    field: Identifier
    # The lines field of which it is a column, such as `items`; without it, it is a field of the entity itself.
    lines: Identifier | None = None
    add: Annotated[tuple[Option, ...], PydanticField(max_length=ENUM_OPTIONS_MAX)] = ()
    # The new choices stand behind this one; at the end when it is not named.
    after: str | None = None
    remove: Values = ()
    label: Annotated[tuple[NewLabel, ...], PydanticField(max_length=ENUM_OPTIONS_MAX)] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.add or self.remove or self.label):
            raise PydanticCustomError("options_unchanged", "`add`, `remove` or `label` must name a choice")
        return self

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        entry, before = self._found(entity)
        problems = [*self._problems(entity, before)]
        if problems:
            raise Refusal.of(problems)
        after = before.having(options=self._options(before))
        problems = senseless(after, "/remove" if self.remove else "/add", within=self.lines)
        if problems:
            raise Refusal.of(problems)
        changed = self._put(entity, entry.having(definition=after))
        return accepted(manifest, changed, "/remove" if self.remove else "/add")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutEntry(entity.key, self._found(entity)[0]),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        place = path(self.entity, "field", *([self.lines, "column"] if self.lines else []), self.field)
        # Choices are told apart one by one; how many there are and which is the default is a matter of all.
        reads = {path(self.entity, "exists"), f"{place}/type", f"{place}/default", f"{place}/values"}
        reads.update(path(place, "options", one.value) for one in self.label)
        if self.after is not None:
            reads.add(path(place, "options", self.after))
        writes = {path(place, "options", value) for value in (*(one.value for one in self.add), *self.remove)}
        writes.update(path(place, "labels", one.value) for one in self.label)
        if self.remove:
            # One must be left: two that take some away could take all.
            writes.add(f"{place}/left")
        return Footprint(frozenset(reads), frozenset(writes))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2" if self.remove else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "minor" if self.remove else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        place = place_label(manifest, self.entity, self.lines)
        field = field_label(manifest, self.entity, self.field, self.lines)
        labels = self._labels(manifest)
        parts = (
            ("adds the choices", "新增选项", [label_of(one.label, one.value) for one in self.add]),
            ("takes away", "去掉选项", [labels.get(value, (value, value)) for value in self.remove]),
            ("renames", "选项改名为", [(f"{one.value} to {one.label.en}", one.label.zh) for one in self.label]),
        )
        told = [(en, zh, names) for en, zh, names in parts if names]
        return Sentence(
            f"Changes the field “{field[0]}” of {place[0]}: "
            + "; ".join(f"{en} {', '.join(name[0] for name in names)}" for en, _, names in told)
            + ".",
            f"修改“{place[1]}”的字段“{field[1]}”："
            + "；".join(f"{zh}{'、'.join(name[1] for name in names)}" for _, zh, names in told)
            + "。",
        )

    def _found(self, entity: Entity) -> tuple[FieldEntry | ColumnEntry, Choices]:
        if self.lines is not None:
            entry = find_column(entity, self.lines, self.field)[1]
        else:
            entry = find_field(entity, self.field, "/field")
        if not isinstance(entry.definition, Choices):
            params = {"field": self.field, "entity": entity.name, "type": entry.definition.type}
            raise Refusal("not_choices", "/field", params)
        return entry, entry.definition

    def _put(self, entity: Entity, entry: FieldEntry | ColumnEntry) -> Entity:
        if isinstance(entry, ColumnEntry):
            entry = with_column(find_field(entity, self.lines or "", "/lines"), entry)
        return entity.having(fields=tuple(entry if one.key == entry.key else one for one in entity.fields))

    def _options(self, before: Choices) -> tuple[Option, ...]:
        labels = {one.value: one.label for one in self.label}
        options = [
            one.having(label=labels[one.value]) if one.value in labels else one
            for one in before.options
            if one.value not in self.remove
        ]
        values = [one.value for one in options]
        at = values.index(self.after) + 1 if self.after is not None else len(values)
        return (*options[:at], *self.add, *options[at:])

    def _problems(self, entity: Entity, before: Choices) -> Iterator[Problem]:
        known = [one.value for one in before.options]
        left = [value for value in known if value not in self.remove]
        yield from self._unknown(known, left)
        added = [one.value for one in self.add]
        for number, other in twins((*known, *added)):
            place = number - len(known)
            params = {"option": added[place], "other": other, "field": self.field}
            yield Problem("option_taken", f"/add/{place}/value", params)
        for number, value in enumerate(self.remove):
            params = {"option": value, "field": self.field}
            if value in self.remove[:number]:
                yield Problem("listed_twice", f"/remove/{number}", {"value": value, "field": self.field})
            for kind in self._holders(entity, before, value):
                yield Problem("option_in_use", f"/remove/{number}", {**params, "kind": kind, "entity": entity.name})
        if not left and not self.add:
            yield Problem("options_empty", "/remove", {"field": self.field})
        if len(left) + len(self.add) > ENUM_OPTIONS_MAX:
            yield Problem("too_many_options", "/add", {"field": self.field, "limit": ENUM_OPTIONS_MAX})

    def _unknown(self, known: list[str], left: list[str]) -> Iterator[Problem]:
        """What is named and is not there (any longer)."""
        named = [(f"/remove/{number}", value, known) for number, value in enumerate(self.remove)]
        named += [(f"/label/{number}/value", one.value, left) for number, one in enumerate(self.label)]
        if self.after is not None:
            named.append(("/after", self.after, left))
        for pointer, value, among in named:
            if value not in among:
                params = {"option": value, "field": self.field, "known": among}
                yield Problem("option_unknown", pointer, params, nearest(value, among))

    def _holders(self, entity: Entity, before: Choices, value: str) -> Iterator[str]:
        """What of the entity itself needs the choice; expressions are looked at afterwards, wherever they are."""
        default = before.default
        if default is not None and value in ((default,) if isinstance(default, str) else default):
            yield "the default"
        machine = entity.machine
        if machine is not None and machine.field == self.field and self.lines is None:
            states = {machine.initial, *(state for one in machine.transitions for state in (one.source, one.target))}
            if value in states:
                yield "the state machine"

    def _labels(self, manifest: Manifest) -> dict[str, tuple[str, str]]:
        try:
            before = self._found(find_entity(manifest, self.entity))[1]
        except Refusal:
            return {}
        return {one.value: label_of(one.label, one.value) for one in before.options}
