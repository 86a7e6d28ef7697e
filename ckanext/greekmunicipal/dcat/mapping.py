"""A dataset of our schema as the dict that ckanext-dcat's profile reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.greekmunicipal.dcat import concepts

IANA = "https://www.iana.org/assignments/media-types/"
SPDX = "https://spdx.org/rdf/terms#checksumAlgorithm_"
# Length in hexadecimal digits of the digests that DCAT can name.
DIGESTS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_ENTRIES = ("contact", "publisher", "creator", "spatial_coverage", "temporal_coverage")
# The base profile would make a second publisher or contact of these.
_PLAIN_CKAN = ("author", "author_email", "maintainer", "maintainer_email", "url")


def dataset_for_profile(dataset: Mapping[str, Any], page: str) -> dict[str, Any]:
    """Rename and complete what ckanext-dcat reads under another name.

    Args:
        dataset: what ``package_show`` or ``package_search`` gives; not changed.
        page: address of the dataset's page in this portal.

    Returns:
        A new dict without blank entries of repeating fields.
    """
    ready = {key: value for key, value in dataset.items() if key not in _PLAIN_CKAN}
    ready["language"] = ready.pop("language_options", None) or []
    for field in _ENTRIES:
        entries = [filled for entry in ready.get(field) or () if (filled := _filled(entry))]
        ready[field] = entries
    ready.setdefault("landing_page", [])
    ready["landing_page"] = ready["landing_page"] or [page]
    # The base profile takes one type only; the caller adds these.
    ready["types"] = ready.pop("dcat_type", None) or []
    ready["resources"] = [
        resource_for_profile(resource, page) for resource in dataset.get("resources") or ()
    ]
    for resource in ready["resources"]:
        if not resource.get("description_translated"):
            resource["description_translated"] = dataset.get("notes_translated") or {}
    return ready


def resource_for_profile(resource: Mapping[str, Any], dataset_page: str) -> dict[str, Any]:
    """The same for a resource: IRIs of media type and format, addresses, checksum."""
    ready = dict(resource)
    ready["language"] = ready.pop("language_options", None) or []
    url = resource.get("url") or ""
    ready["access_url"] = (
        resource.get("access_url") or f"{dataset_page}/resource/{resource.get('id', '')}"
    )
    if not resource.get("download_url") and url.startswith(("http://", "https://")):
        ready["download_url"] = url
    ready["url"] = ""
    mimetype = resource.get("mimetype")
    ready["mimetype"] = IANA + mimetype if mimetype and "://" not in mimetype else mimetype
    ready["format"] = concepts.file_type(resource.get("format") or "")
    ready["hash"], ready["hash_algorithm"] = checksum(resource.get("hash") or "")
    if not isinstance(resource.get("size"), int):
        ready["size"] = None
    return ready


def checksum(digest: str) -> tuple[str | None, str | None]:
    """A digest and the IRI of its algorithm; nothing when it is no hexadecimal digest."""
    digits = digest.rpartition(":")[2].strip().lower()
    algorithm = DIGESTS.get(len(digits))
    if algorithm is None or any(digit not in "0123456789abcdef" for digit in digits):
        return None, None
    return digits, SPDX + algorithm


def _filled(entry: Any) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        return {}
    return {key: value for key, value in entry.items() if value not in (None, "", [], {})}
