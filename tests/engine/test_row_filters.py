"""Rights to some records only: nothing of the others is seen or touched, by no way; and the system sees them all."""

from typing import Any
from uuid import UUID

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, User
from shared.engine.connection import Connection
from shared.patch import Manifest
from tests.engine.workshop import ADMIN, CLOCK, NOBODY, Record, Workshop, add_field, add_rule, codes, patched

LI = User(id="li", name="Li Na", roles=("sales",))
MA = User(id="ma", name="Ma Jun", roles=("sales",))
OWNER = add_field("Customer", "owner", type="text")
ORDERS: Record = {"entity": "Order", "by": "customer", "find": "count"}


def without(entity: str, role: str) -> Record:
    return {"op": "remove_part", "entity": entity, "part": {"kind": "grant", "role": role}}


def granting(entity: str, allow: list[str], where: str | None = None, role: str = "sales", **grant: Any) -> Record:
    condition = {} if where is None else {"where": where}
    return {"op": "grant", "entity": entity, "role": role, "allow": allow, **condition, **grant}


def owned(*operations: Record) -> Manifest:
    """Sales see and edit their own customers, may delete those that are inactive, and create any."""
    base = patched(base_manifest(), OWNER, without("Customer", "sales"))
    mine = granting("Customer", ["view", "edit"], "owner == user.id")
    free = patched(base, granting("Customer", ["create"]), module="creating")
    gone = patched(free, granting("Customer", ["delete"], "status == 'inactive'"), module="deleting")
    return patched(gone, mine, *operations, module="owning")


async def installed(connection: Connection, *operations: Record) -> Workshop:
    return await Workshop.installed(connection, owned(*operations))


async def refused(work: Any) -> RecordRefused:
    with pytest.raises(RecordRefused) as caught:
        await work
    return caught.value


async def test_only_the_records_of_which_the_filter_is_true_are_read(connection: Connection) -> None:
    shop = await installed(connection)
    mine, theirs = await shop.customer(name="A", owner="li"), await shop.customer(name="B", owner="ma")
    nobodys = await shop.customer(name="C")
    assert (await shop.read("Customer", mine["id"], LI))["name"] == "A"
    for hidden in (theirs, nobodys):
        told = await refused(shop.read("Customer", hidden["id"], LI))
        assert (told.code, codes(told)) == ("not_found", {("", "record_missing")})
    assert [one["name"] for one in (await shop.query("Customer", LI)).items] == ["A"]
    assert [one["name"] for one in (await shop.query("Customer", MA)).items] == ["B"]
    assert len((await shop.query("Customer")).items) == 3


async def test_pages_and_filters_stay_within_what_may_be_seen(connection: Connection) -> None:
    shop = await installed(connection)
    for number in range(6):
        await shop.customer(name=f"N{number}", owner="li" if number % 2 else "ma")
    seen: list[str] = []
    after: str | None = None
    while True:
        page = await shop.query("Customer", LI, sort="name", limit=1, after=after)
        seen += [one["name"] for one in page.items]
        after = page.next
        if after is None:
            break
    assert seen == ["N1", "N3", "N5"]
    assert (await shop.query("Customer", LI, where={"owner": "ma"})).items == []
    assert (await shop.query("Customer", LI, where={"name": {"contains": "N"}}, sort="-name")).items[0]["name"] == "N5"


async def test_grants_add_up(connection: Connection) -> None:
    also = granting("Customer", ["view"], "industry == 'retail'", role="accountant")
    shop = await installed(connection, also)
    both = User(id="li", name="Li Na", roles=("sales", "accountant"))
    await shop.customer(name="A", owner="li")
    await shop.customer(name="B", industry="retail")
    await shop.customer(name="C")
    assert {one["name"] for one in (await shop.query("Customer", both)).items} == {"A", "B"}
    manager = User(id="li", name="Li Na", roles=("sales", "manager"))
    assert len((await shop.query("Customer", manager)).items) == 3


async def test_writing_asks_for_the_filter_of_the_act(connection: Connection) -> None:
    shop = await installed(connection)
    mine, theirs = await shop.customer(owner="li"), await shop.customer(owner="ma")
    assert (await shop.update("Customer", mine["id"], {"notes": "x"}, LI))["notes"] == "x"
    told = await refused(shop.update("Customer", theirs["id"], {"notes": "x"}, LI))
    assert (told.code, codes(told)) == ("not_found", {("", "record_missing")})
    assert (await refused(shop.update("Customer", NOBODY, {"notes": "x"}, LI))).code == "not_found"
    told = await refused(shop.delete("Customer", mine["id"], LI))
    assert (told.code, codes(told)) == ("forbidden", {("", "forbidden_record")})
    assert told.problems[0].message == {
        "en": "Customers: your role may delete some of them, but not this one.",
        "zh": told.problems[0].message["zh"],
    }
    assert "删除" in told.problems[0].message["zh"]
    assert (await refused(shop.delete("Customer", theirs["id"], LI))).code == "not_found"
    await shop.update("Customer", mine["id"], {"status": "inactive"}, LI)
    await shop.delete("Customer", mine["id"], LI)


async def test_a_record_may_leave_the_sight_of_its_writer(connection: Connection) -> None:
    """Handing over is a change like any other; a rule may forbid it."""
    shop = await installed(connection)
    made = await shop.create("Customer", {"name": "A", "email": "a@a.example", "owner": "li"}, LI)
    given = await shop.update("Customer", made["id"], {"owner": "ma"}, LI)
    assert given["owner"] == "ma"
    assert (await refused(shop.read("Customer", made["id"], LI))).code == "not_found"
    assert await shop.create("Customer", {"name": "B", "email": "b@b.example"}, LI)


