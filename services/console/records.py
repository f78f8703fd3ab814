"""Values of CRM records: from the view models and a form to the record API, and from a record to what is read."""

from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData

from services.console.i18n import Tongue
from services.console.inputs import SEVERAL, meant, typed


def shown(tongue: Tongue, field: dict[str, Any], record: dict[str, Any]) -> str:
    """One value of a record as people read it."""
    value = record.get(field["name"])
    if value is None or field["type"] == "lines":
        return "" if value is None else str(len(value))
    title = record.get("_titles", {}).get(field["name"])
    if field["type"] in SEVERAL:
        several: list[Any] = value
        titles: list[str | None] = title or [None] * len(several)
        named = zip(titles, _named(field, several), strict=True)
        return tongue.comma.join(title or name for title, name in named)
    if title:
        return str(title)
    return _said(tongue, field, value)


def _said(tongue: Tongue, field: dict[str, Any], value: Any) -> str:
    match field["type"]:
        case "enum":
            return _named(field, [value])[0]
        case "boolean":
            return tongue.say("yes") if value else tongue.say("no")
        case "date":
            return tongue.day(value)
        case "datetime":
            return tongue.moment(value)
        case "file":
            return f"{value['name']} ({tongue.size(value['size'])})"
        case _:
            return str(typed(field, value))


def _named(field: dict[str, Any], values: list[Any]) -> list[str]:
    """The labels of options; other values as they are."""
    labels = {option["value"]: option["label"] for option in field.get("options") or ()}
    return [str(labels.get(one, one)) for one in values]


def inputs(view: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """What stands in the inputs of the form of a record."""
    return {
        field["name"]: [{one["name"]: typed(one, row.get(one["name"])) for one in field["fields"]} for row in value]
        if field["type"] == "lines" and (value := record.get(field["name"])) is not None
        else typed(field, record.get(field["name"]))
        for field in view["fields"]
    }


def filled_in(view: dict[str, Any]) -> dict[str, Any]:
    """A new record as its form begins. The time of day is the CRM's to fill in, when the record is saved."""
    today = datetime.now(UTC).date().isoformat()
    words = {"today": today, "now": None}
    return {
        field["name"]: words.get(field["default"], field["default"])
        if isinstance(field["default"], str)
        else field["default"]
        for field in view["fields"]
    }


def values(view: dict[str, Any], form: FormData) -> dict[str, Any]:
    """What the form says, as the record API takes it: an empty box is no value."""
    return {
        field["name"]: _lines(field, form) if field["type"] == "lines" else meant(field, form.getlist(field["name"]))
        for field in view["fields"]
        if not field["read_only"] and not field["hidden"] and field["type"] != "file"
    }


def targets(view: dict[str, Any]) -> set[str]:
    """The entities that the form's references lead to."""
    fields: list[dict[str, Any]] = list(view["fields"])
    for field in view["fields"]:
        fields += field.get("fields") or []
    open_ones = [field for field in fields if not field["read_only"]]
    return {name for field in open_ones for name in (field.get("target"), *field.get("targets", ())) if name}


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
        {one["name"]: meant(one, form.getlist(f"{field['name']}.{index}.{one['name']}")) for one in inner}
        for index in range(count)
    ]
    return [row for row in rows if any(value not in (None, False) for value in row.values())]
