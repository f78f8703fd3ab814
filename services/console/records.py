"""Values of CRM records: from the view models and a form to the record API, and from a record to what is read."""

from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData

from services.console.i18n import Tongue

_MINUTES = len("2026-01-01T10:00")


def shown(tongue: Tongue, field: dict[str, Any], record: dict[str, Any]) -> str:
    """One value of a record as people read it."""
    value = record.get(field["name"])
    if value is None or field["type"] == "lines":
        return "" if value is None else str(len(value))
    if field["type"] == "ref":
        return str(record.get("_titles", {}).get(field["name"]) or value)
    if field.get("options"):
        return next((option["label"] for option in field["options"] if option["value"] == value), str(value))
    if field["type"] == "boolean":
        return tongue.say("yes") if value else tongue.say("no")
    if field["type"] == "date":
        return tongue.day(value)
    return tongue.moment(value) if field["type"] == "datetime" else str(value)


def filled_in(view: dict[str, Any]) -> dict[str, Any]:
    """A new record as its form begins. The time of day is the CRM's to fill in, when the record is saved."""
    today = datetime.now(UTC).date().isoformat()
    meant = {"today": today, "now": None}
    return {
        field["name"]: meant.get(field["default"], field["default"])
        if isinstance(field["default"], str)
        else field["default"]
        for field in view["fields"]
    }


def values(view: dict[str, Any], form: FormData) -> dict[str, Any]:
    """What the form says, as the record API takes it: an empty box is no value."""
    return {
        field["name"]: _lines(field, form) if field["type"] == "lines" else _value(field, form.get(field["name"]))
        for field in view["fields"]
        if not field["read_only"] and not field["hidden"]
    }


def targets(view: dict[str, Any]) -> set[str]:
    """The entities that the form's references lead to."""
    fields: list[dict[str, Any]] = list(view["fields"])
    for field in view["fields"]:
        fields += field.get("fields") or []
    return {field["target"] for field in fields if field.get("target") and not field["read_only"]}


def timelines(manifest: dict[str, Any], entity: str) -> list[str]:
    """The entities whose records tell the story of a record of `entity`."""
    return [
        teller["name"]
        for teller in manifest["entities"]
        for page in teller.get("pages", [])
        if page["kind"] == "timeline" and _leads_to(teller, page.get("parent"), entity)
    ]


def _leads_to(teller: dict[str, Any], parent: str | None, entity: str) -> bool:
    definitions = [field["definition"] for field in teller["fields"]]
    return any(one["name"] == parent and one.get("target") == entity for one in definitions)


def _lines(field: dict[str, Any], form: FormData) -> list[dict[str, Any]]:
    typed = str(form.get(f"{field['name']}.count") or "0")
    count = min(int(typed) if typed.isdecimal() else 0, int(field["max_items"]) + 1)
    inner = [one for one in field["fields"] if not one["read_only"]]
    rows = [
        {one["name"]: _value(one, form.get(f"{field['name']}.{index}.{one['name']}")) for one in inner}
        for index in range(count)
    ]
    return [row for row in rows if any(value not in (None, False) for value in row.values())]


def _value(field: dict[str, Any], typed: object) -> Any:
    if field["type"] == "boolean":
        return typed == "on"
    text = str(typed).strip() if typed is not None else ""
    if not text:
        return None
    if field["type"] == "integer":
        # Not a number stays as typed: the CRM says what is wrong with it, beside the field.
        return int(text) if text.isascii() and text.lstrip("-").isdigit() else text
    if field["type"] == "datetime" and len(text) == _MINUTES:
        return text + ":00Z"
    return text
