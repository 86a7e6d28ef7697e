"""Searching in the tables of acts, lines and budgets, however Greek is typed."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any

import ckan.lib.search as ckan_search
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
from ckan.tests import helpers
from markupsafe import escape

from ckanext.greekmunicipal import datastore, row_text
from ckanext.greekmunicipal.harvesters import acts_store, budget_store

pytestmark = [pytest.mark.ckan]

SUBJECTS = {
    "6ΩΡΤΩΗΑ-ΧΨΩ": "Πληρωμή λογαριασμού ύδρευσης/αποχέτευσης παιδικών σταθμών",
    "9ΥΥΠΩΗΑ-ΑΒΓ": "Annual maintenance of software licences (ERP)",
    "ΨΕΦΖΩΗΑ-Ν0Ι": "Δαπάνη προμήθειας καυσίμων απορριμματοφόρων",
    "ΩΑ1ΒΩΗΑ-ΚΛΜ": "ΕΓΚΡΙΣΗ ΔΑΠΆΝΗΣ ΓΙΑ ΤΗΝ ΥΠΗΡΕΣΙΑ ΚΑΘΑΡΙΟΤΗΤΑΣ",
}
DAPANES = ["ΨΕΦΖΩΗΑ-Ν0Ι", "ΩΑ1ΒΩΗΑ-ΚΛΜ"]
_built: list[dict[str, str]] = []


@pytest.fixture
def tables(with_plugins: None, reset_db: Any, migrate_db_for: Any, request: Any) -> dict[str, str]:
    """Tables of ours with some rows, and a table of somebody else; made once."""
    if not _built:
        reset_db()
        migrate_db_for("harvest")
        ckan_search.clear_all()
        ids = {name: str(uuid.uuid4()) for name in ("acts", "lines", "budget", "foreign")}
        organization = catalogue.municipality()
        resources = [
            {
                "id": resource_id,
                "name_translated": {"el": name},
                "url": f"https://data.example.gr/{name}",
                "url_type": datastore.URL_TYPE if name != "foreign" else "datastore",
                "format": "CSV",
                "table": name if name != "foreign" else "",
            }
            for name, resource_id in ids.items()
        ]
        catalogue.create(catalogue.acts_dataset(organization, name="tables", resources=resources))
        acts = [{"ada": ada, "subject": subject, "year": 2025} for ada, subject in SUBJECTS.items()]
        lines = [{"ada": "Α", "line_no": 1, "counterparty_name": "ΔΕΥΑ Τήνου", "kae": "20.6231"}]
        budget = [
            {
                "fiscal_year": 2025, "side": "expenditure", "code": "20.6231", "occurrence": 1,
                "label": "Μισθώματα μηχανημάτων", "initial": Decimal("98765.43"),
            }
        ]  # fmt: skip
        fill(ids["acts"], acts_store.SPECS["acts"], acts, text_of_acts)
        fill(ids["lines"], acts_store.SPECS["lines"], lines, text_of_lines)
        fill(ids["budget"], budget_store.SPEC, budget, budget_store.search_text)
        catalogue.load(
            {"id": ids["foreign"]},
            [{"id": "text", "type": "text"}],
            [{"text": "δαπάνη"}, {"text": "έσοδα"}],
        )
        _built.append(ids)
        request.node.getparent(pytest.Module).addfinalizer(_built.clear)
    return _built[0]


def text_of_acts(row: tuple[Any, ...]) -> str:
    return acts_store.search_text("acts", row)


def text_of_lines(row: tuple[Any, ...]) -> str:
    return acts_store.search_text("lines", row)


def fill(resource_id: str, spec: Any, records: list[dict[str, Any]], text_of: Any) -> None:
    """Load rows as the harvesters do."""
    datastore.ensure_table(catalogue.context(), resource_id, spec)
    rows = [tuple(record.get(name) for name in spec.names) for record in records]
    with datastore.transaction() as cursor:
        datastore.create_stage(cursor, "stage", spec.columns, {datastore.FULL_TEXT: "tsvector"})
        datastore.copy_rows(
            cursor,
            "stage",
            (*spec.names, datastore.FULL_TEXT),
            ((*row, text_of(row)) for row in rows),
        )
        datastore.merge(cursor, resource_id, "stage", spec)


def adas(resource_id: str, **asked: Any) -> list[str]:
    found = helpers.call_action(
        "datastore_search",
        {"user": "", "ignore_auth": False},
        resource_id=resource_id,
        sort="_id",
        **asked,
    )
    return [record["ada"] for record in found["records"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        *(
            (typed, DAPANES)
            for typed in ("δαπανες", "ΔΑΠΆΝΕΣ", "ΔΑΠΑΝΗ", "δαπάνης", "dapanes", "dapani", "dapanh")
        ),
        ("υπηρεσίες καθαριότητας", ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("υπηρεσιων", ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("ypiresies", ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("οι δαπάνες της καθαριότητας", ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("υδρευση", ["6ΩΡΤΩΗΑ-ΧΨΩ"]),
        ("αποχέτευση", ["6ΩΡΤΩΗΑ-ΧΨΩ"]),
        ("paidikoi stathmoi", ["6ΩΡΤΩΗΑ-ΧΨΩ"]),
        ("ΨΕΦΖΩΗΑ-Ν0Ι", ["ΨΕΦΖΩΗΑ-Ν0Ι"]),
        ("ψεφζωηα-ν0ι", ["ΨΕΦΖΩΗΑ-Ν0Ι"]),
        ("software licence", ["9ΥΥΠΩΗΑ-ΑΒΓ"]),
        ("2025", list(SUBJECTS)),
        ("σχολείο", []),
        ("police", []),
        ("!!", []),
        ("'", []),
    ],
)
def test_rows_are_found_in_any_spelling(
    tables: dict[str, str], typed: str, expected: list[str]
) -> None:
    assert adas(tables["acts"], q=typed) == expected
    assert adas(tables["acts"], full_text=typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("δαπαν:*", DAPANES),
        ("ΔΑΠΆΝΕΣ:* & !καυσίμων", ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("dapan:*", DAPANES),
        ("καθαρ:* | υδρευ:*", ["6ΩΡΤΩΗΑ-ΧΨΩ", "ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("προμήθεια <-> καύσιμα", ["ΨΕΦΖΩΗΑ-Ν0Ι"]),
        ("'δαπανη' & (καυσιμο | σχολειο)", ["ΨΕΦΖΩΗΑ-Ν0Ι"]),
        ("softwa:*", ["9ΥΥΠΩΗΑ-ΑΒΓ"]),
    ],
)
def test_expressions_of_postgresql_keep_their_meaning(
    tables: dict[str, str], typed: str, expected: list[str]
) -> None:
    assert adas(tables["acts"], q=typed, plain=False) == expected
    assert adas(tables["acts"], q=typed, plain=False, language="simple") == expected


def test_a_malformed_expression_is_refused_as_ckan_refuses_it(tables: dict[str, str]) -> None:
    with pytest.raises(tk.ValidationError):
        adas(tables["acts"], q="δαπάνη & (", plain=False)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ({"subject": "δαπανες"}, DAPANES),
        ({"subject": "ΔΑΠΆΝΕΣ", "ada": "ψεφζωηα-ν0ι"}, ["ΨΕΦΖΩΗΑ-Ν0Ι"]),
        ({"subject": "dapanes"}, DAPANES),
        ({"subject": "υπηρεσία"}, ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ({"ada": "δαπάνη"}, []),
    ],
)
def test_one_column_is_searched_in_any_spelling(
    tables: dict[str, str], q: dict[str, str], expected: list[str]
) -> None:
    assert adas(tables["acts"], q=q) == expected
    assert adas(tables["acts"], q=json.dumps(q)) == expected


def test_lines_and_budgets_are_found_too(tables: dict[str, str]) -> None:
    for typed in ("δευα τηνοσ", "ΤΗΝΟΥ", "tinou", "20.6231"):
        assert adas(tables["lines"], q=typed) == ["Α"], typed
    for typed in ("μισθωμα", "ΜΙΣΘΏΜΑΤΑ", "misthomata mixanimaton", "20.6231"):
        found = tk.get_action("datastore_search")({}, {"resource_id": tables["budget"], "q": typed})
        assert [record["code"] for record in found["records"]] == ["20.6231"], typed


def test_the_answer_repeats_the_question_as_it_was_asked(tables: dict[str, str], app: Any) -> None:
    asked = {"resource_id": tables["acts"], "q": "ΔΑΠΆΝΕΣ", "limit": 1}
    answer = app.get("/api/action/datastore_search", query_string=asked).json["result"]
    assert answer["q"] == "ΔΑΠΆΝΕΣ"
    assert answer["total"] == 2
    assert "language" not in answer
    assert answer["records"][0]["rank"] > 0


def test_tables_of_others_are_searched_as_ckan_does(tables: dict[str, str]) -> None:
    def found(typed: str) -> int:
        return tk.get_action("datastore_search")(
            {}, {"resource_id": tables["foreign"], "q": typed}
        )["total"]

    assert found("δαπάνη") == 1
    assert found("δαπανες") == 0


def table_view(resource_id: str) -> dict[str, Any]:
    return tk.get_action("resource_view_create")(
        catalogue.context(),
        {"resource_id": resource_id, "title": "Πίνακας", "view_type": "datatables_view"},
    )


def form(resource_id: str, typed: str, **columns: str) -> dict[str, str]:
    """What the table view sends."""
    fields = tk.get_action("datastore_search")({}, {"resource_id": resource_id, "limit": 0})
    sent = {"draw": "1", "search[value]": typed, "start": "0", "length": "10"}
    for at, field in enumerate(fields["fields"]):
        sent[f"columns[{at}][name]"] = field["id"]
        sent[f"columns[{at}][search][value]"] = columns.get(field["id"], "")
    return sent


@pytest.mark.parametrize(
    ("typed", "columns", "expected"),
    [
        ("δαπάν", {}, DAPANES),
        ("ΔΑΠΑΝΕΣ", {}, DAPANES),
        ("dapan", {}, DAPANES),
        ("δαπάνη καθαρ", {}, ["ΩΑ1ΒΩΗΑ-ΚΛΜ"]),
        ("", {"subject": "ύδρευση"}, ["6ΩΡΤΩΗΑ-ΧΨΩ"]),
        ("soft", {}, ["9ΥΥΠΩΗΑ-ΑΒΓ"]),
        ("", {}, list(SUBJECTS)),
    ],
)
def test_the_search_boxes_of_the_table_view_find_greek(
    app: Any, tables: dict[str, str], typed: str, columns: dict[str, str], expected: list[str]
) -> None:
    view = table_view(tables["acts"])
    data = form(tables["acts"], typed, **columns) | {
        "order[0][column]": "0",
        "order[0][dir]": "asc",
    }
    answer = app.post(f"/datatables/ajax/{view['id']}", data=data)
    assert answer.status_code == 200, answer.body
    assert [row["ada"] for row in json.loads(answer.body)["data"]] == expected


def test_the_table_view_finds_greek_in_tables_of_others(app: Any, tables: dict[str, str]) -> None:
    view = table_view(tables["foreign"])
    answer = app.post(f"/datatables/ajax/{view['id']}", data=form(tables["foreign"], "Δαπάν"))
    assert [row["text"] for row in json.loads(answer.body)["data"]] == ["δαπάνη"]


def test_the_download_of_a_searched_table_has_what_was_found(
    app: Any, tables: dict[str, str]
) -> None:
    view = table_view(tables["acts"])
    fields = tk.get_action("datastore_search")({}, {"resource_id": tables["acts"], "limit": 0})
    names = [field["id"] for field in fields["fields"]]
    params = {
        "search": {"value": "ΔΑΠΆΝΕΣ"},
        "order": [{"column": 0, "dir": "asc"}],
        "columns": [{"name": name, "search": {"value": ""}} for name in names],
        "visible": [True] * len(names),
    }
    answer = app.post(
        f"/datatables/filtered-download/{view['id']}",
        data={"params": json.dumps(params), "format": "csv"},
    )
    assert answer.status_code == 200
    for ada in SUBJECTS:
        assert (ada in answer.get_data(as_text=True)) == (ada in DAPANES)


def test_rows_of_before_an_upgrade_are_filled_again_by_one_command(
    tables: dict[str, str], cli: Any
) -> None:
    assert all(table.is_fresh for table in row_text.tables())
    with datastore.transaction() as cursor:
        cursor.execute(f"""UPDATE "{tables["acts"]}" SET _full_text = to_tsvector('x')""")
        cursor.execute(f"""COMMENT ON TABLE "{tables["acts"]}" IS NULL""")
    assert adas(tables["acts"], q="δαπανες") == []
    from ckan.cli.cli import ckan

    told = cli.invoke(ckan, ["greekmunicipal", "search", "--dry-run"])
    assert told.exit_code == 1, told.output
    assert "1 tables with rows of other rules" in told.output
    assert adas(tables["acts"], q="δαπανες") == []
    told = cli.invoke(ckan, ["greekmunicipal", "search"])
    assert told.exit_code == 0, told.output
    assert f"{tables['acts']} (acts): 4 rows filled" in told.output
    assert adas(tables["acts"], q="δαπανες") == DAPANES
    assert cli.invoke(ckan, ["greekmunicipal", "search", "--dry-run"]).exit_code == 0


def test_who_may_not_read_a_table_may_not_search_it(tables: dict[str, str]) -> None:
    organization = tk.get_action("organization_show")({}, {"id": catalogue.SLUG})
    hidden = str(uuid.uuid4())
    resource = {
        "id": hidden,
        "url": "https://x.gr",
        "url_type": datastore.URL_TYPE,
        "table": "acts",
    }
    catalogue.create(
        catalogue.acts_dataset(organization, name="hidden", private=True, resources=[resource])
    )
    fill(hidden, acts_store.SPECS["acts"], [{"ada": "Α", "subject": "δαπάνη"}], text_of_acts)
    with pytest.raises(tk.NotAuthorized):
        adas(hidden, q="δαπανες")
    tk.get_action("dataset_purge")(catalogue.context(), {"id": "hidden"})


@pytest.mark.parametrize("name", ["acts", "lines", "budget"])
def test_each_column_of_ours_has_a_label_in_both_languages_that_is_shown(
    app: Any, tables: dict[str, str], name: str
) -> None:
    found = tk.get_action("datastore_info")({}, {"id": tables[name]})["fields"]
    fields = [field for field in found if field["id"] != "_id"]
    assert len(fields) > 5
    for field in fields:
        info = field["info"]
        assert field["id"].isascii()
        assert info["label_el"], field
        assert info["label_en"], field
        assert info["label"] == info["label_el"]
    for language, own in (("el", "label_el"), ("en", "label_en")):
        page = app.get(f"/{language}/dataset/tables/resource/{tables[name]}").get_data(as_text=True)
        for field in fields:
            assert escape(field["info"][own]) in page, (language, field["id"])
