"""People: who there is, adding one, changing one."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import delete, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.passwords import SHORTEST, hash_password
from services.gateway.tables import Person, Session
from shared.contracts.event import Cause, Role
from shared.contracts.people import PersonAdded, PersonChanged
from shared.runtime.errors import Conflict, Invalid, NotFound
from shared.runtime.outbox import emit

CrmRole = Literal["admin", "sales", "manager", "accountant"]
Kind = Literal["person", "service_account"]

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


def _email(value: str) -> str:
    value = value.strip().lower()
    if not _EMAIL.fullmatch(value):
        message = "is not an e-mail address"
        raise ValueError(message)
    return value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


Email = Annotated[str, AfterValidator(_email)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Password = Annotated[SecretStr, Field(min_length=SHORTEST, max_length=1024)]
Roles = Annotated[tuple[Role, ...], AfterValidator(_each_once)]
CrmRoles = Annotated[tuple[CrmRole, ...], AfterValidator(_each_once)]


class NewPerson(BaseModel):
    """What an administrator says about somebody new."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Email
    name: Name
    password: Password | None = None
    kind: Kind = "person"
    roles: Roles = ()
    crm_roles: CrmRoles = ()


class PersonChange(BaseModel):
    """The only things about a person that can change. What is not said stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name | None = None
    password: Password | None = None
    roles: Roles | None = None
    crm_roles: CrmRoles | None = None
    disabled: bool | None = None


class PersonView(BaseModel):
    """A person as the API shows one."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    kind: Kind
    roles: tuple[Role, ...]
    crm_roles: tuple[str, ...]
    disabled: bool
    created_at: datetime
    changed_at: datetime


class EmailTaken(Conflict):
    """409: an e-mail address names one person."""

    default_code = "email_taken"


class LastAdministrator(Conflict):
    """409: without an administrator nobody could let anybody in again."""

    default_code = "last_administrator"


async def list_people(session: AsyncSession, limit: int, cursor: str | None) -> tuple[Sequence[Person], str | None]:
    """Newest first; the second part is the cursor of the next page, None at the end."""
    query = select(Person).order_by(Person.created_at.desc(), Person.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(tuple_(Person.created_at, Person.id) < tuple_(*_position(cursor)))
    rows = (await session.scalars(query)).all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], f"{last.created_at.isoformat()}_{last.id}"


def _position(cursor: str) -> tuple[datetime, UUID]:
    moment, _, person_id = cursor.partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(person_id)
    except ValueError:
        raise Invalid(
            "This cursor is not one of ours. Begin again without a cursor.", code="cursor_invalid", pointer="/cursor"
        ) from None


async def add_person(session: AsyncSession, new: NewPerson, cause: Cause) -> Person:
    """Add somebody. Raises `EmailTaken`."""
    person = Person(
        email=new.email,
        name=new.name,
        kind=new.kind,
        roles=list(new.roles),
        crm_roles=list(new.crm_roles),
        password_hash=await hash_password(new.password.get_secret_value()) if new.password else None,
        disabled=False,
    )
    session.add(person)
    try:
        await session.flush()
    except IntegrityError:
        raise EmailTaken(
            f"Somebody with the address {new.email} is there already. Change that person instead.",
            params={"email": new.email},
            pointer="/email",
        ) from None
    await emit(session, PersonAdded(cause=cause, subject=str(person.id), person=str(person.id), after=facts(person)))
    return person


async def change_person(session: AsyncSession, person_id: UUID, change: PersonChange, cause: Cause) -> Person:
    """Change what `change` names. A disabled person and one with a new password is signed out everywhere."""
    # As JSON: the driver takes a list for an array, never a tuple.
    said = change.model_dump(mode="json", exclude_unset=True, exclude_none=True, exclude={"password"})
    password_hash = await hash_password(change.password.get_secret_value()) if change.password else None
    administrators = await _lock_administrators(session)
    person = await session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound("There is no such person. `GET /people` lists everybody.", params={"person": str(person_id)})
    before = facts(person)
    for key, value in said.items():
        setattr(person, key, value)
    if administrators == [person.id] and (person.disabled or "administrator" not in person.roles):
        raise LastAdministrator("This is the only administrator left. Make somebody else one first.")
    after = facts(person)
    if password_hash is not None:
        person.password_hash = password_hash
        after["password_changed"] = True
    if before == after:
        return person
    person.changed_at = datetime.now(UTC)
    if person.disabled or password_hash is not None:
        await session.execute(delete(Session).where(Session.person_id == person.id))
    event = PersonChanged(cause=cause, subject=str(person.id), person=str(person.id), before=before, after=after)
    await emit(session, event)
    return person


def facts(person: Person) -> dict[str, Any]:
    """What an event may say about a person: never the password, not even its hash."""
    return {
        "email": person.email,
        "name": person.name,
        "kind": person.kind,
        "roles": list(person.roles),
        "crm_roles": list(person.crm_roles),
        "disabled": person.disabled,
    }


async def _lock_administrators(session: AsyncSession) -> Sequence[UUID]:
    """Who can administer now. Locked, so that two changes at once cannot each remove the other's last one."""
    query = (
        select(Person.id)
        .where(Person.roles.contains(["administrator"]), Person.disabled.is_(False), Person.password_hash.is_not(None))
        .order_by(Person.id)
        .with_for_update()
    )
    return (await session.scalars(query)).all()
