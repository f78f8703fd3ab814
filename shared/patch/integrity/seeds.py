"""What must hold of seeds: the engine could write each, none is there twice, and references lead to other seeds."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Any

from shared.patch.bounds import Unfit
from shared.patch.errors import Problem, nearest
from shared.patch.fields import Field, LineField, LinesField
from shared.patch.finding import meant, targets
from shared.patch.integrity.values import demanded
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest, Seed
from shared.patch.plain import as_list
from shared.patch.seeding import Reading, misfit, reading, referred

SEEDS_MAX = 10_000
# Whoever writes ten thousand rows wrongly mends a few and asks again.
_TOLD_MAX = 50
_SIMILAR_MAX = 1_000

Node = tuple[str, str]


def seeds(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    if entity.visible_seeds:
        yield from islice(_all(entity, manifest), _TOLD_MAX)


def _all(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    rows = [entry.seed for entry in entity.visible_seeds]
    if sum(len(one.visible_seeds) for one in manifest.visible_entities.values()) > SEEDS_MAX:
        # Then they are not looked at one by one: that is what takes time.
        yield Problem("too_many_seeds", "/seeds", {"limit": SEEDS_MAX})
        return
    natives: list[dict[str, Any]] = []
    amiss = False
    table = _Table(entity)
    for row in rows:
        read: dict[str, Any] = {}
        for problem in table.problems(row.values, read):
            amiss = True
            yield problem.under(f"/seeds/{row.name}/values")
        natives.append(read)
    yield from _twice(entity, rows, natives)
    yield from _references(entity, rows, manifest)
    if not amiss:
        yield from _circle(entity, manifest)


class _Table:
    """The columns of which rows consist: those of an entity, or of lines in one of its fields."""

    def __init__(self, entity: Entity, lines: LinesField | None = None) -> None:
        self.owner = entity.name if lines is None else f"{entity.name}.{lines.name}"
        self.definitions: dict[str, Field | LineField] = (
            {name: entry.definition for name, entry in entity.visible_fields.items()}
            if lines is None
            else {one.name: one for one in lines.fields}
        )
        self.machine = entity.machine.field if entity.machine is not None and lines is None else None
        self.open = {name: reading(one) for name, one in self.definitions.items() if self._closed(name, one) is None}
        self.demanded = tuple(demanded(entity)) if lines is None else tuple(_demanded(lines))
        inner = [one for one in self.definitions.values() if isinstance(one, LinesField)]
        self.inner = {one.name: _Table(entity, one) for one in inner}

    def problems(self, values: Mapping[str, Any], read: dict[str, Any]) -> Iterator[Problem]:
        """What is wrong with one row; what it holds is put into `read`."""
        for name, value in values.items():
            check: Reading | None = self.open.get(name)
            if check is None:
                yield self._stranger(name)
            elif value is not None:
                try:
                    read[name] = check(value)
                except Unfit as unfit:
                    yield misfit(self.definitions[name], value, unfit).under(f"/{name}")
                    read[name] = ...
        missing = [name for name in self.demanded if read.get(name) in (None, [])]
        if missing:
            yield Problem("required_missing", "", {"entity": self.owner, "fields": missing})
        for name, table in self.inner.items():
            for number, row in enumerate(as_list(read.get(name)) or ()):
                yield from (one.under(f"/{name}/{number}") for one in table.problems(row, {}))

    def _closed(self, name: str, definition: Field | LineField) -> str | None:
        if getattr(definition, "computed", None) is not None:
            return "it is computed"
        return "it is numbered by the system" if definition.type == "sequence" or name == self.machine else None

    def _stranger(self, name: str) -> Problem:
        """A name under which nobody gives a value."""
        params: dict[str, Any] = {"field": name, "entity": self.owner}
        definition = self.definitions.get(name)
        if name in SYSTEM_FIELDS:
            return Problem("system_field", f"/{name}", params)
        if definition is None:
            params["known"] = list(self.definitions)
            return Problem("field_unknown", f"/{name}", params, nearest(name, self.definitions))
        if name == self.machine:
            return Problem("value_of_machine", f"/{name}", params)
        return Problem("value_given", f"/{name}", {**params, "reason": self._closed(name, definition)})


def _demanded(lines: LinesField) -> Iterator[str]:
    for one in lines.fields:
        computed, default = getattr(one, "computed", None), getattr(one, "default", None)
        if one.required and computed is None and default is None:
            yield one.name


def _twice(entity: Entity, rows: Sequence[Seed], natives: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """What is unique stands in one seed only, unless a value is missing."""
    definitions = {name: entry.definition for name, entry in entity.visible_fields.items()}
    unique = [(name,) for name, one in definitions.items() if one.unique]
    unique += [entry.index.fields for entry in entity.visible_indexes if entry.index.unique]
    for fields in unique:
        begun = {name: getattr(definitions.get(name), "default", None) for name in fields}
        seen: dict[tuple[Any, ...], str] = {}
        for row, read in zip(rows, natives, strict=True):
            value = tuple(read.get(name, begun[name]) for name in fields)
            if None in value or ... in value or (other := seen.setdefault(value, row.name)) == row.name:
                continue
            params = {"seed": row.name, "other": other, "entity": entity.name, "fields": list(fields)}
            yield Problem("seed_not_unique", f"/seeds/{row.name}/values/{fields[0]}", params)


def _references(entity: Entity, rows: Sequence[Seed], manifest: Manifest) -> Iterator[Problem]:
    known: dict[str, dict[str, str]] = {}
    for name, definition in _referring(entity):
        for row in rows:
            value = row.values.get(name)
            for pointer, (target, seed) in referred(definition, value) if value is not None else ():
                if target not in known:
                    found = manifest.visible_entities.get(target)
                    known[target] = {one.seed.name: one.key for one in (found.visible_seeds if found else ())}
                if seed not in known[target]:
                    near = meant(seed, known[target]) if len(known[target]) <= _SIMILAR_MAX else None
                    where = f"/seeds/{row.name}/values/{name}{pointer}"
                    yield Problem("seed_unknown", where, {"seed": f"{target}.{seed}"}, near and f"{target}.{near}")


def _circle(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """Each seed is written after those that it refers to, so none may wait for itself."""
    reached = _reached(entity, manifest)
    if entity.name not in reached:
        return
    waits: dict[Node, set[Node]] = {}
    for name in reached:
        referring = list(_referring(manifest.visible_entities[name]))
        for entry in manifest.visible_entities[name].visible_seeds:
            values = entry.seed.values
            for field, definition in referring:
                if (value := values.get(field)) is not None:
                    nodes = waits.setdefault((name, entry.seed.name), set())
                    nodes.update(node for _, node in referred(definition, value))
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle: list[Node] = error.args[1]
        first = next((name for owner, name in circle if owner == entity.name), None)
        if first is not None:
            yield Problem("seed_circle", f"/seeds/{first}", {"seeds": [f"{one}.{name}" for one, name in circle]})


def _reached(entity: Entity, manifest: Manifest) -> set[str]:
    """The entities that references lead to, from seed to seed."""
    reached: set[str] = set()
    waiting = [entity]
    while waiting:
        for _, definition in _referring(waiting.pop()):
            for _, target in targets(definition):
                found = manifest.visible_entities.get(target)
                if found is not None and found.visible_seeds and target not in reached:
                    reached.add(target)
                    waiting.append(found)
    return reached


def _referring(entity: Entity) -> Iterator[tuple[str, Field]]:
    return ((name, one.definition) for name, one in entity.visible_fields.items() if any(targets(one.definition)))
