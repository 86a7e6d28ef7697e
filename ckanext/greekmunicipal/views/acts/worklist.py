"""What a body's editors may want to mend at Diavgeia: their own likely mistakes; for them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from psycopg2 import sql

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.act import PUBLIC_STATUSES
from ckanext.greekmunicipal.diavgeia.outliers import CODE, HUNDREDFOLD, NEGATIVE, TAX_NUMBER
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts import conditions
from ckanext.greekmunicipal.views.acts.body import Body, Table
from ckanext.greekmunicipal.views.acts.listing import COLUMNS, Act, read_row

MOST_SHOWN = 50
MOST_IN_FILE = 20_000
# An act that names another is compared with it.
_BEFORE = {"payments": ("expense-approvals",), "expense-approvals": ("commitments",)}
_WITH_CPV = ("tenders", "awards", "expense-approvals", "payments")


@dataclass(frozen=True)
class Kind:
    """A kind of likely mistake.

    Attributes:
        name: in addresses and files.
        conditions: of an act of a table, each with the table; nothing where it cannot be made.
    """

    name: str
    conditions: Callable[[Body, Table], Iterable[sql.Composable]]


@dataclass(frozen=True)
class Task:
    """Likely mistakes of one kind: how many, and the newest."""

    kind: str
    count: int
    acts: tuple[Act, ...]


def _flag(name: str) -> Callable[[Body, Table], Iterable[sql.Composable]]:
    def conditions_of(body: Body, table: Table) -> Iterator[sql.Composable]:
        yield sql.SQL("{} = ANY(string_to_array(flags, ';'))").format(sql.Literal(name))

    return conditions_of


def _without_cpv(body: Body, table: Table) -> Iterator[sql.Composable]:
    if table.lines and table.family in _WITH_CPV:
        yield sql.SQL(
            "ada IN (SELECT ada FROM {} WHERE cpv IS NULL AND amount IS NOT NULL"
            " AND counterparty_kind <> 'none')"
        ).format(sql.Identifier(table.lines))


def _hundredfold_of_before(body: Body, table: Table) -> Iterator[sql.Composable]:
    for before in body.of(_BEFORE.get(table.family, ())):
        yield sql.SQL(
            "EXISTS (SELECT FROM unnest(string_to_array(related_ada, ';')) AS r (number)"
            " JOIN {before} AS b ON b.ada = r.number WHERE b.amount > 0"
            " AND {acts}.amount IN (b.amount * 100, b.amount / 100))"
        ).format(before=sql.Identifier(before.acts), acts=sql.Identifier(table.acts))


KINDS = (
    Kind(HUNDREDFOLD, _flag(HUNDREDFOLD)),
    Kind("hundredfold-of-before", _hundredfold_of_before),
    Kind(TAX_NUMBER, _flag(TAX_NUMBER)),
    Kind(CODE, _flag(CODE)),
    Kind("amount-outlier", _flag("amount-outlier")),
    Kind(NEGATIVE, _flag(NEGATIVE)),
    Kind("amount-differs-from-lines", _flag("amount-differs-from-lines")),
    Kind("future-dated", _flag("future-dated")),
    Kind("without-cpv", _without_cpv),
)  # fmt: skip


def title(kind: str) -> str:
    """What a kind of mistake is called."""
    return {
        HUNDREDFOLD: tk._(
            "Amount a hundredfold, or a hundredth, of its lines or of what the subject says"
        ),
        "hundredfold-of-before": tk._("Amount a hundredfold, or a hundredth, of the act before it"),
        TAX_NUMBER: tk._("A tax number where the amount should be"),
        CODE: tk._("A code where the amount should be"),
        "amount-outlier": tk._("Amount of 100 million or more"),
        NEGATIVE: tk._("Negative amount"),
        "amount-differs-from-lines": tk._("The total is not the sum of the lines"),
        "future-dated": tk._("Dated after the posting"),
        "without-cpv": tk._("Line without CPV"),
    }.get(kind, kind)  # fmt: skip


def tasks(body: Body) -> list[Task]:
    """Likely mistakes of a body, by kind; kinds without any are left out."""
    found = []
    for kind in KINDS:
        acts, count = _select(body, kind, MOST_SHOWN)
        if count:
            found.append(Task(kind.name, count, tuple(acts)))
    return found


def everything(body: Body) -> Iterator[tuple[str, Act]]:
    """All likely mistakes for a file: kind and act."""
    for kind in KINDS:
        for act in _select(body, kind, MOST_IN_FILE)[0]:
            yield kind.name, act


def _select(body: Body, kind: Kind, most: int) -> tuple[list[Act], int]:
    parts = [
        sql.SQL(
            "SELECT {family} AS family, {names} FROM {table}"
            " WHERE status = ANY(%(in_force)s) AND {condition}"
        ).format(
            family=sql.Literal(table.family),
            names=datastore.identifiers(COLUMNS),
            table=sql.Identifier(table.acts),
            condition=condition,
        )
        for table in body.tables
        for condition in kind.conditions(body, table)
    ]
    if not parts:
        return [], 0
    query = sql.SQL(
        "SELECT *, count(*) OVER () FROM ({}) AS found"
        " ORDER BY publish_time DESC NULLS LAST, ada LIMIT %(most)s"
    ).format(conditions.union(parts))
    with bodies.reading() as cursor:
        cursor.execute(query, {"in_force": list(PUBLIC_STATUSES), "most": most})
        rows = cursor.fetchall()
    return [read_row(row[:-1]) for row in rows], rows[0][-1] if rows else 0
