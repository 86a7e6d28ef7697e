"""By what a dataset of the real world is recognised in several catalogues.

A record bears keys: addresses and identifiers that are unique in the world. Two records of different
catalogues that share one are the same dataset.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ckanext.greekmunicipal.catalogs.stock_shapes import decoded

# Made once for this project; ids of harvested records hang on it.
_NAMESPACE = uuid.UUID("5f1c9e02-7b64-5d0a-8f3e-21a6c4de9b70")
_UUID = re.compile(r"^(urn:uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_WORLDWIDE = re.compile(r"^(https?://|urn:|doi:|10\.\d{4,9}/)", re.IGNORECASE)
_LANGUAGE = re.compile(r"^/(el|en)(?=/)")
# Fields that may hold an address of the dataset itself or of its page.
_ADDRESSES = ("uri", "landing_page", "source", "identifier", "url")


def package_id(catalogue: str, record: str) -> str:
    """Id of the dataset of a record, the same on every machine.

    Args:
        catalogue: address of the catalogue.
        record: what the catalogue calls the record.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{address_key(catalogue)}|{record}"))


def resource_id(package: str, resource: str) -> str:
    """Id of a resource of a harvested dataset."""
    return str(uuid.uuid5(_NAMESPACE, f"{package}|{resource}"))


def address_key(address: str) -> str:
    """An address without what does not tell two places apart.

    Scheme, ``www.``, language of the page, fragment and a slash at the end; Greek letters may be
    percent-encoded or not.
    """
    parts = urlsplit(address.strip())
    host = (parts.netloc or "").lower().rpartition("@")[2].removeprefix("www.")
    path = _LANGUAGE.sub("", unquote(parts.path)).rstrip("/")
    query = f"?{unquote(parts.query)}" if parts.query else ""
    return f"{host}{path}{query}"


def keys(dataset: Mapping[str, Any], page: str) -> tuple[str, ...]:
    """What a record is recognised by.

    Args:
        dataset: in fields of our schema.
        page: address of the record in its catalogue.
    """
    found = [address_key(page)] if page else []
    found += [address_key(each) for each in addresses(dataset) if _is_of_one_dataset(each)]
    identifier = str(dataset.get("identifier") or "").strip()
    if _UUID.match(identifier):
        found.append(identifier.lower().removeprefix("urn:uuid:"))
    elif _WORLDWIDE.match(identifier) and "://" not in identifier:
        found.append(identifier.lower().removeprefix("doi:"))
    return tuple(dict.fromkeys(found))


def addresses(dataset: Mapping[str, Any]) -> Iterator[str]:
    """Addresses of a dataset and of its pages that a record states."""
    for field in _ADDRESSES:
        value = decoded(dataset.get(field))
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.startswith(("http://", "https://")):
                yield text


def is_within(address: str, portal: str) -> bool:
    """Whether an address is a dataset of a portal."""
    return address_key(address).startswith(f"{address_key(portal)}/dataset/")


def _is_of_one_dataset(address: str) -> bool:
    """A page under a site; its home page is that of many."""
    path = urlsplit(address)
    return bool(path.path.strip("/") or path.query)
