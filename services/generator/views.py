"""What people send and see. A key goes in and never comes out."""

import re
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.generator.endpoint import Kind


def _as_header(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\x21-\x7e]*", key.get_secret_value()):
        raise PydanticCustomError("key_unusable", "a key has no spaces, line breaks or letters beyond ASCII")
    return key


# PostgreSQL's text holds every sign but this one.
_STORABLE = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_STORABLE)]
Note = Annotated[str, StringConstraints(max_length=2000, pattern=_STORABLE)]
Sentence = Annotated[str, StringConstraints(max_length=20_000, pattern=_STORABLE)]
WorkingText = Annotated[str, StringConstraints(max_length=4 * 1024 * 1024, pattern=_STORABLE)]
# What a header may carry.
Key = Annotated[SecretStr, Field(max_length=500), AfterValidator(_as_header)]
Text = dict[str, str]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelValues(_Body):
    """A new model, or values to try."""

    name: Line
    kind: Kind
    base_url: Line | None = None
    model: Line | None = None
    key: Key | None = None
    timeout_seconds: int = Field(120, ge=1, le=600)
    max_tokens: int = Field(16_000, ge=256, le=64_000)
    enabled: bool = True
    default: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = (self.base_url, self.model)
        if self.kind == "builtin" and any((*given, self.key)):
            raise PydanticCustomError("builtin_has_no_endpoint", "the built-in rules have no address, model or key")
        if self.kind != "builtin" and not all(given):
            raise PydanticCustomError("endpoint_incomplete", "a model needs `base_url` and `model`")
        return self


class ModelChanges(_Body):
    """What is left out stays. An empty `key` removes it, and a new `base_url` without a new key does too."""

    name: Line | None = None
    base_url: Line | None = None
    model: Line | None = None
    key: Key | None = None
    timeout_seconds: int | None = Field(None, ge=1, le=600)
    max_tokens: int | None = Field(None, ge=256, le=64_000)
    enabled: bool | None = None
    default: bool | None = None


class ModelView(BaseModel):
    """`from_environment` names what the environment sets: `key`, `base_url`."""

    id: UUID
    name: str
    kind: str
    preset: str | None
    base_url: str | None
    model: str | None
    timeout_seconds: int
    max_tokens: int
    enabled: bool
    default: bool
    has_key: bool
    key_last_four: str | None
    from_environment: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


class ModelList(BaseModel):
    items: list[ModelView]
    next: str | None


class CheckView(BaseModel):
    """`outcome` is `ok` or why not; `served_model` is what the provider says answered."""

    outcome: str
    latency_ms: int
    served_model: str | None = None
    detail: str | None = None


class GenerationBody(_Body):
    sentence: Sentence
    model_id: UUID | None = None
    module_id: UUID | None = None


class PatchBody(_Body):
    """A document as JSON, or as text; a text is also searched for keys that stand twice."""

    patch: dict[str, Any] | list[Any] | str


class VersionBody(PatchBody):
    note: Note | None = None


class DocumentBody(_Body):
    document: dict[str, Any] | list[Any] | str


class DraftBody(_Body):
    """The working copy as text, which need not be a patch yet, or as a document."""

    text: WorkingText | None = None
    patch: dict[str, Any] | None = None
    builds_on: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.patch is None):
            raise PydanticCustomError("text_or_patch", "send either `text` or `patch`")
        return self


class PersonView(BaseModel):
    id: str
    name: str


class ModuleView(BaseModel):
    """`version` is the newest one, `state` that of the newest that still leads somewhere, `live_version` is live."""

    id: UUID
    name: str
    title: Text
    owner: PersonView
    state: str | None
    version: int | None
    live_version: int | None
    created_at: datetime
    updated_at: datetime


class ModuleList(BaseModel):
    items: list[ModuleView]
    next: str | None


class VersionLine(BaseModel):
    """A version in a list."""

    module_id: UUID
    module: str
    version: int
    content_hash: str
    title: Text
    state: str
    source: str
    author: PersonView
    risk: str
    builds_on: int | None
    prompt: str | None
    model: str | None
    note: str | None
    created_at: datetime


class VersionView(VersionLine):
    """A version, whole. `unchanged` when nothing was saved because the newest version says the same."""

    editors: list[str]
    acknowledge: list[str]
    explanation: list[dict[str, Any]]
    generation_id: UUID | None
    patch: dict[str, Any]
    unchanged: bool = False


class VersionList(BaseModel):
    items: list[VersionLine]
    next: str | None


class AttemptView(BaseModel):
    number: int
    state: str
    answer: str
    problems: list[dict[str, Any]]
    input_tokens: int | None
    output_tokens: int | None
    served_model: str | None
    latency_ms: int
    created_at: datetime


class QueuedView(BaseModel):
    id: UUID
    module_id: UUID
    module: str
    state: str


class GenerationLine(BaseModel):
    id: UUID
    module_id: UUID
    module: str
    sentence: str
    state: str
    model: PersonView
    version: int | None
    code: str | None
    created_at: datetime
    ended_at: datetime | None


class GenerationView(GenerationLine):
    """`understood` is the echo of the built-in rules; `message` says why it was refused."""

    understood: list[dict[str, Any]]
    params: dict[str, Any] | None
    message: Text | None
    attempts: list[AttemptView]


class GenerationList(BaseModel):
    items: list[GenerationLine]
    next: str | None


class DraftView(BaseModel):
    """`patch` is null while the text is no JSON object."""

    module_id: UUID
    text: str
    patch: dict[str, Any] | None
    builds_on: int | None
    etag: str
    updated_at: datetime
    updated_by: str


class ValidationView(BaseModel):
    valid: bool
    problems: list[dict[str, Any]]
    explanation: list[dict[str, Any]]
    risk: str | None
    acknowledge: list[str]


class ImportView(BaseModel):
    patch: dict[str, Any]
    notes: list[dict[str, Any]]


class DiffView(BaseModel):
    """What leads from version `against` to version `version`, by meaning."""

    version: int
    against: int
    changes: list[dict[str, Any]]
