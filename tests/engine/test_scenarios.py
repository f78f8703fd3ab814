"""The interpreter: what it performs, what it compares, and how it tells a failure."""

from typing import Any

from shared.engine.scenarios import Outcome, run_scenario
from shared.patch.scenario import Scenario
from tests.engine.workshop import CLOCK, Workshop, add_rule, patched

CUSTOMER = {"step": "create", "entity": "Customer", "values": {"name": "A", "email": "a@b.example"}, "save": "customer"}


async def play(shop: Workshop, *steps: dict[str, Any], **scenario: Any) -> Outcome:
    document = {"name": "one", "entity": "Customer", "as": "admin", "steps": list(steps)} | scenario
    return await run_scenario(shop.application, shop.connection, Scenario.model_validate(document), CLOCK)


async def test_nothing_is_left_of_a_scenario(shop: Workshop) -> None:
    outcome = await play(shop, CUSTOMER, {"step": "query", "entity": "Customer", "count": 1})
    assert outcome.ok
    assert outcome.failed is None
    assert [(one.position, one.action, one.entity, one.ok) for one in outcome.steps] == [
        (0, "create", "Customer", True),
        (1, "query", "Customer", True),
    ]
    assert (await shop.query("Customer")).items == []


async def test_a_scenario_stands_on_its_own_clock(shop: Workshop) -> None:
    read = {"step": "read", "record": "$customer", "expect": {"createdAt": "2031-01-01T00:00:00Z"}}
    assert (await play(shop, CUSTOMER, read, at="2031-01-01T00:00:00Z")).ok
    assert not (await play(shop, CUSTOMER, read)).ok


async def test_something_else_than_expected_fails_and_ends_it(shop: Workshop) -> None:
    wrong = {"step": "read", "record": "$customer", "expect": {"name": "B", "email": "a@b.example"}}
    outcome = await play(shop, CUSTOMER, wrong, {"step": "delete", "record": "$customer"})
    assert len(outcome.steps) == 2
    failed = outcome.failed
    assert failed is not None
    assert (failed.code, failed.expected, failed.got) == ("unexpected", {"name": "B"}, {"name": "A"})


async def test_a_refusal_that_was_not_expected_is_told_in_full(shop: Workshop) -> None:
    outcome = await play(shop, {"step": "create", "entity": "Customer", "values": {"name": "A"}})
    failed = outcome.failed
    assert failed is not None
    assert failed.refused is not None
    assert (failed.code, failed.got[0]["field"]) == ("required", "email")


async def test_a_refusal_that_did_not_come_fails(shop: Workshop) -> None:
    outcome = await play(shop, CUSTOMER | {"save": None, "fails": "required"})
    assert outcome.failed is not None
    assert outcome.failed.code == "not_refused"


async def test_another_refusal_than_expected_fails(shop: Workshop) -> None:
    create = {"step": "create", "entity": "Customer", "values": {"name": "A"}}
    assert (await play(shop, create | {"fails": "required", "field": "email"})).ok
    assert (await play(shop, create | {"fails": "invalid"})).ok
    assert not (await play(shop, create | {"fails": "required", "field": "name"})).ok
    assert not (await play(shop, create | {"fails": "too_long"})).ok


async def test_a_refusal_is_that_of_the_rule_that_is_named(shop: Workshop) -> None:
    rules = [add_rule("Customer", "reachable", "phone != null"), add_rule("Customer", "known", "industry != null")]
    await shop.become(patched(shop.manifest, *rules))
    values = {"name": "A", "email": "a@b.example"}
    create = {"step": "create", "entity": "Customer", "values": values}
    for rule in ("reachable", "known"):
        assert (await play(shop, create | {"fails": "rule_broken", "rule": rule})).ok
    create["values"] = values | {"industry": "retail"}
    assert (await play(shop, create | {"fails": "rule_broken", "rule": "reachable"})).ok
    outcome = await play(shop, create | {"fails": "rule_broken", "rule": "known"})
    assert outcome.failed is not None
    assert (outcome.failed.code, outcome.failed.expected) == ("rule_broken", {"fails": "rule_broken", "rule": "known"})
    assert not (await play(shop, create | {"fails": "invalid", "rule": "known"})).ok


async def test_a_refused_step_is_undone_and_the_next_goes_on(shop: Workshop) -> None:
    other = {"step": "create", "entity": "Order", "values": {"customer": "$customer"}}
    steps = [
        CUSTOMER,
        other,
        {"step": "delete", "record": "$customer", "fails": "still_referenced"},
        {"step": "query", "entity": "Customer", "count": 1},
    ]
    assert (await play(shop, *steps)).ok


