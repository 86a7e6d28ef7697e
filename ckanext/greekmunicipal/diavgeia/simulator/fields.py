"""``extraFieldValues`` of each decision type, in all the shapes that have been recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .content import goods, word_list
from .names import party_json

if TYPE_CHECKING:
    from .acts import ActDraft

Fields = dict[str, Any]

_TAX_NUMBER_AS_AMOUNT, _HUNDREDFOLD = 0.0006, 0.002


def extra_field_values(act: ActDraft) -> Fields:
    """The fields of the act's type, with those that all types have at the end."""
    make = _BY_TYPE.get(act.kind)
    values = make(act) if make else {}
    if act.kind == "Ζ.1":
        return {"documentType": "ΠΡΟΤΥΠΟ ΕΓΓΡΑΦΟ"}
    values["relatedDecisions"] = _related(act)
    values["documentType"] = "ΠΡΑΞΗ"
    return values


def _related(act: ActDraft) -> Any:
    ada = act.linked_ada("relatedDecisions")
    if ada:
        return [{"relatedDecisionsADA": ada}]
    return None if act.draw.chance(0.15) else []


def _reference(act: ActDraft, field: str) -> Any:
    """A list of ADAs, an empty one, or null."""
    ada = act.linked_ada(field)
    if ada:
        return [{"textRelatedADA": ada}]
    return None if act.draw.chance(0.3) else []


def _amount(act: ActDraft, amount: float) -> float:
    """An amount as typed, now and then wrongly."""
    share = act.draw.random()
    if share < _TAX_NUMBER_AS_AMOUNT:
        return float(act.company().afm)
    if share < _TAX_NUMBER_AS_AMOUNT + _HUNDREDFOLD:
        return round(amount * 100, 2)
    return round(amount, 2)


def _money(act: ActDraft, amount: float | None) -> Fields:
    return {"amount": None if amount is None else _amount(act, amount), "currency": "EUR"}


def _body(act: ActDraft) -> Fields:
    """The body itself, as payer."""
    fields: Fields = {"afm": act.body.vat_number, "afmType": "EL"}
    if act.draw.chance(0.5):
        fields["afmCountry"] = "EL"
    if act.draw.chance(0.5):
        fields["enterName"] = False
    fields["name"] = act.body.label
    if act.draw.chance(0.02):
        fields["noVATOrg"] = None
    return fields


def _payee(act: ActDraft, first: bool) -> Fields:
    draw, share = act.draw, act.draw.random()
    if share < 0.035:
        return {}
    if share < 0.045:
        return {"afm": None, "afmType": None, "afmCountry": None, "name": act.company().name}
    if share < 0.05:
        return {"afmType": "INT", "noVATOrg": "10001"}
    party = act.deal.party if first else act.party(0.2)
    fields = party_json(party, draw)
    if draw.chance(0.02):
        fields["noVATOrg"] = None
    return fields


def _sponsors(act: ActDraft) -> list[Fields]:
    draw, share = act.draw, act.draw.random()
    lines = 1 if share < 0.62 else draw.between(2, 5) if share < 0.91 else draw.between(6, 24)
    amount = act.deal.amount * (1 if draw.chance(0.7) else 0.5) / lines
    sponsors = []
    for place in range(lines):
        bought = act.deal.goods if place == 0 else draw.pick(goods())
        line: Fields = {
            "sponsorAFMName": _payee(act, place == 0),
            "expenseAmount": _money(act, amount * (0.4 + 1.2 * draw.random())),
        }
        if draw.chance(0.55):
            line["cpv"] = None if draw.chance(0.08) else bought.cpv
        if draw.chance(0.6):
            line["kae"] = act.kae(bought)
        sponsors.append(line)
    return sponsors


def _payment(act: ActDraft) -> Fields:
    draw, share = act.draw, act.draw.random()
    reason, sponsors = None, []
    if share < 0.10:
        reason = "SKIP_VAT_REASON_1"
        sponsors = None if draw.chance(0.5) else []
    elif share < 0.13:
        reason = "SKIP_VAT_REASON_2"
        amount = _money(act, act.deal.amount)
        sponsors = [{"sponsorAFMName": {}, "expenseAmount": amount}] if draw.chance(0.5) else []
    else:
        sponsors = _sponsors(act)
    return {
        "org": _body(act),
        "skipVatReason": reason,
        "sponsor": sponsors,
        "relatedEkgrisiDapanis": _reference(act, "relatedEkgrisiDapanis"),
    }


def _approval(act: ActDraft) -> Fields:
    return {
        "org": _body(act),
        "sponsor": _sponsors(act),
        "relatedAnalipsiYpoxreosis": _reference(act, "relatedAnalipsiYpoxreosis"),
    }


