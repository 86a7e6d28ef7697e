"""Alembic environment of our own tables.

They stand beside the rows that they describe, in the DataStore's database and
in a schema of their own: rows and manifest then commit together, and
``datastore purge``, which takes each strange table of ``public`` for an
orphan, leaves them alone.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from alembic import context
from sqlalchemy import create_engine, pool, text

SCHEMA = "greekmunicipal"


def run_migrations_online() -> None:
    """Migrate through the DataStore's write address."""
    engine = create_engine(tk.config["ckan.datastore.write_url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=None,
            version_table="alembic_version",
            version_table_schema=SCHEMA,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit(
        "The tables of ckanext-greekmunicipal can be migrated with a connection only: "
        "run `ckan db upgrade -p greekmunicipal` without --sql."
    )
run_migrations_online()
