from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.greekmunicipal.greek.query import MOST_ALTERNATIVES, Fields, rewrite

FIELDS = Fields(
    known=frozenset({"title", "notes", "tags", "name", "metadata_modified"}),
    twins={"title": "x_title", "tags": "x_tags"},
    strict=frozenset({"metadata_modified"}),
)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("δήμων", "+(δήμων^2 OR δημ)"),
        ("Κως: δρομολόγια", "(Κως^2 OR κωσ) OR (δρομολόγια^2 OR δρομολο)"),
        ("η ποιότητα του αέρα", "(ποιότητα^2 OR ποιοτητ) OR (αέρα^2 OR αερ)"),
        ("του", "+(του^2 OR τ)"),
        ("bus of Kos", "bus OR (Kos^2 OR qkosq)"),
        ('"παιδικές χαρές"', '+("παιδικές χαρές"^2 OR "παιδ χαρ")'),
        ("γάτα ή σκύλος", "(+(γάτα^2 OR γατ)) OR (+(σκύλος^2 OR σκυλ))"),
        ("ΓΑΤΑ Ή ΣΚΥΛΟΣ", "(+(ΓΑΤΑ^2 OR γατ)) OR (+(ΣΚΥΛΟΣ^2 OR σκυλ))"),
        ("x AND y", "+x +y"),
        ("x NOT y", "+x -y"),
        ("+x -y", "+x -y"),
        ("-b", "+*:* -b"),
        ("x OR y z", "(+x) OR (+y +z)"),
        ("title:δήμος", "+(title:δήμος^2 OR x_title:δημ)"),
        ("title: δήμος", "+(title:δήμος^2 OR x_title:δημ)"),
        ("notes:abc", "+notes:abc"),
        ("family:payments", "+family:payments"),
        ('tags:"δύο λέξεις"', '+(tags:"δύο λέξεις"^2 OR x_tags:"δυ λεξ")'),
        ("name:(a OR b)", "+((+name:a) OR (+name:b))"),
        ("metadata_modified:[NOW-1DAY TO *]", "+metadata_modified:[NOW\\-1DAY TO *]"),
        ("metadata_modified:δήμος", "+metadata_modified +(δήμος^2 OR δημ)"),
        ("καθαρ*", "+καθαρ*"),
        ("ΚΑΘΆΡ*", "+(καθάρ*^2 OR καθαρ*)"),
        ("proypol*", "+(proypol*^2 OR qprupol*)"),
        ("COVID-19", "+COVID\\-19"),
        ("ύδρευση/αποχέτευση", '+(ύδρευση\\/αποχέτευση^2 OR "υδρευσ αποχετευσ")'),
        ("τι;", "+(τι^2 OR τι)"),
        ("http://x.gr", "+http\\:\\/\\/x.gr"),
        ('"ανοικτό', "+(ανοικτό^2 OR ανοικτ)"),
        ("((a", "+(+(+a))"),
        ("a)", "+a"),
        ("AND", "+and"),
        ("notes:", "+(notes^2 OR qnotq OR qnotesq)"),
        ("*", ""),
        (":", ""),
        ('"', ""),
        ("() [] {}", ""),
    ],
)
def test_a_query_asks_for_words_as_typed_and_in_their_greek_form(typed, asked):
    assert rewrite(typed, FIELDS).text == asked


def test_the_reader_of_a_query_says_what_may_be_missing():
    assert rewrite("α β γ", FIELDS).is_plain
    assert not rewrite("α +β", FIELDS).is_plain
    assert not rewrite("title:α β", FIELDS).is_plain
    assert rewrite("α ή β", FIELDS).has_or


def test_a_long_query_stays_within_what_lucene_takes():
    for typed in ("dromologia " * 500, "α.β" * 900, "aB1" * 900, "(" * 900 + "α", "thessal* " * 99):
        text = rewrite(typed, FIELDS).text
        assert len(re.findall(r"[\w*]+", text)) < 3 * MOST_ALTERNATIVES


@given(st.text(alphabet='αβ ή"():+-*?~^[]{}\\/&|!aABOR NDTO1.title', max_size=60))
def test_whatever_is_typed_the_query_is_well_formed(typed):
    text = rewrite(typed, FIELDS).text
    bare = re.sub(r"\\.", "", text)
    assert bare.count('"') % 2 == 0
    depth = 0
    for char in re.sub(r'"[^"]*"', "", bare):
        depth += (char == "(") - (char == ")")
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"(^|\()\s*(OR|AND|NOT)\b|\b(OR|AND|NOT)\s*($|\))", bare)
    assert "()" not in bare
