"""What people do with a source of a foreign catalogue: look at it, confirm deletions, by browser too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from budget_web import Site
from catalog_world import Catalogue, Run, datasets, make_source
from test_catalog_harvester import empty_catalogues, site

__all__ = ["empty_catalogues", "site"]

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("empty_catalogues")]

PREVIEW = "greekmunicipal_catalog_preview"
CONFIRM = "greekmunicipal_catalog_confirm_deletions"


def call(action: str, user: str = "", **data: Any) -> Any:
    import ckan.plugins.toolkit as tk

    return tk.get_action(action)({"user": user, "ignore_auth": False}, data)


def people(source: str) -> dict[str, str]:
    """A sysadmin, an admin of the organisation of a source and one of another."""
    import ckan.model as model
    from ckan.tests import factories

    package: Any = model.Package.get(source)
    own, other = factories.User(), factories.User()
    factories.Organization(users=[{"name": other["name"], "capacity": "admin"}])
    admin = {"username": own["name"], "role": "admin", "id": package.owner_org}
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters.datasets import site_context

    tk.get_action("organization_member_create")(site_context(), admin)
    return {"own": own["name"], "other": other["name"], "nobody": ""}


def test_only_who_may_change_the_source_looks_at_it_and_confirms(site: Site) -> None:
    import ckan.plugins.toolkit as tk

    catalogue = Catalogue(site, 4)
    source = make_source(site.url, deletions={"most": 0})
    who = people(source)

    found = call(PREVIEW, who["own"], id=source)
    assert found["total"] == 4
    assert found["dataset"]["title_translated"]["el"] == "Πίνακας 0"
    assert site.asked[-1][0] == "GET"
    assert datasets() == []
    for action in (PREVIEW, CONFIRM):
        for user in (who["other"], who["nobody"]):
            with pytest.raises(tk.NotAuthorized):
                call(action, user, id=source)
        with pytest.raises(tk.ObjectNotFound):
            call(action, who["own"], id="nothing")

    Run(source)
    catalogue.packages.pop()
    assert Run(source).report["read"]["held"] == 1
    record = "00000000-0000-4000-8000-000000000003"
    assert call(CONFIRM, who["own"], id=source, dry_run=True) == {"records": [record]}
    assert call(CONFIRM, who["own"], id=source) == {"records": [record]}
    assert Run(source).statuses == ["deleted"]
    assert len(datasets()) == 3


def test_a_person_who_saves_a_source_is_shown_its_first_dataset(site: Site, app: Any) -> None:
    import ckan.model as model
    from ckan.tests import factories

    catalogue = Catalogue(site, 2)
    catalogue.packages[0]["title_translated"] = {"el": "<script>alert(1)</script>"}
    source: Any = model.Package.get(make_source(site.url))
    admin = factories.SysadminWithToken()
    config = {"municipality": "dimos-peiraios", "ckan": {"url": site.url, "query": "x"}}

    def saved(name: str) -> str:
        form = {"name": name, "title": name, "url": f"{site.url}/{name}", "frequency": "MANUAL"}
        form |= {"source_type": "municipal_catalog", "config": json.dumps(config), "save": "1"}
        form["owner_org"] = source.owner_org
        headers = {"Authorization": admin["token"]}
        return app.post("/harvest/new", data=form, headers=headers).body

    page = saved("one")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)</script>" not in page
    assert "Datasets in all: 2" in page

    site.replies.clear()
    assert "no dataset of it could be read" in saved("two")


def test_old_harvest_objects_go_and_those_that_are_bound_stay(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.model as model
    from ckanext.harvest.model import HarvestObject

    from ckanext.greekmunicipal.harvesters.catalogs import retention

    monkeypatch.setattr(retention, "JOBS", 2)
    catalogue = Catalogue(site, 2)
    source = make_source(site.url)
    for number in range(5):
        catalogue.packages[0]["notes_translated"] = {"el": f"Έκδοση {number}"}
        assert Run(source).errors == []

    of: Any = HarvestObject
    kept = model.Session.query(of).filter(of.harvest_source_id == source).all()
    assert len(kept) == 3
    assert {each.package_id for each in kept if each.current} == {d["id"] for d in datasets()}
    assert all(each.content is None for each in kept)
