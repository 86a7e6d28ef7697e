"""Datasets of foreign catalogues through CKAN's actions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.greekmunicipal.catalogs import identity, merging, stock
from ckanext.greekmunicipal.harvesters.catalogs.anchors import DELETED, Anchor
from ckanext.greekmunicipal.harvesters.datasets import site_context
from ckanext.greekmunicipal.schemas import slugs
from ckanext.greekmunicipal.schemas.defaults import AS_STATED

Dataset = dict[str, Any]

ADDED, UPDATED, LEFT = "added", "updated", "left"
# A dataset that we deleted gives its name free; one of another name a person deleted.
_FREED = "deleted-"
_NAME = re.compile(r"^[a-z0-9_-]{2,100}$")
# A refused value may hide another: a few rounds are enough.
_ROUNDS = 5


class DatasetRefused(ValueError):  # noqa: N818 - says what happened
    """CKAN takes a dataset in no form."""


@contextmanager
def package_locks(package_ids: list[str]) -> Iterator[None]:
    """Hold the locks of some datasets on one connection, in an order that cannot deadlock."""
    connection = get_write_engine().connect()
    connection.detach()
    try:
        raw: Any = connection.connection
        with raw.cursor() as cursor:
            for package_id in sorted(package_ids):
                cursor.execute(
                    "SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"package:{package_id}",)
                )
        raw.commit()
        yield
    finally:
        connection.close()


def publish(
    package_id: str,
    records: list[merging.Stored],
    *,
    owner: str,
    municipality: str,
    fields: dict[str, str],
    anchor: Anchor,
) -> str:
    """Make a dataset as its records tell; without any it is deleted.

    Args:
        package_id: id of the dataset.
        records: all that catalogues have of it.
        owner: organisation of a new dataset.
        municipality: slug; empty for that of the organisation.
        fields: kinds of our fields.
        anchor: harvest object that is bound to it.

    Returns:
        ``added``, ``updated``, ``deleted``, or ``left`` for one that a person deleted.

    Raises:
        DatasetRefused: the schema takes it in no form.
    """
    package = model.Package.get(package_id)
    dataset = merging.merged(records)
    if package is not None and package.state == model.State.DELETED and not _is_freed(package):
        return LEFT
    if dataset is None:
        return _delete(package, anchor)
    name = dataset.get("name") or ""
    dataset |= {"id": package_id, "type": "dataset", "state": "active", "owner_org": owner}
    if municipality:
        dataset["municipality"] = municipality
    _number_resources(package_id, dataset)
    anew = package is None or _is_freed(package)
    if package is not None and not anew:
        dataset |= {"name": package.name, "private": package.private}
        dataset["owner_org"] = package.owner_org or owner
    else:
        dataset["name"] = _free_name(name, dataset)
    status = ADDED if anew else UPDATED
    action = "package_create" if package is None else "package_update"
    _write(dataset, fields, lambda: anchor.bind(package_id, status), action)
    return status


def _is_freed(package: Any) -> bool:
    return package.state == model.State.DELETED and package.name.startswith(_FREED)


def _free_name(name: str, dataset: Dataset) -> str:
    """The name that the catalogue gives it, if it can be one here; else one of its title."""
    title = (dataset.get("title_translated") or {}).get("el", "")
    if not _NAME.match(name) or slugs.is_munged(name, title):
        name = slugs.name_for(title)
    return slugs.free_name(name[:95], lambda taken: model.Package.get(taken) is not None)


def _number_resources(package_id: str, dataset: Dataset) -> None:
    """Give resources ids that the next harvest gives again."""
    seen: set[str] = set()
    for number, resource in enumerate(dataset["resources"]):
        key = str(resource.get("uri") or resource.get("url") or number)
        key = key if key not in seen else f"{key} {number}"
        seen.add(key)
        resource["id"] = identity.resource_id(package_id, key)
        if not str(resource.get("uri") or "").startswith("http"):
            resource.pop("uri", None)


def _write(dataset: Dataset, fields: dict[str, str], bind: Callable[[], None], action: str) -> None:
    """Write it; what the schema refuses is kept aside, and told in the provenance."""
    adopted = stock.Adoption(dataset)
    for _round in range(_ROUNDS):
        bind()
        try:
            context: Any = {**site_context(), AS_STATED: True, "return_id_only": True}
            tk.get_action(action)(context, _copy(adopted.dataset))
        except tk.ValidationError as error:
            model.Session.rollback()
            refused: Any = error.error_dict
            if not stock.set_aside(adopted, refused, fields):
                raise DatasetRefused(
                    f"Dataset «{dataset['name']}» is refused: {error.error_summary}. Mend it in"
                    " its catalogue and harvest again."
                ) from None
            _tell(adopted)
        else:
            return
    raise DatasetRefused(f"Dataset «{dataset['name']}» is refused, whatever is left out of it.")


def _tell(adopted: stock.Adoption) -> None:
    provenance = dict(adopted.dataset.get("provenance") or {})
    fields = ", ".join(look.field for look in adopted.looks)
    told = {
        "el": f"Δεν έγιναν δεκτά και φυλάσσονται χωριστά: {fields}.",
        "en": f"Refused and kept aside: {fields}.",
    }
    stated = adopted.dataset.setdefault("_stated", provenance)
    adopted.dataset["provenance"] = {
        code: "\n\n".join(filter(None, [stated.get(code, ""), text])) for code, text in told.items()
    }


def _delete(package: Any, anchor: Anchor) -> str:
    """Delete a dataset and free its name, so that another may have it."""
    if package is None or _is_freed(package):
        return LEFT
    package_id = package.id
    anchor.bind(package_id, DELETED)
    tk.get_action("package_delete")(site_context(), {"id": package_id})
    package = model.Package.get(package_id)
    package.name = f"{_FREED}{package_id}"
    model.Session.commit()
    return DELETED


def _copy(dataset: Dataset) -> Dataset:
    """Validation works in place on the lists of what it is given."""
    return {
        **{key: value for key, value in dataset.items() if key != "_stated"},
        "resources": [dict(resource) for resource in dataset["resources"]],
        "extras": [dict(extra) for extra in dataset.get("extras") or ()],
    }
