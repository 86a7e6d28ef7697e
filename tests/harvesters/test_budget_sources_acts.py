"""Statements of the execution among the acts of a simulated Diavgeia, from list to rows."""

from __future__ import annotations

import calendar
import datetime as dt
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_budget_harvester import TINOS, Run, folder, make_source, own_tables, rows, state, table
from test_budget_sources import nothing_seen

sys.path.insert(0, str(Path(__file__).parents[1] / "budgets"))

__all__ = ["folder", "nothing_seen", "own_tables"]

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "own_tables", "folder"),
]

STATEMENT = "Δημοσίευση στοιχείων εκτέλεσης προϋπολογισμού"


class Posted:
    """A Diavgeia in which the acts of one type are what a test makes of them.

    Attributes:
        acts: subject and document of each act, in the order of publication; those of the
            simulator beyond them keep their own subject and have no document.
    """

    def __init__(
        self, simulator: Any, monkeypatch: pytest.MonkeyPatch, decision_type: str = "Β.3"
    ) -> None:
        self.simulator = simulator
        self.decision_type = decision_type
        self.acts: list[tuple[str, bytes]] = []
        self.adas = [
            raw["ada"]
            for raw in simulator.truth("6296")
            if raw["decisionTypeId"] == decision_type and raw["documentUrl"]
        ]
        written = simulator.writer.raw
        monkeypatch.setattr(simulator.writer, "raw", lambda *key: self._retold(written(*key)))
        simulator.documents = self._document

    def _place(self, raw: dict[str, Any]) -> int | None:
        at = self.adas.index(raw["ada"]) if raw["ada"] in self.adas else None
        return at if at is not None and at < len(self.acts) else None

    def _retold(self, raw: dict[str, Any]) -> dict[str, Any]:
        at = self._place(raw)
        if raw["decisionTypeId"] == self.decision_type:
            raw["subject"] = "ΙΣΟΛΟΓΙΣΜΟΣ" if at is None else self.acts[at][0]
        return raw

    def _document(self, raw: dict[str, Any]) -> bytes | None:
        at = self._place(raw)
        return None if at is None else self.acts[at][1]


