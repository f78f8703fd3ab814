"""A record as JSON carries it, with no more than the user may see."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from shared.engine.compiled import Access, EntityCode
from shared.engine.field_code import LinesCode, Natives
from shared.engine.values import moment
from shared.patch.manifest import Rule
from shared.patch.spans import written

Record = dict[str, Any]


def shown(code: EntityCode, natives: Natives, access: Access, warnings: Sequence[Rule] = ()) -> Record:
    record: Record = {
        "id": str(natives["id"]),
        "createdAt": moment(natives["createdAt"]),
        "updatedAt": moment(natives["updatedAt"]),
    }
    for name in code.names:
        if name not in access.view:
            continue
        value, lines = natives[name], code.lines.get(name)
        if lines is not None:
            record[name] = [str(row["target"]) for row in value] if lines.link else [_line(lines, row) for row in value]
        else:
            record[name] = None if value is None else code.fields[name].write(value)
    if warnings:
        record["_warnings"] = [
            {"rule": one.name, "message": {"en": one.message.en, "zh": one.message.zh}} for one in warnings
        ]
    return record


def jsonable(value: Any) -> Any:
    """A value of a definition, such as a bound or a default, as JSON carries it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.datetime):
        return moment(value)
    if isinstance(value, datetime.timedelta):
        return written(value)
    if isinstance(value, tuple):
        return list(cast("tuple[object, ...]", value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def _line(lines: LinesCode, row: Natives) -> Record:
    return {name: None if row[name] is None else one.write(row[name]) for name, one in lines.fields.items()}
