"""Bulk loading of DataStore tables, past the actions but with all that they owe.

``datastore_upsert`` validates and writes row by row. Here rows are copied into
a temporary table and merged in one transaction; the table itself is made by
``datastore_create`` (flag, key, data dictionary), ``_full_text`` is filled
from folded text, and the cached statistics are dropped.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_write_engine
from psycopg2 import sql

from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.greek import row_search

# The url_type of our resources: editors cannot rewrite official rows, and
# loaders that watch for uploads leave the tables alone.
URL_TYPE = "greekmunicipal"

# What a row is found by: a column of a stage, filled from ``row_search.row_vector``.
FULL_TEXT = "_text"
FULL_TEXT_TYPE = "tsvector"
_TEXT_VERSION = "greekmunicipal rows "
COPY_BYTES = 1 << 20

PG_TYPES = frozenset({"text", "date", "timestamptz", "numeric", "integer", "boolean"})
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_ESCAPED = re.compile("[\\\\\t\n\r\0]")


class ColumnLike(Protocol):
    """What the loader needs to know of a column."""

    @property
    def name(self) -> str:
        """Name in the table."""
        ...

    @property
    def type(self) -> str:
        """One of ``PG_TYPES``."""
        ...

    @property
    def label_el(self) -> str:
        """Greek label."""
        ...

    @property
    def label_en(self) -> str:
        """English label."""
        ...


@dataclass(frozen=True)
class TableSpec:
    """A DataStore table: its columns, the key of a row, what to index besides."""

    columns: tuple[ColumnLike, ...]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def pg_type(column: ColumnLike) -> str:
    """PostgreSQL type of a column.

    Raises:
        ValueError: a type that no table of ours has; it would end in SQL unquoted.
    """
    if column.type not in PG_TYPES:
        raise ValueError(f"Column {column.name} is of type {column.type!r}: no type of ours.")
    return column.type


def ensure_table(context: Any, resource_id: str, spec: TableSpec) -> None:
    """Make the DataStore table of a resource, if it is not there, by CKAN's own action.

    Args:
        context: CKAN context of a user who may edit the resource.
        resource_id: id of an existing resource.
        spec: columns, key and indexes.

    Raises:
        ckan.logic.ValidationError: CKAN refused the columns.
    """
    if _is_ready(resource_id):
        return
    resource: Any = model.Resource.get(resource_id)
    # Two workers that make it at once would get in each other's way.
    with session_lock(f"package:{resource.package_id}"):
        model.Session.expire_all()
        if _is_ready(resource_id):
            return
        tk.get_action("datastore_create")(
            context,
            {
                "resource_id": resource_id,
                "force": True,
                "fields": [
                    {
                        "id": column.name,
                        "type": pg_type(column),
                        "info": _dictionary(column),
                    }
                    for column in spec.columns
                ],
                "primary_key": list(spec.key),
                "indexes": list(spec.indexes),
            },
        )
        with transaction() as cursor:
            note_text_version(cursor, resource_id)


def _is_ready(resource_id: str) -> bool:
    resource = model.Resource.get(resource_id)
    return bool(resource and resource.extras.get("datastore_active") and table_exists(resource_id))


def table_exists(resource_id: str) -> bool:
    """Whether the DataStore has the table of a resource."""
    with transaction() as cursor:
        return is_table(cursor, resource_id)


def is_table(cursor: Any, resource_id: str) -> bool:
    """Whether the transaction sees the table of a resource."""
    cursor.execute("SELECT to_regclass(%s)", (f'public."{resource_id}"',))
    return cursor.fetchone()[0] is not None


@contextmanager
def transaction() -> Iterator[Any]:
    """A cursor in one transaction on the DataStore's database, its own connection.

    Commits at the end, rolls back when anything is raised.
    """
    connection: Any = get_write_engine().raw_connection()
    try:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.close()


@contextmanager
def session_lock(key: str) -> Iterator[None]:
    """Hold an advisory lock for as long as the block runs, whatever CKAN commits in it.

    The lock belongs to a connection of its own: one that ends with a transaction
    would be lost at the first commit of an action, and a killed process frees it.

    Args:
        key: what is locked, as ``package:<id>``.
    """
    connection = get_write_engine().connect()
    connection.detach()
    try:
        raw: Any = connection.connection
        with raw.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (key,))
        raw.commit()
        yield
    finally:
        connection.close()


def create_stage(
    cursor: Any, name: str, columns: Iterable[ColumnLike], more: dict[str, str]
) -> None:
    """Make a temporary table that ends with the transaction.

    Args:
        cursor: cursor of the transaction.
        name: name of the table.
        columns: columns with their types.
        more: further columns, name to PostgreSQL type.
    """
    fields = [(column.name, pg_type(column)) for column in columns] + list(more.items())
    cursor.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(
            sql.Identifier(name),
            sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(field), sql.SQL(kind))
                for field, kind in fields
            ),
        )
    )


def copy_rows(cursor: Any, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a table.

    Args:
        cursor: cursor of the transaction.
        table: table in the search path.
        names: columns in the order of the cells.
        rows: cells as Python values; None is NULL. A text that a spreadsheet
            would take for a formula is stored behind an apostrophe, since the
            tables are downloaded as CSV.

    Returns:
        Number of rows sent.
    """
    statement = (
        sql.SQL("COPY {} ({}) FROM STDIN")
        .format(sql.Identifier(table), identifiers(names))
        .as_string(cursor)
    )
    sent = 0
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join([_cell(value) for value in row]))
        buffer.write("\n")
        sent += 1
        if buffer.tell() > COPY_BYTES:
            _send(cursor, statement, buffer)
            buffer = io.StringIO()
    if buffer.tell():
        _send(cursor, statement, buffer)
    return sent


