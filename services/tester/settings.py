"""What the tester can be told."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    # Database patchbay_sandbox, with a role that can do nothing elsewhere: postgresql://…
    sandbox_url: str = ""
    # How many runs at once: a process and a sandbox for each.
    slots: int = 1
    # Run every new version by itself, in the background.
    auto_run: bool = True
    # A run that takes longer is stopped; when it does so twice, it has failed.
    run_seconds: float = 120.0
