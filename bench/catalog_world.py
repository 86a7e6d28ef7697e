"""An invented catalogue as a CKAN and as a DCAT feed, served by a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

EU = "http://publications.europa.eu/resource/authority"
PAGE = 100
WORDS = ("Πάρκα", "Δαπάνες", "Δρομολόγια", "Μετρήσεις", "Κτίρια", "Φωτισμός", "Έργα", "Κάδοι")


def package(number: int) -> dict[str, Any]:
    """A package of three files, five keywords and the usual fields."""
    title = f"{WORDS[number % len(WORDS)]} της περιοχής {number}"
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "name": f"bench-catalogue-{number}",
        "type": "dataset",
        "state": "active",
        "private": False,
        "title": title,
        "title_translated": {"el": title, "en": f"Table {number}"},
        "notes": f"Περιγραφή του συνόλου {number}. " * 5,
        "notes_translated": {"el": f"Περιγραφή του συνόλου {number}. " * 5},
        "theme": [f"{EU}/data-theme/ENVI"],
        "frequency": f"{EU}/frequency/MONTHLY",
        "language_options": [f"{EU}/language/ELL"],
        "access_rights": f"{EU}/access-right/PUBLIC",
        "landing_page": [f"https://www.example.org/data/{number}"],
        "contact": [{"name": "Τμήμα Πληροφορικής", "email": "it@example.org"}],
        "publisher": [{"name": "Δήμος", "url": "https://www.example.org"}],
        "temporal_coverage": [{"start": "2020-01-01", "end": "2025-12-31"}],
        "tags": [{"name": f"λέξη {(number + at) % 50}"} for at in range(5)],
        "metadata_created": "2026-01-01T10:00:00.000000",
        "metadata_modified": "2026-05-01T10:00:00.000000",
        "resources": [
            {
                "id": f"1000000{at}-0000-4000-8000-{number:012d}",
                "name": f"Αρχείο {at}",
                "name_translated": {"el": f"Αρχείο {at}", "en": f"File {at}"},
                "url": f"https://files.example.org/{number}/{at}.csv",
                "format": "CSV",
                "mimetype": "text/csv",
                "license": f"{EU}/licence/CC_BY_4_0",
                "size": 1000 + number,
            }
            for at in range(3)
        ],
    }


def _search(query: dict[str, str], count: int) -> bytes:
    start, rows = int(query.get("start", 0)), int(query.get("rows", PAGE))
    since = "metadata_modified" in query.get("fq", "")
    numbers = range(0) if since else range(count)[start : start + rows]
    return _answer(tuple(numbers), 0 if since else count)


@cache
def _answer(numbers: tuple[int, ...], count: int) -> bytes:
    result = {"count": count, "results": [package(number) for number in numbers]}
    return json.dumps({"success": True, "result": result}, ensure_ascii=False).encode()


@cache
def _feed(base: str, page: int, count: int) -> bytes:
    """A page of the feed as Turtle, as a portal with ckanext-dcat writes it."""
    numbers = range(count)[(page - 1) * PAGE : page * PAGE]
    parts = [
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .",
        "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .",
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .",
        "@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        f"<{base}/catalog> a dcat:Catalog ; dct:title 'Κατάλογος'@el .",
    ]
    parts += [_triples(base, package(number)) for number in numbers]
    following = (
        f'; hydra:next "{base}/catalog.ttl?page={page + 1}"' if numbers[-1] + 1 < count else ""
    )
    parts.append(f"<{base}/p> a hydra:PagedCollection ; hydra:totalItems {count} {following} .")
    return "\n".join(parts).encode()


def _triples(base: str, one: dict[str, Any]) -> str:
    node = f"<{base}/dataset/{one['id']}>"
    files = [(f"<{base}/file/{r['id']}>", r) for r in one["resources"]]
    keywords = ", ".join(f"'{tag['name']}'@el" for tag in one["tags"])
    lines = [
        f"<{base}/catalog> dcat:dataset {node} .",
        f"{node} a dcat:Dataset ; dct:title '{one['title']}'@el ; dct:identifier '{one['id']}' ;",
        f" dct:description '{one['notes']}'@el ; dcat:theme <{one['theme'][0]}> ;",
        f" dct:accrualPeriodicity <{one['frequency']}> ; dcat:keyword {keywords} ;",
        f" dct:language <{EU}/language/ELL> ; dct:accessRights <{one['access_rights']}> ;",
        f" dcat:landingPage <{one['landing_page'][0]}> ;",
        " dct:publisher [ a foaf:Agent ; foaf:name 'Δήμος' ] ;",
        " dcat:contactPoint [ a vcard:Organization ; vcard:fn 'Τμήμα' ] ;",
        " dct:temporal [ a dct:PeriodOfTime ; dcat:startDate '2020-01-01'^^xsd:date ] ;",
        f" dcat:distribution {', '.join(name for name, _ in files)} .",
    ]
    lines += [
        f"{name} a dcat:Distribution ; dct:title '{r['name']}'@el ; dcat:accessURL <{r['url']}> ;"
        f" dct:license <{r['license']}> ; dct:format 'CSV' ; dcat:byteSize {r['size']} ."
        for name, r in files
    ]
    return "\n".join(lines)


def _serve(count: int, told: Any) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            site: Any = self.server
            base = f"http://127.0.0.1:{site.server_port}"
            if re.search(r"/action/package_search$", parts.path):
                kind, body = "application/json", _search(query, count)
            elif parts.path == "/catalog.ttl":
                kind, body = "text/turtle", _feed(base, int(query.get("page", 1)), count)
            else:
                kind, body = "application/json", b'{"success": true, "result": {}}'
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def serving(count: int) -> Iterator[str]:
    """Serve a catalogue of so many datasets; its address."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(count, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
