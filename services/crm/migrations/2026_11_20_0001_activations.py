"""What the host knows of itself: activations, patches, answered releases."""

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
    op.create_table(
        "activations",
        sa.Column("host_sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("crm_version", sa.String(), nullable=False),
        sa.Column("live", JSONB(), nullable=False),
        sa.Column("manifest", JSONB(), nullable=False),
        sa.Column("manifest_fingerprint", sa.String(), nullable=False),
        sa.Column("schema_fingerprint", sa.String(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("activated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("host_sequence", name="pk_activations"),
        sa.UniqueConstraint("release_id", name="uq_activations_release_id"),
    )
    op.create_table(
        "patches",
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name="pk_patches"),
    )
    op.create_table(
        "answered_releases",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("host_sequence", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("params", JSONB(), nullable=False),
        sa.Column("answered_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("release_id", name="pk_answered_releases"),
    )


def downgrade() -> None:
    op.drop_table("answered_releases")
    op.drop_table("patches")
    op.drop_table("activations")
    drop_runtime_tables(op)
