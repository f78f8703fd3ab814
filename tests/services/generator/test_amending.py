"""What the built-in rules alter of the CRM's own scenarios, so that what they write passes its whole run."""

from typing import Any
from uuid import uuid4

import pytest

from services.generator.builtin import BuiltinWriter
from services.generator.phrasebook.reading import FORMS
from services.generator.phrasebook.records import another_of
from services.generator.writer import NotWritten, Request
from services.tester.evidence import Job
from services.tester.sandbox import Sandbox
from services.tester.trial import try_out
from shared.crm import base_manifest, suite
from shared.patch import apply, document, parse

BASE = base_manifest()
SENTENCES = (
    "Customer phone is required.",
    "Add VAT number to customers, required, at most 20 characters.",
    "Remove the notes field from orders.",
    "给客户增加税号（vatNumber），必填、唯一，最多20个字符。",
    "从订单中删除备注。客户行业必填。",
    "Delete customer e-mail.",
    "Order notes are required. Remove the notes field from customers. Customer phone is required.",
)
Json = dict[str, Any]


async def written(sentence: str, previous: Json | None = None) -> Json:
    patch = parse(previous) if previous else None
    answer = await BuiltinWriter().write(
        Request(sentence, "module", apply(patch, BASE) if patch else BASE, BASE, patch)
    )
    assert answer.document is not None
    return answer.document


async def amended(sentence: str, previous: Json | None = None) -> dict[str, list[Json]]:
    """The steps of the scenarios that the sentence alters, by name."""
    patch = await written(sentence, previous)
    return {one["scenario"]: one["with"]["steps"] for one in patch.get("amends", [])}


async def failures(sandbox: Sandbox, patch: Json) -> list[str]:
    job = Job(
        run_id=uuid4(),
        patch=patch,
        author_id="ada",
        author_roles=BASE.roles,
        base=(),
        live=(),
        candidate=(patch,),
    )
    report = await try_out(sandbox, job, lambda _: None)
    return [f"{one.scenario}, step {one.step}: {one.code} {one.got}" for one in report.problems]


async def to_run() -> dict[str, Json]:
    """Of each form one example that alters something and one that alters nothing, and the sentences above."""
    chosen = {(sentence, True): (sentence, await written(sentence)) for sentence in SENTENCES}
    for form in FORMS:
        for example in form.examples:
            patch = await written(example)
            chosen.setdefault((form.name, "amends" in patch), (example, patch))
    return dict(chosen.values())


async def test_the_whole_run_of_what_the_rules_write_passes(database: str) -> None:
    sandbox = await Sandbox.open(database)
    found = {sentence: await failures(sandbox, patch) for sentence, patch in (await to_run()).items()}
    await sandbox.connection.close()
    assert {sentence: problems for sentence, problems in found.items() if problems} == {}
    assert len(found) > len(FORMS)


async def test_what_the_crm_itself_writes_without_a_value_cannot_be_required() -> None:
    with pytest.raises(NotWritten, match="required_missing"):
        await written("Order tracking notes are required.")


async def test_only_what_the_change_contradicts_is_altered() -> None:
    assert await amended("Add a nickname to customers.") == {}
    assert await amended("Orders over 10000 need a delivery note.") == {}
    assert set(await amended("Cancelled orders need notes.")) == {
        "order_is_cancelled_before_shipping",
        "order_ends_are_final",
    }
    assert set(await amended("Customer e-mail is optional.")) == {"customer_needs_name_and_email"}


async def test_a_record_gets_an_example_of_what_is_required_now() -> None:
    steps = await amended("Customer phone is required.")
    first, *_, last = steps["customers_are_found"]
    assert first["values"]["phone"] == "+86 10 8000 0000"
    # The last one counted customers with a phone: there were none.
    assert last["where"] == {"status": {"in": ["prospect", "archived"]}}
    refused = steps["customer_needs_name_and_email"][0]
    assert refused == document(_own("customer_needs_name_and_email"))["steps"][0]


async def test_what_is_unique_gets_a_value_of_its_own_each_time() -> None:
    steps = await amended("Add a unique required text field code to customers, up to 8 characters.")
    codes = [step["values"]["code"] for step in steps["order_moves_to_another_customer"][:2]]
    assert codes == ["Example", "Example1"]


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "text", "max_length": 7},
        {"type": "text", "max_length": 30, "format": "phone"},
        {"type": "text", "max_length": 200, "format": "email"},
        {"type": "text", "max_length": 200, "format": "url"},
        {"type": "integer"},
        {"type": "money"},
        {"type": "date"},
        {"type": "datetime"},
        {"type": "enum", "options": [{"value": "a"}, {"value": "b"}, {"value": "c"}]},
    ],
)
def test_values_of_a_field_differ(definition: Json) -> None:
    found = [another_of(definition, number) for number in range(3)]
    assert len(set(found)) == 3
    assert all(len(str(one)) <= definition.get("max_length", 200) for one in found)


async def test_what_is_removed_is_no_longer_mentioned() -> None:
    steps = await amended("Remove the phone field from customers.")
    assert "phone" not in str(list(steps.values()))
    assert [step["step"] for step in steps["customer_phone_has_a_format"]] == ["create"]
    # It was about nothing else.
    emails = await amended("Remove the e-mail field from customers.")
    assert {"step": "create", "entity": "Customer", "values": {"name": "A"}} in emails["customer_email_has_a_format"]


async def test_what_a_default_implied_is_said() -> None:
    steps = await amended("Change the default of customer status to prospect.")
    assert steps["customer_is_created"][0]["values"]["status"] == "active"
    assert "customer_is_deleted" not in steps


async def test_a_refusal_that_a_grant_lifts_is_not_asked_for() -> None:
    steps = await amended("Accountants may view and edit orders.")
    left = [step.get("record", step.get("entity")) for step in steps["accountant_sees_nothing_else"] if "fails" in step]
    assert left == ["$customer", "OrderTracking", "Customer"]


async def test_a_later_version_takes_back_what_it_no_longer_alters() -> None:
    first = await written("Customer phone is required.")
    assert first["amends"]
    assert "amends" not in await written("Customer phone is optional.", first)


async def test_what_somebody_amended_by_hand_is_kept() -> None:
    first = await written("Customer phone is required.")
    own = document(_own("order_pages_render")) | {"steps": [{"step": "view", "entity": "Order", "page": "list"}]}
    by_hand = first | {"amends": [*first["amends"], {"scenario": "order_pages_render", "with": own}]}
    steps = await amended("Add a nickname to customers.", by_hand)
    assert steps["order_pages_render"] == own["steps"]
    assert len(steps) == len(by_hand["amends"])


async def test_scenarios_of_earlier_sentences_are_fitted_to_later_ones(database: str) -> None:
    first = await written("Order notes are required.")
    second = await written("Customer phone is required.", first)
    sandbox = await Sandbox.open(database)
    assert await failures(sandbox, second) == []
    await sandbox.connection.close()


def _own(name: str) -> Any:
    return next(one for one in suite().scenarios if one.name == name)
