"""What was seen under addresses of budget files, what lists gave, what was refused and why.

So that an unchanged file costs one conditional request, and a refused one is not read again.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.budget_download (
    url text NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    etag text NOT NULL DEFAULT '',
    last_modified text NOT NULL DEFAULT '',
    version text NOT NULL DEFAULT '',
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (url, sha256)
);

CREATE TABLE greekmunicipal.budget_listing (
    source_id text NOT NULL,
    unit text NOT NULL,
    position integer NOT NULL,
    listed jsonb NOT NULL,
    listed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, unit)
);

CREATE TABLE greekmunicipal.budget_refusal (
    organization_uid text NOT NULL,
    unit text NOT NULL,
    fingerprint text NOT NULL,
    message text NOT NULL,
    report jsonb NOT NULL,
    superseded_by text,
    refused_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_uid, unit)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop the tables; everything is then fetched and read again."""
    for table in ("budget_refusal", "budget_listing", "budget_download"):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
