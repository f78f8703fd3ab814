"""Events as other services tell them, for the tests of the services that decide on them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.event import Actor, Cause, VersionRef
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.contracts.publishing import ModulePublished
from shared.contracts.review import ReviewApproved, ReviewLapsed
from shared.contracts.testing import RunFailed, RunPassed, Tally
from shared.patch.liveset import base_fingerprint
from tests.services.edge import ADA, RITA

CRM = "crm-1"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reference(number: int = 1, module_id: UUID | None = None, module: str = "loyalty") -> VersionRef:
    return VersionRef(
        module_id=module_id or uuid4(), module=module, version=number, content_hash=f"sha256:{module}-{number}"
    )


def base_without(module: str, *live: VersionRef) -> str:
    return base_fingerprint(CRM, [(version.module, version.content_hash) for version in live], module)


def cause(who: Actor = ADA) -> Cause:
    return Cause(actor=who)


def drafted(version: VersionRef, *, author: Actor = ADA, requires: tuple[str, ...] = (), **told: Any) -> VersionDrafted:
    header = {"name": version.module, "title": version.module.title(), "requires": list(requires)}
    fields: dict[str, Any] = {
        "cause": cause(author),
        "subject": f"{version.module_id}/{version.version}",
        "version": version,
        "title": version.module.title(),
        "source": "generated",
        "author": author.id,
        "editors": (author.id,),
        "risk": "L1",
        "patch": {"patch": "1", "module": header, "operations": []},
    }
    return VersionDrafted.model_validate({**fields, **told})


def passed(version: VersionRef, *live: VersionRef, minute: int = 0, full: bool = True) -> RunPassed:
    return RunPassed.model_validate(_run(version, *live, minute=minute, full=full))


def failed(version: VersionRef, *live: VersionRef, minute: int = 0) -> RunFailed:
    return RunFailed.model_validate(_run(version, *live, minute=minute, full=True))


def live_set(sequence: int, *live: VersionRef, release_id: UUID | None = None) -> CrmActivated:
    return CrmActivated.model_validate(_host(sequence, live, release_id))


def withdrawn_set(sequence: int, *live: VersionRef, release_id: UUID | None = None) -> CrmDeactivated:
    return CrmDeactivated.model_validate(_host(sequence, live, release_id))


def published(version: VersionRef) -> ModulePublished:
    return ModulePublished(
        cause=cause(), subject="x", release_id=uuid4(), kind="publish", version=version, title=version.module.title()
    )


def approved(version: VersionRef, *live: VersionRef, reviewer: Actor = RITA) -> ReviewApproved:
    return ReviewApproved(
        cause=cause(reviewer),
        subject="x",
        review_id=uuid4(),
        version=version,
        reviewer=reviewer.id,
        run_id=uuid4(),
        base_fingerprint=base_without(version.module, *live),
    )


def lapsed(approval: ReviewApproved, replaced_by: int) -> ReviewLapsed:
    return ReviewLapsed(
        cause=cause(), subject="x", review_id=approval.review_id, version=approval.version, replaced_by=replaced_by
    )


def _run(version: VersionRef, *live: VersionRef, minute: int, full: bool) -> dict[str, Any]:
    return {
        "cause": cause(),
        "subject": "x",
        "time": NOON + timedelta(minutes=minute),
        "run_id": uuid4(),
        "version": version,
        "base_fingerprint": base_without(version.module, *live),
        "suite_version": "suite-1",
        "engine_version": "engine-1",
        "full": full,
        "tally": Tally(total=30, passed=30, failed=0, seconds=1.5),
    }


def _host(sequence: int, live: tuple[VersionRef, ...], release_id: UUID | None) -> dict[str, Any]:
    return {
        "cause": cause(),
        "subject": "x",
        "host": "crm",
        "host_sequence": sequence,
        "release_id": release_id,
        "crm_version": CRM,
        "live": live,
        "manifest_fingerprint": f"manifest-{sequence}",
        "schema_fingerprint": f"schema-{sequence}",
        "manifest": {},
    }
