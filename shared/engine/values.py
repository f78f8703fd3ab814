"""How values are kept, and how they are shown: from Python to a column and back, and to JSON."""

import datetime
import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from shared.patch import spans
from shared.patch.attachment import Attachment
from shared.patch.bounds import EXACT, MONEY_SCALE, document_text
from shared.patch.fields import Field, LineField

Storage = Literal["text", "numeric", "boolean", "date", "timestamptz", "time", "interval", "text[]", "jsonb", "uuid"]
_KINDS: dict[str, Storage] = {
    "integer": "numeric",
    "decimal": "numeric",
    "money": "numeric",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "time": "time",
    "duration": "interval",
    "multi_enum": "text[]",
    "json": "jsonb",
    "file": "jsonb",
    "ref": "uuid",
}
_CENT = Decimal(1).scaleb(-MONEY_SCALE)


def storage(definition: Field | LineField) -> Storage | None:
    """How a value is kept; nothing for what is a table of its own. All numbers share one kind, and all texts another,
    so that most changes of a field's type touch no stored value."""
    return None if definition.type in ("lines", "many_to_many") else _KINDS.get(definition.type, "text")


def writer(definition: Field | LineField) -> Callable[[Any], Any]:
    """From a Python value to what JSON carries: numbers with a fraction as text, moments in ISO 8601, UTC."""
    return _WRITERS.get(definition.type, _same)


def loader(definition: Field | LineField) -> Callable[[Any], Any]:
    """From what a column holds to the Python value of this type."""
    return _LOADERS.get(definition.type, _same)


def keeper(definition: Field | LineField) -> Callable[[Any], Any] | None:
    """From the Python value to what a column takes, where that is not the same."""
    return _KEEPERS.get(definition.type)


def parameter(number: int, kind: str) -> str:
    """How a statement names a parameter. Days and moments go as texts: asyncpg takes the first and the last that there
    are for infinity, with which PostgreSQL cannot reckon."""
    one = kind.removesuffix("[]")
    text = f"text{kind.removeprefix(one)}::" if one in ("date", "timestamptz") else ""
    return f"${number}::{text}{kind}"


def sent(value: Any) -> Any:
    """What is sent for such a parameter."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def rounder(definition: Field | LineField) -> Callable[[Any], Any]:
    """What a computed value becomes in this field."""
    match definition.type:
        case "integer":
            step = Decimal(1)
        case "money":
            step = _CENT
        case "decimal":
            step = Decimal(1).scaleb(-definition.scale)
        case _:
            return _same
    whole = definition.type == "integer"

    def rounded(value: Decimal | int) -> Decimal | int:
        exact = Decimal(value).quantize(step, ROUND_HALF_UP, EXACT)
        return int(exact) if whole else exact

    return rounded


def moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _money(value: Decimal) -> str:
    return str(value.quantize(_CENT, ROUND_HALF_UP, EXACT))


def _iso(value: datetime.date | datetime.time) -> str:
    return value.isoformat()


def _file(value: Attachment) -> dict[str, Any]:
    return value.as_dict()


def _file_text(value: Attachment) -> str:
    return document_text(value.as_dict())


def _loaded_document(value: Any) -> Any:
    """Some callers' connections read JSON by themselves; a document is never a text."""
    return json.loads(value) if isinstance(value, str) else value


def _loaded_file(value: Any) -> Attachment:
    return Attachment(**_loaded_document(value))


def _same(value: Any) -> Any:
    return value


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_WRITERS: dict[str, Callable[[Any], Any]] = {
    "integer": int,
    "decimal": _plain,
    "money": _money,
    "date": _iso,
    "datetime": moment,
    "time": _iso,
    "duration": spans.written,
    "multi_enum": list,
    "file": _file,
    "ref": str,
}
_KEEPERS: dict[str, Callable[[Any], Any]] = {"json": document_text, "file": _file_text, "date": _iso, "datetime": _iso}
_LOADERS: dict[str, Callable[[Any], Any]] = {
    "integer": int,
    "multi_enum": tuple,
    "json": _loaded_document,
    "file": _loaded_file,
}
