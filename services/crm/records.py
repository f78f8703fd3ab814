"""Records over HTTP: what the engine does, plus the entity tag that keeps two people from overwriting one another."""

import re
from typing import Any
from uuid import UUID

from starlette.datastructures import QueryParams

from services.crm.application import Running
from shared.engine import User
from shared.runtime.errors import Conflict, Invalid

_FILTER = re.compile(r"^filter\[([A-Za-z][A-Za-z0-9_]*)\](?:\[([a-z]+)\])?$")
_PLAIN = frozenset({"sort", "limit", "cursor"})


class RecordChanged(Conflict):
    default_code = "record_changed"


def filters(query: QueryParams) -> dict[str, Any]:
    """From `filter[field]=value` and `filter[field][gt]=value` (`in` takes several, with commas between them).

    Raises Invalid for a parameter that means nothing here: leaving it out would find too much.
    """
    found: dict[str, Any] = {}
    for name, value in query.multi_items():
        match = _FILTER.match(name)
        if match is not None:
            _add(found, match.group(1), match.group(2), value)
        elif name not in _PLAIN:
            suggestion = f"filter[{name}]"
            sentence = f"The parameter {name} means nothing here. To find by a field, write {suggestion}=value."
            raise Invalid(sentence, code="parameter_unknown", params={"name": name}, suggestion=suggestion)
    return found


def _add(found: dict[str, Any], field: str, comparison: str | None, value: str) -> None:
    found.setdefault(field, {})[comparison or "eq"] = value.split(",") if comparison == "in" else value


def entity_tag(record: dict[str, Any]) -> str:
    return f'"{record["updatedAt"]}"'


async def require_unchanged(running: Running, entity: str, record_id: UUID, user: User, if_match: str | None) -> None:
    """Keep other changes of the record waiting, and raise RecordChanged when it is not as `if_match` has it."""
    lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
    await running.connection.execute(lock, f"{entity}/{record_id}")
    if if_match is None or if_match.strip() == "*":
        return
    record = await running.application.read(running.connection, entity, record_id, user)
    tag = entity_tag(record)
    if tag not in [part.strip() for part in if_match.split(",")]:
        sentence = "Somebody changed this record meanwhile. Read it again, and repeat your change on what it is now."
        raise RecordChanged(sentence, params={"updatedAt": record["updatedAt"], "etag": tag})
