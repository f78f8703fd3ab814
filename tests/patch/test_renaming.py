"""A name changes everywhere it is said, and nowhere else; saying it the old way again gives what there was."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.patch import Manifest
from shared.patch.expression import compile_expression
from shared.patch.fields import LinesField
from shared.patch.integrity import check_manifest
from shared.patch.integrity.said import said_by
from shared.patch.renaming import Renamed, renamed
from shared.patch.usage import User, users_of

TEXT = {"en": "Text", "zh": "文本"}
OWED = {
    "entity": "Order",
    "by": "customer",
    "where": "status == 'pending' && total > 0",
    "find": "sum",
    "value": "total",
}
LAST = {"entity": "Order", "by": "customer", "find": "one", "value": "notes", "sort": "-orderDate"}
TELLING: dict[str, Any] = {
    "name": "tell",
    "on": ["create"],
    "when": "total > 100 && @owed > 5",
    "lookups": {"owed": {**OWED, "equals": "customer"}},
    "actions": [
        {"action": "set", "values": {"notes": "total > 1 ? customer.name + notes : null", "shippedAt": "null"}},
        {"action": "create", "entity": "Visit", "values": {"customer": "customer", "about": "notes"}},
        {
            "action": "update",
            "entity": "Visit",
            "by": "customer",
            "equals": "customer",
            "where": "about == this.notes",
            "values": {"about": "about + this.notes"},
        },
        {"action": "notify", "role": "sales", "message": TEXT},
    ],
}
VISIT: dict[str, Any] = {
    "key": "field/entity/Visit",
    "name": "Visit",
    "label": TEXT,
    "plural": TEXT,
    "title": "about",
    "fields": [
        {"type": "ref", "name": "customer", "target": "Customer"},
        {"type": "text", "name": "about"},
        {"type": "many_to_many", "name": "orders", "target": "Order"},
        {"type": "ref_any", "name": "origin", "targets": ["Customer", "Order"]},
        {"type": "lines", "name": "legs", "fields": [{"type": "ref", "name": "order", "target": "Order"}]},
        {"type": "text", "name": "place"},
    ],
    "indexes": [{"key": "field/index/Visit.by_place", "index": {"name": "by_place", "fields": ["place", "about"]}}],
    "seeds": [
        {
            "key": "field/seed/Visit.first",
            "seed": {
                "name": "first",
                "values": {
                    "customer": {"$seed": "Customer.us"},
                    "origin": {"$seed": "Customer.us"},
                    "orders": [{"$seed": "Order.one"}],
                    "legs": [{"order": {"$seed": "Order.one"}}],
                    "about": "customer Customer.us",
                },
            },
        }
    ],
}


@pytest.fixture(scope="session")
def rich(shop: Manifest) -> Manifest:
    """The shop with every sort of place in which a name can stand."""
    plain: dict[str, Any] = shop.model_dump(mode="json")
    customer, order = plain["entities"]
    rule = {"name": "credit", "expression": "@owed <= 100 && @last != name", "message": TEXT}
    customer["rules"] = [{"key": "crm/rule/c", "rule": {**rule, "lookups": {"owed": OWED, "last": LAST}}}]
    customer["grants"].append({"key": "crm/grant/p", "grant": {"role": "admin", "allow": ["view"], "field": "phone"}})
    customer["grants"].append({"key": "crm/grant/w", "grant": {"role": "sales", "allow": ["view"], "where": "vip"}})
    customer["seeds"] = [{"key": "crm/seed/Customer.us", "seed": {"name": "us", "values": {"name": "name"}}}]
    order["rules"] = [
        {"key": "crm/rule/o", "rule": {**rule, "expression": "items.all(i, i.quantity > 0) || !customer.vip"}}
    ]
    order["machine"]["effects"] = [{"entity": "Visit", "values": {"customer": "customer", "about": "orderNumber"}}]
    order["machine"]["transitions"][0] |= {"sets": {"shippedAt": "now"}, "effects": order["machine"]["effects"]}
    order["triggers"] = [{"key": "crm/trigger/o", "trigger": TELLING}]
    lines = {"product": "name", "quantity": 1, "unitPrice": "2"}
    values = {"customer": {"$seed": "Customer.us"}, "items": [lines], "notes": "items"}
    order["seeds"] = [{"key": "crm/seed/Order.one", "seed": {"name": "one", "values": values}}]
    fields = [{"key": f"field/field/Visit.{one['name']}", "definition": one} for one in VISIT["fields"]]
    plain["entities"].append({**VISIT, "fields": fields})
    made = Manifest.model_validate(plain)
    assert check_manifest(made) == []
    return made


def _names(manifest: Manifest) -> list[tuple[str, str | None]]:
    """Everything that can be renamed."""
    found: list[tuple[str, str | None]] = [(name, None) for name in manifest.visible_entities]
    for entity in manifest.visible_entities.values():
        for name, entry in entity.visible_fields.items():
            found.append((entity.name, name))
            if isinstance(entry.definition, LinesField):
                found += [(entity.name, f"{name}.{one.name}") for one in entry.definition.fields]
    return found


def _kinds(manifest: Manifest) -> list[str]:
    """What every expression answers."""
    said = [one for entity in manifest.visible_entities.values() for one in said_by(entity, manifest)]
    return [
        compile_expression(
            one.text, one.entity, manifest, expect=one.expect, within=one.within, lookups=one.lookups, this=one.this
        ).type
        for one in said
    ]


@settings(deadline=None)
@given(st.data())
def test_a_name_and_back_restores_the_manifest_to_the_letter(rich: Manifest, data: st.DataObject) -> None:
    entity, field = data.draw(st.sampled_from(_names(rich)))
    after = renamed(rich, Renamed(entity, field, "Anew"))
    assert check_manifest(after) == []
    assert _kinds(after) == _kinds(rich)
    back = Renamed("Anew", None, entity)
    if field is not None:
        lines, dot, name = field.rpartition(".")
        back = Renamed(entity, f"{lines}{dot}Anew", name)
    assert renamed(after, back) == rich


@settings(deadline=None)
@given(st.data())
def test_nothing_says_the_old_name_any_longer(rich: Manifest, data: st.DataObject) -> None:
    entity, field = data.draw(st.sampled_from(_names(rich)))
    after = renamed(rich, Renamed(entity, field, "Anew"))
    assert users_of(after, entity, field) == []
    now = ("Anew", None) if field is None else (entity, f"{field.rpartition('.')[0]}.Anew".lstrip("."))
    assert [(one.kind, one.name) for one in users_of(rich, entity, field)] == [
        (one.kind, one.name) for one in users_of(after, *now)
    ]


def test_keys_stay_and_a_column_keeps_the_one_that_it_was_made_with(rich: Manifest) -> None:
    after = renamed(rich, Renamed("Order", "items.quantity", "count"))
    entry = after.visible_entities["Order"].visible_fields["items"]
    assert [one.key for one in entry.line_columns] == [
        one.key for one in rich.visible_entities["Order"].visible_fields["items"].line_columns
    ]
    assert "items.all(i, i.count > 0)" in after.model_dump_json()
    assert after.visible_entities["Order"].seeds[0].seed.values["items"] == [
        {"product": "name", "count": 1, "unitPrice": "2"}
    ]


def test_texts_of_people_and_values_are_no_names(rich: Manifest) -> None:
    after = renamed(rich, Renamed("Customer", None, "Client"))
    seed = after.visible_entities["Visit"].seeds[0].seed.values
    assert seed["customer"] == {"$seed": "Client.us"}
    assert seed["about"] == "customer Customer.us"
    assert renamed(rich, Renamed("Customer", "name", "title")).visible_entities["Customer"].seeds[0].seed.values == {
        "title": "name"
    }


def test_what_is_not_about_the_name_is_the_very_same_object(rich: Manifest) -> None:
    after = renamed(rich, Renamed("Visit", "place", "spot"))
    assert after.visible_entities["Order"] is rich.visible_entities["Order"]
    assert after.visible_entities["Visit"] is not rich.visible_entities["Visit"]


def test_removed_parts_are_left_alone(rich: Manifest) -> None:
    customer = rich.visible_entities["Customer"]
    (rule,) = customer.rules
    hidden = rich.with_entity(customer.having(rules=(rule.having(removed=True),)))
    assert (
        renamed(hidden, Renamed("Order", "total", "sum_total")).visible_entities["Customer"].rules[0].rule == rule.rule
    )


@pytest.mark.parametrize(
    ("entity", "field", "users"),
    [
        ("Visit", None, [("the state machine", "Order"), ("the trigger", "Order.tell")]),
        ("Visit", "place", [("the index", "Visit.by_place")]),
        (
            "Order",
            "total",
            [
                ("the rule", "Customer.credit"),
                ("the trigger", "Order.tell"),
                ("the list page", "Order"),
                ("the form page", "Order"),
            ],
        ),
        ("Order", "items.amount", [("the field", "Order.total")]),
        ("Order", "items.unitPrice", [("the field", "Order.items.amount"), ("the seed", "Order.one")]),
        (
            "Customer",
            "vip",
            [("the grant", "Customer.sales"), ("the form page", "Customer"), ("the rule", "Order.credit")],
        ),
    ],
)
def test_users_are_found_wherever_they_are(
    entity: str, field: str | None, users: list[tuple[str, str]], rich: Manifest
) -> None:
    assert [(one.kind, one.place) for one in users_of(rich, entity, field)] == users


def test_a_menu_item_uses_its_entity(rich: Manifest) -> None:
    assert User("the menu item", "customers") in users_of(rich, "Customer")
