"""The least record that an entity accepts, whatever types its required fields have."""

from typing import Any

from services.generator.phrasebook.records import Record, another_of, example_of
from shared.crm import base_manifest
from shared.patch import Manifest
from shared.patch.bounds import checker
from shared.patch.field_entry import FieldEntry
from shared.patch.readings import reader

SIZES = [{"value": "s"}, {"value": "l"}]
FIELDS: list[dict[str, Any]] = [
    {"name": "opens", "type": "time"},
    {"name": "patience", "type": "duration", "min": "PT2H"},
    {"name": "nap", "type": "duration", "max": "PT5M"},
    {"name": "sizes", "type": "multi_enum", "options": SIZES},
    {"name": "extra", "type": "json"},
    {"name": "watched", "type": "many_to_many", "target": "Customer"},
    {"name": "about", "type": "ref_any", "targets": ["Customer", "Order"]},
]


def demanding() -> Manifest:
    manifest = base_manifest()
    order = manifest.visible_entities["Order"]
    entries = [{"key": f"extra/field/Order.{one['name']}", "definition": one | {"required": True}} for one in FIELDS]
    added = map(FieldEntry.model_validate, entries)
    return manifest.with_entity(order.having(fields=(*order.fields, *added)))


def test_every_required_type_is_given_a_value_that_fits() -> None:
    manifest = demanding()
    order = manifest.visible_entities["Order"]
    made = Record(manifest, order)
    assert (made.values["patience"], made.values["nap"], made.values["sizes"]) == ("PT2H", "PT5M", ["s"])
    assert made.values["watched"] == ["$customer"]
    assert made.values["about"] == {"entity": "Customer", "id": "$customer"}
    assert [step["save"] for step in made.before] == ["customer"]
    for name in ("opens", "patience", "nap", "sizes", "extra"):
        definition = order.visible_fields[name].definition
        checker(definition)(reader(definition)(made.values[name]))


def test_bounds_are_read_from_documents_too() -> None:
    definition = {"type": "duration", "name": "nap", "max": "PT5M"}
    assert example_of(definition) == another_of(definition, 1) == "PT5M"
