"""The five acts of a rehearsal, each on what the one before left. Each returns its steps or raises ActFailed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.tester.evidence import Step
from services.tester.samples import samples_of
from services.tester.stage import Stage
from services.tester.worlds import play_all
from shared.crm import base_manifest, lay_out_fixtures
from shared.engine import Application, RecordRefused, SystemClock, User, schema_fingerprint
from shared.engine.seeds import seed_id, seed_rows
from shared.patch.manifest import Entity, Manifest

Records = dict[tuple[str, str], dict[str, Any]]

_CLOCK = SystemClock()
_PAGE = 200


class ActFailed(Exception):
    """An act did not come out as it must."""

    def __init__(self, code: str, expected: Any = None, got: Any = None, entity: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.got = got
        self.entity = entity


@dataclass
class Memory:
    """What later acts compare with: by entity and id, the records before, and what was written into new fields."""

    schema: str = ""
    records: Records = field(default_factory=Records)
    written: Records = field(default_factory=Records)


async def publish(stage: Stage, memory: Memory) -> list[Step]:
    sandbox = stage.sandbox
    memory.schema = await schema_fingerprint(sandbox.connection, sandbox.schema)
    # Older than every module, as records of a live CRM are: what modules demand or call otherwise came after them.
    await sandbox.change(stage.base, base_manifest())
    await lay_out_fixtures(Application(base_manifest(), sandbox.schema), sandbox.connection, _CLOCK)
    await sandbox.change(base_manifest(), stage.base)
    memory.records = await _records(stage, Application(stage.base, sandbox.schema))
    await sandbox.change(stage.base, stage.live)
    findings = await sandbox.change(stage.live, stage.candidate)
    return [
        Step(position=number, action="old_records", outcome="passed", got=one) for number, one in enumerate(findings)
    ]


async def write(stage: Stage, memory: Memory) -> list[Step]:
    """Into every new field, in one record of each entity. What its own rules refuse is left out, and said."""
    application = Application(stage.candidate, stage.sandbox.schema)
    now = {entity.key: entity.name for entity in stage.candidate.visible_entities.values()}
    before = {name: now.get(entity.key, name) for name, entity in stage.base.visible_entities.items()}
    targets = {before[name]: record_id for name, record_id in memory.records}
    steps: list[Step] = []
    for entity, names in _new_fields(stage):
        values = samples_of(entity, names, targets)
        said: dict[str, Any] = {"position": len(steps), "action": f"write {entity.name}", "expected": values}
        try:
            async with stage.sandbox.connection.transaction():
                record = await _write(stage, application, entity, values, targets.get(entity.name))
        except RecordRefused as refused:
            steps.append(Step(**said, outcome="skipped", got=[one.as_dict() for one in refused.problems]))
            continue
        memory.written[entity.name, record["id"]] = {name: record.get(name) for name in names}
        targets.setdefault(entity.name, record["id"])
        steps.append(Step(**said, outcome="passed"))
    return steps


async def unpublish(stage: Stage, memory: Memory) -> list[Step]:
    sandbox = stage.sandbox
    await sandbox.change(stage.candidate, stage.base)
    schema = await schema_fingerprint(sandbox.connection, sandbox.schema)
    if schema != memory.schema:
        raise ActFailed("schema_differs", memory.schema, schema)
    records = await _records(stage, Application(stage.base, sandbox.schema))
    for key, before in memory.records.items():
        if records.get(key) != before:
            raise ActFailed("record_differs", before, records.get(key), key[0])
    seeds = seed_rows(stage.candidate).keys() - seed_rows(stage.base).keys()
    ids = {str(seed_id(key)) for key in seeds}
    for (entity, record_id), record in records.items():
        if record_id in ids:
            raise ActFailed("seed_left", None, record, entity)
    return []


async def suite(stage: Stage, _memory: Memory) -> list[Step]:
    """On a database without records but seeds, as every scenario begins."""
    async with stage.sandbox.undone():
        await stage.sandbox.empty()
        cases = await play_all(stage, stage.base, stage.base_plays)
    steps = [
        Step(
            position=position,
            action=case.scenario,
            outcome=case.outcome,
            got=None if case.problem is None else case.problem.model_dump(mode="json"),
        )
        for position, case in enumerate(cases)
    ]
    failed = [step.action for step in steps if step.outcome == "failed"]
    if failed:
        raise ActFailed("base_suite_failed", "all pass", failed)
    return steps


async def republish(stage: Stage, memory: Memory) -> list[Step]:
    await stage.sandbox.change(stage.base, stage.candidate)
    application = Application(stage.candidate, stage.sandbox.schema)
    for (entity, record_id), expected in memory.written.items():
        record = await application.read(stage.sandbox.connection, entity, UUID(record_id), _anybody(stage.candidate))
        got = {name: record.get(name) for name in expected}
        if got != expected:
            raise ActFailed("values_differ", expected, got, entity)
    return []


def _new_fields(stage: Stage) -> Iterator[tuple[Entity, set[str]]]:
    """Entities with the fields that the base does not have, under no other name; those of a new entity are all new."""
    known = {entry.key for entity in stage.base.visible_entities.values() for entry in entity.visible_fields.values()}
    for entity in stage.candidate.visible_entities.values():
        names = {name for name, entry in entity.visible_fields.items() if entry.key not in known}
        if names:
            yield entity, names


async def _write(
    stage: Stage, application: Application, entity: Entity, values: dict[str, Any], record_id: str | None
) -> dict[str, Any]:
    connection, user = stage.sandbox.connection, _anybody(stage.candidate)
    if record_id is not None:
        record = await application.update(connection, entity.name, UUID(record_id), values, user, _CLOCK)
    else:
        record = await application.create(connection, entity.name, values, user, _CLOCK)
    return await application.read(connection, entity.name, UUID(record["id"]), user)


async def _records(stage: Stage, application: Application) -> Records:
    """Every record, without the moment of its last change."""
    found: Records = {}
    for name in stage.base.visible_entities:
        after: str | None = None
        while True:
            page = await application.query(
                stage.sandbox.connection, name, _anybody(stage.base), where=None, sort=None, limit=_PAGE, after=after
            )
            for record in page.items:
                found[name, record["id"]] = {part: value for part, value in record.items() if part != "updatedAt"}
            after = page.next
            if after is None:
                break
    return found


def _anybody(manifest: Manifest) -> User:
    return User(id="rehearsal", name="Rehearsal", roles=manifest.roles)
