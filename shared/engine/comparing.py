"""Whether a record is what a scenario expects: by value, not by how it is written (`10` is `"10.00"`)."""

from collections.abc import Mapping
from typing import Any, cast

from shared.patch.bounds import Unfit
from shared.patch.fields import Field, LineField, LinesField, ManyToManyField
from shared.patch.manifest import Entity
from shared.patch.readings import reader


def unequal(entity: Entity, expected: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    """The names under which something else was expected."""
    definitions = {name: entry.definition for name, entry in entity.visible_fields.items()}
    return [
        name
        for name, value in expected.items()
        if name not in record or not _same(definitions.get(name), value, record[name])
    ]


def _same(definition: Field | LineField | None, expected: Any, got: Any) -> bool:
    if definition is None or expected is None or got is None:
        return expected == got
    if isinstance(definition, LinesField):
        return _same_lines(definition, expected, got)
    read = reader(definition)
    try:
        wanted, have = read(expected), read(got)
    except Unfit:
        return False
    # References to many are in no order that means anything.
    return set(wanted) == set(have) if isinstance(definition, ManyToManyField) else wanted == have


def _same_lines(definition: LinesField, expected: Any, got: list[Mapping[str, Any]]) -> bool:
    """As many lines, each with at least what is expected of it."""
    if not isinstance(expected, list):
        return False
    rows = cast("list[Mapping[str, Any]]", expected)
    lines = {one.name: one for one in definition.fields}
    return len(rows) == len(got) and all(
        name in have and _same(lines.get(name), value, have[name])
        for want, have in zip(rows, got, strict=True)
        for name, value in want.items()
    )