def _commitment(act: ActDraft) -> Fields:
    draw, share = act.draw, act.draw.random()
    count = 1 if share < 0.6 else draw.between(2, 10)
    lines: list[Fields] | None = []
    total = act.deal.amount
    for place in range(count):
        amount = round(total / count * (0.5 + draw.random()) if count > 1 else total, 2)
        line: Fields = {"amountWithVAT": _amount(act, amount), "kae": act.kae()}
        if draw.chance(0.85):
            line["kaeBudgetRemainder"] = round(amount * (1 + 9 * draw.random()), 2)
            line["kaeCreditRemainder"] = round(amount * 4 * draw.random(), 2)
        if draw.chance(0.12):
            line["sponsorAFMName"] = _payee(act, place == 0)
        lines.append(line)
    outer = round(sum(line["amountWithVAT"] for line in lines), 2)
    if share < 0.02:
        outer = round(outer * 1.24, 2)  # the total holds the tax, the lines do not
    if draw.chance(0.03):
        lines = None if draw.chance(0.5) else []
    return {
        "financialYear": act.year,
        "budgettype": draw.pick(word_list("budget")),
        "entryNumber": f"Α/{draw.between(1, 1900)}" if draw.chance(0.8) else None,
        "partialead": draw.chance(0.06),
        "recalledExpenseDecision": act.reversal and draw.chance(0.6),
        "amountWithVAT": {"amount": outer, "currency": "EUR"},
        "amountWithKae": lines,
        "relatedPartialADA": act.linked_ada("relatedPartialADA"),
    }


def _persons(act: ActDraft, natural: float) -> Any:
    """The awarded: a list, sometimes one object, sometimes nothing."""
    draw, share = act.draw, act.draw.random()
    if share < 0.03:
        return []
    first = act.deal.party if natural < 0.5 else act.party(natural)
    found = [party_json(first, draw)]
    if share > 0.93:
        found.append(party_json(act.party(natural), draw))
    return found[0] if share < 0.07 else found


def _award_amount(act: ActDraft) -> Fields:
    share = act.draw.random()
    if share < 0.2:
        return {"currency": "EUR"}
    return _money(act, None if share < 0.3 else act.deal.amount)


def _assignment(act: ActDraft) -> Fields:
    draw = act.draw
    return {
        "person": _persons(act, 0.2),
        "awardAmount": _award_amount(act),
        "assignmentType": act.deal.goods.kind,
        "cpv": [act.deal.goods.cpv] if draw.chance(0.45) else None if draw.chance(0.7) else [],
        "textRelatedADA": act.linked_ada("textRelatedADA"),
    }


def _award(act: ActDraft) -> Fields:
    return {
        "person": _persons(act, 0.1),
        "awardAmount": _award_amount(act),
        "textRelatedADA": act.linked_ada("textRelatedADA"),
    }


def _tender(act: ActDraft) -> Fields:
    draw = act.draw
    return {
        "cpv": [act.deal.goods.cpv, draw.pick(goods()).cpv][: draw.between(1, 2)],
        "contestProgressType": draw.pick(("Ανοικτός", "Συνοπτικός", "Πρόχειρος")),
        "manifestSelectionCriterion": draw.pick(("Χαμηλότερη Τιμή", "Βέλτιστη σχέση")),
        "manifestContractType": act.deal.goods.kind,
        "orgBudgetCode": draw.pick(("Τακτικός Προϋπολογισμός", None)),
        "estimatedAmount": _money(act, None if draw.chance(0.1) else act.deal.amount),
        "textRelatedADA": None,
    }


def _warrant(act: ActDraft) -> Fields:
    officer = act.person().comma_form if act.draw.chance(0.3) else None
    return {
        "financialYear": act.year,
        "budgettype": act.draw.pick(word_list("budget")),
        "amountWithVATAndKae": [
            {"kae": act.kae(), "amountWithVAT": _money(act, act.deal.amount / (place + 1))}
            for place in range(act.draw.between(1, 3))
        ],
        "primaryOfficer": officer,
        "secondaryOfficer": None,
    }


def _budget(act: ActDraft) -> Fields:
    return {
        "financialYear": act.year,
        "budgettype": "Τακτικός Προϋπολογισμός",
        "budgetkind": "Φορέα",
        "isBudgetApprovalForOrg": False,
        "refersToOtherOrgBudget": None,
    }


def _accounts(act: ActDraft) -> Fields:
    return {
        "accountType": act.draw.pick(("Απολογισμός", "Ισολογισμός")),
        "financialYear": act.year - (1 if act.draw.chance(0.4) else 0),
        "timePeriod": act.draw.pick(("Έτος", "Μήνας", "Τρίμηνο")),
        "isAccountApprovalForOtherOrg": False,
        "refersToOtherOrgAccount": None,
    }


def _grant(act: ActDraft) -> Fields:
    receivers = [party_json(act.party(0.6), act.draw) for _ in range(act.draw.below(3))]
    return {
        "donationType": act.draw.pick(("Επιχορήγηση", "Δωρεά")),
        "amountWithVAT": _money(act, act.deal.amount / 4),
        "kae": act.kae(),
        "donationGiver": _body(act),
        "donationReceiver": receivers,
    }


