"""Working copies: one per person, any text, and no change over another."""

from tests.services.edge import ADA, EVE, problem
from tests.services.generator.test_versions import document, imported
from tests.services.generator.workshop import Workshop


async def test_a_working_copy_keeps_text_that_is_no_patch_yet(generator: Workshop) -> None:
    path = f"/modules/{await imported(generator)}/draft"
    assert problem(await generator.get(path, ADA)) == (404, "draft_missing")
    saved = await generator.put(path, ADA, {"text": '{"patch": '})
    assert (saved.status_code, saved.json()["patch"], saved.json()["builds_on"]) == (200, None, 1)
    read = await generator.get(path, ADA)
    assert (read.json()["text"], read.headers["ETag"]) == ('{"patch": ', f'"{saved.json()["etag"]}"')


async def test_a_change_must_say_what_it_changes(generator: Workshop) -> None:
    path = f"/modules/{await imported(generator)}/draft"
    first = (await generator.put(path, ADA, {"patch": document()})).json()
    assert problem(await generator.put(path, ADA, {"text": "x"})) == (428, "precondition_missing")
    second = await generator.put(path, ADA, {"text": "x"}, **{"If-Match": f'"{first["etag"]}"'})
    assert second.status_code == 200
    stale = await generator.put(path, ADA, {"text": "y"}, **{"If-Match": f'"{first["etag"]}"'})
    assert problem(stale) == (409, "draft_changed")
    assert stale.json()["params"]["changed_by"] == ADA.name
    assert (await generator.get(path, ADA)).json()["text"] == "x"


async def test_everybody_has_a_working_copy_of_their_own(generator: Workshop) -> None:
    path = f"/modules/{await imported(generator)}/draft"
    await generator.put(path, ADA, {"text": "mine"})
    assert problem(await generator.get(path, EVE)) == (404, "draft_missing")
    assert (await generator.put(path, EVE, {"text": "hers"})).status_code == 200
    assert (await generator.get(path, ADA)).json()["text"] == "mine"


async def test_saving_a_version_uses_the_working_copy_up(generator: Workshop) -> None:
    module = await imported(generator)
    await generator.post(f"/modules/{module}/versions", EVE, patch=document(field="alias"))
    await generator.put(f"/modules/{module}/draft", ADA, {"patch": document(field="other"), "builds_on": 1})
    saved = (await generator.post(f"/modules/{module}/versions", ADA, patch=document(field="other"))).json()
    assert (saved["builds_on"], saved["editors"]) == (1, [ADA.id])
    assert problem(await generator.get(f"/modules/{module}/draft", ADA)) == (404, "draft_missing")


async def test_a_working_copy_is_thrown_away_by_its_etag(generator: Workshop) -> None:
    path = f"/modules/{await imported(generator)}/draft"
    etag = (await generator.put(path, ADA, {"text": "x"})).headers["ETag"]
    assert problem(await generator.delete(path, ADA)) == (428, "precondition_missing")
    assert (await generator.delete(path, ADA, **{"If-Match": etag})).status_code == 204
    assert (await generator.delete(path, ADA)).status_code == 204


async def test_a_working_copy_is_text_or_a_document(generator: Workshop) -> None:
    path = f"/modules/{await imported(generator)}/draft"
    assert (await generator.put(path, ADA, {})).status_code == 422
    assert (await generator.put(path, ADA, {"text": "x", "patch": {}})).status_code == 422
