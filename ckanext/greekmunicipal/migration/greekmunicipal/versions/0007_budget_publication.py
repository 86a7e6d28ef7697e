"""Versions of the parts of a budget, errors that were confirmed, columns that people corrected.

And the original files that may be shown: no other is ever served.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.budget_version (
    organization_uid text NOT NULL,
    fiscal_year integer NOT NULL,
    period_end date,
    side text NOT NULL,
    version integer NOT NULL,
    unit text NOT NULL,
    source_id text NOT NULL,
    rows_digest text NOT NULL,
    lines integer NOT NULL,
    report jsonb NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX budget_version_key ON greekmunicipal.budget_version
    (organization_uid, fiscal_year, (coalesce(period_end, '-infinity'::date)), side, version);

CREATE TABLE greekmunicipal.budget_confirmation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_uid text NOT NULL,
    unit text NOT NULL,
    fingerprint text NOT NULL,
    sha256 jsonb NOT NULL,
    rules jsonb NOT NULL,
    reason text NOT NULL,
    user_id text,
    user_name text NOT NULL,
    confirmed_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX budget_confirmation_key ON greekmunicipal.budget_confirmation
    (organization_uid, unit, fingerprint);

CREATE TABLE greekmunicipal.budget_mapping (
    organization_uid text NOT NULL,
    layout text NOT NULL,
    corrections jsonb NOT NULL,
    user_name text NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_uid, layout)
);

CREATE TABLE greekmunicipal.budget_original (
    resource_id text PRIMARY KEY,
    organization_uid text NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    format text NOT NULL,
    size bigint NOT NULL,
    fiscal_years jsonb NOT NULL,
    period_end date,
    sides jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON greekmunicipal.budget_original (organization_uid);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop the tables; the original files stay where they are kept."""
    for table in (
        "budget_original",
        "budget_mapping",
        "budget_confirmation",
        "budget_version",
    ):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
