"""What the publisher can be told."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    # After this long without an answer from the host a release is shown as overdue, and may be sent again.
    release_timeout_seconds: float = 30.0
