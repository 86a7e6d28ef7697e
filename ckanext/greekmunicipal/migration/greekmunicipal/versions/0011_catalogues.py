"""Records of foreign catalogues: what each source gave, of which dataset it is, what was published.

So that an unchanged catalogue costs a comparison, and a dataset that several catalogues list is one.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE greekmunicipal.catalogue_record (
    source_id text NOT NULL,
    record text NOT NULL,
    package_id text NOT NULL,
    fingerprint text NOT NULL,
    published text,
    state text NOT NULL,
    absent_job text,
    preference integer NOT NULL DEFAULT 0,
    modified text NOT NULL DEFAULT '',
    keys text[] NOT NULL DEFAULT '{}',
    page text NOT NULL DEFAULT '',
    dataset text NOT NULL,
    looks text NOT NULL,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source_id, record)
);
CREATE INDEX catalogue_record_package ON greekmunicipal.catalogue_record (package_id);
CREATE INDEX catalogue_record_keys ON greekmunicipal.catalogue_record USING gin (keys);

CREATE TABLE greekmunicipal.catalogue_page (
    source_id text NOT NULL,
    url text NOT NULL,
    digest text NOT NULL,
    total integer,
    next text,
    records text[] NOT NULL,
    PRIMARY KEY (source_id, url)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop the tables; every catalogue is then compared with its datasets anew."""
    for table in ("catalogue_page", "catalogue_record"):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
