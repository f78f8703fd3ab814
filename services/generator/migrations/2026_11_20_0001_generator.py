"""Models, modules, versions, generations, working copies, what is live; and the two models that Patchbay brings."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.runtime.tables import create_runtime_tables, drop_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    create_runtime_tables(op)
    _models()
    _modules()
    _versions()
    _generations()
    _live()
    _seed()


def downgrade() -> None:
    for table in (
        "live_hosts",
        "generation_attempts",
        "generations",
        "version_facts",
        "ai_module_versions",
        "drafts",
        "ai_modules",
        "ai_models",
    ):
        op.drop_table(table)
    drop_runtime_tables(op)


def _models() -> None:
    op.create_table(
        "ai_models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=True),
        sa.Column("base_url", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        sa.Column("max_tokens", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_last_four", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ai_models"),
        sa.UniqueConstraint("name", name="uq_ai_models_name"),
        sa.UniqueConstraint("preset", name="uq_ai_models_preset"),
    )


def _modules() -> None:
    op.create_table(
        "ai_modules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("newest", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ai_modules"),
        sa.UniqueConstraint("name", name="uq_ai_modules_name"),
    )
    op.create_table(
        "drafts",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("builds_on", sa.Integer(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["ai_modules.id"], name="fk_drafts_module_id"),
        sa.PrimaryKeyConstraint("module_id", "person", name="pk_drafts"),
    )


def _versions() -> None:
    op.create_table(
        "ai_module_versions",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("patch", JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("editors", JSONB(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("acknowledge", JSONB(), nullable=False),
        sa.Column("explanation", JSONB(), nullable=False),
        sa.Column("builds_on", sa.Integer(), nullable=True),
        sa.Column("prompt", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("generation_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["ai_modules.id"], name="fk_ai_module_versions_module_id"),
        sa.PrimaryKeyConstraint("module_id", "number", name="pk_ai_module_versions"),
    )
    op.create_table(
        "version_facts",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("time", MOMENT, nullable=False),
        sa.Column("told", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "module_id", "version", name="pk_version_facts"),
    )
    op.create_index("ix_version_facts_version", "version_facts", ["module_id", "version"])


def _generations() -> None:
    op.create_table(
        "generations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("understood", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("params", JSONB(none_as_null=True), nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["module_id"], ["ai_modules.id"], name="fk_generations_module_id"),
        sa.PrimaryKeyConstraint("id", name="pk_generations"),
    )
    op.create_table(
        "generation_attempts",
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("problems", JSONB(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("served_model", sa.Text(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["generation_id"], ["generations.id"], name="fk_generation_attempts_generation_id"),
        sa.PrimaryKeyConstraint("generation_id", "number", name="pk_generation_attempts"),
    )
    op.create_index("ix_generations_module", "generations", ["module_id", "created_at"])


def _live() -> None:
    op.create_table(
        "live_hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("host_sequence", sa.BigInteger(), nullable=False),
        sa.Column("crm_version", sa.Text(), nullable=False),
        sa.Column("live", JSONB(), nullable=False),
        sa.Column("manifest_fingerprint", sa.Text(), nullable=False),
        sa.Column("manifest", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_live_hosts"),
    )


def _seed() -> None:
    models = sa.table(
        "ai_models",
        sa.column("id", sa.Uuid),
        *(sa.column(name, sa.Text) for name in ("name", "kind", "preset", "base_url", "model")),
        *(sa.column(name, sa.Integer) for name in ("timeout_seconds", "max_tokens")),
        *(sa.column(name, sa.Boolean) for name in ("enabled", "is_default")),
    )
    shared = {"timeout_seconds": 120, "max_tokens": 16_000, "enabled": True, "is_default": False}
    op.bulk_insert(
        models,
        [
            {
                "id": UUID("00000000-0000-4000-8000-000000000001"),
                "name": "Built-in rules (no AI)",
                "kind": "builtin",
                "preset": "builtin",
                "base_url": None,
                "model": None,
            }
            | shared,
            {
                "id": UUID("00000000-0000-4000-8000-000000000002"),
                "name": "Kimi",
                "kind": "anthropic",
                "preset": "kimi",
                "base_url": "https://api.kimi.com/coding/",
                "model": "kimi-for-coding",
            }
            | shared,
        ],
    )
