"""The catalogue feed: complete, never stale, never more than everybody may see."""

from __future__ import annotations

import gzip
import uuid
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
import feed_portal as feed
import portal_catalogue as catalogue
import pytest
from ckan.lib.search import clear_all
from ckan.tests import factories
from ckanext.dcat.processors import RDFParser, RDFSerializer
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from redis.exceptions import ConnectionError as RedisConnectionError

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.dcat.feed import asked, cache, fragments, pages
from ckanext.greekmunicipal.dcat.feed.formats import FORMATS
from ckanext.greekmunicipal.dcat.feed.triples import Triple

pytestmark = [pytest.mark.ckan]

_SEVEN = pytest.StashKey[str]()
THREE_A_PAGE = pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", "3")


@pytest.fixture
def portal(tinos: dict[str, Any]) -> dict[str, Any]:
    """A municipality without datasets, and a feed that knows nothing."""
    feed.clean()
    return tinos


@pytest.fixture
def seven(with_plugins: None, request: pytest.FixtureRequest) -> list[str]:
    """Ids of seven small datasets; made again only if a test changed something."""
    stash = request.config.stash
    if feed.fingerprint() != stash.get(_SEVEN, ""):
        organization = request.getfixturevalue("portal")
        for number in range(10, 80, 10):
            feed.dataset(organization, number)
        stash[_SEVEN] = feed.fingerprint()
    feed.clean()
    return [feed.id_of(number) for number in range(10, 80, 10)]


@pytest.fixture
def owner(seven: list[str]) -> dict[str, Any]:
    """The organisation of the seven datasets."""
    return tk.get_action("organization_show")({}, {"id": catalogue.SLUG})


# Pages


@THREE_A_PAGE
def test_the_pages_hold_every_dataset_once(app: Any, seven: list[str]) -> None:
    found = feed.crawl(app)
    assert [len(page) for page in found] == [3, 3, 1]
    assert [each for page in found for each in page] == seven


@THREE_A_PAGE
def test_every_dataset_stands_once_however_others_come_change_and_go_meanwhile(
    app: Any, owner: dict[str, Any], seven: list[str]
) -> None:
    first, second, third, fourth, fifth, sixth, seventh = seven

    def meanwhile(page: int) -> None:
        if page == 1:
            # The one at which the next page begins, one read already, one still to be read.
            feed.delete(third)
            feed.change(id=first, notes_translated={"el": "Άλλαξε."})
            feed.change(id=seventh, notes_translated={"el": "Άλλαξε."})
            feed.dataset(owner, 5)
            feed.dataset(owner, 45)
        else:
            feed.delete(fourth)
            feed.change(id=sixth, private=True)

    found = [each for page in feed.crawl(app, between=meanwhile) for each in page]
    for throughout in (first, second, fifth, seventh):
        assert found.count(throughout) == 1
    assert len(found) == len(set(found))
    assert sixth not in found


@THREE_A_PAGE
def test_one_can_go_back_from_page_to_page(app: Any, seven: list[str]) -> None:
    last = "/catalog.ttl?after=" + seven[5]
    back = []
    address: str | None = last
    while address:
        page = feed.graph(app, address)
        back.append(feed.datasets(page))
        address = feed.link(page, "previous")
    assert back == [seven[6:], seven[3:6], seven[:3]]
    assert feed.link(feed.graph(app, last), "first") == f"{feed.SITE}/catalog.ttl"


@THREE_A_PAGE
def test_the_rdf_harvester_of_ckanext_dcat_follows_the_pages(app: Any, seven: list[str]) -> None:
    found, address = [], "/catalog.rdf"
    while address:
        parser = RDFParser()
        parser.parse(app.get(address.removeprefix(feed.SITE)).get_data(as_text=True), "xml")
        found += [str(iri).rpartition("/")[2] for iri in parser._datasets()]
        address = parser.next_page()
    assert sorted(found) == seven


