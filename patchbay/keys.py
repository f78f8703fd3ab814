"""What the embedded mode must remember between starts: passwords and keys, in one file that only its owner may read."""

import base64
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

DEMO_ROLES = ("developer", "reviewer", "administrator")
_PASSWORD_WORDS = 3


@dataclass(frozen=True)
class Keys:
    """`people` and `databases` are passwords by role and by database; the master key seals the providers' keys."""

    people: dict[str, str]
    databases: dict[str, str]
    master_key: str
    gateway_private_key: str
    gateway_public_key: str

    @classmethod
    def kept_in(cls, folder: Path, databases: Iterable[str]) -> Self:
        """Read them, or make them at the first start."""
        path = folder / "keys.json"
        if path.exists():
            return cls(**json.loads(path.read_text()))
        # Only at the first start: the import takes longer than everything else here.
        from shared.runtime.identity import make_keys  # noqa: PLC0415

        private, public = make_keys()
        made = cls(
            people={role: _password() for role in DEMO_ROLES},
            databases={name: secrets.token_urlsafe(24) for name in databases},
            master_key=base64.b64encode(secrets.token_bytes(32)).decode(),
            gateway_private_key=private,
            gateway_public_key=public,
        )
        made._write(path)
        return made

    def _write(self, path: Path) -> None:
        # Under another name first: a kill in between must not leave half a file that locks everybody out.
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file, indent=1)
        draft.rename(path)


def _password() -> str:
    """Easy to type, and about 60 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(_PASSWORD_WORDS))
