"""Provider keys, sealed: AES-256-GCM under the operator's master key, bound to the row and the address they are for.

The associated data holds the model's id and base URL, so a sealed key copied to another row, or left behind by a
changed address, opens nothing.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from shared.runtime.errors import Conflict, Unavailable

_NONCE_BYTES = 12
_KEY_BYTES = 32


@dataclass(frozen=True)
class Sealed:
    key_id: str
    data: bytes


@dataclass(frozen=True)
class Vault:
    """Seals with the newest key and opens with any that it has. Without a key it refuses both."""

    keys: dict[str, bytes]
    newest: str | None

    @classmethod
    def of(cls, master_key: SecretStr | None, retired: tuple[SecretStr, ...] = ()) -> "Vault":
        """Raises `ValueError` for a master key that is not 32 bytes in base64: a service must not start with one."""
        decoded = [_decode(key.get_secret_value()) for key in (*([master_key] if master_key else []), *retired)]
        keys = {hashlib.sha256(key).hexdigest()[:12]: key for key in decoded}
        return cls(keys, next(iter(keys)) if master_key else None)

    def seal(self, secret: str, model_id: UUID, base_url: str) -> Sealed:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 stays out of the start

        if self.newest is None:
            raise Conflict(
                "Without a master key Patchbay stores no provider keys. Set PATCHBAY_MASTER_KEY and try again.",
                code="master_key_missing",
            )
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, secret.encode(), _bound_to(model_id, base_url))
        return Sealed(self.newest, nonce + sealed)

    def unseal(self, sealed: Sealed, model_id: UUID, base_url: str) -> str:
        """Raises `Unavailable` with `master_key_missing` or `key_unreadable`."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 stays out of the start
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 as above

        key = self.keys.get(sealed.key_id)
        if key is None:
            raise Unavailable(
                "The master key that sealed this provider key is not configured. Set it again, or enter the key anew.",
                code="master_key_missing",
                params={"key_id": sealed.key_id},
            )
        try:
            nonce, data = sealed.data[:_NONCE_BYTES], sealed.data[_NONCE_BYTES:]
            return AESGCM(key).decrypt(nonce, data, _bound_to(model_id, base_url)).decode()
        except InvalidTag:
            raise Unavailable(
                "The stored provider key does not belong to this model and address. Enter the key anew.",
                code="key_unreadable",
            ) from None


def _bound_to(model_id: UUID, base_url: str) -> bytes:
    return f"ai_models/{model_id}/{base_url}".encode()


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError("A master key is 32 bytes in base64: openssl rand -base64 32")
    return key
