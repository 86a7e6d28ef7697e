"""Records of any catalogue as datasets of our schema, with what could not be mapped told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.greekmunicipal.catalogs import data_gov_gr, identity, stock
from ckanext.greekmunicipal.catalogs.stock_shapes import decoded, is_blank

Record = dict[str, Any]

# Changes with the mapping: records are then mapped and compared anew.
MAPPING = 1
_CORE = (
    *("id", "name", "type", "private", "title", "notes", "url", "license_id", "author"),
    *("author_email", "maintainer", "maintainer_email", "version", "tags", "groups", "resources"),
)
_LONGEST = 300


class UnusableRecordError(ValueError):
    """A record that is no dataset, or that nothing can be made of."""


@dataclass(frozen=True)
class Shape:
    """Kinds of fields of our schema, as :func:`..stock.adopt` wants them.

    Attributes:
        fields: of a dataset.
        resource_fields: of a resource.
    """

    fields: Mapping[str, str]
    resource_fields: Mapping[str, str]


@dataclass(frozen=True)
class Mapped:
    """A record, mapped.

    Attributes:
        record: what its catalogue calls it.
        page: its address there; empty when it has none.
        dataset: in fields of our schema, without id and organisation.
        looks: field, value and reason of what could not be mapped, or only in part.
        keys: what it is recognised by in other catalogues.
        modified: ISO instant of its last change as stated; empty when none is.
    """

    record: str
    page: str
    dataset: Record
    looks: tuple[dict[str, str], ...] = field(default=())
    keys: tuple[str, ...] = field(default=())
    modified: str = ""


def fingerprint(raw: Any, basis: str) -> str:
    """Digest of a record as it came, of the mapping's version and of what the source asks for."""
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(f"{MAPPING}|{basis}|{text}".encode()).hexdigest()


def without_counters(package: Mapping[str, Any]) -> Record:
    """A package of CKAN without what changes by itself: visits, link checks, judgements."""
    kept = {key: value for key, value in package.items() if not _is_ignored("dataset", key)}
    kept["resources"] = [
        {key: value for key, value in resource.items() if not _is_ignored("resource", key)}
        for resource in _each(package.get("resources"))
    ]
    return kept


def _is_ignored(scope: str, key: str) -> bool:
    rule = data_gov_gr.keys(scope).get(key)
    return rule is not None and rule.shape == data_gov_gr.IGNORED and key not in ("id", "groups")


def of_ckan(package: Mapping[str, Any], catalogue: str, shape: Shape) -> Mapped:
    """Map a package of another CKAN, of data.gov.gr or of any.

    Args:
        package: as ``package_search`` gives it.
        catalogue: address of the portal.
        shape: kinds of our fields.

    Raises:
        UnusableRecordError: it is no dataset, has no name or no title.
    """
    looks: list[stock.Look] = []
    cleaned = {**package, "resources": _with_sizes(package, looks)}
    try:
        said = data_gov_gr.to_ours(cleaned)
    except data_gov_gr.UnmappablePackageError as error:
        raise UnusableRecordError(str(error)) from None
    name = str(package.get("name") or package.get("id") or "")
    record = str(package.get("id") or name)
    if not record:
        raise UnusableRecordError("A package without id and name was read: expected either.")
    said["groups"] = list(_each(package.get("groups")))
    for made, raw in zip(said["resources"], _each(package.get("resources")), strict=False):
        made["uri"] = made.get("uri") or str(raw.get("id") or "")
    page = f"{catalogue}/dataset/{name}"
    modified = str(said.get("modified") or package.get("metadata_modified") or "")
    return _mapped(record, page, said, modified, shape, looks)


def of_graph(dataset: Mapping[str, Any], record: str, shape: Shape) -> Mapped:
    """Map what ckanext-dcat's parser made of a dataset of a feed.

    Args:
        dataset: what the profile gave.
        record: URI of the dataset in the feed, or what stands for it.
        shape: kinds of our fields.

    Raises:
        UnusableRecordError: it has no title.
    """
    page = record if record.startswith("http") else ""
    said = {key: value for key, value in dataset.items() if not is_blank(value)}
    modified = str(said.get("modified") or "")
    return _mapped(record, page, said, modified, shape, [])


def _mapped(
    record: str, page: str, said: Record, modified: str, shape: Shape, looks: list[stock.Look]
) -> Mapped:
    extras = [dict(extra) for extra in said.get("extras") or ()]
    known = {extra["key"] for extra in extras}
    for name in [name for name in said if name not in _CORE and name != "extras"]:
        value = said[name]
        if name not in known:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            extras.append({"key": name, "value": text})
    source = {
        "title": said.get("title") or "",
        "notes": said.get("notes") or "",
        "resources": [],
        **{key: said[key] for key in _CORE if key in said},
        "extras": extras,
    }
    adoption = stock.adopt(source, dict(shape.fields), dict(shape.resource_fields))
    dataset = adoption.dataset
    title = dataset.get("title_translated") or {}
    if not title.get("el"):
        raise UnusableRecordError(f"Record {record} has no title: expected one in any language.")
    for key in ("id", "groups", "license_id"):
        dataset.pop(key, None)
    looks += adoption.looks
    if adoption.undecided:
        looks.append(stock.Look("license", said.get("license_id") or "", adoption.undecided))
    keep_aside(dataset, "license_id", _unread_licence(said, dataset))
    return Mapped(
        record=record,
        page=page,
        dataset=dataset,
        looks=tuple(told(look) for look in looks),
        keys=identity.keys(dataset, page),
        modified=modified,
    )


def keep_aside(dataset: Record, name: str, value: Any) -> None:
    """Keep a value that has no field of ours in the extra for such values."""
    if is_blank(value):
        return
    extras = {extra["key"]: extra["value"] for extra in dataset.get("extras") or ()}
    aside = decoded(extras.pop(stock.ASIDE, "")) or {}
    aside.setdefault(name, value)
    extras[stock.ASIDE] = json.dumps(aside, ensure_ascii=False, sort_keys=True)
    dataset["extras"] = [{"key": key, "value": text} for key, text in extras.items()]


def told(look: stock.Look) -> dict[str, str]:
    """Something that could not be mapped, as a report has it."""
    text = look.value if isinstance(look.value, str) else json.dumps(look.value, ensure_ascii=False)
    return {"field": look.field, "value": text[:_LONGEST], "why": look.why}


def _unread_licence(said: Record, dataset: Record) -> Any:
    """The licence of the dataset where no resource could take it."""
    stated = said.get("license_id")
    if not stated or any(resource.get("license") for resource in dataset["resources"]):
        return None
    return stated


def _with_sizes(package: Mapping[str, Any], looks: list[stock.Look]) -> list[Record]:
    """Resources whose size is a number; another one, as «12 KB», is looked at by a person."""
    resources = []
    for number, resource in enumerate(_each(package.get("resources")), 1):
        kept = dict(resource)
        size = kept.get("size")
        if size not in (None, "") and not str(size).strip().replace(".", "", 1).isdigit():
            looks.append(stock.Look(f"resources/{number}/size", size, "no number of bytes"))
            kept.pop("size")
            kept["size_stated"] = str(size)
        resources.append(kept)
    return resources


def _each(read: Any) -> Iterable[Mapping[str, Any]]:
    return [item for item in read if isinstance(item, Mapping)] if isinstance(read, list) else []
