"""The registry, releases, and the facts that the gate asks for."""

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
    _create_approvals()
    _create_drafted_versions()
    _create_finished_runs()
    _create_hosts()
    _create_published_modules()
    _create_releases()


def downgrade() -> None:
    op.drop_table("releases")
    op.drop_table("published_modules")
    op.drop_table("hosts")
    op.drop_table("finished_runs")
    op.drop_table("drafted_versions")
    op.drop_table("approvals")
    drop_runtime_tables(op)


def _create_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("base_fingerprint", sa.String(), nullable=True),
        sa.Column("reviewer", sa.String(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("review_id", name="pk_approvals"),
    )
    op.create_index("approvals_by_version", "approvals", ["module_id", "version"], unique=False)


def _create_drafted_versions() -> None:
    op.create_table(
        "drafted_versions",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("editors", JSONB(), nullable=False),
        sa.Column("patch", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("module_id", "version", name="pk_drafted_versions"),
    )


def _create_finished_runs() -> None:
    op.create_table(
        "finished_runs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("base_fingerprint", sa.String(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_finished_runs"),
    )
    op.create_index(
        "finished_runs_by_content", "finished_runs", ["module_id", "content_hash", "finished_at"], unique=False
    )


def _create_hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_sequence", sa.Integer(), nullable=False),
        sa.Column("crm_version", sa.String(), nullable=False),
        sa.Column("live", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )


def _create_published_modules() -> None:
    op.create_table(
        "published_modules",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("first_published_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", JSONB(), nullable=False),
        sa.Column("unpublished_at", MOMENT, nullable=True),
        sa.Column("unpublished_by", JSONB(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("module_id", name="pk_published_modules"),
    )
    op.create_index("published_modules_by_age", "published_modules", ["changed_at", "module_id"], unique=False)


def _create_releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=False),
        sa.Column("requested_by", JSONB(), nullable=False),
        sa.Column("requested_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("params", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )
    op.create_index("releases_by_age", "releases", ["requested_at", "id"], unique=False)
    op.create_index("releases_by_module", "releases", ["module_id", "requested_at"], unique=False)
    op.create_index(
        "releases_one_in_flight", "releases", ["host"], unique=True, postgresql_where=sa.text("state = 'authorised'")
    )
