"""The example modules, published: their scenarios pass, and the suite as they amend it; nothing is left of them."""

from collections.abc import Sequence

import pytest

from shared.crm import EXAMPLES, base_manifest, example, lay_out_fixtures, suite
from shared.engine import FixedClock
from shared.engine.scenarios import run_scenario
from shared.patch import Patch, apply, parse
from shared.patch.liveset import fold
from shared.patch.rebasing import rebase
from shared.patch.scenario import Scenario
from tests.engine.workshop import CLOCK, Workshop
from tests.patch.making import document_of
from tests.patch.test_examples import RENAMES

PATCHES = {name: parse(example(name)) for name in EXAMPLES}
# Nothing ships uninspected beside that module, so the scenarios of those that ship are no longer true.
INSPECTED = "quality_inspection"
SHIPPING = {"loyalty_programme", "returns_rma", "sales_commissions"}


def amended(patches: Sequence[Patch]) -> list[Scenario]:
    """The CRM's suite as the modules alter it."""
    altered = {one.scenario: one.replacement for patch in patches for one in patch.amends}
    return [altered.get(one.name, one) for one in suite().scenarios]


async def broken(shop: Workshop, scenarios: Sequence[Scenario], clock: FixedClock = CLOCK) -> dict[str, str]:
    """What went wrong, by scenario."""
    outcomes = [await run_scenario(shop.application, shop.connection, one, clock) for one in scenarios]
    return {one.scenario.name: f"{one.failed}" for one in outcomes if not one.ok}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_published_it_does_what_its_scenarios_say(shop: Workshop, name: str) -> None:
    patch = PATCHES[name]
    await shop.become(apply(patch, shop.manifest))
    assert await broken(shop, [*patch.scenarios, *amended([patch])]) == {}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_where_names_have_changed_it_does_the_same(shop: Workshop, name: str) -> None:
    onto = apply(parse(document_of("renaming", *RENAMES)), shop.manifest)
    followed = rebase(PATCHES[name], onto, shop.manifest)
    await shop.become(apply(followed, onto))
    assert await broken(shop, followed.scenarios) == {}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_without_it_its_scenarios_fail(shop: Workshop, name: str) -> None:
    alone = [one for one in PATCHES[name].scenarios if one.entity in shop.manifest.visible_entities]
    assert set(await broken(shop, alone)) == {one.name for one in alone}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_withdrawn_the_crm_is_as_it_was(shop: Workshop, name: str) -> None:
    await lay_out_fixtures(shop.application, shop.connection, CLOCK)
    before = await shop.fingerprint()
    await shop.become(apply(PATCHES[name], shop.manifest))
    assert await shop.fingerprint() != before
    await shop.become(base_manifest())
    assert await shop.fingerprint() == before
    await shop.become(apply(PATCHES[name], shop.manifest))


async def test_all_of_them_are_live_together(shop: Workshop) -> None:
    patches = [patch for name, patch in PATCHES.items() if name != INSPECTED]
    await shop.become(fold(base_manifest(), patches))
    own = [one for patch in patches for one in patch.scenarios]
    assert await broken(shop, [*own, *amended(patches)]) == {}


async def test_one_that_changes_what_shipping_takes_breaks_those_that_ship(shop: Workshop) -> None:
    await shop.become(fold(base_manifest(), PATCHES.values()))
    failed = await broken(shop, [one for patch in PATCHES.values() for one in patch.scenarios])
    assert all("transition_guarded" in one for one in failed.values())
    of = {one.name: name for name, patch in PATCHES.items() for one in patch.scenarios}
    assert {of[one] for one in failed} == SHIPPING
