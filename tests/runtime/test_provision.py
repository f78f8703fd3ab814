"""Databases and roles, and the schema in them."""

from pathlib import Path

import asyncpg
import pytest

from shared.runtime import migrations
from shared.runtime.migrations import head_of, migrate
from shared.runtime.provision import plain, provision
from tests.support.databases import as_sqlalchemy

FIRST = '''"""First."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.tables import create_runtime_tables, drop_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_runtime_tables(op)
    op.create_table("things", sa.Column("id", sa.Uuid(), primary_key=True))


def downgrade() -> None:
    op.drop_table("things")
    drop_runtime_tables(op)
'''
SECOND = '''"""Second."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("things", sa.Column("note", sa.Text()))


def downgrade() -> None:
    op.drop_column("things", "note")
'''


async def test_each_service_has_a_database_that_only_its_own_role_enters(postgres_url: str) -> None:
    names = ("generator", "tester")
    urls = await provision(postgres_url, {"generator": "it's a secret", "tester": "x"}, names)
    assert await provision(postgres_url, {"generator": "it's a secret", "tester": "x"}, names) == urls
    own = await asyncpg.connect(plain(urls["generator"]))
    await own.execute("CREATE TABLE things (id int)")
    assert await own.fetchval("SELECT current_user = current_database()")
    await own.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(plain(urls["generator"]), database="patchbay_tester")
    await provision(postgres_url, {"generator": "another"}, ["generator"])
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(plain(urls["generator"]))
    admin = await asyncpg.connect(postgres_url)
    for name in names:
        await admin.execute(f'DROP DATABASE "patchbay_{name}"')
        await admin.execute(f'DROP ROLE "patchbay_{name}"')
    await admin.close()


async def test_a_schema_goes_to_its_head_and_then_starts_without_alembic(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = as_sqlalchemy(database)
    (tmp_path / "2026_11_20_0001_first.py").write_text(FIRST)
    await migrate("x", url, tmp_path)
    (tmp_path / "2026_11_21_0002_second.py").write_text(SECOND)
    assert head_of(tmp_path) == "0002"
    await migrate("x", url, tmp_path)
    connection = await asyncpg.connect(database)
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'things'"
    tables = "SELECT count(*) FROM pg_tables WHERE tablename IN ('outbox', 'inbox', 'attempts', 'sequences')"
    assert await connection.fetchval(columns) == 2
    assert await connection.fetchval(tables) == 4
    await connection.close()
    monkeypatch.delattr(migrations, "run_command")
    await migrate("x", url, tmp_path)


async def test_a_migration_that_fails_leaves_the_schema_as_it_was(database: str, tmp_path: Path) -> None:
    broken = FIRST.replace('op.create_table("things"', 'op.execute("SELECT 1/0")\n    op.create_table("things"')
    (tmp_path / "2026_11_20_0001_first.py").write_text(broken)
    with pytest.raises(Exception, match="division by zero"):
        await migrate("x", as_sqlalchemy(database), tmp_path)
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE tablename = 'outbox'") == 0
    await connection.close()
