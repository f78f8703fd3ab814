"""Expressions that were compiled before: what a text means follows from the definitions that its words name.

An operation changes one entity, yet everything that is said about it is checked again. Definitions never change, so the
very same ones mean the same; they are kept with what was compiled, so that nothing else can ever stand in their place.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from shared.patch.errors import Refusal
from shared.patch.expression.compiled import Expected, Expression
from shared.patch.expression.lexer import tokens
from shared.patch.manifest import Entity, Manifest

REMEMBERED_MAX = 4096

_compiled: dict[tuple[Any, ...], tuple[list[Any], Expression]] = {}


def remembered(
    text: str,
    own: Entity,
    within: str | None,
    this: Entity | None,
    expect: Expected,
    manifest: Manifest,
    compiling: Callable[[], Expression],
) -> Expression:
    """What `compiling` answers, or answered when all that it asks about was the same. It must not ask lookups."""
    read = [expect, manifest.roles, *_read(own, this, _words(text), manifest)]
    key = (text, own.name, within, this.name if this else None, *map(id, read))
    found = _compiled.get(key)
    if found is not None:
        return found[1]
    expression = compiling()
    if len(_compiled) >= REMEMBERED_MAX:
        _compiled.clear()
    _compiled[key] = (read, expression)
    return expression


def _read(own: Entity, this: Entity | None, words: tuple[str, ...], manifest: Manifest) -> Iterator[Any]:
    """The definition that each word may name, of the records themselves and at the end of their references."""
    targets: dict[str, None] = {}
    for entity in (own,) if this is None else (own, this):
        for entry in map(entity.visible_fields.get, words):
            yield entry and entry.definition
            if entry is not None and entry.targets:
                targets |= dict.fromkeys(sorted(entry.targets))
    for entity in map(manifest.visible_entities.get, targets):
        fields = {} if entity is None else entity.visible_fields
        yield entity is None
        yield from (entry and entry.definition for entry in map(fields.get, words))


@lru_cache(maxsize=REMEMBERED_MAX)
def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple({one.text for one in tokens(text) if one.kind == "name"})
    except Refusal:
        return ()
