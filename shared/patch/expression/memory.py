"""Expressions that were compiled before: what a text means follows from what its words name, and from nothing else.

An operation changes one entity, yet everything that is said about it is checked again, in every patch of the CRM. What
is kept is found by meaning: the text itself, and of every word in it what kind of field it names, of the records that
the expression is about, of those at the end of their references, and of those that its lookups ask. So no change of a
manifest, however it came about, can make an old answer stand for a new question. Refusals are not kept.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache

from shared.patch.expression.compiled import Expected, Expression
from shared.patch.field_entry import meaning
from shared.patch.lookup import Lookup
from shared.patch.manifest import Entity, Manifest

REMEMBERED_MAX = 4096

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_compiled: dict[Hashable, Expression] = {}


def remembered(
    text: str,
    own: Entity,
    within: str | None,
    this: Entity | None,
    expect: Expected,
    lookups: Mapping[str, Lookup],
    manifest: Manifest,
    compiling: Callable[[], Expression],
) -> Expression:
    """What `compiling` answers, or answered when all that it asks about meant the same."""
    expected = expect if expect is None or isinstance(expect, str) else (meaning(expect),)
    about = (own,) if this is None else (own, this)
    names = _words(text) if within is None else (within, *_words(text))
    read = _asked(names, about, lookups, manifest) if "@" in text else _read(about, names, manifest)
    key = (text, within, this is not None, expected, manifest.roles, *read)
    found = _compiled.get(key)
    if found is not None:
        return found
    expression = compiling()
    if len(_compiled) >= REMEMBERED_MAX:
        _compiled.clear()
    _compiled[key] = expression
    return expression


def _asked(
    names: tuple[str, ...], about: tuple[Entity, ...], lookups: Mapping[str, Lookup], manifest: Manifest
) -> Iterator[Hashable]:
    """The lookups themselves, and what their words name; `by` is asked whether it finds records quickly."""
    asked = {name: lookups.get(name) for name in names}
    others: list[Entity] = []
    for name, one in asked.items():
        if one is not None:
            other = manifest.visible_entities.get(one.entity)
            by = other and other.visible_fields.get(one.by)
            yield name, one.entity, one.by, one.equals, one.where, one.find, one.value, one.sort
            yield other and other.indexed, by and by.definition.unique
            named = (one.by, one.value or "", (one.sort or "").removeprefix("-"))
            names = (*names, *named, *_words(one.equals), *_words(one.where or ""))
            others += [other] if other is not None else []
    yield from _read((*about, *others), names, manifest)


def _read(about: tuple[Entity, ...], names: tuple[str, ...], manifest: Manifest) -> Iterator[Hashable]:
    """What each name may mean, of the records themselves and at the end of their references."""
    # `id` leads to the record itself.
    targets = {entity.name: None for entity in about} if "id" in names else dict[str, None]()
    for entity in about:
        fields = entity.visible_fields
        yield entity.name
        for name in names:
            entry = fields.get(name)
            yield entry and entry.meaning
            if entry is not None and entry.targets:
                targets |= dict.fromkeys(sorted(entry.targets))
    for target in targets:
        entity = manifest.visible_entities.get(target)
        fields = {} if entity is None else entity.visible_fields
        yield target, entity is None
        for name in names:
            entry = fields.get(name)
            yield entry and entry.meaning


@lru_cache(maxsize=REMEMBERED_MAX)
def _words(text: str) -> tuple[str, ...]:
    """Whatever may name a field or a lookup; what stands in quotes too, which at worst is compiled again."""
    return tuple(dict.fromkeys(_WORD.findall(text)))
