"""What an organisation says when its author says nothing, and what its datasets take from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ckan import model

from ckanext.greekmunicipal import municipalities
from ckanext.greekmunicipal.schemas import choices, flat, places, translated

if TYPE_CHECKING:
    from ckanext.greekmunicipal.municipalities import Municipality

LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"


def complete_organization(data: flat.Flat) -> None:
    """Fill an organisation from the register when it names a municipality.

    Nothing happens when an organisation is only shown: then the fields of this
    schema still stand among its extras.
    """
    _title(data)
    slug = data.get(("municipality",))
    if not isinstance(slug, str) or not slug:
        return
    try:
        municipality = municipalities.by_slug(slug)
    except KeyError:
        return  # the field's own validator refuses it and names what it read
    for field, value in organization_facts(municipality).items():
        flat.default(data, (field,), value)
    flat.default(data, ("title",), municipality.name_el)


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
        "nuts": f"{places.NUTS}/{municipality.nuts3}",
        "geonames": places.geonames_uri(municipality.geonames_id)
        if municipality.geonames_id
        else "",
        "bbox": ",".join(map(str, municipality.bbox)) if municipality.bbox else "",
        "area_km2": str(municipality.area_km2 or ""),
        "population": municipality.population_2021,
        "population_year": 2021 if municipality.population_2021 else None,
        "website": municipality.website,
        "established": str(municipality.established),
    }
    return {field: value for field, value in facts.items() if value not in (None, "")}


def complete_from_organization(data: flat.Flat, organization: Any) -> None:
    """Give a dataset municipality, publisher, contact and area of its organisation.

    A body takes the municipality and the area from the one that supervises it.
    """
    own: Mapping[str, Any] = organization.extras
    supervisor = _supervisor(own)
    above: Mapping[str, Any] = supervisor.extras if supervisor is not None else {}
    municipality = own.get("municipality") or above.get("municipality")
    flat.default(data, ("municipality",), municipality)
    reach = {"email": own.get("contact_email"), "url": own.get("website")}
    publisher = {
        "name": organization.title,
        **reach,
        "type": LOCAL_AUTHORITY if municipality else None,
        "identifier": own.get("afm"),
    }
    contact = {"name": own.get("contact_name") or organization.title, **reach}
    has_area = any(own.get(field) for field in ("bbox", "geonames", "nuts"))
    place_of = organization if has_area or supervisor is None else supervisor
    _entries(data, "publisher", [publisher])
    _entries(data, "contact", [contact])
    _entries(data, "spatial_coverage", area(place_of.title, place_of.extras))


def area(name: str, facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """Area of an organisation: itself with its bounds, and the NUTS area around it."""
    found = []
    if facts.get("bbox") or facts.get("geonames"):
        own = {"uri": facts.get("geonames"), "text": name}
        if facts.get("bbox"):
            own["bbox"] = places.bbox_geojson(facts["bbox"])
        found.append({key: value for key, value in own.items() if value})
    if facts.get("nuts"):
        around = choices.vocabulary("nuts").find(facts["nuts"])
        label = around.label_el if around else ""
        found.append({"uri": facts["nuts"], "text": label} if label else {"uri": facts["nuts"]})
    return found


def _supervisor(facts: Mapping[str, Any]) -> Any:
    """The organisation that supervises a body and has facts of its own, if any."""
    seen: set[str] = set()
    name = facts.get("parent_body")
    found: Any = None
    while name and name not in seen:
        seen.add(name)
        found = model.Group.get(name)
        if found is None or found.extras.get("municipality"):
            return found
        name = found.extras.get("parent_body")
    return found


def _entries(data: flat.Flat, field: str, wanted: list[dict[str, Any]]) -> None:
    """Set a repeating field of which nothing was sent."""
    if flat.entries(data, field) == []:
        flat.set_entries(data, field, wanted)


def _title(data: flat.Flat) -> None:
    value = data.get(("title_translated",))
    if flat.is_empty(value):
        texts = flat.from_form(data, (), "title_translated", translated.LANGUAGES)
        value = {code: text for code, text in texts.items() if text} or data.get(("title",))
    if flat.is_empty(value):
        return
    try:
        texts = translated.read(value)
    except translated.UnreadableTranslationError:
        return  # the field's own validator says so
    if texts:
        data["title_translated",] = translated.write(texts)
        data["title",] = translated.main_text(texts)
