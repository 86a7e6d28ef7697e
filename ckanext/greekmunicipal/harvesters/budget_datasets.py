"""Metadata of the budget dataset of a municipality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import budget_originals, budget_products, datasets
from ckanext.greekmunicipal.harvesters.budget_store import TABLE_COLUMNS, Facts, table_of
from ckanext.greekmunicipal.harvesters.identity import BUDGET, package_id
from ckanext.greekmunicipal.municipalities import by_diavgeia_uid

_NAME = ("Γραμμές προϋπολογισμού", "Budget lines")
_DESCRIPTION = (
    "Μία γραμμή για κάθε έτος, τέλος περιόδου, σκέλος, υπηρεσία και κωδικό· μία στήλη για κάθε"
    " φάση, ποσά σε ευρώ. Άγνωστο ποσό είναι κενό κελί, όχι μηδέν.",
    "One row for each fiscal year, period end, side, service and code; one column a phase,"
    " amounts in EUR. An unknown amount is an empty cell, not zero.",
)
_NOTES = {
    "el": "Ο προϋπολογισμός όλων των ετών ανά κωδικό, έσοδα και έξοδα, όπως δίνεται στα αρχεία του"
    " δήμου, με τα ποσά της εκτέλεσης όπου υπάρχουν. Τα αθροίσματα των αρχείων ελέγχονται και"
    " δεν αποθηκεύονται. Περιγραφές που ίσως κατονομάζουν φυσικό πρόσωπο παραλείπονται.",
    "en": "The budget of all years by code, revenue and expenditure, as the municipality's files"
    " give it, with figures of the execution where there are any. Totals of the files are checked"
    " and not stored. Labels that may name a natural person are left out.",
}


def dataset_of(uid: str, facts: Facts | None) -> datasets.Dataset:
    """The budget dataset of a municipality.

    Args:
        uid: Diavgeia's number of the municipality.
        facts: what is stored; None before there are rows.

    Raises:
        datasets.OrganizationMissing: the portal has no organisation for it.
    """
    body = by_diavgeia_uid(uid)
    more: dict[str, Any] = {}
    if facts:
        more = {"size": facts.size + datasets.BOM, "last_modified": _utc(facts.changed_at)}
    dataset: datasets.Dataset = {
        "id": package_id(uid, BUDGET),
        "name": f"{body.slug}-{BUDGET}",
        "type": "dataset",
        "owner_org": datasets.owner_of(uid),
        "title_translated": {
            "el": f"Προϋπολογισμός – {body.name_el}",
            "en": f"Budget – {body.name_en}",
        },
        "notes_translated": _NOTES,
        "municipality": body.slug,
        "family": BUDGET,
        "tags": [{"name": name} for name in ("προϋπολογισμός", "έσοδα", "έξοδα", "οικονομικά")],
        "theme": ["ECON"],
        "frequency": "ANNUAL",
        "indicator": [BUDGET],
        "identifier": f"budget:{uid}",
        "resources": [
            datasets.table_resource(table_of(uid), _NAME, _DESCRIPTION, table=BUDGET, **more)
        ],
    }
    if facts:
        dataset |= _from_facts(facts)
        dataset["resources"] += _files(uid, facts)
        dataset["resources"] += map(budget_originals.resource_of, facts.originals)
    return dataset


def _files(uid: str, facts: Facts) -> list[dict[str, Any]]:
    """Resources of what is made of the table: the long form, its accounts, the data package."""
    files = [file for report in facts.reports for file in report["files"]]
    descriptor = budget_products.package(by_diavgeia_uid(uid), TABLE_COLUMNS, facts.years, files)
    known = {**facts.file_sizes, budget_products.PACKAGE_FILE: len(descriptor)}
    return budget_products.resources(
        uid, table_of(uid), known, last_modified=_utc(facts.changed_at)
    )


def _from_facts(facts: Facts) -> datasets.Dataset:
    return {
        "indicator": [BUDGET, *(["budget-execution"] if facts.has_execution else [])],
        "temporal_coverage": list(_coverage(facts.years)),
        "modified": facts.changed_at.astimezone(ATHENS).date().isoformat(),
        "provenance": _provenance(facts),
    }


def _coverage(years: Iterable[int]) -> list[dict[str, str]]:
    """Runs of years: a gap is not covered."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return [{"start": f"{first}-01-01", "end": f"{last}-12-31"} for first, last in runs]


def _provenance(facts: Facts) -> dict[str, str]:
    def total(part: str, name: str) -> int:
        return sum(report[part][name] for report in facts.reports)

    counts = {
        "table": facts.lines,
        "files": total("read", "files"),
        "rows": total("read", "rows"),
        "lines": total("read", "lines"),
        "subtotals": total("skipped", "subtotals"),
        "others": sum(total("skipped", name) for name in ("headers", "blank", "notes")),
        "unknown": total("skipped", "not_understood"),
        "withheld": total("masked", "labels_withheld") + total("masked", "services_withheld"),
        "warnings": total("checked", "warnings"),
        "remarks": total("checked", "notes"),
        "private": len(
            {file["sha256"] for report in facts.reports for file in report["files"]}
            - {original.sha256 for original in facts.originals}
        ),
        "names": "; ".join(
            f"{file['file']} (SHA-256 {file['sha256']})"
            for report in facts.reports
            for file in report["files"]
        ),
    }
    return {
        "el": "Διαβάστηκε από αρχεία του δήμου. Γραμμές πίνακα: {table}. Αρχεία: {files}. Γραμμές"
        " αρχείων: {rows}· από αυτές γραμμές προϋπολογισμού {lines}, σύνολα που ελέγχθηκαν"
        " {subtotals}, κεφαλίδες, σημειώσεις και κενές {others}, ακατανόητες {unknown}."
        " Περιγραφές που παραλείφθηκαν γιατί ίσως κατονομάζουν πρόσωπο: {withheld}. Ευρήματα των"
        " ελέγχων: προειδοποιήσεις {warnings}, σημειώσεις {remarks}. Αρχικά αρχεία, που φυλάσσονται"
        " αμετάβλητα: {names}. Από αυτά δεν προσφέρονται για λήψη, γιατί ίσως κατονομάζουν πρόσωπο ή"
        " δεν μπορεί να ελεγχθεί αν το κάνουν: {private}.".format(**counts),
        "en": "Read from files of the municipality. Rows of the table: {table}. Files: {files}. Rows"
        " of the files: {rows}; of them budget lines {lines}, totals that were checked {subtotals},"
        " headers, notes and blank {others}, not understood {unknown}. Labels withheld since they"
        " may name a person: {withheld}. Findings of the checks: warnings {warnings}, notes"
        " {remarks}. Original files, kept unchanged: {names}. Of these are not offered for download,"
        " since they may name a person or it cannot be told whether they do: {private}.".format(
            **counts
        ),
    }


def _utc(instant: dt.datetime) -> str:
    """An instant as CKAN stores it: UTC without a zone."""
    return instant.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat()


__all__ = ["dataset_of"]
