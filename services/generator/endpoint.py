"""A model as it is spoken to, whatever it came from: a row, unsaved values or the environment."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["builtin", "anthropic", "openai"]


@dataclass(frozen=True)
class Endpoint:
    """`api_key` never appears in a representation, so it is in no log and no traceback."""

    name: str
    kind: Kind
    base_url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    timeout_seconds: int = 120
    max_tokens: int = 16_000
    allowed_hosts: tuple[str, ...] = ()
