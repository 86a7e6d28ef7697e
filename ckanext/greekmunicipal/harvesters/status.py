"""How the harvests of municipalities stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.harvesters import manifest_sums
from ckanext.greekmunicipal.municipalities import Municipality, by_diavgeia_uid, municipalities


def of_municipalities(
    wanted: Iterable[Municipality] | None, *, with_errors: bool
) -> list[dict[str, Any]]:
    """Last harvest of municipalities.

    Args:
        wanted: which; None for all that were harvested.
        with_errors: messages of failed reads stay in; else they are left out.
    """
    jobs = _last_jobs()
    chosen = municipalities() if wanted is None else tuple(wanted)
    acts = {
        (row["job_id"], row["organization_uid"]): row
        for row in manifest_sums.summary(sorted(set(jobs.values())))
    }
    budgets = budget_reports([m.slug for m in chosen])
    found = []
    for municipality in chosen:
        job = jobs.get(municipality.diavgeia_uid)
        row = acts.get((job, municipality.diavgeia_uid)) if job else None
        reports = budgets.get(municipality.slug, [])
        if wanted is None and row is None and not reports:
            continue
        if not with_errors:
            row = row and {**row, "errors": []}
            reports = [{**report, "errors": []} for report in reports]
        found.append(
            {
                "municipality": municipality.slug,
                "diavgeia_uid": municipality.diavgeia_uid,
                "acts": _as_json(row) if row else None,
                "budgets": reports,
            }
        )
    return found


def budget_reports(slugs: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Reports of the last budget harvest, by slug of the municipality."""
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT report::text FROM greekmunicipal.harvest_report AS r WHERE kind = 'budget'"
            " AND report->>'municipality' = ANY(%s)"
            " AND job_id = (SELECT job_id FROM greekmunicipal.harvest_report"
            " WHERE source_id = r.source_id AND kind = 'budget' ORDER BY finished DESC LIMIT 1)"
            " ORDER BY unit",
            (slugs,),
        )
        found: dict[str, list[dict[str, Any]]] = {}
        # As text: on CKAN's connections psycopg2 leaves JSON undecoded.
        for (text,) in cursor.fetchall():
            report = json.loads(text)
            found.setdefault(report["municipality"], []).append(report)
    return found


def _last_jobs() -> dict[str, str]:
    """The job that last read each municipality, by Diavgeia number."""
    return {uid: job for uid, job in manifest_sums.last_jobs().items() if _is_known(uid)}


def _is_known(uid: str) -> bool:
    try:
        by_diavgeia_uid(uid)
    except KeyError:
        return False
    return True


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
    }
