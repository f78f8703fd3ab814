from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the console is told from outside. It holds no state, so any number of them may run side by side."""

    model_config = SettingsConfigDict(env_prefix="PATCHBAY_", frozen=True, extra="ignore")

    gateway_url: str = "http://127.0.0.1:8610"
    host: str = "127.0.0.1"
    port: int = 8600
    # Off only where the console is reached without HTTPS, which is the loopback interface.
    secure_cookie: bool = False
    gateway_timeout_seconds: float = 15
    # Shown at sign-in, where the demo people exist.
    demo_people: tuple[str, ...] = ()
