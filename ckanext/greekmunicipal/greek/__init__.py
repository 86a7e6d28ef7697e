"""Greek text, dates and tax numbers; imports no CKAN."""

from ckanext.greekmunicipal.greek.afm import is_valid_afm
from ckanext.greekmunicipal.greek.dates import ATHENS, athens_date, athens_datetime
from ckanext.greekmunicipal.greek.elot743 import slug, transliterate
from ckanext.greekmunicipal.greek.letters import fold, to_greek

__all__ = [
    "ATHENS",
    "athens_date",
    "athens_datetime",
    "fold",
    "is_valid_afm",
    "slug",
    "to_greek",
    "transliterate",
]
