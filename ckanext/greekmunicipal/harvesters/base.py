"""What our harvesters share: options as JSON, tickets in one commit, stages that never raise.

An exception that leaves a stage ends ckanext-harvest's consumer and leaves a
job that runs for ever or says nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any

import ckan.model as model
from ckanext.harvest.model import HarvestGatherError, HarvestObject, HarvestObjectError

log = logging.getLogger(__name__)


class SourceOptionError(ValueError):
    """An option of a source cannot be used."""


def read_json_options(text: str | None, known: Collection[str]) -> dict[str, Any]:
    """Read the configuration of a source.

    Args:
        text: a JSON object; nothing is an empty one.
        known: options that there are.

    Raises:
        SourceOptionError: it is no JSON object, or has another option.
    """
    try:
        read = json.loads(text or "{}")
    except ValueError as error:
        raise SourceOptionError(f"The configuration is no JSON: {error}.") from None
    if not isinstance(read, dict):
        raise SourceOptionError("The configuration must be a JSON object, as {…}.")
    if unknown := sorted(set(read) - set(known)):
        raise SourceOptionError(
            f"Unknown option: {', '.join(unknown)}. There are: {', '.join(known)}."
        )
    return read


def add_objects(job: Any, objects: Iterable[tuple[str, str]]) -> list[str]:
    """Add the objects of a job in one commit, as the last step of its gathering.

    ``harvester run`` sends each waiting object that it sees, also while a job is
    still being gathered.

    Args:
        job: the harvest job.
        objects: id and guid of each.

    Returns:
        The ids.
    """
    ids = []
    for object_id, guid in objects:
        ids.append(object_id)
        model.Session.add(
            HarvestObject(
                id=object_id, guid=guid, job=job, harvest_source_id=job.source_id, current=True
            )
        )
    model.Session.commit()
    return ids


def said(error: Exception) -> str:
    """An error as a report tells it; what a database quotes of a row is left out."""
    if isinstance(error, ValueError | LookupError):
        return str(error)
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def gather_safely(gather: Callable[[Any], list[str]], job: Any) -> list[str]:
    """Gather a job; what goes wrong becomes its gather error."""
    try:
        return gather(job)
    except Exception as error:
        # First: after a failed flush not even an id can be read.
        model.Session.rollback()
        log.exception("Gathering of job %s failed", job.id)
        HarvestGatherError.create(said(error), job)
        return []


def import_safely(finish: Callable[[Any], bool | str], harvest_object: Any) -> bool | str:
    """Do what is left after the fetch of an object; what goes wrong becomes its error."""
    try:
        return finish(harvest_object)
    except Exception as error:
        model.Session.rollback()
        log.exception("Import of harvest object %s failed", harvest_object.id)
        HarvestObjectError.create(said(error), harvest_object, "Import")
        return False
