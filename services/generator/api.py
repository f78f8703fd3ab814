"""Generations, modules, versions, working copies and patches over HTTP."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from services.generator import documents, drafts, generation, modules, reading, versions
from services.generator.configuration import Keyring
from services.generator.versions import Making
from services.generator.views import (
    DiffView,
    DocumentBody,
    DraftBody,
    DraftView,
    GenerationBody,
    GenerationList,
    GenerationView,
    ImportView,
    ModuleList,
    ModuleView,
    PatchBody,
    QueuedView,
    ValidationView,
    VersionBody,
    VersionList,
    VersionView,
)
from shared.contracts.event import Cause
from shared.runtime.database import Transaction
from shared.runtime.identity import requires

router = APIRouter()

Developer = Annotated[Cause, requires("developer")]
Reader = Annotated[Cause, requires("administrator", "developer", "reviewer")]
Limit = Annotated[int, Query(ge=1, le=200)]
Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
Against = Annotated[int, Query(ge=1, le=2_147_483_647)]
IfMatch = Annotated[str | None, Header()]


def _keyring(request: Request) -> Keyring:
    return request.app.state.keyring


@router.post("/generations", status_code=202, tags=["generations"])
async def request_generation(
    body: GenerationBody, cause: Developer, session: Transaction, keyring: Annotated[Keyring, Depends(_keyring)]
) -> QueuedView:
    """Describe a change. Without `module_id` a new module is begun."""
    queued, module = await generation.request_generation(
        session, keyring, cause, body.sentence, body.model_id, body.module_id
    )
    return QueuedView(id=queued.id, module_id=module.id, module=module.name, state=queued.state)


@router.get("/generations", tags=["generations"])
async def list_generations(
    _reader: Reader, session: Transaction, module_id: UUID | None = None, limit: Limit = 50, cursor: str | None = None
) -> GenerationList:
    return await reading.generation_list(session, module_id, limit, cursor)


@router.get("/generations/{generation_id}", tags=["generations"])
async def read_generation(generation_id: UUID, _reader: Reader, session: Transaction) -> GenerationView:
    return reading.generation_view(*await generation.find_generation(session, generation_id))


@router.get("/modules", tags=["modules"])
async def list_modules(
    _reader: Reader, session: Transaction, limit: Limit = 50, cursor: str | None = None
) -> ModuleList:
    return await reading.module_list(session, limit, cursor)


@router.post("/modules", status_code=201, tags=["modules"])
async def import_module(body: PatchBody, cause: Developer, session: Transaction) -> ModuleView:
    """A document, ours or Patch DSL 1.0, as version 1 of a new module."""
    module, _ = await modules.import_module(session, body.patch, cause)
    return await reading.module_view(session, module)


@router.get("/modules/{module_id}", tags=["modules"])
async def read_module(module_id: UUID, _reader: Reader, session: Transaction) -> ModuleView:
    return await reading.module_view(session, await modules.find_module(session, module_id))


@router.get("/modules/{module_id}/versions", tags=["modules"])
async def list_versions(
    module_id: UUID, _reader: Reader, session: Transaction, limit: Limit = 50, cursor: str | None = None
) -> VersionList:
    return await reading.version_list(session, await modules.find_module(session, module_id), limit, cursor)


@router.post("/modules/{module_id}/versions", status_code=201, tags=["modules"])
async def save_version(
    module_id: UUID, body: VersionBody, cause: Developer, session: Transaction, response: Response
) -> VersionView:
    """An edit as a new version (201), or the newest one when it says the same already (200, `unchanged`)."""
    made = await drafts.save_version(
        session, module_id, await documents.read_patch(session, body.patch), body.note, cause
    )
    return await _made(session, module_id, made, response)


@router.get("/modules/{module_id}/versions/{number}", tags=["modules"])
async def read_version(module_id: UUID, number: Number, _reader: Reader, session: Transaction) -> VersionView:
    module = await modules.find_module(session, module_id)
    return reading.version_view(module, await versions.find_version(session, module_id, number))


@router.post("/modules/{module_id}/versions/{number}/restore", status_code=201, tags=["modules"])
async def restore_version(
    module_id: UUID, number: Number, cause: Developer, session: Transaction, response: Response
) -> VersionView:
    """An earlier version's content as a new version."""
    earlier = await versions.find_version(session, module_id, number)
    patch = await documents.read_patch(session, earlier.patch)
    made = await versions.add_version(session, module_id, patch, Making("restored", cause, builds_on=number))
    return await _made(session, module_id, made, response)


@router.get("/modules/{module_id}/versions/{number}/diff", tags=["modules"])
async def compare_versions(
    module_id: UUID, number: Number, against: Against, _reader: Reader, session: Transaction
) -> DiffView:
    earlier = await versions.find_version(session, module_id, against)
    later = await versions.find_version(session, module_id, number)
    return DiffView(version=number, against=against, changes=documents.compare(earlier.patch, later.patch))


@router.get("/modules/{module_id}/draft", tags=["modules"])
async def read_draft(module_id: UUID, cause: Developer, session: Transaction, response: Response) -> DraftView:
    return _draft(await drafts.read_draft(session, module_id, cause), response)


@router.put("/modules/{module_id}/draft", tags=["modules"])
async def save_draft(
    module_id: UUID,
    body: DraftBody,
    cause: Developer,
    session: Transaction,
    response: Response,
    if_match: IfMatch = None,
) -> DraftView:
    """Your working copy. Once there is one, `If-Match` must name the ETag that you changed."""
    text = body.text if body.text is not None else json.dumps(body.patch, ensure_ascii=False, indent=2)
    return _draft(await drafts.save_draft(session, module_id, cause, text, body.builds_on, if_match), response)


@router.delete("/modules/{module_id}/draft", status_code=204, tags=["modules"])
async def drop_draft(module_id: UUID, cause: Developer, session: Transaction, if_match: IfMatch = None) -> Response:
    await drafts.drop_draft(session, module_id, cause, if_match)
    return Response(status_code=204)


@router.post("/patches/validate", tags=["patches"])
async def validate_patch(body: PatchBody, cause: Reader, session: Transaction) -> ValidationView:
    """Everything that is wrong with a document, or what it would do to what is live now."""
    return await documents.validate_document(session, body.patch, cause)


@router.post("/patches/import", tags=["patches"])
async def import_document(body: DocumentBody, _reader: Reader, session: Transaction) -> ImportView:
    """A Patch DSL 1.0 document as a patch of ours; nothing is kept."""
    return await documents.import_document(session, body.document)


async def _made(session: Transaction, module_id: UUID, made: versions.Made, response: Response) -> VersionView:
    response.status_code = 200 if made.unchanged else 201
    module = await modules.find_module(session, module_id)
    return reading.version_view(module, made.version, unchanged=made.unchanged)


def _draft(draft: Any, response: Response) -> DraftView:
    response.headers["ETag"] = f'"{draft.etag}"'
    return reading.draft_view(draft)
