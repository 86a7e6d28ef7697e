"""Datasets from before this extension are given its schema, and nothing that they said is lost."""

from __future__ import annotations

import json
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
from click.testing import CliRunner

from ckanext.greekmunicipal import adoption
from ckanext.greekmunicipal.cli import greekmunicipal

pytestmark = [pytest.mark.ckan]

EU = "http://publications.europa.eu/resource/authority"
RESOURCE = {"url": "https://example.org/plateies.csv", "format": "CSV", "name": "Πλατείες"}


def stock(organization: dict[str, Any] | None, name: str, **more: Any) -> str:
    """A dataset as a stock CKAN stores it: its rows, no schema asked."""
    extras = more.pop("extras", {})
    resources = more.pop("resources", [RESOURCE])
    tags = more.pop("tags", ["πλατείες"])
    package = model.Package(
        name=name,
        type="dataset",
        title=more.pop("title", "Πλατείες του δήμου"),
        notes=more.pop("notes", "Οι πλατείες, με τη θέση τους."),
        license_id=more.pop("license_id", "cc-by"),
        owner_org=organization["id"] if organization else None,
        **more,
    )
    package.extras = extras
    model.Session.add(package)
    model.Session.flush()
    for resource in resources:
        extra = {key: resource[key] for key in resource if key == "laboratory"}
        own = {key: resource[key] for key in resource if key not in extra}
        package.resources_all.append(model.Resource(extras=extra, **own))
    for tag in tags:
        package.add_tag_by_name(tag)
    model.repo.commit()
    return package.id


def rows(package_id: str) -> dict[str, Any]:
    """All that is stored of a dataset."""
    model.Session.expire_all()
    package = model.Package.get(package_id)
    assert package is not None
    return {
        **{c.name: getattr(package, c.name) for c in model.package_table.columns},
        "extras": dict(package.extras),
        "resources": [
            {
                **{c.name: getattr(r, c.name) for c in model.resource_table.columns},
                **(r.extras or {}),
            }
            for r in package.resources
        ],
        "tags": sorted(tag.name for tag in package.get_tags()),
    }


def run(*arguments: str) -> Any:
    return CliRunner().invoke(greekmunicipal, ["adopt", *arguments])


def show(package_id: str) -> dict[str, Any]:
    return tk.get_action("package_show")(catalogue.context(), {"id": package_id})


DCAT_EXTRAS = {
    "frequency": "R/P1M",
    "theme": '["http://publications.europa.eu/mdr/authority/data-theme/ENVI"]',
    "publisher_name": "Τεχνική Υπηρεσία",
    "contact_email": "texniki@example.org",
    "spatial": '{"type":"Polygon","coordinates":[[[25,37],[26,37],[26,38],[25,37]]]}',
    "temporal_start": "2020-01-01",
    "temporal_end": "2024-12-31",
    "identifier": "https://example.org/id/7",
    "language": '["el"]',
    "internal_ref": "Α-12",
}


