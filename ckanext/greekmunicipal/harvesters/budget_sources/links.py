"""Links of a web page: pure reading of what came."""

from __future__ import annotations

import codecs

from lxml import etree, html

from ckanext.greekmunicipal.harvesters.budget_sources.documents import (
    Document,
    absolute,
    document,
)

MOST_LINKS = 20_000
_LONGEST_TEXT = 500


def links_of(content: bytes, address: str, encoding: str | None = None) -> list[Document]:
    """Documents that a page links to, in its order, each address once.

    Args:
        content: the page.
        address: where it was read, after redirects; a ``base`` in the page goes before it.
        encoding: what the answer's type says; else the page's own word counts.

    Returns:
        Links to http and https; the text of the link and its title as texts.
    """
    root = _parsed(content, encoding)
    if root is None:
        return []
    base = address
    for element in root.iter("base"):
        base = absolute(address, element.get("href") or "") or address
        break
    found: dict[str, Document] = {}
    for number, element in enumerate(root.iter("a", "area")):
        if number >= MOST_LINKS:
            break
        target = absolute(base, element.get("href") or "") if element.get("href") else None
        if target is None or target == address or target in found:
            continue
        text = " ".join(" ".join(map(str, element.itertext())).split())[:_LONGEST_TEXT]
        title = " ".join((element.get("title") or "").split())[:_LONGEST_TEXT]
        found[target] = document(target, text, title)
    return list(found.values())


def _parsed(content: bytes, encoding: str | None) -> html.HtmlElement | None:
    try:
        parser = html.HTMLParser(encoding=_known(encoding), no_network=True, huge_tree=False)
        return html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _known(encoding: str | None) -> str | None:
    try:
        return codecs.lookup(encoding).name if encoding else None
    except LookupError:
        return None
