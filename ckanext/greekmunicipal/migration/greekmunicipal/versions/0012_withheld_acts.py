"""Acts that an administrator withholds, and who did it when and why; nothing of what stood there."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.act_withheld (
    ada text PRIMARY KEY,
    organization_uid text NOT NULL,
    withheld_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE greekmunicipal.act_withholding_log (
    id bigserial PRIMARY KEY,
    ada text NOT NULL,
    organization_uid text NOT NULL,
    is_withheld boolean NOT NULL,
    reason text NOT NULL,
    done_by text NOT NULL,
    done_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX act_withholding_log_ada ON greekmunicipal.act_withholding_log (ada, id);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop them: the next harvests show again what was withheld."""
    op.execute("DROP TABLE greekmunicipal.act_withholding_log, greekmunicipal.act_withheld")
