"""From keys to what PostgreSQL sees. Names of parts are the language's own; here is what is written around them."""

from shared.patch.physical import column_name, cut, lines_table_name, table_name

__all__ = [
    "COUNTERS",
    "FILES",
    "NOTICES",
    "PARTS",
    "SEEDS",
    "UPLOADS",
    "column_name",
    "cut",
    "lines_table_name",
    "literal",
    "quoted",
    "table_name",
]

PARTS = "_parts"
COUNTERS = "_counters"
SEEDS = "_seeds"
NOTICES = "_notices"
FILES = "_files"
UPLOADS = "_uploads"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
