"""What must be true before a release is authorised, answered from our own copies of the facts.

1. To publish: a full run passed and a review approved this very content, both on the base it goes onto.
2. The approver is neither its author nor one of its editors.
3. Whatever the version requires is live; nothing that is live requires what is withdrawn.
4. To roll back: the version was live before, and the module is live now. Its evidence is that earlier publication.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publisher.tables import Approval, DraftedVersion, FinishedRun, Host, PublishedModule, Release
from shared.contracts.commands import Publish, RollBack, Unpublish
from shared.contracts.event import Actor, VersionRef
from shared.contracts.lifecycle import Command, Evidence, Life
from shared.patch.liveset import base_fingerprint
from shared.runtime.errors import Conflict


class Lack(NamedTuple):
    """One thing that stands in the way."""

    code: str
    detail: str
    params: dict[str, Any]


class Passage(NamedTuple):
    """What the gate let through: from which life, by which command, on what evidence."""

    life: Life
    command: Command
    evidence: dict[str, Any]


class GateRefused(Conflict):
    """Says everything that lacks; the code is that of the first."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        named = [{"code": lack.code, **lack.params} for lack in lacks]
        params = {**lacks[0].params, "lacks": named}
        super().__init__(" ".join(lack.detail for lack in lacks), code=lacks[0].code, params=params)


async def check_publish(session: AsyncSession, by: Actor, host: Host, version: DraftedVersion) -> Passage:
    """On the evidence of a run and an approval. Raises GateRefused with all that lacks."""
    base = present_base(host, version.module)
    was_live = await last_publication(session, version.module_id, version.version) is not None
    run = _run_on(base, await _runs_of(session, version))
    approval = await _approval_on(session, base, version, was_live=was_live)
    lacks = [found for found in (run, approval) if isinstance(found, Lack)]
    if isinstance(approval, Approval) and approval.reviewer in {version.author, *version.editors}:
        lacks.append(Lack("four_eyes", "Whoever approved it also wrote it.", {"reviewer": approval.reviewer}))
    lacks += missing_requirements(host, version)
    if lacks or isinstance(run, Lack) or isinstance(approval, Lack):
        raise GateRefused(lacks)
    evidence = {
        "kind": "gate",
        "run_id": str(run.run_id),
        "review_id": str(approval.review_id),
        "reviewer": approval.reviewer,
        "base_fingerprint": base,
    }
    proof = Evidence(content_hash=version.content_hash, base_fingerprint=base)
    life = _life(version, state="unpublished" if was_live else "approved", run=proof, approval=proof)
    return Passage(life, Publish(by=by, base_fingerprint=base), evidence)


async def check_unpublish(
    session: AsyncSession, by: Actor, host: Host, entry: PublishedModule, version: DraftedVersion
) -> Passage:
    """On the evidence of its publication. Raises GateRefused naming the modules that would be left without it."""
    dependants = await dependants_of(session, host, entry.module)
    if dependants:
        named = ", ".join(dependants)
        detail = f"{entry.title} cannot be withdrawn: {named} would be left without it. Withdraw that first."
        raise GateRefused([Lack("dependants", detail, {"dependants": dependants})])
    evidence = {"kind": "publication", "release_id": str(entry.release_id)}
    return Passage(_life(version, state="published"), Unpublish(by=by), evidence)


async def check_rollback(session: AsyncSession, by: Actor, host: Host, version: DraftedVersion) -> Passage:
    """On the evidence of the release that made this version live before, and of what that one rested on."""
    earlier = await last_publication(session, version.module_id, version.version)
    if earlier is None:
        detail = f"Version {version.version} has never been live: it cannot be rolled back to. Publish it instead."
        raise GateRefused([Lack("never_live", detail, {"version": version.version})])
    lacks = missing_requirements(host, version)
    if lacks:
        raise GateRefused(lacks)
    evidence = {"kind": "earlier_publication", "release_id": str(earlier.id), "evidence": earlier.evidence}
    return Passage(_life(version, state="unpublished", was_live=True), RollBack(by=by), evidence)


