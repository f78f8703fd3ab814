"""What the host says of itself."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.crm.tables import Activation
from shared.contracts.event import Actor, Cause, VersionRef
from shared.contracts.hosting import CrmActivated, CrmActivationFailed, CrmDeactivated
from shared.contracts.publishing import ReleaseAuthorised
from shared.patch import visible
from shared.patch.manifest import Manifest
from shared.runtime.outbox import emit

_ITSELF = Cause(actor=Actor(kind="service", id="crm", name="crm"))


async def tell_genesis(session: AsyncSession, activation: Activation, host_name: str) -> None:
    await emit(session, CrmActivated(cause=_ITSELF, **_facts(activation, host_name)))


async def tell_activation(
    session: AsyncSession, activation: Activation, host_name: str, order: ReleaseAuthorised
) -> None:
    said = _facts(activation, host_name)
    said |= {"cause": order.cause.by("crm"), "release_id": order.release_id}
    if order.kind == "unpublish":
        await emit(session, CrmDeactivated(**said))
    else:
        await emit(session, CrmActivated(findings=tuple(activation.findings), **said))


async def tell_failure(
    session: AsyncSession, order: ReleaseAuthorised, host_name: str, code: str, params: dict[str, Any]
) -> None:
    event = CrmActivationFailed(
        cause=order.cause.by("crm"),
        subject=str(order.release_id),
        host=host_name,
        release_id=order.release_id,
        code=code,
        params=params,
    )
    await emit(session, event)


def visible_document(activation: Activation) -> dict[str, Any]:
    """The manifest as people see it, without removed parts."""
    return visible(Manifest.model_validate(activation.manifest))


def _facts(activation: Activation, host_name: str) -> dict[str, Any]:
    return {
        "subject": host_name,
        "host": host_name,
        "host_sequence": activation.host_sequence,
        "crm_version": activation.crm_version,
        "live": tuple(VersionRef.model_validate(version) for version in activation.live),
        "manifest_fingerprint": activation.manifest_fingerprint,
        "schema_fingerprint": activation.schema_fingerprint,
        "manifest": visible_document(activation),
    }
