"""What the CRM looks like, for whoever asks."""

from tests.services.crm.hosting import ADAM, LOYALTY, SALLY, Host
from tests.services.edge import problem


async def test_the_manifest_says_what_is_live(host: Host) -> None:
    version = await host.publish(LOYALTY)
    answer = (await host.get("/manifest", SALLY)).json()
    assert (answer["host_sequence"], answer["live"]) == (2, [version.model_dump(mode="json")])
    customer = next(one for one in answer["manifest"]["entities"] if one["name"] == "Customer")
    assert "loyaltyTier" in [one["definition"]["name"] for one in customer["fields"]]


async def test_a_published_field_is_on_the_form(host: Host) -> None:
    before = (await host.get("/views/Customer/form", SALLY)).json()
    await host.publish(LOYALTY)
    after = (await host.get("/views/Customer/form", SALLY)).json()
    names = [one["name"] for one in after["fields"]]
    assert [name for name in names if name not in [one["name"] for one in before["fields"]]] == ["loyaltyTier"]


async def test_labels_are_in_the_language_asked_for(host: Host) -> None:
    english = (await host.get("/views/Customer/list", ADAM)).json()
    chinese = (await host.get("/views/Customer/list", ADAM, language="zh")).json()
    assert english["columns"][0]["label"] == "Name"
    assert chinese["columns"][0]["label"] == "名称"
    menus = (await host.get("/menus", ADAM, language="zh")).json()["items"]
    assert [menu["label"] for menu in menus] == ["客户", "订单", "资金往来"]


async def test_what_a_trigger_tells_a_role_is_told_to_its_people(host: Host) -> None:
    told = {"action": "notify", "role": "sales", "message": {"en": "A new customer.", "zh": "有新客户。"}}
    trigger = {"name": "telling", "on": ["create"], "actions": [told]}
    patch = {**LOYALTY, "operations": [{"op": "add_trigger", "entity": "Customer", "trigger": trigger}]}
    await host.publish(patch)
    customer = await host.customer()
    (notice,) = (await host.get("/views/notices", SALLY)).json()["items"]
    assert (notice["entity"], notice["record_id"]) == ("Customer", customer["id"])
    assert notice["message"] == told["message"]
    assert (await host.get("/views/notices", ADAM)).json()["items"] == []


async def test_a_page_of_what_does_not_exist_is_not_found(host: Host) -> None:
    assert problem(await host.get("/views/Custmer/list", ADAM)) == (404, "unknown_entity")
