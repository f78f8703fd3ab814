"""Every history of a module with two versions, on two bases, with every person trying every command."""

from collections import deque
from contextlib import suppress
from functools import cache
from typing import NamedTuple

import pytest

from shared.contracts.commands import (
    Activate,
    Approve,
    CancelRun,
    Deactivate,
    FailRelease,
    FailRun,
    Lapse,
    PassRun,
    Publish,
    Reject,
    RollBack,
    StartReview,
    StartRun,
    Submit,
    Supersede,
    Unpublish,
    Withdraw,
)
from shared.contracts.event import Actor, Role
from shared.contracts.lifecycle import TRANSIENT, Command, Evidence, Life, TransitionRefused, step
from shared.contracts.publishing import ModuleRolledBack

ROLES: tuple[Role, ...] = ("administrator", "developer", "reviewer")
AUTHOR = Actor(kind="person", id="author", name="Author", roles=ROLES)
EDITOR = Actor(kind="person", id="editor", name="Editor", roles=ROLES)
OTHER = Actor(kind="person", id="other", name="Other", roles=ROLES)
ROBOT = Actor(kind="service_account", id="robot", name="Robot", roles=ROLES)
NOBODY = Actor(kind="person", id="nobody", name="Nobody")
ACTORS = (AUTHOR, EDITOR, OTHER, ROBOT, NOBODY)
BASES = ("base one", "base two")
POINTER = "/operations/1"


class World(NamedTuple):
    """`base` is the present one, `approvers` approved each version, `published_on` is its last publication's base."""

    lives: tuple[Life, Life]
    base: str
    approvers: tuple[str | None, str | None] = (None, None)
    published_on: tuple[str | None, str | None] = (None, None)


def newborn(content_hash: str) -> Life:
    return Life(content_hash=content_hash, author="author", editors=("editor",), risk="L2", acknowledge=(POINTER,))


def commands(base: str) -> list[Command]:
    by_person = [
        command
        for by in ACTORS
        for command in (
            Submit(by=by, base_fingerprint=base),
            Withdraw(by=by),
            StartReview(by=by),
            Approve(by=by, acknowledged=(POINTER,)),
            Approve(by=by),
            Reject(by=by, reason="no"),
            Publish(by=by, base_fingerprint=base),
            RollBack(by=by),
            Unpublish(by=by),
        )
    ]
    by_service = [
        StartRun(by=OTHER),
        PassRun(by=ROBOT, base_fingerprint=base),
        PassRun(by=ROBOT, base_fingerprint=base, full=False),
        FailRun(by=ROBOT),
        CancelRun(by=OTHER),
        Lapse(by=ROBOT),
        Activate(by=ROBOT),
        Deactivate(by=ROBOT),
        FailRelease(by=ROBOT),
    ]
    return [*by_person, *by_service]


def successors(world: World) -> list[World]:
    """Every world one step on. The publisher keeps one release in flight and supersedes what a new version replaces."""
    found = [world._replace(base=base) for base in BASES if base != world.base]
    releasing = any(life.state in {"publishing", "unpublishing"} for life in world.lives)
    for index in (0, 1):
        for command, life in steps(world.lives[index].model_dump_json(), world.base):
            if releasing and isinstance(command, Publish | RollBack | Unpublish):
                continue
            found.append(_after(world, index, command, life))
    return found


@cache
def steps(told: str, base: str) -> list[tuple[Command, Life]]:
    """The commands that a life (as JSON) allows, each with the life after it; each says exactly one event."""
    life = Life.model_validate_json(told)
    allowed: list[tuple[Command, Life]] = []
    for command in commands(base):
        with suppress(TransitionRefused):
            after, said = step(life, command)
            assert len(said) == 1
            allowed.append((command, after))
    return allowed


def _after(world: World, index: int, command: Command, life: Life) -> World:
    lives = list(world.lives)
    lives[index] = life
    approvers = list(world.approvers)
    published_on = list(world.published_on)
    if isinstance(command, Approve):
        assert POINTER in command.acknowledged
        approvers[index] = command.by.id
    if isinstance(command, Publish):
        published_on[index] = command.base_fingerprint
    other = lives[1 - index]
    if isinstance(command, Activate) and other.state == "published":
        lives[1 - index], said = step(other, Supersede(by=ROBOT))
        assert said == ()
    return World((lives[0], lives[1]), world.base, (approvers[0], approvers[1]), (published_on[0], published_on[1]))


