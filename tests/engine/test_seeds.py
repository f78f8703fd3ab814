"""Records that a module brings along: they come, change, go and come back, and what people did to them is kept."""

from typing import Any

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, empty_schema, plan, sow
from shared.engine.connection import Connection
from shared.patch.manifest import Manifest
from tests.engine.workshop import SCHEMA, Record, Workshop, add_field, add_rule, codes, patched

FIELDS: list[Record] = [
    {"name": "title", "type": "text", "required": True},
    {"name": "within", "type": "ref", "target": "Region"},
    {"name": "area", "type": "integer", "default": 1},
    {"name": "twice", "type": "integer", "computed": "area * 2"},
    {"name": "near", "type": "many_to_many", "target": "Region"},
    {"name": "about", "type": "ref_any", "targets": ["Region", "Customer"]},
    {"name": "towns", "type": "lines", "fields": [{"name": "town", "type": "text"}]},
    {"name": "number", "type": "sequence", "prefix": "R-", "digits": 2},
]
REGION: Record = {
    "op": "add_entity",
    "entity": "Region",
    "label": {"en": "Region", "zh": "地区"},
    "fields": FIELDS,
}
GRANT = {"op": "grant", "entity": "Region", "role": "admin", "allow": ["view", "create", "edit", "delete"]}
HOME = add_field("Customer", "home", type="ref", target="Region", on_delete="set_null")


def seeds(entity: str, **rows: Record) -> Record:
    return {"op": "seed", "entity": entity, "rows": [{"name": name, "values": values} for name, values in rows.items()]}


NORTH: Record = {
    "title": "North",
    "within": {"$seed": "Region.land"},
    "near": [{"$seed": "Region.land"}],
    "about": {"$seed": "Region.land"},
    "towns": [{"town": "Ice"}],
}
LAND: Record = {"title": "Land", "area": 3}


def regions(**rows: Record) -> Manifest:
    rows = rows or {"north": NORTH, "land": LAND}
    return patched(base_manifest(), REGION, GRANT, HOME, seeds("Region", **rows), module="maps")


async def by_title(shop: Workshop) -> dict[str, Record]:
    return {one["title"]: one for one in (await shop.query("Region", sort="title")).items}


async def test_seeds_are_there_with_what_they_refer_to(shop: Workshop) -> None:
    await shop.become(regions())
    found = await by_title(shop)
    north, land = found["North"], found["Land"]
    assert (north["within"], north["near"], north["about"]) == (
        land["id"],
        [land["id"]],
        {"entity": "Region", "id": land["id"]},
    )
    assert (north["towns"], north["twice"], land["twice"]) == ([{"town": "Ice"}], 2, 6)
    assert sorted((north["number"], land["number"])) == ["R-01", "R-02"]
    assert not plan(regions(), regions(), SCHEMA)


async def test_a_seed_has_the_same_id_wherever_it_is_sown(shop: Workshop) -> None:
    await shop.become(regions())
    first = await by_title(shop)
    await empty_schema(shop.connection, SCHEMA)
    assert await by_title(shop) == {}
    await sow(shop.connection, shop.manifest, SCHEMA)
    again = await by_title(shop)
    assert {name: one["id"] for name, one in again.items()} == {name: one["id"] for name, one in first.items()}


async def test_seeds_of_an_entity_that_stays_go_and_come_back_as_they_were(shop: Workshop) -> None:
    row = {"name": "Walk-in", "email": "walk@in.example"}
    base, before = shop.manifest, await shop.fingerprint()
    seeded = patched(base, seeds("Customer", walk_in=row))
    await shop.become(seeded)
    (made,) = (await shop.query("Customer")).items
    assert made["name"] == "Walk-in"
    await shop.update("Customer", made["id"], {"notes": "By people."})
    other = await shop.customer()

    await shop.become(base)
    assert await shop.fingerprint() == before
    assert [one["id"] for one in (await shop.query("Customer")).items] == [other["id"]]

    assert await shop.become(seeded) == []
    again = await shop.read("Customer", made["id"])
    assert (again["notes"], again["createdAt"]) == ("By people.", made["createdAt"])


