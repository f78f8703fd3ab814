"""A client of a real gateway, behind which small real services answer."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import pytest

from patchbay.client import Client
from tests.services.gateway.running import PASSWORD, Gateway, Service, running_gateway, serving_all


@dataclass
class Town:
    """The gateway, the services behind it by name, and a client who is signed in."""

    gateway: Gateway
    services: dict[str, Service]
    client: Client

    def asked(self, service: str) -> list[tuple[str, str]]:
        """Method and path of what the service was asked, with the query."""
        return [
            (request.method, request.url.path + (f"?{request.url.query}" if request.url.query else ""))
            for request in self.services[service].asked
        ]


@pytest.fixture
async def town(service_database: Callable[[str], str]) -> AsyncGenerator[Town]:
    services = {name: Service(name) for name in ("generator", "tester", "review", "publisher", "audit", "crm")}
    async with (
        serving_all(services) as urls,
        running_gateway(service_database("gateway"), **urls) as gateway,
        Client(gateway.url) as client,
    ):
        person = await gateway.add("administrator", "developer", "reviewer")
        await client.sign_in(person.email, PASSWORD)
        yield Town(gateway, services, client)
