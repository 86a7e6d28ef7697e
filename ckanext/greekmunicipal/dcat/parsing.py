"""A dataset of a graph in the fields of our schema.

ckanext-dcat's profile reads most of a dataset. It merges several places into one, loses the
languages of statements and keywords, and takes its own fallbacks for values. Here such fields are
read again from the graph, and what a feed of ours fills in for a field without a value is taken
out, so that a dataset comes back as it left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from geomet import wkt
from rdflib import Graph, Literal, URIRef

from ckanext.greekmunicipal.dcat import concepts, nodes, places, terms
from ckanext.greekmunicipal.dcat.distributions import IANA
from ckanext.greekmunicipal.schemas import slugs, translated

_AGENT = ("uri", "name", "email", "url", "type", "identifier", "description")
_CONTACT = ("uri", "name", "email", "url")
# Set by ckanext-dcat from this portal's own settings, or meant for CKAN without a schema.
_NOT_OF_THE_DATASET = ("homepage", "language", "spatial", "temporal_start", "temporal_end")
_LISTS = (
    ("theme", terms.THEME),
    ("language_options", terms.LANGUAGE),
    ("dcat_type", terms.TYPE),
    ("hvd_category", terms.HVD_CATEGORY),
    ("applicable_legislation", terms.LEGISLATION),
    ("landing_page", terms.LANDING_PAGE),
    ("source", terms.SOURCE),
)


def complete(graph: Graph, subject: Any, dataset: dict[str, Any]) -> None:
    """Give a dataset that ckanext-dcat parsed the fields of our schema.

    Args:
        graph: the whole graph.
        subject: node of the dataset.
        dataset: what was parsed so far; changed in place.
    """
    _itself(graph, subject, dataset)
    _languages(graph, subject, dataset)
    dataset["publisher"] = _agents(graph, subject, terms.PUBLISHER)[:1]
    dataset["creator"] = _agents(graph, subject, terms.CREATOR)
    dataset["contact"] = _contacts(graph, subject)
    dataset["temporal_coverage"] = _periods(graph, subject)
    dataset["spatial_coverage"] = _places(graph, subject)
    for kind in ("family", "municipality"):
        found = _codes(graph.objects(subject, terms.SUBJECT), kind)
        _keep(dataset, kind, found[0] if found else None)
    dataset["indicator"] = _codes(graph.objects(subject, terms.SUBJECT), "indicator")
    dataset["resources"] = _resources(graph, subject, dataset)


def _itself(graph: Graph, subject: Any, dataset: dict[str, Any]) -> None:
    dataset["extras"] = [
        extra
        for extra in dataset.get("extras", [])
        if extra["key"] not in (*_NOT_OF_THE_DATASET, *(field for field, _ in _LISTS))
        and not extra["key"].startswith(("spatial_", "temporal_"))
    ]
    for field in ("url", "language", "license_id", *_NOT_OF_THE_DATASET):
        dataset.pop(field, None)
    for field, predicate in _LISTS:
        dataset[field] = sorted(str(value) for value in graph.objects(subject, predicate))
    # A page of a dataset's own address is what the feed says when no other page is known.
    dataset["landing_page"] = [link for link in dataset["landing_page"] if link != str(subject)]
    for field, predicate in (
        ("version", terms.VERSION),
        ("frequency", terms.ACCRUAL_PERIODICITY),
        ("access_rights", terms.ACCESS_RIGHTS),
    ):
        value = graph.value(subject, predicate)
        if isinstance(value, (URIRef, Literal)):
            dataset[field] = str(value)


def _languages(graph: Graph, subject: Any, dataset: dict[str, Any]) -> None:
    for field, predicate, plain in (
        ("title_translated", terms.TITLE, "title"),
        ("notes_translated", terms.DESCRIPTION, "notes"),
    ):
        dataset[field] = _texts(graph.objects(subject, predicate))
        dataset[plain] = translated.main_text(dataset[field])
    statements = graph.objects(subject, terms.PROVENANCE)
    _keep(dataset, "provenance", _texts(_words(graph, statements)))
    keywords = {(str(word).strip(), _keyword_language(word)) for word in _keywords(graph, subject)}
    dataset["tags"] = [{"name": name} for name in sorted({name for name, _ in keywords})]
    by_language = {
        code: sorted(name for name, language in keywords if language == code)
        for code in translated.LANGUAGES
    }
    _keep(dataset, "tags_translated", {code: names for code, names in by_language.items() if names})


def _keywords(graph: Graph, subject: Any) -> list[Any]:
    return [word for word in graph.objects(subject, terms.KEYWORD) if str(word).strip()]


def _keyword_language(word: Any) -> str:
    """One of our two languages: a keyword of another one stands beside the English ones."""
    language = _language(word)
    return language if language in translated.LANGUAGES else "en"


def _agents(graph: Graph, subject: Any, predicate: URIRef) -> list[dict[str, str]]:
    found = []
    for node in _objects(graph, subject, predicate):
        email = graph.value(node, terms.MBOX) or graph.value(node, terms.EMAIL)
        entry = {
            "uri": "" if nodes.is_unnamed(node) else str(node),
            "name": translated.main_text(_texts(graph.objects(node, terms.NAME))),
            "email": str(email or "").removeprefix("mailto:"),
            "url": str(graph.value(node, terms.HOMEPAGE) or ""),
            "type": str(graph.value(node, terms.TYPE) or ""),
            "identifier": str(graph.value(node, terms.IDENTIFIER) or ""),
            "description": translated.main_text(_texts(graph.objects(node, terms.DESCRIPTION))),
        }
        found.append({key: entry[key] for key in _AGENT if entry[key]})
    return [entry for entry in found if entry]


def _contacts(graph: Graph, subject: Any) -> list[dict[str, str]]:
    found = []
    for node in _objects(graph, subject, terms.CONTACT_POINT):
        entry = {
            "uri": "" if nodes.is_unnamed(node) else str(node),
            "name": translated.main_text(_texts(graph.objects(node, terms.FN))),
            "email": str(graph.value(node, terms.EMAIL) or "").removeprefix("mailto:"),
            "url": str(graph.value(node, terms.HAS_URL) or ""),
        }
        found.append({key: entry[key] for key in _CONTACT if entry[key]})
    return [entry for entry in found if entry]


def _periods(graph: Graph, subject: Any) -> list[dict[str, str]]:
    found = []
    for node in graph.objects(subject, terms.TEMPORAL):
        start, end = (graph.value(node, p) for p in (terms.START_DATE, terms.END_DATE))
        entry = {"start": str(start or ""), "end": str(end or "")}
        found.append({key: value for key, value in entry.items() if value})
    return sorted((entry for entry in found if entry), key=lambda e: (e.get("start", ""), str(e)))


def _places(graph: Graph, subject: Any) -> list[dict[str, str]]:
    """Places of a dataset, each before the NUTS area around it."""
    found: list[Any] = []
    for node in _objects(graph, subject, terms.SPATIAL):
        around = _objects(graph, node, terms.IS_PART_OF)
        found += [node, *(area for area in around if places.NUTS in area)]
    return [entry for node in dict.fromkeys(found) if (entry := _place(graph, node))]


def _place(graph: Graph, node: Any) -> dict[str, str]:
    labels = [*graph.objects(node, terms.PREF_LABEL), *graph.objects(node, terms.LABEL)]
    entry = {
        "uri": "" if nodes.is_unnamed(node) else str(node),
        "text": str(node) if isinstance(node, Literal) else translated.main_text(_texts(labels)),
    }
    for field, predicate in places.GEOMETRIES:
        entry[field] = next(filter(None, map(_geojson, graph.objects(node, predicate))), "")
    if entry["bbox"] and entry["centroid"] == places.centre(entry["bbox"]):
        entry["centroid"] = ""  # the feed works it out, and the bounds of areas of Greece
    if entry["bbox"] == places.extent(entry["uri"]):
        entry["bbox"] = ""
    return {key: value for key, value in entry.items() if value}


def _resources(graph: Graph, subject: Any, dataset: dict[str, Any]) -> list[dict[str, Any]]:
    def position(resource: dict[str, Any]) -> tuple[int, str]:
        stated = graph.value(URIRef(resource["distribution_ref"]), terms.POSITION)
        number = stated.toPython() if isinstance(stated, Literal) else None
        return (number if isinstance(number, int) else 10**6, resource["distribution_ref"])

    ordered = sorted(dataset.get("resources", []), key=position)
    nodes_of = {str(node): node for node in graph.objects(subject, terms.DISTRIBUTES)}
    return [
        _resource(graph, nodes_of[resource["distribution_ref"]], resource, dataset)
        for resource in ordered
    ]


def _resource(
    graph: Graph, node: Any, resource: dict[str, Any], dataset: dict[str, Any]
) -> dict[str, Any]:
    dropped = ("distribution_ref", "hash_algorithm", "language", "access_services", "conforms_to")
    kept = {key: value for key, value in resource.items() if key not in dropped}
    kept["name_translated"] = _texts(graph.objects(node, terms.TITLE))
    kept["name"] = translated.main_text(kept["name_translated"])
    description = _texts(graph.objects(node, terms.DESCRIPTION))
    # Which the feed repeats where a file has no description of its own.
    description = {} if description == dataset["notes_translated"] else description
    _keep(kept, "description_translated", description)
    _keep(kept, "description", translated.main_text(description))
    for field, predicate in (
        ("language_options", terms.LANGUAGE),
        ("applicable_legislation", terms.LEGISLATION),
    ):
        kept[field] = sorted(str(value) for value in graph.objects(node, predicate))
    _keep(kept, "rights", next(map(str, _words(graph, graph.objects(node, terms.RIGHTS))), ""))
    tables = _codes(graph.objects(node, terms.CONFORMS_TO), "table")
    _keep(kept, "table", tables[0] if tables else None)
    if link := graph.value(node, terms.URL):
        kept["url"] = str(link)
    if kept.get("access_url") == str(node):
        kept.pop("access_url")
    if kept.get("download_url") == kept.get("url"):
        kept.pop("download_url", None)
    _keep(kept, "mimetype", (kept.get("mimetype") or "").removeprefix(IANA))
    _keep(kept, "format", _format(graph, node) or kept.get("format"))
    return kept


def _format(graph: Graph, node: Any) -> str | None:
    named = graph.value(node, terms.FORMAT_NAME)
    file_type = graph.value(node, terms.FORMAT)
    return str(named) if named else concepts.format_of(str(file_type)) if file_type else None


def _objects(graph: Graph, subject: Any, predicate: URIRef) -> list[Any]:
    """Objects in an order that does not change from one reading to the next."""
    found: list[Any] = list(graph.objects(subject, predicate))
    return sorted(found, key=str)


def _codes(values: Iterable[Any], kind: str) -> list[str]:
    return sorted(code for value in values if (code := concepts.own_code(kind, str(value))))


def _words(graph: Graph, statements: Iterable[Any]) -> list[Any]:
    """Labels of statements; a statement that is a text or has no label stands for itself."""
    found: list[Any] = []
    for statement in statements:
        labels = [] if isinstance(statement, Literal) else graph.objects(statement, terms.LABEL)
        found += list(labels) or [statement]
    return found


def _texts(values: Iterable[Any]) -> dict[str, str]:
    """One text for each of our languages; a text in another one stands in for Greek."""
    found: dict[str, str] = {}
    others: list[str] = []
    for value in sorted(values, key=str):
        language = _language(value)
        if language in translated.LANGUAGES:
            found.setdefault(language, str(value))
        else:
            others.append(str(value))
    if translated.MAIN_LANGUAGE not in found and (others or found):
        found[translated.MAIN_LANGUAGE] = others[0] if others else translated.main_text(found)
    return {code: found[code] for code in translated.LANGUAGES if found.get(code)}


def _language(value: Any) -> str | None:
    """Language of a text, without its region; one without a language tells by its letters."""
    language = getattr(value, "language", None)
    if language:
        return language.lower().partition("-")[0]
    return translated.MAIN_LANGUAGE if slugs.has_greek(str(value)) else None


def _geojson(value: Any) -> str:
    try:
        if value.datatype == terms.WKT:
            # An address of the reference system may stand before the geometry.
            text = str(value)
            return json.dumps(wkt.loads(text.rpartition(">")[2].strip()))
        return json.dumps(json.loads(str(value)))
    except (ValueError, AttributeError):
        return ""


def _keep(record: dict[str, Any], field: str, value: Any) -> None:
    """Set a field that has a value; leave none behind that has not."""
    if value:
        record[field] = value
    else:
        record.pop(field, None)
