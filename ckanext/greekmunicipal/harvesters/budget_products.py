"""What is made of the budget table besides itself: the long form, its accounts, the data package.

They are made by the database from one snapshot of the table and kept as files until it changes
(:mod:`ckanext.greekmunicipal.downloads`). Their addresses stand beside each other, so that who
fetches them into one folder has a data package.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg2 import sql

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore, downloads
from ckanext.greekmunicipal.budgets.datapackage import make_table_package
from ckanext.greekmunicipal.budgets.long import (
    ACCOUNT_COLUMNS,
    CURRENCY,
    LONG_COLUMNS,
    account_rows,
    kind_name,
    level_codes,
)
from ckanext.greekmunicipal.budgets.records import LINES_COLUMNS, PHASES, Column
from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.harvesters.identity import BUDGET, resource_id
from ckanext.greekmunicipal.municipalities import Municipality

ID = Column("_id", "integer", "Αριθμός στον πίνακα", "Number in the table", "provenance:id")
LINES_FILE, LONG_FILE, ACCOUNTS_FILE = "lines.csv", "long.csv", "accounts.csv"
PACKAGE_FILE = "datapackage.json"
_LONG_NAME = ("Γραμμές προϋπολογισμού, μία ανά φάση", "Budget lines, one row a phase")
_LONG_TOLD = (
    "Ο ίδιος πίνακας σε μακριά μορφή: μία γραμμή για κάθε φάση που έχει ποσό, με τα επίπεδα του"
    " λογαριασμού. Το είδος (kind) λέει ποια ποσά δεν είναι χρήμα του ίδιου του δήμου, ώστε να μη"
    " στρεβλώνουν τα ποσοστά.",
    "The same table in long form: one row for each phase that has an amount, with the levels of the"
    " account. The kind says which amounts are not the municipality's own money, so that shares do"
    " not mislead.",
)
_ACCOUNTS_NAME = ("Λογαριασμοί του προϋπολογισμού", "Accounts of the budget")
_ACCOUNTS_TOLD = (
    "Επίπεδα 1 έως 4 κάθε λογαριασμού με τις περιγραφές τους, και το είδος: εισπράξεις υπέρ τρίτων"
    " και αποδόσεις (pass-through), προβλέψεις (notional), υπόλοιπο (balance), αποθεματικό"
    " (reserve).",
    "Levels 1 to 4 of each account with their names, and the kind: collected for others and handed"
    " over (pass-through), provisions (notional), cash balance (balance), reserve.",
)
_PACKAGE_NAME = ("Πακέτο δεδομένων", "Data package")
_PACKAGE_TOLD = (
    "Περιγραφή των πινάκων για προγράμματα: τύποι στηλών του Fiscal Data Package.",
    "Descriptor of the tables for programs: column types of the Fiscal Data Package.",
)


def _version() -> str:
    """Of what the files are made by, besides the table: columns, chart of accounts, kinds."""
    rules = (LONG_COLUMNS, ACCOUNT_COLUMNS, read_table("accounts"), read_table("kinds"))
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:8]


def write_long(cursor: Any, table: str, file: Any) -> None:
    """Write one row for each line and phase that has an amount."""
    accounts = _accounts(cursor, table)
    downloads.write_head(file, [column.name for column in LONG_COLUMNS])
    own = [name for column in LONG_COLUMNS if (name := column.name) in _OF_TABLE]
    phases = sql.SQL(", ").join(
        sql.SQL("({}, {}, t.{})").format(sql.Literal(at), sql.Literal(phase), sql.Identifier(phase))
        for at, phase in enumerate(PHASES)
    )
    query = sql.SQL(
        "COPY (SELECT {own}, c.level1, c.level2, c.level3, c.level4, c.kind, p.phase, p.value,"
        " {currency} FROM {table} AS t LEFT JOIN unnest({known}) AS c"
        " (account, level1, level2, level3, level4, kind) ON c.account = t.account_code"
        " CROSS JOIN LATERAL (VALUES {phases}) AS p (number, phase, value)"
        " WHERE p.value IS NOT NULL ORDER BY t._id, p.number) TO STDOUT WITH (FORMAT csv)"
    ).format(
        own=sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in own),
        currency=sql.Literal(CURRENCY),
        table=sql.Identifier(table),
        known=_columns([(each, *level_codes(each), kind_name(each)) for each in accounts], 6),
        phases=phases,
    )
    cursor.copy_expert(query.as_string(cursor), file)


def write_accounts(cursor: Any, table: str, file: Any) -> None:
    """Write one row for each account that occurs in the table and belongs to a chart."""
    downloads.write_head(file, [column.name for column in ACCOUNT_COLUMNS])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    # Guarded nowhere: accounts are digits, names are from our own tables.
    writer.writerows(account_rows(_accounts(cursor, table)))
    file.write(stream.getvalue().encode())


LONG = downloads.Form("long", _version(), write_long)
ACCOUNTS = downloads.Form("accounts", _version(), write_accounts)
FORMS = {LONG_FILE: LONG, ACCOUNTS_FILE: ACCOUNTS}
_OF_TABLE = frozenset({column.name for column in LINES_COLUMNS} | {"occurrence"})


def _accounts(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        sql.SQL("SELECT DISTINCT account_code FROM {} WHERE account_code <> '' ORDER BY 1").format(
            sql.Identifier(table)
        )
    )
    return [account for (account,) in cursor.fetchall()]


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> sql.Composed:
    """Rows as arrays, one a column, for ``unnest``: nothing can be written in this transaction."""
    columns = list(zip(*rows, strict=True)) or [()] * width
    return sql.SQL(", ").join(
        sql.SQL("{}::text[]").format(sql.Literal([value or None for value in column]))
        for column in columns
    )


def sizes(cursor: Any, table: str) -> dict[str, int]:
    """Bytes of each file that is made of a table."""
    found = {}
    for name, form in FORMS.items():
        counter = datastore.ByteCounter()
        form.write(cursor, table, counter)
        found[name] = counter.size
    return found


def package(
    body: Municipality, table_columns: Sequence[Column], years: Sequence[int], files: Iterable[dict[str, Any]]
) -> bytes:  # fmt: skip
    """The descriptor of a municipality's data package as it is served.

    Args:
        body: the municipality.
        table_columns: columns of the table.
        years: fiscal years, ascending.
        files: ``file`` and ``sha256`` of the original files.
    """
    made = make_table_package(
        f"{body.slug}-{BUDGET}",
        title=f"Προϋπολογισμός – {body.name_el}",
        homepage=our_config.portal_address(f"/dataset/{body.slug}-{BUDGET}"),
        years=years,
        sources=[
            {"title": each["file"], "path": each["file"], "sha256": each["sha256"]}
            for each in files
        ],
        lines_columns=(ID, *table_columns),
    )
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def path_of(table: str, name: str) -> str:
    """Path, in the portal, of a file that is made of a table."""
    return f"/table/{table}/{name}"


def id_of(uid: str, name: str) -> str:
    """Id of the resource of a file that is made of the table of a municipality."""
    return resource_id(uid, BUDGET, f"file/{name}")


def resources(uid: str, table: str, known: dict[str, int], **more: Any) -> list[dict[str, Any]]:
    """Resources of the files beside the table.

    Args:
        uid: Diavgeia's number of the municipality.
        table: id of the table.
        known: bytes of each file by its name; a file without is not a resource.
        **more: further fields of each.
    """
    described = {
        LONG_FILE: (_LONG_NAME, _LONG_TOLD, "CSV", "text/csv"),
        ACCOUNTS_FILE: (_ACCOUNTS_NAME, _ACCOUNTS_TOLD, "CSV", "text/csv"),
        PACKAGE_FILE: (_PACKAGE_NAME, _PACKAGE_TOLD, "JSON", "application/json"),
    }
    return [
        {
            "id": id_of(uid, file),
            "name_translated": {"el": name[0], "en": name[1]},
            "description_translated": {"el": told[0], "en": told[1]},
            "url": our_config.portal_address(path_of(table, file)),
            "url_type": datastore.URL_TYPE,
            "format": form,
            "mimetype": mimetype,
            "size": known[file],
            **more,
        }
        for file, (name, told, form, mimetype) in described.items()
        if file in known
    ]
