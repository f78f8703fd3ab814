"""Who wrote a patch, as far as the language cares: which CRM roles, and so what may be granted."""

from dataclasses import dataclass, replace

from shared.patch.errors import Refusal
from shared.patch.keys import module_of
from shared.patch.manifest import Act, Entity, Manifest

_ACTS: tuple[Act, ...] = ("view", "create", "edit", "delete")
_FIELD_ACTS: tuple[Act, ...] = ("view", "edit")


@dataclass(frozen=True, slots=True)
class Author:
    """`today` is the CRM in which the author holds what he holds: no operation of a patch gives or takes it before."""

    roles: tuple[str, ...] = ()
    today: Manifest | None = None

    def within(self, manifest: Manifest) -> "Author":
        return replace(self, today=manifest)


def refuse_more_than(author: Author, entity: Entity, field: str | None, allow: tuple[Act, ...], module: str) -> None:
    """Refuses acts that the author may not do. What the module itself made belongs to its author."""
    if module_of(entity.key) == module:
        return
    entry = entity.visible_fields.get(field) if field is not None else None
    if entry is not None and module_of(entry.key) == module:
        return
    missing = [act for act in allow if act not in held(author, entity, field)]
    if missing:
        params = {"acts": missing, "entity": entity.name, "field": field, "roles": list(author.roles)}
        raise Refusal("grant_exceeds_author", "/allow", params)


def refuse_opening(author: Author, entity: Entity, field: str, gone: set[str], module: str) -> None:
    """A field that keeps no grant of its own is open to whoever may do as much with the entity."""
    grants = [entry for entry in entity.grants if not entry.removed and entry.key not in gone]
    if any(entry.grant.field == field for entry in grants):
        return
    others = {act for entry in grants if entry.grant.field is None for act in entry.grant.allow}
    acts: tuple[Act, ...] = tuple(act for act in _FIELD_ACTS if act in others)
    refuse_more_than(author, entity, field, acts, module)


def held(author: Author, entity: Entity, field: str | None) -> set[Act]:
    """What the author's roles may do with every record; a field with grants of its own is only for whom these name."""
    entity, field = _as_today(author, entity, field)
    return {act for act in _ACTS if not roles_with(entity, field, act, of_all=True).isdisjoint(author.roles)}


def roles_with(entity: Entity, field: str | None, act: Act, *, of_all: bool) -> set[str]:
    """The roles that may do it, with all records or at least with some."""
    grants = [entry.grant for entry in entity.grants if not entry.removed]
    roles = {one.role for one in grants if one.field is None and act in one.allow and not (of_all and one.where)}
    own = [one for one in grants if field is not None and one.field == field]
    return roles & {one.role for one in own if act in one.allow} if own else roles


def _as_today(author: Author, entity: Entity, field: str | None) -> tuple[Entity, str | None]:
    """The entity as it is before the patch, and what the field is called there; what is new is as it is made."""
    known = author.today.entities if author.today is not None else ()
    before = next((one for one in known if one.key == entity.key), None)
    if before is None:
        return entity, field
    entry = entity.visible_fields.get(field) if field is not None else None
    return before, next((one.name for one in before.fields if entry is not None and one.key == entry.key), field)
