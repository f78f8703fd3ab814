"""Configured models: kept with their keys sealed, shown without them, and the one that is the default."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.address import check_base_url, resolve
from services.generator.endpoint import Endpoint
from services.generator.presets import KIMI_BASE_URL, Environment
from services.generator.tables import ConfiguredModel
from services.generator.vault import Sealed, Vault
from services.generator.views import ModelChanges, ModelValues, ModelView
from shared.contracts.event import Cause
from shared.contracts.generation import ModelConfigured, ModelRemoved
from shared.runtime.errors import Conflict, NotFound
from shared.runtime.outbox import emit


@dataclass(frozen=True)
class Keyring:
    """What turns a row into an endpoint: the vault, the environment's overrides and the hosts allowed by name."""

    vault: Vault
    environment: Environment
    allowed_hosts: tuple[str, ...]

    def endpoint(self, row: ConfiguredModel) -> Endpoint:
        """Raises `Conflict` with `model_key_missing`, and `Unavailable` when the key cannot be opened."""
        endpoint = Endpoint(
            name=row.name,
            kind=row.kind,
            base_url=self.base_url(row) or "",
            model=row.model or "",
            timeout_seconds=row.timeout_seconds,
            max_tokens=row.max_tokens,
            allowed_hosts=self.allowed_hosts,
        )
        if row.kind == "builtin":
            return endpoint
        return replace(endpoint, api_key=self._key(row, endpoint.base_url))

    def base_url(self, row: ConfiguredModel) -> str | None:
        """A key from the environment goes to the environment's address or the preset's, never to one entered here."""
        if row.preset != "kimi" or not self.environment.overrides:
            return row.base_url
        return self.environment.base_url or (KIMI_BASE_URL if self.environment.api_key else row.base_url)

    def has_key(self, row: ConfiguredModel) -> bool:
        return self._from_environment(row) or (row.sealed_key is not None and self.base_url(row) == row.base_url)

    def last_four(self, row: ConfiguredModel) -> str | None:
        if self._from_environment(row):
            return (self.environment.api_key or "")[-4:]
        return row.key_last_four if self.has_key(row) else None

    def overrides(self, row: ConfiguredModel) -> tuple[str, ...]:
        return self.environment.overrides if row.preset == "kimi" else ()

    def _from_environment(self, row: ConfiguredModel) -> bool:
        return row.preset == "kimi" and self.environment.api_key is not None

    def _key(self, row: ConfiguredModel, base_url: str) -> str:
        if self._from_environment(row):
            return self.environment.api_key or ""
        if row.sealed_key is None or row.key_id is None or not self.has_key(row):
            raise Conflict(
                f"The model {row.name} has no key. An administrator can enter one.",
                code="model_key_missing",
                params={"model": row.name},
            )
        return self.vault.unseal(Sealed(row.key_id, row.sealed_key), row.id, base_url)


async def list_models(session: AsyncSession) -> list[ConfiguredModel]:
    return list(await session.scalars(select(ConfiguredModel).order_by(ConfiguredModel.created_at, ConfiguredModel.id)))


async def find_model(session: AsyncSession, model_id: UUID, *, lock: bool = False) -> ConfiguredModel:
    row = await session.get(ConfiguredModel, model_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"There is no model {model_id}.", code="model_missing", params={"model_id": str(model_id)})
    return row


async def default_model(session: AsyncSession, keyring: Keyring) -> ConfiguredModel:
    """Raises `Conflict` with `no_model` when every model is switched off."""
    row = default_among(await list_models(session), keyring)
    if row is None:
        raise Conflict("Every model is switched off. An administrator can switch one on.", code="no_model")
    return row


def default_among(rows: Sequence[ConfiguredModel], keyring: Keyring) -> ConfiguredModel | None:
    """The one chosen; else Kimi when it has a key; else the built-in rules; never one that is switched off."""
    enabled = [row for row in rows if row.enabled]
    chosen = (row for row in enabled if row.is_default)
    kimi = (row for row in enabled if row.preset == "kimi" and keyring.has_key(row))
    builtin = (row for row in enabled if row.preset == "builtin")
    return next((row for group in (chosen, kimi, builtin) for row in group), None)


async def add_model(session: AsyncSession, values: ModelValues, keyring: Keyring, cause: Cause) -> ConfiguredModel:
    row = ConfiguredModel(id=uuid4(), kind=values.kind, base_url=None, is_default=False)
    await _set(session, row, values, keyring)
    await _announce(session, row, keyring, cause, before=None)
    return row


async def change_model(
    session: AsyncSession, model_id: UUID, changes: ModelChanges, keyring: Keyring, cause: Cause
) -> ConfiguredModel:
    """A changed base URL takes the key away, unless the same request brings a new one."""
    row = await find_model(session, model_id, lock=True)
    before = told(row, keyring)
    _refuse_managed(row, changes, keyring)
    await _set(session, row, _changed(row, changes, keyring), keyring)
    await _announce(session, row, keyring, cause, before=before)
    return row


async def remove_model(session: AsyncSession, model_id: UUID, keyring: Keyring, cause: Cause) -> None:
    row = await find_model(session, model_id, lock=True)
    if row.preset is not None:
        raise Conflict(
            f"{row.name} comes with Patchbay and stays. Switch it off instead.",
            code="model_preset",
            params={"model": row.name},
        )
    await session.delete(row)
    await emit(
        session,
        ModelRemoved(cause=cause, subject=str(row.id), model_id=row.id, name=row.name, before=told(row, keyring)),
    )


