"""What the generator is told from outside."""

from pydantic import AliasChoices, Field, SecretStr

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    # 32 bytes in base64. Provider keys are sealed with it; without it none is stored.
    master_key: SecretStr | None = None
    # Former master keys: they still open what they sealed, and seal nothing new.
    retired_master_keys: tuple[SecretStr, ...] = ()
    # Hosts that a model's base URL may name although they are private, or speak plain HTTP.
    allowed_hosts: tuple[str, ...] = ()
    # Both belong to the Kimi preset and to no other model.
    kimi_api_key: SecretStr | None = Field(None, validation_alias=AliasChoices("kimi_api_key", "KIMI_API_KEY"))
    anthropic_base_url: str | None = Field(
        None, validation_alias=AliasChoices("anthropic_base_url", "ANTHROPIC_BASE_URL")
    )
