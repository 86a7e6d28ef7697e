"""``greekmunicipal acts convert`` and ``acts fetch`` as a script uses them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from act_samples import DAY, PERSON, ada, afm, decision, payee
from click.testing import CliRunner, Result
from tiny_diavgeia import Reply, TinyDiavgeia

from ckanext.greekmunicipal.console import main
from ckanext.greekmunicipal.diavgeia import values
from ckanext.greekmunicipal.diavgeia.simulator import Simulator, serve
from ckanext.greekmunicipal.greek import fold


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["acts", *map(str, args)])


def counts(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout.splitlines()[-1])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def saved(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


COMPANY = {"sponsor": [payee("ΑΛΦΑ Α.Ε.", afm("99785242"), 1234.5)]}


def test_the_recorded_answers_become_tables_of_each_family(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "diavgeia"
    files = [*sorted(folder.glob("decisions/*.json")), *sorted(folder.glob("search/*.json"))]
    result = run("convert", *files, "--output", tmp_path)
    assert result.exit_code == 1  # two version logs are among them
    assert counts(result) == {
        "acts": 13,
        "lines": 9,
        "withheld_subjects": 2,
        "natural_persons": 3,
        "duplicates": 0,
        "skipped": {"version-log": 2},
    }
    assert "versionlog_2025.json" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "awards", "budgets-accounts", "commitments", "expense-approvals", "other", "payments",
    ]  # fmt: skip
    assert not (tmp_path / "budgets-accounts" / "lines.csv").exists()
    (undertaking,) = [
        row for row in table(tmp_path / "commitments/acts.csv") if row["ada"] == "6ΧΙΥΩΚ9-4ΑΟ"
    ]
    assert undertaking["amount"] == "1387.30"
    assert undertaking["publish_time"] == "2016-03-07T11:28:15.250+02:00"
    assert undertaking["subject_withheld"] == "false"
    assert undertaking["related_ada"] == ""


@pytest.mark.parametrize("shape", ["page", "list", "single", "lines", "pages"])
def test_every_shape_of_a_recorded_answer_is_read(shape: str, tmp_path: Path) -> None:
    act = decision(extra=COMPANY)
    page = {"decisions": [act], "info": {}}
    path = tmp_path / "answer.json"
    if shape == "lines":
        other = json.dumps(decision(ada=ada(1)), ensure_ascii=False)
        path.write_text(f"{json.dumps(act)}\n{other}\n", "utf-8")
    else:
        saved(path, {"page": page, "list": [act], "single": act, "pages": [page]}[shape])
    result = run("convert", path, "--output", tmp_path / "out")
    assert result.exit_code == 0
    assert counts(result)["acts"] == (2 if shape == "lines" else 1)
    line = table(tmp_path / "out/payments/lines.csv")[0]
    assert (line["amount"], line["counterparty_name"]) == ("1234.50", "ΑΛΦΑ Α.Ε.")


def test_iso_dates_and_milliseconds_give_the_same_row(tmp_path: Path) -> None:
    raw = decision()
    saved(tmp_path / "a.json", raw)
    saved(tmp_path / "b.json", {**raw, "issueDate": "2024-03-11", "ada": ada(2)})
    run("convert", tmp_path / "a.json", tmp_path / "b.json", "--output", tmp_path / "out")
    assert [row["issue_date"] for row in table(tmp_path / "out/payments/acts.csv")] == [
        "2024-03-11",
        "2024-03-11",
    ]


def test_of_several_versions_of_an_act_the_newest_stays(tmp_path: Path) -> None:
    old = decision(subject="ΠΡΟΜΗΘΕΙΑ ΚΑΥΣΙΜΩΝ")
    new = {**old, "subject": "ΠΡΟΜΗΘΕΙΑ ΕΛΑΣΤΙΚΩΝ", "decisionTypeId": "Β.2.1"}
    new["submissionTimestamp"] += DAY
    path = saved(tmp_path / "a.json", [old, new, old])
    result = run("convert", path, "--output", tmp_path / "out")
    assert counts(result)["duplicates"] == 2
    assert counts(result)["acts"] == 1
    assert table(tmp_path / "out/expense-approvals/acts.csv")[0]["subject"] == "ΠΡΟΜΗΘΕΙΑ ΕΛΑΣΤΙΚΩΝ"
    assert not (tmp_path / "out/payments").exists()


def test_names_of_bodies_come_from_a_recorded_register(tmp_path: Path) -> None:
    register = saved(
        tmp_path / "o.json", {"organizations": [{"uid": "100033457", "label": "ΣΧΟΛΙΚΗ ΕΠΙΤΡΟΠΗ"}]}
    )
    path = saved(tmp_path / "a.json", decision(organizationId="100033457"))
    run("convert", path, "--output", tmp_path / "out", "--organizations", register)
    row = table(tmp_path / "out/payments/acts.csv")[0]
    assert row["organization_label"] == "ΣΧΟΛΙΚΗ ΕΠΙΤΡΟΠΗ"


def test_no_cell_is_a_formula_but_amounts_stay_numbers(tmp_path: Path) -> None:
    extra = {"sponsor": [payee("=ΑΛΦΑ Α.Ε.", afm("99785242"), -5)]}
    path = saved(tmp_path / "a.json", decision(extra=extra, subject="+ΠΡΟΜΗΘΕΙΑ"))
    run("convert", path, "--output", tmp_path / "out")
    assert table(tmp_path / "out/payments/acts.csv")[0]["subject"] == "'+ΠΡΟΜΗΘΕΙΑ"
    line = table(tmp_path / "out/payments/lines.csv")[0]
    assert line["counterparty_name"] == "'=ΑΛΦΑ Α.Ε."
    assert line["amount"] == "-5.00"


def test_no_person_is_in_any_file_or_message(tmp_path: Path) -> None:
    extra = {"sponsor": [payee("ΞΥΛΟΦΤΕΡΑΣ,,ΓΕΩΡΓΙΟΣ,ΠΕΤΡΟΣ", PERSON)]}
    path = saved(tmp_path / "a.json", decision(extra=extra, subject="ΠΛΗΡΩΜΗ ΓΕΩΡΓΙΟΥ ΞΥΛΟΦΤΕΡΑ"))
    result = run("convert", path, "--output", tmp_path / "out")
    assert counts(result)["natural_persons"] == 1
    assert counts(result)["withheld_subjects"] == 1
    everything = result.output + "".join(
        file.read_text("utf-8") for file in (tmp_path / "out").rglob("*.csv")
    )
    for trace in ("ΞΥΛΟΦΤΕΡ", "ΓΕΩΡΓΙΟ", PERSON):
        assert trace not in everything


def test_what_is_no_act_is_skipped_by_reason(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.json",
        {"decisions": [decision(), {"errorCode": 1}, decision(ada=None), 5], "info": {}},
    )
    result = run("convert", path, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert counts(result)["skipped"] == {"error-item": 1, "no-ada": 1, "not-an-act": 1}
    assert str(path) in result.stderr


@pytest.mark.parametrize("content", ["<html>", '{"decisions": [', "", "\x00"])
def test_a_file_that_is_no_answer_ends_with_2_and_its_name(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, "utf-8")
    result = run("convert", path, "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "a.json" in result.stderr
    assert "expected" in result.stderr


def test_a_file_that_is_missing_ends_with_2(tmp_path: Path) -> None:
    assert run("convert", tmp_path / "no.json", "--output", tmp_path / "out").exit_code == 2


# --- fetch --------------------------------------------------------------------------------------


def fetched(tiny: TinyDiavgeia, out: Path, *more: object) -> Result:
    return run(
        "fetch", "--org", "6296", "--from", "2024-01-01", "--to", "2024-06-30",
        "--base-url", tiny.base_url, "--output", out, *more,
    )  # fmt: skip


def by_window(answer: dict[str, Any], asked: dict[str, str], _: int) -> dict[str, Any]:
    """The tiny server holds acts of the first window only."""
    if asked["from_issue_date"] != "2024-01-01":
        answer["decisions"], answer["info"]["actualSize"], answer["info"]["total"] = [], 0, 0
    return answer


def test_a_fetch_writes_tables_and_a_manifest_of_its_windows(
    diavgeia: TinyDiavgeia, tmp_path: Path
) -> None:
    diavgeia.decisions = [decision(ada=ada(n), extra=COMPANY) for n in range(3)]
    diavgeia.change = by_window
    result = fetched(diavgeia, tmp_path)
    assert result.exit_code == 0, result.output
    assert counts(result)["acts"] == 3
    manifest = table(tmp_path / "manifest.csv")
    assert [(row["issue_from"], row["issue_to"]) for row in manifest] == [
        ("2024-01-01", "2024-05-30"),
        ("2024-05-30", "2024-07-01"),  # --to is the last day, included
    ]
    assert [row["state"] for row in manifest] == ["proved", "proved"]
    assert [row["total"] for row in manifest] == ["3", "0"]
    assert 'organizationUid:"6296"' in manifest[0]["echo"]
    assert len(table(tmp_path / "payments/acts.csv")) == 3


def test_a_window_that_does_not_prove_itself_is_left_out_and_told(
    diavgeia: TinyDiavgeia, tmp_path: Path
) -> None:
    diavgeia.decisions = [decision(ada=ada(n)) for n in range(3)]

    def second_is_clamped(answer: dict, asked: dict[str, str], n: int) -> dict:
        answer = by_window(answer, asked, n)
        if asked["from_issue_date"] == "2024-05-30":
            answer["info"]["query"] += ' AND status:"Αναρτημένη"'
        return answer

    diavgeia.change = second_is_clamped
    result = fetched(diavgeia, tmp_path)
    assert result.exit_code == 1
    assert counts(result)["failed_windows"] == 1
    assert [row["state"] for row in table(tmp_path / "manifest.csv")] == ["proved", "failed"]
    assert "echo" in result.stderr
    assert len(table(tmp_path / "payments/acts.csv")) == 3


def test_of_a_window_that_fails_on_its_second_page_nothing_is_kept(
    diavgeia: TinyDiavgeia, tmp_path: Path
) -> None:
    diavgeia.decisions = [decision(ada=ada(n)) for n in range(501)]

    def lost_page(answer: dict, asked: dict[str, str], n: int) -> dict:
        if asked["page"] == "1":
            answer["info"]["query"] = ""
        return by_window(answer, asked, n)

    diavgeia.change = lost_page
    result = fetched(diavgeia, tmp_path)
    assert result.exit_code == 1
    assert counts(result)["acts"] == 0
    assert not (tmp_path / "payments").exists()


def test_a_fetch_that_gets_nothing_ends_with_2(diavgeia: TinyDiavgeia, tmp_path: Path) -> None:
    diavgeia.before = lambda *_: Reply(b"{}", 403)
    result = fetched(diavgeia, tmp_path)
    assert result.exit_code == 2
    assert "403" in result.stderr


def test_a_private_address_that_is_not_this_machine_is_refused(tmp_path: Path) -> None:
    result = run(
        "fetch", "--org", "6296", "--from", "2024-01-01", "--to", "2024-01-02",
        "--base-url", "http://10.1.2.3/opendata", "--output", tmp_path,
    )  # fmt: skip
    assert result.exit_code == 2
    assert "https" in result.stderr


def test_a_span_that_runs_backwards_is_refused(diavgeia: TinyDiavgeia, tmp_path: Path) -> None:
    result = run(
        "fetch", "--org", "6296", "--from", "2024-06-01", "--to", "2024-01-02",
        "--base-url", diavgeia.base_url, "--output", tmp_path,
    )  # fmt: skip
    assert result.exit_code == 2
    assert diavgeia.requests == []


def test_a_fetch_of_the_simulator_holds_every_act_and_no_planted_person(tmp_path: Path) -> None:
    today = dt.date(2026, 9, 22)
    simulator = Simulator(seed=11, now=today, start=dt.date(2026, 3, 1))
    with serve(simulator) as server:
        result = run(
            "fetch", "--org", "6296", "--from", "2026-03-01", "--to", "2026-10-30",
            "--base-url", server.base_url, "--output", tmp_path,
        )  # fmt: skip
    assert result.exit_code == 0, result.output
    truth = {raw["ada"]: raw for raw in simulator.truth("6296")}
    stored = {row["ada"]: row for path in tmp_path.rglob("acts.csv") for row in table(path)}
    assert set(stored) <= set(truth)
    span = "2026-03-01", "2026-10-30"
    for key in set(truth) - set(stored):
        issued = values.date(truth[key]["issueDate"])
        assert issued is not None
        assert not span[0] <= issued.isoformat() <= span[1], truth[key]
    everything = "\n".join(path.read_text("utf-8") for path in tmp_path.rglob("*.csv"))
    everything += result.output
    folded = fold(everything)
    planted = simulator.planted_strings("6296")
    assert len(planted) > 100
    assert [text for text in planted if text in everything or fold(text) in folded] == []
