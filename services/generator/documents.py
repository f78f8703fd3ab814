"""Documents as people hand them in: read, judged, compared, imported."""

from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.asking import problem_as_json
from services.generator.live import base_of
from services.generator.versions import author_of
from services.generator.views import ImportView, ValidationView
from shared.contracts.event import Cause
from shared.patch import Patch, Refusal, acknowledgements, document, explain, parse, risk, validate
from shared.patch.difference import diff
from shared.patch.parsing import read_json
from shared.patch.plain import as_object


async def read_patch(session: AsyncSession, given: dict[str, Any] | list[Any] | str) -> Patch:
    """Our own document, or Patch DSL 1.0, held against what is live. Raises `Refusal` with every problem."""
    plain = read_json(given) if isinstance(given, str) else given
    if is_dsl10(plain):
        from shared.patch.dsl10 import import_dsl10  # noqa: PLC0415 only an import needs the old language

        return import_dsl10(plain, manifest=(await base_of(session, "")).manifest)
    return parse(given if isinstance(given, str) else cast("dict[str, Any]", plain))


def is_dsl10(plain: Any) -> bool:
    """One document, a list of them, or a map of several entities."""
    if isinstance(plain, list):
        return True
    found = as_object(plain) or {}
    return found.get("version") == "1.0" or "objects" in found


async def validate_document(
    session: AsyncSession, given: dict[str, Any] | list[Any] | str, cause: Cause
) -> ValidationView:
    """Every problem, or what the patch would do. Raises `Unavailable` with `base_unknown`."""
    try:
        patch = await read_patch(session, given)
    except Refusal as refusal:
        problems = [problem_as_json(one) for one in refusal.problems]
        return ValidationView(valid=False, problems=problems, explanation=[], risk=None, acknowledge=[])
    base = (await base_of(session, patch.module.name)).manifest
    author = author_of(cause.person)
    found = validate(patch, base, author)
    return ValidationView(
        valid=not found,
        problems=[problem_as_json(one) for one in found],
        explanation=[dict(one) for one in explain(patch, base)] if not found else [],
        risk=risk(patch, base, author),
        acknowledge=list(acknowledgements(patch, base)),
    )


async def import_document(session: AsyncSession, given: dict[str, Any] | list[Any] | str) -> ImportView:
    plain = read_json(given) if isinstance(given, str) else given
    notes = [{"code": "imported_dsl10"}] if is_dsl10(plain) else []
    return ImportView(patch=document(await read_patch(session, given)), notes=notes)


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """By meaning: what was added, removed and changed, by key."""
    return [dict(one) for one in diff(before, after)]
