"""The connection test: one real, small tool call, and what came of it."""

import time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.endpoint import Endpoint
from services.generator.views import CheckView
from services.generator.writer import ProviderFailed
from services.generator.writers import writer_of
from shared.contracts.event import Cause
from shared.contracts.generation import ModelChecked
from shared.runtime.outbox import emit


async def check_endpoint(endpoint: Endpoint) -> CheckView:
    """Listing models proves nothing; whether the model does tools is what the answer has to show."""
    writer = await writer_of(endpoint)
    began = time.monotonic()
    try:
        served, outcome, detail = await writer.check(), "ok", None
    except ProviderFailed as failure:
        served, outcome, detail = None, failure.outcome, failure.detail
    latency = round((time.monotonic() - began) * 1000)
    return CheckView(outcome=outcome, latency_ms=latency, served_model=served, detail=detail)


async def announce_check(
    session: AsyncSession, model_id: UUID | None, name: str, check: CheckView, cause: Cause
) -> None:
    await emit(
        session,
        ModelChecked(
            cause=cause,
            subject=str(model_id or "unsaved"),
            model_id=model_id,
            name=name,
            outcome=check.outcome,
            latency_ms=check.latency_ms,
        ),
    )
