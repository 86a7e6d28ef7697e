"""The acts of the simulator: shapes, mix, planted persons, repetition."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from small_world import ISLAND, NOW, START

from ckanext.greekmunicipal.diavgeia.simulator import SimulatedOrganization, Simulator
from ckanext.greekmunicipal.diavgeia.simulator.names import companies, folded, persons
from ckanext.greekmunicipal.greek import is_valid_afm

ADA = re.compile(r"[0-9Α-Ω]{5,10}-[0-9Α-Ω]{3}")
# Fields of a party that systems send or leave out in every type alike.
PARTY = re.compile(r"[.](afm|afmType|afmCountry|enterName|name|noVATOrg)$")
# Said in the reference, not among the recorded acts.
MORE_PATHS = {
    "Β.1.3": {"relatedPartialADA"},
    "Β.6": {
        "financialYear",
        "investAmount",
        "relatedDecisions[]",
        "relatedDecisions",
        "documentType",
    },
}


@pytest.fixture(scope="module")
def city() -> list[dict[str, Any]]:
    """Two years of a larger body, in which also what is rare occurs."""
    body = SimulatedOrganization("6114", "ΔΗΜΟΣ ΘΕΣΣΑΛΟΝΙΚΗΣ", 40.0, "", "998082845")
    world = Simulator(11, [body], start=date(2024, 9, 1), now=NOW)
    return list(world.truth("6114"))


def paths(value: Any, path: str = "") -> Iterator[str]:
    """JSON paths with ``[]`` for lists, without their values."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        if not value:
            yield f"{path}[]"
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path


def test_an_act_has_the_21_fields_of_the_recorded_ones_in_their_order(city, shared_data: Path):
    page = json.loads((shared_data / "diavgeia/search/b-2-2_page.json").read_text("utf-8"))
    recorded = page["decisions"][0]
    assert len(recorded) == 21
    for act in city[:500]:
        assert list(act) == list(recorded)
        assert {type(act[name]) for name in ("issueDate", "publishTimestamp")} == {int}


