"""Runs carried out in a sandbox: what passes, what fails, and what the evidence says."""

import asyncio
from typing import Any

from shared.crm import SUITE_VERSION
from shared.engine import ENGINE_VERSION
from tests.services import story
from tests.services.tester.bench import LARGE_NEED_NOTE, LOYALTY, NOTE, TIER, Bench, add_field, add_rule, patch_of


def cases_of(run: dict[str, Any], suite: str) -> dict[str, str]:
    return {case["scenario"]: case["outcome"] for case in run["cases"] if case["suite"] == suite}


async def test_a_sound_module_passes_with_the_whole_evidence(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    asked = (await tester.ask(version)).json()
    await tester.hear(await tester.requested())
    run = await tester.read(asked["id"])
    assert (run["state"], run["problems"]) == ("passed", [])
    assert (run["suite_version"], run["engine_version"]) == (SUITE_VERSION, ENGINE_VERSION)
    assert run["base_fingerprint"] == story.base_without("loyalty")
    assert run["tally"]["passed"] == run["tally"]["total"] == len(run["cases"]) >= 25
    rehearsal = [(step["scenario"], step["outcome"]) for step in run["rehearsal"]]
    acts = ("publish", "write", "unpublish", "suite", "republish")
    assert rehearsal == [(act, "passed") for act in acts]
    started, passed = await tester.told()
    assert (started["topic"], started["full"]) == ("run.started", True)
    assert (passed["topic"], passed["run_id"], passed["full"]) == ("run.passed", run["id"], True)
    assert passed["tally"]["total"] == run["tally"]["total"]
    assert passed["base_fingerprint"] == started["base_fingerprint"] == run["base_fingerprint"]


async def test_a_rule_that_breaks_the_crm_is_named_with_scenario_step_and_operation(tester: Bench) -> None:
    run = await tester.run(patch_of(NOTE, add_rule("Order", "note_always", "deliveryNote != null")))
    assert run["state"] == "failed"
    first = run["problems"][0]
    assert (first["code"], first["pointer"]) == ("rule_broken", "/operations/1")
    assert first["step"] is not None
    case = next(one for one in run["cases"] if one["scenario"] == first["scenario"])
    assert (case["suite"], case["outcome"]) == ("crm", "failed")
    assert case["steps"][first["step"] - 1]["outcome"] == "failed"
    assert "note_always" in first["cause"]["en"]
    failed = (await tester.told())[-1]
    assert (failed["topic"], failed["problems"][0]) == ("run.failed", first)
    # The rest of the suite ran all the same.
    assert "passed" in cases_of(run, "crm").values()


async def test_a_patch_that_does_not_apply_fails_before_anything_runs(tester: Bench) -> None:
    run = await tester.run(patch_of(TIER, {"op": "remove_field", "entity": "Customer", "field": "shoeSize"}))
    assert (run["state"], run["tally"]["failed"], run["tally"]["passed"]) == ("failed", 1, 0)
    # It did not come to its rehearsal, and says so.
    assert [act["outcome"] for act in run["rehearsal"]] == ["skipped"] * run["tally"]["skipped"] == ["skipped"] * 5
    (problem,) = run["problems"]
    assert (problem["code"], problem["pointer"]) == ("field_unknown", "/operations/1/field")


async def test_nobody_grants_more_than_they_have(tester: Bench) -> None:
    grant = {"op": "grant", "entity": "Customer", "role": "sales", "allow": ["delete"]}
    run = await tester.run(patch_of(grant))
    assert [one["code"] for one in run["problems"]] == ["grant_exceeds_author"]


def scenario(expected: str) -> dict[str, Any]:
    values = {"name": "Acme", "email": "a@acme.example"}
    step = {"step": "create", "entity": "Customer", "values": values, "expect": {"loyaltyTier": expected}}
    return {"name": "starts_at_bronze", "entity": "Customer", "as": "sales", "steps": [step]}


async def test_the_modules_own_scenarios_are_played(tester: Bench) -> None:
    run = await tester.run(patch_of(TIER, scenarios=[scenario("bronze")]))
    assert cases_of(run, "module") == {"starts_at_bronze": "passed"}


def first_order(name: str) -> dict[str, Any]:
    customer = {"name": "Acme", "email": "a@acme.example"}
    steps = [
        {"step": "create", "entity": "Customer", "values": customer, "save": "acme"},
        {
            "step": "create",
            "entity": "Order",
            "values": {"customer": "$acme"},
            "expect": {"orderNumber": "ORD-000001"},
        },
    ]
    return {"name": name, "entity": "Order", "as": "sales", "steps": steps}


async def test_the_first_order_of_each_scenario_is_number_one(tester: Bench) -> None:
    live = await tester.draft(patch_of(NOTE, module="notes", scenarios=[first_order("one"), first_order("two")]))
    await tester.hear(story.live_set(2, live))
    run = await tester.run(patch_of(TIER, scenarios=[first_order("three")]))
    assert (run["state"], run["problems"]) == ("passed", [])
    # On the candidate, and on the base once the change is withdrawn: there after the fixtures' orders.
    assert cases_of(run, "live") == {"one": "passed", "two": "passed"}
    assert cases_of(run, "module") == {"three": "passed"}
    suite = next(act for act in run["rehearsal"] if act["scenario"] == "suite")
    assert {step["action"]: step["outcome"] for step in suite["steps"]}["two"] == "passed"


async def test_an_expectation_that_is_not_met_says_what_was_expected_and_got(tester: Bench) -> None:
    run = await tester.run(patch_of(TIER, scenarios=[scenario("gold")]))
    (problem,) = run["problems"]
    assert (problem["scenario"], problem["step"]) == ("starts_at_bronze", 1)
    assert problem["pointer"] == "/scenarios/0/steps/0"
    assert problem["expected"] == {"loyaltyTier": "gold"}
    assert problem["got"] == {"loyaltyTier": "bronze"}


async def test_a_selection_plays_less_and_says_so(tester: Bench) -> None:
    run = await tester.run(LOYALTY, entities=["Customer"])
    assert (run["state"], run["full"]) == ("passed", False)
    assert {case["entity"] for case in run["cases"] if case["suite"] == "crm"} == {"Customer"}
    assert (await tester.told())[-1]["full"] is False


async def test_later_modules_are_tried_on_the_new_version_too(tester: Bench) -> None:
    first = await tester.draft(patch_of(TIER))
    later = await tester.draft(patch_of(add_rule("Customer", "tier_known", "loyaltyTier != null"), module="strict"))
    await tester.hear(story.live_set(2, first, later))
    second = await tester.draft(patch_of(NOTE), 2, first.module_id)
    asked = (await tester.ask(second)).json()
    await tester.hear(await tester.requested())
    (problem,) = (await tester.read(asked["id"]))["problems"]
    assert (problem["code"], problem["pointer"]) == ("field_unknown", None)
    assert "strict" in problem["cause"]["en"]


async def test_the_same_content_on_the_same_base_is_answered_from_the_stored_run(tester: Bench) -> None:
    first = await tester.run(LOYALTY)
    module_id = first["module_id"]
    await tester.told()
    version = story.reference(1, module_id).model_copy(update={"content_hash": first["content_hash"]})
    asked = (await tester.ask(version)).json()
    await tester.hear(await tester.requested())
    again = await tester.read(asked["id"])
    assert (again["state"], again["reused_from"]) == ("passed", first["id"])
    assert (again["cases"], again["tally"]) == (first["cases"], first["tally"])
    assert [event["topic"] for event in await tester.told()] == ["run.started", "run.passed"]
    forced = (await tester.ask(version, force=True)).json()
    await tester.hear(await tester.requested())
    assert (await tester.read(forced["id"]))["reused_from"] is None


async def test_how_far_it_is_is_told_scenario_by_scenario(tester: Bench) -> None:
    watched = asyncio.Queue[dict[str, Any]]()

    async def watch() -> None:
        async for one in tester.hub.watch():
            watched.put_nowait(one)

    watching = asyncio.create_task(watch())
    run = await tester.run(patch_of(add_field("Customer", "vip", type="boolean")))
    watching.cancel()
    told = [watched.get_nowait() for _ in range(watched.qsize())]
    assert {one["subject"] for one in told} == {run["id"]}
    assert [one["done"] for one in told] == list(range(told[0]["total"]))
    assert told[-1]["scenario"] == "republish"


async def test_a_rule_on_what_is_there_already_is_rehearsed_around_it(tester: Bench) -> None:
    run = await tester.run(patch_of(NOTE, LARGE_NEED_NOTE, add_rule("Order", "never_huge", "total < 1000000")))
    assert run["state"] == "passed"


async def test_fields_that_could_not_be_written_are_not_said_to_be_rehearsed(tester: Bench) -> None:
    never = [add_rule("Customer", "never", "email == name"), add_field("Customer", "vip", type="boolean")]
    run = await tester.run(patch_of(*never))
    acts = {act["scenario"]: act for act in run["rehearsal"]}
    assert (acts["publish"]["outcome"], acts["write"]["outcome"]) == ("passed", "skipped")
    assert acts["write"]["steps"][0]["got"][0]["code"] == "rule_broken"


async def test_a_new_version_is_tried_from_what_is_live(tester: Bench) -> None:
    first = await tester.draft(LOYALTY)
    other = await tester.draft(patch_of(add_field("Customer", "vip", type="boolean"), module="vips"))
    await tester.hear(story.live_set(2, first, other))
    second = await tester.draft(patch_of(TIER, add_field("Order", "gate", type="text")), 2, first.module_id)
    asked = (await tester.ask(second)).json()
    await tester.hear(await tester.requested())
    run = await tester.read(asked["id"])
    assert (run["state"], run["problems"]) == ("passed", [])
    assert run["base_fingerprint"] == story.base_without("loyalty", first, other)


async def test_a_scenario_that_the_change_means_to_alter_is_replaced(tester: Bench) -> None:
    page = {"op": "set_page", "entity": "Customer", "page": {"kind": "list", "columns": ["name", "phone"]}}
    undeclared = await tester.run(patch_of(page))
    assert [one["scenario"] for one in undeclared["problems"]] == ["customer_pages_render"]
    await tester.told()
    view = {"step": "view", "entity": "Customer", "page": "list", "shows": ["name", "phone"], "hides": ["email"]}
    shorter = {"name": "customer_list_is_short", "entity": "Customer", "as": "sales", "steps": [view]}
    amends = [{"scenario": "customer_pages_render", "with": shorter}]
    declared = await tester.run(patch_of(page, amends=amends))
    assert (declared["state"], declared["problems"]) == ("passed", [])
    assert cases_of(declared, "module") == {"customer_list_is_short": "passed"}


async def test_what_is_amended_must_exist(tester: Bench) -> None:
    scenario_there = scenario("bronze")
    run = await tester.run(patch_of(TIER, amends=[{"scenario": "customer_pages_rendr", "with": scenario_there}]))
    (problem,) = run["problems"]
    assert (problem["code"], problem["pointer"]) == ("scenario_unknown", "/amends/0/scenario")
    assert problem["got"][0]["suggestion"] == "customer_pages_render"
