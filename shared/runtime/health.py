"""Whether a service lives, and whether it can do its work."""

import asyncio
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from shared.runtime.database import Sessions

PROBE_SECONDS = 2.0

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """503 while database, broker or relay do not work, and which; `relay` also says what it stumbled over."""
    state = request.app.state
    checks: dict[str, Any] = {}
    if state.sessions is not None:
        checks["database"] = await _database(state.sessions)
    if state.messaging is not None:
        checks.update(await state.messaging.health())
    ready = all(check == "ok" for check in checks.values())
    return JSONResponse({"status": "ok" if ready else "not_ready", "checks": checks}, 200 if ready else 503)


async def _database(sessions: "Sessions") -> str:
    try:
        async with asyncio.timeout(PROBE_SECONDS), sessions() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        return f"away: {type(error).__name__}"
    return "ok"
