"""Lists of budget files as they come, without CKAN: links, feeds, names, subjects of acts."""

from __future__ import annotations

import pytest

from ckanext.greekmunicipal.harvesters.budget_sources.acts import kind_of
from ckanext.greekmunicipal.harvesters.budget_sources.documents import (
    absolute,
    document,
    name_of,
    shown_address,
)
from ckanext.greekmunicipal.harvesters.budget_sources.errors import SourceFailure
from ckanext.greekmunicipal.harvesters.budget_sources.feeds import entries_of
from ckanext.greekmunicipal.harvesters.budget_sources.links import links_of
from ckanext.greekmunicipal.harvesters.budget_sources.patterns import Patterns

PAGE = "https://www.tinos.gr/οικονομικά/index.html"


def test_links_are_absolute_and_their_greek_names_are_read_however_encoded() -> None:
    found = links_of(
        """<html><head><base href="/files/"></head><body>
        <a href="Προϋπολογισμός 2026.xlsx">Ο προϋπολογισμός</a>
        <a href="%CE%95%CE%BE%CE%BF%CE%B4%CE%B1.csv#top" title="Έξοδα">λήψη</a>
        <a href="%C5%F3%EF%E4%E1.xls">παλιό</a>
        <a href="mailto:info@tinos.gr">γράψτε</a> <a href="javascript:go()">x</a>
        <a href="%CE%95%CE%BE%CE%BF%CE%B4%CE%B1.csv">δεύτερη φορά</a>
        <a href="//other.example/a.pdf">αλλού</a></body></html>""".encode(),
        "https://www.tinos.gr/index.html",
        "utf-8",
    )
    assert [(each.name, each.texts) for each in found] == [
        ("Προϋπολογισμός 2026.xlsx", ("Ο προϋπολογισμός",)),
        ("Εξοδα.csv", ("λήψη", "Έξοδα")),
        ("Εσοδα.xls", ("παλιό",)),
        ("a.pdf", ("αλλού",)),
    ]
    assert found[0].address == (
        "https://www.tinos.gr/files/%CE%A0%CF%81%CE%BF%CF%8B%CF%80%CE%BF%CE%BB%CE%BF%CE%B3"
        "%CE%B9%CF%83%CE%BC%CF%8C%CF%82%202026.xlsx"
    )
    assert found[3].address == "https://other.example/a.pdf"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<<<<", "κείμενο".encode()])
def test_what_is_no_page_has_no_links(content: bytes) -> None:
    assert links_of(content, PAGE, "no-such-encoding") == []


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://t.gr/d/">
<link href="/self" rel="self"/><entry><title>Εκτέλεση Μαΐου</title>
<link href="page.html"/><link rel="enclosure" href="may.pdf"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><link>https://t.gr/</link><item><title>Εκτέλεση Μαΐου</title>
<link>https://t.gr/d/page.html</link><enclosure url="https://t.gr/d/may.pdf"/></item></channel></rss>"""


@pytest.mark.parametrize("feed", [ATOM, RSS])
def test_a_feed_names_the_files_and_pages_of_its_entries(feed: str) -> None:
    found = entries_of(feed.encode(), "https://t.gr/feed")
    assert sorted(each.address for each in found) == [
        "https://t.gr/d/may.pdf",
        "https://t.gr/d/page.html",
    ]
    assert {each.texts for each in found} == {("Εκτέλεση Μαΐου",)}
    assert [
        each.name for each in found if Patterns(texts=("*μαΐου*",), names=("*.pdf",)).fit(each)
    ] == ["may.pdf"]


