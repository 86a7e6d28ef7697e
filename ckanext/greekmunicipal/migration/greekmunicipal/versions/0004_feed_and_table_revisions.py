"""Fragments of the catalogue feed, and a number for each state of a table."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.feed_fragment (
    package_id text PRIMARY KEY,
    version text NOT NULL DEFAULT '',
    touched bigint NOT NULL DEFAULT 0,
    body bytea,
    built_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE greekmunicipal.table_revision (
    resource_id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now()
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop them; both hold only what can be made again."""
    for table in ("table_revision", "feed_fragment"):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
