"""What the generator says: models configured, descriptions taken in, versions drafted."""

from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event, VersionRef

Source = Literal["generated", "saved", "imported", "restored"]


class ModelConfigured(Event):
    topic: ClassVar[str] = "model.configured"

    model_id: UUID
    name: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class ModelRemoved(Event):
    topic: ClassVar[str] = "model.removed"

    model_id: UUID
    name: str
    before: dict[str, Any] | None = None


class ModelChecked(Event):
    """A connection test ended; `outcome` is `ok` or one of the provider problem codes."""

    topic: ClassVar[str] = "model.checked"

    model_id: UUID | None
    name: str
    outcome: str
    latency_ms: int | None = None


class GenerationRequested(Event):
    """The generator's own queue: somebody described a change."""

    topic: ClassVar[str] = "generation.requested"

    generation_id: UUID
    module_id: UUID
    module: str
    sentence: str
    model_id: UUID


class GenerationRefused(Event):
    topic: ClassVar[str] = "generation.refused"

    generation_id: UUID
    module_id: UUID
    module: str
    code: str
    params: dict[str, Any] = Field(default_factory=dict)


class VersionDrafted(Event):
    """A new immutable version exists. `patch` is the whole document; `editors` are the ids of all who wrote a part."""

    topic: ClassVar[str] = "version.drafted"

    version: VersionRef
    title: str
    source: Source
    author: str
    editors: tuple[str, ...]
    risk: Literal["L1", "L2", "L3"]
    # JSON pointers of the operations that a reviewer must acknowledge (risk L2).
    acknowledge: tuple[str, ...] = ()
    prompt: str | None = None
    model: str | None = None
    patch: dict[str, Any]
