"""What templates ask: choices of fields, words in the reader's language, figures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.dcat import structured
from ckanext.greekmunicipal.publication import pages
from ckanext.greekmunicipal.schemas import choices, flat, translated
from ckanext.greekmunicipal.views import charts, facets, figures, formats, forms, quality, tables
from ckanext.greekmunicipal.views.acts.pages import has_acts
from ckanext.greekmunicipal.views.budget.pages import has_budget

Field = Mapping[str, Any]
_CHOICES_OF: dict[str, Callable[[], choices.Choices]] = {
    "family": choices.act_families,
    "indicator": choices.commitments,
    "municipality": choices.municipality_slugs,
}


def language() -> str:
    """The reader's language: ``el`` or ``en`` (any other language reads English)."""
    return "el" if tk.h.lang().startswith("el") else "en"


def field_choices(field: Field) -> list[dict[str, Any]]:
    """Choices of a schema field with ``vocabulary``, as ckanext-scheming asks."""
    return _as_scheming(choices.vocabulary(field["vocabulary"]).all)


def municipality_choices(field: Field) -> list[dict[str, Any]]:
    """Municipalities of the register by slug."""
    return _as_scheming(choices.municipality_slugs().all)


def family_choices(field: Field) -> list[dict[str, Any]]:
    """Families of acts, and the budget."""
    return _as_scheming(choices.act_families().all)


def indicator_choices(field: Field) -> list[dict[str, Any]]:
    """Commitments that a dataset can serve."""
    return _as_scheming(choices.commitments().all)


def term_labels(field: Field, value: Any) -> list[dict[str, str]]:
    """Labels of stored values in the reader's language, each with its address if it is one.

    A value that is in no table is shown as it is stored.
    """
    accepted = (
        choices.vocabulary(field["vocabulary"])
        if field.get("vocabulary")
        else _CHOICES_OF[field["field_name"]]()
    )
    labels = []
    for stored in [value] if isinstance(value, str) else value or []:
        found = accepted.find(stored)
        label = found.label(language()) if found else stored
        uri = stored if stored.startswith(("http://", "https://")) else ""
        labels.append({"label": label, "uri": uri})
    return labels


def license_label(uri: str) -> str:
    """Name of a licence in the reader's language."""
    return term_labels({"vocabulary": "licence", "field_name": "license"}, uri)[0]["label"]


def licenses_of(package: Mapping[str, Any]) -> list[dict[str, str]]:
    """Licences of a dataset's resources, each once."""
    uris = dict.fromkeys(
        resource["license"]
        for resource in package.get("resources") or ()
        if resource.get("license")
    )
    return term_labels({"vocabulary": "licence", "field_name": "license"}, list(uris))


def text(value: Any) -> str:
    """A multilingual value in the reader's language."""
    try:
        return translated.in_language(translated.read(value), language())
    except translated.UnreadableTranslationError:
        return ""


def form_texts(data: Mapping[str, Any], field_name: str) -> dict[str, str]:
    """Texts by language for the inputs of a form, also after a refusal."""
    stored: dict[str, str] = {}
    with contextlib.suppress(translated.UnreadableTranslationError):
        stored = translated.read(data.get(field_name))
    return {
        code: data.get(f"{field_name}-{code}") or stored.get(code, "")
        for code in translated.LANGUAGES
    }


def link_label(link: str) -> str:
    """Title of a law that is known, else the address without its scheme."""
    law = choices.legislation().find(link)
    return law.label(language()) if law else link.partition("://")[2] or link


def place_label(place: Mapping[str, Any]) -> str:
    """Name of a place in the reader's language, with the code of a NUTS area."""
    uri = place.get("uri") or ""
    area = choices.vocabulary("nuts").find(uri)
    if area:
        return f"{area.label(language())} (NUTS {area.code})"
    return place.get("text") or uri or tk._("an area on the map")


def title(entity: Mapping[str, Any]) -> str:
    """Title of a dataset, resource or organisation in the reader's language.

    Dictized organisations inside a dataset carry only the stored title; those
    of municipalities are then named by the register.
    """
    for field in ("title_translated", "name_translated"):
        if entity.get(field) and (found := text(entity[field])):
            return found
    slug = municipality_slug(entity)
    if entity.get("type") == "organization" and slug and language() == "en":
        found = choices.municipality_slugs().find(slug)
        if found:
            return found.label_en
    return entity.get("title") or entity.get("display_name") or entity.get("name") or ""


def municipality_slug(organization: Mapping[str, Any]) -> str | None:
    """Slug in the register of a municipality's organisation."""
    slug = organization.get("municipality") or organization.get("name")
    return slug if slug and choices.municipality_slugs().find(slug) else None


def has_value(value: Any) -> bool:
    """Whether a metadata field has anything to show."""
    if isinstance(value, Mapping):
        return any(has_value(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_value(part) for part in value)
    return not flat.is_empty(value)


def filled(entries: Any) -> list[dict[str, Any]]:
    """Entries of a repeating field that say something."""
    return [dict(entry) for entry in entries or () if has_value(entry)]


def get_helpers() -> dict[str, Callable[..., Any]]:
    """All helpers under the names by which templates and schemas call them."""
    own = {
        "choices": field_choices,
        "municipality_choices": municipality_choices,
        "family_choices": family_choices,
        "indicator_choices": indicator_choices,
        "language": language,
        "term_labels": term_labels,
        "license_label": license_label,
        "licenses_of": licenses_of,
        "text": text,
        "title": title,
        "municipality_slug": municipality_slug,
        "has_value": has_value,
        "filled": filled,
        "date": formats.date,
        "number": formats.number,
        "cell": formats.cell,
        "portal_figures": figures.portal_figures,
        "municipalities": figures.municipalities_by_region,
        "datasets_by_family": figures.datasets_by_family,
        "last_harvest": figures.last_harvest,
        "table_preview": tables.preview,
        "columns": tables.columns,
        "has_acts": has_acts,
        "has_budget": has_budget,
        "has_charts": charts.has_charts,
        "chart_words": charts.words,
        "form_texts": form_texts,
        "link_label": link_label,
        "place_label": place_label,
        "refused_files": pages.refused_files,
        "personal_data_status": pages.status,
        "structured_data": structured.script,
        **forms.get_helpers(),
        "quality": quality.of_dataset,
        "facet_label": facets.label_function,
        "facet_value": facets.value_label,
    }
    before_ckan = (facets.get_facet_items_dict, formats.render_datetime)
    return {f"greekmunicipal_{name}": function for name, function in own.items()} | {
        function.__name__: function for function in before_ckan
    }


def _as_scheming(accepted: Iterable[choices.Choice]) -> list[dict[str, Any]]:
    return [
        {
            "value": choice.value,
            "label": {"el": choice.label_el or choice.label_en, "en": choice.label_en},
        }
        for choice in accepted
    ]
