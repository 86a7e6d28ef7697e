from __future__ import annotations

import csv
import re
import unicodedata

import pytest

from ckanext.greekmunicipal.greek import to_greek
from ckanext.greekmunicipal.municipalities import municipalities
from ckanext.greekmunicipal.vocabularies import (
    NAMES,
    UnknownTermError,
    UnknownVocabularyError,
    media_type_of,
    media_types,
    table,
)

COUNTS = {
    "access-right": 3,
    "continent": 7,
    "country": 284,
    "data-theme": 14,
    "dataset-type": 20,
    "file-type": 149,
    "frequency": 40,
    "hvd-category": 6,
    "language": 33,
    "licence": 47,
    "nuts": 70,
    "place": 90,
    "planned-availability": 4,
}
# Where the term's URI does not start with that of its scheme.
PREFIXES = {
    "hvd-category": "http://data.europa.eu/bna/c_",
    "nuts": "http://data.europa.eu/nuts/code/",
}
each_table = pytest.mark.parametrize("name", NAMES)


def test_every_table_is_there_with_its_terms():
    assert {name: len(table(name).terms) for name in NAMES} == COUNTS


@each_table
def test_a_term_is_found_by_uri_and_by_code(name):
    vocabulary = table(name)
    for term in vocabulary.terms:
        assert vocabulary.by_uri(term.uri) is term
        assert vocabulary.by_uri(term.uri.replace("http:", "https:")) is term
        assert vocabulary.by_code(term.code) is term
        assert term.uri in vocabulary


@each_table
def test_uris_are_unique_and_belong_to_the_authority(name):
    vocabulary = table(name)
    prefix = PREFIXES.get(name, vocabulary.scheme_uri + "/")
    assert len({term.uri for term in vocabulary.terms}) == len(vocabulary.terms)
    assert all(term.uri.startswith(prefix) for term in vocabulary.terms)
    assert all(term.uri.endswith(term.code) for term in vocabulary.terms)


@each_table
def test_every_term_has_clean_labels_in_both_languages(name):
    for term in table(name).terms:
        for label in (term.label_el, term.label_en):
            assert label
            assert label == " ".join(label.split()) == unicodedata.normalize("NFC", label)
        assert term.label_el == to_greek(term.label_el)
        assert not re.search("[Ͱ-Ͽ]", term.label_en)


@each_table
def test_no_word_of_a_label_mixes_scripts(name):
    for term in table(name).terms:
        for word in re.findall(r"[^\W\d_]+", term.label_el):
            assert not (re.search("[A-Za-zµ]", word) and re.search("[Ͱ-Ͽ]", word)), term


def test_greek_labels_are_greek_but_for_names_of_formats_and_licences():
    for name in set(NAMES) - {"file-type", "licence"}:
        for term in table(name).terms:
            assert not re.search("[A-Za-z]", term.label_el), term


def test_known_faults_of_the_authority_are_mended():
    assert table("data-theme").by_code("JUST").label_el.startswith("Δικαιοσύνη")
    assert table("place").by_code("GRC_ART").label_el == "Άρτα"
    assert table("place").by_code("GRC_AGQ").label_el == "Αγρίνιο"
    assert "δημόσιας" in table("licence").by_code("EUPL_1_1").label_el
    assert table("country").by_code("MKD").label_el == "Βόρεια Μακεδονία"


def test_the_terms_that_defaults_use_are_there():
    assert table("licence").by_code("CC_BY_4_0")
    assert table("licence").by_code("CC0")
    assert table("access-right").by_code("PUBLIC")
    assert table("country").by_code("GRC").label_el == "Ελλάδα"
    assert table("language").by_code("ELL").alternative_code == "el"
    assert table("hvd-category").by_code("c_b79e35eb").label_el == "Κινητικότητα"


def test_the_region_of_every_municipality_is_a_term():
    for municipality in municipalities():
        assert table("nuts").by_code(municipality.nuts3).label_el


def test_an_unknown_name_or_term_says_what_there_is():
    with pytest.raises(UnknownVocabularyError, match="data-theme"):
        table("themes")
    with pytest.raises(UnknownTermError, match="CC_BY_9_9"):
        table("licence").by_code("CC_BY_9_9")
    with pytest.raises(KeyError):
        table("licence").by_uri("CC_BY_4_0")


def test_a_table_is_read_once():
    assert table("country") is table("country")


@pytest.mark.parametrize(
    ("text", "file_type"),
    [
        ("text/csv", "CSV"),
        ("text/csv; charset=windows-1253", "CSV"),
        (".csv", "CSV"),
        ("https://www.iana.org/assignments/media-types/text/csv", "CSV"),
        ("http://www.iana.org/assignments/media-types/application/json", "JSON"),
        ("http://publications.europa.eu/resource/authority/file-type/RDF_TURTLE", "RDF_TURTLE"),
        ("Turtle", "RDF_TURTLE"),
        ("ttl", "RDF_TURTLE"),
        ("GeoJSON", "GEOJSON"),
        ("application/geo+json", "GEOJSON"),
        ("JSON-LD", "JSON_LD"),
        ("XLS", "XLS"),
        ("Excel", "XLS"),
        ("xlsx", "XLSX"),
        ("ODS", "ODS"),
        ("PDF", "PDF"),
        ("application/zip", "ZIP"),
        ("GTFS", "GTFS"),
        ("SHP", "SHP"),
        ("Shapefile", "SHP"),
        ("n-triples", "RDF_N_TRIPLES"),
        ("application/n-triples", "RDF_N_TRIPLES"),
        ("rdf/xml", "RDF_XML"),
        ("jpg", "JPEG"),
        ("parquet", "PARQUET"),
        ("text/xml", "XML"),
        ("htm", "HTML"),
        ("kml", "KML"),
        ("DOC", "DOC"),
        ("odt", "ODT"),
        ("PNG", "PNG"),
        ("tsv", "TSV"),
        ("txt", "TXT"),
    ],
)
def test_a_format_is_known_by(text, file_type):
    found = media_type_of(text)
    assert found is not None
    assert found.file_type == file_type


@pytest.mark.parametrize("text", ["", "sport", "application/unknown"])
def test_what_is_no_format_is_not_guessed(text):
    assert media_type_of(text) is None


def test_every_format_has_a_term_in_the_table_of_file_types():
    for kind in media_types():
        assert table("file-type").by_uri(kind.file_type_uri).code == kind.file_type
        assert re.fullmatch(r"(application|image|text)/[\w.+-]+", kind.media_type)
        assert media_type_of(kind.file_type) is kind
        assert media_type_of(kind.format) is kind
        assert all(media_type_of(extension) is kind for extension in kind.extensions)


def test_no_recorded_term_is_lost(shared_data):
    files = {"nuts": "nuts_gr", "place": "place_gr_cy"}
    renamed = {"NAME_AUTHORITY_LIST"}  # NAL in the authority's table
    for name in NAMES:
        path = shared_data / "vocabularies" / f"{files.get(name, name)}.csv"
        with path.open(encoding="utf-8-sig") as file:
            recorded = {row["code"]: row["uri"] for row in csv.DictReader(file)}
        for code in recorded.keys() - renamed:
            assert table(name).by_code(code).uri == recorded[code]
