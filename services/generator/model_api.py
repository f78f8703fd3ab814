"""Configured models: administrators change them, whoever works here sees which there are."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.generator import checking, configuration
from services.generator.configuration import Keyring
from services.generator.tables import ConfiguredModel
from services.generator.views import CheckView, ModelChanges, ModelList, ModelValues, ModelView
from shared.contracts.event import Cause
from shared.runtime.database import Sessions, Transaction
from shared.runtime.identity import requires

router = APIRouter(prefix="/models", tags=["models"])

Administrator = Annotated[Cause, requires("administrator")]
Reader = Annotated[Cause, requires("administrator", "developer", "reviewer")]


def _keyring(request: Request) -> Keyring:
    return request.app.state.keyring


def _sessions(request: Request) -> Sessions:
    return request.app.state.sessions


KeyringHere = Annotated[Keyring, Depends(_keyring)]
# For what waits for a provider: no connection is held meanwhile.
SessionsHere = Annotated[Sessions, Depends(_sessions)]


@router.get("")
async def list_models(_reader: Reader, session: Transaction, keyring: KeyringHere) -> ModelList:
    rows = await configuration.list_models(session)
    default = configuration.default_among(rows, keyring)
    return ModelList(items=[configuration.view(row, keyring, default) for row in rows], next=None)


@router.post("", status_code=201)
async def add_model(body: ModelValues, cause: Administrator, session: Transaction, keyring: KeyringHere) -> ModelView:
    row = await configuration.add_model(session, body, keyring, cause)
    return await _view(session, row, keyring)


@router.post("/check")
async def check_values(
    body: ModelValues, cause: Administrator, session: Transaction, keyring: KeyringHere
) -> CheckView:
    """Try values that nobody has saved, with one real small tool call."""
    check = await checking.check_endpoint(await configuration.unsaved_endpoint(body, keyring))
    await checking.announce_check(session, None, body.name, check, cause)
    return check


@router.get("/{model_id}")
async def read_model(model_id: UUID, _reader: Reader, session: Transaction, keyring: KeyringHere) -> ModelView:
    return await _view(session, await configuration.find_model(session, model_id), keyring)


@router.put("/{model_id}")
async def change_model(
    model_id: UUID, body: ModelChanges, cause: Administrator, session: Transaction, keyring: KeyringHere
) -> ModelView:
    row = await configuration.change_model(session, model_id, body, keyring, cause)
    return await _view(session, row, keyring)


@router.delete("/{model_id}", status_code=204)
async def remove_model(model_id: UUID, cause: Administrator, session: Transaction, keyring: KeyringHere) -> Response:
    await configuration.remove_model(session, model_id, keyring, cause)
    return Response(status_code=204)


@router.post("/{model_id}/check")
async def check_model(
    model_id: UUID, cause: Administrator, sessions: SessionsHere, session: Transaction, keyring: KeyringHere
) -> CheckView:
    async with sessions.begin() as short:
        row = await configuration.find_model(short, model_id)
        endpoint = keyring.endpoint(row)
    check = await checking.check_endpoint(endpoint)
    await checking.announce_check(session, row.id, row.name, check, cause)
    return check


async def _view(session: Transaction, row: ConfiguredModel, keyring: Keyring) -> ModelView:
    default = configuration.default_among(await configuration.list_models(session), keyring)
    return configuration.view(row, keyring, default)
