"""A portal with acts of Tinos: a simulated month, and an expense written by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, ActRows, rows_of
from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization, Simulator
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import acts_datasets, acts_store, datasets, setting_up
from ckanext.greekmunicipal.harvesters.identity import resource_id
from ckanext.greekmunicipal.municipalities import by_slug

UID, SLUG = "6296", "dimos-tinou"
START, UNTIL = dt.date(2026, 5, 1), dt.date(2026, 6, 10)
NOW = dt.datetime(2026, 6, 20, 12, tzinfo=ATHENS)
# Of one expense, step by step; the company of all steps, and one that is registered abroad.
COMMITMENT, APPROVAL, PAYMENT, OTHER_PAYMENT = (
    "ΑΑΑ1ΩΗΔ-ΚΚ1",
    "ΒΒΒ2ΩΗΔ-ΛΛ2",
    "ΓΓΓ3ΩΗΔ-ΜΜ3",
    "ΔΔΔ4ΩΗΔ-ΝΝ4",
)
GONE = "ΖΖΖ9ΩΗΔ-ΧΧ9"
AFM, COMPANY = "094019245", "ΚΑΘΑΡΙΟΤΗΤΑ ΑΙΓΑΙΟΥ ΑΝΩΝΥΜΗ ΕΤΑΙΡΕΙΑ"
FOREIGN_AFM, FOREIGN_COMPANY = "IT12345670017", "MACCHINE STRADALI S.P.A."
HUNDREDFOLD = "ΕΕΕ5ΩΗΔ-ΞΞ5"
STAFF_ACT, REVOKED_ACT = "ΗΗΗ6ΩΗΔ-ΟΟ6", "ΘΘΘ7ΩΗΔ-ΠΠ7"
WORD = "ζωοφιλικής"


def _decision(ada: str, kind: str, subject: str, day: int, extra: dict[str, Any]) -> dict[str, Any]:
    when = dt.datetime(2026, 6, day, tzinfo=ATHENS)
    posted = dt.datetime(2026, 6, day, 10, 30, 15, 123000, tzinfo=ATHENS) + dt.timedelta(days=1)
    return {
        "ada": ada,
        "versionId": f"00000000-0000-0000-0000-0000000000{day:02}",
        "status": "PUBLISHED",
        "subject": subject,
        "decisionTypeId": kind,
        "organizationId": UID,
        "unitIds": ["81689"],
        "issueDate": int(when.timestamp() * 1000),
        "publishTimestamp": int(posted.timestamp() * 1000),
        "submissionTimestamp": int(posted.timestamp() * 1000),
        "protocolNumber": f"{1000 + day}/2026",
        "documentUrl": f"https://diavgeia.gov.gr/doc/{ada}",
        "privateData": False,
        "extraFieldValues": extra,
    }


def _sponsor(
    afm: str, name: str, amount: float, country: str = "EL", **more: Any
) -> dict[str, Any]:
    payee = {"afm": afm, "afmType": "EL", "afmCountry": country, "name": name}
    return {
        "sponsorAFMName": payee,
        "expenseAmount": {"amount": amount, "currency": "EUR"},
        "cpv": "90610000-6",
        "kae": "02.20.6277",
    } | more


def decisions() -> list[dict[str, Any]]:
    """Acts by hand, as Diavgeia gives them."""
    money = {"amount": 1240.0, "currency": "EUR"}
    kae = {"kae": "02.20.6277", "amountWithVAT": 1240.0, "kaeCreditRemainder": 0}
    of_commitment = {"financialYear": 2026, "amountWithVAT": money, "amountWithKae": [kae]}
    of_approval = {
        "sponsor": [_sponsor(AFM, COMPANY, 1240.0)],
        "relatedAnalipsiYpoxreosis": [{"textRelatedADA": COMMITMENT}],
    }
    of_payment = {
        "sponsor": [_sponsor(AFM, COMPANY, 1000.0)],
        "relatedEkgrisiDapanis": [{"textRelatedADA": APPROVAL}],
    }
    of_other = {
        "sponsor": [
            _sponsor(AFM, COMPANY, 200.0),
            _sponsor(FOREIGN_AFM, FOREIGN_COMPANY, 40.0, "IT"),
        ],
        "relatedEkgrisiDapanis": [{"textRelatedADA": APPROVAL}, {"textRelatedADA": GONE}],
    }
    wrong = {"sponsor": [_sponsor(AFM, COMPANY, 555500.0, cpv=None)]}
    return [
        _decision(
            COMMITMENT, "Β.1.3", f"Ανάληψη για υπηρεσίες {WORD} καθαριότητας", 11, of_commitment
        ),
        _decision(APPROVAL, "Β.2.1", "Έγκριση δαπάνης καθαριότητας", 12, of_approval),
        _decision(PAYMENT, "Β.2.2", "Πληρωμή τιμολογίου καθαριότητας", 13, of_payment),
        _decision(OTHER_PAYMENT, "Β.2.2", "Πληρωμή τιμολογίου καθαριότητας", 14, of_other),
        _decision(HUNDREDFOLD, "Β.2.2", "Πληρωμή ποσού 5.555,00 ευρώ για καύσιμα", 15, wrong),
        _decision(STAFF_ACT, "Γ.3.5", "Μετάταξη υπαλλήλου", 16, {}),
        _decision(REVOKED_ACT, "2.4.7.1", "Καθορισμός τελών", 17, {}) | {"status": "REVOKED"},
    ]


def simulated() -> list[dict[str, Any]]:
    """Acts of some weeks of an invented Diavgeia."""
    body = SimulatedOrganization(UID, "ΔΗΜΟΣ ΤΗΝΟΥ", 6.0, "dimostinou", "800302968")
    simulator = Simulator(43, [body], start=START, until=UNTIL, now=lambda: NOW)
    return [json.loads(json.dumps(raw), parse_float=Decimal) for raw in simulator.truth(UID)]


@lru_cache(maxsize=1)
def rows() -> tuple[ActRows, ...]:
    """Rows of all acts."""
    return tuple(rows_of(read_act(raw)) for raw in (*simulated(), *decisions()))


def truth(**wanted: Any) -> list[dict[str, Any]]:
    """Acts of which columns have some values, newest first, by name of the column."""
    names = [column.name for column in ACTS_COLUMNS]
    found = [
        dict(zip(names, each.act_row, strict=True)) | {"family": each.family} for each in rows()
    ]
    found = [act for act in found if all(act[name] == value for name, value in wanted.items())]
    return sorted(found, key=lambda act: (act["publish_time"], act["ada"]), reverse=True)


def build() -> None:
    """Fill an empty portal."""
    empty()
    setting_up.organization(by_slug(SLUG), dry_run=False)
    store(rows())


def store(found: Iterable[ActRows]) -> acts_store.Merged:
    """Store acts as a harvest does, and publish their datasets."""
    from ckanext.greekmunicipal.harvesters.diavgeia import publish_body

    with datastore.transaction() as cursor:
        stage = acts_store.ActsStage(cursor, UID)
        stage.add(found)
        merged = stage.merge(_prepare)
    publish_body(UID, None)
    return merged


def _prepare(family: str, with_lines: bool) -> bool:
    dataset = acts_datasets.dataset_of(UID, family, with_lines=with_lines, facts=None)
    if not datasets.prepare(dataset):
        return False
    for name in (acts_store.ACTS, acts_store.LINES) if with_lines else (acts_store.ACTS,):
        table = resource_id(UID, family, name)
        datastore.ensure_table(datasets.site_context(), table, acts_store.SPECS[name])
    return True


def empty() -> None:
    """Empty the DataStore and our own tables: CKAN's fixtures leave them."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename ~ '^[0-9a-f]{8}-'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'DROP TABLE "{table}" CASCADE')
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'greekmunicipal'"
            " AND tablename <> 'alembic_version'"
        )
        names = ", ".join(f"greekmunicipal.{name}" for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {names}")
