"""Budgets that were stored: from which files, and which of them gave which part of the table."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.budget_unit (
    organization_uid text NOT NULL,
    unit text NOT NULL,
    source_id text NOT NULL,
    fingerprint text NOT NULL,
    rows_digest text NOT NULL,
    published boolean NOT NULL DEFAULT false,
    report jsonb NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_uid, unit)
);

CREATE TABLE greekmunicipal.budget_part (
    organization_uid text NOT NULL,
    fiscal_year integer NOT NULL,
    period_end date,
    side text NOT NULL,
    unit text NOT NULL,
    lines integer NOT NULL
);
CREATE UNIQUE INDEX budget_part_key ON greekmunicipal.budget_part
    (organization_uid, fiscal_year, (coalesce(period_end, '-infinity'::date)), side);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop the tables; the rows in the DataStore stay."""
    for table in ("budget_part", "budget_unit"):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
