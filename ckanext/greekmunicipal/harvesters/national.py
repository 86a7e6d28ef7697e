"""Rows of all bodies together, by family and year, as CSV and Parquet files.

A year is written again only if its rows changed: each table tells a digest of its rows by year,
and those of all bodies are the state of the year's files.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from psycopg2 import sql

from ckanext.greekmunicipal import datastore, national_files
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, Column
from ckanext.greekmunicipal.diavgeia.spool import cell
from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES
from ckanext.greekmunicipal.harvesters.identity import resource_id
from ckanext.greekmunicipal.national_files import Note

# Of the form of the files: another one writes all of them again.
VERSION = 1
UNDATED = "undated"
_BATCH = 10_000
_UID = Column("organization_uid", "text", "", "", "", "")
COLUMNS: dict[str, tuple[Column, ...]] = {ACTS: ACTS_COLUMNS, LINES: (_UID, *LINES_COLUMNS)}
_ORDER = {ACTS: ("organization_uid", "ada"), LINES: ("organization_uid", "ada", "line_no")}
_TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="Europe/Athens"),
    "numeric": pa.decimal128(20, 2),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Part:
    """The files of one family, table and year.

    Attributes:
        stem: name of the files without extension.
        table: ``acts`` or ``lines``.
        year: of issue; None where the acts have no date.
        state: digest of rows and form.
        rows: number of rows.
        bodies: uid and table of each body that has rows.
    """

    stem: str
    table: str
    year: int | None
    state: str
    rows: int
    bodies: tuple[tuple[str, str], ...]

    @property
    def is_current(self) -> bool:
        """Whether the files that are there are of this state."""
        note = national_files.note_of(self.stem)
        return (
            note is not None
            and note.state == self.state
            and all(
                national_files.path_of(self.stem, note, extension).is_file()
                for extension in national_files.MEDIA_TYPES
            )
        )


def parts_of(cursor: Any, family: str) -> list[Part]:
    """What the files of a family have to hold, of all bodies whose dataset everybody may see.

    Args:
        cursor: of a transaction that sees one moment.
        family: slug.
    """
    cursor.execute(
        "SELECT DISTINCT organization_uid FROM greekmunicipal.act_ledger WHERE family = %s"
        " ORDER BY organization_uid",
        (family,),
    )
    uids = [uid for (uid,) in cursor.fetchall()]
    parts = []
    for name in (ACTS, LINES):
        ids = {uid: resource_id(uid, family, name) for uid in uids}
        public = national_files.public_tables(ids.values())
        found: dict[int | None, list[tuple[str, str, int, str]]] = {}
        for uid, table in ids.items():
            if table in public and datastore.is_table(cursor, table):
                for year, rows, digest in _years(cursor, table, name):
                    found.setdefault(year, []).append((uid, table, rows, digest))
        parts += [_part(family, name, year, found[year]) for year in sorted(found, key=str)]
    return parts


def _years(cursor: Any, table: str, name: str) -> list[tuple[int | None, int, str]]:
    """Years of a table with the number and a digest of their rows, whatever their order."""
    columns = [c for c in COLUMNS[name] if c is not _UID]
    cursor.execute(
        sql.SQL(
            "SELECT year, count(*), sum(hashtextextended(ROW({})::text, 0)::numeric)::text"
            " FROM {} GROUP BY year"
        ).format(datastore.identifiers([c.name for c in columns]), sql.Identifier(table))
    )
    return cursor.fetchall()


def _part(
    family: str, name: str, year: int | None, found: Sequence[tuple[str, str, int, str]]
) -> Part:
    content = repr((VERSION, [c.name for c in COLUMNS[name]], list(found)))
    return Part(
        stem=f"{family}-{name}-{UNDATED if year is None else year}",
        table=name,
        year=year,
        state=hashlib.sha256(content.encode()).hexdigest()[:16],
        rows=sum(rows for _, _, rows, _ in found),
        bodies=tuple((uid, table) for uid, table, _, _ in found),
    )


def write(cursor: Any, part: Part) -> Note:
    """Write the files of a part; those that were there stay until both are complete.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = national_files.folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    beside = {
        extension: folder / f".{part.stem}.{os.getpid()}.{extension}"
        for extension in national_files.MEDIA_TYPES
    }
    try:
        _write(_rows(cursor, part), COLUMNS[part.table], beside)
        note = Note(
            part.state,
            part.rows,
            [table for _, table in part.bodies],
            {extension: path.stat().st_size for extension, path in beside.items()},
            dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        )
        for extension, path in beside.items():
            path.replace(national_files.path_of(part.stem, note, extension))
        national_files.keep(part.stem, note)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
    return note


def _rows(cursor: Any, part: Part) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in batches, by body and key: memory does not grow with the table."""
    columns = COLUMNS[part.table]
    selects = [
        sql.SQL("SELECT {} FROM {} WHERE year IS NOT DISTINCT FROM {}").format(
            sql.SQL(", ").join(
                sql.SQL("{} AS organization_uid").format(sql.Literal(uid))
                if column is _UID
                else sql.Identifier(column.name)
                for column in columns
            ),
            sql.Identifier(table),
            sql.Literal(part.year),
        )
        for uid, table in part.bodies
    ]
    cursor.execute(
        sql.SQL("DECLARE national NO SCROLL CURSOR FOR {} ORDER BY {}").format(
            sql.SQL(" UNION ALL ").join(selects), datastore.identifiers(_ORDER[part.table])
        )
    )
    try:
        while True:
            cursor.execute(sql.SQL("FETCH {} FROM national").format(sql.Literal(_BATCH)))
            rows = cursor.fetchall()
            if not rows:
                return
            yield rows
    finally:
        cursor.execute("CLOSE national")


def _write(
    batches: Iterable[list[tuple[Any, ...]]], columns: Sequence[Column], paths: dict[str, Path]
) -> None:
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in columns])
    texts = [column.type == "text" for column in columns]
    with (
        paths["csv"].open("w", encoding="utf-8-sig", newline="") as file,
        pq.ParquetWriter(paths["parquet"], schema, compression="zstd") as parquet,
    ):
        lines = csv.writer(file)
        lines.writerow([column.name for column in columns])
        for rows in batches:
            lines.writerows(
                [_shown(value, is_text) for value, is_text in zip(row, texts, strict=True)]
                for row in rows
            )
            arrays = [
                pa.array([_exact(row[at]) for row in rows], type=each.type)
                for at, each in enumerate(schema)
            ]
            parquet.write_batch(pa.record_batch(arrays, schema=schema))


def _shown(value: Any, is_text: bool) -> str | None:
    if value is None:
        return ""
    return guarded(value) if is_text else cell(value)


def _exact(value: Any) -> Any:
    return value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value
