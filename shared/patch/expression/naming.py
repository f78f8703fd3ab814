"""What names stand for: fields of an entity, of its lines, of the end of a reference; and what is given."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from shared.patch.errors import Refusal
from shared.patch.expression.kinds import KINDS, SYSTEM
from shared.patch.expression.syntax import Asked, Step
from shared.patch.expression.typed import Given, Hop, Looked, Stored
from shared.patch.fields import EnumField, Field, LineField, LinesField, MultiEnumField, RefField
from shared.patch.finding import meant
from shared.patch.manifest import Entity, Manifest

GIVEN: dict[str, Given] = {
    "today": Given("today", "date"),
    "now": Given("now", "datetime"),
    "user": Given("user_id", "text"),
    "user.id": Given("user_id", "text"),
    "user.name": Given("user_name", "text"),
    "user.roles": Given("user_roles", "choices"),
}


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """Characters `start` to `end` of the text name `field` of `entity`, a column of lines as `items.amount`."""

    start: int
    end: int
    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class Needed:
    """Records of `target` that must be at hand: those that `path` (`customer`, `items.product`, `this.owner`) leads to.

    `entity` owns the reference `field` (a column of lines as `items.product`); `fields` are read at its end.
    """

    path: str
    entity: str
    field: str
    target: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose fields a name may be: an entity's, or those of the lines in its field `lines`."""

    entity: Entity
    lines: LinesField | None = None

    @property
    def label(self) -> str:
        return f"{self.entity.name}.{self.lines.name}" if self.lines else self.entity.name

    def path(self, name: str) -> str:
        return f"{self.lines.name}.{name}" if self.lines else name

    @property
    def keys(self) -> dict[str, str]:
        """Every visible field and the key that tells what it was called first."""
        if self.lines:
            columns = self.entity.visible_fields[self.lines.name].line_columns
            return {one.definition.name: one.key for one in columns if not one.removed}
        return {name: entry.key for name, entry in self.entity.visible_fields.items()}

    def find(self, name: str) -> Field | LineField | None:
        if self.lines:
            return next((one for one in self.lines.fields if one.name == name), None)
        entry = self.entity.visible_fields.get(name)
        return entry.definition if entry else None

    def unknown(self, step: Step, given: Iterable[str] = ()) -> Refusal:
        keys = self.keys | {name: name for name in given}
        params = {"field": step.name, "entity": self.label, "place": step.place + 1, "known": [*keys]}
        return Refusal("field_unknown", params=params, suggestion=meant(step.name, keys))


@dataclass(slots=True)
class Names:
    """Whose fields an expression may name, and what it did name."""

    own: Owner
    manifest: Manifest
    looked: Callable[[Asked], Looked]
    this: Entity | None = None
    variables: dict[str, Owner] = field(default_factory=dict[str, Owner])
    used: set[str] = field(default_factory=set[str])
    mentions: set[Mention] = field(default_factory=set[Mention])
    hops: dict[str, Needed] = field(default_factory=dict[str, Needed])
    # What of the moment it asks for: another answer tomorrow, or to somebody else.
    passing: set[str] = field(default_factory=set[str])

    def given(self, name: str) -> Given:
        self.passing.add(name)
        return GIVEN[name]

    def owner(self, scope: str) -> Owner | None:
        """Of a line's variable; of `this`; of `old`, which is the record that is written, as it was before."""
        if scope == "this" and self.this:
            return Owner(self.this)
        if scope == "old" and self.own.lines is None:
            return Owner(self.this or self.own.entity)
        return self.variables.get(scope)

    def stored(self, step: Step, scope: str | None = None) -> Stored:
        """A field, also a system field, that is one value."""
        owner = (scope and self.owner(scope)) or self.own
        if scope == "old":
            self.passing.add(scope)
        found = self._found(owner, step, scope)
        if self._is_own(scope) and (owner.lines or step.name not in SYSTEM):
            self.used.add(self._used(owner, scope, step.name))
        return found

    def hop(self, reference: Stored, before: Step, step: Step) -> Hop:
        """The field `step` at the end of `reference`, which was named by `before`."""
        target = self.manifest.visible_entities.get(reference.target or "")
        if target is None:
            raise Refusal("expression_path", params={"field": before.name, "place": before.place + 1})
        scope, name = reference.scope, reference.name
        owner = (scope and self.owner(scope)) or self.own
        of = self._found(Owner(target), step, "")
        used = self._used(owner, scope, name)
        if self._is_own(scope):
            self.used.add(f"{used}.{step.name}")
        path = f"{scope}.{name}" if scope in ("old", "this") else used
        known = self.hops[path].fields if path in self.hops else frozenset[str]()
        self.hops[path] = Needed(path, owner.entity.name, owner.path(name), target.name, known | {step.name})
        return Hop(reference, of)

    def lines(self, step: Step) -> LinesField:
        found = self.own.find(step.name)
        if found is None:
            raise self.own.unknown(step)
        if not isinstance(found, LinesField):
            params = {"field": step.name, "type": found.type, "place": step.place + 1}
            raise Refusal("expression_not_lines", params=params)
        self.used.add(step.name)
        self._mention(self.own, step)
        return found

    def _is_own(self, scope: str | None) -> bool:
        return scope != "this" and (scope != "old" or self.this is None)

    def _used(self, owner: Owner, scope: str | None, name: str) -> str:
        return name if scope is None else owner.path(name)

    def _mention(self, owner: Owner, step: Step) -> None:
        end = step.place + len(step.name)
        self.mentions.add(Mention(step.place, end, owner.entity.name, owner.path(step.name)))

    def _found(self, owner: Owner, step: Step, scope: str | None) -> Stored:
        name, place = step.name, step.place
        if owner.lines is None and name in SYSTEM:
            return Stored(scope, name, SYSTEM[name], target=owner.entity.name if name == "id" else None)
        found = owner.find(name)
        if found is None:
            raise owner.unknown(step, GIVEN if scope is None else ())
        if isinstance(found, LinesField):
            raise Refusal("expression_lines", params={"field": name, "place": place + 1}, suggestion=f"{name}.size()")
        if found.type not in KINDS:
            raise Refusal("expression_links", params={"field": name, "place": place + 1})
        self._mention(owner, step)
        options = tuple(one.value for one in found.options) if isinstance(found, EnumField | MultiEnumField) else ()
        target = found.target if isinstance(found, RefField) else None
        return Stored(scope, name, KINDS[found.type], options, target)
