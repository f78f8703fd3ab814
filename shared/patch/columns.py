"""The columns of a lines field: kept by key, with the definition always equal to the visible ones."""

from collections.abc import Iterable

from shared.patch.fields import LinesField
from shared.patch.manifest import ColumnEntry, FieldEntry


def with_columns(entry: FieldEntry, columns: Iterable[ColumnEntry]) -> FieldEntry:
    """The lines field with these columns. Columns as it was made with are not told twice, so there is one form."""
    assert isinstance(entry.definition, LinesField)
    kept = tuple(columns)
    fields = tuple(one.definition for one in kept if not one.removed)
    as_made = all(one.key == f"{entry.key}.{one.definition.name}" and not one.removed for one in kept)
    return entry.having(definition=entry.definition.having(fields=fields), columns=() if as_made else kept)
