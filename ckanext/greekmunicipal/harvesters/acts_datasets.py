"""Metadata of the dataset of a body and a family of decision types."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.diavgeia import families
from ckanext.greekmunicipal.greek import ATHENS
from ckanext.greekmunicipal.harvesters import bodies, datasets
from ckanext.greekmunicipal.harvesters.acts_store import ACTS, LINES
from ckanext.greekmunicipal.harvesters.identity import package_id, resource_id

_NAMES = {
    ACTS: ("Πράξεις", "Acts"),
    LINES: ("Γραμμές ποσών", "Lines of money"),
}
_DESCRIPTIONS = {
    ACTS: (
        "Μία γραμμή για κάθε πράξη, όλων των ετών· κλειδί ο ΑΔΑ.",
        "One row an act, of all years; the key is the ADA.",
    ),
    LINES: (
        "Μία γραμμή για κάθε ποσό μιας πράξης· κλειδί ο ΑΔΑ και ο αύξων αριθμός.",
        "One row for each sum of an act; the key is the ADA and the number of the line.",
    ),
}


@cache
def _descriptions() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "families.csv").open(encoding="utf-8", newline="") as lines:
        return {row["family"]: row for row in csv.DictReader(lines)}


def dataset_of(
    uid: str, family: str, *, with_lines: bool, facts: dict[str, Any] | None
) -> datasets.Dataset:
    """The dataset of a family.

    Args:
        uid: Diavgeia's number of the body.
        family: slug of the family.
        with_lines: whether it has a table of lines.
        facts: counts and dates, see :func:`acts_facts.family_facts`; None before
            there are rows.

    Raises:
        datasets.OrganizationMissing: the portal has no organisation for the body.
    """
    body = bodies.body_of(uid)
    kind = families.by_slug(family)
    texts = _descriptions()[family]
    dataset: datasets.Dataset = {
        "id": package_id(uid, family),
        "name": f"{body.slug}-{family}",
        "type": "dataset",
        "owner_org": body.owner,
        "title_translated": {
            "el": f"{kind.label_el} – {body.name_el}",
            "en": f"{kind.label_en} – {body.name_en}",
        },
        "notes_translated": {
            "el": f"{texts['what_el']} Από το Πρόγραμμα Δι@ύγεια, όπου κάθε πράξη αναρτάται"
            " υποχρεωτικά (ν. 4727/2020, άρθρα 75–83). Ονόματα και αριθμοί φυσικών προσώπων"
            " παραλείπονται. Αναφορά πηγής: Πρόγραμμα Δι@ύγεια,"
            f" {body.name_el}. Η άδεια δεν καλύπτει προσωπικά δεδομένα.",
            "en": f"{texts['what_en']} From Diavgeia, where every act must be posted (law"
            " 4727/2020, articles 75–83). Names and numbers of natural persons are left out."
            f" Attribution: Diavgeia programme, {body.name_en}. The licence does not cover"
            " personal data.",
        },
        "municipality": body.municipality,
        "family": family,
        "tags": [{"name": name} for name in ("Διαύγεια", *texts["keywords"].split(";"))],
        "theme": texts["theme"].split(";"),
        "frequency": "DAILY",
        "indicator": texts["indicators"].split(";"),
        "identifier": f"diavgeia:{uid}:{family}",
        "resources": [
            _resource(uid, family, name, facts)
            for name in (ACTS, *((LINES,) if with_lines else ()))
        ],
    }
    if facts:
        dataset.update(_from_facts(uid, facts))
    return dataset


def _resource(uid: str, family: str, name: str, facts: dict[str, Any] | None) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if facts:
        more["size"] = facts["sizes"][name] + datasets.BOM
        if facts["changed_at"]:
            more["last_modified"] = _utc(facts["changed_at"])
    return datasets.table_resource(
        resource_id(uid, family, name), _NAMES[name], _DESCRIPTIONS[name], table=name, **more
    )


def _from_facts(uid: str, facts: dict[str, Any]) -> datasets.Dataset:
    counts = {
        "acts": facts["acts"],
        "lines": facts["lines"] or 0,
        "withheld": facts["withheld"],
        "natural": facts["natural"],
        "reads": our_config.portal_address(f"/harvest/reads-of/{uid}.csv"),
    }
    found: datasets.Dataset = {
        "provenance": {
            "el": "Διαβάστηκε από το OpenData API της Διαύγειας κατά διαστήματα ημερομηνιών έκδοσης·"
            " κάθε απάντηση έγινε δεκτή μόνο αφού επαληθεύτηκαν το ερώτημα, το πλήθος και το"
            " περιεχόμενό της. Όλες οι αναγνώσεις: {reads} . Πράξεις: {acts}. Γραμμές ποσών:"
            " {lines}. Θέματα που παραλείπονται γιατί ίσως κατονομάζουν πρόσωπο: {withheld}."
            " Γραμμές με φυσικό πρόσωπο, χωρίς όνομα: {natural}.".format(**counts),
            "en": "Read from the OpenData API of Diavgeia by windows of issue dates; each answer was"
            " believed only when its echo, its total and its content proved it. All reads: {reads} ."
            " Acts: {acts}. Lines of money: {lines}."
            " Subjects withheld since they may name a person: {withheld}. Lines of a natural"
            " person, without name: {natural}.".format(**counts),
        },
    }
    if facts["first"]:
        found["temporal_coverage"] = [
            {"start": facts["first"].isoformat(), "end": facts["last"].isoformat()}
        ]
    if facts["changed_at"]:
        found["modified"] = facts["changed_at"].astimezone(ATHENS).date().isoformat()
    return found


def _utc(instant: dt.datetime) -> str:
    """An instant as CKAN stores it: UTC without a zone."""
    return instant.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat()