FILTERS: list[tuple[str, Record, str]] = [
    ("owner == user.id && @asked > 0", ORDERS, "A"),
    ("parent.owner == user.id", {}, "B"),
    ("@asked == today", {**ORDERS, "find": "max", "value": "orderDate"}, "A"),
    ("user.name == 'Li Na' && 'sales' in user.roles && owner == user.id", {}, "A"),
]


@pytest.mark.parametrize(("where", "lookup", "seen"), FILTERS)
async def test_a_filter_sees_other_records_and_the_day(
    connection: Connection, where: str, lookup: Record, seen: str
) -> None:
    """What it asks is asked by the system: Li may see no order at all."""
    base = patched(base_manifest(), OWNER, add_field("Customer", "parent", type="ref", target="Customer"))
    closed = patched(base, without("Customer", "sales"), without("Order", "sales"), module="closing")
    granted = granting("Customer", ["view"], where, lookups={"asked": lookup} if lookup else {})
    shop = await Workshop.installed(connection, patched(closed, granted, module="owning"))
    one = await shop.customer(name="A", owner="li")
    await shop.order(one, orderDate="2026-03-31")
    await shop.customer(name="B", owner="ma", parent=one["id"])
    assert [each["name"] for each in (await shop.query("Customer", LI, clock=CLOCK)).items] == [seen]


async def test_titles_of_what_may_not_be_seen_are_not_told(connection: Connection) -> None:
    friends = add_field("Order", "friends", type="many_to_many", target="Customer")
    about = add_field("Order", "about", type="ref_any", targets=["Customer", "Order"])
    shop = await installed(connection, friends, about)
    mine, theirs = await shop.customer(name="Mine", owner="li"), await shop.customer(name="Theirs", owner="ma")
    values = {"friends": [mine["id"], theirs["id"]], "about": f"Customer/{theirs['id']}"}
    hidden = await shop.order(theirs, **values)
    await shop.order(mine, about=f"Customer/{mine['id']}")
    (listed,) = (await shop.query("Order", LI, where={"customer": theirs["id"]})).items
    for record in (await shop.read("Order", hidden["id"], LI), listed):
        assert record["_titles"] == {"friends": ["Mine", None]}
    (shown,) = (await shop.query("Order", LI, where={"customer": mine["id"]})).items
    assert shown["_titles"] == {"customer": "Mine", "about": "Mine"}
    assert (await shop.read("Order", hidden["id"]))["_titles"]["customer"] == "Theirs"


async def test_a_timeline_shows_what_may_be_seen(connection: Connection) -> None:
    recent = granting("OrderTracking", ["view"], "updatedBy == user.name")
    base = patched(base_manifest(), without("OrderTracking", "sales"))
    shop = await Workshop.installed(connection, patched(base, recent, module="owning"))
    order = await shop.order()
    await shop.transition("Order", order["id"], "confirmed", LI)
    app, record_id = shop.application, UUID(order["id"])
    theirs = await app.timeline_view(connection, "OrderTracking", record_id, LI)
    assert [one["value"] for one in theirs["entries"]] == ["confirmed"]
    assert len((await app.timeline_view(connection, "OrderTracking", record_id, ADMIN))["entries"]) == 2


async def test_a_transition_asks_for_the_right_to_edit_the_record(connection: Connection) -> None:
    base = patched(base_manifest(), without("Order", "sales"))
    all_seen = patched(base, granting("Order", ["view"]), module="viewing")
    shop = await Workshop.installed(
        connection, patched(all_seen, granting("Order", ["edit"], "total < 100"), module="o")
    )
    small, large = await shop.order(amount=1), await shop.order(amount=1000)
    assert (await shop.transition("Order", small["id"], "confirmed", LI))["status"] == "confirmed"
    told = await refused(shop.transition("Order", large["id"], "confirmed", LI))
    assert (told.code, codes(told)) == ("forbidden", {("", "forbidden_record")})


async def test_rules_and_references_see_everything(connection: Connection) -> None:
    alone = add_rule(
        "Customer",
        "alone",
        "@same == 0",
        lookups={
            "same": {"entity": "Customer", "by": "email", "equals": "email", "where": "id != this.id", "find": "count"}
        },
    )
    index = {"op": "add_index", "entity": "Customer", "index": {"name": "email", "fields": ["email"]}}
    open_only = add_rule("Order", "openOnly", "customer.owner == 'ma'")
    shop = await installed(connection, index, alone, open_only)
    theirs = await shop.customer(owner="ma")
    values = {"name": "Mine", "email": theirs["email"], "owner": "li"}
    assert codes(await shop.refused("Customer", values, LI)) == {("", "rule_broken")}
    made = await shop.create("Order", {"customer": theirs["id"]}, LI)
    assert (await shop.read("Order", made["id"]))["_titles"]
    assert not (await shop.read("Order", made["id"], LI))["_titles"]


async def test_pages_offer_what_may_be_done_with_some_records(connection: Connection) -> None:
    shop = await installed(connection)
    assert shop.application.list_view("Customer", LI)["can"] == {"create": True, "edit": True, "delete": True}
    assert "Customer" in [one["entity"] for one in shop.application.menus(LI)]


async def test_a_name_is_no_sql(connection: Connection) -> None:
    named = patched(base_manifest(), without("Customer", "sales"))
    shop = await Workshop.installed(
        connection, patched(named, granting("Customer", ["view"], "name == user.name"), module="o")
    )
    for name in ("x' OR true --", "{0} %s $1 \\' \" ;", "'; DROP TABLE x; --"):
        await shop.customer(name=name)
        user = User(id="x", name=name, roles=("sales",))
        assert [one["name"] for one in (await shop.query("Customer", user)).items] == [name]
