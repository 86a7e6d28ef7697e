"""Harvest objects that nobody needs any more: a source that is harvested daily keeps a bounded number."""

from __future__ import annotations

from typing import Any

import ckan.model as model
from ckanext.harvest.model import (
    HarvestJob,
    HarvestObject,
    HarvestObjectError,
    HarvestObjectExtra,
)

# Jobs whose objects stay, for the pages of the source and its reports.
JOBS = 10


def forget_old_objects(source_id: str) -> int:
    """Delete objects of older jobs that no dataset is bound to any more.

    Args:
        source_id: the harvest source.

    Returns:
        How many there were.
    """
    job: Any = HarvestJob
    of: Any = HarvestObject
    kept = [
        job_id
        for (job_id,) in model.Session.query(job.id)
        .filter(job.source_id == source_id)
        .order_by(job.created.desc())
        .limit(JOBS)
    ]
    conditions = (
        of.harvest_source_id == source_id,
        of.harvest_job_id.notin_(kept),
        of.current.is_(False) | of.package_id.is_(None),
    )
    old = model.Session.query(of.id).filter(*conditions).scalar_subquery()
    for dependent in (HarvestObjectError, HarvestObjectExtra):
        column: Any = dependent.harvest_object_id  # type: ignore[attr-defined]
        model.Session.query(dependent).filter(column.in_(old)).delete(synchronize_session=False)
    found = model.Session.query(of).filter(*conditions).delete(synchronize_session=False)
    model.Session.commit()
    return found
