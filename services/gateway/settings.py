"""What the gateway is told from outside (`PATCHBAY_…`)."""

from services.gateway.people import NewPerson
from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The gateway alone holds the private key; where a service is, it learns here and nowhere else."""

    # PEM, Ed25519: what `gateway_public_key` checks.
    gateway_private_key: str

    generator_url: str = "http://127.0.0.1:8101"
    tester_url: str = "http://127.0.0.1:8102"
    review_url: str = "http://127.0.0.1:8103"
    publisher_url: str = "http://127.0.0.1:8104"
    audit_url: str = "http://127.0.0.1:8105"
    crm_url: str = "http://127.0.0.1:8106"

    # JSON list of people who are added at start when nobody has their e-mail address yet.
    seed_people: tuple[NewPerson, ...] = ()
    # Sessions may be marked `via=demo`. For the embedded mode only.
    demo: bool = False
    session_hours: int = 12

    body_bytes: int = 1024 * 1024
    patch_bytes: int = 4 * 1024 * 1024
    connect_seconds: float = 2.0
    answer_seconds: float = 30.0

    stream_poll_seconds: float = 0.2
    stream_heartbeat_seconds: float = 15.0
    stream_keep_hours: int = 24
    openapi_keep_seconds: float = 30.0

    def service_url(self, service: str) -> str:
        """Where `service` answers, without a slash at the end."""
        url: str = getattr(self, f"{service}_url")
        return url.rstrip("/")