def assert_invariants(world: World) -> None:
    for life, approver, published_on in zip(world.lives, world.approvers, world.published_on, strict=True):
        if life.state == "published":
            assert life.was_live
            assert approver == "other", "only other eyes than the author's and the editor's approve"
            assert life.run is not None
        if life.state == "publishing" and life.releasing == "publish":
            assert (
                life.run
                == life.approval
                == Evidence(content_hash=life.content_hash, base_fingerprint=published_on or "")
            )
        assert (life.state in TRANSIENT) == (life.returns_to is not None), "a transient state knows its way back"
    assert sum(life.state == "published" for life in world.lives) <= 1


def test_no_history_breaks_an_invariant() -> None:
    start = World((newborn("hash one"), newborn("hash two")), BASES[0])
    seen, waiting = {start}, deque([start])
    while waiting:
        for world in successors(waiting.popleft()):
            if world not in seen:
                assert_invariants(world)
                seen.add(world)
                waiting.append(world)
    states = {life.state for world in seen for life in world.lives}
    assert len(states) == 14, "every state is reached"
    assert len(seen) > 1000


def refusal(life: Life, command: Command) -> str:
    with pytest.raises(TransitionRefused) as refused:
        step(life, command)
    return refused.value.code


def test_each_refusal_names_what_lacks() -> None:
    evidence = Evidence(content_hash="hash", base_fingerprint=BASES[0])
    life = newborn("hash")
    passed = life.model_copy(update={"state": "passed", "run": evidence})
    reviewing = passed.model_copy(update={"state": "reviewing"})
    approved = passed.model_copy(update={"state": "approved", "approval": evidence})
    assert refusal(life, Submit(by=AUTHOR, base_fingerprint=BASES[0])) == "state_forbids"
    assert refusal(passed, Submit(by=NOBODY, base_fingerprint=BASES[0])) == "role_missing"
    assert refusal(passed, Submit(by=AUTHOR, base_fingerprint=BASES[1])) == "run_stale"
    forbidden = passed.model_copy(update={"risk": "L3"})
    assert refusal(forbidden, Submit(by=AUTHOR, base_fingerprint=BASES[0])) == "risk_refused"
    assert refusal(reviewing, Approve(by=AUTHOR, acknowledged=(POINTER,))) == "four_eyes"
    assert refusal(reviewing, Approve(by=EDITOR, acknowledged=(POINTER,))) == "four_eyes"
    assert refusal(reviewing, Approve(by=ROBOT, acknowledged=(POINTER,))) == "person_required"
    assert refusal(reviewing, Approve(by=OTHER)) == "acknowledgement_missing"
    assert refusal(reviewing, Reject(by=OTHER, reason=" ")) == "reason_missing"
    assert refusal(approved, Publish(by=OTHER, base_fingerprint=BASES[1])) == "run_stale"
    assert refusal(approved.model_copy(update={"approval": None}), Publish(by=OTHER, base_fingerprint=BASES[0])) == (
        "approval_missing"
    )
    never_live = approved.model_copy(update={"state": "unpublished"})
    assert refusal(never_live, RollBack(by=OTHER)) == "never_live"


def test_a_rolled_back_module_says_so() -> None:
    life = newborn("hash").model_copy(update={"state": "unpublished", "was_live": True})
    publishing, _ = step(life, RollBack(by=OTHER))
    published, said = step(publishing, Activate(by=ROBOT))
    assert (published.state, said) == ("published", (ModuleRolledBack,))


def test_a_run_on_the_same_base_keeps_the_approval_and_on_another_voids_it() -> None:
    evidence = Evidence(content_hash="hash", base_fingerprint=BASES[0])
    approved = newborn("hash").model_copy(update={"state": "approved", "run": evidence, "approval": evidence})
    testing, _ = step(approved, StartRun(by=OTHER))
    same, _ = step(testing, PassRun(by=ROBOT, base_fingerprint=BASES[0]))
    moved, _ = step(testing, PassRun(by=ROBOT, base_fingerprint=BASES[1]))
    assert (same.state, same.approval) == ("approved", evidence)
    assert (moved.state, moved.approval) == ("passed", None)