def test_a_page_says_what_the_whole_says_when_it_is_written_at_once(
    app: Any, portal: dict[str, Any]
) -> None:
    made = [
        catalogue.create(catalogue.acts_dataset(portal)),
        catalogue.create(catalogue.budget_dataset(portal, hvd_category=[feed.HVD])),
        feed.dataset(portal, 1, title="Ελάχιστο"),
    ]
    for each in made:
        # Pages tell the quality that is known; who asks for a dataset has it measured.
        app.get(f"/dataset/{each['id']}.ttl")
    serializer = RDFSerializer()
    root = serializer.graph_from_catalog({})
    whole = Graph()
    for each in made:
        dataset = tk.get_action("package_show")(catalogue.context(), {"id": each["id"]})
        reference = serializer.graph_from_dataset(dataset)
        whole.add((root, DCAT.dataset, reference))
    for triple in serializer.g:
        whole.add(triple)
    whole.remove((root, DCTERMS.modified, None))
    for extension in FORMATS:
        page = feed.graph(app, f"/catalog.{extension}")
        # What a page says besides: its place among the pages, and the newest change of all.
        page.remove((root, DCTERMS.modified, None))
        page.remove((URIRef(f"{feed.SITE}/catalog.{extension}"), None, None))
        assert isomorphic(page, whole), extension


def test_a_page_is_the_same_in_every_language_and_after_being_written_anew(
    app: Any, seven: list[str]
) -> None:
    once = app.get("/en/catalog.ttl")
    feed.clean()
    again = app.get("/el/catalog.ttl")
    assert once.data == again.data
    assert once.headers["ETag"] == again.headers["ETag"]


def test_the_catalogue_is_offered_in_what_is_asked_for(app: Any, seven: list[str]) -> None:
    def asked_for(accept: str) -> str:
        answer = app.get("/catalog", headers={"Accept": accept}, follow_redirects=False)
        return answer.headers.get("Location") or answer.content_type.partition(";")[0]

    assert asked_for("application/rdf+xml;q=0.9, text/turtle;q=0.8") == "application/rdf+xml"
    assert asked_for("application/ld+json") == "application/ld+json"
    assert asked_for("application/n-triples") == "application/n-triples"
    assert asked_for("*/*") == "text/turtle"
    assert asked_for("text/html,application/xhtml+xml,*/*;q=0.8") == "/dataset/"
    assert app.get("/catalog", headers={"Accept": "image/png"}).status_code == 406
    assert app.get("/catalog.pdf").status_code == 404


REFUSED = {
    "after=' OR 1=1 --": "expected the id of a dataset",
    "after=" + "a" * 101: "expected the id of a dataset",
    "after=a&before=b": "expected one of them",
    "page=2": "hydra:next",
    "page=-1": "hydra:next",
    "q=νερό": "package_search",
    "fq=organization:x": "package_search",
    "profiles=euro_dcat_ap": "does not support profiles",
    "modified_since=χθες": "ISO 8601",
    "modified_since=0000-00-00": "ISO 8601",
}


def test_a_parameter_that_cannot_be_followed_is_refused_with_the_reason(
    app: Any, seven: list[str]
) -> None:
    for query, word in REFUSED.items():
        answer = app.get(f"/catalog.ttl?{query}")
        assert answer.status_code == 400, query
        assert word in answer.get_data(as_text=True), query


@pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", "1000000")
def test_a_page_has_a_bound_whatever_is_configured(app: Any, seven: list[str]) -> None:
    page = feed.graph(app)
    size = next(page.objects(None, URIRef(feed.HYDRA + "itemsPerPage")), None)
    assert size is not None
    assert int(str(size)) == 1000


