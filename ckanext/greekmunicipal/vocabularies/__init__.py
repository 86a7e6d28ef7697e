"""Controlled vocabularies with Greek and English labels; imports no CKAN.

One table per authority table of the EU Publications Office (data.europa.eu for NUTS and for the
categories of high-value datasets): ``uri, code, label_el, label_en`` and, where a term has a
second code in common use, ``alternative_code`` (ISO 639-1 of a language, ISO 3166-2 of a region).
Codes and URIs are those of the authority. Greek labels are the authority's, cleaned of Latin
look-alike letters; where it has none, or none was found (access-right, dataset-type, frequency,
planned-availability, most file types), they are ours. Labels of NUTS 3 in English are ELOT 743.
"""

from ckanext.greekmunicipal.vocabularies.media_types import (
    IANA,
    MediaType,
    media_type_of,
    media_types,
)
from ckanext.greekmunicipal.vocabularies.tables import (
    NAMES,
    Term,
    UnknownTermError,
    UnknownVocabularyError,
    Vocabulary,
    table,
)

__all__ = [
    "IANA",
    "NAMES",
    "MediaType",
    "Term",
    "UnknownTermError",
    "UnknownVocabularyError",
    "Vocabulary",
    "media_type_of",
    "media_types",
    "table",
]
