"""The two models that come with Patchbay, and what the environment says of the second."""

from dataclasses import dataclass
from uuid import UUID

BUILTIN_ID = UUID("00000000-0000-4000-8000-000000000001")
KIMI_ID = UUID("00000000-0000-4000-8000-000000000002")
BUILTIN_NAME = "Built-in rules (no AI)"
KIMI_NAME = "Kimi"
KIMI_BASE_URL = "https://api.kimi.com/coding/"
KIMI_MODEL = "kimi-for-coding"


@dataclass(frozen=True)
class Environment:
    """`KIMI_API_KEY` and `ANTHROPIC_BASE_URL`. They override the Kimi preset and nothing else."""

    api_key: str | None = None
    base_url: str | None = None

    @property
    def overrides(self) -> tuple[str, ...]:
        return (*(("key",) if self.api_key else ()), *(("base_url",) if self.base_url else ()))
