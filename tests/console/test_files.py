"""Files in the form of a record: sent on, kept over a refusal, taken off, and handed over without being shown."""

from typing import Any

import httpx
import pytest

from services.console.i18n import Tongue
from services.console.records import shown
from tests.console.gateway import Gateway
from tests.console.test_record_forms import ID, field

PATH = f"/crm/Customer/{ID}"
SCAN = field("scan", "file", max_bytes=2048, accept=["text/html", "image/*"])
SENT = {"media_type": "text/html", "size": 8, "digest": "sha256:" + "a" * 64}
HELD: dict[str, Any] = {"name": "报价.html", **SENT}
FILES = {"scan": ("C:\\tmp\\offer.html", b"<script>", "text/html")}
OFFER = {"name": "offer.html", **SENT}


@pytest.fixture
def form(gateway: Gateway) -> Gateway:
    view: dict[str, Any] = {"title": "Customer", "plural": "Customers", "title_field": "name", "moves": []}
    view |= {"state_field": None, "can": {"create": True, "edit": True, "delete": False}}
    record = {"id": ID, "updatedAt": "2026-03-31T09:30:00Z", "name": "Bo", "scan": HELD}
    gateway.says("GET /views/Customer/form", view | {"fields": [field("name", "text"), SCAN]})
    gateway.says(f"GET {PATH}", record)
    gateway.says(f"PATCH {PATH}", record)
    gateway.says("POST /crm/Customer", record)
    gateway.says("POST /crm/files", SENT)
    gateway.says("GET /manifest", {"manifest": {"entities": []}})
    return gateway


def asked(gateway: Gateway, request: str) -> list[Any]:
    return [body for said, body in gateway.asked if said == request]


async def test_a_record_shows_its_file_as_a_link_with_its_size(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    assert form.asked == []
    text = (await signed_in.get(PATH)).text
    assert 'enctype="multipart/form-data"' in text
    assert f'<a href="{PATH}/scan">报价.html (8 byte)</a>' in text
    assert 'name="scan" type="file" accept="text/html,image/*"' in text
    assert "At most 2 kB. Possible: text/html, image/*." in text
    assert "最大 2 kB。" in (await signed_in.get(PATH, headers={"accept-language": "zh"})).text


@pytest.mark.parametrize(
    ("path", "request_sent"), [(PATH, f"PATCH {PATH}"), ("/crm/Customer/new", "POST /crm/Customer")]
)
async def test_a_chosen_file_is_sent_on_before_the_record(
    signed_in: httpx.AsyncClient, form: Gateway, path: str, request_sent: str
) -> None:
    answer = await signed_in.post(path, data={"name": "Bo"}, files=FILES)
    assert answer.status_code == 303
    assert asked(form, "POST /crm/files") == [b"<script>"]
    sent = next(headers for headers in form.headers if headers["content-type"] == "text/html")
    assert (sent["content-length"], sent["authorization"]) == ("8", "Bearer a-token")
    assert asked(form, request_sent) == [{"name": "Bo", "scan": OFFER}]


async def test_what_is_not_touched_stays_and_what_is_taken_off_goes(
    signed_in: httpx.AsyncClient, form: Gateway
) -> None:
    empty = {"scan": ("", b"", "application/octet-stream")}
    await signed_in.post(PATH, data={"name": "Bo"}, files=empty)
    await signed_in.post(PATH, data={"name": "Bo", "scan.remove": "on"}, files=empty)
    assert asked(form, f"PATCH {PATH}") == [{"name": "Bo"}, {"name": "Bo", "scan": None}]
    assert asked(form, "POST /crm/files") == []


async def test_nobody_chooses_a_file_twice_because_the_rest_was_refused(
    signed_in: httpx.AsyncClient, form: Gateway
) -> None:
    form.refuses(f"PATCH {PATH}", 422, "required", problems=[{"field": "name", "code": "required"}])
    text = (await signed_in.post(PATH, data={"name": ""}, files=FILES)).text
    assert "<span>offer.html (8 byte)</span>" in text
    kept = text.partition('name="scan.kept" value="')[2].partition('"')[0].replace("&#34;", '"')
    form.says(f"PATCH {PATH}", {"id": ID})
    await signed_in.post(PATH, data={"name": "Bo", "scan.kept": kept})
    assert asked(form, f"PATCH {PATH}")[-1] == {"name": "Bo", "scan": OFFER}
    assert len(asked(form, "POST /crm/files")) == 1


@pytest.mark.parametrize(
    "kept", ["{", "7", '{"name": "x"}', '{"name": 7, "size": 7}', '{"name": "x", "size": "x"}', "[]"]
)
async def test_what_never_stood_in_the_form_is_left_out(signed_in: httpx.AsyncClient, form: Gateway, kept: str) -> None:
    await signed_in.post(PATH, data={"name": "Bo", "scan.kept": kept})
    assert asked(form, f"PATCH {PATH}") == [{"name": "Bo"}]


async def test_a_file_that_is_too_large_is_refused_beside_its_field(
    signed_in: httpx.AsyncClient, form: Gateway
) -> None:
    files = {"scan": ("large.html", b"x" * 2049, "text/html")}
    answer = await signed_in.post(PATH, data={"name": "Bo"}, files=files)
    assert answer.status_code == 422
    told = "This file is too large: it has 2049 bytes, and 2048 are possible."
    assert f'id="wrong-scan">{told}' in answer.text
    assert not [said for said, _ in form.asked if not said.startswith("GET")]
    chinese = await signed_in.post(PATH, files=files, headers={"accept-language": "zh"})
    assert "有 2049 字节" in chinese.text


async def test_what_the_crm_says_of_a_file_stands_beside_its_field(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    message = {"en": "Your role may not attach files.", "zh": "您的角色无权附加文件。"}
    form.refuses("POST /crm/files", 403, "forbidden_files", problems=[{"code": "forbidden_files", "message": message}])
    answer = await signed_in.post(PATH, data={"name": "Bo"}, files=FILES)
    assert (answer.status_code, asked(form, f"PATCH {PATH}")) == (403, [])
    assert f'id="wrong-scan">{message["en"]}' in answer.text


async def test_a_form_of_any_size_is_not_read(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    for said in ("104857601", "many"):
        headers = {"content-length": said, "content-type": "multipart/form-data; boundary=x"}
        answer = await signed_in.post(PATH, content=b"", headers=headers)
        assert (answer.status_code, "too large to be sent" in answer.text) == (413, True)
    assert not [said for said, _ in form.asked if not said.startswith("GET /me")]


async def test_a_page_is_handed_over_as_a_file(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    form.says(f"GET {PATH}/scan", b"<script>alert(1)</script>")
    answer = await signed_in.get(f"{PATH}/scan")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    form.refuses(f"GET {PATH}/scan", 404, "no_file")
    assert (await signed_in.get(f"{PATH}/scan")).status_code == 404


def test_a_list_shows_a_name_and_a_size() -> None:
    record = {"scan": {**HELD, "size": 1_500_000}}
    assert shown(Tongue("en"), SCAN, record) == "报价.html (1.4 MB)"
    assert shown(Tongue("zh"), SCAN, {"scan": None}) == ""
