"""References to many records, and references to a record of one of several entities."""

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.crm import base_manifest
from shared.engine import Application, RecordRefused, User, apply_plan, plan
from tests.engine.workshop import ADMIN, CLOCK, NOBODY, Record, Workshop, add_field, codes, patched

FRIENDS = add_field("Customer", "friends", type="many_to_many", target="Customer", max_items=3)
ORDERS = add_field("Customer", "watched", type="many_to_many", target="Order", required=True)
ABOUT = add_field("Customer", "about", type="ref_any", targets=["Customer", "Order"])


@pytest.fixture
async def linked(shop: Workshop) -> Workshop:
    await shop.become(patched(shop.manifest, FRIENDS, ABOUT))
    return shop


async def ids(shop: Workshop, where: Record) -> list[str]:
    return [one["id"] for one in (await shop.query("Customer", where=where, sort="name")).items]


async def test_many_references_are_a_list_of_ids(linked: Workshop) -> None:
    first, second = await linked.customer(name="First"), await linked.customer(name="Second")
    made = await linked.customer(friends=[second["id"], first["id"]])
    assert made["friends"] == [second["id"], first["id"]]
    again = await linked.read("Customer", made["id"])
    assert json.loads(json.dumps(again)) == again
    assert (again["friends"], again["_titles"]) == (made["friends"], {"friends": ["Second", "First"]})
    assert (await linked.query("Customer", where={"name": "Harbour"})).items == [again]
    assert first["friends"] == []

    await linked.update("Customer", made["id"], {"notes": "x"})
    assert (await linked.read("Customer", made["id"]))["friends"] == made["friends"]
    changed = await linked.update("Customer", made["id"], {"friends": [first["id"], made["id"]]})
    assert changed["friends"] == [first["id"], made["id"]]
    assert (await linked.update("Customer", made["id"], {"friends": None}))["friends"] == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("friends", "x", "not_references"),
        ("friends", ["x"], "not_a_reference"),
        ("friends", [NOBODY, NOBODY], "referred_twice"),
        ("friends", [NOBODY], "reference_missing"),
        ("friends", [NOBODY.replace("0000-4", f"000{n}-4") for n in range(4)], "too_many_links"),
        ("about", "Harbour", "not_somewhere"),
        ("about", {"entity": "Order"}, "not_somewhere"),
        ("about", {"id": NOBODY}, "not_somewhere"),
        ("about", 5, "not_somewhere"),
        ("about", f"OrderTracking/{NOBODY}", "not_a_target"),
        ("about", f"Order/{NOBODY}", "reference_missing"),
    ],
)
async def test_what_leads_nowhere_is_refused_in_both_languages(
    linked: Workshop, name: str, value: Any, code: str
) -> None:
    refused = await linked.refused("Customer", {"name": "A", "email": "a@b.example", name: value})
    assert (name, code) in codes(refused)
    assert {one.field for one in refused.problems} == {name}
    made = await linked.customer()
    with pytest.raises(RecordRefused) as caught:
        await linked.update("Customer", made["id"], {name: value})
    assert (name, code) in codes(caught.value)
    message = caught.value.problems[0].message
    assert message["en"] != message["zh"]
    assert "{" not in message["en"] + message["zh"]


async def test_a_required_list_of_references_is_asked_for(shop: Workshop) -> None:
    manifest = patched(shop.manifest, ORDERS)
    order = await shop.order()
    findings = await shop.become(manifest)
    assert findings == []
    assert codes(await shop.refused("Customer", {"name": "A", "email": "a@b.example"})) == {("watched", "required")}
    assert (await shop.customer(watched=[order["id"]]))["watched"] == [order["id"]]


async def test_who_is_referred_to_stays_and_who_refers_may_go(linked: Workshop) -> None:
    friend, order = await linked.customer(), await linked.order()
    made = await linked.customer(friends=[friend["id"]], about=f"Order/{order['id']}")
    for entity, record in (("Customer", friend), ("Order", order)):
        with pytest.raises(RecordRefused) as caught:
            await linked.delete(entity, record["id"])
        assert [(one.code, one.params) for one in caught.value.problems] == [
            ("still_referenced", {"count": 1, "by": "Customer"})
        ]
    await linked.delete("Customer", made["id"])
    await linked.delete("Customer", friend["id"])
    await linked.delete("Order", order["id"])


async def test_a_record_that_refers_to_itself_may_go(linked: Workshop) -> None:
    made = await linked.customer()
    await linked.update("Customer", made["id"], {"friends": [made["id"]], "about": f"Customer/{made['id']}"})
    await linked.delete("Customer", made["id"])


async def test_a_reference_to_anything_says_to_what(linked: Workshop) -> None:
    order, other = await linked.order(), await linked.customer(name="Other")
    made = await linked.customer(about={"entity": "Order", "id": order["id"]})
    assert made["about"] == {"entity": "Order", "id": order["id"]}
    again = await linked.read("Customer", made["id"])
    assert (again["about"], again["_titles"]) == (made["about"], {"about": order["orderNumber"]})
    assert (await linked.update("Customer", made["id"], {"notes": "x"}))["about"] == made["about"]
    changed = await linked.update("Customer", made["id"], {"about": f"Customer/{other['id']}"})
    assert changed["about"] == {"entity": "Customer", "id": other["id"]}
    assert (await linked.read("Customer", made["id"]))["_titles"] == {"about": "Other"}
    assert (await linked.update("Customer", made["id"], {"about": None}))["about"] is None


