"""Lists in Greek order; dates and numbers as Greeks write them, on CKAN's own pages too."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.greekmunicipal.views import facets, formats

pytestmark = [pytest.mark.ckan]

NARROW = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            "el",
            [
                "23 Νοεμβρίου 2026",
                "23 Νοεμβρίου 2026, 10:05 (UTC)",
                "2026-11-23T10:05:00",
                "1.234.567,89",
                "12,3 χιλ.",
                "1,4 MiB",
                "23 Νοεμβρίου 2026",
                "23/11/2026",
                "1.234,56",
                "2.026",
            ],
        ),
        (
            "en",
            [
                "November 23, 2026",
                "November 23, 2026, 10:05 (UTC)",
                "2026-11-23T10:05:00",
                "1,234,567.89",
                "12.3k",
                "1.4 MiB",
                "23 November 2026",
                "23/11/2026",
                "1,234.56",
                "2,026",
            ],
        ),
    ],
)
def test_dates_and_numbers_are_written_as_readers_write_them(
    with_plugins: Any, app: Any, language: str, shown: list[str]
) -> None:
    from ckan.lib import formatters

    instant = "2026-11-23T10:05:00"
    environ = {"CKAN_LANG": language}
    with app.flask_app.test_request_context(f"/{language}/", environ_overrides=environ):
        h = tk.h
        found = [
            h.render_datetime(instant),
            h.render_datetime(instant, with_hours=True),
            h.render_datetime(instant, date_format="%Y-%m-%dT%H:%M:%S"),
            formatters.localised_number(1234567.89),
            formatters.localised_SI_number(12345),
            h.localised_filesize(1536000),
            formats.date("2026-11-23"),
            formats.cell("2026-11-23", "date"),
            formats.cell("1234.56", "numeric"),
            formats.number(2026, 0),
        ]
        assert [text.translate(NARROW) for text in found] == shown
        assert h.render_datetime(None, with_hours=True) == ""
        assert h.render_datetime("no date", with_hours=True) == ""


def test_a_page_of_ckan_shows_a_date_in_greek(app: Any, filled_portal: dict[str, Any]) -> None:
    package = tk.get_action("package_show")({}, {"id": filled_portal["acts"]["id"]})
    environ = {"CKAN_LANG": "el"}
    with app.flask_app.test_request_context("/el/", environ_overrides=environ):
        expected = tk.h.render_datetime(package["metadata_created"])
    assert expected.split()[1].startswith(("Ι", "Φ", "Μ", "Α", "Σ", "Ο", "Ν", "Δ"))
    page = app.get(f"/el/dataset/{package['name']}").get_data(as_text=True)
    day, month, year = expected.split()
    assert f"{day} {month} {year}" in page


def test_the_values_of_a_filter_are_in_the_order_of_their_labels(
    with_plugins: Any, app: Any
) -> None:
    names = ["Ωδείο", "άρτος", "Άγιος", "ΑΒ", "βάση"]
    items = [{"name": name, "display_name": name, "count": 1} for name in names]
    items.append({"name": "λίγα", "display_name": "λίγα", "count": 7})
    found = {"tags": {"items": items}}
    with app.flask_app.test_request_context("/el/dataset/"):
        shown = [item["name"] for item in tk.h.get_facet_items_dict("tags", found)]
        assert shown == ["λίγα", "ΑΒ", "Άγιος", "άρτος", "βάση", "Ωδείο"]
        few = tk.h.get_facet_items_dict("tags", found, limit=2)
        assert [item["name"] for item in few] == ["λίγα", "ΑΒ"]
    with app.flask_app.test_request_context("/el/dataset/?_tags_limit=3&tags=ΑΒ"):
        shown = tk.h.get_facet_items_dict("tags", found, exclude_active=True)
        assert [item["name"] for item in shown] == ["λίγα", "Άγιος", "άρτος"]


def test_themes_are_in_the_order_in_which_the_reader_reads_them(
    with_plugins: Any, app: Any
) -> None:
    base = "http://publications.europa.eu/resource/authority/data-theme/"
    items = [
        {"name": base + code, "display_name": base + code, "count": 2}
        for code in ("ECON", "ENVI", "AGRI", "TRAN", "HEAL")
    ]
    for language in ("el", "en"):
        environ = {"CKAN_LANG": language}
        with app.flask_app.test_request_context(f"/{language}/", environ_overrides=environ):
            found = tk.h.get_facet_items_dict("vocab_theme", {"vocab_theme": {"items": items}})
            label = facets.label_function("vocab_theme")
            assert label is not None
            labels = [label(item) for item in found]
        assert labels == sorted(
            labels, key=lambda text: text.translate(str.maketrans("ΆΈΌ", "ΑΕΟ"))
        )
