"""Budget files on the web through the real stages of ckanext-harvest, from a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from budget_web import Site, serving
from test_budget_harvester import (
    TINOS,
    Run,
    content,
    folder,
    generated,
    make_source,
    own_tables,
    rows,
    state,
    table,
)

__all__ = ["folder", "own_tables"]

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "own_tables", "folder"),
]


@pytest.fixture(autouse=True)
def nothing_seen(own_tables: None) -> None:
    """Nothing was ever asked for."""
    from ckanext.greekmunicipal import datastore

    with datastore.transaction() as cursor:
        cursor.execute(
            "TRUNCATE greekmunicipal.budget_download, greekmunicipal.budget_listing,"
            " greekmunicipal.budget_refusal, greekmunicipal.budget_version"
        )


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server whose host is allowed, and asked without pauses."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import config

    monkeypatch.setitem(tk.config, config.PRIVATE_HOSTS, ["127.0.0.1"])
    monkeypatch.setitem(tk.config, config.DELAY, "0")
    with serving() as running:
        yield running


@pytest.fixture
def budget(tmp_path: Path) -> bytes:
    """An invented budget as voted, of 2026."""
    return invented(tmp_path)


def invented(tmp_path: Path, **more: Any) -> bytes:
    """Content of an invented budget."""
    return generated(tmp_path / "made", **more).read_bytes()


def test_an_unchanged_file_costs_one_conditional_request_and_nothing_is_touched(
    site: Site, budget: bytes
) -> None:
    source = make_source(TINOS, urls=[site.put("/π/budget_2026.csv", budget)])
    assert Run(source).errors == []
    assert site.asked == [("GET", "/π/budget_2026.csv", 200)]
    assert "ckanext-greekmunicipal (+" in site.headers["User-Agent"]
    before = state(TINOS)
    site.asked.clear()

    run = Run(source)

    assert site.asked == [("GET", "/π/budget_2026.csv", 304)]
    assert run.errors == run.gather_errors == []
    assert run.statuses == ["not modified"]
    assert state(TINOS) == before
    assert run.reports[0]["read"] == {"files": 1, "requests": 1}


def test_a_file_without_validators_is_compared_by_its_digest(site: Site, budget: bytes) -> None:
    source = make_source(TINOS, urls=[site.put("/budget_2026.csv", budget, tells_version=False)])
    Run(source)
    before = state(TINOS)

    run = Run(source)

    assert site.paths() == ["/budget_2026.csv"] * 2
    assert run.statuses == ["not modified"]
    assert state(TINOS) == before


def test_a_changed_file_replaces_its_rows_and_the_old_original_stays(
    site: Site, budget: bytes, tmp_path: Path
) -> None:
    from ckanext.greekmunicipal.budgets import read_budget

    source = make_source(TINOS, urls=[site.put("/budget_2026.csv", budget)])
    Run(source)
    changed = invented(tmp_path, seed=7)
    site.put("/budget_2026.csv", changed)

    run = Run(source)

    assert run.errors == []
    assert run.reports[0]["status"] == "stored"
    made = tmp_path / "made" / f"{TINOS}_2026.csv"
    assert sorted(rows(f"SELECT side, code, initial FROM {table(TINOS)}")) == sorted(
        (line.side, line.code, line.initial) for line in read_budget([made]).lines
    )
    kept = [path for path in (tmp_path / "originals").rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in kept) == sorted([budget, changed])
    seen = rows("SELECT url, size FROM greekmunicipal.budget_download ORDER BY first_seen")
    assert seen == [(site.url + "/budget_2026.csv", len(each)) for each in (budget, changed)]
    versions = rows("SELECT DISTINCT version FROM greekmunicipal.budget_version ORDER BY version")
    assert versions == [1, 2]


PAGE = b"<!DOCTYPE html><html><body>404</body></html>"


FAILING = [
    ({"body": PAGE, "type": "application/vnd.ms-excel"}, ("web page", "ιστοσελίδα")),
    ({"body": b"gone", "status": 404}, ("status 404", "κατάσταση 404")),
    (
        {"body": b"", "status": 302, "headers": {"Location": "http://10.0.0.1/"}},
        ("private network", "ιδιωτικό δίκτυο"),
    ),
    ({"body": b"a,b\n1,2\n"}, ("budget",)),
]


def test_a_file_that_fails_changes_nothing_and_the_report_says_why(
    site: Site, budget: bytes
) -> None:
    source = make_source(TINOS, urls=[site.put("/budget_2026.xls", budget)])
    Run(source)
    before = state(TINOS)
    for reply, told in FAILING:
        site.put("/budget_2026.xls", **reply)

        run = Run(source)

        (error,) = run.errors
        assert run.reports[0]["errors"] == [error]
        assert run.reports[0]["status"] == "failed"
        assert all(part in error for part in told)
    assert state(TINOS) == before
    site.put("/budget_2026.xls", budget)
    assert Run(source).statuses == ["not modified"]
    assert state(TINOS) == before


def test_a_refused_file_costs_one_conditional_request_too_and_is_told_again(
    site: Site, budget: bytes
) -> None:
    wrong = budget.decode().replace(";ΣΥΝΟΛΟ ΕΣΟΔΩΝ;1", ";ΣΥΝΟΛΟ ΕΣΟΔΩΝ;2", 1)
    source = make_source(TINOS, urls=[site.put("/budget_2026.csv", wrong.encode())])
    first = Run(source)
    site.asked.clear()

    again = Run(source)

    assert len(first.errors) == 1
    assert again.errors == first.errors
    assert again.reports[0]["findings"] == first.reports[0]["findings"]
    assert [status for *_, status in site.asked] == [304]
    assert rows("SELECT count(*) FROM greekmunicipal.budget_unit") == [0]

    site.put("/budget_2026.csv", budget)
    assert Run(source).errors == []
    assert content(TINOS)


def test_two_sides_of_which_one_changed_are_read_together(
    site: Site, thessaloniki_pair: dict[str, bytes]
) -> None:
    addresses = [site.put(f"/{name}", body) for name, body in thessaloniki_pair.items()]
    source = make_source("dimos-thessalonikis", urls=addresses)
    run = Run(source)
    assert run.errors == []
    assert run.reports[0]["read"]["files"] == 2
    site.asked.clear()
    changed = next(iter(thessaloniki_pair))
    site.put(f"/{changed}", thessaloniki_pair[changed] + b"\r\n\r\n")

    again = Run(source)

    assert again.errors == []
    assert again.reports[0]["status"] == "stored"
    assert sorted(status for *_, status in site.asked) == [200, 304]


@pytest.fixture
def thessaloniki_pair(shared_data: Path) -> dict[str, bytes]:
    """The two recorded files of 1 April 2016."""
    place = shared_data / "budgets" / "thessaloniki"
    names = ("Expenses_2016_04_01_22.54.csv", "Incomes_2016_04_01_22.54.csv")
    return {name: (place / name).read_bytes() for name in names}


def page_of(links: dict[str, str]) -> bytes:
    """A page with links: text by address."""
    anchors = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links.items())
    return f'<html><head><meta charset="utf-8"></head><ul>{anchors}</ul></html>'.encode()


def test_of_a_page_with_200_links_the_three_that_fit_are_read(site: Site, tmp_path: Path) -> None:
    for year in (2024, 2025, 2026):
        body = invented(tmp_path, year=year)
        site.put(f"/αρχεία/Προϋπολογισμός_{year}.csv", body)
    links = {f"/νέα/{n}.html": f"Νέο {n}" for n in range(195)}
    links |= {f"αρχεία/Προϋπολογισμός_{year}.csv": f"Έτος {year}" for year in (2024, 2025, 2026)}
    links |= {"αρχεία/Προϋπολογισμός_2023.doc": "έγγραφο", "mailto:a@tinos.gr": "γράψτε"}
    page = site.put("/προϋπολογισμοί.html", page_of(links), type="text/html; charset=utf-8")
    source = make_source(TINOS, page={"url": page, "names": "προυπολογισμος_*.csv"})

    run = Run(source)

    assert run.errors == run.gather_errors == []
    assert rows(f"SELECT DISTINCT fiscal_year FROM {table(TINOS)} ORDER BY 1") == [2024, 2025, 2026]
    assert len([path for path in site.paths() if "αρχεία" in path]) == 3
    (listed,) = [report for report in run.reports if report["status"] == "listed"]
    assert listed["read"] == {"links": 199, "fitting": 3, "requests": 2}
    before = state(TINOS)
    site.asked.clear()

    assert Run(source).statuses == ["not modified"] * 3
    assert [status for _, path, status in site.asked if "αρχεία" in path] == [304] * 3
    assert state(TINOS) == before
    assert "Προϋπολογισμός_2026.csv (unchanged)" in told_on_the_terminal()


def told_on_the_terminal() -> str:
    from ckanext.greekmunicipal.harvesters import status, telling
    from ckanext.greekmunicipal.municipalities import by_slug

    reports = status.of_municipalities([by_slug(TINOS)], with_errors=True)
    return telling.text_of(reports, [by_slug(TINOS)])


BROKEN = [
    ({"body": b"<html><p>maintenance</p></html>", "type": "text/html"}, "None of the 0 links"),
    ({"body": b"", "type": "text/html"}, "None of the 0 links"),
    ({"body": b"{}", "type": "application/json"}, "instead of a web page"),
    ({"body": b"x", "status": 500}, "status 500"),
]


def test_a_broken_page_changes_nothing(
    site: Site, budget: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.greekmunicipal.harvesters.budget_sources import web

    monkeypatch.setattr(web.Limits, "__init__", quick_limits(web.Limits.__init__))
    site.put("/budget_2026.csv", budget)
    page = site.put("/page", page_of({"budget_2026.csv": "2026"}), type="text/html")
    source = make_source(TINOS, page={"url": page})
    Run(source)
    before = state(TINOS)
    listed = rows("SELECT source_id, unit FROM greekmunicipal.budget_listing")
    for reply, told in BROKEN:
        site.put("/page", **reply)

        run = Run(source)

        (error,) = run.gather_errors
        assert told in error
        assert [report["errors"] for report in run.reports] == [[error]]
        assert run.objects == []
    assert state(TINOS) == before
    assert rows("SELECT source_id, unit FROM greekmunicipal.budget_listing") == listed


def quick_limits(original: Any) -> Any:
    """Bounds without pauses between tries."""

    def make(self: Any, **more: Any) -> None:
        original(self, **{"pause": 0.0, **more})

    return make


def test_robots_keep_us_from_what_a_site_does_not_want_read(site: Site, budget: bytes) -> None:
    site.put("/robots.txt", b"User-agent: ckanext-greekmunicipal\nDisallow: /private/\n")
    site.put("/private/budget_2025.csv", budget)
    site.put("/budget_2026.csv", budget)
    links = {"budget_2026.csv": "2026", "private/budget_2025.csv": "2025"}
    page = site.put("/page", page_of(links), type="text/html")

    run = Run(make_source(TINOS, page={"url": page}))

    (error,) = run.gather_errors
    assert "robots.txt" in error
    assert "/private/budget_2025.csv" not in site.paths()
    assert rows(f"SELECT DISTINCT fiscal_year FROM {table(TINOS)}") == [2026]


def test_the_enclosures_of_a_feed_are_read(site: Site, budget: bytes) -> None:
    site.put("/get", budget, headers={"Content-Disposition": 'attachment; filename="b_2026.csv"'})
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Προϋπολογισμός 2026</title>'
        '<link rel="enclosure" href="/get?id=5"/></entry>'
        '<entry><title>Νέα</title><link href="/news.html"/></entry></feed>'
    )
    url = site.put("/feed", feed.encode(), type="application/atom+xml")
    run = Run(make_source(TINOS, feed={"url": url, "texts": "προϋπολογισμ*"}))

    assert run.errors == run.gather_errors == []
    assert rows(f"SELECT DISTINCT source_file FROM {table(TINOS)}") == ["b_2026.csv"]


def test_a_catalogue_is_searched_page_by_page(site: Site, budget: bytes) -> None:
    file = site.put("/dataset/1/download", budget)
    packages = [{"id": f"{n:03}", "resources": []} for n in range(149)]
    packages.append(
        {
            "id": "149",
            "resources": [
                {"url": file, "format": "CSV", "name": "Προϋπολογισμός 2026"},
                {"url": f"{site.url}/map.zip", "format": "SHP", "name": "Χάρτης"},
                {"url": "", "format": "CSV", "name": "χωρίς διεύθυνση"},
            ],
        }
    )

    def answer(query: str) -> bytes:
        start = int(query.partition("start=")[2].partition("&")[0])
        assert "fq=organization:tinos" in query
        result = {"count": 150, "results": packages[start : start + 100]}
        return json.dumps({"success": True, "result": result}).encode()

    site.put("/api/3/action/package_search", answer, type="application/json")
    options = {"url": site.url, "filter": "organization:tinos", "formats": ["csv"]}
    source = make_source(TINOS, ckan=options)

    run = Run(source)

    assert run.errors == run.gather_errors == []
    assert rows(f"SELECT DISTINCT source_file FROM {table(TINOS)}") == ["Προϋπολογισμός 2026.csv"]
    assert site.paths().count("/api/3/action/package_search") == 2
    before = state(TINOS)
    packages.pop()

    again = Run(source)

    assert "counts 150 datasets and gave 149" in again.gather_errors[0]
    assert state(TINOS) == before


def test_what_a_person_says_of_columns_holds_for_the_files_of_a_source(
    site: Site, budget: bytes
) -> None:
    # Two columns whose headers say nothing: only a person knows which one is the budget.
    strange = "".join(
        f"{line};1,00\n" if line.count(";") == 2 else f"{line}\n"
        for line in budget.decode().replace("Προϋπολογισθέντα", "Στήλη Α").splitlines()
    )
    url = site.put("/budget_2026.csv", strange.encode())
    Run(make_source(TINOS, urls=[url]))
    told = [{"index": 2, "meaning": "initial"}, {"index": 3, "meaning": "ignored"}]

    run = Run(make_source(TINOS, urls=[url], corrections=told))

    assert run.errors == []
    assert rows(f"SELECT sum(initial) > 10000000 FROM {table(TINOS)}") == [True]
