"""Whatever people and the host do, in whatever order: what is live passed and was approved, one release at a time."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.event import VersionRef
from tests.services import story
from tests.services.edge import ANNA, Edge
from tests.services.publisher.acts import ask, obey, refuse

STEPS = 60


@dataclass
class World:
    """What has been said so far: the drafted versions, what each was tested and approved on, and what is live."""

    publisher: Edge
    random: random.Random
    modules: list[UUID]
    versions: list[VersionRef] = field(default_factory=list[VersionRef])
    proofs: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    was_live: set[str] = field(default_factory=set[str])
    live: list[VersionRef] = field(default_factory=list[VersionRef])
    sequence: int = 1
    flying: dict[str, Any] | None = None

    async def draft(self) -> None:
        number = self.random.randrange(len(self.modules))
        count = sum(version.module_id == self.modules[number] for version in self.versions)
        version = story.reference(count + 1, self.modules[number], f"module{number}")
        self.versions.append(version)
        await self.publisher.hear(story.drafted(version))

    async def prove(self) -> None:
        version = self.random.choice(self.versions)
        kind = self.random.choice(["run", "approval"])
        self.proofs.add((kind, version.content_hash, story.base_without(version.module, *self.live)))
        tell = story.passed if kind == "run" else story.approved
        await self.publisher.hear(tell(version, *self.live))

    async def request(self) -> None:
        version = self.random.choice(self.versions)
        kind = self.random.choice(["publish", "publish", "unpublish", "rollback"])
        answer = await ask(self.publisher, kind, version)
        if answer.status_code != 202:
            assert answer.status_code in {200, 409}, answer.text
            return
        assert self.flying is None, "two releases in flight"
        release = self.flying = answer.json()
        assert release["before"] == [one.model_dump(mode="json") for one in self.live]
        if kind == "publish":
            base = story.base_without(version.module, *self.live)
            assert {("run", version.content_hash, base), ("approval", version.content_hash, base)} <= self.proofs
            newest = max(one.version for one in self.versions if one.module_id == version.module_id)
            assert version.version == newest or version.content_hash in self.was_live
        if kind == "rollback":
            assert version.content_hash in self.was_live

    async def answer(self) -> None:
        if self.flying is None:
            return
        if self.random.random() < 0.2:
            await refuse(self.publisher, self.flying)
        else:
            self.sequence += 1
            self.live = [VersionRef.model_validate(version) for version in self.flying["after"]]
            self.was_live |= {version.content_hash for version in self.live}
            await obey(self.publisher, self.sequence, self.flying)
        self.flying = None


@pytest.mark.parametrize("seed", range(4))
async def test_the_invariants_hold_over_a_whole_history(publisher: Edge, seed: int) -> None:
    modules = [story.reference().module_id for _ in range(3)]
    world = World(publisher, random.Random(seed), modules)
    await world.draft()
    for _ in range(STEPS):
        act = world.random.choices([world.draft, world.prove, world.request, world.answer], [1, 4, 4, 3])[0]
        await act()
        listed = (await publisher.get("/published", ANNA, state="published", limit=200)).json()["items"]
        assert {row["content_hash"] for row in listed} == {version.content_hash for version in world.live}
        assert len({version.module_id for version in world.live}) == len(world.live)
    assert world.was_live, "nothing was ever published: this history proves nothing"
