"""What the names in an expression stand for: the fields of an entity, of one kind of line, and what is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.typed import Given, Kind, Stored
from shared.patch.fields import EnumField, Field, LinesField
from shared.patch.manifest import Entity

GIVEN: dict[str, Given] = {
    "today": Given("today", "date"),
    "now": Given("now", "datetime"),
    "user": Given("user_id", "text"),
    "user.id": Given("user_id", "text"),
    "user.name": Given("user_name", "text"),
}
KINDS: dict[str, Kind] = {
    "text": "text",
    "long_text": "text",
    "enum": "text",
    "sequence": "text",
    "integer": "number",
    "decimal": "number",
    "money": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "ref": "reference",
}
_SYSTEM: dict[str, Kind] = {"id": "reference", "createdAt": "datetime", "updatedAt": "datetime"}


@dataclass(slots=True)
class Names:
    """The fields that an expression may name, and (in `used`) those that it did, lines as `items.amount`."""

    owner: str
    fields: Mapping[str, Field]
    system: bool = True
    variables: dict[str, LinesField] = field(default_factory=dict[str, LinesField])
    used: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, entity: Entity, within: str | None) -> "Names":
        """Those of `entity`, or of the lines that it holds in the field `within`."""
        fields = {name: entry.definition for name, entry in entity.visible_fields.items()}
        if within is None:
            return cls(entity.name, fields)
        lines = fields.get(within)
        if not isinstance(lines, LinesField):
            raise unknown(within, entity.name, [name for name, one in fields.items() if isinstance(one, LinesField)])
        return cls(f"{entity.name}.{within}", {one.name: one for one in lines.fields}, system=False)

    def stored(self, name: str, place: int, scope: str | None = None) -> Stored:
        """The field `name`, or a system field; lines are no value of their own."""
        if scope is None or scope == "old":
            fields, owner, path = self.fields, self.owner, name
            if self.system and name in _SYSTEM:
                return Stored(scope, name, _SYSTEM[name])
        else:
            lines = self.variables[scope]
            fields, owner, path = {one.name: one for one in lines.fields}, lines.name, f"{lines.name}.{name}"
        found = fields.get(name)
        if found is None:
            raise unknown(name, owner, [*fields, *(GIVEN if scope is None else ())], place)
        if isinstance(found, LinesField):
            raise Refusal("expression_lines", params={"field": name, "place": place + 1}, suggestion=f"{name}.size()")
        self.used.add(path)
        options = tuple(one.value for one in found.options) if isinstance(found, EnumField) else ()
        return Stored(scope, name, KINDS[found.type], options)

    def lines(self, name: str, place: int) -> LinesField:
        found = self.fields.get(name)
        if found is None:
            raise unknown(name, self.owner, self.fields, place)
        if not isinstance(found, LinesField):
            raise Refusal("expression_not_lines", params={"field": name, "type": found.type, "place": place + 1})
        self.used.add(name)
        return found


def unknown(name: str, owner: str, known: Iterable[str], place: int = 0) -> Refusal:
    known = list(known)
    return Refusal(
        "field_unknown",
        params={"field": name, "entity": owner, "place": place + 1, "known": known},
        suggestion=nearest(name, known),
    )
