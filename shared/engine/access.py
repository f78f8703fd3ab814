"""Who may do what, from the manifest's grants.

A grant for an entity allows its acts on the whole entity, or on those records of which its filter is true
(`rights.py`). As soon as any grant names a field, that field is only for the roles that are granted it, and still only
where they may do the same to the entity.
"""

from shared.engine.compiled import Access, EntityCode
from shared.engine.people import User
from shared.engine.problems import problem, refuse
from shared.patch.manifest import Act, Entity


def access_of(code: EntityCode, roles: tuple[str, ...]) -> Access:
    """What these roles may do, found once for every set of roles that comes along."""
    found = code.access.get(roles)
    if found is None:
        found = code.access[roles] = granted(code.entity, roles)
    return found


def granted(entity: Entity, roles: tuple[str, ...]) -> Access:
    always: set[Act] = set()
    sometimes: dict[Act, list[str]] = {}
    named: dict[str, set[Act]] = {}
    for entry in entity.grants:
        if entry.removed:
            continue
        grant = entry.grant
        mine = grant.allow if grant.role in roles else ()
        if grant.field is not None:
            named.setdefault(grant.field, set()).update(mine)
        elif grant.where is None:
            always.update(mine)
        else:
            for act in mine:
                sometimes.setdefault(act, []).append(entry.key)
    acts = always | sometimes.keys()
    fields = entity.visible_fields
    may_write = bool(acts & {"create", "edit"})
    return Access(
        acts=frozenset(acts),
        view=frozenset(name for name in fields if "view" in acts and "view" in named.get(name, {"view"})),
        edit=frozenset(name for name in fields if may_write and "edit" in named.get(name, {"edit"})),
        roles=frozenset(roles),
        filters={act: tuple(keys) for act, keys in sometimes.items() if act not in always},
    )


def allow(code: EntityCode, user: User, act: Act) -> Access:
    """The user's access to the entity. Raises RecordRefused (`forbidden`) unless `act` is part of it."""
    found = access_of(code, user.roles)
    if act not in found.acts:
        params = {"act": act, "entity": code.name, "roles": list(user.roles), "needs": roles_for(code.entity, act)}
        raise refuse("forbidden", problem("", "forbidden", code.entity.plural, params))
    return found


def roles_for(entity: Entity, act: Act) -> list[str]:
    return [
        entry.grant.role
        for entry in entity.grants
        if not entry.removed and entry.grant.field is None and act in entry.grant.allow
    ]