def test_stock_datasets_are_adopted_once_and_say_all_that_they_said(
    tinos: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption, "PAGE", 2)
    full = stock(tinos, "plateies", extras=DCAT_EXTRAS, url="https://example.org/plateies")
    bare = stock(tinos, "bare", notes="", resources=[])
    broken = stock(
        tinos,
        "broken",
        extras={"publisher": "Δήμος", "frequency": "πότε πότε", "municipality": "Τήνος"},
        resources=[{**RESOURCE, "mimetype": "χάρτης", "laboratory": "ΕΚΘΕ"}],
    )
    ours = catalogue.create(catalogue.acts_dataset(tinos))["id"]
    before = {found: rows(found) for found in (full, bare, broken, ours)}

    dry = run("--dry-run")
    assert dry.exit_code == 1  # there is something to look at
    assert "plateies: would be adopted" in dry.output
    assert "frequency: R/P1M -> " + f"{EU}/frequency/MONTHLY" in dry.output
    assert "stays an extra: internal_ref" in dry.output
    assert "look at frequency: πότε πότε: not understood" in dry.output
    assert "filled: " in dry.output
    assert "4 datasets: 3 adopted, 1 unchanged, 0 undecided, 0 failed" in dry.output
    assert {found: rows(found) for found in before} == before

    assert run().exit_code == 1
    shown = show(full)
    assert shown["title_translated"] == {"el": "Πλατείες του δήμου"}
    assert shown["frequency"] == f"{EU}/frequency/MONTHLY"
    assert shown["theme"] == [f"{EU}/data-theme/ENVI"]
    assert shown["publisher"] == [{"name": "Τεχνική Υπηρεσία"}]
    assert shown["contact"] == [{"email": "texniki@example.org"}]
    assert shown["temporal_coverage"] == [{"start": "2020-01-01", "end": "2024-12-31"}]
    assert json.loads(shown["spatial_coverage"][0]["geom"])["type"] == "Polygon"
    assert shown["language_options"] == [f"{EU}/language/ELL"]
    assert shown["landing_page"] == ["https://example.org/plateies"]
    assert shown["identifier"] == "https://example.org/id/7"
    assert shown["municipality"] == "dimos-tinou"
    assert [tag["name"] for tag in shown["tags"]] == ["πλατείες"]
    [resource] = shown["resources"]
    assert resource["license"] == f"{EU}/licence/CC_BY_4_0"
    assert resource["name_translated"] == {"el": "Πλατείες"}
    extras = {extra["key"]: extra["value"] for extra in shown["extras"]}
    assert extras["internal_ref"] == "Α-12"
    assert json.loads(extras["stock_metadata"])["frequency"] == "R/P1M"

    assert show(bare)["notes_translated"] == {"el": "Πλατείες του δήμου"}
    mended = show(broken)
    assert mended["publisher"] == [{"name": "Δήμος"}]
    assert "frequency" not in mended
    assert mended["resources"][0]["laboratory"] == "ΕΚΘΕ"
    aside = json.loads({e["key"]: e["value"] for e in mended["extras"]}["stock_metadata"])
    assert aside == {
        "frequency": "πότε πότε",
        "municipality": "Τήνος",
        "resources/1/mimetype": "χάρτης",
    }

    for found in before:  # what is shown is valid
        tk.get_action("package_update")(catalogue.context(), show(found))
    after = {found: rows(found) for found in before}
    again = run()
    assert again.exit_code == 0, again.output
    assert "4 datasets: 0 adopted, 4 unchanged, 0 undecided, 0 failed" in again.output
    assert {found: rows(found) for found in before} == after
    assert rows(ours)["metadata_modified"] == after[ours]["metadata_modified"]


def test_no_licence_is_claimed_that_nobody_gave(tinos: dict[str, Any]) -> None:
    unknown = stock(tinos, "unknown", license_id="notspecified")
    closed = stock(tinos, "closed", license_id="other-closed")
    before = rows(closed)

    answer = run()
    assert answer.exit_code == 1
    assert "unknown: undecided" in answer.output
    assert "say with --licence which one holds" in answer.output
    assert "2 undecided" in answer.output

    assert run("--licence", "cc-zero").exit_code == 1
    assert show(unknown)["resources"][0]["license"] == f"{EU}/licence/CC0"
    assert rows(closed) == before
    assert run("--licence", "free").exit_code == 2


def test_only_what_is_named_is_adopted_and_a_lack_of_it_is_told(tinos: dict[str, Any]) -> None:
    other = catalogue.municipality(catalogue.OTHER_SLUG)
    first = stock(tinos, "first")
    second = stock(other, "second")
    third = stock(tinos, "third")

    assert run("--organization", "nobody").exit_code == 2
    assert run("--dataset", "nothing").exit_code == 2
    assert run("--organization", other["name"]).exit_code == 0
    assert "title_translated" in rows(second)["extras"]
    assert "title_translated" not in rows(first)["extras"]

    answer = run("--dataset", "first", "--json")
    assert answer.exit_code == 0
    told, counts = (json.loads(line) for line in answer.output.splitlines())
    assert told["name"] == "first"
    assert told["state"] == "adopted"
    assert counts["adopted"] == 1
    assert "title_translated" not in rows(third)["extras"]


def test_a_dataset_that_cannot_be_adopted_does_not_stop_the_others(tinos: dict[str, Any]) -> None:
    orphan = stock(None, "orphan")
    sound = stock(tinos, "sound")
    answer = run()
    assert answer.exit_code == 1
    assert "orphan: failed" in answer.output
    assert "owner_org" in answer.output
    assert "title_translated" not in rows(orphan)["extras"]
    assert "title_translated" in rows(sound)["extras"]
