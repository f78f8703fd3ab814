"""Records over HTTP: found, changed, refused."""

from typing import Any
from uuid import uuid4

from tests.services.crm.hosting import ADAM, MAX, NOBODY, SALLY, Host
from tests.services.edge import problem


async def test_a_record_is_created_read_changed_and_deleted(host: Host) -> None:
    created = await host.post("/crm/Customer", SALLY, name="Acme", email="a@acme.example")
    assert created.status_code == 201
    path = f"/crm/Customer/{created.json()['id']}"
    assert created.headers["location"] == f"/api/v1{path}"
    read = await host.get(path, MAX)
    assert (read.json()["status"], read.headers["etag"]) == ("active", created.headers["etag"])
    changed = await host.patch(path, SALLY, {"phone": "+44 20 7946 0018"})
    assert changed.json()["phone"] == "+44 20 7946 0018"
    assert changed.headers["etag"] != created.headers["etag"]
    assert (await host.delete(path, ADAM)).status_code == 204
    assert problem(await host.get(path, MAX)) == (404, "record_missing")


async def test_all_that_is_wrong_is_said_at_once_in_both_languages(host: Host) -> None:
    answer = await host.post("/crm/Customer", SALLY, email="nowhere", status="asleep", shoeSize=44)
    assert problem(answer) == (422, "invalid")
    problems = {one["field"]: one for one in answer.json()["problems"]}
    assert {name: one["code"] for name, one in problems.items()} == {
        "name": "required",
        "email": "bad_format",
        "status": "not_an_option",
        "shoeSize": "unknown_field",
    }
    assert problems["name"]["pointer"] == "/name"
    assert problems["name"]["message"] == {"en": "Name is required.", "zh": "名称为必填项。"}


async def test_what_a_role_may_not_do_is_forbidden(host: Host) -> None:
    customer = await host.customer()
    path = f"/crm/Customer/{customer['id']}"
    assert problem(await host.patch(path, MAX, {"name": "Other"})) == (403, "forbidden")
    assert problem(await host.delete(path, SALLY)) == (403, "forbidden")
    assert problem(await host.get(path, NOBODY)) == (403, "forbidden")


async def test_without_a_token_nothing_is_answered(host: Host) -> None:
    assert problem(await host.client.get("/crm/Customer")) == (401, "token_missing")


async def test_a_change_of_what_somebody_changed_meanwhile_is_refused(host: Host) -> None:
    customer = await host.customer()
    path = f"/crm/Customer/{customer['id']}"
    tag = (await host.get(path, SALLY)).headers["etag"]
    assert (await host.patch(path, SALLY, {"company": "Acme Ltd"}, **{"if-match": tag})).status_code == 200
    stale = await host.patch(path, SALLY, {"company": "Acme plc"}, **{"if-match": tag})
    assert problem(stale) == (409, "record_changed")
    assert problem(await host.delete(path, ADAM, **{"if-match": tag})) == (409, "record_changed")
    now = stale.json()["params"]["etag"]
    assert (await host.delete(path, ADAM, **{"if-match": now})).status_code == 204


async def test_an_order_goes_through_its_states_only(host: Host) -> None:
    customer = await host.customer()
    order = (await host.post("/crm/Order", SALLY, customer=customer["id"])).json()
    path = f"/crm/Order/{order['id']}"
    assert problem(await host.post(f"{path}/transition", SALLY, to="shipped")) == (409, "transition_missing")
    confirmed = await host.post(f"{path}/transition", SALLY, to="confirmed")
    assert confirmed.json()["status"] == "confirmed"
    timeline = (await host.get("/views/OrderTracking/timeline", SALLY, record=order["id"])).json()
    assert [one["value"] for one in timeline["entries"]] == ["pending", "confirmed"]


async def test_a_record_that_others_need_stays(host: Host) -> None:
    customer = await host.customer()
    await host.post("/crm/Order", SALLY, customer=customer["id"])
    assert problem(await host.delete(f"/crm/Customer/{customer['id']}", ADAM)) == (409, "still_referenced")


async def test_lists_are_filtered_sorted_and_paged(host: Host) -> None:
    first = (await host.get("/crm/Order", MAX, sort="total", limit=2)).json()
    second = (await host.get("/crm/Order", MAX, sort="total", limit=2, cursor=first["next"])).json()
    totals = [float(one["total"]) for one in [*first["items"], *second["items"]]]
    assert (totals, second["next"], len(totals)) == (sorted(totals), None, 4)
    active = (await host.get("/crm/Customer", MAX, **{"filter[status]": "active"})).json()["items"]
    assert {one["status"] for one in active} == {"active"}
    large = (await host.get("/crm/Order", MAX, **{"filter[total][gt]": "3000"})).json()["items"]
    assert large
    assert all(float(one["total"]) > 3000 for one in large)


async def test_a_parameter_that_means_nothing_is_refused(host: Host) -> None:
    answer = await host.get("/crm/Customer", MAX, status="active")
    assert problem(answer) == (422, "parameter_unknown")
    assert answer.json()["suggestion"] == "filter[status]"


async def test_what_does_not_exist_is_not_found(host: Host) -> None:
    assert problem(await host.get("/crm/Custmer", MAX)) == (404, "unknown_entity")
    assert problem(await host.get(f"/crm/Customer/{uuid4()}", MAX)) == (404, "record_missing")
    assert (await host.get("/crm/Customer/7", MAX)).status_code == 422


async def test_documents_and_seeds_are_read_on_this_connection_too(host: Host) -> None:
    """It reads JSON by itself, which the engine's own does not."""
    field = {"name": "extra", "type": "json"}
    operations: list[dict[str, Any]] = [{"op": "add_field", "entity": "Customer", "field": field}]
    module = {"name": "extras", "title": {"en": "Extras", "zh": "附加"}}
    for company in ("Acme", "Acme Ltd"):
        row = {"name": "acme", "values": {"name": "Acme", "email": "a@seed.example", "company": company}}
        seeded = [*operations, {"op": "seed", "entity": "Customer", "rows": [row]}]
        version = await host.publish({"patch": "1", "module": module, "operations": seeded})
        (seed,) = (await host.get("/crm/Customer", MAX, **{"filter[email]": "a@seed.example"})).json()["items"]
        assert seed["company"] == company
        customer = await host.customer(extra={"a": [1]})
        assert (await host.get(f"/crm/Customer/{customer['id']}", MAX)).json()["extra"] == {"a": [1]}
        await host.unpublish(version)
