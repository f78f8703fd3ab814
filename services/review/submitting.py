"""Submit a version: what a review may rest on is decided here, from our own copies of the facts."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.review import facts
from services.review.deciding import say
from services.review.stepping import take_step
from services.review.tables import DraftedVersion, FinishedRun, PublishedVersion, Review
from shared.contracts.commands import Submit
from shared.contracts.event import Cause
from shared.contracts.lifecycle import Evidence, Life, State
from shared.runtime.errors import Conflict, NotFound


async def open_review(session: AsyncSession, cause: Cause, module_id: UUID, number: int) -> Review:
    """Open the review of a version, with the run that it rests on.

    Raises 404 `version_unknown`, 503 `base_unknown`, 409 `version_superseded`, `run_failed`, `run_selective`, and
    from the lifecycle `state_forbids`, `risk_refused`, `run_missing` and `run_stale`.
    """
    newest = await facts.lock_module(session, module_id)
    version = await session.get(DraftedVersion, (module_id, number))
    if newest is None or version is None:
        detail = f"No version {number} of this module is known here. If it was made a moment ago, try again."
        params = {"module_id": str(module_id), "version": number}
        raise NotFound(detail, code="version_unknown", params=params)
    await _refuse_superseded(session, version, newest)
    base = await facts.present_base(session, version.module)
    run = _run_to_rest_on(await facts.runs_of(session, version.content_hash), base)
    life = _life(version, run, await _latest_review(session, version))
    state, opened = take_step(life, Submit(by=cause.person, base_fingerprint=base))
    assert run is not None, "the lifecycle submits nothing without a run"
    review = Review(
        id=uuid4(),
        module_id=module_id,
        version=number,
        content_hash=version.content_hash,
        state=state,
        run_id=run.run_id,
        base_fingerprint=run.base_fingerprint,
        submitted_by={"id": cause.person.id, "name": cause.person.name},
        acknowledged=[],
    )
    session.add(review)
    await say(session, opened, review, version, cause, run_id=run.run_id, base_fingerprint=run.base_fingerprint)
    return review


async def _refuse_superseded(session: AsyncSession, version: DraftedVersion, newest: int) -> None:
    if newest <= version.version:
        return
    if await session.get(PublishedVersion, (version.module_id, version.version)) is None:
        detail = f"Version {newest} has taken its place. Submit that one, or restore this one as a new version."
        params = {"version": version.version, "newest": newest}
        raise Conflict(detail, code="version_superseded", params=params)


async def _latest_review(session: AsyncSession, version: DraftedVersion) -> Review | None:
    reviews = (
        select(Review)
        .where(Review.module_id == version.module_id, Review.version == version.version)
        .order_by(Review.submitted_at.desc())
        .limit(1)
    )
    return (await session.scalars(reviews)).first()


def _run_to_rest_on(runs: Sequence[FinishedRun], base: str) -> FinishedRun | None:
    """The newest full run on the present base, else the newest full one that passed elsewhere, which is stale."""
    full = [run for run in runs if run.full]
    here = [run for run in full if run.base_fingerprint == base]
    if here and here[0].passed:
        return here[0]
    passed = [run for run in full if run.passed and run.base_fingerprint != base]
    if passed and not here:
        return passed[0]
    if full:
        detail = "The last full run of this version failed. Repair it, then run it again."
        raise Conflict(detail, code="run_failed", params={"run_id": str((here or full)[0].run_id)})
    if runs:
        detail = "Only a part of the suite has been run. Run the whole suite, then submit."
        raise Conflict(detail, code="run_selective", params={"run_id": str(runs[0].run_id)})
    return None


def _life(version: DraftedVersion, run: FinishedRun | None, last: Review | None) -> Life:
    evidence = run and Evidence(content_hash=run.content_hash, base_fingerprint=run.base_fingerprint)
    return Life(
        content_hash=version.content_hash,
        author=version.author,
        editors=tuple(version.editors),
        risk=version.risk,
        acknowledge=tuple(version.acknowledge),
        state=_state(run, last),
        run=evidence,
    )


def _state(run: FinishedRun | None, last: Review | None) -> State:
    """Where a version stands before it is submitted: an approval on another base than the run's counts no more."""
    if last is None:
        return "passed"
    if last.state == "approved" and run is not None and run.base_fingerprint != last.base_fingerprint:
        return "passed"
    return last.state
