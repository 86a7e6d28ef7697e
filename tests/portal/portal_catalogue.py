"""A small catalogue, built through CKAN's actions: a municipality, its acts, its budget."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

SLUG = "dimos-tinou"
OTHER_SLUG = "dimos-kalamarias"

ACTS_FIELDS = [
    {"id": "ada", "type": "text", "info": {"label_el": "ΑΔΑ", "label_en": "ADA"}},
    {"id": "year", "type": "integer", "info": {"label_el": "Έτος", "label_en": "Year"}},
    {"id": "issue_date", "type": "date", "info": {"label_el": "Ημερομηνία", "label_en": "Issued"}},
    {"id": "subject", "type": "text", "info": {"label_el": "Θέμα", "label_en": "Subject"}},
    {"id": "amount", "type": "numeric", "info": {"label_el": "Ποσό", "label_en": "Amount"}},
    {"id": "act_url", "type": "text", "info": {"label_el": "Πράξη", "label_en": "Act"}},
    {"id": "flags", "type": "text", "info": {"label_el": "Σημάνσεις", "label_en": "Flags"}},
]
ACTS_ROWS = [
    {
        "ada": f"Ω{number:03d}ΩΗΑ-Ψ1Δ",
        "year": 2025,
        "issue_date": f"2025-06-{number:02d}",
        "subject": f"Πληρωμή λογαριασμού ύδρευσης <b>{number}</b>",
        "amount": f"{1234 * number}.50",
        "act_url": f"https://diavgeia.gov.gr/doc/{number}",
    }
    for number in range(1, 31)
]
BUDGET_FIELDS = [
    {"id": "code", "type": "text", "info": {"label_el": "Κωδικός", "label_en": "Code"}},
    {"id": "label", "type": "text", "info": {"label_el": "Περιγραφή", "label_en": "Label"}},
    {"id": "initial", "type": "numeric", "info": {"label_el": "Αρχικός", "label_en": "Initial"}},
]
BUDGET_ROWS = [
    {"code": "00.6111", "label": "Αμοιβές νομικών", "initial": "12000.00"},
    {"code": "20.6231", "label": "Μισθώματα μηχανημάτων καθαριότητας", "initial": "98765.43"},
]


def context() -> dict[str, Any]:
    """A context of the site's own user."""
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": name, "ignore_auth": True}


def municipality(slug: str = SLUG, **more: Any) -> dict[str, Any]:
    """The organisation of a municipality of the register."""
    data = {"municipality": slug, "name": slug, **more}
    return tk.get_action("organization_create")(context(), data)


def acts_dataset(organization: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Payments of a municipality, in metadata all that a harvester sends."""
    return {
        "owner_org": organization["id"],
        "title_translated": {
            "el": f"Πληρωμές – {organization['title']}",
            "en": "Payments – Municipality of Tinos",
        },
        "notes_translated": {
            "el": "Εντολές πληρωμής, όπως αναρτήθηκαν στη *Διαύγεια*.",
            "en": "Payment orders as posted on *Diavgeia*.",
        },
        "family": "payments",
        "tags": [{"name": "Διαύγεια"}, {"name": "πληρωμές"}],
        "theme": ["ECON", "GOVE"],
        "frequency": "DAILY",
        "indicator": ["spending", "decisions"],
        "landing_page": ["https://diavgeia.gov.gr/f/tinos"],
        "identifier": "diavgeia:6290:payments",
        "temporal_coverage": [{"start": "2025-01-01", "end": "2025-06-30"}],
        "provenance": {"el": "30 πράξεις διαβάστηκαν.", "en": "30 acts were read."},
        "issued": "2025-06-30",
        "modified": "2025-06-30",
        "resources": [
            {
                "name_translated": {"el": "Πράξεις", "en": "Acts"},
                "description_translated": {
                    "el": "Μία γραμμή ανά πράξη.",
                    "en": "One row an act.",
                },
                "url": "https://data.example.gr/datastore/dump/acts?bom=True",
                "url_type": "diavgeia",
                "table": "acts",
                "format": "CSV",
                "mimetype": "text/csv",
                "size": 2048,
            }
        ],
        **more,
    }


def budget_dataset(organization: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Budget of a municipality with its original file."""
    return {
        "owner_org": organization["id"],
        "title_translated": {
            "el": f"Προϋπολογισμός – {organization['title']}",
            "en": "Budget – Municipality of Tinos",
        },
        "notes_translated": {"el": "Ο προϋπολογισμός ανά κωδικό.", "en": "The budget by code."},
        "family": "budget",
        "tags": [{"name": "προϋπολογισμός"}],
        "theme": ["ECON"],
        "frequency": "ANNUAL",
        "indicator": ["budget"],
        "temporal_coverage": [{"start": "2025-01-01", "end": "2025-12-31"}],
        "resources": [
            {
                "name_translated": {"el": "Γραμμές προϋπολογισμού", "en": "Budget lines"},
                "url": "https://data.example.gr/datastore/dump/budget?bom=True",
                "url_type": "municipal_budget",
                "table": "budget",
                "format": "CSV",
                "mimetype": "https://www.iana.org/assignments/media-types/text/csv",
            },
            {
                "name_translated": {"el": "Αρχικό αρχείο", "en": "Original file"},
                "url": "https://data.example.gr/budget.xlsx",
                "format": "XLSX",
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "size": 0,
            },
        ],
        **more,
    }


def create(dataset: dict[str, Any]) -> dict[str, Any]:
    """Create a dataset as the site's user."""
    return tk.get_action("package_create")(context(), dataset)


def load(resource: dict[str, Any], fields: list[dict[str, Any]], rows: list[Any]) -> None:
    """Fill the table of a resource."""
    tk.get_action("datastore_create")(
        context(),
        {"resource_id": resource["id"], "fields": fields, "records": rows, "force": True},
    )


def whole_catalogue() -> dict[str, dict[str, Any]]:
    """A municipality with an acts dataset and a budget dataset whose tables have rows."""
    organization = municipality(contact_email="opendata@tinos.gr")
    acts = create(acts_dataset(organization))
    load(acts["resources"][0], ACTS_FIELDS, ACTS_ROWS)
    budget = create(budget_dataset(organization))
    load(budget["resources"][0], BUDGET_FIELDS, BUDGET_ROWS)
    return {"organization": organization, "acts": acts, "budget": budget}
