"""Reading DCAT files that anybody may have written, and the command on them."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import dcat_samples as samples
import pytest
from click.testing import CliRunner
from dcat_server import DcatServer
from rdflib import DCAT, RDF
from rdflib.compare import isomorphic

from ckanext.greekmunicipal.console import main
from ckanext.greekmunicipal.diavgeia.throttle import in_process
from ckanext.greekmunicipal.quality import reading
from ckanext.greekmunicipal.quality.errors import FetchError, UnreadableError
from ckanext.greekmunicipal.quality.fetching import Fetcher

FORMATS = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld", "nt": "nt", "n3": "n3"}
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="urn:d#">{}</rdf:RDF>'
)


def content_of(name: str) -> bytes:
    return samples.graph_of(samples.FULL).serialize(format=name, encoding="utf-8")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to reach anything, none of which succeeds."""
    tried: list[Any] = []

    def refuse(*args: Any, **_: Any) -> Any:
        tried.append(args)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


@pytest.mark.parametrize("extension", FORMATS)
def test_each_format_is_read_alike(tmp_path: Path, extension: str) -> None:
    file = tmp_path / f"catalogue.{extension}"
    file.write_bytes(content_of(FORMATS[extension]))
    assert isomorphic(reading.read_file(file), samples.graph_of(samples.FULL))


@pytest.mark.parametrize("name", ["turtle", "xml", "json-ld", "nt"])
@pytest.mark.parametrize("extension", ["txt", "rdf", "ttl", "jsonld"])
def test_a_wrong_extension_does_not_matter(tmp_path: Path, name: str, extension: str) -> None:
    file = tmp_path / f"catalogue.{extension}"
    file.write_bytes(b"\xef\xbb\xbf" + content_of(name))
    assert isomorphic(reading.read_file(file), samples.graph_of(samples.FULL))


def test_a_file_in_utf_16_is_read_as_xml_says(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.rdf"
    text = content_of("xml").decode("utf-8").replace('encoding="utf-8"', 'encoding="utf-16"')
    file.write_bytes(text.encode("utf-16"))
    assert (None, RDF.type, DCAT.Dataset) in reading.read_file(file)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE r PUBLIC "x" "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_entities_and_foreign_document_types_are_refused(
    tmp_path: Path, no_network: list[Any], doctype: str
) -> None:
    file = tmp_path / "catalogue.rdf"
    file.write_text('<?xml version="1.0"?>' + doctype + RDF_XML.format(""))
    with pytest.raises(UnreadableError, match="entities"):
        reading.read_file(file)
    assert no_network == []


@pytest.mark.parametrize(
    "context",
    [
        '"https://www.w3.org/ns/dcat.jsonld"',
        '[{"d": "urn:d#"}, "http://127.0.0.1:1/context"]',
        '{"@import": "http://127.0.0.1:1/context"}',
        '{"part": {"@id": "urn:p", "@context": "/etc/passwd"}}',
        '"context.jsonld"',
    ],
)
def test_a_context_that_would_have_to_be_fetched_is_refused(
    tmp_path: Path, no_network: list[Any], context: str
) -> None:
    (tmp_path / "context.jsonld").write_text('{"@context": {"d": "urn:d#"}}')
    file = tmp_path / "catalogue.jsonld"
    file.write_text(f'{{"@context": {context}, "@id": "urn:x", "d:y": [{{"d:z": "w"}}]}}')
    with pytest.raises(UnreadableError, match="not fetched"):
        reading.read_file(file)
    nested = tmp_path / "nested.jsonld"
    nested.write_text(f'{{"@graph": [{{"@id": "urn:x", "urn:y": {{"@context": {context}}}}}]}}')
    with pytest.raises(UnreadableError, match="not fetched"):
        reading.read_file(nested)
    assert no_network == []


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe\x00",
        b"<!DOCTYPE html><html><body>Not found<br></body></html>",
        b"just a text; and no more.",
        b'{"a": ',
        b'{"@context": {"a": "urn:a"}, "a": ' + b"[" * 200_000,
        b"<urn:a> <urn:b> " + b"(" * 50_000,
        "ελληνικά".encode("iso-8859-7"),
        RDF_XML.format("<d:x>").encode(),
    ],
)
@pytest.mark.parametrize("extension", ["ttl", "rdf", "jsonld", ""])
def test_what_is_no_rdf_is_refused_with_a_message(
    tmp_path: Path, content: bytes, extension: str
) -> None:
    file = tmp_path / f"catalogue.{extension}"
    file.write_bytes(content)
    with pytest.raises(UnreadableError, match="Expected DCAT as Turtle"):
        reading.read_file(file)


def test_a_missing_and_a_huge_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableError, match="could not be read"):
        reading.read_file(tmp_path / "none.ttl")
    monkeypatch.setattr(reading, "LARGEST", 100)
    file = tmp_path / "big.ttl"
    file.write_bytes(content_of("turtle"))
    with pytest.raises(UnreadableError, match="larger than 100"):
        reading.read_file(file)


# --- addresses --------------------------------------------------------------------------------


