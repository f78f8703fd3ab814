"""A field in the manifest: its definition under the key by which it was made, and its columns if it has lines."""

from collections.abc import Hashable

from shared.patch.fields import (
    EnumField,
    Field,
    LineField,
    LinesField,
    ManyToManyField,
    MultiEnumField,
    RefAnyField,
    RefField,
)
from shared.patch.text import Closed, derived


def meaning(definition: Field) -> Hashable:
    match definition:
        case EnumField() | MultiEnumField():
            return (definition.type, *[one.value for one in definition.options])
        case RefField():
            return definition.type, definition.target
        case LinesField():
            columns = [(one.name, meaning(one)) for one in definition.fields]
            return (definition.type, definition.max_items, *columns)
        case _:
            return definition.type


class FieldEntry(Closed):
    """A field. `columns` are the parts of a lines field by key, once they differ from what it was made with."""

    key: str
    definition: Field
    removed: bool = False
    columns: tuple["ColumnEntry", ...] = ()

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def line_columns(self) -> tuple["ColumnEntry", ...]:
        """The columns of a lines field, removed ones too; none of any other."""
        if self.columns or not isinstance(self.definition, LinesField):
            return self.columns
        return tuple(ColumnEntry(key=f"{self.key}.{one.name}", definition=one) for one in self.definition.fields)

    @derived("definition")
    def targets(self) -> frozenset[str]:
        """The entities that the field refers to, or a column of it."""
        match self.definition:
            case RefField(target=target) | ManyToManyField(target=target):
                return frozenset((target,))
            case RefAnyField(targets=targets):
                return frozenset(targets)
            case LinesField(fields=fields):
                return frozenset(one.target for one in fields if isinstance(one, RefField))
            case _:
                return frozenset()

    @derived("definition")
    def meaning(self) -> Hashable:
        """What an expression that names the field depends on: fields that have the same are the same to it."""
        return meaning(self.definition)

    @derived("definition")
    def formulas(self) -> tuple[tuple[Field | LineField, str, str | None], ...]:
        """What is computed, the field itself or columns of it: definition, expression, and within which lines."""
        lines = self.definition if isinstance(self.definition, LinesField) else None
        found: list[tuple[Field | LineField, str, str | None]] = []
        for one in (self.definition,) if lines is None else lines.fields:
            text: str | None = getattr(one, "computed", None)
            if text is not None:
                found.append((one, text, lines and lines.name))
        return tuple(found)


class ColumnEntry(Closed):
    key: str
    definition: LineField
    removed: bool = False
