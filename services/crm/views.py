"""What the CRM looks like right now: its manifest, menus, notices, lists, forms and timelines, for whoever asks."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.crm.api import Host, Reader
from services.crm.telling import visible_document
from shared.runtime.identity import Caller

router = APIRouter(tags=["views"])

Language = Literal["en", "zh"]


@router.get("/manifest")
async def read_manifest(host: Host, _cause: Caller) -> dict[str, Any]:
    """The whole visible manifest with its fingerprints, and the live set that makes it."""
    activation = host.activation
    return {
        "host_sequence": activation.host_sequence,
        "crm_version": activation.crm_version,
        "live": activation.live,
        "manifest_fingerprint": activation.manifest_fingerprint,
        "schema_fingerprint": activation.schema_fingerprint,
        "manifest": visible_document(activation),
    }


@router.get("/menus")
async def read_menus(host: Host, user: Reader, language: Language = "en") -> dict[str, Any]:
    return {"items": host.application.menus(user, language)}


@router.get("/views/notices")
async def read_notices(host: Host, user: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """What triggers told the roles of whoever asks, the newest first."""
    return {"items": await host.application.notices(host.connection, user, limit)}


@router.get("/views/{entity}/list")
async def read_list_view(entity: str, host: Host, user: Reader, language: Language = "en") -> dict[str, Any]:
    return host.application.list_view(entity, user, language)


@router.get("/views/{entity}/form")
async def read_form_view(entity: str, host: Host, user: Reader, language: Language = "en") -> dict[str, Any]:
    return host.application.form_view(entity, user, language)


@router.get("/views/{entity}/timeline")
async def read_timeline_view(
    entity: str, host: Host, user: Reader, record: Annotated[UUID, Query()], language: Language = "en"
) -> dict[str, Any]:
    """The timeline of `record`, told by the records of `entity` that belong to it."""
    return await host.application.timeline_view(host.connection, entity, record, user, language)
