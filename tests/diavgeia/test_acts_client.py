"""The client believes an answer only when it proves itself; over real HTTP on loopback."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from act_samples import ISSUED, ada, decision, query_echo
from tiny_diavgeia import Reply, TinyDiavgeia

from ckanext.greekmunicipal.diavgeia import addresses, echo
from ckanext.greekmunicipal.diavgeia.client import Client, user_agent
from ckanext.greekmunicipal.diavgeia.errors import (
    AddressRefused,
    NotFound,
    RequestFailed,
    WindowNotProved,
)
from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.diavgeia.throttle import in_process

WINDOW = Window("6296", dt.date(2024, 1, 1), dt.date(2024, 5, 30))
HTML = Reply(b"<html>not here</html>", headers={"Content-Type": "text/html"})


def acts(count: int) -> list[dict]:
    return [decision(ada=ada(number)) for number in range(count)]


def client_of(tiny: TinyDiavgeia, **options: Any) -> Client:
    pauses: list[float] = []
    options = {"delay": 0, "sleep": pauses.append, "tries": 3, "allow_private": True, **options}
    client = Client(tiny.base_url, **options)
    client.pauses = pauses  # type: ignore[attr-defined]
    return client


def read(client: Client, window: Window = WINDOW, size: int = 10) -> tuple[list[str], Any]:
    answer = client.read_window(window, page_size=size)
    found: list[str] = []
    for page in answer:
        if page.number == 0:
            found.clear()
        found += [raw.get("ada") for raw in page.decisions if isinstance(raw, dict)]
    return found, answer.proof


def test_a_window_is_read_to_its_last_page_and_proved(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = acts(25)
    found, proof = read(client_of(diavgeia))
    assert found == [ada(number) for number in range(25)]
    assert (proof.total, proof.distinct, proof.duplicates, proof.skipped) == (25, 25, 0, 0)
    assert (proof.pages, proof.readings) == (3, 1)


def test_the_question_asks_for_every_state_and_for_explicit_bounds(diavgeia: TinyDiavgeia) -> None:
    read(client_of(diavgeia, user_agent=user_agent("data@example.gr")))
    path, asked, headers = diavgeia.requests[0]
    assert path == "/opendata/search.json"
    assert asked == {
        "org": "6296",
        "from_issue_date": "2024-01-01",
        "to_issue_date": "2024-05-30",
        "from_date": "2010-01-01",  # an act may be submitted long before the date it bears
        "status": "all",
        "page": "0",
        "size": "10",
    }
    assert "data@example.gr" in headers["User-Agent"]
    assert "ckanext-greekmunicipal" in headers["User-Agent"]


def test_an_increment_sends_its_submission_bound_beside_the_issue_bounds(
    diavgeia: TinyDiavgeia,
) -> None:
    window = Window("6296", WINDOW.issue_from, WINDOW.issue_to, dt.date(2026, 9, 1))
    read(client_of(diavgeia), window)
    asked = diavgeia.requests[0][1]
    assert asked["from_date"] == "2026-09-01"
    assert asked["from_issue_date"] == "2024-01-01"


def test_an_empty_window_is_an_answer(diavgeia: TinyDiavgeia) -> None:
    found, proof = read(client_of(diavgeia))
    assert found == []
    assert proof.total == 0


def test_amounts_arrive_as_exact_decimals(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = [decision(extra={"x": 0.1})]
    answer = client_of(diavgeia).read_window(WINDOW)
    page = next(iter(answer))
    assert page.decisions[0]["extraFieldValues"]["x"] == Decimal("0.1")


def _echoing(change: Callable[[str], str]) -> Callable[..., Any]:
    def changed(answer: dict[str, Any], *_: Any) -> dict[str, Any]:
        answer["info"]["query"] = change(answer["info"]["query"])
        return answer

    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda q: q + ' AND status:"Αναρτημένη"', "status"),
        (lambda q: q + ' AND decisionTypeUid:"Β.2.2"', "decisionTypeUid"),
        (lambda q: q.replace(' AND organizationUid:"6296"', ""), "all bodies"),
        (lambda q: q.replace("6296", "6297"), "body 6297"),
        (lambda q: q.replace("2024-05-30T00", "2024-05-20T00"), "issue dates"),
        (lambda q: q.replace("2024-05-30T00:00:00+03:00", "2024-05-30T00:00:00+02:00"), "issue"),
        (lambda q: q.replace("2024-05-30T00:00:00", "2024-05-30T00:00:01"), "issue dates"),
        (lambda q: q.split(" AND issueDate")[0] + ' AND organizationUid:"6296"', "no bounds"),
        (lambda q: q.replace("[DT(2010-01-01T", "[DT(2026-03-24T", 1), "submitted before"),
        (lambda q: "", "clause"),
    ],
)
def test_an_echo_that_is_not_the_question_is_refused(
    diavgeia: TinyDiavgeia, change: Callable[[str], str], said: str
) -> None:
    diavgeia.decisions = acts(3)
    diavgeia.change = _echoing(change)
    with pytest.raises(WindowNotProved, match=said) as refused:
        read(client_of(diavgeia))
    assert refused.value.reason == "echo"
    assert "6296" in str(refused.value)
    assert "2024-01-01" in str(refused.value)


def test_an_echo_without_the_submission_bound_that_was_asked_is_refused() -> None:
    window = Window("6296", WINDOW.issue_from, WINDOW.issue_to, dt.date(2026, 9, 1))
    asked = {"org": "6296", "from_issue_date": "2024-01-01", "to_issue_date": "2024-05-30"}
    assert echo.difference(window, query_echo(asked))
    assert echo.difference(window, query_echo({**asked, "from_date": "2026-09-01"})) is None
    without = query_echo(asked).split(" AND ", 1)[1]
    assert echo.difference(window, without) == "it has no bound of submission"


def test_the_recorded_echoes_of_a_real_harvest_are_understood(shared_data) -> None:
    lines = (shared_data / "diavgeia/search/query_echoes.jsonl").read_text("utf-8").splitlines()
    judged = []
    for line in lines:
        log = json.loads(line)
        window = Window(
            log["org"], dt.date.fromisoformat(log["from"]), dt.date.fromisoformat(log["to_excl"])
        )
        judged += [
            (log["status_all"], echo.difference(window, page["query"])) for page in log["pages"]
        ]
    assert len(judged) == 8
    assert all(difference is None for every_state, difference in judged if every_state)
    # The first three were asked without status=all: the echo shows it.
    assert all("status" in difference for every_state, difference in judged if not every_state)


def test_a_body_asked_by_its_latin_name_has_the_longer_echo() -> None:
    asked = {"org": "6296", "from_issue_date": "2024-01-01", "to_issue_date": "2024-05-30"}
    query = query_echo(asked).replace(
        'organizationUid:"6296"', '(organizationUid:"6296" OR organizationLatinName:"dimos")'
    )
    assert echo.difference(WINDOW, query) is None


def test_a_page_size_that_was_cut_is_refused(diavgeia: TinyDiavgeia) -> None:
    def cut(answer: dict[str, Any], *_: Any) -> dict[str, Any]:
        answer["info"]["size"] = 5
        return answer

    diavgeia.decisions, diavgeia.change = acts(3), cut
    with pytest.raises(WindowNotProved, match="of size 5") as refused:
        read(client_of(diavgeia))
    assert refused.value.reason == "page"


def test_acts_of_another_body_are_refused_even_with_a_right_echo(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = [decision(organizationId="6013")]
    with pytest.raises(WindowNotProved) as refused:
        read(client_of(diavgeia))
    assert refused.value.reason == "foreign-act"


def test_acts_outside_the_window_are_refused_but_the_seam_is_not(diavgeia: TinyDiavgeia) -> None:
    seam = dt.datetime(2024, 5, 29, 21, tzinfo=dt.timezone.utc).timestamp() * 1000
    diavgeia.decisions = [decision(issueDate=int(seam))]
    assert read(client_of(diavgeia))[1].distinct == 1
    diavgeia.decisions = [decision(issueDate=int(seam) + 86_400_000)]
    with pytest.raises(WindowNotProved) as refused:
        read(client_of(diavgeia))
    assert refused.value.reason == "date-outside"


def test_items_without_a_number_are_counted_and_the_total_still_adds_up(
    diavgeia: TinyDiavgeia,
) -> None:
    diavgeia.decisions = [*acts(2), {"errorCode": 5}, {"subject": "x"}, None]
    proof = read(client_of(diavgeia))[1]
    assert (proof.total, proof.distinct, proof.skipped) == (5, 2, 3)


def test_a_total_that_changes_between_pages_makes_the_window_be_read_again(
    diavgeia: TinyDiavgeia,
) -> None:
    diavgeia.decisions = acts(25)

    def grows(answer: dict[str, Any], _: Any, request: int) -> dict[str, Any]:
        if request == 1:
            diavgeia.decisions.insert(0, decision(ada=ada(99)))
        return answer

    diavgeia.change = grows
    found, proof = read(client_of(diavgeia))
    assert sorted(found) == sorted(ada(number) for number in [*range(25), 99])
    assert (proof.total, proof.readings) == (26, 2)


def test_an_act_lost_at_a_page_edge_behind_an_equal_total_is_found(diavgeia: TinyDiavgeia) -> None:
    """One act is withdrawn from the list's end while another comes to its head: same total."""
    diavgeia.decisions = acts(25)

    def shifts(answer: dict[str, Any], _: Any, request: int) -> dict[str, Any]:
        if request == 1:
            diavgeia.decisions = [decision(ada=ada(99)), *diavgeia.decisions[:-1]]
        return answer

    diavgeia.change = shifts
    found, proof = read(client_of(diavgeia))
    assert ada(99) in found
    assert proof.distinct == 25
    assert proof.readings == 2


