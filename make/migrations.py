"""Migration commands on a PostgreSQL that lives only as long as they do.

`migrations.py check` compares every service's tables with its migrations, `migrations.py revision SERVICE TITLE`
writes the next migration of one.
"""

import asyncio
import sys

from shared.runtime.migration_commands import main
from tests.support.postgres import any_postgres

if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    with any_postgres() as url:
        status = asyncio.run(main([command, url, *rest]))
    sys.exit(status)
