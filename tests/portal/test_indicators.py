"""The page of a commitment: what is expected, a table to fill in, and who serves it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import portal_catalogue as catalogue
import pytest

from ckanext.greekmunicipal.quality.indicators import by_id, indicators

pytestmark = [pytest.mark.ckan]


def test_pages_of_the_commitments(app: Any, filled_portal: dict[str, Any]) -> None:
    """One portal for all, since each needs the same datasets."""
    listed = app.get("/indicator/").body
    for indicator in indicators():
        assert indicator.label_en in listed.replace("&#39;", "'")
        assert f"/indicator/{indicator.id}" in listed

    page = app.get("/indicator/spending").body
    assert "Payments – Municipality of Tinos" in page
    assert "counterparty_kind" in page
    assert "/dataset/new" not in page  # a visitor may not publish

    greek = app.get("/el/indicator/inventory").body
    assert "Λόγος που δεν είναι ανοικτό" in greek
    assert "ν. 4727/2020, άρθρο 67" in greek
    assert "Κανένα ακόμη." in greek
    assert "Στήλες του πίνακα" in greek

    assert "3463/2006" not in app.get("/el/indicator/works").body  # not confirmed, so not shown

    app.get("/indicator/wishes", status=404)
    app.get("/indicator/wishes/template.csv", status=404)


def test_who_may_publish_is_led_to_the_prefilled_form(app: Any, tinos: dict[str, Any]) -> None:
    from ckan.tests import factories

    admin = factories.SysadminWithToken()
    page = app.get("/indicator/transit", headers={"Authorization": admin["token"]}).body
    assert "/dataset/new?indicator=transit" in page


def test_a_private_dataset_is_not_on_the_page(app: Any, tinos: dict[str, Any]) -> None:
    catalogue.create(catalogue.acts_dataset(tinos, private=True))
    page = app.get("/indicator/spending").body
    assert "Municipality of Tinos" not in page
    assert "None yet." in page


def test_the_table_to_fill_in_opens_in_greek_excel(app: Any) -> None:
    answer = app.get("/indicator/budget/template.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="budget.csv"' in answer.headers["Content-Disposition"]
    content = answer.get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert header == [column.id for column in by_id("budget").columns]
    assert row[header.index("initial")] == "48000,00"
    assert row[header.index("label")] == "Υλικά συντήρησης δημοτικών κτιρίων"


def test_the_columns_are_a_table_schema(app: Any) -> None:
    schema = json.loads(app.get("/el/indicator/issues/schema.json").body)
    fields = {field["name"]: field for field in schema["fields"]}
    assert fields["requested_datetime"]["type"] == "datetime"
    assert fields["status"]["constraints"] == {"required": True}
    assert fields["service_name"]["title"] == "Είδος"
