"""Lookups that an expression asks as `@name`: bounded by an index, typed, and never about other lookups."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Literal

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.compiled import CompiledLookup, compiled
from shared.patch.expression.kinds import COMPARED, ORDERED, Kind
from shared.patch.expression.naming import Names, Owner
from shared.patch.expression.outcomes import agree, is_enum, mistyped
from shared.patch.expression.syntax import Asked, Step
from shared.patch.expression.typed import Looked, Question, Stored
from shared.patch.fields import RefField
from shared.patch.finding import find_entity
from shared.patch.lookup import Lookup
from shared.patch.manifest import Entity, Manifest


class Asking:
    """The lookups that a record of `entity` may ask, each compiled when it is first asked for."""

    def __init__(
        self, declared: Mapping[str, Lookup], entity: Entity, manifest: Manifest, scope: Literal["this"] | None
    ) -> None:
        self._declared = declared
        self._entity = entity
        self._manifest = manifest
        self._scope: Literal["this"] | None = scope
        self.found: dict[str, CompiledLookup] = {}

    def __call__(self, node: Asked) -> Looked:
        if node.name not in self.found:
            lookup = self._declared.get(node.name)
            if lookup is None:
                params = {"lookup": node.name, "known": list(self._declared), "place": node.place + 1}
                raise Refusal("lookup_unknown", params=params, suggestion=nearest(node.name, self._declared))
            with _at(f"/lookups/{node.name}"):
                self.found[node.name] = compile_lookup(node.name, lookup, self._entity, self._manifest)
        found = self.found[node.name]
        return Looked(node.name, found.question, found.type, self._scope)


def compile_lookup(name: str, lookup: Lookup, entity: Entity, manifest: Manifest) -> CompiledLookup:
    """The lookup `name`, asked by a record of `entity`. Raises Refusal with a pointer into the lookup."""
    other = find_entity(manifest, lookup.entity)
    with _at("/by"):
        by = _by(lookup.by, other, manifest)
    with _at("/equals"):
        equals = compiled(lookup.equals, Names(Owner(entity), manifest, _refused))
        agree(by, equals.tree, 0)
    where = None
    if lookup.where is not None:
        with _at("/where"):
            where = compiled(lookup.where, Names(Owner(other), manifest, _refused, this=entity), "boolean")
    value, kind = _value(lookup, other, manifest)
    sort = _sort(lookup, other, manifest)
    tree = where.tree if where else None
    descending = (lookup.sort or "").startswith("-")
    question = Question(other.name, by, equals.tree, tree, lookup.find, value, sort, descending)
    return CompiledLookup(name, kind, question, equals, where)


@contextmanager
def _at(pointer: str) -> Generator[None]:
    """Problems are told from where the part stands."""
    try:
        yield
    except Refusal as refusal:
        raise refusal.under(pointer) from refusal


def _refused(node: Asked) -> Looked:
    raise Refusal("lookup_in_lookup", params={"lookup": node.name, "place": node.place + 1})


def _by(name: str, entity: Entity, manifest: Manifest) -> Stored:
    """A field by which records are found without reading the whole table."""
    by = _named(name, entity, manifest)
    if by.kind not in COMPARED:
        raise mistyped(0, "a value", by.kind)
    fields = entity.visible_fields.values()
    quick = {"id", *(one.index.fields[0] for one in entity.visible_indexes)}
    quick |= {one.name for one in fields if isinstance(one.definition, RefField) or one.definition.unique}
    if name not in quick:
        raise Refusal("lookup_not_indexed", params={"field": name, "entity": entity.name, "known": sorted(quick)})
    return by


def _named(name: str, entity: Entity, manifest: Manifest) -> Stored:
    return Names(Owner(entity), manifest, _refused).stored(Step(name, 0))


def _value(lookup: Lookup, other: Entity, manifest: Manifest) -> tuple[Stored | None, Kind]:
    if lookup.find in ("exists", "count"):
        if lookup.value is not None:
            raise Refusal("lookup_value", "/value", {"find": lookup.find, "value": lookup.value})
        return None, "boolean" if lookup.find == "exists" else "number"
    if lookup.value is None:
        raise Refusal("lookup_without_value", "/find", {"find": lookup.find, "entity": other.name})
    with _at("/value"):
        value = _named(lookup.value, other, manifest)
    fitting: dict[str, tuple[Kind, ...]] = {"sum": ("number",), "one": COMPARED}
    if value.kind not in fitting.get(lookup.find, ORDERED) or (lookup.find in ("min", "max") and is_enum(value)):
        expected = "number" if lookup.find == "sum" else "a value"
        raise mistyped(0, expected, "enum" if is_enum(value) else value.kind).under("/value")
    return value, value.kind


def _sort(lookup: Lookup, other: Entity, manifest: Manifest) -> Stored | None:
    if lookup.sort is None:
        return None
    if lookup.find != "one":
        raise Refusal("lookup_sort", "/sort", {"find": lookup.find})
    with _at("/sort"):
        sort = _named(lookup.sort.removeprefix("-"), other, manifest)
    if sort.kind not in ORDERED:
        raise Refusal("expression_unordered", "/sort", {"kind": sort.kind, "place": 1})
    return sort
