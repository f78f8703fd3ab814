"""The generator's tables. Names of the first three are the customer's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.generator.endpoint import Kind
from shared.patch.operations.outcome import Risk
from shared.runtime.database import service_base

Base = service_base()

_NULL_JSON = JSONB(none_as_null=True)


class ConfiguredModel(Base):
    """A language model endpoint, or the built-in rules. A key is kept sealed and never shown again."""

    __tablename__ = "ai_models"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[Kind] = mapped_column(Text)
    # `builtin` or `kimi` for the two that come with Patchbay, else null.
    preset: Mapped[str | None] = mapped_column(Text, unique=True)
    base_url: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    timeout_seconds: Mapped[int]
    max_tokens: Mapped[int]
    enabled: Mapped[bool]
    # At most one row; without one the default follows from the presets.
    is_default: Mapped[bool]
    key_id: Mapped[str | None] = mapped_column(Text)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_last_four: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Module(Base):
    """A named unit of change. Its row lock orders the numbers of its versions."""

    __tablename__ = "ai_modules"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JSONB)
    owner: Mapped[str] = mapped_column(Text)
    owner_name: Mapped[str] = mapped_column(Text)
    newest: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Version(Base):
    """One immutable patch. Only `state` changes: it is a projection of what the other services say."""

    __tablename__ = "ai_module_versions"

    module_id: Mapped[UUID] = mapped_column(ForeignKey("ai_modules.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(Text)
    patch: Mapped[dict[str, Any]] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text)
    editors: Mapped[list[str]] = mapped_column(JSONB)
    risk: Mapped[Risk] = mapped_column(Text)
    acknowledge: Mapped[list[str]] = mapped_column(JSONB)
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # The version it was made from: the one edited, restored or added to.
    builds_on: Mapped[int | None]
    prompt: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    generation_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text, server_default="draft")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class VersionFact(Base):
    """What another service said of a version. The state is folded from all of them, so they may arrive in any order."""

    __tablename__ = "version_facts"
    __table_args__ = (Index("ix_version_facts_version", "module_id", "version"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(BigInteger)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Generation(Base):
    """A description on its way to a version: queued, writing, then done or refused."""

    __tablename__ = "generations"
    __table_args__ = (Index("ix_generations_module", "module_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID] = mapped_column(ForeignKey("ai_modules.id"))
    sentence: Mapped[str] = mapped_column(Text)
    model_id: Mapped[UUID]
    model_name: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    understood: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    version: Mapped[int | None]
    code: Mapped[str | None] = mapped_column(Text)
    params: Mapped[dict[str, Any] | None] = mapped_column(_NULL_JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Attempt(Base):
    """One request to a model and what came back, kept whole."""

    __tablename__ = "generation_attempts"

    generation_id: Mapped[UUID] = mapped_column(ForeignKey("generations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    served_model: Mapped[str | None] = mapped_column(Text)
    latency_ms: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Draft(Base):
    """The working copy of one person: text, which need not be a valid patch yet."""

    __tablename__ = "drafts"

    module_id: Mapped[UUID] = mapped_column(ForeignKey("ai_modules.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Text, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    builds_on: Mapped[int | None]
    etag: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LiveHost(Base):
    """What the live CRM last said it runs; an event with a lower `host_sequence` is older and changes nothing."""

    __tablename__ = "live_hosts"

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    host_sequence: Mapped[int] = mapped_column(BigInteger)
    crm_version: Mapped[str] = mapped_column(Text)
    live: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    manifest_fingerprint: Mapped[str] = mapped_column(Text)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
