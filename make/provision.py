"""Make a database and a role for each service, for `docker compose`; may run again at any time.

PATCHBAY_ADMIN_URL leads to the server, PATCHBAY_<NAME>_PASSWORD is the password of that service's role.
"""

import asyncio
import os

from shared.runtime.provision import SERVICES, provision

NAMES = (*SERVICES, "sandbox")


def main() -> None:
    passwords = {name: os.environ[f"PATCHBAY_{name.upper()}_PASSWORD"] for name in NAMES}
    asyncio.run(provision(os.environ["PATCHBAY_ADMIN_URL"], passwords, NAMES))
    print(f"A database and a role each for {', '.join(NAMES)}.")


if __name__ == "__main__":
    main()
