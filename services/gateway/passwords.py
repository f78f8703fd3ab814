"""Passwords with argon2id, hashed away from the event loop."""

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12

# One hash takes 64 MiB: more than four at once would let strangers fill the memory by trying to sign in.
_LIMIT = CapacityLimiter(4)
HASHER = PasswordHasher()

# Checked when nobody has that name, so that both wrong answers take as long. Nobody knows its password.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$VKySZPz8WwKW6GlRcF9uzQ$LNvlIlR0oRI8fOyep5TNd4QxNw3Th7sJhhTUJkamCbE"


async def hash_password(password: str) -> str:
    """The hash to keep for `password`."""
    return await to_thread.run_sync(HASHER.hash, password, limiter=_LIMIT)


async def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether `password` belongs to the hash; without a hash the work is done all the same and the answer is no."""
    fits = await to_thread.run_sync(_verify, password_hash or NOBODY, password, limiter=_LIMIT)
    return fits and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
