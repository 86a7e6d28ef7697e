from __future__ import annotations

import re
import unicodedata

import pytest

from ckanext.greekmunicipal.greek import slug, transliterate

WORDS = {
    # αυ, ευ, ηυ: v before vowels and voiced consonants, f before voiceless ones and at the end
    "Αυλώνας": "Avlonas",
    "αυγό": "avgo",
    "Ευάγγελος": "Evangelos",
    "Εύα": "Eva",
    "Ευρώτα": "Evrota",
    "Εύβοια": "Evvoia",
    "ευδία": "evdia",
    "Ευζώνων": "Evzonon",
    "παύλος": "pavlos",
    "ναύαρχος": "navarchos",
    "Ναύπλιο": "Nafplio",
    "ευθύνη": "efthyni",
    "εύκολος": "efkolos",
    "αυξάνω": "afxano",
    "Ναύπακτος": "Nafpaktos",
    "Εύσημο": "Efsimo",
    "αυτός": "aftos",
    "ευφυής": "effyis",
    "ευχή": "efchi",
    "Εύψυχος": "Efpsychos",
    "Ταΰ ταυ": "Tay taf",
    "ιερεύ": "ieref",
    "Πειραιεύς": "Peiraiefs",
    "ηυλόγησε": "ivlogise",
    "ηύξησε": "ifxise",
    # an accent on the first vowel or dialytika on the second break the pair
    "άυλος": "aylos",
    "Ταΰγετος": "Taygetos",
    "προϋπολογισμός": "proypologismos",
    "Πραΰς": "Prays",
    "μαϊού": "maiou",
    "ευνοϊκός": "evnoikos",
    "Χαϊδάρι": "Chaidari",
    "νεράιδα": "neraida",
    "ρόιδο": "roido",
    "ξεϋφαίνω": "xeyfaino",
    # ου, and ο next to a separate υ
    "Ούτε": "Oute",
    "Θούριο": "Thourio",
    "ΟΥΡΑΝΟΥΠΟΛΗ": "OURANOUPOLI",
    "Βοΐου": "Voiou",
    "όυ": "oy",
    # γ before γ, ξ, χ; γκ stays
    "Αγγελία": "Angelia",
    "Σφίγξ": "Sfinx",
    "Λάρυγξ": "Larynx",
    "Αγχίαλος": "Anchialos",
    "Ελέγχου": "Elenchou",
    "Αγκίστρι": "Agkistri",
    "Γκιώνα": "Gkiona",
    "Μεσολόγγι": "Mesolongi",
    # μπ: b at either end of a word, mp inside
    "Μπάμπης": "Bampis",
    "ΜΠΟΤΣΑΡΗ": "BOTSARI",
    "Αμπελόκηποι": "Ampelokipoi",
    "Λαμπ": "Lab",
    "Τέμπη": "Tempi",
    # ντ, τζ, τσ letter by letter
    "Ντίνος": "Ntinos",
    "Τζουμέρκα": "Tzoumerka",
    "Γαλάτσι": "Galatsi",
    # θ, χ, ψ and capitals of two letters
    "Θήβα": "Thiva",
    "ΘΗΒΑ": "THIVA",
    "Χίος": "Chios",
    "Ψαρά": "Psara",
    "ΨΑΡΑ": "PSARA",
    "ΘΕΣΣΑΛΟΝΙΚΗ": "THESSALONIKI",
    "ΛΑΡΥΝΘ": "LARYNTH",
    "Θ": "Th",
    # vowels, final ς, υι
    "υιός": "yios",
    "Οινούσσες": "Oinousses",
    "Αιγιάλεια": "Aigialeia",
    "Κως": "Kos",
    "Ωρωπός": "Oropos",
    "Ζωγράφου": "Zografou",
    "Ξυλόκαστρο": "Xylokastro",
    "Ήπειρος": "Ipeiros",
    "Δράμα": "Drama",
    "ΉΛΙΔΑ": "ILIDA",
    # polytonic
    "Εὐρώτας": "Evrotas",
    "Ἀθῆναι": "Athinai",
    "τοῦ": "tou",
}


@pytest.mark.parametrize(("greek", "latin"), WORDS.items())
def test_a_word_is_transcribed_by_elot_743(greek, latin):
    assert transliterate(greek) == latin


@pytest.mark.parametrize(("greek", "latin"), WORDS.items())
def test_the_form_of_the_accents_does_not_matter(greek, latin):
    assert transliterate(unicodedata.normalize("NFD", greek)) == latin


def test_text_that_is_not_greek_stays():
    assert transliterate("Budget 2025 – Γραφείο A/1, café") == "Budget 2025 – Grafeio A/1, café"


def test_a_latin_look_alike_is_transcribed_as_the_greek_letter():
    assert transliterate("Hράκλειο") == "Irakleio"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Δήμος Τήνου", "dimos-tinou"),
        ("Προϋπολογισμός 2025", "proypologismos-2025"),
        ("  Δήμος  Δίου - Ολύμπου ", "dimos-diou-olympou"),
        ("Β.2.2 «Πληρωμές»", "v-2-2-pliromes"),
        ("Café Müller & Straße", "cafe-muller-strasse"),
        ("2025", "2025"),
        ("中文", "u4e2d-u6587"),
        ("Москва", "u041c-u043e-u0441-u043a-u0432-u0430"),
        ("½ 中", "1-2"),
        ("...", ""),
    ],
)
def test_a_slug_is_readable_latin(text, name):
    assert slug(text) == name


def test_a_slug_holds_only_letters_digits_and_single_hyphens():
    for text in WORDS:
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug(text))
