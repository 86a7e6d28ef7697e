"""Another CKAN, served by a real local server, and harvests of it stage by stage."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import parse_qs

from budget_web import Site

SLUG = "dimos-peiraios"
EU = "http://publications.europa.eu/resource/authority"


class Catalogue:
    """A CKAN that answers ``package_search``.

    Args:
        site: server under which it stands.
        count: how many invented packages it has.
    """

    def __init__(self, site: Site, count: int = 5) -> None:
        self.packages = [invented(number) for number in range(count)]
        self.counted: int | None = None
        self.site = site
        site.put(
            "/api/3/action/package_search",
            self._answer,
            type="application/json;charset=utf-8",
            tells_version=False,
        )

    def _answer(self, query: str) -> bytes:
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        start, rows = int(asked["start"]), int(asked["rows"])
        assert asked["sort"] == "id asc"
        ordered = sorted(self.packages, key=lambda package: package["id"])
        count = len(ordered) if self.counted is None else self.counted
        result = {"count": count, "results": ordered[start : start + rows]}
        return json.dumps({"success": True, "result": result}, ensure_ascii=False).encode()


def invented(number: int) -> dict[str, Any]:
    """A package as data.gov.gr has them."""
    identifier = f"00000000-0000-4000-8000-{number:012d}"
    return {
        "id": identifier,
        "name": f"pinakas-{number}",
        "type": "dataset",
        "state": "active",
        "private": False,
        "title": f"Πίνακας {number}",
        "title_translated": {"el": f"Πίνακας {number}", "en": f"Table {number}"},
        "notes": "Μετρήσεις",
        "notes_translated": {"el": "Μετρήσεις", "en": "Measurements"},
        "theme": [f"{EU}/data-theme/ENVI"],
        "frequency": f"{EU}/frequency/MONTHLY",
        "tags": [{"name": "περιβάλλον"}],
        "temporal_coverage": [{"start": "1900-01-01", "end": "2024-12-31"}],
        "contact": [{"name": "", "email": "", "uri": "", "url": ""}],
        "metadata_modified": "2026-05-01T10:00:00.000000",
        "tracking_summary": {"total": number, "recent": 0},
        "organization": {"name": "dimospeiraia", "title": "Δήμος Πειραιά"},
        "resources": [
            {
                "id": f"10000000-0000-4000-8000-{number:012d}",
                "name": "Τιμές",
                "name_translated": {"el": "Τιμές", "en": "Values"},
                "url": f"https://data.example.org/files/{number}.csv",
                "format": "CSV",
                "mimetype": "https://www.iana.org/assignments/media-types/text/csv",
                "license": f"{EU}/licence/CC_BY_4_0",
                "access_url": "dummy-value",
            }
        ],
    }


def changed(package: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A package in which fields have other values."""
    return {**copy.deepcopy(package), **values}


def make_source(url: str, *, name: str = "", slug: str = SLUG, **options: Any) -> str:
    """A harvest source, made as its form makes it; its id."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters import setting_up
    from ckanext.greekmunicipal.harvesters.datasets import site_context
    from ckanext.greekmunicipal.harvesters.identity import organization_id
    from ckanext.greekmunicipal.municipalities import by_slug

    body = by_slug(slug)
    setting_up.organization(body, dry_run=False)
    config = {"municipality": slug, **options}
    if not {"ckan", "dcat"} & set(options):
        config["ckan"] = {"url": url, "organization": "dimospeiraia"}
    made = tk.get_action("harvest_source_create")(
        site_context(),
        {
            "name": name or "catalogue",
            "title": name or "Κατάλογος",
            # Two sources of one address are one to ckanext-harvest.
            "url": f"{url}/{name}",
            "source_type": "municipal_catalog",
            "config": json.dumps(config, ensure_ascii=False),
            "owner_org": organization_id(body.diavgeia_uid),
        },
    )
    return made["id"]


class Run:
    """One job, stage by stage, as the consumers run it."""

    def __init__(self, source_id: str) -> None:
        import ckan.model as model
        import ckan.plugins.toolkit as tk
        from ckanext.harvest import queue
        from ckanext.harvest.model import HarvestJob, HarvestObject

        from ckanext.greekmunicipal.harvesters.datasets import site_context

        model.Session.rollback()
        made = tk.get_action("harvest_job_create")(
            site_context(), {"source_id": source_id, "run": False}
        )
        job: Any = HarvestJob.get(made["id"])
        job.status = "Running"
        job.save()
        harvester: Any = queue.get_harvester("municipal_catalog")
        gathered: Any = queue.gather_stage(harvester, job)
        for ticket in gathered:
            queue.fetch_and_import_stages(harvester, HarvestObject.get(ticket))
        job.status = "Finished"
        job.save()
        of: Any = HarvestObject
        self.objects: list[Any] = (
            model.Session.query(of).filter(of.harvest_job_id == job.id).order_by(of.guid).all()
        )
        self.tickets = gathered
        self.gather_errors = [error.message for error in job.gather_errors]
        self.errors = [error.message for one in self.objects for error in one.errors]
        self.statuses = sorted(one.report_status for one in self.objects)
        self.job_id = job.id

    @property
    def report(self) -> dict[str, Any]:
        """What the job told of the catalogue."""
        (told,) = rows(
            "SELECT report::text FROM greekmunicipal.harvest_report WHERE job_id = %s", self.job_id
        )
        return json.loads(told)


def rows(statement: str, *values: Any) -> list[Any]:
    """Rows of a query in the DataStore's database; one column gives its values."""
    from ckanext.greekmunicipal import datastore

    with datastore.transaction() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def datasets() -> list[dict[str, Any]]:
    """All datasets as anybody sees them, by name."""
    import ckan.plugins.toolkit as tk

    found = tk.get_action("package_search")(
        {"user": "", "ignore_auth": False}, {"rows": 1000, "fq": "dataset_type:dataset"}
    )
    return sorted(found["results"], key=lambda dataset: dataset["name"])


def state() -> dict[str, Any]:
    """All that a harvest might write, its own report aside."""
    return {
        "datasets": datasets(),
        "records": rows("SELECT r::text FROM greekmunicipal.catalogue_record r ORDER BY 1"),
    }
