from typing import Any

import pytest

from shared.patch import Manifest, apply, explain, inverse, risk, semver, undo, validate
from shared.patch.identity import visible

TOLD = {"en": "Look.", "zh": "请看。"}
TASK = {
    "op": "add_entity",
    "entity": "Task",
    "label": {"en": "Task", "zh": "任务"},
    "fields": [
        {"type": "text", "name": "title", "required": True},
        {"type": "ref", "name": "order", "target": "Order", "required": True},
        {"type": "enum", "name": "state", "options": [{"value": "open"}, {"value": "done"}], "default": "open"},
        {"type": "sequence", "name": "number", "required": True},
        {"type": "text", "name": "code", "unique": True},
        {"type": "integer", "name": "length", "computed": "size(title)"},
    ],
}


def trigger(*actions: dict[str, Any], entity: str = "Order", **more: Any) -> dict[str, Any]:
    return {
        "op": "add_trigger",
        "entity": entity,
        "trigger": {"name": "t", "on": ["update"], "actions": [*actions], **more},
    }


def set_to(**values: str) -> dict[str, Any]:
    return {"action": "set", "values": values}


def create(entity: str, **values: str) -> dict[str, Any]:
    return {"action": "create", "entity": entity, "values": values}


def update(entity: str, by: str, equals: str = "id", **more: Any) -> dict[str, Any]:
    return {"action": "update", "entity": entity, "by": by, "equals": equals, **more}


def test_a_trigger_gets_a_key_of_its_module_and_is_taken_back(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(TASK, trigger(create("Task", title="orderNumber", order="id"), when="old.total < total"))
    after = apply(patch, shop)
    (entry,) = after.visible_entities["Order"].visible_triggers
    assert entry.key == "loyalty/trigger/Order.t"
    assert visible(undo(inverse(patch, shop), after)) == visible(shop)


def test_values_are_said_of_the_written_record_and_of_this_one(shop: Manifest, patch_of: Any) -> None:
    actions = [
        set_to(notes="null", shippedAt="now"),
        create("Task", title="'Pack ' + orderNumber", order="id", state="'open'"),
        update("Task", "order", where="state == 'open' && this.total > 10", values={"title": "title + this.notes"}),
        update("Task", "id", "@first", values={"state": "'done'"}),
        {"action": "notify", "role": "manager", "message": TOLD},
    ]
    first = {"entity": "Task", "by": "order", "find": "one", "value": "id", "sort": "createdAt"}
    patch = patch_of(TASK, trigger(*actions, lookups={"first": first}))
    assert validate(patch, shop) == []


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (trigger(set_to(note="'x'")), "field_unknown", "/actions/0/values/note", "notes"),
        (trigger(set_to(total="1")), "value_given", "/actions/0/values/total", None),
        (trigger(set_to(orderNumber="'x'")), "value_given", "/actions/0/values/orderNumber", None),
        (trigger(set_to(items="null")), "value_given", "/actions/0/values/items", None),
        (trigger(set_to(status="'shipped'")), "value_of_machine", "/actions/0/values/status", None),
        (trigger(set_to(updatedAt="now")), "system_field", "/actions/0/values/updatedAt", None),
        (trigger(set_to(customer="null")), "value_required", "/actions/0/values/customer", None),
        (trigger(set_to(customer="id")), "expression_reference", "/actions/0/values/customer", None),
        (trigger(set_to(tax="'much'")), "expression_type", "/actions/0/values/tax", None),
        (trigger(set_to(notes="null"), on=["delete"]), "trigger_set_deleted", "/actions/0", None),
        (
            trigger(create("Task", title="'x'", order="id"), on=["delete"]),
            *("trigger_refers_deleted", "/actions/0/values/order", None),
        ),
        (trigger(set_to(notes="null"), when="total"), "expression_type", "/when", None),
        (trigger(set_to(notes="null"), on=["create"], when="old.total > 1"), "old_of_new", "/when", None),
        (trigger(set_to(tax="old.tax + 1"), on=["create"]), "old_of_new", "/actions/0/values/tax", None),
        (trigger(create("Taks", title="'x'")), "entity_unknown", "/actions/0/entity", "Task"),
        (trigger(create("Task", title="'x'")), "required_missing", "/actions/0/values", None),
        (
            trigger(create("Task", title="'x'", order="id", state="'opn'")),
            "option_unknown",
            "/actions/0/values/state",
            "open",
        ),
        (
            trigger(create("Task", title="'x'", order="customer")),
            "expression_reference",
            "/actions/0/values/order",
            None,
        ),
        (
            trigger(update("Task", "state", "'open'", values={"title": "'x'"})),
            "lookup_not_indexed",
            "/actions/0/by",
            None,
        ),
        (trigger(update("Task", "oder", values={"title": "'x'"})), "field_unknown", "/actions/0/by", "order"),
        (
            trigger(update("Task", "order", "customer", values={"title": "'x'"})),
            *("expression_reference", "/actions/0/equals", None),
        ),
        (trigger(update("Task", "order", values={"length": "1"})), "value_given", "/actions/0/values/length", None),
        (
            trigger(update("Task", "order", where="titel != null", values={"title": "'x'"})),
            *("field_unknown", "/actions/0/where", "title"),
        ),
        (
            trigger({"action": "notify", "role": "mangaer", "message": TOLD}),
            "role_unknown",
            "/actions/0/role",
            "manager",
        ),
    ],
)
def test_a_trigger_that_could_not_run_is_refused_where_it_is_wrong(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(TASK, operation), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, f"/operations/1/trigger{pointer}", suggestion)