@pytest.fixture
def server(serving: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A served Diavgeia that is asked without pauses."""
    import acts_world as world
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import config

    monkeypatch.setitem(tk.config, config.PRIVATE_HOSTS, ["127.0.0.1"])
    monkeypatch.setitem(tk.config, config.DELAY, "0")
    return serving(world.simulated(until=world.YESTERDAY))


@pytest.fixture
def posted(server: Any, monkeypatch: pytest.MonkeyPatch) -> Posted:
    """What the municipality posts."""
    found = Posted(server.simulator, monkeypatch)
    assert len(found.adas) >= 3
    return found


def statement_of(tmp_path: Path, month: int, paid: str, *, period: bool = True) -> bytes:
    """The printed statement of the months until one of 2026."""
    from statement_pdf import statement

    last = calendar.monthrange(2026, month)[1]
    until = f" ΕΩΣ {last}/{month}/2026" if period else " ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ 2026"
    row = ["500000.00", "300000.00", paid]
    return statement(
        tmp_path / "statement.pdf",
        {
            "revenue": [
                ("010.1310101", "Κεντρικοί αυτοτελείς πόροι", row),
                ("025.1310108", "Πόροι για λοιπούς σκοπούς", ["433025.00", "0.00", "0.00"]),
            ],
            "expenditure": [
                ("000.2250905", "Εισοδηματικές ενισχύσεις", ["10000.00", "0.00", "0.00"]),
                ("255.2130102001", "Αμοιβές προσωπικού", row),
            ],
        },
        titles={
            "revenue": f"ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ ΕΣΟΔΩΝ{until}",
            "expenditure": f"ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ ΔΑΠΑΝΩΝ{until}",
        },
    ).read_bytes()


def source_of(server: Any, **more: Any) -> str:
    options = {"url": server.base_url, "types": ["Β.3"], "first": "2026-03-01", **more}
    return make_source(TINOS, diavgeia=options)


def documents(server: Any) -> list[str]:
    return [request.path for request in server.requests if "/doc/" in request.path]


def paid(end: str) -> list[Any]:
    return rows(f"SELECT paid FROM {table(TINOS)} WHERE period_end = %s AND paid > 0", end)


def test_statements_are_stored_by_the_period_that_their_documents_say(
    server: Any, posted: Posted, tmp_path: Path
) -> None:
    for month in (4, 5):
        # The subject has Latin letters among the Greek ones, and does not tell the month.
        subject = STATEMENT.replace("ο", "o").replace("ν", "v")
        posted.acts.append((subject, statement_of(tmp_path, month, f"{month}000.00")))
    source = source_of(server)

    run = Run(source)

    assert run.errors == run.gather_errors == []
    assert paid("2026-04-30") == [Decimal("4000.00")]
    assert paid("2026-05-31") == [Decimal("5000.00")]
    assert rows(f"SELECT DISTINCT source_file FROM {table(TINOS)} ORDER BY 1") == sorted(
        f"{ada}.pdf" for ada in posted.adas[:2]
    )
    before = state(TINOS)
    assert len(documents(server)) == 2
    server.forget()

    # The list says that the documents are the same: none is asked for.
    again = Run(source)

    assert documents(server) == []
    assert again.statuses == ["not modified", "not modified"]
    assert state(TINOS) == before


def test_of_two_statements_of_one_month_the_later_counts(
    server: Any, posted: Posted, tmp_path: Path
) -> None:
    posted.acts = [
        (STATEMENT, statement_of(tmp_path, 5, "5000.00")),
        (f"{STATEMENT} (ορθή επανάληψη)", statement_of(tmp_path, 5, "5555.00")),
    ]
    source = source_of(server)

    run = Run(source)

    assert run.errors == []
    assert paid("2026-05-31") == [Decimal("5555.00")]
    again = Run(source)
    assert again.errors == []
    assert paid("2026-05-31") == [Decimal("5555.00")]
    assert sorted(report["status"] for report in again.reports) == [
        "listed",
        "superseded",
        "unchanged",
    ]
    (older,) = [report for report in again.reports if report["status"] == "superseded"]
    assert "later document" in older["note"]
    assert "νεότερο έγγραφο" in older["note"]

    # Without the later one the older counts again.
    without = source_of(server, without=[posted.adas[1]])
    assert Run(without).errors == []
    assert paid("2026-05-31") == [Decimal("5000.00")]


def test_a_statement_without_a_period_is_refused_since_the_issue_date_is_none(
    server: Any, posted: Posted, tmp_path: Path
) -> None:
    posted.acts = [(STATEMENT, statement_of(tmp_path, 5, "5000.00", period=False))]

    run = Run(source_of(server))

    (error,) = run.errors
    assert "until when its figures run" in error
    assert "δεν λέει ως πότε" in error
    assert rows("SELECT count(*) FROM greekmunicipal.budget_part") == [0]


def test_an_answer_that_does_not_prove_itself_changes_nothing(
    server: Any, posted: Posted, tmp_path: Path, serving: Callable[[Any], Any]
) -> None:
    import acts_world as world

    from ckanext.greekmunicipal.diavgeia.simulator import Scenario
    from ckanext.greekmunicipal.diavgeia.simulator.faults import Faults

    posted.acts = [(STATEMENT, statement_of(tmp_path, 5, "5000.00"))]
    Run(source_of(server))
    before = state(TINOS)
    broken = serving(
        world.simulated(until=world.YESTERDAY, scenario=Scenario(Faults(wrong_total=1.0)))
    )

    run = Run(source_of(broken))

    assert "could not be read" in run.gather_errors[0]
    assert "δεν διαβάστηκε" in run.gather_errors[0]
    assert state(TINOS) == before


def test_the_first_day_is_that_of_last_year_unless_one_is_given() -> None:
    from ckanext.greekmunicipal.harvesters.budget_sources.acts import first_day
    from ckanext.greekmunicipal.harvesters.budget_sources.options import ActsList

    assert first_day(ActsList("", ("Β.3",), None, ()), dt.date(2026, 5, 3)) == dt.date(2025, 1, 1)


def budget_of(tmp_path: Path, year: int, amount: str) -> bytes:
    """The printed budget of a year as voted."""
    from statement_pdf import statement

    rows_of = {
        "revenue": [("0611.0001", "Τακτική επιχορήγηση", [amount])],
        "expenditure": [("00.6111.0001", "Αμοιβές νομικών", [amount])],
    }
    return statement(
        tmp_path / "budget.pdf",
        rows_of,
        titles={
            "revenue": f"ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΕΣΟΔΩΝ ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ {year}",
            "expenditure": f"ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ ΕΞΟΔΩΝ ΟΙΚΟΝΟΜΙΚΟΥ ΕΤΟΥΣ {year}",
        },
        headers=dict.fromkeys(rows_of, [["Κ.Α.", "Περιγραφή", "Προϋπολογισθέντα"]]),
        edges=(195.0,),
    ).read_bytes()


def test_budgets_as_voted_are_read_from_the_acts_that_approve_them(
    server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    posted = Posted(server.simulator, monkeypatch, "Β.1.1")
    assert posted.adas
    budget = budget_of(tmp_path, 2026, "7000000.00")
    posted.acts = [("Ψήφιση προϋπολογισμού του Δήμου έτους 2026", budget)]

    run = Run(source_of(server, types=["Β.1.1"], first="2025-01-01"))

    assert run.errors == run.gather_errors == []
    assert len(documents(server)) == 1
    assert rows(
        f"SELECT fiscal_year, period_end, side, initial, source_file FROM {table(TINOS)} ORDER BY 3"
    ) == [
        (2026, None, side, Decimal("7000000.00"), f"{posted.adas[0]}.pdf")
        for side in ("expenditure", "revenue")
    ]
    # A document at Diavgeia cannot be looked into: it stays behind Diavgeia's own link.
    assert run.reports[-1]["masked"]["originals_private"] == 1


def test_an_amendment_of_the_budget_is_not_the_budget(
    server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    posted = Posted(server.simulator, monkeypatch, "Β.1.1")
    posted.acts = [("Έγκριση 2ης αναμόρφωσης 2026", budget_of(tmp_path, 2026, "1.00"))]

    run = Run(source_of(server, types=["Β.1.1"], first="2025-01-01"))

    assert run.objects == []
    assert documents(server) == []
