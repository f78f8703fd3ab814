"""Operations as the forms make them: the one place that knows their shape in a document."""

import re
from collections.abc import Sequence
from typing import Any

from services.generator.phrasebook.form import Operation
from services.generator.phrasebook.naming import IDENTIFIER_MAX, Named, split_camel
from services.generator.phrasebook.vocabulary import Place
from shared.patch.page import ListPage

_ACTS = ("view", "create", "edit", "delete")


def add_field(entity: str, definition: dict[str, Any]) -> Operation:
    return {"op": "add_field", "entity": entity, "field": definition}


def change_field(place: Place, changes: dict[str, Any]) -> Operation:
    return {"op": "change_field", "entity": place.entity.name, "field": place.entry.name, "changes": changes}


def remove_field(place: Place) -> tuple[Operation, ...]:
    return ({"op": "remove_field", "entity": place.entity.name, "field": place.entry.name},)


def add_rule(entity: str, rule: dict[str, Any]) -> Operation:
    return {"op": "add_rule", "entity": entity, "rule": rule}


def grant(entity: str, role: str, acts: Sequence[str]) -> Operation:
    return {"op": "grant", "entity": entity, "role": role, "allow": [act for act in _ACTS if act in acts]}


def add_entity(named: Named, fields: Sequence[dict[str, Any]], roles: Sequence[str]) -> tuple[Operation, ...]:
    """The entity, whose first field is its title, for the administrators of the CRM."""
    entity = {
        "op": "add_entity",
        "entity": named.pascal,
        "label": named.label,
        "plural": {"en": plural(named.english), "zh": named.chinese},
        "title": fields[0]["name"],
        "fields": [fields[0] | {"required": True}, *fields[1:]],
    }
    return entity, grant(named.pascal, roles[0], _ACTS)


def show_in_list(place: Place) -> tuple[Operation, ...]:
    page = next((one for one in place.entity.pages if isinstance(one, ListPage)), None)
    columns = page.columns if page else ()
    if place.entry.name in columns:
        return ()
    shown = ListPage(columns=(*columns, place.entry.name), sort=page.sort if page else None)
    page_document = shown.model_dump(mode="json", exclude_none=True)
    return ({"op": "set_page", "entity": place.entity.name, "page": page_document},)


def labels(place: Place) -> tuple[str, str]:
    """What people call the field, in English and Chinese."""
    label = place.field.label
    name = split_camel(place.entry.name).capitalize()
    return (label.en, label.zh) if label else (name, name)


def rule_name(*parts: object) -> str:
    """Parts in camel case: `deliveryNoteWhenTotalOver10000`."""
    words = re.findall(r"[A-Za-z0-9]+", " ".join(split_camel(str(part)) for part in parts))
    joined = words[0].lower() + "".join(word[:1].upper() + word[1:] for word in words[1:])
    return joined[:IDENTIFIER_MAX]


def plural(english: str) -> str:
    if re.search(r"[^aeiou]y$", english):
        return english[:-1] + "ies"
    return english + ("es" if english.endswith(("s", "x", "ch", "sh")) else "s")