def test_everything_that_is_wrong_is_told_at_once(shop: Manifest, patch_of: Any) -> None:
    lookups = {"never": {"entity": "Order", "by": "customer", "equals": "customer", "find": "count"}}
    wrong = trigger(set_to(total="1", note="2"), create("Depot", x="1"), when="totl > 1", lookups=lookups)
    problems = validate(patch_of(wrong), shop)
    assert {problem.code for problem in problems} == {
        "field_unknown",
        "value_given",
        "entity_unknown",
        "lookup_unused",
    }
    assert len(problems) == 5


def test_two_triggers_of_one_name_are_refused(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(trigger(set_to(tax="1")), trigger(set_to(tax="2"), name="T"))
    (problem,) = validate(patch, shop)
    assert (problem.code, problem.pointer) == ("trigger_taken", "/operations/1/trigger/name")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (set_to(stamp="now"), ("L1", "patch")),
        (set_to(notes="'x'"), ("L2", "minor")),
        (update("Customer", "id", "customer", values={"vip": "true"}), ("L2", "minor")),
        ({"action": "notify", "role": "admin", "message": TOLD}, ("L2", "minor")),
    ],
)
def test_what_only_fills_fields_that_nobody_types_is_safe(
    action: Any, expected: tuple[str, str], shop: Manifest, patch_of: Any
) -> None:
    stamp = {"op": "add_field", "entity": "Order", "field": {"type": "datetime", "name": "stamp", "read_only": True}}
    patch = patch_of(stamp, trigger(action))
    assert validate(patch, shop) == []
    assert (risk(patch, shop), semver(patch, shop)) == expected


def test_a_demanded_field_is_not_added_behind_the_back_of_a_trigger(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(TASK, trigger(create("Task", title="'x'", order="id"))), shop)
    field = {"type": "text", "name": "place", "required": True}
    (problem,) = validate(patch_of({"op": "add_field", "entity": "Task", "field": field}, module="other"), after)
    assert (problem.code, problem.params["fields"]) == ("required_missing", ["place"])


def test_it_says_in_words_what_happens(shop: Manifest, patch_of: Any) -> None:
    owed = {"entity": "Order", "by": "customer", "equals": "customer", "find": "sum", "value": "total"}
    actions = [create("Task", title="'x'", order="id"), update("Customer", "id", "customer", values={"vip": "true"})]
    patch = patch_of(TASK, trigger(*actions, when="@owed > 5", lookups={"owed": owed}))
    _, told = explain(patch, shop)
    assert told["en"] == (
        "Order: when a record is changed and @owed > 5, writes a record of Task with title to 'x', order to id; "
        "changes up to 50 of Customer whose id is customer, setting vip to true. "
        "@owed is the sum of total over Order whose customer is customer."
    )
    assert told["zh"].startswith("订单：修改记录且满足 @owed > 5 时，写入一条“任务”：“title”为 'x'、“order”为 id；")
