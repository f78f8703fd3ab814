"""On whose behalf a request comes: short-lived tokens that the gateway signs and the services verify.

The gateway holds the private key (Ed25519), the services the public one. A token names the whole cause, is for one
service only, and lives a minute.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Request

from shared.contracts.event import Cause, Role
from shared.runtime.errors import Forbidden, Unauthorised
from shared.runtime.tracing import current_story

ISSUER = "patchbay-gateway"
_LEEWAY_SECONDS = 5


def mint(private_key: str, cause: Cause, audience: str, seconds: int = 60) -> str:
    """A token with which `audience` acts for `cause`; `private_key` is the PEM of an Ed25519 key."""
    import jwt  # noqa: PLC0415 it brings cryptography, which the start path does without

    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "sub": cause.person.id,
        "iat": now,
        "exp": now + timedelta(seconds=seconds),
        "cause": cause.model_dump(mode="json"),
    }
    return jwt.encode(claims, _private(private_key), algorithm="EdDSA")


def verify(public_key: str, token: str, audience: str) -> Cause:
    """The cause that the gateway vouches for. Raises Unauthorised when the token does not hold."""
    import jwt  # noqa: PLC0415 as above

    if not public_key:
        sentence = "This service knows no gateway. Set PATCHBAY_GATEWAY_PUBLIC_KEY."
        raise Unauthorised(sentence, code="gateway_unknown")
    try:
        claims = jwt.decode(
            token,
            _public(public_key),
            algorithms=["EdDSA"],
            audience=audience,
            issuer=ISSUER,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "aud", "iss", "cause"]},
        )
    except jwt.PyJWTError as error:
        raise Unauthorised("The service token does not hold. Ask through the gateway.", code="token_invalid") from error
    return Cause.model_validate(claims["cause"])


def make_keys() -> tuple[str, str]:
    """A new pair (private, public) as PEM."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 as above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 as above

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


async def caller(request: Request) -> Cause:
    """Who asks, from the gateway's token. Raises Unauthorised without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("This service answers the gateway only. Send its token.", code="token_missing")
    cause = verify(request.app.state.gateway_public_key, token, request.app.state.service)
    story = current_story()
    return cause if story is None else cause.model_copy(update={"traceparent": story.traceparent})


Caller = Annotated[Cause, Depends(caller)]


def requires(*roles: Role) -> Any:
    """`cause: Annotated[Cause, requires("administrator")]`: who asks, if they have one of the roles."""

    async def permitted(cause: Caller) -> Cause:
        if not set(roles) & set(cause.person.roles):
            needs = sorted(roles)
            sentence = f"This takes the role {' or '.join(needs)}. Ask an administrator for it."
            raise Forbidden(sentence, code="role_missing", params={"needs": needs})
        return cause

    return Depends(permitted)


@lru_cache(maxsize=8)
def _private(pem: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 as above

    return load_pem_private_key(pem.encode(), password=None)


@lru_cache(maxsize=8)
def _public(pem: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 as above

    return load_pem_public_key(pem.encode())
