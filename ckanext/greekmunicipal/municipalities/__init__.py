"""Register of the 332 municipalities of Greece; imports no CKAN.

The key of a municipality is its slug: ``dimos-`` and the ELOT 743 transcription of the official
genitive (``dimos-tinou``). Diavgeia uid, ΑΦΜ and ELSTAT code are identifiers of other registers;
an ELSTAT code is read with its edition, because codes changed between editions without a reform.

Columns of ``municipalities.csv`` (UTF-8, one row a municipality, empty cell = not known):

======================  =========================================================================
slug                    our key, never changed
name_el                 official name, «Δήμος» and genitive
common_name_el          nominative by which people call the place
aliases                 other nominatives and genitives that no rule gives, joined by ``;``
name_en                 English name
diavgeia_uid            organisation in Diavgeia; diavgeia_label is its label there, cleaned
afm                     tax registration number, nine digits
elstat_code             four digits, of the edition in elstat_edition (year of the register)
elstat_code_2019        four digits, of the edition of 2019
ypes_code               Kallikratis code of the Ministry of the Interior, none for those of 2019
regional_unit_el        regional unit, genitive
region_el, region_en    region (genitive; English), region_iso its ISO 3166-2 code
nuts3                   NUTS level 3 code
website                 address of the municipality's site
bbox                    west south east north, WGS 84 degrees
centroid                longitude latitude, WGS 84 degrees
bbox_predecessor        bbox of the municipality that was split in 2019: encloses this one
area_km2                square kilometres
population_2011, _2021  inhabitants, ELSTAT censuses, in the borders of today
established             year from which the municipality exists (2011 law 3852/2010, 2019 the splits)
predecessors            Diavgeia uids of the abolished municipality it came from
geonames_id             GeoNames
======================  =========================================================================

``predecessors.csv`` holds the five municipalities that were split on 1 September 2019 (laws
4555/2018 and 4600/2019), with the slugs of their successors; Diavgeia's uid of Servia-Velventos
is not known.
"""

from ckanext.greekmunicipal.municipalities.finding import find, nearest
from ckanext.greekmunicipal.municipalities.register import (
    Municipality,
    Predecessor,
    UnknownMunicipalityError,
    by_afm,
    by_diavgeia_uid,
    by_elstat_code,
    by_slug,
    municipalities,
    predecessors,
    successors_of,
)

__all__ = [
    "Municipality",
    "Predecessor",
    "UnknownMunicipalityError",
    "by_afm",
    "by_diavgeia_uid",
    "by_elstat_code",
    "by_slug",
    "find",
    "municipalities",
    "nearest",
    "predecessors",
    "successors_of",
]
