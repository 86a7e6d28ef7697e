"""Reads a DCAT file that anybody may have written, without reaching for anything else.

Refused are entities and document types that lie elsewhere in RDF/XML (they can unpack to gigabytes
or name files of this machine) and contexts of JSON-LD that would have to be fetched.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from rdflib import Graph

from ckanext.greekmunicipal.quality.errors import FetchError, UnreadableError
from ckanext.greekmunicipal.quality.fetching import Fetcher, body

LARGEST = 64 * 1024 * 1024  # bytes
SLOWEST = 120.0  # seconds
_EXTENSIONS = {
    ".ttl": "turtle",
    ".n3": "n3",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
}
_TYPES = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "text/n3": "n3",
    "text/rdf+n3": "n3",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/ld+json": "json-ld",
    "application/json": "json-ld",
}
_ACCEPTED = ", ".join(
    ("text/turtle", "application/rdf+xml;q=0.9", "application/ld+json;q=0.8", "*/*;q=0.1")
)


def read_file(path: Path) -> Graph:
    """Graph of a file; its format is told by its extension, else by its content.

    Raises:
        UnreadableError: it is missing, too large or no RDF that can be read safely.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableError(
            f"{path} could not be read: {error.strerror}. Expected a DCAT file."
        ) from error
    if len(content) > LARGEST:
        raise UnreadableError(f"{path} is larger than {LARGEST} bytes: give it in parts.")
    return parse(content, _EXTENSIONS.get(path.suffix.lower()), str(path), path.absolute().as_uri())


def read_url(url: str, fetcher: Fetcher) -> Graph:
    """Graph of an address; its format is told by its content type, else by extension or content.

    Raises:
        FetchError: nothing usable answers.
        UnreadableError: the answer is no RDF that can be read safely.
    """
    with fetcher.request("GET", url, {"Accept": _ACCEPTED}) as answer:
        if not answer.ok:
            raise FetchError(
                f"status-{answer.status_code}",
                f"{url} answered with status {answer.status_code}: expected a DCAT file.",
            )
        content_type = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
        content = body(answer, most=LARGEST, seconds=SLOWEST)
    return parse(content, format_of(content_type, url), url, url)


def format_of(content_type: str, url: str) -> str | None:
    """Format that a content type states, else the extension of an address; None for neither.

    Args:
        content_type: in lower case, without parameters.
        url: the address.
    """
    extension = PurePosixPath(urlsplit(url).path).suffix.lower()
    return _TYPES.get(content_type) or _EXTENSIONS.get(extension)


def parse(content: bytes, stated: str | None, where: str, base: str) -> Graph:
    """Graph of RDF in Turtle, N3, N-Triples, RDF/XML or JSON-LD.

    Args:
        content: as it was read.
        stated: format that its name or content type states, if any; what the content looks like
            is tried too.
        where: file or address, for messages.
        base: address against which relative ones are read.

    Raises:
        UnreadableError: it is none of them, or not safe.
    """
    failures = []
    for name in dict.fromkeys(each for each in (stated, _looks_like(content)) if each):
        outcome = _tried(content, name, where, base)
        if isinstance(outcome, Graph):
            return outcome
        failures.append(f"{name}: {outcome}")
    raise UnreadableError(
        f"{where} is no RDF ({'; '.join(failures) or 'it is empty'}). Expected DCAT as Turtle,"
        " RDF/XML, JSON-LD, N-Triples or N3."
    )


def _tried(content: bytes, name: str, where: str, base: str) -> Graph | str:
    """The graph, or why the content is none in this format."""
    try:
        return _parsed(content, name, base)
    except UnreadableError as refused:
        raise UnreadableError(f"{where}: {refused}") from refused
    except RecursionError:
        return "nested too deeply"
    except Exception as error:  # noqa: BLE001 - each parser has errors of its own
        return _first_line(error)


def _parsed(content: bytes, name: str, base: str) -> Graph:
    if name == "xml":
        _refuse_entities(content)
        return Graph().parse(io.BytesIO(content), format="xml", publicID=base)
    text = content.decode("utf-8-sig")
    if name == "json-ld":
        document = json.loads(text)
        for context in _remote_contexts(document):
            raise UnreadableError(
                f"the JSON-LD names the context {context!r}, which is not fetched. Write the"
                " context into the file, or give it as Turtle."
            )
    return Graph().parse(data=text, format=name, publicID=base)


def _looks_like(content: bytes) -> str | None:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return None
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"<?xml", b"<!DOCTYPE", b"<rdf:RDF", b"<!--")):
        return "xml"
    return "json-ld" if start.startswith((b"{", b"[")) and b'"' in start else "turtle"


def _refuse_entities(content: bytes) -> None:
    """Read XML once without building anything, to see that it needs nothing but itself."""

    def refuse(*_: Any) -> None:
        raise UnreadableError(
            "the RDF/XML declares entities or a document type that lies elsewhere, which are not"
            " read. Write it without them, or give it as Turtle."
        )

    def doctype(_name: str, system: str | None, public: str | None, _internal: int) -> None:
        if system or public:
            refuse()

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = refuse
    parser.Parse(content, True)


def _remote_contexts(document: Any) -> Iterator[str]:
    """Contexts that are named and not written out, at any depth (``@import`` is one too)."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            for key, value in part.items():
                if key in ("@context", "@import"):
                    listed = value if isinstance(value, list) else [value]
                    yield from (each for each in listed if isinstance(each, str))
                waiting.append(value)
        elif isinstance(part, list):
            waiting.extend(part)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