def _concession(act: ActDraft) -> Fields:
    purpose = None
    if act.draw.chance(0.3):
        purpose = f"Χώρος ταφής οικογένειας {act.person().surname.genitive}"
    return {
        "grantor": _body(act),
        "grantee": [party_json(act.party(0.7), act.draw)],
        "antikeimeno": purpose,
    }


def _agreement(act: ActDraft) -> Fields:
    return {"financialYear": act.year, "investAmount": round(act.deal.amount * 8, 2)}


def _official_gazette(act: ActDraft) -> Fields:
    if act.draw.chance(0.6):
        return {}
    issue = act.draw.pick(("fektype_B", "fektype_C", "fektype_D", "fektype_YODD"))
    return {"aa": str(act.draw.between(1, 5000)), "issue": issue, "issueyear": act.year}


def _regulation(act: ActDraft) -> Fields:
    kind = act.draw.pick(word_list("regulation"))
    return {
        "fek": _official_gazette(act),
        "kanonistikipraxiaa": None,
        "kanonistikipraxitype": kind if act.draw.chance(0.6) else None,
        "co_competent": None,
    }


def _other(act: ActDraft) -> Fields:
    place = "στο κατάστημα της υπηρεσίας"
    return {
        "kanonistikipraxitype": None,
        "kanonistikiPraxiPublishMedium": place if act.draw.chance(0.1) else None,
        "fek": None,
        "co_competent": None,
    }


def _spatial(act: ActDraft) -> Fields:
    return {
        "xorotaxikipraxitype": act.draw.pick((*word_list("spatial"), None)),
        "municipality": str(act.draw.between(1001, 7999)) if act.draw.chance(0.4) else None,
        "co_competent": None if act.draw.chance(0.5) else [],
    }


def _committee(act: ActDraft) -> Fields:
    salary: Any = {"currency": None, "amount": None} if act.draw.chance(0.5) else None
    return {
        "eidosPraxisSyllogikou": act.draw.pick(("Συγκρότηση", "Παύση - Αντικατάσταση μέλους")),
        "typeOfSullogiko": act.draw.pick(("Επιτροπή", "Ομάδα Εργασίας")),
        "positionSalary": salary,
        "fek": _official_gazette(act),
    }


def _contract(act: ActDraft) -> Fields:
    people = 1 if act.draw.chance(0.7) else act.draw.between(2, 6)
    return {
        "contractType": act.draw.pick(("Σύμβαση Έργου", "Ορισμένου Χρόνου")),
        "numberOfPeople": people,
        "financedProject": act.draw.chance(0.3),
        "person": [party_json(act.person(), act.draw) for _ in range(people)],
        "contractAmount": _money(act, 600.0 + act.draw.below(11_000)),
        "duration": f"{act.draw.between(2, 12)} ΜΗΝΕΣ",
    }


def _appointment(act: ActDraft) -> Fields:
    return {
        "numberOfPeople": act.draw.between(1, 3),
        "employerOrg": act.body.uid,
        "fek": _official_gazette(act),
    }


def _staff_change(act: ActDraft) -> Fields:
    kinds = ("Λύση Υπαλληλικής Σχέσης", "Μετάταξη", "Απόσπαση", "Άδεια")
    return {"eidosYpMetavolis": act.draw.pick(kinds), "fek": _official_gazette(act)}


def _single_office(act: ActDraft) -> Fields:
    return {
        "eidosPraxis": "Καθορισμός Αμοιβής – Αποζημίωσης",
        "positionSalary": _money(act, 900.0 + act.draw.below(3000)),
        "position": "Μονομελές Όργανο",
        "employerOrg": None,
    }


def _vacancy(act: ActDraft) -> Fields:
    return {"vacancyOpeningType": "Προκήρυξη Πλήρωσης Θέσεων ", "textRelatedADA": None}


_BY_TYPE: dict[str, Callable[[ActDraft], Fields]] = {
    "Β.2.2": _payment,
    "Β.2.1": _approval,
    "Β.1.3": _commitment,
    "Β.1.2": _warrant,
    "Β.1.1": _budget,
    "Β.3": _accounts,
    "Β.4": _grant,
    "Β.5": _concession,
    "Β.6": _agreement,
    "Δ.1": _assignment,
    "Δ.2.1": _tender,
    "Δ.2.2": _award,
    "Α.2": _regulation,
    "Α.3": lambda act: {"onomaEgkykliou": act.protocol_number()},
    "Α.4": lambda act: {"gnomodotisiEidosForea": "ΝΣΚ"},
    "2.4.7.1": _other,
    "2.4.6.1": _spatial,
    "100": _single_office,
    "Γ.2": _committee,
    "Γ.3.1": _vacancy,
    "Γ.3.2": lambda act: {"textRelatedADA": None},
    "Γ.3.3": _appointment,
    "Γ.3.4": _contract,
    "Γ.3.5": _staff_change,
}
