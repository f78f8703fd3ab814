"""What the engine refuses, as problem+json: every problem with its field, its code and a sentence in both languages."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse

from shared.engine import RecordRefused
from shared.engine.problems import problem as problem_of
from shared.engine.problems import refuse
from shared.patch.errors import escape
from shared.patch.text import Text
from shared.runtime.problems import problem

_STATUS = {
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "forbidden": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "conflict": HTTPStatus.CONFLICT,
}


async def answer_refused_record(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RecordRefused)
    problems = [
        {**one.as_dict(), "pointer": _pointer(one.field), "detail": one.message["en"]} for one in error.problems
    ]
    detail = " ".join(one.message["en"] for one in error.problems) or f"The record was refused: {error.code}."
    first = error.problems[0] if error.problems else None
    return problem(
        _STATUS[error.code],
        first.code if first is not None and len(error.problems) == 1 else error.code,
        detail,
        params=first.params if first is not None and len(error.problems) == 1 else None,
        pointer=_pointer(first.field) if first is not None else None,
        problems=problems,
    )


async def answer_deadlock(request: Request, _error: Exception) -> JSONResponse:
    """Of two who waited for one another PostgreSQL lets one go on; the other has written nothing and may try again."""
    record = Text(en="The record", zh="记录")
    return await answer_refused_record(request, refuse("conflict", problem_of("", "busy", record)))


def _pointer(place: str) -> str | None:
    """`items.0.quantity` is `/items/0/quantity` in the body; the record as a whole is the body."""
    return "".join(escape(part) for part in place.split(".")) if place else ""
