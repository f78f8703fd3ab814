from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.patch.errors import Problem, Refusal
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.seeds import SEEDS_MAX
from shared.patch.keys import BASE_MODULE, module_of, seed_key
from shared.patch.manifest import Entity, Manifest, SeedEntry
from shared.patch.manifest import Seed as Row
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label
from shared.patch.seeding import referred
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutParts, Step

_TOLD_MAX = 10


class Seed(Closed):
    """Bring along records of an entity, each known by its name for ever.

    Values are written as JSON has them; a reference names another seed: `{"$seed": "Territory.north"}`. The same name
    again, later in the module or in its next version, changes the record. Those of other modules cannot be changed.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "seed",
        "entity": "Customer",
        "rows": [
            {"name": "walk_in", "values": {"name": "Walk-in customer", "status": "active"}},
            {"name": "in_house", "values": {"name": "In-house orders", "status": "active"}},
        ],
    }

    op: Literal["seed"] = "seed"
    entity: Identifier
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=SEEDS_MAX)]

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        shown = {entry.seed.name.casefold(): entry for entry in entity.visible_seeds}
        problems = list(self._problems(manifest, entity, shown, module))
        if problems:
            raise Refusal.of(problems)
        entries: dict[str, SeedEntry] = {}
        for row in self.rows:
            mine = shown.get(row.name.casefold())
            key = mine.key if mine is not None else seed_key(module, entity.name, row.name)
            entries[key] = SeedEntry(key=key, seed=row)
        seeds = tuple(entries.pop(one.key, one) for one in entity.seeds)
        try:
            return accepted(manifest, entity.having(seeds=(*seeds, *entries.values())), "/rows", {"/seeds": "/seeds"})
        except Refusal as refusal:
            raise self._placed(refusal) from None

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutParts(entity.key, {"seeds": entity.seeds}),)

    def footprint(self, manifest: Manifest) -> Footprint:
        entity = manifest.visible_entities.get(self.entity)
        fields = entity.visible_fields if entity is not None else {}
        # What is demanded or unique from now on, seeds must meet as well.
        reads = {path(self.entity, part) for part in ("exists", "required", "uniqueness")}
        for name in {name for row in self.rows for name in row.values}:
            parts = ("type", "values", "required", "computed", "column", "options")
            reads |= {path(self.entity, "field", name, part) for part in parts}
            if name in fields and fields[name].definition.type == "enum":
                # A state machine would begin it itself.
                reads.add(path(self.entity, "machine", "field"))
        for row in self.rows:
            for name in fields.keys() & row.values.keys():
                found = referred(fields[name].definition, row.values[name])
                reads |= {path(target, "seed", seed, "exists") for _, (target, seed) in found}
        writes = {path(self.entity, "seed", row.name) for row in self.rows}
        return Footprint(frozenset(reads), frozenset(writes | set(self._alone(entity))))

    def risk(self, manifest: Manifest) -> Risk:
        """Among the CRM's own records, rows stand beside what people were allowed to enter."""
        entity = manifest.visible_entities.get(self.entity)
        return "L2" if entity is None or module_of(entity.key) == BASE_MODULE else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        en, zh = entity_label(manifest, self.entity)
        count, names = len(self.rows), [row.name for row in self.rows[:_TOLD_MAX]]
        more = count > _TOLD_MAX
        records = "a record" if count == 1 else f"{count} records"
        return Sentence(
            f"Brings along {records} of {en}: {', '.join(names)}{', …' if more else ''}.",
            f"附带 {count} 条“{zh}”记录：{'、'.join(names)}{'……' if more else ''}。",
        )

    def _problems(
        self, manifest: Manifest, entity: Entity, shown: dict[str, SeedEntry], module: str
    ) -> Iterator[Problem]:
        """Names that are not this module's to use."""
        elsewhere = {entry.key for one in manifest.entities if one.key != entity.key for entry in one.seeds}
        names: set[str] = set()
        for number, row in enumerate(self.rows):
            where, params = f"/rows/{number}/name", {"seed": row.name, "entity": entity.name}
            mine = shown.get(row.name.casefold())
            if row.name.casefold() in names:
                yield Problem("seed_twice", where, params)
            elif mine is not None and module_of(mine.key) != module:
                yield Problem("seed_taken", where, {**params, "module": module_of(mine.key)})
            elif mine is not None and mine.seed.name != row.name:
                yield Problem("seed_twice", where, {**params, "seed": mine.seed.name}, mine.seed.name)
            elif mine is None and seed_key(module, entity.name, row.name) in elsewhere:
                yield Problem("former_name", where, {"name": row.name, "other": row.name, "entity": entity.name})
            names.add(row.name.casefold())

    def _placed(self, refusal: Refusal) -> Refusal:
        """The refusal with the places of seeds as the places of rows."""
        numbers = {row.name: number for number, row in enumerate(self.rows)}

        def placed(problem: Problem) -> Problem:
            _, kind, name, *rest = [*problem.pointer.split("/"), "", ""]
            if kind != "seeds" or name not in numbers:
                return problem
            return Problem(
                problem.code,
                "/".join(("/rows", str(numbers[name]), *rest)).rstrip("/"),
                problem.params,
                problem.suggestion,
            )

        return Refusal.of([placed(one) for one in refusal.problems])

    def _alone(self, entity: Entity | None) -> Iterator[str]:
        """Values that no seed of another module may have."""
        unique = [name for name, one in (entity.visible_fields if entity else {}).items() if one.definition.unique]
        for row in self.rows:
            for name in unique:
                if row.values.get(name) is not None:
                    yield path(self.entity, "unique", name, str(row.values[name]).replace("/", "~"))