@THREE_A_PAGE
def test_only_what_changed_since_an_instant_can_be_asked_for(app: Any, seven: list[str]) -> None:
    feed.execute("UPDATE package SET metadata_modified = '2001-01-01'")
    feed.change(id=seven[4], notes_translated={"el": "Άλλαξε."})
    assert feed.crawl(app, "/catalog.ttl?modified_since=2020-01-01T00:00:00Z") == [[seven[4]]]
    since = "/catalog.ttl?modified_since=2000-01-01"
    assert len(feed.crawl(app, since)) == 3


# What may be seen


def test_a_dataset_is_seen_from_when_it_is_public_until_it_is_not(
    app: Any, portal: dict[str, Any]
) -> None:
    made = feed.dataset(portal, 1, private=True)["id"]
    feed.dataset(portal, 2)
    etags = []

    def seen() -> bool:
        answer = app.get("/catalog.ttl", headers={"If-None-Match": ", ".join(etags)})
        # Never an old page, nor the word that it was right.
        assert answer.status_code == 200
        etags.append(answer.headers["ETag"])
        alone = [app.get(f"/dataset/{made}.{each}").status_code for each in ("ttl", "jsonld")]
        found = made in answer.get_data(as_text=True)
        assert alone == ([200, 200] if found else [404, 404])
        return found

    assert not seen()
    feed.change(id=made, private=False)
    assert seen()
    feed.change(id=made, private=True)
    etags.clear()
    assert not seen()
    feed.change(id=made, private=False)
    assert seen()
    feed.delete(made)
    etags.clear()
    assert not seen()


def test_a_change_past_all_hooks_is_seen_too(app: Any, portal: dict[str, Any]) -> None:
    one, other = (feed.dataset(portal, number)["id"] for number in (1, 2))
    resource = catalogue.create(catalogue.acts_dataset(portal))["resources"][0]["id"]
    assert one in feed.datasets(feed.graph(app))
    feed.execute("UPDATE package SET private = true WHERE id = %s", one)
    assert one not in feed.datasets(feed.graph(app))
    feed.execute("UPDATE package SET state = 'deleted' WHERE id = %s", other)
    assert other not in feed.datasets(feed.graph(app))
    before = app.get("/catalog.ttl").headers["ETag"]
    feed.execute("UPDATE resource SET size = 4711 WHERE id = %s", resource)
    feed.execute("UPDATE package SET metadata_modified = now() WHERE private = false")
    clear_all()
    assert app.get("/catalog.ttl").headers["ETag"] != before
    assert Literal(4711) in {
        Literal(int(str(size))) for size in feed.graph(app).objects(None, DCAT.byteSize)
    }


