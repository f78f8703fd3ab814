"""The first people: without them nobody could sign in to add anybody."""

from collections.abc import Iterable

from sqlalchemy import select

from services.gateway.people import EmailTaken, NewPerson, add_person
from services.gateway.tables import Person
from shared.contracts.event import Actor, Cause
from shared.runtime.database import Sessions


async def seed_people(sessions: Sessions, people: Iterable[NewPerson]) -> None:
    """Add who is missing, by e-mail address; whoever is there stays as he is, changed roles and all."""
    cause = Cause(actor=Actor(kind="service", id="gateway", name="gateway"))
    for new in people:
        async with sessions() as session:
            known = await session.scalar(select(Person.id).where(Person.email == new.email))
        if known is None:
            await _add_unless_a_twin_was_quicker(sessions, new, cause)


async def _add_unless_a_twin_was_quicker(sessions: Sessions, new: NewPerson, cause: Cause) -> None:
    try:
        async with sessions.begin() as session:
            await add_person(session, new, cause)
    except EmailTaken:
        return
