"""Every refusal and failure as problem+json (RFC 9457): one shape, whatever went wrong.

`{type, title, status, detail, code, params, pointer?, suggestion?, problems?: […], request_id}`
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.contracts.lifecycle import TransitionRefused
from shared.patch.errors import Refusal
from shared.runtime.database import database_is_away
from shared.runtime.errors import PatchbayError
from shared.runtime.tracing import current_story

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2


def problem(  # the parts of a problem document
    status: int,
    code: str,
    detail: str,
    *,
    params: Mapping[str, Any] | None = None,
    pointer: str | None = None,
    suggestion: str | None = None,
    problems: Sequence[Mapping[str, Any]] | None = None,
    retry_after: int | None = None,
) -> JSONResponse:
    """The response for one problem; its request id is the trace id of the story being told."""
    story = current_story()
    body: dict[str, Any] = {
        "type": f"urn:patchbay:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "params": dict(params or {}),
        "pointer": pointer,
        "suggestion": suggestion,
        "problems": list(problems) if problems else None,
        "request_id": story.trace_id if story else None,
    }
    optional = ("pointer", "suggestion", "problems")
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    content = {key: value for key, value in body.items() if value is not None or key not in optional}
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def answer_problems(app: FastAPI) -> None:
    """Give the app its answers for everything that can go wrong."""
    for kind, answer in (
        (PatchbayError, _patchbay_error),
        (Refusal, _refusal),
        (TransitionRefused, _transition_refused),
        (RequestValidationError, _invalid_request),
        (HTTPException, _http_exception),
        (DBAPIError, _database_error),
        (PoolTimeout, _database_error),
        (ConnectionError, _database_error),
        (Exception, _unexpected),
    ):
        app.add_exception_handler(kind, answer)


async def _patchbay_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PatchbayError)
    wait = error.retry_after if error.retry_after is not None or error.status != HTTPStatus.SERVICE_UNAVAILABLE else 2
    return problem(
        error.status,
        error.code,
        error.detail,
        params=error.params,
        pointer=error.pointer,
        suggestion=error.suggestion,
        problems=error.problems,
        retry_after=wait,
    )


async def _refusal(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    each = [_refused(one) for one in error.problems]
    first = _refused(error)
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        error.code,
        first["detail"],
        params=error.params,
        pointer=error.pointer,
        suggestion=error.suggestion,
        problems=each or [first],
    )


def _refused(one: Any) -> dict[str, Any]:
    from shared.patch.messages import message  # noqa: PLC0415 only what refuses pays for the texts

    return {
        "code": one.code,
        "params": one.params,
        "pointer": one.pointer,
        "detail": message(one.code, one.params, one.suggestion)["en"],
        "suggestion": one.suggestion,
    }


async def _transition_refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TransitionRefused)
    return problem(HTTPStatus.CONFLICT, error.code, str(error), params=error.params)


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = [
        {
            "code": str(one["type"]),
            "params": {key: str(value) for key, value in one.get("ctx", {}).items()},
            "pointer": _pointer(one["loc"]),
            "detail": str(one["msg"]),
            "suggestion": None,
        }
        for one in error.errors()
    ]
    where = ", ".join(dict.fromkeys(str(one["pointer"]) or "the body" for one in problems))
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_request",
        f"The request does not fit: see {where}.",
        pointer=str(problems[0]["pointer"]) if problems else None,
        problems=problems,
    )


def _pointer(location: Sequence[Any]) -> str:
    """A JSON pointer into the body, or `?name`, `#name` for what is not in the body."""
    place, *path = location
    if place == "body":
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
    mark = "?" if place == "query" else "#"
    return mark + ".".join(str(step) for step in path)


async def _http_exception(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_").replace("-", "_")
    answer = problem(error.status_code, code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    if not database_is_away(error):
        return await _unexpected(request, error)
    logging.getLogger(f"patchbay.{request.app.state.service}").warning("The database is away: %s", error)
    sentence = "The database is away for the moment. Nothing was changed; try again shortly."
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "database_away", sentence, retry_after=RETRY_SECONDS)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log = logging.getLogger(f"patchbay.{request.app.state.service}")
    log.error("%s %s failed.", request.method, request.url.path, exc_info=error)
    sentence = "Something went wrong on our side. Quote the request id when you report it."
    answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", sentence)
    # Starlette answers this one outside of every middleware, where `RequestStory` cannot add it.
    if (story := current_story()) is not None:
        answer.headers["X-Request-Id"] = story.trace_id
    return answer
