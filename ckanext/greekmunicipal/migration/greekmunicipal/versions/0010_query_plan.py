"""Manifest of the query plan: several windows a ticket, bounds of submission, bodies, reasons."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = {
    "place": "integer NOT NULL DEFAULT 0",
    "submitted_to": "date",
    "bodies": "text[] NOT NULL DEFAULT '{}'",
    "forgotten": "text[] NOT NULL DEFAULT '{}'",
    "families": "text[]",
    "reason": "text",
    "why": "text",
    "expected": "integer",
    "through": "date",
    "source_time": "timestamptz",
    "parts": "integer",
    "pages": "integer",
    "readings": "integer",
    "rows_foreign": "integer",
}


def upgrade() -> None:
    """Add what the plan needs; what earlier runs proved goes on counting.

    A read of an earlier version counts up to the day of the newest act that was known then, the
    day from which its own next run would have asked.
    """
    columns = ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in _COLUMNS.items())
    op.execute(f"ALTER TABLE greekmunicipal.window_read {columns}")
    op.execute(
        "UPDATE greekmunicipal.window_read SET bodies = ARRAY[organization_uid],"
        " through = CASE WHEN state = 'done' AND newest_submission IS NOT NULL THEN"
        " (least(started, newest_submission) AT TIME ZONE 'Europe/Athens')::date END"
    )
    op.execute(
        "ALTER TABLE greekmunicipal.window_read DROP CONSTRAINT window_read_pkey,"
        " ADD PRIMARY KEY (ticket_id, place)"
    )
    op.execute("DROP INDEX greekmunicipal.window_read_last")
    op.execute(
        "CREATE INDEX window_read_source ON greekmunicipal.window_read"
        " (source_id, started) WHERE state = 'done'"
    )
    op.execute("CREATE INDEX window_read_bodies ON greekmunicipal.window_read USING gin (bodies)")


def downgrade() -> None:
    """Drop it; windows over several bodies, and all but the first of a ticket, are forgotten."""
    op.execute(
        "DELETE FROM greekmunicipal.window_read"
        " WHERE place > 0 OR organization_uid = '' OR submitted_to IS NOT NULL"
    )
    op.execute("DROP INDEX greekmunicipal.window_read_bodies")
    op.execute("DROP INDEX greekmunicipal.window_read_source")
    op.execute(
        "ALTER TABLE greekmunicipal.window_read DROP CONSTRAINT window_read_pkey,"
        " ADD PRIMARY KEY (ticket_id)"
    )
    op.execute(
        "CREATE INDEX window_read_last ON greekmunicipal.window_read"
        " (source_id, organization_uid, issue_from, issue_to, started DESC) WHERE state = 'done'"
    )
    columns = ", ".join(f"DROP COLUMN {name}" for name in _COLUMNS)
    op.execute(f"ALTER TABLE greekmunicipal.window_read {columns}")
