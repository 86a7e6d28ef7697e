"""Three ways of bringing the same prepared rows into equal DataStore tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from psycopg2 import sql

from bench import portal
from bench.figures import Rates, rate
from bench.world import UID
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.rows import ActRows
from ckanext.greekmunicipal.harvesters import datasets
from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES, SPECS, ActsStage

PAGE = 500
BATCH = 1_000
NAMES = {
    portal.OURS: "our path (stage, compare, merge)",
    portal.UPSERT: "datastore_upsert",
    portal.COPY: "bare COPY and INSERT … ON CONFLICT",
}


class WrongRows(Exception):  # noqa: N818 - says what the measurement found
    """A way of loading did not load what it was given: its rate would mean nothing."""


def number_of_rows(rows: Sequence[ActRows]) -> int:
    """Rows of both tables."""
    return sum(1 + len(row.line_rows) for row in rows)


def measure(
    rows: Sequence[ActRows], fewer: int, rounds: int, say: Callable[[str], None]
) -> dict[str, Rates]:
    """Load the rows ``rounds`` times in each way, the ways taking turns.

    Args:
        rows: prepared rows of one family.
        fewer: number of acts that ``datastore_upsert`` is given, from the first.
        rounds: runs of each way.
        say: told how far it is.

    Returns:
        Rates by way of loading, in rows a second.

    Raises:
        WrongRows: tables or their content differ after loading.
    """
    records = list(_batches(rows[:fewer]))
    rates: dict[str, list[float]] = {way: [] for way in portal.WAYS}
    with portal.tables() as dataset:
        _tables_are_equal()
        ways: dict[str, tuple[Sequence[ActRows], Callable[[], None]]] = {
            portal.OURS: (rows, lambda: by_our_path(rows, dataset)),
            portal.UPSERT: (rows[:fewer], lambda: by_upsert(records)),
            portal.COPY: (rows, lambda: by_copy(rows)),
        }
        for number in range(1, rounds + 1):
            for way, (given, load) in ways.items():
                portal.empty(way)
                rates[way].append(rate(number_of_rows(given), load))
                if (found := portal.count(way)) != number_of_rows(given):
                    raise WrongRows(f"{NAMES[way]}: {number_of_rows(given)} given, {found} stored.")
            say(f"loading: round {number} of {rounds} done")
        _rows_are_equal()
    return {way: Rates(NAMES[way], "rows", tuple(found)) for way, found in rates.items()}


def by_our_path(rows: Sequence[ActRows], dataset: dict[str, Any]) -> None:
    """What a harvest does with the rows of one window, page by page, in one transaction."""

    def prepare(_family: str, _with_lines: bool) -> bool:
        for name in (ACTS, LINES):
            datastore.ensure_table(
                datasets.site_context(), portal.table(portal.OURS, name), SPECS[name]
            )
        return datasets.prepare(dataset)

    with datastore.transaction() as cursor:
        stage = ActsStage(cursor, UID)
        for start in range(0, len(rows), PAGE):
            stage.add(rows[start : start + PAGE])
        stage.merge(prepare)


def by_upsert(batches: Sequence[tuple[str, list[dict[str, Any]]]]) -> None:
    """CKAN's action, as an importer would call it."""
    for name, records in batches:
        tk.get_action("datastore_upsert")(
            datasets.site_context(),
            {
                "resource_id": portal.table(portal.UPSERT, name),
                "method": "upsert",
                "force": True,
                "records": [dict(record) for record in records],
            },
        )


def by_copy(rows: Sequence[ActRows]) -> None:
    """COPY into temporary tables and merge: no ledger, no statistics, text by the trigger."""
    cells: dict[str, Iterator[tuple[Any, ...]]] = {
        ACTS: (row.act_row for row in rows),
        LINES: (line for row in rows for line in row.line_rows),
    }
    with datastore.transaction() as cursor:
        for name, given in cells.items():
            _copy_and_merge(cursor, name, given)


def _copy_and_merge(cursor: Any, name: str, cells: Iterator[tuple[Any, ...]]) -> None:
    spec = SPECS[name]
    target = sql.Identifier(portal.table(portal.COPY, name))
    stage = sql.Identifier(f"bare_{name}")
    names = datastore.identifiers(spec.names)
    cursor.execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
        ).format(stage, names, target)
    )
    buffer = io.StringIO()
    csv.writer(buffer).writerows(cells)
    buffer.seek(0)
    cursor.copy_expert(
        sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv)").format(stage).as_string(cursor), buffer
    )
    updates = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column))
        for column in spec.names
        if column not in spec.key
    )
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
            target, names, names, stage, datastore.identifiers(spec.key), updates
        )
    )


def _batches(rows: Sequence[ActRows]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Records as a client sends them, in batches; made before anything is measured."""
    acts = [row.act_row for row in rows]
    lines = [line for row in rows for line in row.line_rows]
    for name, cells in ((ACTS, acts), (LINES, lines)):
        names = SPECS[name].names
        for start in range(0, len(cells), BATCH):
            yield (
                name,
                [
                    {column: _plain(cell) for column, cell in zip(names, row, strict=True)}
                    for row in cells[start : start + BATCH]
                ],
            )


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, bool | int | str) else str(cell)


def _tables_are_equal() -> None:
    for name in (ACTS, LINES):
        ours = portal.indexes(portal.OURS, name)
        for way in (portal.UPSERT, portal.COPY):
            if (others := portal.indexes(way, name)) != ours:
                raise WrongRows(f"Table {name} of {way} has {sorted(others)}, ours {sorted(ours)}.")


def _rows_are_equal() -> None:
    for way, other in ((portal.OURS, portal.COPY), (portal.UPSERT, portal.OURS)):
        if differing := portal.differences(way, other):
            raise WrongRows(f"{differing} rows of {NAMES[way]} are not in {NAMES[other]}.")