def merge(cursor: Any, resource_id: str, stage: str, spec: TableSpec) -> None:
    """Merge the rows of a stage into a DataStore table, by its key, in key order.

    The order keeps two writers from waiting for each other.

    Args:
        cursor: cursor of the transaction.
        resource_id: the table.
        stage: table or view with the columns of ``spec`` and what a row is found by
            in ``_text``, each key once.
        spec: columns and key.
    """
    values = [name for name in spec.names if name not in spec.key] + ["_full_text"]
    cursor.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}, _full_text)"
            " SELECT {names}, coalesce({text}, '')"
            " FROM {stage} ORDER BY {key}"
            " ON CONFLICT ({key}) DO UPDATE SET {updates}"
        ).format(
            table=sql.Identifier(resource_id),
            names=identifiers(spec.names),
            text=sql.Identifier(FULL_TEXT),
            stage=sql.Identifier(stage),
            key=identifiers(spec.key),
            updates=sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in values
            ),
        )
    )


def note_text_version(cursor: Any, resource_id: str) -> None:
    """Write to a table with which rules all its rows are found."""
    cursor.execute(
        sql.SQL("COMMENT ON TABLE {} IS {}").format(
            sql.Identifier(resource_id), sql.Literal(_TEXT_VERSION + row_search.VERSION)
        )
    )


def text_version(cursor: Any, resource_id: str) -> str:
    """With which rules all rows of a table are found; empty if nobody noted it."""
    cursor.execute("SELECT obj_description(%s::regclass)", (f'public."{resource_id}"',))
    noted = cursor.fetchone()[0] or ""
    return noted.removeprefix(_TEXT_VERSION) if noted.startswith(_TEXT_VERSION) else ""


def forget_statistics(cursor: Any, resource_ids: Iterable[str]) -> None:
    """Drop the row counts that CKAN cached, and tell the planner how large the tables are.

    Downloads that are kept of the tables are out of date with the same transaction.

    CKAN 2.12 keeps counts in ``_table_stats``; 2.11, and our own figures, read the
    planner's estimate.
    """
    cursor.execute("SELECT to_regclass('public._table_stats')")
    cached = cursor.fetchone()[0] is not None
    for resource_id in resource_ids:
        if cached:
            cursor.execute("DELETE FROM _table_stats WHERE resource_id = %s", (resource_id,))
        cursor.execute(
            "INSERT INTO greekmunicipal.table_revision (resource_id) VALUES (%s)"
            " ON CONFLICT (resource_id) DO UPDATE"
            " SET revision = table_revision.revision + 1, changed_at = now()",
            (resource_id,),
        )
        # One column is enough for the number of rows; autovacuum looks at the others.
        cursor.execute(sql.SQL("ANALYZE {} (_id)").format(sql.Identifier(resource_id)))


def csv_size(cursor: Any, resource_id: str, spec: TableSpec) -> int:
    """Bytes of the CSV file that the portal serves for a table."""
    counter = ByteCounter()
    names = ("_id", *spec.names)
    cursor.copy_expert(
        sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT WITH (FORMAT csv)")
        .format(identifiers(names), sql.Identifier(resource_id))
        .as_string(cursor),
        counter,
    )
    header = len(",".join(names)) + 2
    return header + counter.size


def identifiers(names: Iterable[str]) -> sql.Composed:
    """Quoted names, comma between them."""
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _dictionary(column: ColumnLike) -> dict[str, str]:
    """Entry of the data dictionary: Greek under CKAN's own keys, English beside."""
    labels = {"label_el": column.label_el, "label_en": column.label_en}
    notes = {name: getattr(column, name, "") for name in ("notes_el", "notes_en")}
    info = {"label": column.label_el, "notes": notes["notes_el"], **labels, **notes}
    return {key: text for key, text in info.items() if text}


class ByteCounter:
    """A file that keeps only how much was written."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes | str) -> int:
        """Count bytes, of text as UTF-8."""
        self.size += len(data.encode() if isinstance(data, str) else data)
        return len(data)


def _send(cursor: Any, statement: str, buffer: io.StringIO) -> None:
    buffer.seek(0)
    cursor.copy_expert(statement, buffer)


def _text(value: str) -> str:
    value = guarded(value)
    # Most texts need no escape, and translating is slow for Greek ones.
    return value.translate(_ESCAPES) if _ESCAPED.search(value) else value


# A subclass stands before its base.
_ENCODERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    str: _text,
    bool: lambda value: "t" if value else "f",
    int: str,
    Decimal: lambda value: format(value, "f"),
    datetime: datetime.isoformat,
    date: date.isoformat,
    bytes: lambda value: "\\\\x" + value.hex(),
}


def _cell(value: Any) -> str:
    encode = _ENCODERS.get(type(value))
    if encode is None:
        encode = next((e for kind, e in _ENCODERS.items() if isinstance(value, kind)), None)
    if encode is None:
        raise TypeError(f"A cell of type {type(value).__name__} cannot be loaded.")
    return encode(value)
