"""Versions: saved, imported, restored and compared; numbered without gaps, judged before they exist."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.generator.phrasebook.naming import split_camel
from services.generator.tables import Version
from shared.contracts.event import VersionRef
from shared.crm import CRM_VERSION
from tests.services import story
from tests.services.edge import ADA, ANNA, EVE, RITA, problem
from tests.services.generator.workshop import Json, Workshop, workshop


def document(name: str = "nickname", *operations: Json, field: str = "nickname") -> Json:
    added = {"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": field}}
    title = split_camel(name).capitalize()
    return {
        "patch": "1",
        "module": {"name": name, "title": {"en": title, "zh": title}},
        "operations": list(operations) or [added],
    }


async def imported(generator: Workshop, patch: Json | None = None) -> str:
    response = await generator.post("/modules", ADA, patch=patch or document())
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def test_an_imported_document_is_version_one_of_a_new_module(generator: Workshop) -> None:
    response = await generator.post("/modules", ADA, patch=document())
    module = response.json()
    assert (module["name"], module["state"], module["version"], module["live_version"]) == (
        "nickname",
        "draft",
        1,
        None,
    )
    assert module["owner"] == {"id": ADA.id, "name": ADA.name}
    (told,) = await generator.told()
    assert (told["source"], told["risk"], told["version"]["version"]) == ("imported", "L1", 1)
    assert (await generator.get("/modules", RITA)).json()["items"] == [module]


async def test_a_patch_dsl_document_is_imported(generator: Workshop) -> None:
    old = {
        "version": "1.0",
        "patchId": "p-1",
        "timestamp": "2026-01-01T00:00:00Z",
        "actor": "human",
        "scope": "object",
        "operation": "add",
        "target": {"type": "field", "identifier": "Customer"},
        "payload": {"name": "nickname", "type": "text", "label": "Nickname"},
    }
    patch = (await generator.post("/patches/import", ADA, document=old)).json()["patch"]
    assert patch["operations"][0]["field"]["name"] == "nickname"
    assert (await generator.post("/modules", ADA, patch=old)).status_code == 201


async def test_a_module_s_name_is_taken_once(generator: Workshop) -> None:
    await imported(generator)
    assert problem(await generator.post("/modules", ADA, patch=document())) == (409, "module_exists")


async def test_a_saved_edit_is_a_version_with_every_editor(generator: Workshop) -> None:
    module = await imported(generator)
    response = await generator.post(
        f"/modules/{module}/versions", EVE, patch=document(field="alias"), note="Better name"
    )
    saved = response.json()
    assert (response.status_code, saved["version"], saved["source"], saved["note"]) == (201, 2, "saved", "Better name")
    assert (saved["editors"], saved["builds_on"], saved["unchanged"]) == ([ADA.id, EVE.id], 1, False)
    assert saved["explanation"][0]["en"].startswith("Adds the field")


async def test_saving_the_same_makes_no_version(generator: Workshop) -> None:
    module = await imported(generator)
    await generator.told()
    response = await generator.post(f"/modules/{module}/versions", EVE, patch=document())
    assert (response.status_code, response.json()["version"], response.json()["unchanged"]) == (200, 1, True)
    assert await generator.told() == []


async def test_an_earlier_version_comes_back_as_a_new_one(generator: Workshop) -> None:
    module = await imported(generator)
    await generator.post(f"/modules/{module}/versions", EVE, patch=document(field="alias"))
    restored = (await generator.post(f"/modules/{module}/versions/1/restore", ADA)).json()
    assert (restored["version"], restored["source"], restored["builds_on"]) == (3, "restored", 1)
    first = await generator.version(module, 1)
    assert (restored["content_hash"], restored["patch"]) == (first["content_hash"], first["patch"])


async def test_two_versions_are_compared_by_meaning(generator: Workshop) -> None:
    module = await imported(generator)
    await generator.post(f"/modules/{module}/versions", ADA, patch=document(field="alias"))
    difference = (await generator.get(f"/modules/{module}/versions/2/diff", RITA, against=1)).json()
    assert {change["kind"] for change in difference["changes"]} == {"added", "removed"}


async def test_versions_saved_at_once_are_numbered_without_gaps(generator: Workshop) -> None:
    module = await imported(generator)
    answers = await asyncio.gather(
        *(
            generator.post(f"/modules/{module}/versions", ADA, patch=document(field=f"alias{number}"))
            for number in range(5)
        )
    )
    assert sorted(answer.json()["version"] for answer in answers) == [2, 3, 4, 5, 6]
    drafted = [one["version"]["version"] for one in await generator.told()]
    assert sorted(drafted) == [1, 2, 3, 4, 5, 6]


async def test_lists_come_in_pages_newest_first(generator: Workshop) -> None:
    names = ["one", "two", "three"]
    for name in names:
        await imported(generator, document(name, field=f"{name}Field"))
    first = (await generator.get("/modules", ADA, limit=2)).json()
    second = (await generator.get("/modules", ADA, limit=2, cursor=first["next"])).json()
    assert [one["name"] for one in first["items"] + second["items"]] == ["three", "two", "one"]
    assert second["next"] is None
    assert problem(await generator.get("/modules", ADA, cursor="nonsense")) == (422, "bad_cursor")


@pytest.mark.parametrize(
    ("patch", "code", "suggestion"),
    [
        ('{"patch": "1", ', "json_invalid", None),
        ('{"patch": "1", "patch": "1"}', "key_twice", None),
        (document("a", {"op": "drop_table", "entity": "Customer"}), "op_unknown", None),
        (document("a", {"op": "remove_field", "entity": "Customer", "field": "emial"}), "field_unknown", "email"),
        (document("a", field="phone"), "field_taken", None),
        (document("a", field="x; DROP TABLE customers"), "name_invalid", None),
        (document("Not A Name"), "form_wrong", None),
    ],
)
async def test_bad_documents_are_refused_with_code_and_place(
    generator: Workshop, patch: Any, code: str, suggestion: str | None
) -> None:
    response = await generator.post("/modules", ADA, patch=patch)
    assert response.status_code == 422, response.text
    found = response.json()["problems"][0]
    assert (found["code"], found["suggestion"]) == (code, suggestion), response.text
    assert (await generator.get("/modules", ADA)).json()["items"] == []
    assert await generator.told() == []


async def test_a_version_cannot_rename_its_module(generator: Workshop) -> None:
    module = await imported(generator)
    response = await generator.post(f"/modules/{module}/versions", ADA, patch=document("other"))
    assert problem(response) == (422, "module_name_fixed")


async def test_validation_tells_every_problem_or_what_would_happen(generator: Workshop) -> None:
    wrong = document("a", *(document(field=name)["operations"][0] for name in ("phone", "email")))
    found = (await generator.post("/patches/validate", ADA, patch=wrong)).json()
    assert (found["valid"], [one["pointer"] for one in found["problems"]]) == (
        False,
        ["/operations/0/field/name", "/operations/1/field/name"],
    )
    assert found["problems"][0]["message"]["zh"]
    found = (await generator.post("/patches/validate", ADA, patch=document())).json()
    assert (found["valid"], found["problems"], found["risk"], len(found["explanation"])) == (True, [], "L1", 1)


async def test_nobody_grants_more_than_they_have(generator: Workshop) -> None:
    grant = {"op": "grant", "entity": "Customer", "role": "sales", "allow": ["delete"]}
    assert problem(await generator.post("/modules", ADA, patch=document("a", grant))) == (422, "grant_exceeds_author")
    boss = ADA.model_copy(update={"crm_roles": ("admin",)})
    assert (await generator.post("/modules", boss, patch=document("a", grant))).status_code == 201


async def test_a_patch_is_judged_on_what_is_live_without_its_module(service_database: Callable[[str], str]) -> None:
    async with workshop(service_database) as generator:
        one, two = await imported(generator), await imported(generator, document("second", field="second"))
        refs: list[VersionRef] = []
        async with generator.sessions.begin() as session:
            for module, name in ((one, "nickname"), (two, "second")):
                version = await session.get_one(Version, (UUID(module), 1))
                refs.append(
                    VersionRef(module_id=UUID(module), module=name, version=1, content_hash=version.content_hash)
                )
        await generator.hear(story.live_set(2, *refs).model_copy(update={"crm_version": CRM_VERSION}))
        again = await generator.post(f"/modules/{one}/versions", ADA, patch=document(field="second"))
        assert problem(again) == (422, "field_taken")
        again = await generator.post(f"/modules/{one}/versions", ADA, patch=document(field="other"))
        assert again.status_code == 201
        assert (await generator.get(f"/modules/{one}", ADA)).json()["live_version"] == 1


async def test_only_developers_write_and_everybody_here_reads(generator: Workshop) -> None:
    module = await imported(generator)
    for who in (RITA, ANNA):
        assert problem(await generator.post(f"/modules/{module}/versions", who, patch=document())) == (
            403,
            "role_missing",
        )
        assert (await generator.get(f"/modules/{module}/versions/1", who)).status_code == 200


async def test_what_is_not_there_is_not_found(generator: Workshop) -> None:
    nobody = "11111111-1111-4111-8111-111111111111"
    module = await imported(generator)
    assert problem(await generator.get(f"/modules/{nobody}", ADA)) == (404, "module_missing")
    assert problem(await generator.get(f"/modules/{module}/versions/9", ADA)) == (404, "version_missing")
    assert problem(await generator.get(f"/generations/{nobody}", ADA)) == (404, "generation_missing")