def present_base(host: Host, module: str) -> str:
    live = [(version["module"], version["content_hash"]) for version in host.live]
    return base_fingerprint(host.crm_version, live, module)


def missing_requirements(host: Host, version: DraftedVersion) -> list[Lack]:
    live = {version["module"] for version in host.live}
    missing = [name for name in _requires(version) if name not in live]
    if not missing:
        return []
    detail = f"It requires {', '.join(missing)}, which is not published."
    return [Lack("requirement_missing", detail, {"requires": missing})]


async def dependants_of(session: AsyncSession, host: Host, module: str) -> list[str]:
    """Names of the live modules that require `module`."""
    dependants: list[str] = []
    for reference in (VersionRef.model_validate(version) for version in host.live):
        version = await session.get(DraftedVersion, (reference.module_id, reference.version))
        if version is not None and module in _requires(version):
            dependants.append(version.module)
    return dependants


async def last_publication(session: AsyncSession, module_id: UUID, version: int) -> Release | None:
    """The newest release that made this version live."""
    releases = (
        select(Release)
        .where(
            Release.module_id == module_id,
            Release.version == version,
            Release.state == "live",
            Release.kind.in_(("publish", "rollback")),
        )
        .order_by(Release.settled_at.desc())
        .limit(1)
    )
    return (await session.scalars(releases)).first()


def _life(version: DraftedVersion, **known: Any) -> Life:
    editors = tuple(version.editors)
    return Life(content_hash=version.content_hash, author=version.author, editors=editors, **known)


def _requires(version: DraftedVersion) -> list[str]:
    return list(version.patch.get("module", {}).get("requires") or ())


async def _runs_of(session: AsyncSession, version: DraftedVersion) -> Sequence[FinishedRun]:
    runs = select(FinishedRun).where(
        FinishedRun.module_id == version.module_id, FinishedRun.content_hash == version.content_hash
    )
    return (await session.scalars(runs.order_by(FinishedRun.finished_at.desc()))).all()


def _run_on(base: str, runs: Sequence[FinishedRun]) -> FinishedRun | Lack:
    """The newest full run on this base, if it passed."""
    full = [run for run in runs if run.full]
    here = [run for run in full if run.base_fingerprint == base]
    if here and here[0].passed:
        return here[0]
    if here or (full and not any(run.passed for run in full)):
        return Lack("run_failed", "Its last full run failed.", {"run_id": str((here or full)[0].run_id)})
    if full:
        detail = "What is live has changed since it was tested. Run it again, then have it reviewed again."
        return Lack("run_stale", detail, {"tested_on": full[0].base_fingerprint, "base": base})
    if runs:
        return Lack("run_selective", "Only a part of the suite was run on it.", {"run_id": str(runs[0].run_id)})
    detail = "No run of it has been heard of. If it has just been tested, try again in a moment."
    return Lack("run_missing", detail, {})


async def _approval_on(session: AsyncSession, base: str, version: DraftedVersion, *, was_live: bool) -> Approval | Lack:
    """The approval of this content on this base. A version that has been live does not lapse by a newer one."""
    decisions = select(Approval).where(Approval.module_id == version.module_id, Approval.version == version.version)
    known = (await session.scalars(decisions.order_by(Approval.approved_at.desc()))).all()
    newest = await session.scalar(
        select(func.max(DraftedVersion.version)).where(DraftedVersion.module_id == version.module_id)
    )
    replaced_by = max([newest or 0, *(decision.replaced_by or 0 for decision in known)])
    approved = [
        decision for decision in known if decision.approved_at and decision.content_hash == version.content_hash
    ]
    if not approved:
        detail = "No approval of this content has been heard of. If it has just been approved, try again in a moment."
        return Lack("approval_missing", detail, {"content_hash": version.content_hash})
    if replaced_by > version.version and not was_live:
        detail = f"Its approval lapsed when version {replaced_by} was made."
        return Lack("approval_lapsed", detail, {"replaced_by": replaced_by})
    for decision in approved:
        if decision.base_fingerprint == base:
            return decision
    detail = "It was approved on top of something else than what is live now."
    return Lack("approval_stale", detail, {"approved_on": approved[0].base_fingerprint, "base": base})
