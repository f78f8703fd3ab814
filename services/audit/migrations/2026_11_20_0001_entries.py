"""The entries."""

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
    _create_audit_entries()


def downgrade() -> None:
    op.drop_table("audit_entries")
    drop_runtime_tables(op)


def _create_audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("time", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("behalf_kind", sa.String(), nullable=True),
        sa.Column("behalf_id", sa.String(), nullable=True),
        sa.Column("behalf_name", sa.String(), nullable=True),
        sa.Column("via", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.Column("traceparent", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=True),
        sa.Column("module", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("after", JSONB(), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("audit_entries_by_actor", "audit_entries", ["actor_id", "time"], unique=False)
    op.create_index("audit_entries_by_behalf", "audit_entries", ["behalf_id", "time"], unique=False)
    op.create_index("audit_entries_by_correlation", "audit_entries", ["correlation_id"], unique=False)
    op.create_index("audit_entries_by_module", "audit_entries", ["module_id", "time"], unique=False)
    op.create_index("audit_entries_by_operation", "audit_entries", ["operation", "time"], unique=False)
    op.create_index("audit_entries_by_time", "audit_entries", ["time", "id"], unique=False)
