"""Refusals that a caller can act on. Anything else is a bug or an outage and becomes a plain 500 or 503.

PatchbayError
├── Unauthorised   401  nobody, or a token that does not hold
├── Forbidden      403  somebody who may not
├── NotFound       404
├── Conflict       409  not now: the state of things is against it
├── Invalid        422  the request itself is wrong
└── Unavailable    503  try again after `retry_after` seconds
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class PatchbayError(Exception):
    """A refusal: `detail` is an English sentence that says what happened and what to do."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "bad_request"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        params: Mapping[str, Any] | None = None,
        pointer: str | None = None,
        suggestion: str | None = None,
        problems: Sequence[Mapping[str, Any]] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.params = dict(params or {})
        self.pointer = pointer
        self.suggestion = suggestion
        self.problems = list(problems)
        self.retry_after = retry_after


class Unauthorised(PatchbayError):
    status = 401
    default_code = "unauthorised"


class Forbidden(PatchbayError):
    status = 403
    default_code = "forbidden"


class NotFound(PatchbayError):
    status = 404
    default_code = "not_found"


class Conflict(PatchbayError):
    status = 409
    default_code = "conflict"


class Invalid(PatchbayError):
    status = 422
    default_code = "invalid"


class Unavailable(PatchbayError):
    """Not now; `retry_after` says how many seconds to wait (2 unless told)."""

    status = 503
    default_code = "unavailable"
