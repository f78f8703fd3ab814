"""Who runs where, and what each service is told: the same whether it shares our process or has one of its own."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patchbay.keys import DEMO_ROLES, Keys

# In the order in which they stop: the doors first, then those who write.
DOORS = ("console", "gateway")
SERVICES = (*DOORS, "generator", "tester", "review", "publisher", "crm", "audit")
DEMO_NAMES = {"developer": "Dana Developer", "reviewer": "Remy Reviewer", "administrator": "Ada Administrator"}
DEMO_CRM_ROLES = {
    "developer": ("sales",),
    "reviewer": ("manager",),
    "administrator": ("admin", "sales", "manager", "accountant"),
}


@dataclass(frozen=True)
class Options:
    """What the person who starts Patchbay may choose. `rabbit_url` `private` starts a broker of our own."""

    folder: Path = field(default_factory=lambda: Path(os.environ.get("PATCHBAY_DATA", ".patchbay")))
    gateway_port: int = 8610
    console_port: int = 8600
    rabbit_url: str | None = None
    testers: int = 1

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def console_url(self) -> str:
        return f"http://127.0.0.1:{self.console_port}"


def demo_email(role: str) -> str:
    return f"{role}@patchbay.local"


def settings_for(
    service: str, options: Options, keys: Keys, databases: dict[str, str], ports: dict[str, int]
) -> dict[str, Any]:
    """The settings of one service by name, as its `Settings` takes them."""
    if service == "console":
        people = tuple(demo_email(role) for role in DEMO_ROLES)
        return {"gateway_url": options.gateway_url, "port": ports["console"], "demo_people": people}
    shared: dict[str, Any] = {
        "database_url": databases[service],
        "transport": "rabbitmq" if options.rabbit_url else "postgres",
        "rabbit_url": options.rabbit_url,
        "bus_url": databases["bus"],
        "gateway_public_key": keys.gateway_public_key,
        "port": ports[service],
    }
    return shared | _own_settings(service, keys, databases, ports)


def _own_settings(service: str, keys: Keys, databases: dict[str, str], ports: dict[str, int]) -> dict[str, Any]:
    if service == "gateway":
        addresses = {f"{name}_url": f"http://127.0.0.1:{port}" for name, port in ports.items() if name in databases}
        people = [
            {
                "email": demo_email(role),
                "name": DEMO_NAMES[role],
                "password": keys.people[role],
                "roles": [role],
                "crm_roles": list(DEMO_CRM_ROLES[role]),
            }
            for role in DEMO_ROLES
        ]
        private = {"gateway_private_key": keys.gateway_private_key, "demo": True, "seed_people": people}
        return addresses | private
    if service == "generator":
        return {"master_key": keys.master_key}
    if service == "tester":
        return {"sandbox_url": databases["sandbox"]}
    if service == "crm":
        return {"fixtures": True}
    return {}


def environment_for(settings: dict[str, Any]) -> dict[str, str]:
    """The same settings as environment variables, for a service in a process of its own."""
    return {
        f"PATCHBAY_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
        if value is not None
    }
