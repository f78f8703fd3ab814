"""The columns of a lines field: kept by key, with the definition always equal to the visible ones."""

from collections.abc import Iterable

from shared.patch.errors import Problem
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.fields import Field, LinesField
from shared.patch.widening import incompatible


def with_columns(entry: FieldEntry, columns: Iterable[ColumnEntry]) -> FieldEntry:
    """The lines field with these columns. Columns as it was made with are not told twice, so there is one form."""
    assert isinstance(entry.definition, LinesField)
    kept = tuple(columns)
    fields = tuple(one.definition for one in kept if not one.removed)
    as_made = all(one.key == f"{entry.key}.{one.definition.name}" and not one.removed for one in kept)
    return entry.having(definition=entry.definition.having(fields=fields), columns=() if as_made else kept)


def with_column(entry: FieldEntry, column: ColumnEntry) -> FieldEntry:
    """The lines field with the column in the place of the one with its key."""
    return with_columns(entry, (column if one.key == column.key else one for one in entry.line_columns))


def returned(entry: FieldEntry, definition: Field, pointer: str) -> tuple[FieldEntry, list[Problem]]:
    """A field that comes back as `definition`, and why its values would not fit that.

    Columns of lines come back under the names that they had first; those that are not named stay hidden.
    """
    before = entry.definition
    if not isinstance(before, LinesField) or not isinstance(definition, LinesField):
        return FieldEntry(key=entry.key, definition=definition), incompatible(before, definition, pointer)
    left = {one.key: one for one in entry.line_columns}
    columns: list[ColumnEntry] = []
    problems: list[Problem] = []
    for number, line in enumerate(definition.fields):
        column = ColumnEntry(key=f"{entry.key}.{line.name}", definition=line)
        old = left.pop(column.key, None)
        if old is not None:
            problems += incompatible(old.definition, line, f"{pointer}/fields/{number}")
        columns.append(column)
    hidden = (one.having(removed=True) for one in left.values())
    return with_columns(FieldEntry(key=entry.key, definition=definition), (*columns, *hidden)), problems
