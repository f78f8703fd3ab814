"""`patchbay test FILE`: the run that the tester would make, on this machine, on the CRM's base module."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console

from patchbay.documents.source import Source
from patchbay.local.postgres import LocalPostgres
from patchbay.local.program import StartFailed
from services.tester.evidence import Job, Report, Told
from services.tester.sandbox import Sandbox
from services.tester.trial import try_out
from shared.crm import base_manifest
from shared.patch import Refusal, document, message

FAILED = 1
NEGATIVE = 3
err = Console(stderr=True, highlight=False)


def try_out_patch(source: Source, *, as_json: bool) -> int:
    """Exit code 0 when every scenario passes, 3 when the patch is refused or one fails, 1 when it could not be run."""
    try:
        patch = document(source.patch)
    except Refusal as refusal:
        for problem in refusal.problems:
            text = message(problem.code, problem.params, problem.suggestion)["en"]
            err.print(f"{problem.pointer or '/'}: {text} [{problem.code}]", markup=False)
        return NEGATIVE
    try:
        report = asyncio.run(_try(patch))
    except StartFailed as failed:
        err.print(str(failed), style="red", markup=False)
        return FAILED
    if as_json:
        print(report.model_dump_json())
    else:
        _print(report)
    return 0 if report.passed else NEGATIVE


async def _try(patch: dict[str, Any]) -> Report:
    # Whoever tests a file on his own machine may grant what every role of the base module has.
    job = Job(
        run_id=uuid4(),
        patch=patch,
        author_id="local",
        author_roles=base_manifest().roles,
        base=(),
        live=(),
        candidate=(patch,),
    )

    def tell(told: Told) -> None:
        status.update(f"{told.done} of {told.total}  {told.scenario}")

    with (
        tempfile.TemporaryDirectory(prefix="patchbay-") as folder,
        err.status("A sandbox is being made …") as status,
        LocalPostgres(Path(folder) / "postgres", durable=False, temporary=True) as postgres,
    ):
        sandbox = await Sandbox.open(postgres.url)
        try:
            return await try_out(sandbox, job, tell)
        finally:
            await sandbox.connection.close()


def _print(report: Report) -> None:
    for case in report.cases:
        if case.outcome == "failed" and case.problem is not None:
            place = f" at {case.problem.pointer}" if case.problem.pointer else ""
            print(f"FAILED  {case.suite}/{case.scenario}{place}: {case.problem.cause['en']}")
            print(f"        expected {case.problem.expected!r}, got {case.problem.got!r}")
    passed = sum(case.outcome == "passed" for case in report.cases)
    print(f"{passed} of {len(report.cases)} passed in {report.seconds:.2f} s")
