"""Who acts, and when: both handed in, so that the same record statements mean the same everywhere."""

import datetime
from dataclasses import dataclass
from typing import Protocol


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
class FixedClock:
    """A clock that stands still; scenarios run on it."""

    moment: datetime.datetime

    def today(self) -> datetime.date:
        return self.moment.date()

    def now(self) -> datetime.datetime:
        return self.moment