async def test_records_are_found_by_what_they_refer_to(linked: Workshop) -> None:
    order = await linked.order()
    first = await linked.customer(name="1", about=f"Order/{order['id']}")
    second = await linked.customer(name="2", friends=[first["id"]])
    third = await linked.customer(name="3", friends=[first["id"], second["id"]])
    assert await ids(linked, {"friends": {"contains": first["id"]}}) == [second["id"], third["id"]]
    assert await ids(linked, {"friends": {"in": [second["id"], third["id"]]}}) == [third["id"]]
    assert await ids(linked, {"friends": {"ne": None}}) == [second["id"], third["id"]]
    assert await ids(linked, {"friends": {"ne": first["id"]}, "name": {"in": ["1", "2"]}}) == [first["id"]]
    assert await ids(linked, {"about": f"Order/{order['id']}"}) == [first["id"]]
    assert await ids(linked, {"about": {"entity": "Order", "id": order["id"]}}) == [first["id"]]
    assert await ids(linked, {"about": {"ne": None}}) == [first["id"]]
    for where, code in (
        ({"friends": {"lt": first["id"]}}, "unknown_filter"),
        ({"friends": {"contains": "x"}}, "not_a_reference"),
        ({"about": {"lt": "x"}}, "unknown_filter"),
    ):
        with pytest.raises(RecordRefused) as caught:
            await ids(linked, where)
        assert {one.code for one in caught.value.problems} == {code}


async def test_titles_that_may_not_be_seen_are_not_told(linked: Workshop) -> None:
    order = linked.manifest.visible_entities["Order"]
    none = tuple(one.having(removed=one.grant.role == "sales") for one in order.grants)
    await linked.become(linked.manifest.with_entity(order.having(grants=none)))
    bought = await linked.order()
    made = await linked.customer(about=f"Order/{bought['id']}", friends=[bought["customer"]])
    sales = User(id="2", name="Li Na", roles=("sales",))
    read = await linked.read("Customer", made["id"], sales)
    assert read["_titles"] == {"friends": ["Harbour"]}
    assert read["about"] == made["about"]


async def test_withdrawn_they_leave_no_trace_and_come_back(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    with_links = patched(base, FRIENDS, ABOUT)
    await shop.become(with_links)
    live = await shop.fingerprint()
    friend, gone = await shop.customer(), await shop.customer()
    made = await shop.customer(friends=[friend["id"], gone["id"]], about=f"Customer/{gone['id']}")
    await shop.become(base)
    assert await shop.fingerprint() == before
    await shop.delete("Customer", gone["id"])

    findings = await shop.become(with_links)
    assert {(one["field"], one["code"], *one["sample"]) for one in findings} == {
        ("about", "reference_missing", made["id"]),
        ("friends", "reference_missing", made["id"]),
    }
    assert await shop.fingerprint() == live
    again = await shop.read("Customer", made["id"])
    assert again["friends"] == [friend["id"], gone["id"]]
    assert again["_titles"] == {"friends": ["Harbour", None]}
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", made["id"], {"notes": "x"})
    assert codes(caught.value) == {("about", "reference_missing"), ("friends", "reference_missing")}
    await shop.update("Customer", made["id"], {"about": None, "friends": [friend["id"]]})


async def test_an_entity_that_is_no_target_any_longer_is_found(shop: Workshop) -> None:
    base = shop.manifest
    await shop.become(patched(base, ABOUT))
    order = await shop.order()
    made = await shop.customer(about=f"Order/{order['id']}")
    findings = await shop.become(patched(base, ABOUT | {"field": ABOUT["field"] | {"targets": ["Customer"]}}))
    assert {(one["field"], one["code"], *one["sample"]) for one in findings} == {
        ("about", "not_a_target", made["id"]),
        ("about", "reference_missing", made["id"]),
    }
    assert (await shop.read("Customer", made["id"]))["about"] == {"entity": "Order", "id": order["id"]}


async def test_whoever_deletes_waits_for_whoever_refers(engine_url: str) -> None:
    """No foreign key watches over a reference to anything."""
    schema, manifest = "referring", patched(base_manifest(), ABOUT)
    first, second = await asyncpg.connect(engine_url), await asyncpg.connect(engine_url)
    await apply_plan(first, plan(None, manifest, schema))
    application = Application(manifest, schema)
    values = {"name": "Harbour", "email": "o@harbour.example"}
    friend = await application.create(first, "Customer", values, ADMIN, CLOCK)
    writing = first.transaction()
    await writing.start()
    about = {"about": f"Customer/{friend['id']}"}
    await application.create(first, "Customer", values | about, ADMIN, CLOCK)
    deleting = asyncio.create_task(application.delete(second, "Customer", UUID(friend["id"]), ADMIN, CLOCK))
    done, _ = await asyncio.wait({deleting}, timeout=0.2)
    await writing.commit()
    with pytest.raises(RecordRefused) as caught:
        await deleting
    assert (done, codes(caught.value)) == (set(), {("", "still_referenced")})
    await first.execute(f"DROP SCHEMA {schema} CASCADE")
    await first.close()
    await second.close()


async def test_views_name_the_targets(linked: Workshop) -> None:
    form = {one["name"]: one for one in linked.application.form_view("Customer", ADMIN)["fields"]}
    assert json.loads(json.dumps(form)) == form
    assert [form["friends"][name] for name in ("widget", "target", "max_items")] == ["records", "Customer", 3]
    assert [form["about"][name] for name in ("widget", "targets")] == ["any_record", ["Customer", "Order"]]