@pytest.mark.parametrize(
    "content",
    [
        b"<rss><channel><item>",
        b"<html><body>502</body></html>",
        b"{}",
        b"",
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><link>&x;</link>'
        b"</item></channel></rss>",
    ],
)
def test_a_broken_feed_is_refused_in_both_languages(content: bytes) -> None:
    with pytest.raises(SourceFailure) as refused:
        entries_of(content, "https://t.gr/feed")
    assert "is no feed" in refused.value.en
    assert "δεν είναι ροή" in refused.value.el


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (Patterns(), True),
        (Patterns(names=("*ΕΚΤΕΛΕΣΗ*2026*",)), True),
        (Patterns(names=("*2025*",)), False),
        (Patterns(texts=("μηνιαία  κατάσταση*",)), True),
        (Patterns(names=("*.pdf",), texts=("*τριμήνου*",)), False),
        (Patterns(names=("*.pdf",), without=("*δελτίο*",)), False),
        (Patterns(names=("*[1].pdf",)), True),
    ],
)
def test_patterns_do_not_look_at_accents_and_capitals(patterns: Patterns, wanted: bool) -> None:
    found = document("https://t.gr/Εκτέλεση_2026[1].pdf", "Μηνιαία κατάσταση", "Δελτίο Μαΐου")
    assert patterns.fit(found) is wanted


def test_without_patterns_only_files_are_wanted() -> None:
    assert not Patterns().fit(document("https://t.gr/about.html", "Προϋπολογισμός"))
    assert not Patterns().fit(document("https://t.gr/"))


def test_a_pattern_of_many_stars_ends_at_once() -> None:
    assert not Patterns(names=("*a" * 40 + "b",)).fit(document("https://t.gr/" + "a" * 150))


@pytest.mark.parametrize(
    "reference", ["", " ", "ftp://t.gr/a.csv", "http://[::1/a", "http://t.gr:port/a", "a" * 3000]
)
def test_what_cannot_be_asked_is_no_address(reference: str) -> None:
    assert absolute("https://t.gr/", reference) is None


def test_a_name_is_one_part_of_a_path() -> None:
    assert "/" not in name_of("https://t.gr/a/%2e%2e%2fetc%2fpasswd")
    assert name_of("https://t.gr/") == "file"


def test_a_part_of_an_address_that_may_name_a_person_is_not_told() -> None:
    told = shown_address("https://t.gr/Παπαδόπουλος Γεώργιος.xls?id=5")
    assert told.startswith("https://t.gr/file-")
    assert "Παπαδ" not in told


@pytest.mark.parametrize(
    ("decision_type", "subject", "kind"),
    [
        ("Β.3", "ΔΗΜΟΣΙΕΥΣΗ ΣΤΟΙΧΕΙΩΝ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ ΜΑΪΟΥ 2026", "statement"),
        # The same with Latin E, O, T, H, Y inside Greek words, and «Π/Υ» with a Latin Y.
        ("Β.3", "ΔHΜOΣIEΥΣH ΣTOIXEIΩN EKTEΛEΣHΣ ΠPOΫΠOΛOΓIΣMOY", "statement"),
        ("Β.3", "Δημοσίευση στοιχείων εκτέλεσης Π/Y μηνός Μαΐου", "statement"),
        ("Β.3", "Μηνιαία κατάσταση εκτέλεσης προϋπολογισμού, Μάιος 2026", "statement"),
        ("Β.3", "Έκθεση αποτελεσμάτων εκτέλεσης προϋπολογισμού α΄ τριμήνου 2026", ""),
        ("Β.3", "Έγκριση απολογισμού έτους 2025", ""),
        ("Β.3", "Στοιχεία εκτέλεσης προϋπολογισμού της Σχολικής Επιτροπής", ""),
        ("Β.3", "ΙΣΟΛΟΓΙΣΜΟΣ 2025", ""),
        ("Β.1.1", "Ψήφιση προϋπολογισμού του Δήμου Τήνου έτους 2026", "budget"),
        ("Β.1.1", "Έγκριση προϋπολογισμού του Ν.Π.Δ.Δ. «Αθλητικός Οργανισμός»", ""),
        ("Β.1.1", "Αναμόρφωση 3 προϋπολογισμού οικονομικού έτους 2026", ""),
        ("Β.2.2", "Πληρωμή εκτέλεσης προϋπολογισμού", ""),
    ],
)
def test_the_subject_tells_what_the_document_of_an_act_is(
    decision_type: str, subject: str, kind: str
) -> None:
    assert kind_of(decision_type, subject) == kind
