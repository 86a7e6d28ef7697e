"""Search for datasets on CKAN's own Solr schema: what is indexed, and how a query is asked.

The schema folds no Greek. So the Greek form of a dataset's texts is put into fields of our own,
which the schema analyses and searches (``extras_…``), and a query asks for both forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search.common import make_connection

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.greek import query, searching, sorting, stem
from ckanext.greekmunicipal.schemas import choices, translated

# The analysed twin (``extras_…``) stays; an unanalysed field of more than
# 32,766 bytes would make Solr refuse the whole dataset.
NOT_AS_ONE_TERM = ("title_translated", "notes_translated", "provenance")
# ``vocab_…`` is the only unanalysed dynamic field with several values.
SEVERAL_VALUES = {"theme": "vocab_theme", "indicator": "vocab_indicator"}

TITLE, NOTES, TAGS, MORE = "greek_title", "greek_notes", "greek_tags", "greek_more"
# Which rules a dataset was indexed with; ``doctor`` asks for others.
VERSION_FIELD = "greek_search_version"
VERSION = stem.VERSION

# Titles first. CKAN's own weights, and our twins beside their fields.
QUERY_FIELDS = (
    f"name^4 title^4 extras_{TITLE}^4 tags^2 extras_{TAGS}^2 groups^2 extras_{MORE}^0.5 text"
)
FIELDS = query.Fields(
    known=frozenset(
        [
            "id",
            "name",
            "title",
            "notes",
            "tags",
            "groups",
            "organization",
            "author",
            "maintainer",
            "license",
            "license_id",
            "url",
            "version",
            "text",
            "state",
            "capacity",
            "res_name",
            "res_description",
            "res_format",
            "res_url",
            "res_type",
            "metadata_created",
            "metadata_modified",
            "dataset_type",
        ]
    ),
    twins={"title": f"extras_{TITLE}", "notes": f"extras_{NOTES}", "tags": f"extras_{TAGS}"},
    strict=frozenset(
        [
            "metadata_created",
            "metadata_modified",
            "indexed_ts",
            "views_total",
            "views_recent",
            "resources_accessed_total",
            "resources_accessed_recent",
        ]
    ),
)

# Labels by which a dataset is found beside its own words.
_LABELS = {
    "theme": lambda: choices.vocabulary("data-theme"),
    "hvd_category": lambda: choices.vocabulary("hvd-category"),
    "indicator": choices.commitments,
    "family": choices.act_families,
}


def document(dataset: dict[str, Any]) -> dict[str, Any]:
    """Prepare a dataset for the index (``before_dataset_index``)."""
    texts = _texts(dataset)
    for field in NOT_AS_ONE_TERM:
        dataset.pop(field, None)
    for field, indexed in SEVERAL_VALUES.items():
        if values := _listed(dataset.get(field)):
            dataset[indexed] = values
    for field, (greek, others) in texts.items():
        found = " ".join(filter(None, (searching.search_text(*greek), *others)))
        if found:
            dataset[f"extras_{field}"] = found
    if dataset.get("title"):
        dataset["title_string"] = sorting.sort_key(dataset["title"]) or dataset["title"]
    dataset[VERSION_FIELD] = VERSION
    return dataset


def parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask for Greek in any spelling (``before_dataset_search``).

    A query that names its own parser or fields is left as it is, and so are those that CKAN
    refuses.
    """
    typed = asked.get("q")
    if not isinstance(typed, str) or typed.strip() in ("", "*:*", '""', "''"):
        return asked
    if asked.get("defType") or asked.get("qf") or "{!" in typed:
        return asked
    if "_query_" in typed or "_val_" in typed:
        return asked
    found = query.rewrite(typed, FIELDS)
    asked["q"] = found.text or "*:*"
    if found.text:
        asked["defType"] = "edismax"
        asked["qf"] = QUERY_FIELDS
        if not found.is_plain:
            # What may be missing is said by the query itself.
            asked["mm"] = "0%"
    return asked


def without_own_fields(found: dict[str, Any]) -> dict[str, Any]:
    """Keep our fields out of an answer that asked for all (``after_dataset_search``)."""
    for result in found.get("results") or ():
        if isinstance(result, dict):
            for field in (TITLE, NOTES, TAGS, MORE):
                result.pop(field, None)
                result.pop(f"extras_{field}", None)
    return found


def stale() -> int:
    """How many datasets were indexed with other rules than those of today.

    Raises:
        pysolr.SolrError: the index does not answer.
    """
    site = tk.config["ckan.site_id"].replace('"', "")
    others = f'-{VERSION_FIELD}:"{VERSION}"'
    kept = [f'site_id:"{site}"', "entity_type:package", others]
    return make_connection().search("*:*", fq=kept, rows=0).hits


Texts = tuple[list[str], list[str]]


def _texts(dataset: Mapping[str, Any]) -> dict[str, Texts]:
    """Of each field of ours: texts that may be Greek, and texts in English."""
    whole = json.loads(dataset.get("data_dict") or "{}")
    title, notes = (
        _read(dataset.get(f"{name}_translated")) | {"el": dataset.get(name) or ""}
        for name in ("title", "notes")
    )
    more: Texts = ([], [])
    for texts in _more(dataset, whole):
        more[0].append(texts.get("el", ""))
        more[1].append(texts.get("en", ""))
    return {
        TITLE: ([title["el"]], [title.get("en", "")]),
        NOTES: ([notes["el"]], [notes.get("en", "")]),
        TAGS: (list(dataset.get("tags") or ()), []),
        MORE: more,
    }


def _more(dataset: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for resource in whole.get("resources") or ():
        for name in ("name", "description"):
            yield {"el": resource.get(name) or ""} | _read(resource.get(f"{name}_translated"))
    organization = whole.get("organization") or {}
    if organization:
        yield {"el": organization.get("title") or ""} | _organization_titles(organization["id"])
    for group in whole.get("groups") or ():
        yield {"el": group.get("title") or group.get("display_name") or ""}
    for field, accepted in _LABELS.items():
        values = _listed(dataset.get(field)) or [dataset.get(field)]
        for value in values:
            found = accepted().find(value) if isinstance(value, str) and value else None
            if found:
                yield {"el": found.label_el, "en": found.label_en}
    yield from _municipality(dataset.get("municipality") or organization.get("name"))


def _municipality(slug: Any) -> Iterator[dict[str, str]]:
    """Names under which people know a municipality, and where it lies."""
    try:
        found = municipalities.by_slug(slug)
    except municipalities.UnknownMunicipalityError:
        return
    yield {"el": found.name_el, "en": found.name_en}
    yield {"el": found.region_el, "en": found.region_en}
    for name in (found.common_name_el, found.regional_unit_el, *found.aliases):
        yield {"el": name}


def _organization_titles(organization_id: str) -> dict[str, str]:
    organization: Any = model.Group.get(organization_id)
    return _read(organization.extras.get("title_translated")) if organization else {}


def _read(value: Any) -> dict[str, str]:
    try:
        return translated.read(value)
    except translated.UnreadableTranslationError:
        return {}


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
