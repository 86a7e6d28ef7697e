"""What a dataset or organisation says when its author says nothing.

The functions run as ``__before`` validators: on the flattened data of CKAN's
navl, before any field is validated, so that a default meets the same rules as
a value that was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.schemas import choices, slugs, translated

if TYPE_CHECKING:
    from ckanext.greekmunicipal.municipalities import Municipality

Flat = MutableMapping[tuple[Any, ...], Any]

EU = "http://publications.europa.eu/resource/authority"
CC_BY = f"{EU}/licence/CC_BY_4_0"
PUBLIC = f"{EU}/access-right/PUBLIC"
GREEK = f"{EU}/language/ELL"
AVAILABLE = f"{EU}/planned-availability/AVAILABLE"
LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
NUTS = "http://data.europa.eu/nuts/code"
GEONAMES = "https://sws.geonames.org"
# Directive (EU) 2019/1024 on open data; Implementing Regulation (EU) 2023/138.
OPEN_DATA_LAW = "http://data.europa.eu/eli/dir/2019/1024/oj"
HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
RIGHTS = "Ελεύθερη επαναχρησιμοποίηση με αναφορά της πηγής (CC BY 4.0)."

_TRANSLATED = {"title": "title_translated", "notes": "notes_translated"}
_TRANSLATED_IN_RESOURCE = {"name": "name_translated", "description": "description_translated"}


def complete_dataset(data: Flat, *, is_new: bool, own_id: str | None) -> None:
    """Give a dataset title, name and all that follows from its organisation.

    Args:
        data: flattened dataset, changed in place.
        is_new: whether it is being created; an existing one keeps its name.
        own_id: id of the existing dataset, whose name is not taken by another.
    """
    for plain, field in _TRANSLATED.items():
        _translate(data, (), plain, field)
    _dataset_name(data, is_new=is_new, own_id=own_id)
    _default(data, ("access_rights",), PUBLIC)
    _default(data, ("language_options",), [GREEK])
    _legislation(data, (), data.get(("hvd_category",)))
    organization = _organization(data.get(("owner_org",)))
    if organization is not None:
        _from_organization(data, organization)
    for index in _indexes(data, "resources"):
        _complete_resource(data, index)


def complete_organization(data: Flat) -> None:
    """Fill an organisation from the register when it names a municipality.

    Nothing happens when an organisation is only shown: then the fields of this
    schema still stand among its extras.
    """
    _translate(data, (), "title", "title_translated")
    slug = data.get(("municipality",))
    if not isinstance(slug, str) or not slug:
        return
    try:
        municipality = municipalities.by_slug(slug)
    except KeyError:
        return  # the field's own validator refuses it and names what it read
    for field, value in organization_facts(municipality).items():
        _default(data, (field,), value)
    _default(data, ("title",), municipality.name_el)


def organization_facts(municipality: Municipality) -> dict[str, Any]:
    """Fields of the organisation of a municipality, from the register."""
    facts = {
        "name": municipality.slug,
        "title_translated": translated.write(
            {"el": municipality.name_el, "en": municipality.name_en}
        ),
        "municipality": municipality.slug,
        "diavgeia_uid": municipality.diavgeia_uid,
        "afm": municipality.afm,
        "elstat_code": municipality.elstat_code,
        "elstat_edition": municipality.elstat_edition,
        "region": translated.write({"el": municipality.region_el, "en": municipality.region_en}),
        "regional_unit": municipality.regional_unit_el,
        "nuts": f"{NUTS}/{municipality.nuts3}",
        "geonames": f"{GEONAMES}/{municipality.geonames_id}/" if municipality.geonames_id else "",
        "bbox": ",".join(map(str, municipality.bbox)) if municipality.bbox else "",
        "area_km2": str(municipality.area_km2 or ""),
        "population": municipality.population_2021,
        "population_year": 2021 if municipality.population_2021 else None,
        "website": municipality.website,
        "established": str(municipality.established),
    }
    return {field: value for field, value in facts.items() if value not in (None, "")}


def bbox_geojson(text: str) -> str:
    """GeoJSON polygon (WGS 84) of a bounding box written ``west,south,east,north``."""
    west, south, east, north = (float(part) for part in text.split(","))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def is_empty(value: Any) -> bool:
    """Whether a field counts as not sent."""
    return value is tk.missing or value in (None, "", [], {}, "[]", "{}")


def _default(data: Flat, key: tuple[Any, ...], value: Any) -> None:
    if is_empty(data.get(key)):
        data[key] = value


def _indexes(data: Flat, field: str) -> list[int]:
    return sorted({key[1] for key in data if key[0] == field and len(key) > 2})


def _translate(data: Flat, prefix: tuple[Any, ...], plain: str, field: str) -> None:
    """Make ``title`` follow ``title_translated``, or the other way round."""
    key = (*prefix, field)
    value = data.get(key)
    if is_empty(value):
        value = _from_form(data, prefix, field) or data.get((*prefix, plain))
    if is_empty(value):
        return
    try:
        texts = translated.read(value)
    except translated.UnreadableTranslationError:
        return  # the field's own validator says so
    if texts:
        data[key] = translated.write(texts)
        data[(*prefix, plain)] = translated.main_text(texts)


def _from_form(data: Flat, prefix: tuple[Any, ...], field: str) -> dict[str, str]:
    """Texts that a form sends as ``field-el``, ``field-en``."""
    extras = data.get((*prefix, "__extras")) or {}
    texts = {code: extras.pop(f"{field}-{code}", "") for code in translated.LANGUAGES}
    return {code: text for code, text in texts.items() if text}


def _dataset_name(data: Flat, *, is_new: bool, own_id: str | None) -> None:
    name = data.get(("name",))
    name = name if isinstance(name, str) else ""
    title = data.get(("title",))
    if not isinstance(title, str) or not title.strip() or not is_new:
        return
    if name and not slugs.is_munged(name, title):
        return

    def is_taken(candidate: str) -> bool:
        other = model.Package.get(candidate)
        return other is not None and other.id != own_id

    data["name",] = slugs.free_name(slugs.name_for(title), is_taken)


def _organization(owner_org: Any) -> Any:
    return model.Group.get(owner_org) if isinstance(owner_org, str) and owner_org else None


def _from_organization(data: Flat, organization: Any) -> None:
    facts: Mapping[str, Any] = organization.extras
    _default(data, ("municipality",), facts.get("municipality"))
    reach = {"email": facts.get("contact_email"), "url": facts.get("website")}
    publisher = {
        "name": organization.title,
        **reach,
        "type": LOCAL_AUTHORITY if facts.get("municipality") else None,
        "identifier": facts.get("afm"),
    }
    _entries(data, "publisher", [publisher])
    _entries(data, "contact", [{"name": facts.get("contact_name") or organization.title, **reach}])
    _entries(data, "spatial_coverage", places(organization.title, facts))


def places(name: str, facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """Area of an organisation: itself with its bounds, and the NUTS area around it."""
    found = []
    if facts.get("bbox") or facts.get("geonames"):
        own = {"uri": facts.get("geonames"), "text": name}
        if facts.get("bbox"):
            own["bbox"] = bbox_geojson(facts["bbox"])
        found.append({key: value for key, value in own.items() if value})
    if facts.get("nuts"):
        area = choices.vocabulary("nuts").find(facts["nuts"])
        label = area.label_el if area else ""
        found.append({"uri": facts["nuts"], "text": label} if label else {"uri": facts["nuts"]})
    return found


def _entries(data: Flat, field: str, entries: list[dict[str, Any]]) -> None:
    """Set a repeating field of which nothing was sent."""
    sent = [key for key in data if key[0] == field]
    if any(not is_empty(data[key]) for key in sent if key[-1] != "__extras"):
        return
    for key in sent:
        del data[key]
    for index, entry in enumerate(entries):
        for name, value in entry.items():
            if value:
                data[field, index, name] = value


def _legislation(data: Flat, prefix: tuple[Any, ...], hvd_category: Any) -> None:
    """Name the law: the open data directive, and for a high-value dataset its regulation."""
    key = (*prefix, "applicable_legislation")
    laws = data.get(key)
    if isinstance(laws, str) and laws.startswith("["):
        laws = json.loads(laws)
    laws = [laws] if isinstance(laws, str) and laws else laws
    if is_empty(laws):
        laws = [OPEN_DATA_LAW]
    if isinstance(laws, list):
        laws = [law for law in laws if law != HVD_LAW]
        data[key] = [*laws, HVD_LAW] if not is_empty(hvd_category) else laws


def _complete_resource(data: Flat, index: int) -> None:
    prefix = ("resources", index)
    for plain, field in _TRANSLATED_IN_RESOURCE.items():
        _translate(data, prefix, plain, field)
    _default(data, (*prefix, "license"), CC_BY)
    if data[(*prefix, "license")] in (CC_BY, "CC_BY_4_0"):
        _default(data, (*prefix, "rights"), RIGHTS)
    _default(data, (*prefix, "availability"), AVAILABLE)
    _default(data, (*prefix, "language_options"), [GREEK])
    _legislation(data, prefix, data.get(("hvd_category",)))
