"""View models: what a list, a form, a timeline and the menus show to one user, as plain dicts of JSON values.

Texts are in the language asked for. Nothing is in them that the user may not see; a page that the manifest does not
lay out shows every visible field.
"""

from collections.abc import Iterator
from typing import Any, Literal, cast

from shared.engine.access import granted
from shared.engine.compiled import Access, EntityCode
from shared.engine.field_code import SYSTEM_CODES, FieldCode, LinesCode
from shared.engine.filters import is_sortable
from shared.engine.people import User
from shared.engine.shown import jsonable
from shared.patch.fields import EnumField, MultiEnumField
from shared.patch.manifest import Manifest
from shared.patch.page import FormPage, ListPage, TimelinePage
from shared.patch.text import Text

Language = Literal["en", "zh"]
View = dict[str, Any]

WIDGETS = {
    "text": "text",
    "long_text": "textarea",
    "integer": "number",
    "decimal": "number",
    "money": "money",
    "boolean": "checkbox",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "duration": "duration",
    "enum": "select",
    "multi_enum": "choices",
    "json": "json",
    "file": "file",
    "sequence": "text",
    "ref": "record",
    "ref_any": "any_record",
    "many_to_many": "records",
    "lines": "table",
}
_BOUNDS = (
    *("options", "target", "targets", "min_length", "max_length", "min", "max", "scale", "format"),
    *("max_items", "max_bytes", "accept"),
)
_FORMATS = {"email": "email", "phone": "tel", "url": "url"}


def list_view(code: EntityCode, access: Access, language: Language) -> View:
    """`{entity, title, title_field, columns: [{name, label, type, sortable, options?, target?}], sort, can}`."""
    page = next((one for one in code.entity.pages if isinstance(one, ListPage)), None)
    names = _seen(page.columns if page else code.names, access)
    return {
        "entity": code.name,
        "title": _say(code.entity.plural, language),
        "title_field": code.entity.title,
        "columns": [_column(code, name, language) for name in names],
        "sort": page.sort if page and page.sort and _seen((page.sort.removeprefix("-"),), access) else None,
        "can": _can(access),
    }


def form_view(code: EntityCode, access: Access, language: Language) -> View:
    """`{entity, title, plural, title_field, fields, can, state_field, moves}`.

    A field is `{name, label, help, type, widget, required, read_only, hidden, default}` and what bounds it: `options`,
    `target` or `targets`, `min_length`, `max_length`, `min`, `max`, `scale`, `format`, `max_items`, `max_bytes`,
    `accept`, and for lines `fields`. `default` may be `today` or `now`. `moves` are the machine's transitions:
    `{source, target, label}`.
    """
    page = next((one for one in code.entity.pages if isinstance(one, FormPage)), None)
    names = _seen(page.fields if page else code.names, access)
    machine = code.entity.machine
    return {
        "entity": code.name,
        "title": _say(code.label, language),
        "plural": _say(code.entity.plural, language),
        "title_field": code.entity.title,
        "fields": [_field(code, name, access, language) for name in names],
        "can": _can(access),
        "state_field": machine.field if machine else None,
        "moves": list(_moves(code, access, language)),
    }


def timeline_view(code: EntityCode, page: TimelinePage, records: list[View], language: Language) -> View:
    """`{entity, title, entries: [{id, time, title, value, details: [{name, label, value}]}]}`, oldest first."""
    return {
        "entity": code.name,
        "title": _say(code.entity.plural, language),
        "entries": [
            {
                "id": record["id"],
                "time": record.get(page.time),
                "value": record.get(page.title),
                "title": _shown(code, page.title, record, language),
                "details": [
                    {
                        "name": name,
                        "label": _say(_label(code, name), language),
                        "value": _shown(code, name, record, language),
                    }
                    for name in page.details
                    if record.get(name) is not None
                ],
            }
            for record in records
        ],
    }


def menus(manifest: Manifest, user: User, language: Language) -> list[View]:
    """`[{name, label, entity, page}]`: those that are not hidden and whose entity the user may see, in their order."""
    entities = manifest.visible_entities
    return [
        {"name": one.name, "label": _say(one.label, language), "entity": one.entity, "page": one.page}
        for one in manifest.menus
        if not one.hidden and one.entity in entities and "view" in granted(entities[one.entity], user.roles).acts
    ]


