"""Whether an address answers, asked of a real server."""

from __future__ import annotations

import datetime as dt

import pytest
from dcat_server import DcatServer

from ckanext.greekmunicipal.diavgeia.throttle import in_process
from ckanext.greekmunicipal.quality import links
from ckanext.greekmunicipal.quality.fetching import Fetcher


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(user_agent="test", throttle=in_process(0), allowed=lambda _: True)


def test_a_good_answer_to_head_is_enough(dcat_server: DcatServer, fetcher: Fetcher) -> None:
    url = dcat_server.answers_with("file.csv", 200)
    found = links.check(url, fetcher)
    assert (found.status, found.method, found.answers) == (200, "HEAD", True)
    assert dcat_server.asked == [("HEAD", "/file.csv")]


@pytest.mark.parametrize("head", [403, 404, 405, 500, 501, -1])
def test_a_server_that_lies_to_head_is_asked_with_get(
    dcat_server: DcatServer, fetcher: Fetcher, head: int
) -> None:
    url = dcat_server.answers_with("file.csv", 200, head)
    found = links.check(url, fetcher)
    assert (found.status, found.method, found.answers) == (200, "GET", True)
    assert dcat_server.ranges == ["bytes=0-0"]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 503])
def test_a_bad_answer_to_both_is_bad(
    dcat_server: DcatServer, fetcher: Fetcher, status: int
) -> None:
    found = links.check(dcat_server.answers_with("file.csv", status), fetcher)
    assert (found.status, found.error, found.answers) == (status, None, False)
    assert [method for method, _ in dcat_server.asked] == ["HEAD", "GET"]


def test_a_redirect_is_followed_to_what_answers(dcat_server: DcatServer, fetcher: Fetcher) -> None:
    dcat_server.answers_with("there", 200)
    assert links.check(dcat_server.redirects("here", "there"), fetcher).answers
    gone = links.check(dcat_server.redirects("old", "gone"), fetcher)
    assert (gone.status, gone.answers) == (404, False)
    assert links.check(dcat_server.redirects("loop", "loop"), fetcher).error == "redirect"


def test_nobody_there_is_an_error_and_no_exception(
    dcat_server: DcatServer, fetcher: Fetcher
) -> None:
    found = links.check("http://127.0.0.1:1/", fetcher)
    assert (found.status, found.error, found.answers) == (None, "connection", False)
    assert links.check("mailto:opendata@tinos.gr", fetcher).error == "address"
    assert links.check("dummy-value", fetcher).error == "address"


def test_a_server_that_drips_is_not_waited_for(
    dcat_server: DcatServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "DEADLINE", 0.5)
    found = links.check(dcat_server.gives("slow", b"", "text/plain", drips=True), fetcher)
    assert (found.status, found.error) == (None, "time-out")


def test_a_private_address_is_not_asked(dcat_server: DcatServer) -> None:
    guarded = Fetcher(user_agent="test", throttle=in_process(0))
    found = links.check(dcat_server.answers_with("file.csv", 200), guarded)
    assert (found.error, found.answers) == ("address", False)
    assert dcat_server.asked == []


def test_requests_to_one_host_wait_for_each_other(dcat_server: DcatServer) -> None:
    hosts: list[str] = []
    polite = Fetcher(user_agent="test", throttle=hosts.append, allowed=lambda _: True)
    links.check(dcat_server.answers_with("file.csv", 404), polite)
    assert hosts == ["127.0.0.1", "127.0.0.1"]


def test_a_good_answer_is_believed_longer_than_a_bad_one() -> None:
    now = dt.datetime(2026, 9, 1, tzinfo=dt.timezone.utc)

    def checked(status: int | None, days: float) -> bool:
        when = now - dt.timedelta(days=days)
        return links.LinkCheck("https://example.gr/", when, status, None, "HEAD").is_due(now)

    assert not checked(200, 6.9)
    assert checked(200, 7.1)
    assert not checked(404, 0.9)
    assert checked(None, 1.1)
