"""What a schema really holds: its fingerprint, without parked parts."""

import hashlib

from shared.engine.connection import Connection
from shared.engine.naming import PARTS, quoted

# Parked tables and columns are left out by the metadata; their constraints and indexes were dropped on parking.
# NOT VALID says how a constraint came to be there, not what it asks.
_CATALOGUE = """
WITH relations AS (
  SELECT c.oid, c.relname FROM pg_class c JOIN {parts} p ON p.relation = c.relname AND p.name = '' AND NOT p.parked
  WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r')
SELECT r.relname || ' column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
    AS line
  FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE NOT EXISTS (SELECT FROM {parts} p WHERE p.relation = r.relname AND p.name = a.attname AND p.parked)
UNION ALL
SELECT r.relname || ' constraint ' || c.conname || ' ' || replace(pg_get_constraintdef(c.oid), ' NOT VALID', '')
  FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid WHERE c.contype <> 'n'
UNION ALL
SELECT r.relname || ' index ' || pg_get_indexdef(i.indexrelid) FROM relations r JOIN pg_index i ON i.indrelid = r.oid
"""


async def schema_lines(connection: Connection, schema: str) -> list[str]:
    """One line per column, constraint and index, without the schema's own name: alike in all schemas laid out alike."""
    place = quoted(schema)
    rows = await connection.fetch(_CATALOGUE.format(parts=f"{place}.{PARTS}"), place)
    own = await connection.fetchval("SELECT quote_ident($1)", schema)
    return sorted({row["line"].replace(f"{own}.", "") for row in rows})


async def schema_fingerprint(connection: Connection, schema: str) -> str:
    lines = await schema_lines(connection, schema)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