def test_drafts_harvest_sources_and_what_a_plugin_hides_stay_out(
    app: Any, portal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with p.use_plugin("ckan_harvester"):
        source = tk.get_action("harvest_source_create")(
            catalogue.context(),
            {
                "name": "source",
                "title": "Πηγή",
                "url": "http://127.0.0.1/nothing",
                "source_type": "ckan",
                "owner_org": portal["id"],
            },
        )
    draft = feed.dataset(portal, 1, state="draft")["id"]
    hidden = feed.dataset(portal, 2)["id"]
    public = feed.dataset(portal, 3)["id"]

    class Labels:
        def get_dataset_labels(self, package: model.Package) -> list[str]:
            return ["creator-x"] if package.id == hidden else ["public"]

    monkeypatch.setattr(fragments, "get_permission_labels", Labels)
    assert feed.datasets(feed.graph(app)) == [public]
    for each in (source["id"], draft):
        assert app.get(f"/dataset/{each}.ttl").status_code == 404, each
    assert app.get(f"/dataset/{source['id']}.ttl?profiles=schemaorg").status_code == 404


def test_a_private_dataset_is_written_for_those_who_may_see_it_and_kept_nowhere(
    app: Any, portal: dict[str, Any]
) -> None:
    made = feed.dataset(portal, 1, private=True)["id"]
    editor = factories.UserWithToken()
    tk.get_action("organization_member_create")(
        catalogue.context(), {"id": portal["id"], "username": editor["name"], "role": "editor"}
    )
    answer = app.get(f"/dataset/{made}.ttl", headers={"Authorization": editor["token"]})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers
    assert app.get(f"/dataset/{made}.ttl").status_code == 404


@pytest.mark.ckan_config("ckanext.greekmunicipal.feed.exclude_families", "payments")
def test_a_family_can_be_left_out_of_the_feed_and_of_ckanext_dcats_actions(
    app: Any, portal: dict[str, Any]
) -> None:
    payments = catalogue.create(catalogue.acts_dataset(portal))["id"]
    budget = catalogue.create(catalogue.budget_dataset(portal))["id"]
    assert feed.datasets(feed.graph(app)) == [budget]
    assert app.get(f"/dataset/{payments}.ttl").status_code == 200
    for query in ("", "&q=*:*", "&fq=title:x%20OR%20*:*", f"&fq=id:x)%20OR%20(id:{payments}"):
        for action in ("dcat_catalog_show", "dcat_catalog_search"):
            answer = app.get(f"/api/3/action/{action}?format=ttl{query}")
            assert payments not in answer.get_data(as_text=True), (action, query)
    assert budget in app.get("/api/3/action/dcat_catalog_show?format=ttl").get_data(as_text=True)


def test_the_part_for_high_value_datasets_holds_these_only(
    app: Any, portal: dict[str, Any]
) -> None:
    valuable = catalogue.create(catalogue.budget_dataset(portal, hvd_category=[feed.HVD]))["id"]
    feed.dataset(portal, 1)
    assert feed.datasets(feed.graph(app, "/catalog-hvd.ttl")) == [valuable]
    assert len(feed.datasets(feed.graph(app))) == 2


# What is kept


def test_an_unchanged_page_is_not_sent_again(app: Any, seven: list[str]) -> None:
    first = app.get("/catalog.ttl")
    by_etag = app.get("/catalog.ttl", headers={"If-None-Match": first.headers["ETag"]})
    dated = {"If-Modified-Since": first.headers["Last-Modified"]}
    by_date = app.get("/catalog.ttl", headers=dated)
    assert [by_etag.status_code, by_date.status_code] == [304, 304]
    assert by_etag.data == b""
    assert by_etag.headers["ETag"] == first.headers["ETag"]
    feed.change(id=seven[0], notes_translated={"el": "Άλλαξε."})
    for headers in ({"If-None-Match": first.headers["ETag"]}, dated):
        changed = app.get("/catalog.ttl", headers=headers)
        assert changed.status_code == 200
        assert changed.headers["ETag"] != first.headers["ETag"]
        assert changed.headers["Last-Modified"] > first.headers["Last-Modified"]


def test_an_unchanged_dataset_is_not_sent_again(app: Any, seven: list[str]) -> None:
    address = f"/dataset/{seven[0]}.ttl"
    first = app.get(address)
    name = tk.get_action("package_show")({}, {"id": seven[0]})["name"]
    assert app.get(f"/dataset/{name}.ttl").data == first.data
    known = {"If-None-Match": first.headers["ETag"]}
    assert app.get(address, headers=known).status_code == 304
    feed.change(id=seven[1], notes_translated={"el": "Άλλαξε."})
    assert app.get(address, headers=known).status_code == 304
    feed.change(id=seven[0], notes_translated={"el": "Άλλαξε."})
    assert app.get(address, headers=known).status_code == 200


@THREE_A_PAGE
def test_a_change_leaves_the_other_pages_as_they_are(app: Any, seven: list[str]) -> None:
    later = f"/catalog.ttl?after={seven[2]}"
    before = app.get(later).headers["ETag"]
    feed.change(id=seven[0], notes_translated={"el": "Άλλαξε."})
    assert app.get(later).headers["ETag"] == before


def test_an_organisation_that_is_changed_changes_its_datasets(
    app: Any, owner: dict[str, Any], seven: list[str]
) -> None:
    feed.graph(app)
    tk.get_action("organization_patch")(
        catalogue.context(),
        {"id": owner["id"], "title_translated": {"el": "Δήμος Τήνου (νέος)"}},
    )
    names = set(feed.graph(app).objects(None, FOAF.name))
    assert Literal("Δήμος Τήνου (νέος)", lang="el") in names
    assert Literal("Δήμος Τήνου", lang="el") not in names
    alone = feed.graph(app, f"/dataset/{seven[0]}.ttl")
    assert Literal("Δήμος Τήνου (νέος)", lang="el") in set(alone.objects(None, FOAF.name))


def test_other_options_are_other_pages(
    app: Any, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = app.get("/catalog.ttl")
    monkeypatch.setitem(tk.config, "ckan.site_url", "https://data.example.gr")
    after = app.get("/catalog.ttl", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "<https://data.example.gr/dataset/" in after.get_data(as_text=True)
    assert f"<{feed.SITE}/dataset/" not in after.get_data(as_text=True)


def test_what_is_kept_is_used_and_can_be_forgotten(
    app: Any, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    described = fragments._of

    def counted(serializer: Any, dataset: dict[str, Any]) -> list[Triple]:
        made.append(dataset["id"])
        return described(serializer, dataset)

    monkeypatch.setattr(fragments, "_of", counted)
    written = []
    whole = pages._written
    monkeypatch.setattr(pages, "_written", lambda *given: written.append(1) or whole(*given))
    app.get("/catalog.ttl")
    app.get("/catalog.ttl")
    assert (sorted(made), len(written)) == (seven, 1)
    app.get("/catalog.jsonld")
    assert (sorted(made), len(written)) == (seven, 2)
    made.clear()
    fragments.forget(seven[3])
    app.get("/catalog.ttl")
    assert (made, len(written)) == ([seven[3]], 3)


def test_what_was_forgotten_while_it_was_written_is_written_again(
    app: Any, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    described = fragments._of
    made = []

    def forgotten(serializer: Any, dataset: dict[str, Any]) -> list[Triple]:
        made.append(dataset["id"])
        if len(made) == 1:
            fragments.forget(dataset["id"])
        return described(serializer, dataset)

    monkeypatch.setattr(fragments, "_of", forgotten)
    app.get("/catalog.ttl")
    app.get("/catalog.ttl")
    assert made.count(made[0]) == 2
    app.get("/catalog.ttl")
    assert len(made) == len(seven) + 1


def test_one_dataset_that_cannot_be_written_does_not_take_the_others_with_it(
    app: Any, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    described = fragments._of

    def failing(serializer: Any, dataset: dict[str, Any]) -> list[Triple]:
        if dataset["id"] == seven[2]:
            raise ValueError("no such thing")
        return described(serializer, dataset)

    with monkeypatch.context() as patch:
        patch.setattr(fragments, "_of", failing)
        assert feed.datasets(feed.graph(app)) == [*seven[:2], *seven[3:]]
        assert app.get(f"/dataset/{seven[2]}.ttl").status_code == 404
    feed.change(id=seven[0], notes_translated={"el": "Άλλαξε."})
    assert feed.datasets(feed.graph(app)) == seven


def test_the_feed_does_not_need_redis_or_the_search_index(
    app: Any, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise RedisConnectionError("Connection refused")

    clear_all()
    monkeypatch.setattr(cache, "connect_to_redis", away)
    assert feed.datasets(feed.graph(app)) == seven
    assert feed.datasets(feed.graph(app)) == seven
    assert app.get(f"/dataset/{seven[0]}.ttl").status_code == 200


def test_an_index_that_lags_behind_is_not_believed(app: Any, seven: list[str]) -> None:
    feed.execute(
        "UPDATE package SET title = 'x', metadata_modified = now(),"
        " extras = jsonb_set(extras, '{title_translated}', to_jsonb(%s::text)) WHERE id = %s",
        '{"el": "Νέος τίτλος"}',
        seven[0],
    )
    titles = {str(title) for title in feed.graph(app).objects(None, DCTERMS.title)}
    assert "Νέος τίτλος" in titles


def test_redis_keeps_no_more_pages_than_it_should(
    app: Any, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_PAGES", 3)
    for _ in range(6):
        app.get(f"/catalog.nt?after={uuid.uuid4()}")
        app.get(f"/catalog.nt?before={uuid.uuid4()}")
    client: Any = cache._client()
    assert len(client.keys(cache._key("page", "*"))) == 6  # a head and a text each


# Answers


def test_scripts_of_every_site_may_read(app: Any, seven: list[str]) -> None:
    for address in ("/catalog.ttl", "/catalog", f"/dataset/{seven[0]}.jsonld", "/catalog.ttl?q=x"):
        answer = app.get(address, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    asking = app.options("/catalog.ttl", headers={"Origin": "https://elsewhere.example"})
    assert asking.status_code == 200
    assert asking.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asking.headers["Access-Control-Allow-Headers"]


def test_a_page_is_sent_compressed_to_those_who_can_read_it(app: Any, seven: list[str]) -> None:
    plain = app.get("/catalog.ttl")
    packed = app.get("/catalog.ttl", headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    refused = app.get("/catalog.ttl", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert refused.data == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    head = app.test_client().head("/catalog.ttl")
    assert head.status_code == 200
    assert int(head.headers["Content-Length"]) == len(plain.data)
    assert "public" in plain.headers["Cache-Control"]


@THREE_A_PAGE
def test_the_next_page_is_named_in_a_header_too(app: Any, seven: list[str]) -> None:
    links = app.get("/catalog.ttl").headers.getlist("Link")
    assert f'<{feed.SITE}/catalog.ttl?after={seven[2]}>; rel="next"' in links


@pytest.mark.ckan_config("ckanext.dcat.enable_content_negotiation", "true")
def test_pages_answer_with_rdf_when_the_portal_is_told_to(app: Any, seven: list[str]) -> None:
    name = tk.get_action("package_show")({}, {"id": seven[0]})["name"]
    for address, there in (("/", seven), (f"/dataset/{name}", [seven[0]])):
        answer = app.get(address, headers={"Accept": "application/n-triples"})
        assert feed.datasets(Graph().parse(data=answer.data, format="nt")) == there
        page = app.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "<html" in page.get_data(as_text=True)
    assert "Vary" in answer.headers
    assert app.get("/dataset/new", follow_redirects=False).status_code in (302, 403)


def test_an_option_that_cannot_be_used_is_named_when_ckan_starts() -> None:
    wrong: Any = {our_config.FEED_DUMPS: ["ttl", "pdf"], our_config.FEED_INTERVAL: "1h"}
    formats, interval = our_config._feed_problems(wrong)
    assert "'pdf'" in formats
    assert "'1h'" in interval
    right: Any = {our_config.FEED_DUMPS: ["ttl", "nt"], our_config.FEED_INTERVAL: "86400"}
    assert our_config._feed_problems(right) == []


def test_what_is_asked_is_read_before_anything_else() -> None:
    found = asked.read("ttl", {"after": "abc", "x": "y"}, high_value=True)
    assert found.own_address == f"{feed.SITE}/catalog-hvd.ttl?after=abc"
    assert not found.is_first


def test_a_page_counts_all_datasets_and_tells_the_newest_change(app: Any, seven: list[str]) -> None:
    page = feed.graph(app)
    assert set(page.objects(None, URIRef(feed.HYDRA + "totalItems"))) == {Literal(7)}
    [root] = page.subjects(RDF.type, DCAT.Catalog)
    newest = max(model.Session.query(model.Package.metadata_modified).all())[0]
    assert str(page.value(root, DCTERMS.modified)) == newest.isoformat()
