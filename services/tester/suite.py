"""Which scenarios a live set must pass: the CRM's own, as its modules amend them, and the modules' own."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from services.tester.evidence import Suite
from shared.crm import SUITE_VERSION, suite
from shared.patch import Patch
from shared.patch.keys import BASE_MODULE
from shared.patch.scenario import Scenario
from shared.patch.text import Text


@dataclass(frozen=True)
class Play:
    """A scenario to run, and whose it is. `pointer` leads to it in the patch under test, when it is from there.

    `modules` are those whose seeds it finds: its own and what that one requires.
    """

    suite: Suite
    scenario: Scenario
    pointer: str | None = None
    modules: frozenset[str] = frozenset((BASE_MODULE,))


class ScenarioView(BaseModel):
    name: str
    title: Text | None
    entity: str
    tags: tuple[str, ...]
    steps: int


class SuiteView(BaseModel):
    suite_version: str
    entities: tuple[str, ...]
    scenarios: tuple[ScenarioView, ...]


def base_suite() -> SuiteView:
    """The CRM's own suite, as it is shown."""
    scenarios = suite().scenarios
    views = tuple(
        ScenarioView(name=one.name, title=one.title, entity=one.entity, tags=one.tags, steps=len(one.steps))
        for one in scenarios
    )
    entities = tuple(dict.fromkeys(one.entity for one in scenarios))
    return SuiteView(suite_version=SUITE_VERSION, entities=entities, scenarios=views)


def plays_of(patches: Sequence[Patch], entities: Sequence[str], tested: Patch | None = None) -> list[Play]:
    """What is to be played where `patches` are live. `entities` select from the CRM's suite; none means all of it."""
    plays = {one.name: Play("crm", one) for one in suite().scenarios if not entities or one.entity in entities}
    worlds = _worlds(patches)
    for patch in patches:
        for position, amendment in enumerate(patch.amends):
            if amendment.scenario in plays:
                pointer = f"/amends/{position}/with"
                world = worlds[patch.module.name]
                plays[amendment.scenario] = _play(patch, tested, amendment.replacement, pointer, world)
    own = [
        _play(patch, tested, scenario, f"/scenarios/{position}", worlds[patch.module.name])
        for patch in patches
        for position, scenario in enumerate(patch.scenarios)
    ]
    return [*plays.values(), *own]


def _worlds(patches: Sequence[Patch]) -> dict[str, frozenset[str]]:
    """By module: itself, the base, and what it requires, directly or not; each stands behind what it requires."""
    worlds: dict[str, frozenset[str]] = {}
    for patch in patches:
        name = patch.module.name
        required = (worlds.get(one, frozenset[str]()) for one in patch.module.requires)
        worlds[name] = frozenset((BASE_MODULE, name)).union(*required)
    return worlds


def _play(patch: Patch, tested: Patch | None, scenario: Scenario, pointer: str, world: frozenset[str]) -> Play:
    if patch is tested:
        return Play("module", scenario, pointer, world)
    return Play("live", scenario, modules=world)
