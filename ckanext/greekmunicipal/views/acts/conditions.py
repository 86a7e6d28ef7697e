"""SQL of what is asked of acts: composed of fixed text, quoted names and parameters only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal.greek import row_search
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import Body, Table

# Greece, as Diavgeia's clerks and registers write it.
GREECE = ("EL", "GR")
# Rows are filled with words in all their forms: PostgreSQL must leave the words of a query alone.
_FOUND = "_full_text @@ to_tsquery('simple', %(words)s)"


def tables_of(body: Body, asked: Asked) -> tuple[Table, ...]:
    """Tables in which acts can be that are asked for."""
    tables = body.of([asked.family]) if asked.family else body.tables
    return tuple(each for each in tables if each.lines) if asked.payee else tables


def values_of(asked: Asked) -> dict[str, Any]:
    """Parameters of the conditions."""
    return {
        "words": words_of(asked),
        "type": asked.type,
        "start": asked.start,
        "end": asked.end,
        "least": asked.least,
        "most": asked.most,
        "unit": asked.unit,
        "greece": list(GREECE),
    }


def words_of(asked: Asked) -> str:
    """What was typed as an expression in which each word is asked for in all its forms."""
    return row_search.plain_query(asked.q, row_search.row_forms) if asked.q else ""


def where(table: Table, asked: Asked) -> sql.Composable:
    """Condition on the rows of a table of acts, with :func:`values_of` as its parameters."""
    conditions: list[sql.Composable] = [sql.SQL("TRUE")]
    if asked.q:
        conditions.append(_with_words(table) if words_of(asked) else sql.SQL("FALSE"))
    if asked.type:
        conditions.append(sql.SQL("decision_type = %(type)s"))
    if asked.start:
        conditions.append(sql.SQL("issue_date >= %(start)s"))
    if asked.end:
        conditions.append(sql.SQL("issue_date <= %(end)s"))
    if asked.least is not None:
        conditions.append(sql.SQL("amount >= %(least)s"))
    if asked.most is not None:
        conditions.append(sql.SQL("amount <= %(most)s"))
    if asked.unit:
        conditions.append(sql.SQL("%(unit)s = ANY(string_to_array(unit_uids, ';'))"))
    if asked.payee and table.lines:
        conditions.append(
            sql.SQL(
                "ada IN (SELECT ada FROM {} WHERE counterparty_kind <> 'none'"
                " AND counterparty_country <> ALL(%(greece)s))"
            ).format(sql.Identifier(table.lines))
        )
    return sql.SQL(" AND ").join(conditions)


def _with_words(table: Table) -> sql.Composable:
    """Words in the act itself or in one of its lines, as the name of a company."""
    if table.lines is None:
        return sql.SQL(_FOUND)
    return sql.SQL(
        "(" + _FOUND + " OR ada IN (SELECT ada FROM {lines} WHERE " + _FOUND + "))"
    ).format(lines=sql.Identifier(table.lines))


def union(parts: Sequence[sql.Composable]) -> sql.Composable:
    """Rows of all parts."""
    return sql.SQL(" UNION ALL ").join(parts)
