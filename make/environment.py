"""Write .env from .env.example with new passwords and keys, readable by its owner only; never over an existing one."""

import base64
import os
import secrets
import sys
from pathlib import Path

from shared.runtime.identity import make_keys

EMAIL = "administrator@patchbay.local"


def main() -> int:
    try:
        descriptor = os.open(".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        print(".env exists already and stays as it is. Remove it first for new passwords and keys.", file=sys.stderr)
        return 1
    private, public = make_keys()
    values = {
        "ADMINISTRATOR_EMAIL": EMAIL,
        "GATEWAY_PRIVATE_KEY": _quoted(private),
        "GATEWAY_PUBLIC_KEY": _quoted(public),
        "MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    with os.fdopen(descriptor, "w") as env:
        for line in Path(".env.example").read_text("utf-8").splitlines():
            name, equals, given = line.partition("=")
            wanted = equals and not given and name.isupper()
            env.write(f"{name}={values.get(name) or secrets.token_hex(24)}\n" if wanted else f"{line}\n")
    print(f".env is written. Sign in as {EMAIL} with the ADMINISTRATOR_PASSWORD in it.")
    return 0


def _quoted(pem: str) -> str:
    return '"' + pem.strip().replace("\n", "\\n") + '"'


if __name__ == "__main__":
    sys.exit(main())
