"""Quality of each dataset, and what came of asking its links."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.quality (
    package_id text PRIMARY KEY,
    state text NOT NULL,
    points integer NOT NULL,
    up_to integer NOT NULL,
    score jsonb NOT NULL,
    links text[] NOT NULL,
    scored_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quality_links ON greekmunicipal.quality USING gin (links);

CREATE TABLE greekmunicipal.link_check (
    url text PRIMARY KEY,
    checked_at timestamptz NOT NULL,
    status integer,
    error text,
    method text NOT NULL
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop them; both hold only what can be found out again."""
    for table in ("link_check", "quality"):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
