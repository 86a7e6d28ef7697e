"""What the catalogue says of itself: one accessor for each ``catalog`` option."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.dcat import concepts
from ckanext.greekmunicipal.schemas import choices

_PREFIX = "ckanext.greekmunicipal.catalog."
TITLE_EL = _PREFIX + "title_el"
TITLE_EN = _PREFIX + "title_en"
DESCRIPTION_EL = _PREFIX + "description_el"
DESCRIPTION_EN = _PREFIX + "description_en"
PUBLISHER = _PREFIX + "publisher"
PUBLISHER_TYPE = _PREFIX + "publisher_type"
CONTACT_NAME = _PREFIX + "contact_name"
CONTACT_EMAIL = _PREFIX + "contact_email"
HOMEPAGE = _PREFIX + "homepage"
LICENCE = _PREFIX + "licence"
LANGUAGES = _PREFIX + "languages"
SPATIAL = _PREFIX + "spatial"
ISSUED = _PREFIX + "issued"
RECORDS = _PREFIX + "records"

_ADMS_TYPE = "http://purl.org/adms/publishertype/"
_ADDRESS = re.compile(r"^https?://[^\s/]+")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def title() -> dict[str, str]:
    """Title of the catalogue by language, where one is set."""
    return _texts(TITLE_EL, TITLE_EN)


def description() -> dict[str, str]:
    """Description of the catalogue by language, where one is set."""
    return _texts(DESCRIPTION_EL, DESCRIPTION_EN)


def publisher() -> str | None:
    """Name or id of the organisation that publishes the catalogue, when one is set."""
    return tk.config.get(PUBLISHER) or None


def publisher_type() -> str:
    """ADMS type of the portal as publisher, when it is no organisation of CKAN."""
    return _ADMS_TYPE + tk.config[PUBLISHER_TYPE]


def contact_name() -> str | None:
    """Whom users of the portal's services write to, when it is set."""
    return tk.config.get(CONTACT_NAME) or None


def contact_email() -> str | None:
    """The address for that, when it is set."""
    return tk.config.get(CONTACT_EMAIL) or None


def homepage() -> str:
    """Home page of the catalogue: the portal unless another one is set."""
    return tk.config.get(HOMEPAGE) or tk.config.get("ckan.site_url") or ""


def licence() -> str:
    """EU licence IRI of the catalogue's metadata."""
    return _value("licence", tk.config[LICENCE]) or tk.config[LICENCE]


def languages() -> list[str]:
    """EU language IRIs of the catalogue."""
    return [_value("language", code) or code for code in tk.config[LANGUAGES]]


def spatial() -> list[str]:
    """IRIs of what the catalogue covers."""
    return list(tk.config[SPATIAL])


def issued() -> str | None:
    """Day on which the catalogue was opened (ISO 8601), when it is set."""
    return tk.config.get(ISSUED) or None


def records() -> bool:
    """Whether each dataset has a record that says when it was entered and changed."""
    return tk.asbool(tk.config[RECORDS])


def problems(config: Mapping[str, Any]) -> list[str]:
    """What would make the catalogue invalid, each as one sentence to an administrator."""
    found = []
    licence = config.get(LICENCE)
    if licence and not _value("licence", licence):
        accepted = choices.vocabulary("licence").named()
        found.append(f"{LICENCE} is {licence!r}: expected a code or IRI of {accepted}.")
    kind = config.get(PUBLISHER_TYPE)
    if kind and not concepts.described_adms(_ADMS_TYPE + kind):
        found.append(
            f"{PUBLISHER_TYPE} is {kind!r}: expected the end of an ADMS publisher type, as"
            " LocalAuthority, RegionalAuthority or NationalAuthority."
        )
    for code in config.get(LANGUAGES) or ():
        if not _value("language", code):
            accepted = choices.vocabulary("language").named()
            found.append(f"{LANGUAGES} names {code!r}: expected codes or IRIs of {accepted}.")
    addresses = [(SPATIAL, place) for place in config.get(SPATIAL) or ()]
    if config.get(HOMEPAGE):
        addresses.append((HOMEPAGE, config[HOMEPAGE]))
    found += [
        f"{option} is {address!r}: expected an address as https://host/path."
        for option, address in addresses
        if not _ADDRESS.match(address)
    ]
    if config.get(ISSUED) and not _DATE.match(str(config[ISSUED])):
        found.append(f"{ISSUED} is {config[ISSUED]!r}: expected a day as 2026-01-31.")
    return found


def _value(vocabulary: str, code: str) -> str | None:
    term = choices.vocabulary(vocabulary).find(code)
    return term.value if term else None


def _texts(greek: str, english: str) -> dict[str, str]:
    found = {"el": tk.config.get(greek), "en": tk.config.get(english)}
    return {language: text for language, text in found.items() if text}