def _seen(names: tuple[str, ...], access: Access) -> list[str]:
    return [name for name in names if name in access.view or name in SYSTEM_CODES]


def _column(code: EntityCode, name: str, language: Language) -> View:
    lines = code.lines.get(name)
    if lines is not None:
        kind = lines.definition.type
        column: View = {"name": name, "label": _say(lines.label, language), "type": kind, "sortable": False}
        return column | _bounds(lines, language, ("target",))
    one = code.fields.get(name) or SYSTEM_CODES[name]
    column = {
        "name": name,
        "label": _say(one.label, language),
        "type": one.definition.type,
        "sortable": is_sortable(one),
    }
    return column | _bounds(one, language, ("options", "target", "targets"))


def _field(code: EntityCode, name: str, access: Access, language: Language) -> View:
    lines, machine = code.lines.get(name), code.entity.machine
    closed = name not in access.edit
    if lines is not None and lines.link:
        return _described(lines, language, read_only=closed) | _bounds(lines, language, ("target", "max_items"))
    if lines is not None:
        return _described(lines, language, read_only=closed) | {
            "fields": [
                _described(one, language, read_only=closed or one.computed is not None) for one in lines.fields.values()
            ],
            "max_items": lines.definition.max_items,
        }
    one = code.fields.get(name) or SYSTEM_CODES[name]
    by_machine = machine is not None and machine.field == name
    view = _described(one, language, read_only=closed or one.by_system or by_machine)
    return view | ({"default": machine.initial} if machine and by_machine else {})


def _described(one: FieldCode | LinesCode, language: Language, *, read_only: bool) -> View:
    definition = one.definition
    default: Any = getattr(definition, "default", None)
    view: View = {
        "name": one.name,
        "label": _say(one.label, language),
        "help": _say(definition.help, language) if definition.help else None,
        "type": definition.type,
        "widget": WIDGETS[definition.type],
        "required": definition.required,
        "read_only": read_only,
        "hidden": definition.hidden,
        "default": jsonable(default),
    }
    form: str | None = getattr(definition, "format", None)
    if form is not None:
        view["widget"] = _FORMATS[form]
    if isinstance(one, LinesCode):
        return view
    return view | _bounds(one, language, _BOUNDS)


def _bounds(one: FieldCode | LinesCode, language: Language, names: tuple[str, ...]) -> View:
    """What the definition says of these; options with labels."""
    definition, found = one.definition, View()
    for name in names:
        value: Any = getattr(definition, name, None)
        if name == "options" and isinstance(definition, EnumField | MultiEnumField):
            found[name] = [
                {"value": option.value, "label": _say(option.label, language) if option.label else option.value}
                for option in definition.options
            ]
        elif name == "target" and value is not None and one.name not in SYSTEM_CODES:
            found[name] = value
        elif name not in ("options", "target") and value is not None:
            found[name] = jsonable(value)
    return found


def _moves(code: EntityCode, access: Access, language: Language) -> Iterator[View]:
    machine = code.entity.machine
    if machine is None or machine.field not in access.view:
        return
    for one in machine.transitions:
        if set(one.roles) & access.roles if one.roles else "edit" in access.acts:
            label = _option_label(code.fields[machine.field], one.target, language)
            yield {"source": one.source, "target": one.target, "label": label}


def _label(code: EntityCode, name: str) -> Text:
    return (code.fields.get(name) or code.lines.get(name) or SYSTEM_CODES[name]).label


def _shown(code: EntityCode, name: str, record: View, language: Language) -> Any:
    """A value as people read it: the label of an option, the title of a record."""
    value, one = record.get(name), code.fields.get(name)
    title = record.get("_titles", {}).get(name)
    if title is not None or one is None or value is None:
        return value if title is None else title
    if one.definition.type == "file":
        return value["name"]
    if isinstance(value, list):
        return [_option_label(one, each, language) for each in cast("list[object]", value)]
    return _option_label(one, value, language)


def _option_label(one: FieldCode, value: Any, language: Language) -> Any:
    definition = one.definition
    if isinstance(definition, EnumField | MultiEnumField):
        labels = {option.value: option.label for option in definition.options}
        label = labels.get(value)
        return _say(label, language) if label else value
    return value


def _can(access: Access) -> dict[str, bool]:
    return {act: act in access.acts for act in ("create", "edit", "delete")}


def _say(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
