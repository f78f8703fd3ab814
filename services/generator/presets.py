"""The two models that come with Patchbay (the first migration adds them), and what the environment says of Kimi."""

from dataclasses import dataclass
from uuid import UUID

BUILTIN_ID = UUID("00000000-0000-4000-8000-000000000001")
KIMI_ID = UUID("00000000-0000-4000-8000-000000000002")
BUILTIN_NAME = "Built-in rules (no AI)"
KIMI_BASE_URL = "https://api.kimi.com/coding/"


@dataclass(frozen=True)
class Environment:
    """`KIMI_API_KEY` and `ANTHROPIC_BASE_URL`. They override the Kimi preset and nothing else."""

    api_key: str | None = None
    base_url: str | None = None

    @property
    def overrides(self) -> tuple[str, ...]:
        return (*(("key",) if self.api_key else ()), *(("base_url",) if self.base_url else ()))
