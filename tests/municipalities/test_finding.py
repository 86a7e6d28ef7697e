from __future__ import annotations

import json
import unicodedata

import pytest
from click.testing import CliRunner

from ckanext.greekmunicipal.console import main
from ckanext.greekmunicipal.greek import slug
from ckanext.greekmunicipal.municipalities import find, municipalities, nearest

REGISTER = municipalities()


def slugs(text: str) -> list[str]:
    return [municipality.slug for municipality in find(text)]


def without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


SPELLINGS = {
    "slug": lambda m: m.slug,
    "Diavgeia uid": lambda m: m.diavgeia_uid,
    "ΑΦΜ": lambda m: m.afm,
    "ELSTAT code": lambda m: m.elstat_code,
    "official name": lambda m: m.name_el,
    "label of Diavgeia": lambda m: m.diavgeia_label,
    "capitals without accents": lambda m: without_accents(m.name_el).upper(),
    "genitive alone": lambda m: m.name_el.removeprefix("Δήμος "),
    "nominative": lambda m: m.common_name_el,
    "nominative in capitals": lambda m: without_accents(m.common_name_el).upper(),
    "English name": lambda m: m.name_en,
    "English name alone": lambda m: m.name_en.removeprefix("Municipality of "),
    "decomposed": lambda m: unicodedata.normalize("NFD", m.name_el),
    "ELOT 743 of the nominative": lambda m: slug(m.common_name_el).replace("-", " "),
    "ELOT 743 of the genitive": lambda m: slug(m.name_el).replace("-", " "),
    "dashes with spaces": lambda m: m.name_el.replace("-", " - "),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_332_are_found_by(spelling):
    missed = [m.slug for m in REGISTER if m.slug not in slugs(SPELLINGS[spelling](m))]
    assert missed == []


# «chalkis» is the genitive of Χάλκη and the learned nominative of Χαλκίδα.
SEVERAL = {"dimos-irakleiou", "dimos-irakleiou-attikis", "dimos-chalkis"}


@pytest.mark.parametrize(
    "spelling",
    [name for name in SPELLINGS if name not in {"Diavgeia uid", "ELSTAT code"}],
)
def test_a_name_fits_one_municipality_but_for_known_ones(spelling):
    several = {m.slug for m in REGISTER if len(slugs(SPELLINGS[spelling](m))) > 1}
    assert several <= SEVERAL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Αθήνα", "dimos-athinaion"),
        ("Δήμος Αθήνας", "dimos-athinaion"),
        ("athina", "dimos-athinaion"),
        ("Athens", "dimos-athinaion"),
        ("the Municipality of Athens", "dimos-athinaion"),
        ("Θεσσαλονικης", "dimos-thessalonikis"),
        ("8essaloniki", "dimos-thessalonikis"),
        ("patra", "dimos-patreon"),
        ("Πάτρας", "dimos-patreon"),
        ("Volos", "dimos-volou"),
        ("στο Βόλο".removeprefix("στο "), "dimos-volou"),
        ("ΔΗΜΟΥ ΒΟΛΟΥ", "dimos-volou"),
        ("xania", "dimos-chanion"),
        ("9hba", "dimos-thivaion"),
        ("TINOY", "dimos-tinou"),  # capitals of a Latin keyboard
        ("BEPOIA", "dimos-veroias"),
        ("AΓΙΟΥ NΙΚΟΛΑΟΥ", "dimos-agiou-nikolaou"),
        ("ΔΗΜΟ ΑΡΓΟΥΣ ΟΡΕΣΤΙΚΟΥ", "dimos-argous-orestikou"),
        ("Μεσολόγγι", "dimos-ieras-polis-mesolongiou"),
        ("Ιεράς Πόλεως Μεσολογγίου", "dimos-ieras-polis-mesolongiou"),
        ("Χολαργός", "dimos-papagou-cholargou"),
        ("Λίμνη", "dimos-mantoudiou-limnis-agias-annas"),  # a whole part, before Λίμνη Πλαστήρα
        ("evosmos", "dimos-kordeliou-evosmou"),
        ("Αγ. Δημήτριος", "dimos-agiou-dimitriou"),
        ("Ν. Σμύρνη", "dimos-neas-smyrnis"),
        ("Ηλιούπολης", "dimos-ilioupoleos"),
        ("Πειραιά", "dimos-peiraios"),
        ("Σαντορίνη", "dimos-thiras"),
        ("Θήρα", "dimos-thiras"),
        ("Ηράκλειο Κρήτης", "dimos-irakleiou"),
        ("Ηράκλειο Αττικής", "dimos-irakleiou-attikis"),
        ("Heraklion", "dimos-irakleiou"),
        ("Νάξος", "dimos-naxou-kai-mikron-kykladon"),
        ("ΝΑΞΟΥ & ΜΙΚΡΩΝ ΚΥΚΛΑΔΩΝ", "dimos-naxou-kai-mikron-kykladon"),
        ("Καλαμπάκα", "dimos-meteoron"),
        ("EL997687930", "dimos-komotinis"),
        ("  Κως ", "dimos-ko"),
    ],
)
def test_one_municipality_is_found_by(text, found):
    assert slugs(text) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ηρακλείου", {"dimos-irakleiou", "dimos-irakleiou-attikis"}),
        ("Ηράκλειο", {"dimos-irakleiou", "dimos-irakleiou-attikis"}),
        ("hrakleio", {"dimos-irakleiou", "dimos-irakleiou-attikis"}),
        ("Irakleiou", {"dimos-irakleiou", "dimos-irakleiou-attikis"}),
        ("Τζουμέρκα", {"dimos-voreion-tzoumerkon", "dimos-kentrikon-tzoumerkon"}),
        ("Μάνης", {"dimos-anatolikis-manis", "dimos-dytikis-manis"}),
        ("Λέσβος", {"dimos-mytilinis", "dimos-dytikis-lesvou"}),
        ("ΔΗΜΟΣ ΣΑΜΟΥ", {"dimos-anatolikis-samou", "dimos-dytikis-samou"}),
        ("6148", {"dimos-argostoliou", "dimos-lixouriou", "dimos-samis"}),
        ("Kefalonia", {"dimos-argostoliou", "dimos-lixouriou", "dimos-samis"}),
        ("Σερβίων - Βελβεντού", {"dimos-servion", "dimos-velventou"}),
        # a code that two registers or two editions give to different places
        ("6001", {"dimos-avdiron", "dimos-thiras"}),
        ("3203", {"dimos-notias-kerkyras", "dimos-voreias-kerkyras"}),
    ],
)
def test_an_ambiguous_text_lists_all(text, found):
    assert set(slugs(text)) == found


