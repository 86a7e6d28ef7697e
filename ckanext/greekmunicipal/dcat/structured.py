"""A dataset for search engines: schema.org in JSON-LD, as Google Dataset Search reads it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.greekmunicipal import vocabularies
from ckanext.greekmunicipal.dcat import agents, catalog, concepts, datasets, nodes, places
from ckanext.greekmunicipal.dcat.distributions import IANA
from ckanext.greekmunicipal.schemas import translated

# Lengths that Google asks of a description.
SHORTEST, LONGEST = 50, 5000
# What would end the script or the line in which the JSON stands.
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def script(dataset: Mapping[str, Any]) -> Markup | None:
    """JSON for the page of a dataset, safe inside a ``script`` element.

    None for a dataset that is not public, and when ckanext-dcat's plugin writes its own.
    """
    public = dataset.get("state") == "active" and not dataset.get("private")
    if not public or not datasets.is_exported(dataset) or p.plugin_loaded("structured_data"):
        return None
    text = json.dumps(document(dataset), ensure_ascii=False, sort_keys=True)
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - no character of HTML is left in it


def document(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """The dataset as a schema.org ``Dataset``; only keys that have a value."""
    titles = _texts(dataset.get("title_translated")) or {"el": dataset.get("title") or ""}
    publisher = _publisher(dataset)
    creators = [_agent(each) for each in agents.filled(dataset.get("creator"))]
    title, page = translated.main_text(titles), f"{nodes.site()}/dataset/{dataset['name']}"
    return _filled(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": str(datasets.dataset_iri(dataset)),
            "name": title,
            "alternateName": titles.get("en") if titles.get("en") != title else None,
            "description": _description(dataset, title, publisher),
            "url": page,
            "sameAs": dataset.get("landing_page"),
            "identifier": dataset.get("identifier") or dataset.get("id"),
            "keywords": [str(word) for word in datasets.keywords(dataset)],
            "license": _licences(dataset),
            "isAccessibleForFree": True,
            "inLanguage": _languages(dataset),
            "publisher": publisher,
            "creator": creators or publisher,
            "datePublished": dataset.get("issued") or dataset.get("metadata_created"),
            "dateModified": dataset.get("modified") or dataset.get("metadata_modified"),
            "version": dataset.get("version"),
            "isBasedOn": dataset.get("source"),
            "temporalCoverage": _periods(dataset),
            "spatialCoverage": [
                _place(each) for each in agents.filled(dataset.get("spatial_coverage"))
            ],
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "name": _catalog_name(),
                "url": nodes.site(),
            },
            "distribution": [_download(each) for each in dataset.get("resources") or ()],
        }
    )


def _description(dataset: Mapping[str, Any], title: str, publisher: Mapping[str, Any]) -> str:
    """Plain text of the notes; a short one is told whose data it is, to be long enough."""
    notes = translated.main_text(_texts(dataset.get("notes_translated"))) or dataset.get("notes")
    plain = html.unescape(str(tk.h.markdown_extract(notes or "", 0))).strip()
    if len(plain) < SHORTEST:
        whose = f" – {publisher['name']}" if publisher.get("name") else ""
        plain = f"{plain} Σύνολο ανοικτών δεδομένων «{title}»{whose}.".strip()
    return plain[:LONGEST]


def _publisher(dataset: Mapping[str, Any]) -> dict[str, Any]:
    stored = next(iter(agents.filled(dataset.get("publisher"))), {})
    owner = dataset.get("organization") or {}
    return _agent(stored) if stored else _filled(_organization(owner.get("title")))


def _agent(stored: Mapping[str, Any]) -> dict[str, Any]:
    return _filled(
        {
            **_organization(stored.get("name")),
            "url": stored.get("url"),
            "email": stored.get("email"),
            "sameAs": stored.get("uri"),
            "identifier": stored.get("identifier"),
        }
    )


def _organization(name: str | None) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}


def _licences(dataset: Mapping[str, Any]) -> list[str]:
    """Addresses at which the licences can be read."""
    used = dict.fromkeys(each.get("license") for each in dataset.get("resources") or ())
    return [concepts.licence_deed(licence) or licence for licence in used if licence]


def _languages(dataset: Mapping[str, Any]) -> list[str]:
    """Two-letter codes of the languages."""
    table = vocabularies.table("language")
    used = [uri for uri in dataset.get("language_options") or () if uri in table]
    return [code for uri in used if (code := table.by_uri(uri).alternative_code)]


def _periods(dataset: Mapping[str, Any]) -> list[str]:
    """Intervals of ISO 8601; ``..`` stands for an open end."""
    entries = agents.filled(dataset.get("temporal_coverage"))
    return [f"{each.get('start') or '..'}/{each.get('end') or '..'}" for each in entries]


def _place(entry: Mapping[str, Any]) -> dict[str, Any]:
    bounds = places.bounds(entry.get("bbox"))
    uri = entry.get("uri") or ""
    geo = None
    if bounds:
        west, south, east, north = bounds
        geo = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    elif point := places.bounds(entry.get("centroid")):
        geo = {"@type": "GeoCoordinates", "latitude": point[1], "longitude": point[0]}
    return _filled(
        {
            "@type": "Place",
            "name": entry.get("text") or uri,
            "sameAs": uri if nodes.is_absolute(uri) else None,
            "geo": geo,
        }
    )


def _download(resource: Mapping[str, Any]) -> dict[str, Any]:
    size = resource.get("size")
    media_type = (resource.get("mimetype") or "").removeprefix(IANA)
    return _filled(
        {
            "@type": "DataDownload",
            "name": _main(resource.get("name_translated")) or resource.get("name"),
            "description": _main(resource.get("description_translated")),
            "contentUrl": resource.get("download_url") or resource.get("url"),
            "encodingFormat": media_type or resource.get("format"),
            "contentSize": f"{size} B" if isinstance(size, int) and size else None,
            "license": concepts.licence_deed(resource.get("license") or ""),
        }
    )


def _catalog_name() -> str:
    titles = catalog.titles(agents.publisher_of_catalog())
    return translated.main_text(titles)


def _main(value: Any) -> str:
    return translated.main_text(_texts(value))


def _texts(value: Any) -> dict[str, str]:
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}


def _filled(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}