async def test_values_are_compared_by_what_they_are(shop: Workshop) -> None:
    items = [{"product": "Tea", "quantity": 2, "unitPrice": "10.50"}]
    order = {"step": "create", "entity": "Order", "values": {"customer": "$customer", "items": items}, "save": "order"}
    for expect in ({"total": 21}, {"total": "21.0"}, {"items": [{"amount": 21}]}, {"customer": "$customer"}):
        assert (await play(shop, CUSTOMER, order | {"expect": expect})).ok
    others: tuple[dict[str, Any], ...] = ({"total": 22}, {"items": []}, {"items": [{"amount": 20}]}, {"nothing": 1})
    for expect in others:
        assert not (await play(shop, CUSTOMER, order | {"expect": expect})).ok


async def test_a_record_is_reached_through_another(shop: Workshop) -> None:
    order = {"step": "create", "entity": "Order", "values": {"customer": "$customer"}, "save": "order"}
    assert (
        await play(shop, CUSTOMER, order, {"step": "read", "record": "$order.customer", "expect": {"name": "A"}})
    ).ok
    outcome = await play(shop, CUSTOMER, order, {"step": "read", "record": "$order.status"})
    assert outcome.failed is not None
    assert outcome.failed.code == "alias_unknown"


async def test_what_the_database_cannot_do_is_a_failure_and_no_error(shop: Workshop) -> None:
    await shop.connection.execute('ALTER TABLE workshop."Customer" DROP COLUMN phone')
    await shop.connection.reload_schema_state()
    outcome = await play(shop, CUSTOMER)
    assert outcome.failed is not None
    assert outcome.failed.code == "not_carried_out"


async def test_a_page_shows_and_hides(shop: Workshop) -> None:
    view = {"step": "view", "entity": "Customer", "page": "list"}
    assert (await play(shop, view | {"shows": ["name", "status"], "hides": ["notes"]})).ok
    assert not (await play(shop, view | {"shows": ["status", "name"]})).ok
    assert not (await play(shop, view | {"hides": ["name"]})).ok
    assert (await play(shop, view | {"fails": "forbidden", "as": "accountant"})).ok


async def test_what_others_wrote_is_reached_through_a_query(shop: Workshop) -> None:
    order = {"step": "create", "entity": "Order", "values": {"customer": "$customer"}, "save": "order"}
    found = {"step": "query", "entity": "OrderTracking", "where": {"order": "$order"}, "save": "entry"}
    note = {"step": "update", "record": "$entry", "values": {"notes": "x"}, "expect": {"status": "pending"}}
    assert (await play(shop, CUSTOMER, order, found, note)).ok
    outcome = await play(shop, CUSTOMER, order, found | {"where": {"status": "shipped"}}, note)
    assert len(outcome.steps) == 3
    assert outcome.failed is not None
    assert (outcome.failed.code, outcome.failed.expected) == ("unexpected", {"save": "entry"})


async def test_the_warnings_that_come_are_those_expected(shop: Workshop) -> None:
    await shop.become(patched(shop.manifest, add_rule("Customer", "reachable", "phone != null", severity="warning")))
    assert (await play(shop, CUSTOMER | {"warns": ["reachable"]})).ok
    assert (await play(shop, CUSTOMER)).ok
    call = {"step": "update", "record": "$customer", "values": {"phone": "+86 571 8888 0123"}}
    assert (await play(shop, CUSTOMER, call | {"warns": []})).ok
    outcome = await play(shop, CUSTOMER | {"warns": []})
    assert outcome.failed is not None
    assert (outcome.failed.expected, outcome.failed.got) == ({"warns": []}, {"warns": ["reachable"]})
    assert not (await play(shop, CUSTOMER, call | {"warns": ["reachable"]})).ok


async def test_who_was_told_is_counted_by_role_and_record(shop: Workshop) -> None:
    tell = {"action": "notify", "role": "sales", "message": {"en": "Gone quiet.", "zh": "不再活跃。"}}
    trigger = {"name": "quiet", "on": ["update"], "when": "status == 'inactive'", "actions": [tell]}
    await shop.become(patched(shop.manifest, {"op": "add_trigger", "entity": "Customer", "trigger": trigger}))
    other = CUSTOMER | {"save": "other"}
    quiet = {"step": "update", "record": "$customer", "values": {"status": "inactive"}}
    told = {"step": "told", "record": "$customer", "as": "sales"}
    none = [told | {"record": "$other", "count": 0}, told | {"as": "manager", "count": 0}]
    assert (await play(shop, CUSTOMER, other, told | {"count": 0}, quiet, told, *none)).ok
    assert (await play(shop, CUSTOMER, quiet, quiet, told | {"count": 2})).ok
    outcome = await play(shop, CUSTOMER, told)
    assert outcome.failed is not None
    assert (outcome.failed.expected, outcome.failed.got) == ({"count": 1}, {"count": 0, "messages": []})
