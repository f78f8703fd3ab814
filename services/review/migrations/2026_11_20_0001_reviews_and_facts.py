"""Reviews, and the facts that they are decided from."""

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
    _create_ai_module_reviews()
    _create_drafted_versions()
    _create_finished_runs()
    _create_live_sets()
    _create_published_versions()
    _create_reviewed_modules()


def downgrade() -> None:
    op.drop_table("reviewed_modules")
    op.drop_table("published_versions")
    op.drop_table("live_sets")
    op.drop_table("finished_runs")
    op.drop_table("drafted_versions")
    op.drop_table("ai_module_reviews")
    drop_runtime_tables(op)


def _create_ai_module_reviews() -> None:
    op.create_table(
        "ai_module_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("base_fingerprint", sa.String(), nullable=False),
        sa.Column("submitted_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_by", JSONB(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("started_by", JSONB(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", JSONB(), nullable=True),
        sa.Column("acknowledged", JSONB(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ai_module_reviews"),
    )
    op.create_index("ai_module_reviews_by_age", "ai_module_reviews", ["submitted_at", "id"], unique=False)
    op.create_index("ai_module_reviews_by_module", "ai_module_reviews", ["module_id", "version"], unique=False)
    op.create_index(
        "ai_module_reviews_one_open",
        "ai_module_reviews",
        ["module_id", "version"],
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'reviewing')"),
    )


def _create_drafted_versions() -> None:
    op.create_table(
        "drafted_versions",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("editors", JSONB(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("acknowledge", JSONB(), nullable=False),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("module_id", "version", name="pk_drafted_versions"),
    )


def _create_finished_runs() -> None:
    op.create_table(
        "finished_runs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("base_fingerprint", sa.String(), nullable=False),
        sa.Column("suite_version", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("tally", JSONB(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_finished_runs"),
    )
    op.create_index("finished_runs_by_content", "finished_runs", ["content_hash", "finished_at"], unique=False)


def _create_live_sets() -> None:
    op.create_table(
        "live_sets",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_sequence", sa.Integer(), nullable=False),
        sa.Column("crm_version", sa.String(), nullable=False),
        sa.Column("live", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_live_sets"),
    )


def _create_published_versions() -> None:
    op.create_table(
        "published_versions",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("module_id", "version", name="pk_published_versions"),
    )


def _create_reviewed_modules() -> None:
    op.create_table(
        "reviewed_modules",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("newest_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("module_id", name="pk_reviewed_modules"),
    )