def fetcher(*, local: bool) -> Fetcher:
    return Fetcher(user_agent="test", throttle=in_process(0), allowed=lambda _: local)


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("feed", "text/turtle; charset=utf-8"), ("feed.ttl", "text/plain"), ("x.html", "text/html")],
)
def test_an_address_is_read_by_content_type_extension_or_content(
    dcat_server: DcatServer, path: str, content_type: str
) -> None:
    url = dcat_server.gives(path, content_of("turtle"), content_type)
    assert isomorphic(reading.read_url(url, fetcher(local=True)), samples.graph_of(samples.FULL))


def test_an_address_of_a_private_network_is_refused(dcat_server: DcatServer) -> None:
    url = dcat_server.gives("feed.ttl", content_of("turtle"), "text/turtle")
    for address in (url, url.replace("127.0.0.1", "localhost"), "http://169.254.169.254/latest"):
        with pytest.raises(FetchError, match="private network"):
            reading.read_url(address, fetcher(local=False))
    assert dcat_server.asked == []


def test_a_redirect_into_a_private_network_is_refused(dcat_server: DcatServer) -> None:
    url = dcat_server.redirects("away", "http://10.0.0.1/catalogue.ttl")
    only_here = Fetcher(
        user_agent="test", throttle=in_process(0), allowed=lambda each: each.startswith(url)
    )
    with pytest.raises(FetchError, match="private network"):
        reading.read_url(url, only_here)


def test_an_endless_redirect_a_status_and_a_flood_are_refused(
    dcat_server: DcatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = dcat_server.redirects("loop", "loop")
    with pytest.raises(FetchError, match="redirects more than"):
        reading.read_url(loop, fetcher(local=True))
    with pytest.raises(FetchError, match="status 404"):
        reading.read_url(dcat_server.address + "nothing", fetcher(local=True))
    monkeypatch.setattr(reading, "LARGEST", 1000)
    flood = dcat_server.gives("flood.ttl", b"#" * 100_000, "text/turtle")
    with pytest.raises(FetchError, match="larger than 1000"):
        reading.read_url(flood, fetcher(local=True))


@pytest.mark.parametrize(
    "url", ["http://", "http://a:b/", "http://user:x@example.gr/", "http://x:y/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError, match="no address"):
        reading.read_url(url, fetcher(local=True))


# --- the command ------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["quality", *arguments], catch_exceptions=False)


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    file = tmp_path / "complete.ttl"
    file.write_text(samples.CATALOGUE, encoding="utf-8")
    return file


def test_the_command_gives_each_dataset_its_points_and_steps(complete: Path) -> None:
    text = complete.read_text(encoding="utf-8")
    complete.write_text(text.replace('    dcat:keyword "προϋπολογισμός"@el ;\n', ""))
    answer = run(str(complete), "--json")
    assert answer.exit_code == 1
    [found] = json.loads(answer.stdout)
    assert (found["points"], found["of"], found["up_to"]) == (295, 405, 375)
    assert found["dataset"] == samples.EX + "dataset"
    assert found["title"] == {"el": "Προϋπολογισμός", "en": "Budget"}
    assert found["dimensions"]["findability"]["points"] == 70
    metric = found["dimensions"]["findability"]["metrics"]["keywordAvailability"]
    assert metric == {"points": 0, "of": 30, "value": False}
    [step] = found["next_steps"]
    assert (step["metric"], step["points"]) == ("keywordAvailability", 30)
    assert step["step_el"]
    assert step["step_en"]


def test_the_command_tells_a_person_what_to_do_in_greek(complete: Path) -> None:
    complete.write_text(complete.read_text(encoding="utf-8").replace("dcat:keyword", "dct:subject"))
    answer = run(str(complete))
    assert answer.exit_code == 1
    assert "295 / 405 (έως 375" in answer.stdout
    assert "+ 30  Προσθέστε τουλάχιστον μία λέξη-κλειδί." in answer.stdout
    assert "Add at least one keyword." in run(str(complete), "--language", "en").stdout


def test_the_command_ends_with_0_when_nothing_is_to_be_mended(complete: Path) -> None:
    assert run(str(complete)).exit_code == 0


@pytest.mark.parametrize(
    "content", ["", "<urn:a> <urn:b> <urn:c> .", '{"@context": "https://schema.org/"}']
)
def test_the_command_ends_with_2_where_there_is_no_dataset(tmp_path: Path, content: str) -> None:
    file = tmp_path / "nothing.ttl"
    file.write_text(content)
    with pytest.raises(SystemExit) as ended:
        main(["quality", str(file)])
    assert ended.value.code == 2


def test_the_command_asks_links_when_told_to(tmp_path: Path, dcat_server: DcatServer) -> None:
    for path in ("page", "file.csv"):
        dcat_server.gives(path, b"x", "text/plain")
    file = tmp_path / "catalogue.ttl"
    file.write_text(samples.FULL.replace(samples.EX, dcat_server.address), encoding="utf-8")
    answer = run(str(file), "--json", "--check-links", "--allow-private")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)[0]["points"] == 405
    # Without leave, nothing on this machine is asked.
    dcat_server.asked.clear()
    answer = run(str(file), "--json", "--check-links")
    assert json.loads(answer.stdout)[0]["points"] == 325
    assert answer.exit_code == 1
    assert dcat_server.asked == []
