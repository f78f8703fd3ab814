"""What a person's roles permit, told before he tries: so that a button can say which role it wants.

The services enforce the roles themselves; this page is what `GET /me` answers, never a gate.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from services.gateway.people import PersonView
from shared.contracts.event import Role

ADMINISTRATOR: tuple[Role, ...] = ("administrator",)
DEVELOPER: tuple[Role, ...] = ("developer",)
PLATFORM: tuple[Role, ...] = ("administrator", "developer", "reviewer")
DECIDES: tuple[Role, ...] = ("reviewer", "administrator")
ANYBODY: tuple[Role, ...] = ()

MENU: Mapping[str, tuple[Role, ...]] = {
    "models": ADMINISTRATOR,
    "develop": DEVELOPER,
    "test": DEVELOPER,
    "review": DECIDES,
    "publish": ADMINISTRATOR,
    "audit": PLATFORM,
    "people": ADMINISTRATOR,
    "crm": ANYBODY,
}

COMMANDS: Mapping[str, tuple[Role, ...]] = {
    "configure_models": ADMINISTRATOR,
    "generate": DEVELOPER,
    "save_version": DEVELOPER,
    "import_module": DEVELOPER,
    "request_run": DEVELOPER,
    "cancel_run": DEVELOPER,
    "submit": DEVELOPER,
    "withdraw": DEVELOPER,
    "start_review": DECIDES,
    "approve": DECIDES,
    "reject": DECIDES,
    "publish": ADMINISTRATOR,
    "unpublish": ADMINISTRATOR,
    "rollback": ADMINISTRATOR,
    "read_audit": PLATFORM,
    "manage_people": ADMINISTRATOR,
}


class Capability(BaseModel):
    """Whether it is permitted; when it is not, any one of `needs` would do."""

    allowed: bool
    needs: tuple[Role, ...] = ()


class Capabilities(BaseModel):
    """Every menu item and command, by name."""

    menu: dict[str, Capability]
    commands: dict[str, Capability]


class Me(BaseModel):
    """The person who asks, and what he may do."""

    person: PersonView
    via: str | None
    capabilities: Capabilities


def capabilities_of(person: PersonView) -> Capabilities:
    """What `person` may do with the roles of now."""
    return Capabilities(
        menu={name: _capability(person, needs) for name, needs in MENU.items()},
        commands={name: _capability(person, needs) for name, needs in COMMANDS.items()},
    )


def _capability(person: PersonView, needs: tuple[Role, ...]) -> Capability:
    allowed = not needs or not set(needs).isdisjoint(person.roles)
    return Capability(allowed=allowed, needs=() if allowed else needs)
