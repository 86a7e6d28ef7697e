"""Links of an Atom or RSS feed: pure reading, without entities, document types or network."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ckanext.greekmunicipal.harvesters.budget_sources.documents import (
    Document,
    absolute,
    document,
)
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_RELATIONS = ("enclosure", "alternate", "related", "via")
_ROOTS = ("feed", "rss", "RDF")


def entries_of(content: bytes, address: str) -> list[Document]:
    """Documents that a feed names, in its order, each address once.

    Args:
        content: the feed (Atom 1.0, RFC 4287; RSS 2.0, 1.0 or 0.9x).
        address: where it was read, after redirects.

    Raises:
        SourceFailure: it is no feed, is damaged, or has a document type.
    """
    root = _parsed(content, address)
    found: dict[str, Document] = {}
    for entry in root.iter("{*}entry", "{*}item"):
        title = _text(entry, "title")
        for reference, base in _references(entry, address):
            target = absolute(base, reference)
            if target and target not in found:
                found[target] = document(target, title)
    return list(found.values())


def _parsed(content: bytes, address: str) -> etree._Element:
    if b"<!DOCTYPE" in content[:4096].replace(b"\x00", b"").upper():
        raise failure("no-feed", url=address, detail="<!DOCTYPE …>")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise failure("no-feed", url=address, detail=str(error).splitlines()[0]) from error
    name = etree.QName(root).localname
    if name not in _ROOTS:
        raise failure("no-feed", url=address, detail=f"<{name}>")
    return root


def _references(entry: etree._Element, address: str) -> Iterator[tuple[str, str]]:
    """References of an entry with the address that each is relative to; enclosures first."""
    later = []
    for link in entry.iterchildren("{*}link", "{*}enclosure"):
        base = _base_of(link, address)
        if url := link.get("url"):  # an enclosure of RSS
            yield url, base
        elif href := link.get("href"):
            relation = link.get("rel", "alternate")
            if relation == "enclosure":
                yield href, base
            elif relation in _RELATIONS:
                later.append((href, base))
        elif text := (link.text or "").strip():
            later.append((text, base))
    yield from later


def _base_of(element: etree._Element, address: str) -> str:
    bases = [up.get(_BASE) for up in (element, *element.iterancestors()) if up.get(_BASE)]
    for base in reversed(bases):
        address = absolute(address, str(base)) or address
    return address


def _text(entry: etree._Element, name: str) -> str:
    for element in entry.iterchildren(f"{{*}}{name}"):
        return " ".join(" ".join(map(str, element.itertext())).split())[:500]
    return ""
