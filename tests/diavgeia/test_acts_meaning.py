"""What the figures of an act say: likely mistakes and reversals are flagged, never repaired."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from act_samples import LEGAL, PERSON, decision, payee

from ckanext.greekmunicipal.diavgeia.act import read_act
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, ActRows, rows_of
from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization, Simulator

DOCS = Path(__file__).parents[2] / "docs" / "acts-fields.md"


def rows(kind: str, extra: dict[str, Any], **over: Any) -> ActRows:
    return rows_of(read_act(decision(kind, extra, **over)))


def cell(result: ActRows, name: str) -> Any:
    return dict(zip([c.name for c in ACTS_COLUMNS], result.act_row, strict=True))[name]


def flags(result: ActRows) -> set[str]:
    return set((cell(result, "flags") or "").split(";")) - {""}


def line_flags(result: ActRows) -> list[set[str]]:
    place = [c.name for c in LINES_COLUMNS].index("flags")
    return [set((line[place] or "").split(";")) - {""} for line in result.line_rows]


# --- outliers -----------------------------------------------------------------------------------


def test_a_tax_number_typed_as_amount_is_flagged_and_stays() -> None:
    result = rows("Β.2.2", {"sponsor": [payee("ΑΛΦΑ Α.Ε.", LEGAL, float(LEGAL))]})
    assert cell(result, "amount") == Decimal(int(LEGAL)) == Decimal(90114939)
    assert flags(result) == {"amount-is-tax-number"}
    assert line_flags(result) == [{"amount-is-tax-number"}]


def test_the_tax_number_of_the_payer_or_of_anybody_is_one_too() -> None:
    org = {"org": {"afm": LEGAL, "name": "ΔΗΜΟΣ"}}
    own = rows("Β.2.2", {**org, "sponsor": [payee("ΒΗΤΑ Α.Ε.", None, float(LEGAL))]})
    other = rows("Β.2.2", {"sponsor": [payee("ΒΗΤΑ Α.Ε.", None, float(PERSON))]})
    assert "amount-is-tax-number" in flags(own)
    assert flags(other) == {"amount-is-tax-number", "amount-outlier"}


def test_an_ordinary_amount_is_no_tax_number() -> None:
    for amount in (90114938.0, 90114939.5, 1000000.0):
        result = rows("Β.2.2", {"sponsor": [payee("ΑΛΦΑ Α.Ε.", LEGAL, amount)]})
        assert flags(result) == set()


@pytest.mark.parametrize(
    ("amount", "line"),
    [
        (6263.0, {"kae": "6263"}),
        (6263.01, {"kae": "6263.01"}),
        (2410202001.0, {"kae": "2410202001"}),
        (256263013.0, {"kae": "25-6263.013"}),
        (42913300.0, {"cpv": "42913300-2"}),
        (429133002.0, {"cpv": "42913300-2"}),
    ],
)
def test_an_amount_equal_to_its_code_is_flagged(amount: float, line: dict[str, str]) -> None:
    result = rows("Β.2.1", {"sponsor": [{**payee("ΑΛΦΑ Α.Ε.", LEGAL, amount), **line}]})
    assert "amount-is-code" in flags(result)
    assert "amount-is-code" in line_flags(result)[0]


def test_an_amount_unlike_its_code_is_not_flagged() -> None:
    line = {**payee("ΑΛΦΑ Α.Ε.", LEGAL, 1312.5), "kae": "1312.02", "cpv": "13120000-1"}
    assert flags(rows("Β.2.1", {"sponsor": [line]})) == set()
    small = {**payee("ΑΛΦΑ Α.Ε.", LEGAL, 64.0), "kae": "64"}
    assert flags(rows("Β.2.1", {"sponsor": [small]})) == set()


@pytest.mark.parametrize("total", [123450.0, 12.345e2 / 100])
def test_a_total_a_hundred_times_its_lines_or_a_hundredth_is_flagged(total: float) -> None:
    lines = [{"kae": "61", "amountWithVAT": 1000.0}, {"kae": "62", "amountWithVAT": 234.5}]
    total = round(total, 2)
    extra = {"amountWithVAT": {"amount": total, "currency": "EUR"}, "amountWithKae": lines}
    if total < 100:
        lines[1]["amountWithVAT"] = 235.0  # 1,235.00 and 12.35
        extra["amountWithVAT"] = {"amount": 12.35, "currency": "EUR"}
    result = rows("Β.1.3", extra)
    assert flags(result) == {"amount-differs-from-lines", "amount-hundredfold"}
    assert cell(result, "amount") == Decimal(str(extra["amountWithVAT"]["amount"])).quantize(
        Decimal("0.01")
    )


def test_an_amount_a_hundred_times_the_one_in_the_subject_is_flagged() -> None:
    extra = {"sponsor": [payee("ΑΛΦΑ Α.Ε.", LEGAL, 123450.0)]}
    assert "amount-hundredfold" in flags(rows("Β.2.2", extra, subject="ΠΛΗΡΩΜΗ 1.234,50 ΕΥΡΩ"))
    assert flags(rows("Β.2.2", extra, subject="ΠΛΗΡΩΜΗ 123.450,00 ΕΥΡΩ")) == set()
    assert flags(rows("Β.2.2", extra, subject="ΠΛΗΡΩΜΗ 1.234,50 ΑΠΟ 123.450,00")) == set()


def test_the_mistakes_that_the_simulator_plants_are_found() -> None:
    """Tax numbers for amounts, all of them; amounts a hundredfold only where the act tells."""
    body = SimulatedOrganization("6296", "ΔΗΜΟΣ ΤΗΝΟΥ", 40.0)
    world = Simulator(4, [body], start=dt.date(2026, 1, 1), now=dt.date(2026, 8, 1))
    planted = found = 0
    for raw in world.truth("6296"):
        if raw["status"] == "REVOKED" or raw["decisionTypeId"] != "Β.2.2":
            continue
        for item in raw["extraFieldValues"]["sponsor"] or []:
            amount = (item.get("expenseAmount") or {}).get("amount")
            if amount and amount >= 80_000_000 and amount == int(amount):
                planted += 1
                found += "amount-is-tax-number" in flags(rows_of(read_act(raw)))
    assert planted > 0
    assert found == planted


# --- reversals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    [
        "Ανατροπή ανάληψης υποχρέωσης",
        "ΑΝΑΤΡΟΠΗ ΔΕΣΜΕΥΣΗΣ ΠΙΣΤΩΣΗΣ",
        "Ανάκληση της ανάληψης υποχρέωσης Α/12",
        "ΜΕΡΙΚΗ ΑΝΑΚΛΗΣΗ ΔΕΣΜΕΥΣΗΣ",
        "ΑΝΑΚΛΗΣΗ ΧΡΗΜΑΤΙΚΟΥ ΕΝΤΑΛΜΑΤΟΣ",
    ],
)
def test_a_reversal_is_flagged_though_its_amount_is_positive(subject: str) -> None:
    extra = {"amountWithVAT": {"amount": 500.0, "currency": "EUR"}, "amountWithKae": None}
    result = rows("Β.1.3", extra, subject=subject)
    assert flags(result) == {"reversal"}
    assert cell(result, "amount") == Decimal("500.00")


def test_what_takes_no_money_back_is_no_reversal() -> None:
    extra = {"amountWithVAT": {"amount": 500.0, "currency": "EUR"}, "amountWithKae": None}
    for subject in (
        "ΑΝΑΚΛΗΣΗ ΑΔΕΙΑΣ",
        "ΑΝΑΛΗΨΗ ΥΠΟΧΡΕΩΣΗΣ",
        "ΕΠΙΣΚΕΥΗ ΑΝΑΤΡΕΠΟΜΕΝΟΥ",
        "ΑΝΑΤΡΟΠΕΑΣ",
    ):
        assert flags(rows("Β.1.3", extra, subject=subject)) == set()
    assert "reversal" not in flags(rows("2.4.7.1", {}, subject="ΑΝΑΤΡΟΠΗ ΑΠΟΦΑΣΗΣ"))


def test_the_field_for_reversals_and_the_one_for_parts_are_flags_of_their_own() -> None:
    extra = {"recalledExpenseDecision": True, "partialead": True}
    assert flags(rows("Β.1.3", extra)) == {"recalls-commitment", "partial-commitment"}


def test_a_negative_amount_is_flagged() -> None:
    result = rows("Β.2.2", {"sponsor": [payee("ΑΛΦΑ Α.Ε.", LEGAL, -20.0)]})
    assert flags(result) == {"amount-negative"}


# --- one expense through its stages ----------------------------------------------------------------


def test_an_expense_can_be_followed_from_payment_to_approval_to_commitment() -> None:
    body = SimulatedOrganization("6296", "ΔΗΜΟΣ ΤΗΝΟΥ", 40.0)
    world = Simulator(4, [body], start=dt.date(2026, 1, 1), now=dt.date(2026, 8, 1))
    acts = {raw["ada"]: rows_of(read_act(raw)) for raw in world.truth("6296")}
    chains = 0
    for payment in acts.values():
        if payment.family != "payments":
            continue
        for approval in _linked(payment, acts):
            if approval.family == "expense-approvals":
                chains += any(one.family == "commitments" for one in _linked(approval, acts))
    assert chains > 20


def _linked(act: ActRows, acts: dict[str, ActRows]) -> list[ActRows]:
    adas = (cell(act, "related_ada") or "").split(";")
    return [acts[ada] for ada in adas if ada in acts]


# --- every field that has been seen ---------------------------------------------------------------


def documented() -> dict[str, str]:
    """Path: what becomes of it, from the page of the docs."""
    found = {}
    for line in DOCS.read_text("utf-8").splitlines():
        cells = [part.strip() for part in line.strip().strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            for path in re.findall("`([^`]+)`", cells[0]):
                assert path not in found, path
                found[path] = cells[1]
    return found


def observed(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "diavgeia" / "extraFieldValues_observed_paths.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _field(path: str) -> str:
    return path.removesuffix("[]")


def test_every_field_that_has_been_seen_is_mapped_or_left_on_purpose(shared_data: Path) -> None:
    seen = {_field(row["path"]) for row in observed(shared_data)}
    told = documented()
    # A list or an object is told by its fields.
    inner = {
        path for path in seen if any(other.startswith((path + "[].", path + ".")) for other in seen)
    }
    by_fields = {path for path in seen if any(one.startswith(path + "[].") for one in told)}
    assert sorted(seen - inner - by_fields - told.keys()) == []
    assert set(told.values()) <= {"left"} | {
        f"{table}.{column.name}"
        for table, columns in (("acts", ACTS_COLUMNS), ("lines", LINES_COLUMNS))
        for column in columns
    }


# A value for each mapped field that differs from the one of the act without it.
_VALUES: dict[str, Any] = {
    "afm": LEGAL,
    "name": "ΒΗΤΑ Α.Ε.",
    "afmCountry": "DE",
    "afmType": "EL",
    "noVATOrg": "10001",
    "amount": 777.77,
    "amountWithVAT": 777.77,
    "currency": "USD",
    "kae": "60-6699.001",
    "cpv": "44111000-1",
    "textRelatedADA": "ΨΗ5Θ469ΗΡ8-6ΝΠ",
    "relatedDecisionsADA": "ΨΗ5Θ469ΗΡ8-6ΝΠ",
    "relatedPartialADA": "ΨΗ5Θ469ΗΡ8-6ΝΠ",
    "financialYear": 2019,
    "budgettype": "Ίδια Έσοδα",
    "recalledExpenseDecision": True,
    "partialead": True,
    "skipVatReason": "SKIP_VAT_REASON_2",
    "donationReceiver": {"afm": LEGAL, "name": "ΒΗΤΑ Α.Ε."},
}


def _full(kind: str, paths: list[str]) -> dict[str, Any]:
    """The fields of a type, all there, with plain values."""
    extra: dict[str, Any] = {}
    for path in paths:
        _put(extra, path, _plain(path))
    return extra


def _plain(path: str) -> Any:
    name = path.split(".")[-1]
    plain = {
        "afm": "099785242",
        "name": "ΑΛΦΑ Α.Ε.",
        "afmCountry": "EL",
        "amount": 100.5,
        "amountWithVAT": 100.5,
        "currency": "EUR",
        "kae": "25-6263.013",
        "financialYear": 2024,
    }
    if name in plain:
        return plain[name]
    return [] if path.endswith("[]") else None


def _put(extra: dict[str, Any], path: str, value: Any) -> None:
    node = extra
    parts = path.split(".")
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        name, is_list = part.removesuffix("[]"), part.endswith("[]")
        if last:
            if is_list and not isinstance(value, list):
                value = [value]
            if not (value in (None, []) and node.get(name)):
                node[name] = value
            return
        if not isinstance(node.get(name), (dict, list)) or not node[name]:
            node[name] = [{}] if is_list else {}
        node = node[name][0] if isinstance(node[name], list) else node[name]


def test_each_mapped_field_changes_its_column_and_no_field_that_is_left_changes_any(
    shared_data: Path,
) -> None:
    told = documented()
    by_type: dict[str, list[str]] = {}
    for row in observed(shared_data):
        by_type.setdefault(row["decisionTypeId"], []).append(row["path"])
    wrong = []
    for kind, paths in by_type.items():
        leaves = [
            path
            for path in paths
            if not any(o.startswith((_field(path) + ".", _field(path) + "[].")) for o in paths)
        ]
        base = _full(kind, leaves)
        for path in leaves:
            if _field(path) not in told:
                continue  # a list that was empty; its fields are told
            becomes, name = told[_field(path)], _field(path).split(".")[-1]
            start = deepcopy(base)
            if name == "afmType":  # counts where no country is told
                _put(start, path.replace(name, "afmCountry"), "")
            changed = deepcopy(start)
            value = _VALUES.get(name, "Ω-ΔΕΙΓΜΑ 7")
            if name == "noVATOrg":
                for other in ("afm", "name"):
                    _put(changed, path.replace(name, other), "")
            _put(changed, path, value)
            before, after = _cells(kind, start), _cells(kind, changed)
            moved = {
                column
                for column in before.keys() | after.keys()
                if before.get(column) != after.get(column)
            }
            if becomes == "left" and moved:
                wrong.append(f"{kind} {path}: left, but {sorted(moved)} changed")
            elif becomes != "left" and becomes not in moved:
                wrong.append(f"{kind} {path}: {becomes} did not change, {sorted(moved)} did")
    assert not wrong, "\n".join(wrong)


def _cells(kind: str, extra: dict[str, Any]) -> dict[str, Any]:
    result = rows_of(read_act(json.loads(json.dumps(decision(kind, extra)), parse_float=Decimal)))
    found = {
        f"acts.{column.name}": value
        for column, value in zip(ACTS_COLUMNS, result.act_row, strict=True)
    }
    for line in result.line_rows:
        for column, value in zip(LINES_COLUMNS, line, strict=True):
            found.setdefault(f"lines.{column.name}", []).append(value)
    return found
