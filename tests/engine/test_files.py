"""Files in records: taken in, held against their field, kept once, and given to who may see them."""

from typing import Any

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, User
from shared.engine.connection import Connection
from shared.engine.scenarios import Outcome, run_scenario
from shared.patch.attachment import digest_of
from shared.patch.scenario import Scenario
from tests.engine.filing import OTHER, PDF, held, kept, named, opened, scanned, sent, upload
from tests.engine.workshop import ADMIN, CLOCK, SCHEMA, Record, Workshop, codes, patched

CLERK = User(id="2", name="Cleo", roles=("manager",))
ALL = ["view", "create", "edit", "delete"]
PAPERS: list[Record] = [
    {
        "op": "add_entity",
        "entity": "Paper",
        "label": {"en": "Paper", "zh": "文件"},
        "plural": {"en": "Papers", "zh": "文件"},
        "title": "name",
        "fields": [
            {"name": "name", "type": "text", "required": True},
            {"name": "scan", "type": "file"},
            {"name": "contract", "type": "file"},
        ],
    },
    {"op": "grant", "entity": "Paper", "role": "admin", "allow": ALL},
    {"op": "grant", "entity": "Paper", "role": "manager", "allow": ["view"], "where": "name == 'Mine'"},
    {"op": "grant", "entity": "Paper", "role": "admin", "field": "contract", "allow": ["view", "edit"]},
]


@pytest.fixture
async def office(connection: Connection) -> Workshop:
    return await Workshop.installed(connection, scanned(max_bytes=100, accept=["application/pdf", "image/*"]))


async def test_a_file_is_written_with_its_record_and_read_again(office: Workshop) -> None:
    customer = await office.customer(scan=sent())
    assert customer["scan"] == held()
    assert (await office.read("Customer", customer["id"]))["scan"] == held()
    assert await opened(office, customer) == PDF


async def test_a_file_sent_before_is_named_by_its_digest(office: Workshop) -> None:
    assert await upload(office) == digest_of(PDF)
    customer = await office.customer(scan=named())
    assert customer["scan"] == held()
    assert await opened(office, customer) == PDF


async def test_a_record_may_be_sent_back_with_its_file_and_the_file_renamed_or_taken_off(office: Workshop) -> None:
    customer = await office.customer(scan=sent())
    again = await office.update("Customer", customer["id"], {**customer, "company": "Acme"}, OTHER)
    assert again["scan"] == held()
    renamed = await office.update("Customer", customer["id"], {"scan": named(name="second.pdf")}, OTHER)
    assert renamed["scan"] == held(name="second.pdf")
    assert (await office.update("Customer", customer["id"], {"scan": None}))["scan"] is None


async def test_the_same_content_is_kept_once(office: Workshop) -> None:
    await upload(office)
    await upload(office, user=OTHER)
    first = await office.customer(scan=sent())
    second = await office.customer(scan=sent(name="copy.png", media_type="image/png"), email="b@b.example")
    assert await kept(office) == 1
    assert await opened(office, first) == await opened(office, second)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (sent(b"x" * 101), "file_too_large"),
        (sent(media_type="text/html"), "file_type"),
        (sent(media_type="imagepng"), "not_a_file"),
        (sent(media_type="image/png\r\nx: y"), "not_a_file"),
        (sent(name="../../etc/passwd"), "file_name"),
        (sent(name="..\\boot.ini"), "file_name"),
        (sent(name=".."), "file_name"),
        (sent(name=" "), "file_name"),
        (sent(name="x" * 201), "file_name"),
        (sent(name="a\r\nSet-Cookie: b.pdf"), "file_name"),
        (sent(name="invoice\u202efdp.exe"), "file_name"),
        (sent(name="nul\x00.pdf"), "file_name"),
        (sent() | {"content": "not base64!"}, "not_a_file"),
        (sent() | {"content": "é"}, "not_a_file"),
        (sent() | {"content": 7}, "not_a_file"),
        (sent() | {"digest": digest_of(b"other")}, "not_a_file"),
        (sent() | {"path": "/etc/passwd"}, "not_a_file"),
        ({"name": "a.pdf", "media_type": "application/pdf"}, "not_a_file"),
        (named() | {"digest": "sha256:../../x"}, "not_a_file"),
        (named(), "file_missing"),
        ("offer.pdf", "not_a_file"),
        ([], "not_a_file"),
        ({"media_type": "image/png", "name": 7, "content": ""}, "not_a_file"),
    ],
)
async def test_what_does_not_fit_is_refused_and_not_kept(office: Workshop, value: Any, code: str) -> None:
    refused = await office.refused("Customer", {"name": "Acme", "email": "a@a.example", "scan": value})
    assert codes(refused) == {("scan", code)}
    assert {language: bool(text) for language, text in refused.problems[0].message.items()} == {"en": True, "zh": True}
    assert await kept(office) == 0


async def test_a_name_in_any_script_is_taken(office: Workshop) -> None:
    for name in ("报价单 (2).pdf", "naïve — ½.pdf", "👩\u200d💻.pdf", ".pdf", "x" * 200):
        found = await office.customer(scan=sent(name=name), email=f"{len(name)}@a.example")
        assert found["scan"]["name"] == name


async def test_a_file_that_somebody_else_sent_cannot_be_named(office: Workshop) -> None:
    await upload(office, user=OTHER)
    refused = await office.refused("Customer", {"name": "Acme", "email": "a@a.example", "scan": named()})
    assert codes(refused) == {("scan", "file_missing")}


async def test_a_file_sent_before_is_held_against_the_field_as_well(office: Workshop) -> None:
    await upload(office, b"x" * 101)
    refused = await office.refused("Customer", {"name": "A", "email": "a@a.example", "scan": named(b"x" * 101)})
    assert codes(refused) == {("scan", "file_too_large")}


