"""Datasets through CKAN's actions: made once, changed only when something changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.harvest.model import HarvestObject

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import datastore, downloads
from ckanext.greekmunicipal.harvesters.identity import organization_id
from ckanext.greekmunicipal.schemas.organizations import municipal_organizations

Dataset = dict[str, Any]

# Bytes of the mark that lets spreadsheets read a CSV as UTF-8.
BOM = 3


class OrganizationMissing(LookupError):  # noqa: N818 - says what is missing
    """The portal has no organisation for a body."""


def site_context() -> Any:
    """A fresh context of the portal itself; an action may spoil the one that it is given."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"user": user["name"], "ignore_auth": True}


def owner_of(uid: str) -> str:
    """Id of the organisation of a body.

    Args:
        uid: Diavgeia's number of the body.

    Raises:
        OrganizationMissing: there is none, or it was deleted.
    """
    organization = model.Group.get(organization_id(uid))
    if organization is not None and organization.state == model.State.ACTIVE:
        return organization.id
    for made_by_hand in municipal_organizations():
        if made_by_hand.extras.get("diavgeia_uid") == uid:
            return made_by_hand.id
    raise OrganizationMissing(
        f"The portal has no organisation with the Diavgeia number {uid}: make it with"
        " `ckan greekmunicipal setup` and harvest again."
    )


def is_deleted(package_id: str) -> bool:
    """Whether a person deleted a dataset; one that was purged may be made anew."""
    package = model.Package.get(package_id)
    return package is not None and package.state == model.State.DELETED


def has_active_table(resource_id: str) -> bool:
    """Whether the portal says that a resource has a table."""
    resource = model.Resource.get(resource_id)
    return bool(
        resource is not None
        and resource.state == model.State.ACTIVE
        and resource.extras.get("datastore_active")
    )


def is_official(resource_id: str) -> bool:
    """Whether a resource belongs to a harvested dataset, whatever an editor made of its fields."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.package_id is None:
        return False
    return resource.url_type == datastore.URL_TYPE or bool(_published_digest(resource.package_id))


def csv_url(resource_id: str) -> str:
    """Address from which the portal serves a table as CSV."""
    return our_config.portal_address(downloads.path_of(resource_id))


def table_resource(
    resource_id: str, name: tuple[str, str], description: tuple[str, str], **more: Any
) -> dict[str, Any]:
    """A resource whose content is a DataStore table of ours.

    Args:
        resource_id: id of the resource and name of the table.
        name: Greek and English.
        description: Greek and English.
        **more: further fields.
    """
    return {
        "id": resource_id,
        "name_translated": {"el": name[0], "en": name[1]},
        "description_translated": {"el": description[0], "en": description[1]},
        "url": csv_url(resource_id),
        "url_type": datastore.URL_TYPE,
        "format": "CSV",
        "mimetype": "text/csv",
        "datastore_active": True,
        **more,
    }


def prepare(dataset: Dataset) -> bool:
    """See to it that a dataset and its resources exist, as a draft until it is published.

    Args:
        dataset: the dataset as it would be published, with ids.

    Returns:
        False when a person deleted the dataset: it is not made again in silence.
    """
    with datastore.session_lock(f"package:{dataset['id']}"):
        model.Session.expire_all()
        package = model.Package.get(dataset["id"])
        if package is None:
            _draft(dataset)
            return True
        if package.state == model.State.DELETED:
            return False
        present = {resource.id for resource in package.resources}
        missing = [r for r in dataset["resources"] if r["id"] not in present]
        for resource in missing:
            tk.get_action("resource_create")(
                site_context(),
                {**_inactive(resource), "package_id": package.id},
            )
        return True


def publish(dataset: Dataset, kind: str, job: Any | None) -> str:
    """Publish a dataset, unless it stands there as it is.

    Args:
        dataset: complete dataset, with ids; its resources have their tables.
        kind: ``acts`` or ``budget``.
        job: the job that is named on the source's page; None outside of a harvest.

    Returns:
        ``added``, ``updated``, ``unchanged`` or ``deleted`` (by a person; left so).
    """
    digest = _digest(dataset)
    with datastore.session_lock(f"package:{dataset['id']}"):
        model.Session.expire_all()
        package = model.Package.get(dataset["id"])
        if package is None:
            # Purged, and its tables were left.
            _draft(dataset)
            package = model.Package.get(dataset["id"])
        if package is None or package.state == model.State.DELETED:
            return "deleted"
        if package.state == model.State.ACTIVE and _published_digest(package.id) == digest:
            return "unchanged"
        status = "updated" if package.state == model.State.ACTIVE else "added"
        private = package.private
        if job is not None:
            _anchor(job, package.id, kind, status)
        published = tk.get_action("package_update")(
            site_context(), {**dataset, "state": "active", "private": private}
        )
        tk.get_action("package_create_default_resource_views")(
            site_context(), {"package": published, "create_datastore_views": True}
        )
        _note(package.id, kind, digest)
        return status


def _draft(dataset: Dataset) -> None:
    tk.get_action("package_create")(site_context(), _without_flag({**dataset, "state": "draft"}))


def _anchor(job: Any, package_id: str, kind: str, status: str) -> None:
    """Bind the dataset to its source: the source's page and the index read it from here."""
    of: Any = HarvestObject
    model.Session.query(of).filter(of.package_id == package_id, of.current.is_(True)).update(
        {"current": False}, synchronize_session=False
    )
    now = _utcnow()
    model.Session.add(
        HarvestObject(
            guid=f"{kind}:{package_id}",
            job=job,
            harvest_source_id=job.source_id,
            package_id=package_id,
            current=True,
            state="COMPLETE",
            report_status=status,
            fetch_started=now,
            fetch_finished=now,
            import_started=now,
            import_finished=now,
        )
    )
    model.Session.commit()


def _utcnow() -> dt.datetime:
    """Now as ckanext-harvest stores it: UTC without a zone."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


def _digest(dataset: Dataset) -> str:
    canonical = json.dumps(dataset, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _published_digest(package_id: str) -> str | None:
    with datastore.transaction() as cursor:
        cursor.execute(
            "SELECT digest FROM greekmunicipal.publication WHERE package_id = %s", (package_id,)
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _note(package_id: str, kind: str, digest: str) -> None:
    with datastore.transaction() as cursor:
        cursor.execute(
            "INSERT INTO greekmunicipal.publication (package_id, kind, digest) VALUES (%s, %s, %s)"
            " ON CONFLICT (package_id) DO UPDATE SET digest = excluded.digest,"
            " kind = excluded.kind, published_at = now()",
            (package_id, kind, digest),
        )


def _without_flag(dataset: Dataset) -> Dataset:
    return {**dataset, "resources": [_inactive(resource) for resource in dataset["resources"]]}


def _inactive(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource whose table is still to be made: ``datastore_create`` sets the flag."""
    return {key: value for key, value in resource.items() if key != "datastore_active"}