def test_an_act_that_always_comes_twice_is_a_duplicate_not_a_fault(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = [*acts(4), decision(ada=ada(0))]
    proof = read(client_of(diavgeia))[1]
    assert (proof.total, proof.distinct, proof.duplicates, proof.readings) == (5, 4, 1, 2)


def test_a_window_that_never_stands_still_is_not_proved(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = acts(15)

    def wrong_total(answer: dict[str, Any], *_: Any) -> dict[str, Any]:
        answer["info"]["total"] = 16
        return answer

    diavgeia.change = wrong_total
    with pytest.raises(WindowNotProved, match="counts 16 acts but gave 15") as refused:
        read(client_of(diavgeia, readings=3))
    assert refused.value.reason == "moving"
    assert len(diavgeia.requests) == 6


def test_an_answer_that_was_not_read_to_its_end_has_no_proof(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = acts(25)
    answer = client_of(diavgeia).read_window(WINDOW, page_size=10)
    next(iter(answer))
    with pytest.raises(WindowNotProved):
        _ = answer.proof


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_passing_fault_is_waited_out(diavgeia: TinyDiavgeia, status: int) -> None:
    diavgeia.decisions = acts(1)
    diavgeia.before = lambda n, *_: Reply(b"busy", status, {}) if n < 3 else None
    client = client_of(diavgeia)
    assert read(client)[1].distinct == 1
    pauses = client.pauses  # type: ignore[attr-defined]
    assert len(pauses) == 2
    assert 1 <= pauses[0] <= 2 <= pauses[1] <= 4


def test_retry_after_is_honoured_but_bounded(diavgeia: TinyDiavgeia) -> None:
    waits = {1: "7", 2: "99999"}
    diavgeia.before = lambda n, *_: (
        Reply(b"", 429, {"Retry-After": waits[n]}) if n in waits else None
    )
    client = client_of(diavgeia)
    read(client)
    assert client.pauses == [7.0, 300.0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (HTML, "not-json"),
        (Reply(b"{}", headers={"Content-Type": "text/html"}), "not-json"),
        (Reply(b'{"decisions": [', 200), "not-json"),
        (Reply(b'{"decisions"', 200, cut=True), "connection"),
        (Reply(b"x", 503, {}), "status-503"),
    ],
)
def test_a_lasting_fault_ends_with_a_clear_error(
    diavgeia: TinyDiavgeia, reply: Reply, reason: str
) -> None:
    diavgeia.before = lambda *_: reply
    with pytest.raises(RequestFailed, match="after 3 tries") as failed:
        read(client_of(diavgeia))
    assert failed.value.reason == reason
    assert len(diavgeia.requests) == 3


def test_a_page_of_html_in_between_is_a_passing_fault(diavgeia: TinyDiavgeia) -> None:
    diavgeia.before = lambda n, *_: HTML if n == 1 else None
    assert read(client_of(diavgeia))[1].total == 0


def test_a_refused_question_is_not_repeated_and_its_code_is_told(diavgeia: TinyDiavgeia) -> None:
    body = json.dumps({"errors": [{"errorCode": "INVALID_DATE", "errorMessage": "x"}]}).encode()
    diavgeia.before = lambda *_: Reply(body, 400)
    with pytest.raises(RequestFailed, match="INVALID_DATE") as failed:
        read(client_of(diavgeia))
    assert failed.value.reason == "status-400"
    assert len(diavgeia.requests) == 1


def test_an_answer_is_bounded_in_size(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = acts(10)
    with pytest.raises(RequestFailed) as failed:
        read(client_of(diavgeia, max_bytes=2000))
    assert failed.value.reason == "too-large"


def test_redirects_lead_only_to_the_same_host(diavgeia: TinyDiavgeia) -> None:
    diavgeia.before = lambda *_: Reply(b"", 302, {"Location": "http://localhost:1/opendata"})
    with pytest.raises(AddressRefused, match="localhost") as failed:
        read(client_of(diavgeia))
    assert failed.value.reason == "redirect"


def test_a_redirect_on_the_same_host_is_followed(diavgeia: TinyDiavgeia) -> None:
    diavgeia.decisions = acts(1)

    def moved(n: int, path: str, asked: dict[str, str]) -> Reply | None:
        if path.startswith("/opendata"):
            query = "&".join(f"{name}={value}" for name, value in asked.items())
            return Reply(b"", 302, {"Location": f"/luminapi{path}?{query}"})
        return None

    diavgeia.before = moved
    assert read(client_of(diavgeia))[1].distinct == 1


def test_redirects_in_a_circle_end(diavgeia: TinyDiavgeia) -> None:
    diavgeia.before = lambda *_: Reply(b"", 302, {"Location": "/opendata/search.json"})
    with pytest.raises(RequestFailed, match="more than 3") as failed:
        read(client_of(diavgeia))
    assert failed.value.reason == "redirect"


def test_plain_http_and_private_addresses_are_refused_unless_allowed(
    diavgeia: TinyDiavgeia, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AddressRefused, match="not https"):
        Client(diavgeia.base_url)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    client = Client(diavgeia.base_url.replace("http:", "https:"), delay=0, tries=1)
    with pytest.raises(AddressRefused, match="private network"):
        read(client)
    # Also when the name changes its address between the look and the connection.
    monkeypatch.setattr(
        "ckanext.greekmunicipal.diavgeia.transport.refuse_private", lambda host: None
    )
    with pytest.raises(AddressRefused, match="private network"):
        read(client)
    assert diavgeia.requests == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("84.205.254.90", True),
        ("2a00:1450::1", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert addresses.is_public(address) is public


def test_requests_to_one_host_keep_their_distance() -> None:
    now, pauses = [100.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    first = in_process(1.0, clock=lambda: now[0], sleep=sleep)
    second = in_process(1.0, clock=lambda: now[0], sleep=sleep)
    first("one.example")
    second("one.example")
    first("two.example")
    now[0] += 5
    first("one.example")
    assert pauses == [1.0]


def test_a_throttle_shared_by_workers_is_asked_before_each_request(
    diavgeia: TinyDiavgeia,
) -> None:
    hosts: list[str] = []
    diavgeia.decisions = acts(25)
    client = client_of(diavgeia, throttle=hosts.append)
    read(client)
    assert hosts == ["127.0.0.1"] * 3
    assert client.requests == 3


def test_an_act_a_body_and_the_types_are_read_by_key(diavgeia: TinyDiavgeia) -> None:
    answers = {
        "/opendata/decisions/ΨΑΒΓΩΗΝ-1ΑΒ.json": decision(),
        "/opendata/organizations/6296.json": {
            "uid": "6296",
            "label": "ΔΗΜΟΣ ΤΗΝΟΥ",
            "vatNumber": "090114939 ",
            "odeManagerEmail": "someone@example.gr",
            "supervisorId": "6296",
        },
        "/opendata/types.json": {
            "decisionTypes": [
                {"uid": "2.4.1", "label": "x", "allowedInDecisions": False},
                {"uid": "Β.2.2", "label": "ΟΡΙΣΤΙΚΟΠΟΙΗΣΗ ΠΛΗΡΩΜΗΣ", "allowedInDecisions": True},
            ]
        },
    }

    def by_key(_: int, path: str, __: Any) -> Reply:
        from urllib.parse import unquote

        found = answers.get(unquote(path))
        return Reply(json.dumps(found).encode()) if found else Reply(b"{}", 404)

    diavgeia.before = by_key
    client = client_of(diavgeia)
    assert client.decision("ΨΑΒΓΩΗΝ-1ΑΒ")["issueDate"] == ISSUED
    body = client.organization("6296")
    assert (body.label, body.afm, body.supervisor_uid) == ("ΔΗΜΟΣ ΤΗΝΟΥ", "090114939", None)
    assert "someone" not in repr(body)
    assert client.types() == {"Β.2.2": "ΟΡΙΣΤΙΚΟΠΟΙΗΣΗ ΠΛΗΡΩΜΗΣ"}
    with pytest.raises(NotFound):
        client.organization("1")