async def test_a_required_file_must_be_there(connection: Connection) -> None:
    shop = await Workshop.installed(connection, scanned(required=True))
    assert codes(await shop.refused("Customer", {"name": "A", "email": "a@a.example"})) == {("scan", "required")}


async def test_old_files_that_a_narrower_field_would_refuse_are_found(office: Workshop) -> None:
    customer = await office.customer(scan=sent())
    narrow = {"op": "change_field", "entity": "Customer", "field": "scan"}
    narrow |= {"changes": {"max_bytes": 3, "accept": ["image/*"]}}
    findings = await office.become(patched(office.manifest, narrow, module="narrow"))
    assert {(one["field"], one["code"], one["count"]) for one in findings} == {
        ("scan", "file_too_large", 1),
        ("scan", "file_type", 1),
    }
    assert await opened(office, customer) == PDF


async def test_only_whether_there_is_a_file_can_be_asked(office: Workshop) -> None:
    customer = await office.customer(scan=sent())
    await office.customer(email="b@b.example")
    found = await office.query("Customer", where={"scan": {"ne": None}})
    assert [one["id"] for one in found.items] == [customer["id"]]
    asked_for: list[dict[str, Any]] = [{"where": {"scan": held()}}, {"where": {"scan": {"eq": "x"}}}, {"sort": "scan"}]
    for asked in asked_for:
        with pytest.raises(RecordRefused):
            await office.query("Customer", **asked)


async def test_rules_may_ask_for_a_file(connection: Connection) -> None:
    rule = {"name": "scan_needed", "expression": "company == null || scan != null"}
    operation = {
        "op": "add_rule",
        "entity": "Customer",
        "rule": rule | {"message": {"en": "Scan it.", "zh": "请扫描。"}},
    }
    shop = await Workshop.installed(connection, patched(scanned(), operation, module="rules"))
    await shop.customer(company="Acme", scan=sent())
    refused = await shop.refused("Customer", {"name": "A", "email": "b@b.example", "company": "Acme"})
    assert codes(refused) == {("", "rule_broken")}


async def test_who_may_not_see_a_record_or_a_field_does_not_get_its_file(connection: Connection) -> None:
    shop = await Workshop.installed(connection, patched(base_manifest(), *PAPERS))
    mine = await shop.create("Paper", {"name": "Mine", "scan": sent(), "contract": sent()})
    other = await shop.create("Paper", {"name": "Other", "scan": sent()})
    assert await opened(shop, mine, user=CLERK, entity="Paper") == PDF
    for record, field, user, code in (
        (mine, "contract", CLERK, "unknown_field"),
        (mine, "name", CLERK, "unknown_field"),
        (other, "scan", CLERK, "record_missing"),
        (other, "contract", CLERK, "unknown_field"),
        (other, "contract", ADMIN, "no_file"),
        (mine, "scan", User(id="9", name="Nobody", roles=()), "forbidden"),
    ):
        with pytest.raises(RecordRefused) as caught:
            await opened(shop, record, field, user, "Paper")
        assert [one.code for one in caught.value.problems] == [code]


async def test_only_who_may_write_a_file_field_may_send_files(connection: Connection, office: Workshop) -> None:
    with pytest.raises(RecordRefused) as caught:
        await upload(office, user=CLERK)
    assert caught.value.problems[0].code == "forbidden_files"
    await connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    bare = await Workshop.installed(connection, base_manifest())
    with pytest.raises(RecordRefused) as caught:
        await upload(bare)
    assert caught.value.problems[0].code == "no_files"


async def test_forms_say_what_a_file_may_be_and_an_empty_schema_has_none(office: Workshop) -> None:
    (field,) = [one for one in office.application.form_view("Customer", ADMIN)["fields"] if one["name"] == "scan"]
    assert (field["widget"], field["max_bytes"]) == ("file", 100)
    assert field["accept"] == ["application/pdf", "image/*"]
    columns = office.application.list_view("Customer", ADMIN)["columns"]
    assert "scan" not in [one["name"] for one in columns]


async def test_scenarios_attach_files_and_compare_them(office: Workshop) -> None:
    values = {"name": "Acme", "email": "a@a.example"}
    steps: list[Record] = [
        {"step": "create", "entity": "Customer", "values": {**values, "scan": sent()}, "save": "acme"},
        {"step": "read", "record": "$acme", "expect": {"scan": held()}},
        {"step": "read", "record": "$acme", "expect": {"scan": sent()}},
        {"step": "update", "record": "$acme", "values": {"scan": sent(b"more")}, "expect": {"scan": named(b"more")}},
        {"step": "query", "entity": "Customer", "where": {"scan": {"ne": None}}, "count": 1},
        _failing(values, sent(b"x" * 101), "file_too_large"),
        _failing(values, sent(media_type="text/html"), "file_type"),
    ]
    outcome = await _played(office, steps)
    assert outcome.ok, outcome.failed
    assert await kept(office) == 0
    other = await _played(office, [steps[0], {"step": "read", "record": "$acme", "expect": {"scan": sent(b"more")}}])
    assert other.failed is not None
    assert (other.failed.code, other.failed.got) == ("unexpected", {"scan": held()})


def _failing(values: Record, scan: Record, code: str) -> Record:
    return {"step": "create", "entity": "Customer", "values": {**values, "scan": scan}, "fails": code, "field": "scan"}


async def _played(shop: Workshop, steps: list[Record]) -> Outcome:
    scenario = Scenario.model_validate({"name": "attach", "entity": "Customer", "as": "admin", "steps": steps})
    return await run_scenario(shop.application, shop.connection, scenario, CLOCK)
