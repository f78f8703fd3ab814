"""The events of the ring's own, and who listens."""

from typing import ClassVar

from shared.contracts.event import Actor, Cause, Event

CAUSE = Cause(actor=Actor(kind="person", id="p-1", name="Ada"))


class ThingMade(Event):
    topic: ClassVar[str] = "thing.made"

    note: str = ""


class ThingBroken(Event):
    topic: ClassVar[str] = "thing.broken"

    note: str = ""


class OtherMade(Event):
    topic: ClassVar[str] = "other.made"


class NobodyListens(Event):
    """Not in the topology: no queue takes it."""

    topic: ClassVar[str] = "nobody.listens"


LISTENERS: dict[type[Event], tuple[str, ...]] = {
    ThingMade: ("worker", "watcher"),
    ThingBroken: ("worker",),
    OtherMade: ("watcher",),
}


def made(note: str = "", subject: str = "thing/1") -> ThingMade:
    return ThingMade(cause=CAUSE, subject=subject, note=note)
