from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer

from ckanext.greekmunicipal.greek.latin_keys import key, keys, sound
from ckanext.greekmunicipal.greek.stem import VERSION, stem, stop_words

PARADIGMS = """
δήμος δήμου δήμο δήμοι δήμων δήμους ΔΗΜΟΣ
προϋπολογισμός προϋπολογισμού προϋπολογισμοί προϋπολογισμών ΠΡΟΥΠΟΛΟΓΙΣΜΟΣ
δαπάνη δαπάνης δαπάνες δαπανών
απόφαση απόφασης αποφάσεως αποφάσεις αποφάσεων
κτίριο κτιρίου κτίρια κτιρίων
υπηρεσία υπηρεσίας υπηρεσίες υπηρεσιών
δρομολόγιο δρομολογίου δρομολόγια δρομολογίων
δημοτικός δημοτική δημοτικό δημοτικοί δημοτικές δημοτικά δημοτικών δημοτικού
φορέας φορέα φορείς φορέων
σχέδιο σχέδια σχεδίων σχεδίου
συμβούλιο συμβουλίου συμβούλια συμβουλίων
οργανόγραμμα οργανογράμματος οργανογράμματα
στερεά στερεών στερεό
Κως Κω
Καλαμάτα Καλαμάτας
"""


@pytest.mark.parametrize("paradigm", PARADIGMS.split("\n")[1:-1])
def test_all_forms_of_a_word_have_one_stem(paradigm):
    assert len({stem(word) for word in paradigm.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("φόρος", "φορέας"), ("πόλη", "πολίτης"), ("μουσείο", "μουσική"), ("Κως", "κάδος")],
)
def test_different_words_keep_different_stems(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("ydrefsi", "ύδρευση"),
        ("ydreysh", "ύδρευση"),
        ("udreush", "υδρεύσεις"),
        ("proypologismos", "Προϋπολογισμός"),
        ("proipologismos", "προϋπολογισμού"),
        ("thessaloniki", "Θεσσαλονίκης"),
        ("8essalonikh", "Θεσσαλονίκη"),
        ("plithismos", "πληθυσμός"),
        ("evosmos", "Εύοσμος"),
        ("xania", "Χανιά"),
        ("hania", "Χανιά"),
        ("sxoleia", "σχολεία"),
        ("sholeia", "σχολείο"),
        ("kathariothta", "καθαριότητα"),
        ("Symvoulio", "συμβουλίου"),
        ("KOS", "Κως"),
    ],
)
def test_a_word_in_latin_letters_has_the_key_of_the_greek_word(typed, word):
    assert key(word) in keys(typed)


@pytest.mark.parametrize(
    "typed", ["police", "art", "budget", "the", "of", "a", "bus", "water", "quality", "xy1z", ""]
)
def test_english_words_and_crumbs_have_no_key_of_a_word_of_municipalities(typed):
    greek = {key(word) for word in ("πόλη", "πόλεις", "Άρτα", "βουδγέτο", "νερό", "τέχνη")}
    assert not greek & set(keys(typed))
    assert not keys("police")
    assert not keys("the")


def test_a_key_cannot_be_an_english_word():
    assert key("δήμος") == "qdimq"
    assert all(k.startswith("q") and k.endswith("q") for k in keys("dimos"))


def test_letters_that_sound_alike_are_one():
    assert sound("κτηριο") == sound("κτιριο") == sound("κτειρειο")
    assert sound("ευρωτα") == "evrota"
    assert sound("ευθυνη") == "efwini"


def test_stems_are_right_in_many_threads():
    words = [word for line in PARADIGMS.split("\n") for word in line.split()] * 200
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(stem.__wrapped__, words))
    assert found == [stem(word) for word in words]


def test_the_version_names_the_stemmer_and_our_rules():
    assert VERSION.startswith("3.1.1+")
    assert snowballstemmer.stemmer("greek")


def test_stop_words_are_folded():
    assert {"του", "τησ", "στουσ"} <= stop_words("el")
    assert "ή" not in stop_words("el")
    assert "of" in stop_words("en")
