"""The caller's connection to PostgreSQL."""

import asyncpg

Connection = asyncpg.Connection