async def test_seeds_go_with_their_entity_and_come_back_with_lines_and_links(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    await shop.become(regions())
    first = await by_title(shop)
    own = await shop.create("Region", {"title": "Own"})
    await shop.become(base)
    assert await shop.fingerprint() == before
    assert await shop.become(regions()) == []
    found = await by_title(shop)
    assert found.pop("Own")["id"] == own["id"]
    assert found == first


async def test_a_seed_that_somebody_refers_to_stays(shop: Workshop) -> None:
    base = regions()
    await shop.become(base)
    found = await by_title(shop)
    customer = await shop.customer(home=found["Land"]["id"])
    await shop.become(patched(base_manifest(), REGION, GRANT, HOME, module="maps"))
    assert list(await by_title(shop)) == ["Land"]
    assert (await shop.read("Customer", customer["id"]))["home"] == found["Land"]["id"]

    await shop.become(base)
    assert list(await by_title(shop)) == ["Land", "North"]


async def test_a_changed_seed_changes_what_people_left_alone(shop: Workshop) -> None:
    await shop.become(regions())
    found = await by_title(shop)
    await shop.update("Region", found["Land"]["id"], {"title": "Country"})
    await shop.become(regions(north=NORTH | {"area": 5, "towns": []}, land=LAND | {"title": "Realm", "area": 4}))
    now = await by_title(shop)
    assert [(one["title"], one["area"], one["twice"]) for one in now.values()] == [("Country", 4, 8), ("North", 5, 10)]
    assert now["North"]["towns"] == []
    assert now["North"]["id"] == found["North"]["id"]


async def test_a_seed_that_changed_while_it_was_away_changes_as_well(shop: Workshop) -> None:
    base = shop.manifest
    await shop.become(regions())
    await shop.update("Region", (await by_title(shop))["Land"]["id"], {"title": "Country"})
    await shop.become(base)
    await shop.become(regions(north=NORTH, land=LAND | {"title": "Realm", "area": 4}))
    assert (await by_title(shop))["Country"]["area"] == 4


async def test_a_seed_that_people_deleted_stays_deleted(shop: Workshop) -> None:
    await shop.become(regions())
    await shop.delete("Region", (await by_title(shop))["North"]["id"])
    await shop.become(regions(north=NORTH | {"area": 2}, land=LAND))
    assert list(await by_title(shop)) == ["Land"]


async def test_what_is_computed_is_computed_anew_for_what_comes_back(shop: Workshop) -> None:
    base = shop.manifest
    await shop.become(patched(base, REGION, GRANT, seeds("Region", land=LAND), module="maps"))
    await shop.become(base)
    fields = [one | {"computed": "area * 5"} if one["name"] == "twice" else one for one in FIELDS]
    await shop.become(patched(base, REGION | {"fields": fields}, GRANT, seeds("Region", land=LAND), module="maps"))
    assert (await by_title(shop))["Land"]["twice"] == 15


async def test_what_can_no_longer_come_back_as_it_was_is_sown_anew(shop: Workshop) -> None:
    base = shop.manifest
    seeded = patched(base, seeds("Customer", walk_in={"name": "Walk-in", "email": "walk@in.example"}))
    await shop.become(seeded)
    (made,) = (await shop.query("Customer")).items
    await shop.update("Customer", made["id"], {"name": "Changed"})
    await shop.become(base)
    ruled = patched(base, add_rule("Customer", "kept", "name != 'Changed'"), module="rules")
    await shop.become(ruled)
    await shop.become(patched(ruled, seeds("Customer", walk_in={"name": "Walk-in", "email": "walk@in.example"})))
    assert (await shop.read("Customer", made["id"]))["name"] == "Walk-in"


async def test_a_seed_that_does_not_fit_refuses_the_plan(shop: Workshop) -> None:
    coded = patched(shop.manifest, add_field("Customer", "code", type="text", unique=True))
    await shop.become(coded)
    await shop.customer(code="A")
    row: dict[str, Any] = {"name": "Walk-in", "email": "walk@in.example", "code": "A"}
    with pytest.raises(RecordRefused) as caught:
        await shop.become(patched(coded, seeds("Customer", walk_in=row), module="second"))
    assert codes(caught.value) == {("", "unique_taken")}
    assert caught.value.problems[0].message["zh"].startswith("客户:")


async def test_a_seed_begins_where_its_machine_does_and_performs_no_effect(shop: Workshop) -> None:
    customer = {"name": "Walk-in", "email": "walk@in.example"}
    order = {"customer": {"$seed": "Customer.walk_in"}}
    await shop.become(patched(shop.manifest, seeds("Customer", walk_in=customer), seeds("Order", first=order)))
    (made,) = (await shop.query("Order")).items
    assert (made["status"], made["_titles"]) == ("pending", {"customer": "Walk-in"})
    assert (await shop.query("OrderTracking")).items == []


async def test_a_renamed_field_leaves_seeds_alone(shop: Workshop) -> None:
    seeded = regions()
    region = seeded.visible_entities["Region"]
    text = region.model_dump_json().replace('"name":"area"', '"name":"weight"').replace('"area":3', '"weight":3')
    renamed = seeded.with_entity(type(region).model_validate_json(text.replace("area * 2", "weight * 2")))
    assert not plan(seeded, renamed, SCHEMA)


async def test_a_fresh_schema_begins_with_the_seeds(connection: Connection) -> None:
    shop = await Workshop.installed(connection, regions())
    assert list(await by_title(shop)) == ["Land", "North"]
    await shop.become(base_manifest())
    await shop.become(regions())
    assert list(await by_title(shop)) == ["Land", "North"]
