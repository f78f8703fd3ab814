"""What the audit service can be told."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    pass
