from __future__ import annotations

import time
import unicodedata

import pytest

from ckanext.greekmunicipal.greek import fold, to_greek


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Αθήνα", "αθηνα"),
        ("ΑΘΗΝΑ", "αθηνα"),
        ("Δήμος", "δημοσ"),
        ("ΔΗΜΟΣ", "δημοσ"),
        ("προϋπολογισμός", "προυπολογισμοσ"),
        ("ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ", "προυπολογισμοσ"),
        ("ΐΰΪΫ", "ιυιυ"),
        ("Ἀθῆναι ᾳ", "αθηναι α"),
        (unicodedata.normalize("NFD", "Ωραιόκαστρο"), "ωραιοκαστρο"),
        ("AΓΙΟΥ", "αγιου"),
        ("Hράκλειο", "ηρακλειο"),
        ("Δικαιoσύνη", "δικαιοσυνη"),
        ("δη\N{MICRO SIGN}όσιας", "δημοσιασ"),
        ("\N{INCREMENT}ΗΜΟΣ", "δημοσ"),
        ("\N{OHM SIGN}ρωπός", "ωρωποσ"),
        ("\N{GREEK TONOS}Αρτα", "αρτα"),
        ("Café", "cafe"),
        ("WiFi στον Δήμο", "wifi στον δημο"),
        ("  δύο \t κενά\n", "  δυο \t κενα\n"),
        ("COVID-19", "covid-19"),
        ("", ""),
    ],
)
def test_spellings_of_one_text_fold_to_one_string(text, folded):
    assert fold(text) == folded
    assert fold(fold(text)) == folded


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Δικαιoσύνη", "Δικαιοσύνη"),
        ("AΓΙΟΥ NΙΚΟΛΑΟΥ", "ΑΓΙΟΥ ΝΙΚΟΛΑΟΥ"),
        ("Kρήτη", "Κρήτη"),
        ("δη\N{MICRO SIGN}όσιας ασφάλειας", "δημόσιας ασφάλειας"),
        ("\N{GREEK TONOS}Αρτα", "Άρτα"),
        ("\N{INCREMENT}ήμος", "Δήμος"),
        ("οργανώσειs", "οργανώσειs"),  # s looks like no Greek letter
        ("pdfΑρχείο", "pdfΑρχείο"),  # a Latin word glued on
        ("CPV Κωδικός", "CPV Κωδικός"),
        ("5 \N{MICRO SIGN}m", "5 \N{MICRO SIGN}m"),
        ("Greek", "Greek"),
    ],
)
def test_a_label_is_cleaned_of_look_alike_letters_and_nothing_else(text, clean):
    assert to_greek(text) == clean
    assert to_greek(clean) == clean


def test_a_clean_label_is_composed():
    assert to_greek(unicodedata.normalize("NFD", "Τήνος")) == unicodedata.normalize("NFC", "Τήνος")


def test_folding_keeps_up_with_bulk_loading():
    texts = [f"Δήμος Αγίου Νικολάου, προϋπολογισμός {number}" for number in range(20000)]
    start = time.perf_counter()
    for text in texts:
        fold(text)
    # ten times slower than it is here, so that a busy machine does not fail the test
    assert len(texts) / (time.perf_counter() - start) > 30_000
