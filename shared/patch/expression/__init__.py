"""Expressions: a small profile of CEL, typed against the manifest, exact, total and three-valued.

`compile_expression` answers an `Expression`, which evaluates in Python and renders for PostgreSQL with one meaning.
Unknown is None: a rule is broken only by False, a guard passes only on True.
"""

from collections.abc import Mapping

from shared.patch.expression.compiled import CompiledLookup, Expected, Expression, compiled
from shared.patch.expression.kinds import Kind
from shared.patch.expression.lookups import Asking, compile_lookup
from shared.patch.expression.memory import remembered
from shared.patch.expression.naming import Mention, Names, Needed, Owner
from shared.patch.expression.places import Lines, Records, Source
from shared.patch.expression.syntax import Step
from shared.patch.expression.values import Moment
from shared.patch.fields import LinesField
from shared.patch.finding import find_entity
from shared.patch.lookup import Lookup
from shared.patch.manifest import Entity, Manifest

__all__ = [
    "CompiledLookup",
    "Expected",
    "Expression",
    "Kind",
    "Lines",
    "Mention",
    "Moment",
    "Needed",
    "Records",
    "Source",
    "compile_expression",
    "compile_lookup",
]

_NONE: Mapping[str, Lookup] = {}


def compile_expression(
    text: str,
    entity: Entity | str,
    manifest: Manifest,
    *,
    expect: Expected = None,
    within: str | None = None,
    lookups: Mapping[str, Lookup] = _NONE,
    this: str | None = None,
) -> Expression:
    """Check `text` against an entity, or (`within`) against the lines in one of its fields. Raises Refusal.

    `expect` is the kind that must come out, or the field that the value is for: then also options and references must
    fit, and `null` may stand alone. `this` is the entity of `this.x`, the record that is written where that is another
    one. That record is also the one of `old`, and asks the `lookups` that `@name` names.
    """
    own = _visible(entity, manifest)
    about = _visible(this, manifest) if this else None

    def compiling() -> Expression:
        owner = Owner(own, _lines(own, within) if within else None)
        asking = Asking(lookups, about or own, manifest, "this" if about else None)
        return compiled(text, Names(owner, manifest, asking, about), expect, asking.found)

    return remembered(text, own, within, about, expect, lookups, manifest, compiling)


def _visible(entity: Entity | str, manifest: Manifest) -> Entity:
    return find_entity(manifest, entity, "") if isinstance(entity, str) else entity


def _lines(entity: Entity, name: str) -> LinesField:
    found = entity.visible_fields.get(name)
    if found is None or not isinstance(found.definition, LinesField):
        raise Owner(entity).unknown(Step(name, 0))
    return found.definition
