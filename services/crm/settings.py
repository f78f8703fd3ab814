"""What the live CRM can be told."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    # The name under which this CRM speaks: its events carry it.
    host_name: str = "crm"
    # Whether a new CRM begins with a few customers and orders to look at.
    fixtures: bool = False
    # How long a file waits for the record that it was sent for.
    upload_hours: int = 24
    prune_seconds: float = 3600
