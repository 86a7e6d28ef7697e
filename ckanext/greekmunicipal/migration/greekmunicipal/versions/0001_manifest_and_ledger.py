"""Manifest of windows, ledger of acts, version log, publications, reports."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.window_read (
    ticket_id text PRIMARY KEY,
    job_id text NOT NULL,
    source_id text NOT NULL,
    organization_uid text NOT NULL,
    issue_from date NOT NULL,
    issue_to date NOT NULL,
    submitted_from date,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'reading', 'done', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    started timestamptz,
    heartbeat timestamptz,
    finished timestamptz,
    echo text,
    total integer,
    requests integer,
    rows_new integer,
    rows_changed integer,
    rows_unchanged integer,
    rows_duplicate integer,
    rows_skipped integer,
    rows_moved integer,
    lines integer,
    subjects_withheld integer,
    natural_persons integer,
    mapping_version text,
    error text
);
CREATE INDEX window_read_job ON greekmunicipal.window_read (job_id, organization_uid);
CREATE INDEX window_read_last ON greekmunicipal.window_read
    (source_id, organization_uid, issue_from, issue_to, started DESC)
    WHERE state = 'done';

CREATE TABLE greekmunicipal.act_ledger (
    ada text PRIMARY KEY,
    organization_uid text NOT NULL,
    family text NOT NULL,
    version_id text,
    submission_time timestamptz,
    fingerprint bytea NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX act_ledger_family ON greekmunicipal.act_ledger
    (organization_uid, family, changed_at);

CREATE TABLE greekmunicipal.version_log (
    id bigserial PRIMARY KEY,
    ada text NOT NULL,
    organization_uid text NOT NULL,
    family text NOT NULL,
    version_id text,
    previous_version_id text,
    status text,
    changed_columns text[] NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX version_log_ada ON greekmunicipal.version_log (ada);

CREATE TABLE greekmunicipal.publication (
    package_id text PRIMARY KEY,
    kind text NOT NULL,
    digest text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE greekmunicipal.harvest_report (
    job_id text NOT NULL,
    unit text NOT NULL,
    source_id text NOT NULL,
    kind text NOT NULL,
    started timestamptz NOT NULL,
    finished timestamptz NOT NULL DEFAULT now(),
    report jsonb NOT NULL,
    PRIMARY KEY (job_id, unit)
);
CREATE INDEX harvest_report_source ON greekmunicipal.harvest_report (source_id, finished DESC);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop the tables; the rows in the DataStore stay."""
    for table in ("harvest_report", "publication", "version_log", "act_ledger", "window_read"):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
