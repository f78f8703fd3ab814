"""The rehearsal of what a module brings along: fields of every type, columns, indexes and seeds."""

from typing import Any

from services.tester.evidence import Case, Job, Report, Told
from services.tester.sandbox import Sandbox
from services.tester.trial import try_out

SIZES = [{"value": "s"}, {"value": "m"}]
FIELDS: list[dict[str, Any]] = [
    {"name": "opens", "type": "time"},
    {"name": "patience", "type": "duration", "min": "PT2M"},
    {"name": "nap", "type": "duration", "max": "-PT5M"},
    {"name": "sizes", "type": "multi_enum", "options": SIZES},
    {"name": "extra", "type": "json"},
    {"name": "scan", "type": "file", "accept": ["image/*"], "max_bytes": 3},
    {"name": "friends", "type": "many_to_many", "target": "Customer"},
    {"name": "about", "type": "ref_any", "targets": ["Order", "Customer"]},
    {"name": "visits", "type": "lines", "fields": [{"name": "at", "type": "time"}]},
]
SEED = {"name": "Walk-in", "email": "walk@in.example", "sizes": ["s"], "visits": [{"at": "10:00"}]}
OPERATIONS: list[dict[str, Any]] = [
    *({"op": "add_field", "entity": "Customer", "field": field} for field in FIELDS),
    {"op": "add_field", "entity": "Order", "lines": "items", "field": {"name": "gift", "type": "text"}},
    {"op": "add_index", "entity": "Customer", "index": {"name": "quick", "fields": ["opens", "name"]}},
    {"op": "seed", "entity": "Customer", "rows": [{"name": "walk_in", "values": SEED}]},
]


COUNTED = {
    "name": "walk_in_is_there",
    "entity": "Customer",
    "as": "admin",
    "steps": [{"step": "query", "entity": "Customer", "count": 1, "expect": [{"name": "Walk-in"}]}],
}


Patches = tuple[dict[str, Any], ...]


def patch_of(name: str, operations: Patches, **parts: Any) -> dict[str, Any]:
    return {
        "patch": "1",
        "module": {"name": name, "title": {"en": name, "zh": "模块"}},
        "operations": operations,
        **parts,
    }


async def tried(database: str, *operations: dict[str, Any], scenarios: Patches = (), live: Patches = ()) -> Report:
    patch = patch_of("wide", operations, scenarios=scenarios)
    job = {
        "run_id": "00000000-0000-4000-8000-000000000001",
        "author_id": "id-ada",
        "author_roles": ("sales",),
        "base": live,
        "live": live,
        "patch": patch,
        "candidate": (*live, patch),
    }
    sandbox = await Sandbox.open(database)
    told: list[Told] = []
    try:
        return await try_out(sandbox, Job.model_validate(job), told.append)
    finally:
        await sandbox.connection.close()


def act(report: Report, name: str) -> Case:
    return next(case for case in report.cases if case.suite == "rehearsal" and case.scenario == name)


async def test_everything_that_a_module_brings_is_written_withdrawn_and_back(database: str) -> None:
    report = await tried(database, *OPERATIONS, scenarios=(COUNTED,))
    assert report.problems == ()
    (step,) = act(report, "write").steps
    assert (step.outcome, step.action) == ("passed", "write Customer")
    written: dict[str, Any] = step.expected
    assert list(written) == [field["name"] for field in FIELDS]
    assert [act(report, name).outcome for name in ("unpublish", "suite", "republish")] == ["passed"] * 3


async def test_what_is_called_otherwise_is_not_new(database: str) -> None:
    renamed: list[dict[str, Any]] = [
        {"op": "rename_field", "entity": "Customer", "field": "address", "to": "billingAddress"},
        {"op": "rename_entity", "entity": "Customer", "to": "Client"},
        {"op": "add_field", "entity": "Client", "field": {"name": "nickname", "type": "text"}},
    ]
    report = await tried(database, *renamed)
    (step,) = act(report, "write").steps
    assert (step.outcome, step.action, step.expected) == ("passed", "write Client", {"nickname": "Sample"})
    assert [act(report, name).outcome for name in ("unpublish", "suite", "republish")] == ["passed"] * 3


async def test_old_records_are_older_than_what_live_modules_demand(database: str) -> None:
    renamed = {"op": "rename_field", "entity": "Customer", "field": "address", "to": "billingAddress"}
    demanded = {"op": "add_field", "entity": "Customer", "field": {"name": "code", "type": "text", "required": True}}
    scan = {"op": "add_field", "entity": "Customer", "field": {"name": "nickname", "type": "text"}}
    report = await tried(database, scan, live=(patch_of("earlier", (renamed, demanded)),))
    assert act(report, "publish").outcome == "passed"
    assert act(report, "unpublish").outcome == "passed"
