"""Releases: published, withdrawn, published again, and refused."""

from shared.contracts.publishing import ReleaseAuthorised
from tests.services.crm.hosting import ADAM, LOYALTY, SALLY, Host, version_of
from tests.services.edge import problem

LARGE = {"items": [{"product": "Crane", "quantity": 1, "unitPrice": "20000"}], "orderDate": "2026-03-02"}


async def test_a_published_module_is_there_for_the_next_request(host: Host) -> None:
    customer = await host.customer()
    await host.told()
    version = await host.publish(LOYALTY)
    (event,) = await host.told()
    assert (event["topic"], event["host_sequence"], event["findings"]) == ("crm.activated", 2, [])
    assert event["live"] == [version.model_dump(mode="json")]
    assert event["cause"]["on_behalf_of"]["name"] == "anna"
    refused = await host.patch(f"/crm/Customer/{customer['id']}", SALLY, {"loyaltyTier": "platinum"})
    assert problem(refused) == (422, "not_an_option")
    large = await host.post("/crm/Order", SALLY, customer=customer["id"], **LARGE)
    assert problem(large) == (422, "rule_broken")
    assert "delivery note" in large.json()["detail"]
    accepted = await host.post("/crm/Order", SALLY, customer=customer["id"], deliveryNote="Gate 3", **LARGE)
    assert accepted.status_code == 201


async def test_withdrawn_values_are_parked_and_come_back(host: Host) -> None:
    (genesis,) = await host.told()
    customer = await host.customer()
    path = f"/crm/Customer/{customer['id']}"
    version = await host.publish(LOYALTY)
    await host.patch(path, SALLY, {"loyaltyTier": "gold"})
    (activated,) = await host.told()
    await host.unpublish(version)
    (deactivated,) = await host.told()
    assert (deactivated["topic"], deactivated["host_sequence"], deactivated["live"]) == ("crm.deactivated", 3, [])
    for name in ("manifest_fingerprint", "schema_fingerprint"):
        assert deactivated[name] == genesis[name] != activated[name]
    assert "loyaltyTier" not in (await host.get(path, ADAM)).json()
    large = await host.post("/crm/Order", SALLY, customer=customer["id"], **LARGE)
    assert large.status_code == 201
    await host.publish(LOYALTY, version)
    (again,) = await host.told()
    assert again["schema_fingerprint"] == activated["schema_fingerprint"]
    assert (await host.get(path, ADAM)).json()["loyaltyTier"] == "gold"
    # The large order of the meantime has no note: it stays, and the host says so.
    (finding,) = again["findings"]
    assert (finding["rule"], finding["count"]) == ("large_orders_need_a_delivery_note", 1)
    assert finding["sample"] == [large.json()["id"]]


async def test_the_same_release_again_changes_nothing(host: Host) -> None:
    version = version_of(LOYALTY)
    order = host.order("publish", version, [version], LOYALTY)
    await host.hear(order)
    await host.told()
    again = ReleaseAuthorised.model_validate(order.model_dump(exclude={"id"}))
    await host.hear(again, order)
    assert await host.told() == []
    assert (await host.get("/manifest", ADAM)).json()["host_sequence"] == 2


async def test_a_release_from_another_live_set_is_refused(host: Host) -> None:
    await host.publish(LOYALTY)
    await host.told()
    host.live = ()
    other = version_of(LOYALTY)
    await host.hear(host.order("publish", other, [other], LOYALTY))
    (event,) = await host.told()
    assert (event["topic"], event["code"]) == ("crm.activation_failed", "base_moved")
    assert (await host.get("/manifest", ADAM)).json()["host_sequence"] == 2


async def test_a_patch_that_is_not_what_was_approved_is_refused(host: Host) -> None:
    version = version_of(LOYALTY).model_copy(update={"content_hash": "sha256:" + "0" * 64})
    await host.told()
    await host.hear(host.order("publish", version, [version], LOYALTY))
    (event,) = await host.told()
    assert event["code"] == "content_hash_mismatch"
    assert event["params"]["expected"] == version.content_hash


async def test_a_patch_that_does_not_apply_leaves_everything_as_it_was(host: Host) -> None:
    before = (await host.get("/manifest", ADAM)).json()
    broken = LOYALTY | {"operations": [{"op": "remove_field", "entity": "Customer", "field": "shoeSize"}]}
    version = version_of(broken)
    await host.told()
    await host.hear(host.order("publish", version, [version], broken))
    (event,) = await host.told()
    assert (event["code"], event["params"]["pointer"]) == ("field_unknown", "/operations/0/field")
    assert (await host.get("/manifest", ADAM)).json() == before


async def test_a_schema_that_somebody_changed_by_hand_is_refused(host: Host) -> None:
    await host.told()
    await host.execute('ALTER TABLE crm."Customer" ADD COLUMN "byHand" text')
    version = version_of(LOYALTY)
    await host.hear(host.order("publish", version, [version], LOYALTY))
    (event,) = await host.told()
    assert event["code"] == "schema_drifted"


async def test_a_newer_version_takes_the_place_of_the_old_and_back(host: Host) -> None:
    customer = await host.customer()
    path = f"/crm/Customer/{customer['id']}"
    first = await host.publish(LOYALTY)
    await host.patch(path, SALLY, {"loyaltyTier": "gold"})
    newer = LOYALTY | {"operations": LOYALTY["operations"][1:]}
    second = version_of(newer, 2, first.module_id)
    await host.told()
    await host.hear(host.order("publish", second, [second], newer))
    host.live = (second,)
    (event,) = await host.told()
    assert (event["topic"], event["live"]) == ("crm.activated", [second.model_dump(mode="json")])
    assert "loyaltyTier" not in (await host.get(path, ADAM)).json()
    await host.hear(host.order("rollback", first, [first], LOYALTY))
    (event,) = await host.told()
    assert (event["topic"], event["live"]) == ("crm.activated", [first.model_dump(mode="json")])
    assert (await host.get(path, ADAM)).json()["loyaltyTier"] == "gold"


async def test_a_module_that_another_needs_stays(host: Host) -> None:
    loyalty = await host.publish(LOYALTY)
    field = {"type": "boolean", "name": "vip", "default": False}
    rule = {"name": "vip_is_gold", "expression": "vip != true || loyaltyTier == 'gold'"}
    message = {"en": "A VIP has the gold tier.", "zh": "VIP 必须是金牌会员。"}
    operations = [
        {"op": "add_field", "entity": "Customer", "field": field},
        {"op": "add_rule", "entity": "Customer", "rule": rule | {"message": message}},
    ]
    header = {"name": "vip", "title": {"en": "VIP", "zh": "贵宾"}}
    later = await host.publish({"patch": "1", "module": header, "operations": operations})
    await host.told()
    await host.hear(host.order("unpublish", loyalty, [later], None))
    (event,) = await host.told()
    assert (event["topic"], event["code"]) == ("crm.activation_failed", "field_unknown")
    assert event["params"]["module"] == "vip"
    assert (await host.get("/manifest", ADAM)).json()["host_sequence"] == 3
