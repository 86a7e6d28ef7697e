"""Rows: the columns of the interfaces, masked; the recorded acts against a table made by hand."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from act_samples import PERSON, afm, decision, payee

from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.recorded import decisions_of, read_json
from ckanext.greekmunicipal.diavgeia.rows import (
    ACTS_COLUMNS,
    LINES_COLUMNS,
    WITHHELD,
    ActRows,
    Labels,
    rows_of,
)
from ckanext.greekmunicipal.diavgeia.spool import cell

ACTS = [
    "ada",
    "version_id",
    "corrected_version_id",
    "status",
    "year",
    "issue_date",
    "publish_time",
    "submission_time",
    "decision_type",
    "decision_type_label",
    "organization_uid",
    "organization_label",
    "unit_uids",
    "subject",
    "subject_withheld",
    "protocol_number",
    "thematic_categories",
    "financial_year",
    "budget_type",
    "amount",
    "currency",
    "flags",
    "related_ada",
    "document_url",
    "act_url",
]
LINES = [
    "ada",
    "line_no",
    "role",
    "counterparty_kind",
    "counterparty_afm",
    "counterparty_name",
    "counterparty_country",
    "amount",
    "currency",
    "kae",
    "cpv",
    "flags",
]


def rows(kind: str = "Β.2.2", extra: dict[str, Any] | None = None, **over: Any) -> ActRows:
    return rows_of(read_act(decision(kind, extra, **over)))


def named(result: ActRows) -> dict[str, Any]:
    return dict(zip(ACTS, result.act_row, strict=True))


def lines(result: ActRows) -> list[dict[str, Any]]:
    return [dict(zip([*LINES, "year"], line, strict=True)) for line in result.line_rows]


def test_the_columns_are_those_of_the_interfaces_with_labels_in_both_languages() -> None:
    assert [column.name for column in ACTS_COLUMNS] == ACTS
    assert [column.name for column in LINES_COLUMNS] == [*LINES, "year"]
    kinds = {"text", "date", "timestamptz", "numeric", "integer", "boolean"}
    for column in (*ACTS_COLUMNS, *LINES_COLUMNS):
        assert column.type in kinds
        assert column.label_el
        assert column.label_en
        assert bool(column.notes_el) == bool(column.notes_en)


def test_a_payment_to_a_company_is_told_in_full() -> None:
    number = afm("99785242")
    result = rows(extra={"sponsor": [payee("ΑΛΦΑ Α.Ε.", number, 128247.69)], "financialYear": 2024})
    act, line = named(result), lines(result)[0]
    assert result.family == "payments"
    assert act["amount"] == Decimal("128247.69")
    assert act["subject"] == "ΠΡΟΜΗΘΕΙΑ ΓΡΑΦΙΚΗΣ ΥΛΗΣ"
    assert act["organization_label"] == "ΔΗΜΟΣ ΤΗΝΟΥ"
    assert act["decision_type_label"] == "ΟΡΙΣΤΙΚΟΠΟΙΗΣΗ ΠΛΗΡΩΜΗΣ"
    assert (act["year"], act["financial_year"]) == (2024, 2024)
    assert act["document_url"] == "https://diavgeia.gov.gr/doc/ΨΑΒΓΩΗΝ-1ΑΒ"
    assert act["act_url"] == "https://diavgeia.gov.gr/decision/view/ΨΑΒΓΩΗΝ-1ΑΒ"
    assert line == {
        "ada": "ΨΑΒΓΩΗΝ-1ΑΒ",
        "line_no": 1,
        "role": "sponsor",
        "counterparty_kind": "legal",
        "counterparty_afm": number,
        "counterparty_name": "ΑΛΦΑ Α.Ε.",
        "counterparty_country": "EL",
        "amount": Decimal("128247.69"),
        "currency": "EUR",
        "kae": None,
        "cpv": None,
        "flags": None,
        "year": 2024,
    }


def test_of_a_natural_person_the_line_says_only_that() -> None:
    result = rows(extra={"sponsor": [payee("ΠΑΠΠΑΣ,,ΓΕΩΡΓΙΟΣ,ΝΙΚΟΛΑΟΣ", PERSON)]})
    line = lines(result)[0]
    assert result.natural_persons == 1
    assert line["counterparty_kind"] == "natural"
    assert line["counterparty_afm"] is None
    assert line["counterparty_name"] is None
    assert line["amount"] == Decimal("100.50")
    assert "ΠΑΠΠΑΣ" not in repr(result)
    assert PERSON[:8] not in repr(result)


def test_a_line_without_a_party_is_none() -> None:
    extra = {"amountWithKae": [{"kae": "25-6263.013", "amountWithVAT": 1387.3}]}
    line = lines(rows("Β.1.3", {**extra, "amountWithVAT": {"amount": 1387.3}}))[0]
    assert (line["counterparty_kind"], line["kae"]) == ("none", "25-6263.013")


def test_a_body_without_a_tax_number_is_flagged() -> None:
    party = {"sponsorAFMName": {"afmType": "INT", "noVATOrg": "10001"}, "expenseAmount": {}}
    line = lines(rows(extra={"sponsor": [party]}))[0]
    assert (line["counterparty_kind"], line["flags"]) == ("none", "body-without-tax-number")


def test_a_revoked_act_stays_as_a_row_without_its_content() -> None:
    extra = {"sponsor": [payee("ΑΛΦΑ Α.Ε.", afm("99785242"))]}
    result = rows(extra=extra, status="REVOKED")
    act, line = named(result), lines(result)[0]
    assert act["status"] == "REVOKED"
    assert act["flags"] == "revoked"
    assert (act["subject"], act["protocol_number"], act["document_url"]) == (None, None, None)
    assert act["subject_withheld"] is False
    assert act["amount"] == line["amount"] == Decimal("100.50")
    assert (line["counterparty_kind"], line["counterparty_name"]) == ("none", None)
    assert "ΑΛΦΑ" not in repr(result)


def test_an_act_in_an_unknown_state_shows_as_little_as_a_revoked_one() -> None:
    act = named(rows(status="HIDDEN"))
    assert (act["status"], act["subject"], act["flags"]) == ("UNKNOWN", None, "unknown-status")


def test_an_act_whose_revocation_is_pending_is_shown_with_a_flag() -> None:
    act = named(rows(status="PENDING_REVOCATION"))
    assert act["flags"] == "pending-revocation"
    assert act["subject"] == "ΠΡΟΜΗΘΕΙΑ ΓΡΑΦΙΚΗΣ ΥΛΗΣ"


def test_a_corrected_act_is_flagged_and_keeps_the_version_before() -> None:
    act = named(rows(correctedVersionId="a43f0a98-9de8-48fe-a10a-d3d76eec6ab9"))
    assert act["flags"] == "corrected"
    assert act["corrected_version_id"] == "a43f0a98-9de8-48fe-a10a-d3d76eec6ab9"


@pytest.mark.parametrize("kind", ["Γ.2", "Γ.3.3", "Γ.3.4", "Γ.8"])
def test_an_act_about_staff_keeps_no_subject(kind: str) -> None:
    result = rows(kind, subject="ΠΡΟΜΗΘΕΙΑ ΓΡΑΦΙΚΗΣ ΥΛΗΣ")
    assert named(result)["subject"] is None
    assert named(result)["subject_withheld"] is True
    assert result.withheld


@pytest.mark.parametrize(
    ("kind", "over"),
    [
        ("Β.2.2", {"subject": "ΠΛΗΡΩΜΗ ΣΤΟΝ ΓΕΩΡΓΙΟ ΠΑΠΠΑ"}),
        ("Β.2.2", {"privateData": True}),
        ("100", {}),
    ],
)
def test_a_subject_that_may_name_a_person_is_withheld_with_the_link_kept(
    kind: str, over: dict[str, Any]
) -> None:
    result = rows(kind, **over)
    act = named(result)
    assert act["subject"] == WITHHELD
    assert "withheld: may name a person" in WITHHELD
    assert act["subject_withheld"] is True
    assert act["act_url"]
    assert "ΠΑΠΠΑ" not in repr(result)


def test_an_act_without_a_subject_withholds_none() -> None:
    assert named(rows(subject=None))["subject_withheld"] is False


@pytest.mark.parametrize("typed", ["ΠΑΠΑΔΟΥ-ΖΩΗ", "ΜΑΡΙΑ-ΑΝΝ", "ΓΕΩΡΓΙΟΥ-ΑΝΑ"])
def test_a_double_name_in_the_shape_of_a_reference_is_dropped(typed: str) -> None:
    act = named(rows(extra={"textRelatedADA": typed}))
    assert act["related_ada"] is None
    assert "reference-dropped" in act["flags"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://evil.example/doc", "https://diavgeia.gov.gr/a b", None]
)
def test_a_document_elsewhere_is_not_linked(url: str | None) -> None:
    assert named(rows(documentUrl=url))["document_url"] is None


def test_an_older_document_address_of_diavgeia_is_kept() -> None:
    url = "https://opendata.diavgeia.gov.gr/luminapi/api/decisions/ΨΑΒΓΩΗΝ-1ΑΒ/document"
    assert named(rows(documentUrl=url))["document_url"] == url


def test_free_fields_are_masked_too() -> None:
    act = named(rows(protocolNumber="12 ΓΕΩΡΓΙΟΣ", extra={"budgettype": "ΜΑΡΙΑ ΠΑΠΠΑ"}))
    assert (act["protocol_number"], act["budget_type"]) == (None, None)
    assert act["flags"] == "protocol-withheld;budget-type-withheld"


def test_labels_of_bodies_come_from_the_register() -> None:
    raw = decision(organizationId="100033457")
    assert named(rows_of(read_act(raw)))["organization_label"] is None
    labels = Labels({"100033457": "ΣΧΟΛΙΚΗ ΕΠΙΤΡΟΠΗ"})
    assert named(rows_of(read_act(raw), labels))["organization_label"] == "ΣΧΟΛΙΚΗ ΕΠΙΤΡΟΠΗ"


# Read from the recorded files by eye: family, issue date in Athens, amount, body, and each line's
# role, kind, tax number, amount, budget code, CPV.
RECORDED: dict[str, tuple] = {
    "901ΓΩΛΚ-ΓΙΣ": (
        "awards", "2026-01-15", None, "6166",
        [("person", "natural", None, None, None, "79100000-5"),
         ("person", "legal", "997947640", None, None, "79100000-5")],
    ),
    "71Η8ΩΛΞ-2ΡΝ": ("budgets-accounts", "2016-06-06", None, "6167", []),
    "60Β3ΩΡΙ-ΒΝ3": ("other", "2016-07-06", None, "6105", []),
    "ΩΡΠΜΩ9Ω-79Τ": ("other", "2016-09-09", None, "6057", []),
    "7394ΩΞΧ-ΠΔΖ": ("payments", "2016-03-07", None, "6253", []),
    "Ω97ΤΩΞΧ-8ΚΛ": (
        "payments", "2016-03-07", "128247.69", "6253",
        [("sponsor", "legal", "997752429", "128247.69", None, None)],
    ),
    "6ΧΙΥΩΚ9-4ΑΟ": (
        "commitments", "2016-03-07", "1387.30", "6196",
        [("amountWithKae", "none", None, "1387.30", "25-6263.013", None)],
    ),
    "ΩΡΡΠΩΛΞ-2ΓΔ": (
        "awards", "2015-12-22", "170.97", "6167",
        [("person", "legal", "082000463", "170.97", None, "42913300-2")],
    ),
    "Ψ11446ΜΓΨ7-ΠΚΛ": (
        "commitments", "2025-04-17", "4139.16", "100048574",
        [("amountWithKae", "legal", "996887930", "4139.16", "2410202001", None)],
    ),
    "99ΤΦΩΞΞ-ΣΜ1": (
        "expense-approvals", "2026-09-15", "10000.00", "6235",
        [("sponsor", "none", None, "10000.00", None, None)],
    ),
    "ΕΤΡΛ46Μ77Γ-ΘΚΓ": (
        "expense-approvals", "2026-09-15", "2700.00", "100033457",
        [("sponsor", "natural", None, "2700.00", "6101", None)],
    ),
    "ΨΗ5Θ469ΗΡ8-6ΝΠ": (
        "payments", "2026-09-15", "2976.00", "99220974",
        [("sponsor", "natural", None, "2976.00", None, None)],
    ),
    "Ψ6ΖΔΩΨΖ-7Ν3": ("payments", "2026-09-15", None, "6051", []),
}  # fmt: skip


def _recorded(folder: Path) -> tuple[dict[str, ActRows], list[str]]:
    found, refused = {}, []
    for path in sorted([*folder.glob("decisions/*.json"), *folder.glob("search/*.json")]):
        for raw in decisions_of(read_json(path)):
            try:
                result = rows_of(read_act(raw))
            except UnreadableAct as unreadable:
                refused.append(unreadable.reason)
                continue
            found[result.act_row[0]] = result
    return found, refused


def test_every_recorded_act_becomes_the_rows_that_were_read_by_eye(shared_data: Path) -> None:
    found, refused = _recorded(shared_data / "diavgeia")
    assert refused == ["version-log", "version-log"]
    assert set(found) == set(RECORDED)
    for ada, (family, issued, amount, body, expected) in RECORDED.items():
        act = named(found[ada])
        assert found[ada].family == family, ada
        assert act["issue_date"] == dt.date.fromisoformat(issued), ada
        assert act["amount"] == (Decimal(amount) if amount else None), ada
        assert act["organization_uid"] == body, ada
        got = [
            tuple(line[name] for name in (
                "role", "counterparty_kind", "counterparty_afm", "amount", "kae", "cpv"))
            for line in lines(found[ada])
        ]  # fmt: skip
        assert got == [
            (role, kind, number, Decimal(money) if money else None, kae, cpv)
            for role, kind, number, money, kae, cpv in expected
        ], ada


def test_every_other_column_of_a_recorded_act_is_as_in_the_table(shared_data: Path) -> None:
    """The table was made from the documents, its flags, links and subjects by eye."""
    found, _ = _recorded(shared_data / "diavgeia")
    path = Path(__file__).parent / "expected" / "recorded_acts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = {row["ada"]: row for row in csv.DictReader(file)}
    assert expected.keys() == found.keys()
    for ada, row in expected.items():
        act = named(found[ada])
        subject = "withheld" if act["subject"] == WITHHELD else "kept" if act["subject"] else ""
        got = {name: cell(act[name]) or "" for name in row} | {"subject": subject}
        assert got == row, ada


def test_recorded_subjects_stay_but_those_of_private_and_court_acts(shared_data: Path) -> None:
    found, _ = _recorded(shared_data / "diavgeia")
    withheld = {ada for ada, result in found.items() if result.withheld}
    assert withheld == {"901ΓΩΛΚ-ΓΙΣ", "ΕΤΡΛ46Μ77Γ-ΘΚΓ"}
    assert named(found["ΕΤΡΛ46Μ77Γ-ΘΚΓ"])["related_ada"] == "65ΥΕ46Μ77Γ-7Ε1"
    assert "ΕΠΩΝΥΜΟ" not in repr(found)
    assert json.dumps([named(found["7394ΩΞΧ-ΠΔΖ"])["flags"]]) == '["payroll"]'
