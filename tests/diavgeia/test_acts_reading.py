"""Acts are read whatever shape their fields have, and what cannot be read is named."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from act_samples import DAY, ISSUED, decision, payee
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.greekmunicipal.diavgeia import families, values
from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.amount_paths import AMOUNT_PATHS
from ckanext.greekmunicipal.greek import ATHENS

EUR = {"amount": 1234.5, "currency": "EUR"}


def act(kind: str = "Β.2.2", extra: dict[str, Any] | None = None, **over: Any):
    raw = json.dumps(decision(kind, extra, **over))
    return read_act(json.loads(raw, parse_float=Decimal))


# --- families -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "types"),
    [
        ("payments", "Β.2.2"),
        ("expense-approvals", "Β.2.1"),
        ("commitments", "Β.1.2 Β.1.3"),
        ("awards", "Δ.1 Δ.2.2"),
        ("tenders", "Δ.2.1"),
        ("budgets-accounts", "Β.1.1 Β.3"),
        ("regulatory", "Α.2"),
        ("staff", "Γ.2 Γ.3.1 Γ.3.2 Γ.3.3 Γ.3.4 Γ.3.5 Γ.3.6 Γ.1 Γ.9"),
        ("spatial-planning", "2.4.6.1"),
        ("other", "100 Α.1.1 Α.3 Β.4 Β.5 Β.6 Ε.1 2.4.7.1 Ζ.1 Η.1"),
    ],
)
def test_each_type_belongs_to_its_family(family: str, types: str) -> None:
    assert {families.family_of(uid) for uid in types.split()} == {family}


def test_the_ten_families_hold_every_type_once() -> None:
    assert [family.slug for family in families.FAMILIES] == [
        "payments",
        "expense-approvals",
        "commitments",
        "awards",
        "tenders",
        "budgets-accounts",
        "regulatory",
        "staff",
        "spatial-planning",
        "other",
    ]
    held = [uid for family in families.FAMILIES for uid in family.decision_types]
    assert sorted(held) == sorted(families.DECISION_TYPES)
    assert len(held) == 35
    with pytest.raises(families.UnknownFamily, match="payments"):
        families.by_slug("nothing")


def test_the_types_are_those_of_the_recorded_register(shared_data) -> None:
    raw = json.loads((shared_data / "diavgeia/types/all_types.json").read_text("utf-8"))
    usable = {t["uid"]: t["label"] for t in raw["decisionTypes"] if t["allowedInDecisions"]}
    assert {uid: kind.label for uid, kind in families.DECISION_TYPES.items()} == usable


def test_a_type_that_is_not_known_is_other_and_flagged() -> None:
    assert act("Η.7").family == "other"
    assert "unknown-type" in act("Η.7").flags


def test_a_type_typed_in_latin_letters_is_the_greek_one() -> None:
    assert act("B.2.2").decision_type == "Β.2.2"


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        (ISSUED, "2024-03-11"),
        (ISSUED - 2 * 3_600_000, "2024-03-11"),  # 22:00Z: midnight of Athens in winter
        (ISSUED + 120 * DAY - 3 * 3_600_000, "2024-07-09"),  # 21:00Z: midnight in summer
        (ISSUED - 2 * 3_600_000 - 1, "2024-03-10"),
        (ISSUED + 58_206_000, "2024-03-11"),
        ("2024-03-11", "2024-03-11"),
        ("2024-03-11T00:00:00Z", "2024-03-11"),
        ("2024-03-10T22:00:00.000+00:00", "2024-03-11"),
        ("2024-03-11T00:00:00+02:00", "2024-03-11"),
        ("2024-03-11T23:59:59", "2024-03-11"),
        ("11/03/2024", "2024-03-11"),
        ("11/03/2024 10:15:00", "2024-03-11"),
        (str(ISSUED), "2024-03-11"),
    ],
)
def test_the_issue_date_is_the_date_in_athens(stored: Any, day: str) -> None:
    assert act(issueDate=stored).issue_date == dt.date.fromisoformat(day)


@pytest.mark.parametrize("stored", [None, "", "soon", "31/02/2024", 10**18, -(10**15), True, {}])
def test_an_issue_date_that_cannot_be_read_is_unknown_and_flagged(stored: Any) -> None:
    read = act(issueDate=stored)
    assert read.issue_date is None
    assert "no-issue-date" in read.flags


def test_instants_are_in_athens_and_an_act_dated_after_its_submission_is_flagged() -> None:
    read = act(issueDate=ISSUED + 30 * DAY)
    assert read.submitted == dt.datetime(2024, 3, 11, 12, tzinfo=ATHENS)
    assert "future-dated" in read.flags
    assert "future-dated" not in act().flags


@given(st.integers(min_value=631_152_000_000, max_value=4_102_000_000_000))
def test_every_millisecond_is_the_instant_it_says(milliseconds: int) -> None:
    moment = values.instant(milliseconds)
    assert moment is not None
    assert values.date(milliseconds) == moment.date()
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
    assert (moment - epoch) == dt.timedelta(milliseconds=milliseconds)


# --- amounts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "amount", "flag"),
    [
        ("128247.69", "128247.69", ""),
        ("1.0E7", "10000000.00", ""),
        ("1.28E+5", "128000.00", ""),
        ("0.1", "0.10", ""),
        ("100.005", "100.01", "amount-rounded"),
        ("-35.20", "-35.20", ""),
        ("0", "0.00", ""),
        ("1387", "1387.00", ""),
        ('"1234.50"', "1234.50", ""),
        ('{"amount": 12.3, "currency": "EUR"}', "12.30", ""),
        ('{"amount": null, "currency": "EUR"}', None, ""),
        ('{"currency": "EUR"}', None, ""),
        ("null", None, ""),
        ("{}", None, ""),
        ("[]", None, ""),
        ("true", None, "amount-not-understood"),
        ('"many"', None, "amount-not-understood"),
        ("NaN", None, "amount-not-understood"),
        ("1e400", None, "amount-not-understood"),
    ],
)
def test_an_amount_is_exact_or_unknown_never_zero(node: str, amount: str | None, flag: str) -> None:
    got, _, why = values.amount(json.loads(node, parse_float=Decimal))
    assert got == (Decimal(amount) if amount else None)
    assert why == flag
    if got is not None:
        assert got.as_tuple().exponent == -2


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_in_json_loses_nothing(amount: Decimal) -> None:
    read = act("Δ.2.1", {"estimatedAmount": {"amount": None}})
    assert read.amount is None
    raw = json.loads(f'{{"amount": {amount}}}', parse_float=Decimal)
    assert values.amount(raw)[0] == amount


LINES = [{"kae": "10-6117.001", "amountWithVAT": 1000.25}, {"kae": "6118", "amountWithVAT": 234.25}]
PERSON = {"afm": "997947640", "name": "ΔΗΜΟΣ ΛΑΜΙΕΩΝ", "afmType": "EL"}


@pytest.mark.parametrize(
    ("kind", "extra", "lines"),
    [
        (
            "Β.1.2",
            {"amountWithVATAndKae": [{"kae": "53.00", "amountWithVAT": EUR}]},
            [("amountWithVATAndKae", "1234.50", "53.00", ())],
        ),
        (
            "Β.1.3",
            {"amountWithVAT": EUR, "amountWithKae": LINES},
            [
                ("amountWithKae", "1000.25", "10-6117.001", ()),
                ("amountWithKae", "234.25", "6118", ()),
            ],
        ),
        ("Β.1.3", {"amountWithVAT": EUR, "amountWithKae": None}, []),
        (
            "Β.2.1",
            {"sponsor": [{**payee("Α", amount=1234.5), "cpv": "50000000-5", "kae": "1312.02"}]},
            [("sponsor", "1234.50", "1312.02", ("50000000-5",))],
        ),
        (
            "Β.2.2",
            {"sponsor": [payee("Α", amount=1000), payee("Β", amount=234.5)]},
            [("sponsor", "1000.00", "", ()), ("sponsor", "234.50", "", ())],
        ),
        ("Β.2.2", {"sponsor": payee("Α", amount=1234.5)}, [("sponsor", "1234.50", "", ())]),
        (
            "Β.4",
            {
                "amountWithVAT": EUR,
                "kae": "8299",
                "donationGiver": PERSON,
                "donationReceiver": [PERSON],
            },
            [("donationReceiver", "1234.50", "8299", ()), ("donationGiver", None, "8299", ())],
        ),
        (
            "Β.4",
            {"amountWithVAT": EUR, "kae": "8299", "donationGiver": PERSON, "donationReceiver": []},
            [("donationGiver", "1234.50", "8299", ())],
        ),
        (
            "Γ.3.4",
            {"contractAmount": EUR, "person": [PERSON]},
            [("person", "1234.50", "", ())],
        ),
        ("100", {"positionSalary": EUR}, [("positionSalary", "1234.50", "", ())]),
        (
            "Δ.1",
            {"person": PERSON, "awardAmount": EUR, "cpv": ["42913300-2", "79100000-5"]},
            [("person", "1234.50", "", ("42913300-2", "79100000-5"))],
        ),
        (
            "Δ.1",
            {"person": [PERSON, PERSON], "awardAmount": EUR, "cpv": None},
            [("person", None, "", ()), ("person", None, "", ())],
        ),
        (
            "Δ.2.1",
            {"estimatedAmount": EUR, "cpv": ["66000000-0"]},
            [("estimatedAmount", "1234.50", "", ("66000000-0",))],
        ),
        ("Δ.2.2", {"person": [PERSON], "awardAmount": EUR}, [("person", "1234.50", "", ())]),
        ("Δ.2.2", {"person": [], "awardAmount": EUR}, [("awardAmount", "1234.50", "", ())]),
    ],
)
def test_every_amount_path_gives_the_total_and_the_lines(
    kind: str, extra: dict[str, Any], lines: list[tuple]
) -> None:
    read = act(kind, extra)
    assert read.amount == Decimal("1234.50")
    assert read.currency == "EUR"
    found = [(line.role, line.amount, line.kae, line.cpv) for line in read.lines]
    assert found == [
        (role, Decimal(amount) if amount else None, kae, cpv) for role, amount, kae, cpv in lines
    ]
    assert not read.flags


def test_every_type_with_money_has_a_row_in_the_table() -> None:
    assert set(AMOUNT_PATHS) == {
        "Β.1.2",
        "Β.1.3",
        "Β.2.1",
        "Β.2.2",
        "Β.4",
        "Β.5",
        "Γ.2",
        "Γ.3.4",
        "100",
        "Δ.1",
        "Δ.2.1",
        "Δ.2.2",
    }
    assert set(AMOUNT_PATHS) <= set(families.DECISION_TYPES)


def test_a_use_of_property_has_parties_and_no_money() -> None:
    read = act("Β.5", {"grantor": PERSON, "grantee": [PERSON, PERSON], "antikeimeno": None})
    assert [line.role for line in read.lines] == ["grantee", "grantee", "grantor"]
    assert read.amount is None


def test_a_total_that_is_not_the_sum_of_the_lines_is_kept_and_flagged() -> None:
    read = act("Β.1.3", {"amountWithVAT": {"amount": 999}, "amountWithKae": LINES})
    assert read.amount == Decimal("999.00")
    assert "amount-differs-from-lines" in read.flags


def test_a_line_without_an_amount_leaves_the_sum_of_the_others_flagged() -> None:
    read = act(extra={"sponsor": [payee("Α", amount=10), payee("Β", amount=None)]})
    assert read.amount == Decimal("10.00")
    assert "line-amount-missing" in read.flags


def test_amounts_of_two_currencies_are_not_added() -> None:
    other = payee("Β", amount=5)
    other["expenseAmount"]["currency"] = "USD"
    read = act(extra={"sponsor": [payee("Α", amount=10), other]})
    assert read.amount is None
    assert "mixed-currencies" in read.flags


def test_an_amount_no_municipality_spends_in_one_act_is_flagged_not_repaired() -> None:
    read = act("Δ.2.1", {"estimatedAmount": {"amount": 998082845}})
    assert read.amount == Decimal("998082845.00")
    assert "amount-outlier" in read.flags


@pytest.mark.parametrize("sponsor", [None, [], {}, [{}], [None], "x", 5])
def test_a_payment_without_payees_has_no_lines_and_no_amount(sponsor: Any) -> None:
    read = act(extra={"sponsor": sponsor, "skipVatReason": "SKIP_VAT_REASON_1"})
    assert read.lines == ()
    assert read.amount is None
    assert read.flags == ("payroll",)


@pytest.mark.parametrize(
    "party", [{}, None, [], {"afm": None, "name": None, "afmType": None}, {"name": ""}]
)
def test_a_payee_of_nothing_but_nulls_is_no_party(party: Any) -> None:
    read = act(extra={"sponsor": [{"sponsorAFMName": party, "expenseAmount": EUR}]})
    assert read.lines[0].party is None
    assert read.amount == Decimal("1234.50")


def test_a_code_that_is_not_one_is_left_out_and_flagged() -> None:
    item = {**payee("Α"), "kae": "ΠΑΠΑΔΟΠΟΥΛΟΣ 5", "cpv": "καθαριότητα"}
    line = act(extra={"sponsor": [item]}).lines[0]
    assert (line.kae, line.cpv) == ("", ())
    assert line.flags == ("kae-not-understood", "cpv-not-understood")


# --- references ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found", "dropped"),
    [
        ("65ΥΕ46Μ77Γ-7Ε1", ("65ΥΕ46Μ77Γ-7Ε1",), False),
        ("65YE46M77Γ-7E1", ("65ΥΕ46Μ77Γ-7Ε1",), False),  # Latin look-alikes
        ("αδα: ψ6ζδωψζ-7ν3", ("Ψ6ΖΔΩΨΖ-7Ν3",), False),
        ("Ψ6ΖΔΩΨΖ – 7Ν3", ("Ψ6ΖΔΩΨΖ-7Ν3",), False),
        ("Ψ6ΖΔΩΨΖ-7Ν3, 65ΥΕ46Μ77Γ-7Ε1", ("Ψ6ΖΔΩΨΖ-7Ν3", "65ΥΕ46Μ77Γ-7Ε1"), False),
        ("4ΙΦΞΩΨΖ-Θ", ("4ΙΦΞΩΨΖ-Θ",), False),  # the short form of 2010
        ("ΔΕΝ ΥΠΑΡΧΕΙ", (), True),
        ("123456-789", (), True),
        ("ΣΧΕΤΙΚΟ ΑΙΤΗΜΑ 12", (), True),
    ],
)
def test_hand_typed_references_are_mended_or_dropped(
    typed: str, found: tuple[str, ...], dropped: bool
) -> None:
    assert values.references(typed) == (found, dropped)
    read = act(extra={"relatedEkgrisiDapanis": [{"textRelatedADA": typed}]})
    assert read.related_ada == found
    assert ("reference-dropped" in read.flags) is dropped


def test_references_are_gathered_from_every_field_once_and_never_to_itself() -> None:
    read = act(
        "Β.2.1",
        {
            "relatedDecisions": [{"relatedDecisionsADA": "635246ΨΖΣ4-ΔΗΤ"}],
            "relatedAnalipsiYpoxreosis": {"textRelatedADA": "65ΥΕ46Μ77Γ-7Ε1"},
            "relatedPartialADA": "Ψ6ΖΔΩΨΖ-7Ν3",
            "textRelatedADA": "65ΥΕ46Μ77Γ-7Ε1 ΨΑΒΓΩΗΝ-1ΑΒ",
        },
    )
    assert read.related_ada == ("635246ΨΖΣ4-ΔΗΤ", "65ΥΕ46Μ77Γ-7Ε1", "Ψ6ΖΔΩΨΖ-7Ν3")


# --- what is no act -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "not-an-act"),
        ([], "not-an-act"),
        ({"name": "THK", "items": []}, "not-an-act"),
        ({"errorCode": 500, "ada": "Ψ6ΖΔΩΨΖ-7Ν3"}, "error-item"),
        ({"errors": []}, "error-item"),
        ({"ada": "Ψ6ΖΔΩΨΖ-7Ν3", "versions": []}, "version-log"),
        (decision(ada=None), "no-ada"),
        (decision(ada="  "), "no-ada"),
        (decision(ada="<b>x</b>"), "bad-ada"),
        (decision(organizationId=None), "no-organization"),
        (decision(organizationId="../x"), "no-organization"),
    ],
)
def test_what_is_no_act_is_refused_with_its_reason(raw: Any, reason: str) -> None:
    with pytest.raises(UnreadableAct) as refused:
        read_act(raw)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("status", "kept", "flag"),
    [
        ("PUBLISHED", "PUBLISHED", None),
        ("revoked", "REVOKED", "revoked"),
        ("PENDING_REVOCATION", "PENDING_REVOCATION", "pending-revocation"),
        ("ARCHIVED", "UNKNOWN", "unknown-status"),
        (None, "PUBLISHED", "no-status"),
    ],
)
def test_the_state_of_an_act(status: Any, kept: str, flag: str | None) -> None:
    read = act(status=status)
    assert read.status == kept
    assert read.flags == ((flag,) if flag else ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
FIELDS = sorted({*decision(), "errors"})
EXTRA = [
    "sponsor", "person", "amountWithVAT", "amountWithKae", "awardAmount", "cpv", "kae",
    "relatedDecisions", "textRelatedADA", "financialYear", "budgettype", "donationGiver",
]  # fmt: skip


# No bound of time: the first example reads the tables of the package, slowly on a busy machine.
@settings(deadline=None)
@given(
    st.sampled_from(sorted(AMOUNT_PATHS)),
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    st.dictionaries(st.sampled_from(EXTRA), JSON, max_size=4),
)
def test_any_shape_of_any_field_is_read_or_refused(
    kind: str, over: dict[str, Any], extra: dict[str, Any]
) -> None:
    from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, LINES_COLUMNS, rows_of

    raw = decision(kind, extra)
    raw.update(over)
    try:
        rows = rows_of(read_act(raw))
    except UnreadableAct:
        return
    assert len(rows.act_row) == len(ACTS_COLUMNS)
    assert all(len(line) == len(LINES_COLUMNS) for line in rows.line_rows)


def test_a_record_in_a_log_shows_no_subject_and_no_party() -> None:
    read = act(subject="ΓΕΩΡΓΙΟΣ ΠΑΠΠΑΣ", extra={"sponsor": [payee("ΠΑΠΠΑΣ", "123456783")]})
    for shown in (repr(read), str(read)):
        assert "ΠΑΠΠΑΣ" not in shown
        assert "123456783" not in shown
