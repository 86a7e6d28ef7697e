"""What the table of a municipality holds of earlier periods of a year, to compare a new one with."""

from __future__ import annotations

import datetime as dt

from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.budgets import cumulative
from ckanext.greekmunicipal.harvesters import budget_store


def published_before(uid: str) -> cumulative.Before:
    """A function that finds the last published state of a side before a day.

    Args:
        uid: Diavgeia's number of the municipality.
    """
    table = budget_store.table_of(uid)

    def before(year: int, side: str, end: dt.date) -> cumulative.Earlier | None:
        with datastore.transaction() as cursor:
            if not datastore.is_table(cursor, table):
                return None
            columns = sql.SQL(", ").join(map(sql.Identifier, cumulative.PHASES))
            cursor.execute(
                sql.SQL(
                    "SELECT period_end, coalesce(nullif(service_code, ''), service_label, ''),"
                    " coalesce(account_code, ''), coalesce(sub_account, ''), coalesce(code, ''),"
                    " {columns} FROM {table}"
                    " WHERE fiscal_year = %(year)s AND side = %(side)s AND period_end ="
                    " (SELECT max(period_end) FROM {table} WHERE fiscal_year = %(year)s"
                    " AND side = %(side)s AND period_end < %(end)s)"
                ).format(columns=columns, table=sql.Identifier(table)),
                {"year": year, "side": side, "end": end},
            )
            rows = cursor.fetchall()
        if not rows:
            return None
        return cumulative.Earlier(
            rows[0][0],
            cumulative.sums(
                (cumulative.key_of(*row[1:5]), dict(zip(cumulative.PHASES, row[5:], strict=True)))
                for row in rows
            ),
        )

    return before
