"""What tables were scanned for personal data, what was found, who confirmed it."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.execute(
        """
        CREATE TABLE greekmunicipal.scanned_file (
            sha256 text NOT NULL,
            rules integer NOT NULL,
            report jsonb NOT NULL,
            scanned_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (sha256, rules)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE greekmunicipal.scanned_link (
            url_sha256 text PRIMARY KEY,
            url text NOT NULL,
            sha256 text,
            problem text NOT NULL DEFAULT '',
            tries integer NOT NULL DEFAULT 0,
            waiting boolean NOT NULL DEFAULT false,
            fetched_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute("CREATE INDEX ON greekmunicipal.scanned_link (fetched_at) WHERE waiting")
    op.execute(
        """
        CREATE TABLE greekmunicipal.scanned_resource (
            resource_id text PRIMARY KEY,
            package_id text NOT NULL,
            source text NOT NULL,
            sha256 text,
            url text,
            scanned_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute("CREATE INDEX ON greekmunicipal.scanned_resource (package_id)")
    op.execute(
        """
        CREATE TABLE greekmunicipal.personal_data_confirmation (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            resource_id text,
            package_id text,
            sha256 text NOT NULL,
            file text NOT NULL,
            user_id text,
            user_name text NOT NULL,
            reason text NOT NULL,
            counts jsonb NOT NULL,
            confirmed_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute("CREATE INDEX ON greekmunicipal.personal_data_confirmation (resource_id)")


def downgrade() -> None:
    """Drop them."""
    for table in (
        "personal_data_confirmation",
        "scanned_resource",
        "scanned_link",
        "scanned_file",
    ):
        op.execute(f"DROP TABLE greekmunicipal.{table}")
