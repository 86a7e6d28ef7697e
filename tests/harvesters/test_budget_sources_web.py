"""Requests for budget files against a real server on the loopback address, without CKAN."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from budget_web import Site, serving

from ckanext.greekmunicipal.harvesters.budget_sources.errors import SourceFailure
from ckanext.greekmunicipal.harvesters.budget_sources.options import CatalogueSearch
from ckanext.greekmunicipal.harvesters.budget_sources.patterns import Patterns
from ckanext.greekmunicipal.harvesters.budget_sources.robots import Robots
from ckanext.greekmunicipal.harvesters.budget_sources.web import Limits, Web


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    running.replies.clear()
    running.asked.clear()
    return running


def asking(allowed: tuple[str, ...] = ("127.0.0.1",), **limits: float) -> Web:
    """What asks, and does not sleep."""
    slept: list[float] = []
    web = Web(
        throttle=lambda _: None,
        user_agent="test",
        allowed_hosts=frozenset(allowed),
        limits=Limits(**{"tries": 2, **limits}),  # type: ignore[arg-type]
        sleep=slept.append,
    )
    web.slept = slept  # type: ignore[attr-defined]
    return web


def refused(web: Web, url: str, place: Path) -> SourceFailure:
    with web, pytest.raises(SourceFailure) as failed:
        web.file(url, place / "file")
    assert failed.value.el != failed.value.en
    assert str(failed.value) == f"{failed.value.en} · {failed.value.el}"
    return failed.value


def test_a_file_comes_with_its_digest_and_what_the_next_request_needs(
    site: Site, tmp_path: Path
) -> None:
    url = site.put(
        "/get",
        b"a;b\n" * 100_000,
        headers={
            "Content-Disposition": "attachment; filename*=UTF-8''%CE%95%CF%83%CE%BF%CE%B4%CE%B1.csv"
        },
    )
    with asking() as web:
        found = web.file(url, tmp_path / "file")
        assert found.path is not None
        assert found.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()
        assert (found.size, found.name) == (400_000, "Εσοδα.csv")
        assert web.file(url, tmp_path / "again", etag=found.etag).path is None
    assert not (tmp_path / "again").exists()
    assert [status for *_, status in site.asked] == [200, 304]


def test_a_name_in_raw_bytes_is_read(site: Site, tmp_path: Path) -> None:
    name = "Έξοδα.xls".encode().decode("latin-1")
    url = site.put("/get", b"x", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    with asking() as web:
        assert web.file(url, tmp_path / "file").name == "Έξοδα.xls"


def test_a_redirect_to_a_private_address_is_refused(site: Site, tmp_path: Path) -> None:
    for target in ("http://10.1.2.3/a.csv", "http://localhost:1/", "http://169.254.169.254/meta"):
        url = site.put("/go", b"", status=302, headers={"Location": target})
        assert refused(asking(), url, tmp_path).reason == "address"
    assert site.paths() == ["/go"] * 3


def test_a_private_address_that_is_not_allowed_is_never_asked(site: Site, tmp_path: Path) -> None:
    assert refused(asking(()), site.put("/a", b"x"), tmp_path).reason == "address"
    assert site.asked == []


def test_redirects_without_end_are_left(site: Site, tmp_path: Path) -> None:
    url = site.put("/go", b"", status=302, headers={"Location": "/go"})
    assert refused(asking(), url, tmp_path).reason == "redirect"


def test_a_server_that_drips_is_left_behind(site: Site, tmp_path: Path) -> None:
    url = site.put("/slow", b"a;b\n" * 1000, drip=0.05)
    started = time.monotonic()
    assert refused(asking(seconds=0.5), url, tmp_path).reason == "time-out"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_that_is_too_large_is_left_whatever_it_announces(
    site: Site, tmp_path: Path, announced: bool
) -> None:
    url = site.put("/big", b"x" * 5000, announces_size=announced)
    assert refused(asking(most=1000), url, tmp_path).reason == "too-large"


def test_an_answer_that_breaks_off_is_tried_again_and_not_believed(
    site: Site, tmp_path: Path
) -> None:
    url = site.put("/cut", b"half", headers={"Content-Length": "8", "Connection": "close"})
    assert refused(asking(), url, tmp_path).reason == "connection"
    assert site.paths() == ["/cut"] * 2


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>404</body></html>",
        b"\xef\xbb\xbf\r\n <HTML><head></head>",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>',
        "<html>σφάλμα</html>".encode("utf-16"),
    ],
)
def test_a_web_page_with_the_name_of_a_workbook_is_no_file(
    site: Site, tmp_path: Path, page: bytes
) -> None:
    url = site.put("/budget.xls", page, type="application/vnd.ms-excel")
    failed = refused(asking(), url, tmp_path)
    assert failed.reason == "not-a-file"
    assert "ιστοσελίδα" in failed.el


def test_a_busy_server_is_asked_again_when_it_says(site: Site, tmp_path: Path) -> None:
    url = site.put("/busy", b"", status=429, headers={"Retry-After": "7"})
    web = asking()
    assert refused(web, url, tmp_path).reason == "busy"
    assert web.slept == [7.0]  # type: ignore[attr-defined]
    url = site.put("/busy", b"", status=503, headers={"Retry-After": "7200"})
    assert refused(asking(), url, tmp_path).reason == "wait"


@pytest.mark.parametrize(("status", "body", "reason"), [(404, b"x", "status"), (200, b"", "empty")])
def test_a_file_that_is_not_there_is_told(
    site: Site, tmp_path: Path, status: int, body: bytes, reason: str
) -> None:
    url = site.put("/a.csv", body, status=status)
    assert refused(asking(), url, tmp_path).reason == reason
    assert len(site.asked) == 1


def test_robots_are_asked_once_a_host_and_obeyed(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /ιδιωτικά/\n".encode())
    with asking() as web:
        robots = Robots(web)
        robots.check(f"{site.url}/public/a.csv")
        with pytest.raises(SourceFailure) as failed:
            robots.check(f"{site.url}/%CE%B9%CE%B4%CE%B9%CF%89%CF%84%CE%B9%CE%BA%CE%AC/a.csv")
    assert failed.value.reason == "robots"
    assert site.paths() == ["/robots.txt"]


def test_a_site_without_robots_forbids_nothing(site: Site) -> None:
    with asking() as web:
        Robots(web).check(f"{site.url}/a.csv")


def search_of(site: Site) -> CatalogueSearch:
    return CatalogueSearch(site.url, "", "organization:tinos", (), Patterns())


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"[]", b'{"success": false, "error": {}}', b'{"success": true}']
)
def test_what_is_no_answer_of_a_catalogue_is_refused(site: Site, body: bytes) -> None:
    from ckanext.greekmunicipal.harvesters.budget_sources.catalogue import resources_of

    site.put("/api/3/action/package_search", body, type="application/json")
    with asking() as web, pytest.raises(SourceFailure) as failed:
        resources_of(search_of(site), web)
    assert failed.value.reason == "no-catalogue"
