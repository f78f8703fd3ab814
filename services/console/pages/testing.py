"""Runs: ask for one, watch it, read what it proved, and submit what passed."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules/test")
Id = Annotated[UUID, Form()]
Number = Annotated[int, Form()]
Ticks = Annotated[list[str], Form()]
HERE = "/admin/ai-modules/test"
UNFINISHED = ("queued", "running")


@router.get("")
async def runs(page: SignedIn, module: UUID | None = None) -> Response:
    return await _runs(page, module)


@router.get("/live")
async def live(page: SignedIn, module: UUID | None = None) -> Response:
    async def table() -> str:
        return page.text("runs_table.html", **await _lists(page, module))

    return page.live(str(module) if module else None, table)


@router.post("")
async def request(page: SignedIn, module: Id, version: Number, entities: Ticks = []) -> Response:  # noqa: B006 - FastAPI copies it
    body = {"module_id": str(module), "version": version, "entities": entities, "force": True}
    try:
        run = await page.gateway.post("/runs", body)
    except Refused as refused:
        return await _runs(page, module, refused)
    return page.go(f"{HERE}/{run['id']}")


@router.post("/submit")
async def submit(page: SignedIn, module: Id, version: Number, run: Annotated[UUID, Form()]) -> Response:
    try:
        review = await page.gateway.post("/reviews", {"module_id": str(module), "version": version})
    except Refused as refused:
        return page.render("run.html", refused.status, refused=refused, **await _run(page, run))
    return page.go(f"/admin/ai-modules/review/{review['id']}", "submitted")


@router.get("/{run_id}")
async def show(page: SignedIn, run_id: UUID) -> Response:
    return page.render("run.html", **await _run(page, run_id))


@router.get("/{run_id}/live")
async def live_run(page: SignedIn, run_id: UUID) -> Response:
    run = await page.gateway.get(f"/runs/{run_id}")

    async def result() -> str:
        return page.text("run_result.html", **await _run(page, run_id))

    return page.live(run["module_id"], result)


@router.post("/{run_id}/cancel")
async def cancel(page: SignedIn, run_id: UUID) -> Response:
    try:
        await page.gateway.post(f"/runs/{run_id}/cancel")
    except Refused as refused:
        return page.render("run.html", refused.status, refused=refused, **await _run(page, run_id))
    return page.go(f"{HERE}/{run_id}")


async def _runs(page: Page, module: UUID | None, refused: Refused | None = None) -> Response:
    lists, suite = await asyncio.gather(_lists(page, module), page.gateway.get("/suite"))
    status = refused.status if refused else 200
    return page.render("runs.html", status, refused=refused, suite=suite, module=module, **lists)


async def _lists(page: Page, module: UUID | None) -> dict[str, Any]:
    modules, runs = await asyncio.gather(
        page.gateway.get("/modules", limit=200), page.gateway.get("/runs", module_id=module, limit=50)
    )
    wanted = [one for one in modules["items"] if module is None or one["id"] == str(module)]
    titles = {one["id"]: one["title"] for one in modules["items"]}
    return {"modules": wanted, "runs": runs["items"], "titles": titles}


async def _run(page: Page, run_id: UUID) -> dict[str, Any]:
    run = await page.gateway.get(f"/runs/{run_id}")
    module = await page.gateway.get(f"/modules/{run['module_id']}")
    scenarios = [case for case in run["cases"] if case["suite"] != "rehearsal"]
    submittable = module["version"] == run["version"] and module["state"] in {"passed", "withdrawn"}
    return {
        "run": run,
        "passed": [case for case in scenarios if case["outcome"] == "passed"],
        "others": sorted(
            (case for case in scenarios if case["outcome"] != "passed"), key=lambda case: case["outcome"] != "failed"
        ),
        "causes": _causes(page, run),
        "module": module,
        "submittable": submittable,
        "going_on": run["state"] in UNFINISHED,
    }


def _causes(page: Page, run: dict[str, Any]) -> list[dict[str, Any]]:
    """What went wrong, once each: `{text, pointer, scenarios}`. One wrong rule fails many scenarios."""
    titles = {case["scenario"]: page.tongue.pick(case["title"]) for case in run["cases"]}
    causes: dict[tuple[str, str | None], list[str]] = {}
    for problem in run["problems"]:
        scenario = problem.get("scenario") or ""
        met = causes.setdefault((page.tell(problem), problem.get("pointer")), [])
        met.append(titles.get(scenario, scenario))
    return [{"text": text, "pointer": pointer, "scenarios": met} for (text, pointer), met in causes.items()]
