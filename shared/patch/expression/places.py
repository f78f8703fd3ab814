"""Where the engine keeps what expressions name: it answers in SQL."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

# The column of a field, or the record itself, whose values then become constants.
Source = Callable[[str], str] | Mapping[str, Any]


class Lines(Protocol):
    """Where the lines of a record are stored."""

    def source(self, field: str, alias: str) -> str:
        """`"order__items" AS alias WHERE alias."order" = "order"."id"`: what follows FROM."""
        ...

    def column(self, field: str, alias: str, name: str) -> str: ...


class Records(Protocol):
    """Where records of an entity are stored."""

    def source(self, entity: str, alias: str) -> str:
        """`"order" AS alias`: what follows FROM, before any WHERE."""
        ...

    def column(self, entity: str, alias: str, name: str) -> str: ...

    def lines(self, entity: str, alias: str) -> Lines:
        """The lines of the record that is at hand as `alias`."""
        ...