def test_fields_of_each_type_are_those_observed(city, shared_data: Path):
    observed: dict[str, set[str]] = {}
    with (shared_data / "diavgeia" / "extraFieldValues_observed_paths.csv").open(
        "r", encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            observed.setdefault(row["decisionTypeId"], set()).add(row["path"])
    made: dict[str, set[str]] = {}
    for act in city:
        made.setdefault(act["decisionTypeId"], set()).update(paths(act["extraFieldValues"]))
    for kind, found in made.items():
        # One object in place of a list, and null or nothing in place of values.
        known = {"relatedDecisions[].relatedDecisionsADA"}
        for path in observed.get(kind, ()):
            known |= {path, path.replace("[]", "")}
            known |= {path[: match.start()] for match in re.finditer(r"\.", path)}
            known |= {path[: match.end()] for match in re.finditer(r"\[\]", path)}
            known |= {path[: match.start()] for match in re.finditer(r"\[\]", path)}
        strange = {path for path in found - known if not PARTY.search(path)}
        assert strange <= MORE_PATHS.get(kind, set()), kind
    for kind in ("Β.2.2", "Β.2.1", "Β.1.3", "Δ.1"):
        missing = observed[kind] - made[kind]
        assert not missing, (kind, missing)


def test_the_mix_of_types_is_that_of_a_municipality(city):
    shares = Counter(act["decisionTypeId"] for act in city)
    expected = {"Β.2.2": 39.6, "2.4.7.1": 20.2, "Β.1.3": 19.6, "Δ.1": 10.6, "Α.2": 3, "Β.3": 1.2}
    for kind, share in expected.items():
        assert 100 * shares[kind] / len(city) == pytest.approx(share, abs=1.2)
    assert {"Β.2.1", "Δ.2.1", "Δ.2.2", "Β.1.1", "Β.1.2", "Β.4", "Γ.3.4", "2.4.6.1"} <= set(shares)


def test_payees_come_in_every_shape(city):
    payments = [act["extraFieldValues"] for act in city if act["decisionTypeId"] == "Β.2.2"]
    assert any(fields["sponsor"] is None for fields in payments)
    assert any(fields["sponsor"] == [] for fields in payments)
    lines = [line for fields in payments for line in fields["sponsor"] or ()]
    payees = [line["sponsorAFMName"] for line in lines]
    assert {} in payees
    assert {"afmType": "INT", "noVATOrg": "10001"} in payees
    assert any(payee and payee.get("afm", "") is None for payee in payees)
    assert any(payee.get("afm") == "000000000" for payee in payees)
    assert any(payee.get("afmCountry") == "DE" for payee in payees)
    assert any(fields["skipVatReason"] == "SKIP_VAT_REASON_1" for fields in payments)
    awarded = [act["extraFieldValues"] for act in city if act["decisionTypeId"] == "Δ.1"]
    assert {type(fields["person"]) for fields in awarded} == {list, dict}
    assert {"currency": "EUR"} in [fields["awardAmount"] for fields in awarded]
    commitments = [act["extraFieldValues"] for act in city if act["decisionTypeId"] == "Β.1.3"]
    assert any(fields["amountWithKae"] is None for fields in commitments)
    assert any(fields["recalledExpenseDecision"] for fields in commitments)
    assert any(fields["relatedPartialADA"] for fields in commitments)


def test_amounts_are_now_and_then_typed_wrongly(city):
    amounts = [float(n) for n in re.findall(r'"amount": ([\d.]+)', json.dumps(city))]
    tax_numbers = [n for n in amounts if n >= 80_000_000 and is_valid_afm(f"{int(n):09d}")]
    assert 5 < len(tax_numbers) < len(amounts) / 500
    assert all(round(amount, 2) == amount for amount in amounts)


def test_every_ada_is_unique_and_well_formed(city):
    adas = [act["ada"] for act in city]
    assert len(set(adas)) == len(adas)
    assert all(ADA.fullmatch(ada) and re.search("[Α-Ω]", ada) for ada in adas)
    assert len({act["versionId"] for act in city}) == len(city)


def test_acts_refer_to_earlier_acts_of_the_right_type_and_the_same_deal(city):
    by_ada = {act["ada"]: act for act in city}
    chains = Counter()
    for act in city:
        fields = act["extraFieldValues"]
        for name, wanted in (
            ("relatedEkgrisiDapanis", "Β.2.1"),
            ("relatedAnalipsiYpoxreosis", "Β.1.3"),
        ):
            for reference in fields.get(name) or []:
                earlier = by_ada[reference["textRelatedADA"]]
                assert earlier["publishTimestamp"] < act["publishTimestamp"]
                chains[name] += earlier["decisionTypeId"] == wanted
                chains[name, "wrong"] += earlier["decisionTypeId"] != wanted
    assert chains["relatedEkgrisiDapanis"] > 100
    assert chains["relatedAnalipsiYpoxreosis"] > 100
    # Only a later correction of the type of the earlier act makes it differ.
    assert chains["relatedEkgrisiDapanis", "wrong"] < 5


def test_the_same_seed_gives_the_same_world_in_whatever_order_it_is_asked():
    first, second = (Simulator(5, [ISLAND], start=START, now=NOW) for _ in range(2))
    acts = list(first.truth("6296"))
    order = list(acts)
    random.Random(1).shuffle(order)
    for act in order[:200]:
        assert second.decision(act["ada"]) == act
    assert list(second.truth("6296")) == acts
    assert list(Simulator(6, [ISLAND], start=START, now=NOW).truth("6296")) != acts


def test_other_bodies_do_not_change_a_bodys_acts(simulator):
    alone = Simulator(11, [ISLAND], start=START, now=NOW)
    assert list(alone.truth("6296")) == list(simulator.truth("6296"))


def test_tax_numbers_are_valid_and_tell_persons_from_companies():
    for person in persons(11, 6296):
        assert is_valid_afm(person.afm)
        assert person.afm[0] in "1234567" or person.afm[:2] in {f"0{n}" for n in range(1, 8)}
    for company in companies(11, 6296):
        assert is_valid_afm(company.afm)
        legal_form = re.search(r"ΣΙΑ|ΑΦΟΙ|ΥΙΟΙ", company.name)
        assert company.afm[0] in "89" or company.afm.startswith("09") or legal_form


def test_planted_persons_are_in_names_subjects_and_attachments(simulator, truth):
    planted = simulator.planted_strings("6296")
    surnames = [text for text in planted if not text.isdigit()]
    subjects = " ".join(act["subject"] for act in truth.values())
    names = " ".join(
        re.findall(r'"name": "(.+?)"', json.dumps(list(truth.values()), ensure_ascii=False))
    )
    attachments = " ".join(str(act["attachments"]) for act in truth.values())
    assert sum(text in subjects for text in surnames) > 60
    assert sum(text in names for text in surnames) > 60
    assert any(text in attachments for text in surnames)
    assert any(text in subjects for text in planted if text.isdigit())
    assert re.search(r"[Α-Ω]+,,[Α-Ω]+,[Α-Ω]+", names)
    share = sum(any(t in a["subject"] for t in planted) for a in truth.values()) / len(truth)
    assert 0.03 < share < 0.12


def test_planted_strings_are_found_nowhere_else(simulator, truth):
    planted = [folded(text) for text in simulator.planted_strings("6296")]
    people = persons(11, 6296)
    company_names = folded(" ".join(company.name for company in companies(11, 6296)))
    assert not [text for text in planted if text in company_names]
    given = {folded(name) for person in people for name in person.given}
    assert not given & set(planted)
    kinds = {"Β.1.1", "Β.3"}  # never about persons, attachments apart
    acts = [act for act in truth.values() if act["decisionTypeId"] in kinds]
    text = folded(json.dumps([{**act, "attachments": []} for act in acts], ensure_ascii=False))
    assert len(text) > 10_000
    assert not [string for string in planted if string in text and not string.isdigit()]
