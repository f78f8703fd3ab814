"""The port of whoever writes patches. It has two real sides: the built-in rules, and a language model's client."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from shared.patch import Patch
from shared.patch.manifest import Manifest

Outcome = Literal[
    "ok",
    "unreachable",
    "tls",
    "key_refused",
    "model_unknown",
    "quota",
    "overloaded",
    "no_tools",
    "timeout",
    "redirected",
    "address_refused",
    "request_refused",
    "failed",
]


@dataclass(frozen=True)
class Request:
    """One request: everything that the writer may know. Metadata only, never records.

    `base` is what is live without the module, `manifest` the same with `previous` applied. `draft` and `problems` are
    set when an earlier answer was invalid.
    """

    sentence: str
    module: str
    manifest: Manifest
    base: Manifest
    previous: Patch | None = None
    draft: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came back. `document` is None when it was prose; `understood` is the echo of the built-in rules."""

    raw: str
    document: dict[str, Any] | None
    understood: tuple[dict[str, Any], ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None
    served_model: str | None = None


class NotWritten(Exception):
    """The description cannot be written: `code` and `params` go to the person as they are."""

    def __init__(self, code: str, params: dict[str, Any], raw: str = "") -> None:
        self.code = code
        self.params = params
        self.raw = raw
        super().__init__(code)


class ProviderFailed(Exception):
    """The model did not answer; `outcome` says why, `detail` is what the provider said, without our key."""

    def __init__(self, outcome: Outcome, detail: str = "", retry_after: float | None = None) -> None:
        self.outcome: Outcome = outcome
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(f"{outcome}: {detail}")


class Writer(Protocol):
    """Raises `NotWritten` for a description and `ProviderFailed` for a provider that it cannot serve."""

    async def write(self, request: Request) -> Answer: ...

    async def check(self) -> str | None:
        """One real small request. The model that answered, as the provider calls it."""
        ...
