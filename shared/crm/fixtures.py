"""A small shop to look at: customers, orders and transactions, laid out through the application itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from shared.crm.files import read_yaml


class Recording(Protocol):
    """What records are kept with: the engine's Application is one."""

    async def create(
        self, connection: Any, entity: str, values: Mapping[str, Any], user: Any, clock: Any
    ) -> dict[str, Any]: ...

    async def transition(
        self, connection: Any, entity: str, record_id: UUID, to: str, user: Any, clock: Any
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Fixture:
    """A record; references among its values are names of fixtures before it. Its transitions follow its creation."""

    entity: str
    values: Mapping[str, Any]
    name: str | None = None
    transitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopKeeper:
    """The user as whom the fixtures are laid out."""

    id: str = "fixtures"
    name: str = "Lin Wei"
    roles: tuple[str, ...] = ("admin",)


@dataclass(slots=True)
class _Named:
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def resolve(self, value: Any) -> Any:
        return self.ids.get(value, value) if isinstance(value, str) else value


@cache
def fixtures() -> tuple[Fixture, ...]:
    return tuple(
        Fixture(one["entity"], one["values"], one.get("as"), tuple(one.get("transitions", ())))
        for one in read_yaml("fixtures.yaml")
    )


async def lay_out_fixtures(application: Recording, connection: Any, clock: Any) -> None:
    """Write all fixtures, inside the caller's transaction."""
    named, keeper = _Named(), ShopKeeper()
    for one in fixtures():
        values = {name: named.resolve(value) for name, value in one.values.items()}
        record = await application.create(connection, one.entity, values, keeper, clock)
        for state in one.transitions:
            await application.transition(connection, one.entity, UUID(record["id"]), state, keeper, clock)
        if one.name is not None:
            named.ids[one.name] = record["id"]
