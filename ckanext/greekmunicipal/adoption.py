"""Datasets that a CKAN had before this extension, given the fields of our schema, one by one.

Each dataset is written by one ``package_update``, so that a run can be interrupted and repeated;
one that says all in our fields already is left alone. Ids are read page by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.dictization.model_dictize import package_dictize
from ckan.lib.plugins import lookup_package_plugin, plugin_validate

from ckanext.greekmunicipal.catalogs import stock
from ckanext.greekmunicipal.catalogs.stock_shapes import decoded, is_blank
from ckanext.greekmunicipal.harvesters.datasets import site_context

ADOPTED, UNCHANGED, UNDECIDED, FAILED = "adopted", "unchanged", "undecided", "failed"
DATASET = "dataset"
PAGE = 100
# Fields that a refusal can be cured of by keeping their values aside: a few rounds are enough,
# since one refused value may hide another.
ROUNDS = 5


class NothingToAdoptError(ValueError):
    """There is no such organisation or dataset."""


@dataclass
class Result:
    """What became of one dataset, or would become of it.

    Attributes:
        name: name of the dataset.
        state: ``adopted``, ``unchanged``, ``undecided`` or ``failed``.
        changes: fields that get another value.
        filled: fields that follow from its organisation and from the law.
        kept: extras that stay extras.
        looks: what a person should look at.
        error: why it was not adopted, or empty.
    """

    name: str
    state: str
    changes: Sequence[stock.Change] = ()
    filled: Sequence[str] = ()
    kept: Sequence[str] = ()
    looks: Sequence[stock.Look] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True)
class _How:
    """What is the same for all datasets of a run."""

    fields: dict[str, str]
    resource_fields: dict[str, str]
    licence: str | None
    dry_run: bool


def adopt(
    *,
    organization: str | None = None,
    datasets: Sequence[str] = (),
    licence: str | None = None,
    dry_run: bool,
) -> Iterator[Result]:
    """Adopt datasets, in the order of their ids.

    Args:
        organization: name or id of the one whose datasets are adopted; all without it.
        datasets: names or ids; all without them.
        licence: URI of the licence of data of which none is known.
        dry_run: change nothing, only say what would be done.

    Raises:
        NothingToAdoptError: the organisation or a dataset is not there.
    """
    owner = _organization_id(organization) if organization else None
    chosen = [_dataset_id(name) for name in datasets]
    how = _How(kinds("dataset_fields"), kinds("resource_fields"), licence, dry_run)
    return (_adopt_one(found, how) for found in _ids(owner, chosen))


def _organization_id(name: str) -> str:
    group = model.Group.get(name)
    if group is None or not group.is_organization:
        raise NothingToAdoptError(f"There is no organisation {name!r}: give its name or id.")
    return group.id


def _dataset_id(name: str) -> str:
    package = model.Package.get(name)
    if package is None or package.type != DATASET:
        raise NothingToAdoptError(f"There is no dataset {name!r}: give its name or id.")
    return package.id


def _ids(owner: str | None, chosen: Sequence[str]) -> Iterator[str]:
    """Ids page by page, so that memory does not grow and datasets may come and go meanwhile."""
    query = (
        model.Session.query(model.Package.id)
        .filter(model.Package.type == DATASET, model.Package.state.in_(("active", "draft")))
        .order_by(model.Package.id)
    )
    if owner:
        query = query.filter(model.Package.owner_org == owner)
    if chosen:
        query = query.filter(model.Package.id.in_(chosen))
    last = ""
    while page := query.filter(model.Package.id > last).limit(PAGE).all():
        yield from (found.id for found in page)
        last = page[-1].id


def _adopt_one(package_id: str, how: _How) -> Result:
    package = model.Package.get(package_id)
    if package is None:
        return Result(package_id, UNCHANGED)
    try:
        stored = package_dictize(package, _context(package))
        adoption = stock.adopt(stored, how.fields, how.resource_fields, how.licence)
        about = partial(
            Result, package.name, kept=adoption.kept, looks=adoption.looks, changes=adoption.changes
        )
        if not adoption.changes:
            return about(UNCHANGED)
        if adoption.undecided:
            return about(UNDECIDED, error=adoption.undecided)
        filled, errors = _cured(adoption, package, how.fields)
        if errors:
            return about(FAILED, error=_said(errors), changes=adoption.changes)
        if not how.dry_run:
            _write(adoption.dataset, package_id)
        return about(ADOPTED, filled=filled, changes=adoption.changes)
    except tk.ValidationError as error:
        return Result(package.name, FAILED, error=_said(error.error_dict))
    finally:
        model.Session.rollback()


def _cured(
    adoption: stock.Adoption, package: model.Package, fields: dict[str, str]
) -> tuple[list[str], dict[str, Any]]:
    """Keep aside what the schema refuses, until it accepts or nothing more can be taken out."""
    filled, errors = _validated(adoption.dataset, package)
    for _round in range(ROUNDS):
        if not errors or not stock.set_aside(adoption, errors, fields):
            break
        filled, errors = _validated(adoption.dataset, package)
    return filled, errors


def _validated(dataset: dict[str, Any], package: model.Package) -> tuple[list[str], dict[str, Any]]:
    """Fields that the schema fills, and what it refuses."""
    plugin: Any = lookup_package_plugin(DATASET)
    data, errors = plugin_validate(
        plugin,
        _context(package),
        _copy(dataset),
        plugin.update_package_schema(),
        "package_update",
    )
    stored = {
        extra["key"] for extra in data.get("extras") or () if not is_blank(decoded(extra["value"]))
    }
    sent = {extra["key"] for extra in dataset["extras"]} | set(dataset)
    return sorted(stored - sent), errors


def _write(dataset: dict[str, Any], package_id: str) -> None:
    context = site_context()
    # ``package_update`` would otherwise show the dataset first, which fails where an extra of a
    # stock portal has the name, and not the shape, of a repeating field.
    context["original_package"] = {"id": package_id, "resources": []}
    context["return_id_only"] = True
    tk.get_action("package_update")(context, _copy(dataset))


def _context(package: model.Package) -> Any:
    return {**site_context(), "model": model, "session": model.Session, "package": package}


def _copy(dataset: dict[str, Any]) -> dict[str, Any]:
    """Validation works in place on the lists of what it is given."""
    return {
        **dataset,
        "resources": [dict(resource) for resource in dataset["resources"]],
        "extras": [dict(extra) for extra in dataset["extras"]],
    }


def kinds(grouping: str) -> dict[str, str]:
    """Kind of each field of our schema that CKAN stores as an extra, or of a resource.

    Args:
        grouping: ``dataset_fields`` or ``resource_fields``.
    """
    schema = tk.get_action("scheming_dataset_schema_show")(
        {"ignore_auth": True}, {"type": DATASET, "expanded": True}
    )
    core = {column.name for column in model.package_table.columns} | {"tag_string", "owner_org"}
    return {
        known["field_name"]: _kind(known)
        for known in schema[grouping]
        if known["field_name"] not in core or grouping == "resource_fields"
    }


def _kind(known: dict[str, Any]) -> str:
    if "repeating_subfields" in known:
        return stock.ENTRIES
    if known.get("validators", "").startswith("fluent"):
        return stock.TEXTS
    if "repeating_text_output" in known.get("output_validators", ""):
        return stock.SEVERAL
    return stock.ONE


def _said(errors: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {_flat(messages)}" for name, messages in errors.items())


def _flat(messages: Any) -> str:
    if isinstance(messages, dict):
        return _said(messages)
    if isinstance(messages, list):
        return ", ".join(_flat(message) for message in messages if message)
    return str(messages)
