"""Newest submission of a window and the families refused in it; version log by family."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the index."""
    op.execute(
        "ALTER TABLE greekmunicipal.window_read ADD COLUMN newest_submission timestamptz,"
        " ADD COLUMN refused text[] NOT NULL DEFAULT '{}'"
    )
    op.execute(
        "CREATE INDEX version_log_family ON greekmunicipal.version_log"
        " (organization_uid, family, seen_at)"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX greekmunicipal.version_log_family")
    op.execute(
        "ALTER TABLE greekmunicipal.window_read DROP COLUMN refused, DROP COLUMN newest_submission"
    )
