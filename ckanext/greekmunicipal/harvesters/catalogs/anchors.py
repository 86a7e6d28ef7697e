"""Harvest objects that are bound to datasets: the source's page and the index read them there."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

import ckan.model as model
import sqlalchemy as sa
from ckanext.harvest.model import HarvestObject, HarvestObjectError

DELETED = "deleted"


class Anchor(Protocol):
    """What is bound to a dataset, in the transaction that changes it."""

    def bind(self, package_id: str, status: str) -> None:
        """Bind it to a dataset that may not exist before the commit."""
        ...

    def fail(self, message: str) -> None:
        """Tell why the dataset could not be published."""
        ...


class TicketAnchor:
    """The ticket of the queue itself, for the first of its datasets; the queue says its state."""

    def __init__(self, ticket: Any) -> None:
        self._ticket = ticket

    def bind(self, package_id: str, status: str) -> None:
        """See :class:`Anchor`."""
        _release(package_id, self._ticket.id)
        self._ticket.package_id = package_id
        self._ticket.current = status != DELETED
        model.Session.add(self._ticket)
        model.Session.flush()

    def fail(self, message: str) -> None:
        """See :class:`Anchor`."""
        HarvestObjectError.create(message, self._ticket, "Import")


class OwnAnchor:
    """A harvest object for another dataset of a ticket, which never was in the queue."""

    def __init__(self, ticket: Any, guid: str) -> None:
        now = utcnow()
        self._values = {
            "id": str(uuid.uuid4()),
            "guid": guid,
            "harvest_job_id": ticket.harvest_job_id,
            "harvest_source_id": ticket.harvest_source_id,
            "gathered": now,
            "fetch_started": now,
            "fetch_finished": now,
            "import_started": now,
            "import_finished": now,
            "retry_times": 0,
        }

    def bind(self, package_id: str, status: str) -> None:
        """See :class:`Anchor`."""
        _release(package_id, self._values["id"])
        self._insert(
            package_id=package_id,
            state="COMPLETE",
            report_status=status,
            current=status != DELETED,
        )

    def fail(self, message: str) -> None:
        """See :class:`Anchor`."""
        self._insert(state="ERROR", report_status="errored", current=False)
        model.Session.commit()
        failed = HarvestObject.get(self._values["id"])
        HarvestObjectError.create(message, failed, "Import")

    def _insert(self, **more: Any) -> None:
        of: Any = HarvestObject
        model.Session.execute(sa.insert(of.__table__), [{**self._values, **more}])


def utcnow() -> dt.datetime:
    """Now as ckanext-harvest stores it: UTC without a zone."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


def _release(package_id: str, but: str) -> None:
    """Have no other harvest object be the current one of a dataset."""
    of: Any = HarvestObject
    model.Session.execute(sa.text("SET CONSTRAINTS harvest_object_package_id_fkey DEFERRED"))
    model.Session.query(of).filter(
        of.package_id == package_id, of.current.is_(True), of.id != but
    ).update({"current": False}, synchronize_session=False)
