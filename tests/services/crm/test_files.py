"""Files over HTTP: sent, attached to a record, got again by who may, never shown, and pruned when nobody needs them."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.crm.pruning import prune_uploads
from shared.contracts.event import Actor
from shared.patch.fields import FILE_BYTES_MAX
from tests.services.crm.hosting import ADAM, MAX, NOBODY, SALLY, Host
from tests.services.edge import problem

SCANS: dict[str, Any] = {
    "patch": "1",
    "module": {"name": "scans", "title": {"en": "Scans", "zh": "扫描件"}},
    "operations": [
        {"op": "add_field", "entity": "Customer", "field": {"name": "scan", "type": "file", "max_bytes": 5_000_000}}
    ],
}
PAGE = b"<script>alert(document.cookie)</script>"


@pytest.fixture
async def desk(host: Host) -> Host:
    await host.publish(SCANS)
    return host


async def upload(
    host: Host, content: bytes | AsyncIterator[bytes], who: Actor = SALLY, kind: str = "text/html"
) -> httpx.Response:
    return await host.send(content, who, kind)


async def attached(host: Host, content: bytes, name: str = "page.html") -> str:
    """The path of a customer with such a file."""
    sent = (await upload(host, content)).json()
    scan = {"name": name, "media_type": sent["media_type"], "digest": sent["digest"]}
    return f"/crm/Customer/{(await host.customer(scan=scan))['id']}"


async def test_a_file_is_sent_attached_and_got_again(desk: Host) -> None:
    sent = await upload(desk, PAGE, kind="Text/HTML; charset=utf-8")
    assert sent.status_code == 201, sent.text
    assert (sent.json()["media_type"], sent.json()["size"]) == ("text/html", len(PAGE))
    customer = await desk.customer(scan={"name": "报价 1.html", **sent.json()})
    assert customer["scan"] == {"name": "报价 1.html", **sent.json()}
    got = await desk.get(f"/crm/Customer/{customer['id']}/scan", MAX)
    assert (got.status_code, got.content) == (200, PAGE)


async def test_a_page_is_handed_over_and_never_shown(desk: Host) -> None:
    path = await attached(desk, PAGE, 'a"; x="b.html')
    got = await desk.get(f"{path}/scan", SALLY)
    assert got.content == PAGE
    assert got.headers["content-type"] == "text/html"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    expected = "attachment; filename=\"a__ x__b.html\"; filename*=UTF-8''a%22%3B%20x%3D%22b.html"
    assert got.headers["content-disposition"] == expected


async def test_who_may_not_see_the_record_does_not_get_its_file(desk: Host) -> None:
    path = await attached(desk, PAGE)
    assert problem(await desk.get(f"{path}/scan", NOBODY)) == (403, "forbidden")
    assert problem(await desk.get(f"{path}/name", SALLY)) == (404, "unknown_field")
    assert problem(await desk.get(f"{path}/skan", SALLY)) == (404, "unknown_field")
    assert problem(await desk.get(f"/crm/Customer/{uuid4()}/scan", SALLY)) == (404, "record_missing")
    empty = await desk.customer()
    assert problem(await desk.get(f"/crm/Customer/{empty['id']}/scan", SALLY)) == (404, "no_file")
    assert (await desk.client.get(f"{path}/scan")).status_code == 401


async def test_who_may_attach_nothing_sends_nothing(desk: Host) -> None:
    assert problem(await upload(desk, PAGE, MAX)) == (403, "forbidden_files")
    assert problem(await upload(desk, PAGE, NOBODY)) == (403, "forbidden_files")
    assert (await desk.client.post("/crm/files", content=PAGE)).status_code == 401


async def test_a_crm_without_file_fields_takes_no_files(host: Host) -> None:
    assert problem(await upload(host, PAGE)) == (404, "no_files")


async def test_a_file_may_be_as_large_as_its_field_allows_and_no_upload_larger_than_any(desk: Host) -> None:
    path = await attached(desk, b"x" * 5_000_000, "large.bin")
    assert len((await desk.get(f"{path}/scan", SALLY)).content) == 5_000_000
    over = (await upload(desk, b"x" * 5_000_001)).json()
    refused = await desk.post("/crm/Customer", SALLY, name="A", email="b@b.example", scan={"name": "a.bin", **over})
    assert problem(refused) == (422, "file_too_large")
    assert problem(await upload(desk, b"x" * (FILE_BYTES_MAX + 1))) == (413, "body_too_large")
    assert problem(await upload(desk, _endless())) == (413, "body_too_large")


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 1_000_000


async def test_what_a_file_holds_is_not_looked_into(desk: Host) -> None:
    deep = b"[" * 100
    assert (await upload(desk, deep, kind="application/json")).status_code == 201
    assert (await upload(desk, b"")).json()["size"] == 0


async def test_a_media_type_that_is_none_is_refused(desk: Host) -> None:
    assert problem(await upload(desk, PAGE, kind="html")) == (422, "media_type_unknown")


async def test_what_is_sent_in_a_record_is_checked_in_both_languages(desk: Host) -> None:
    known = (await upload(desk, PAGE)).json()
    theirs = (await upload(desk, b"of somebody else", ADAM)).json()
    inline = {"name": "a.txt", "media_type": "text/plain", "content": base64.b64encode(PAGE).decode()}
    for scan, code in (
        ({"name": "../../a.html", **known}, "file_name"),
        ({"name": "a.html", **theirs}, "file_missing"),
        ({"name": "a.html", **known, "digest": "sha256:" + "0" * 64}, "file_missing"),
        (inline | {"content": "%%%"}, "not_a_file"),
    ):
        refused = await desk.post("/crm/Customer", SALLY, name="A", email="b@b.example", scan=scan)
        assert problem(refused) == (422, code)
        (one,) = refused.json()["problems"]
        assert (one["pointer"], sorted(one["message"])) == ("/scan", ["en", "zh"])
    taken = await desk.post("/crm/Customer", SALLY, name="A", email="b@b.example", scan=inline)
    assert (await desk.get(f"/crm/Customer/{taken.json()['id']}/scan", MAX)).content == PAGE


async def test_files_that_nobody_attached_are_pruned_and_attached_ones_stay(desk: Host) -> None:
    path = await attached(desk, PAGE)
    await upload(desk, b"never attached")
    assert await prune_uploads(desk.sessions, hours=24) == 0
    assert await prune_uploads(desk.sessions, hours=-1) == 1
    assert (await desk.get(f"{path}/scan", SALLY)).content == PAGE


async def test_a_withdrawn_module_keeps_its_files_until_it_returns(host: Host) -> None:
    version = await host.publish(SCANS)
    path = await attached(host, PAGE)
    await host.unpublish(version)
    assert problem(await host.get(f"{path}/scan", SALLY)) == (404, "unknown_field")
    assert await prune_uploads(host.sessions, hours=-1) == 0
    await host.publish(SCANS, version)
    assert (await host.get(f"{path}/scan", SALLY)).content == PAGE
