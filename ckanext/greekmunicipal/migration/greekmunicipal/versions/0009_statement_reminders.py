"""Reminders that were sent: one for each municipality and month."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.statement_reminder (
    organization_uid text NOT NULL,
    period_end date NOT NULL,
    recipients integer NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_uid, period_end)
);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop the table."""
    op.execute("DROP TABLE greekmunicipal.statement_reminder")
