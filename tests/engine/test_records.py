"""Records: what is written, what comes back, and in how few statements."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from shared.engine import RecordRefused
from tests.engine.workshop import ADMIN, CLOCK, Workshop, add_field, add_rule, codes, patched


async def test_a_record_is_json_and_reads_as_it_was_written(shop: Workshop) -> None:
    order = await shop.order(amount="19.90", tax=1.5, notes="第一单")
    again = await shop.read("Order", order["id"])
    assert json.loads(json.dumps(again)) == again
    assert again.pop("_titles") == {"customer": "Harbour"}
    assert again == order
    assert (order["subtotal"], order["tax"], order["total"]) == ("19.90", "1.50", "21.40")
    assert order["createdAt"] == order["updatedAt"] == "2026-03-31T09:30:00Z"
    assert order["orderDate"] == "2026-03-31"


async def test_numbers_are_drawn_without_gaps(shop: Workshop) -> None:
    customer = await shop.customer()
    numbers = [(await shop.order(customer))["orderNumber"]]
    await shop.refused("Order", {"customer": "00000000-0000-4000-8000-000000000000"})
    await shop.refused("Order", {"customer": customer["id"], "tax": -1})
    numbers.append((await shop.order(customer))["orderNumber"])
    assert numbers == ["ORD-000001", "ORD-000002"]


async def test_a_number_drawn_is_given_back_with_its_transaction(shop: Workshop) -> None:
    customer = await shop.customer()
    transaction = shop.connection.transaction()
    await transaction.start()
    await shop.order(customer)
    await transaction.rollback()
    assert (await shop.order(customer))["orderNumber"] == "ORD-000001"


async def test_a_record_that_was_read_can_be_sent_back_whole(shop: Workshop) -> None:
    order = await shop.order()
    sent = {name: value for name, value in order.items() if not name.startswith("_")} | {"notes": "Again."}
    assert (await shop.update("Order", order["id"], sent))["notes"] == "Again."


async def test_an_update_of_an_outdated_record_is_refused(shop: Workshop) -> None:
    customer = await shop.customer()
    update = shop.application.update
    record_id, user = UUID(customer["id"]), ADMIN
    seen = customer["updatedAt"]
    await update(shop.connection, "Customer", record_id, {"notes": "x"}, user, CLOCK, expected_updated_at=seen)
    with pytest.raises(RecordRefused) as caught:
        await update(
            shop.connection, "Customer", record_id, {}, user, CLOCK, expected_updated_at="2020-01-01T00:00:00Z"
        )
    assert caught.value.code == "conflict"
    assert codes(caught.value) == {("", "stale")}


async def test_an_empty_text_is_no_value(shop: Workshop) -> None:
    assert (await shop.customer(notes="  ", phone=""))["phone"] is None


@pytest.mark.parametrize("value", [5, "5", "5.00", 5.0])
async def test_money_is_read_from_numbers_and_texts_alike(shop: Workshop, value: Any) -> None:
    assert (await shop.order(tax=value))["tax"] == "5.00"


async def test_every_type_goes_in_and_comes_out(shop: Workshop) -> None:
    fields = [
        add_field("Customer", "count", type="integer"),
        add_field("Customer", "ratio", type="decimal", scale=6),
        add_field("Customer", "vip", type="boolean", default=False),
        add_field("Customer", "since", type="date"),
        add_field("Customer", "seen", type="datetime"),
        add_field("Customer", "parent", type="ref", target="Customer"),
        add_field("Customer", "ticket", type="sequence", prefix="T-", digits=3),
    ]
    await shop.become(patched(shop.manifest, *fields))
    parent = await shop.customer()
    values: dict[str, Any] = {
        "count": 9007199254740991,
        "ratio": "0.125",
        "vip": True,
        "since": "2020-02-29",
        "seen": "2026-03-31T11:30:00+02:00",
        "parent": parent["id"],
    }
    made = await shop.customer(**values)
    again = await shop.read("Customer", made["id"])
    assert {name: again[name] for name in values} == values | {"seen": "2026-03-31T09:30:00Z"}
    assert (parent["ticket"], again["ticket"], parent["vip"]) == ("T-001", "T-002", False)


async def test_a_warning_does_not_refuse(shop: Workshop) -> None:
    await shop.become(patched(shop.manifest, add_rule("Customer", "polite", "notes != null", severity="warning")))
    made = await shop.customer()
    assert made["_warnings"] == [{"rule": "polite", "message": {"en": "polite is broken.", "zh": "polite 不成立。"}}]
    assert "_warnings" not in await shop.customer(notes="Hello.")


async def test_a_rule_sees_the_record_before(shop: Workshop) -> None:
    rule = add_rule("Customer", "named_once", "old.name == null || name == old.name", on=["update"])
    await shop.become(patched(shop.manifest, rule))
    made = await shop.customer()
    await shop.update("Customer", made["id"], {"notes": "x"})
    with pytest.raises(RecordRefused, match="named_once is broken"):
        await shop.update("Customer", made["id"], {"name": "Other"})


async def test_a_rule_about_a_number_waits_until_it_is_drawn(shop: Workshop) -> None:
    rule = add_rule("Order", "early", "orderNumber != null && orderNumber <= 'ORD-000001' && id != null")
    await shop.become(patched(shop.manifest, rule))
    customer = await shop.customer()
    await shop.order(customer)
    refused = await shop.refused("Order", {"customer": customer["id"]})
    assert (refused.code, codes(refused)) == ("invalid", {("", "rule_broken")})


async def test_a_rule_on_delete_keeps_the_record(shop: Workshop) -> None:
    await shop.become(patched(shop.manifest, add_rule("Customer", "keep", "status == 'archived'", on=["delete"])))
    made = await shop.customer()
    with pytest.raises(RecordRefused, match="keep is broken"):
        await shop.delete("Customer", made["id"])
    await shop.update("Customer", made["id"], {"status": "archived"})
    await shop.delete("Customer", made["id"])


async def test_references_do_what_they_say_when_their_target_goes(shop: Workshop) -> None:
    await shop.become(
        patched(
            shop.manifest,
            add_field("Customer", "agent", type="ref", target="Customer", on_delete="set_null"),
            add_field("Customer", "owner", type="ref", target="Customer", on_delete="cascade"),
        )
    )
    agent, owner = await shop.customer(), await shop.customer()
    served, owned = await shop.customer(agent=agent["id"]), await shop.customer(owner=owner["id"])
    await shop.delete("Customer", agent["id"])
    assert (await shop.read("Customer", served["id"]))["agent"] is None
    await shop.delete("Customer", owner["id"])
    with pytest.raises(RecordRefused) as caught:
        await shop.read("Customer", owned["id"])
    assert caught.value.code == "not_found"


async def test_few_statements_per_call(shop: Workshop) -> None:
    taken: list[str] = []
    customer, order = await shop.customer(), await shop.order()
    shop.connection.add_query_logger(lambda record: taken.append(record.query))

    async def count(work: Any) -> int:
        taken.clear()
        await work
        # The logger is called on the loop's next turn.
        await asyncio.sleep(0)
        return len(taken)

    assert await count(shop.customer()) == 1
    assert await count(shop.order(customer)) == 2
    assert await count(shop.read("Order", order["id"])) == 1
    assert await count(shop.update("Order", order["id"], {"notes": "x"})) == 2
    assert await count(shop.transition("Order", order["id"], "confirmed")) == 3
    assert await count(shop.query("Order")) == 1
    assert await count(shop.delete("Order", order["id"])) == 1
