"""Who acts, and when: both handed in, so that the same record statements mean the same everywhere."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from shared.patch.expression import Moment

Record = Mapping[str, Any]
_NOTHING: Mapping[str, Record] = {}


@dataclass(frozen=True, slots=True)
class User:
    """`roles` are the roles that the manifest's grants speak of."""

    id: str
    name: str
    roles: tuple[str, ...]


class Clock(Protocol):
    def today(self) -> datetime.date: ...

    def now(self) -> datetime.datetime: ...


class SystemClock:
    def today(self) -> datetime.date:
        return self.now().date()

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, on which day and at which moment: one reading of the clock for all of a call."""

    user: User
    today: datetime.date
    now: datetime.datetime

    @classmethod
    def of(cls, user: User, clock: Clock) -> Self:
        return cls(user, clock.today(), clock.now())

    def moment(self, old: Record | None = None, related: Mapping[str, Record] = _NOTHING) -> Moment:
        """What expressions may ask for; `old` is the record before, `related` those that references lead to."""
        user = self.user
        return Moment(
            today=self.today,
            now=self.now,
            user_id=user.id,
            user_name=user.name,
            user_roles=user.roles,
            old=old,
            related=related,
        )


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still; scenarios run on it."""

    moment: datetime.datetime

    def today(self) -> datetime.date:
        return self.moment.date()

    def now(self) -> datetime.datetime:
        return self.moment
