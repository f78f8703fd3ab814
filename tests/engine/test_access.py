"""Grants: a role sees and writes what it is granted, to the field."""

import pytest

from shared.engine import RecordRefused, User
from tests.engine.workshop import Workshop, codes, patched

SALES = User(id="2", name="Li Na", roles=("sales",))
MANAGER = User(id="3", name="Wang", roles=("manager",))
STRANGER = User(id="4", name="Who", roles=())


async def test_without_a_grant_everything_is_forbidden(shop: Workshop) -> None:
    made = await shop.customer()
    for work in (
        shop.read("Customer", made["id"], STRANGER),
        shop.query("Customer", STRANGER),
        shop.update("Customer", made["id"], {}, STRANGER),
        shop.delete("Customer", made["id"], SALES),
        shop.create("Customer", {}, MANAGER),
    ):
        with pytest.raises(RecordRefused) as caught:
            await work
        assert (caught.value.code, codes(caught.value)) == ("forbidden", {("", "forbidden")})


async def test_a_refusal_names_the_roles_that_may(shop: Workshop) -> None:
    refused = await shop.refused("Customer", {}, MANAGER)
    assert refused.problems[0].params["needs"] == ["admin", "sales"]
    assert refused.problems[0].message == {"en": "Your role may not create Customers.", "zh": "您的角色无权新建客户。"}


async def test_roles_add_up(shop: Workshop) -> None:
    both = User(id="5", name="Both", roles=("manager", "accountant"))
    made = await shop.customer()
    assert await shop.read("Customer", made["id"], both)
    await shop.create(
        "FinancialTransaction",
        {"customer": made["id"], "type": "receipt", "amount": 1, "paymentMethod": "cash"},
        both,
    )


async def test_a_field_with_grants_of_its_own_is_for_the_roles_they_name(shop: Workshop) -> None:
    notes = {"op": "grant", "entity": "Customer", "role": "admin", "field": "notes", "allow": ["view", "edit"]}
    await shop.become(patched(shop.manifest, notes))
    made = await shop.customer(notes="Secret.")
    assert (await shop.read("Customer", made["id"]))["notes"] == "Secret."
    seen = await shop.read("Customer", made["id"], SALES)
    assert "notes" not in seen
    assert seen["name"] == "Harbour"
    assert "notes" not in [one["name"] for one in shop.application.form_view("Customer", SALES)["fields"]]
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", made["id"], {"notes": "Mine."}, SALES)
    assert codes(caught.value) == {("notes", "forbidden_field")}
    with pytest.raises(RecordRefused) as caught:
        await shop.query("Customer", SALES, where={"notes": "Secret."})
    assert codes(caught.value) == {("notes", "unknown_field")}
    await shop.update("Customer", made["id"], {"phone": "+44 20 7946 0018"}, SALES)
    assert (await shop.read("Customer", made["id"]))["notes"] == "Secret."


async def test_the_title_of_a_record_that_may_not_be_seen_is_not_told(shop: Workshop) -> None:
    made = await shop.customer()
    accountant = User(id="6", name="Zhou", roles=("accountant",))
    values = {"customer": made["id"], "type": "receipt", "amount": 1, "paymentMethod": "cash"}
    transaction = await shop.create("FinancialTransaction", values)
    mine = await shop.read("FinancialTransaction", transaction["id"])
    theirs = await shop.read("FinancialTransaction", transaction["id"], accountant)
    assert mine["_titles"] == {"customer": "Harbour"}
    assert "Harbour" not in str(theirs)