def test_the_present_edition_of_a_code_comes_first():
    assert slugs("3203")[0] == "dimos-notias-kerkyras"


@pytest.mark.parametrize("text", ["Αττικής", "Ατλαντίδα", "", "Δήμος", "-", "1", "Περιφέρεια"])
def test_a_text_that_names_no_municipality_finds_none(text):
    assert find(text) == []


def test_a_whole_name_hides_names_that_only_hold_it():
    assert slugs("Χαλκηδόνα") == ["dimos-chalkidonos"]  # not also Νέα Χαλκηδόνα


def test_a_misspelt_name_is_told_its_neighbours():
    assert nearest("Θεσαλονικη")[0].slug == "dimos-thessalonikis"
    assert nearest("Thesaloniky")[0].slug == "dimos-thessalonikis"


def test_a_long_text_is_answered_at_once():
    assert find("Θ" * 1_000_000) == []


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_the_command_prints_the_fields_that_scripts_rely_on():
    result = run("municipality", "Τήνος", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {
            "slug": "dimos-tinou",
            "name_el": "Δήμος Τήνου",
            "common_name_el": "Τήνος",
            "name_en": "Municipality of Tinos",
            "diavgeia_uid": "6296",
            "afm": "800302968",
            "elstat_code": "7001",
            "elstat_edition": "2021",
            "region_el": "Νοτίου Αιγαίου",
            "region_en": "South Aegean",
            "nuts3": "EL422",
            "predecessors": [],
        }
    ]


def test_the_command_lists_an_ambiguous_name_and_ends_with_1():
    result = run("municipality", "Ηρακλείου", "--json")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)) == 2
    assert "Ηρακλείου" in result.stderr


def test_the_command_names_the_abolished_municipality_and_its_successors():
    result = run("municipality", "Δήμος Κέρκυρας")
    assert result.exit_code == 1
    assert result.stdout.count("Diavgeia") == 3
    assert "2019-09-01" in result.stderr


def test_the_command_ends_with_2_and_the_nearest_names():
    result = run("municipality", "Θεσαλονικη", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == []
    assert "dimos-thessalonikis" in result.stderr


def test_the_slug_command_prints_the_slug():
    assert run("slug", "Δήμος Ευρώτα").stdout == "dimos-evrota\n"
    assert run("slug", "...").exit_code == 2


def test_a_wrong_call_ends_with_2():
    assert run("municipality").exit_code == 2
    assert run("nothing").exit_code == 2


def test_a_crash_does_not_look_like_an_answer(monkeypatch):
    def crash(text):
        raise RuntimeError(text)

    monkeypatch.setattr("ckanext.greekmunicipal.municipalities.console.answer", crash)
    assert run("municipality", "Τήνος").exit_code == 2
