"""Runs and their cases, and the facts that a run needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.runtime.tables import create_runtime_tables, drop_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_runtime_tables(op)
    _create_facts()
    _create_runs()
    _create_cases()


def downgrade() -> None:
    op.drop_table("ai_module_test_cases")
    op.drop_table("ai_module_tests")
    op.drop_table("live_sets")
    op.drop_table("drafted_versions")
    drop_runtime_tables(op)


def _create_facts() -> None:
    op.create_table(
        "drafted_versions",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("author", JSONB(), nullable=False),
        sa.Column("cause", JSONB(), nullable=False),
        sa.Column("patch", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("module_id", "version", name="pk_drafted_versions"),
    )
    op.create_index("drafted_versions_by_content", "drafted_versions", ["content_hash"], unique=False)
    op.create_table(
        "live_sets",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_sequence", sa.Integer(), nullable=False),
        sa.Column("crm_version", sa.String(), nullable=False),
        sa.Column("live", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_live_sets"),
    )


def _create_runs() -> None:
    op.create_table(
        "ai_module_tests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("entities", JSONB(), nullable=False),
        sa.Column("author_roles", JSONB(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_by", JSONB(), nullable=False),
        sa.Column("requested_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("base_fingerprint", sa.String(), nullable=True),
        sa.Column("suite_version", sa.String(), nullable=True),
        sa.Column("engine_version", sa.String(), nullable=True),
        sa.Column("reused_from", sa.Uuid(), nullable=True),
        sa.Column("tally", JSONB(), nullable=True),
        sa.Column("problems", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ai_module_tests"),
    )
    op.create_index("ai_module_tests_by_age", "ai_module_tests", ["requested_at", "id"], unique=False)
    columns = ["module_id", "version", "requested_at"]
    op.create_index("ai_module_tests_by_version", "ai_module_tests", columns, unique=False)
    columns = ["content_hash", "base_fingerprint"]
    op.create_index("ai_module_tests_by_content", "ai_module_tests", columns, unique=False)
    open_runs = sa.text("state IN ('queued', 'running')")
    columns = ["module_id", "version"]
    op.create_index("ai_module_tests_one_open", "ai_module_tests", columns, unique=True, postgresql_where=open_runs)


def _create_cases() -> None:
    op.create_table(
        "ai_module_test_cases",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("suite", sa.String(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("entity", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("problem", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["ai_module_tests.id"], name="fk_ai_module_test_cases_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_ai_module_test_cases"),
    )