def view(row: ConfiguredModel, keyring: Keyring, default: ConfiguredModel | None) -> ModelView:
    return ModelView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        preset=row.preset,
        base_url=keyring.base_url(row),
        model=row.model,
        timeout_seconds=row.timeout_seconds,
        max_tokens=row.max_tokens,
        enabled=row.enabled,
        default=default is not None and row.id == default.id,
        has_key=keyring.has_key(row),
        key_last_four=keyring.last_four(row),
        from_environment=keyring.overrides(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def told(row: ConfiguredModel, keyring: Keyring) -> dict[str, Any]:
    """What an event says of it: what the API shows, without the moments."""
    shown = {
        name: getattr(row, name)
        for name in ("name", "kind", "preset", "model", "timeout_seconds", "max_tokens", "enabled", "is_default")
    }
    return shown | {
        "base_url": keyring.base_url(row),
        "has_key": keyring.has_key(row),
        "key_last_four": keyring.last_four(row),
    }


async def unsaved_endpoint(values: ModelValues, keyring: Keyring) -> Endpoint:
    """An endpoint from values that nobody has saved. Raises `Invalid` for an address that is refused."""
    if values.kind != "builtin":
        await _check_address(values.base_url or "", keyring)
    return Endpoint(
        name=values.name,
        kind=values.kind,
        base_url=values.base_url or "",
        model=values.model or "",
        api_key=values.key.get_secret_value() if values.key else "",
        timeout_seconds=values.timeout_seconds,
        max_tokens=values.max_tokens,
        allowed_hosts=keyring.allowed_hosts,
    )


def _changed(row: ConfiguredModel, changes: ModelChanges, keyring: Keyring) -> ModelValues:
    """The row's values with the changes. Shown back, the environment's address is no change."""
    told_now = {
        "name": row.name,
        "kind": row.kind,
        "base_url": row.base_url,
        "model": row.model,
        "timeout_seconds": row.timeout_seconds,
        "max_tokens": row.max_tokens,
        "enabled": row.enabled,
        "default": row.is_default,
    }
    asked = changes.model_dump(exclude_none=True)
    if asked.get("base_url") == keyring.base_url(row):
        asked.pop("base_url", None)
    return ModelValues.model_validate(told_now | asked)


async def _set(session: AsyncSession, row: ConfiguredModel, values: ModelValues, keyring: Keyring) -> None:
    await _refuse_twin(session, values.name, row.id)
    if values.base_url != row.base_url:
        await _check_address(values.base_url or "", keyring)
        row.key_id = row.sealed_key = row.key_last_four = None
    row.name, row.base_url, row.model = values.name, values.base_url, values.model
    row.timeout_seconds, row.max_tokens, row.enabled = values.timeout_seconds, values.max_tokens, values.enabled
    _keep_key(row, values, keyring)
    if values.default:
        await session.execute(update(ConfiguredModel).where(ConfiguredModel.id != row.id).values(is_default=False))
    row.is_default, row.updated_at = values.default, datetime.now(UTC)
    session.add(row)
    await session.flush()
    await session.refresh(row)


def _keep_key(row: ConfiguredModel, values: ModelValues, keyring: Keyring) -> None:
    secret = values.key.get_secret_value() if values.key is not None else None
    if secret == "":
        row.key_id = row.sealed_key = row.key_last_four = None
    elif secret:
        sealed = keyring.vault.seal(secret, row.id, values.base_url or "")
        row.key_id, row.sealed_key, row.key_last_four = sealed.key_id, sealed.data, secret[-4:]


async def _check_address(base_url: str, keyring: Keyring) -> None:
    """A name that does not resolve may be a network that is away: that is for the connection test to say."""
    host, port = check_base_url(base_url, keyring.allowed_hosts)
    try:
        await resolve(host, port, keyring.allowed_hosts)
    except OSError:
        return


async def _refuse_twin(session: AsyncSession, name: str, but: UUID) -> None:
    twin = select(ConfiguredModel.id).where(ConfiguredModel.name == name, ConfiguredModel.id != but)
    if await session.scalar(twin) is not None:
        raise Conflict(
            f"There is a model called {name} already.", code="model_exists", params={"name": name}, pointer="/name"
        )


def _refuse_managed(row: ConfiguredModel, changes: ModelChanges, keyring: Keyring) -> None:
    """What the environment sets is not changed here: it would look changed and not be."""
    if not keyring.overrides(row):
        return
    shown = {None, row.base_url, keyring.base_url(row)}
    asked = [*(["key"] if changes.key is not None else []), *(["base_url"] if changes.base_url not in shown else [])]
    if asked:
        raise Conflict(
            f"The environment sets the address or key of {row.name}. Change it there.",
            code="model_managed_by_environment",
            params={"model": row.name, "fields": asked},
            pointer=f"/{asked[0]}",
        )


async def _announce(
    session: AsyncSession, row: ConfiguredModel, keyring: Keyring, cause: Cause, *, before: dict[str, Any] | None
) -> None:
    event = ModelConfigured(
        cause=cause, subject=str(row.id), model_id=row.id, name=row.name, before=before, after=told(row, keyring)
    )
    await emit(session, event)
