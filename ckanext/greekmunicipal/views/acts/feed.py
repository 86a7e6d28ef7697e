"""Atom feed of a body's new acts, of all or of a search (RFC 4287)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any
from xml.etree import ElementTree as ET

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.acts import asking, listing, pages, wording
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import Body
from ckanext.greekmunicipal.views.acts.listing import Act
from ckanext.greekmunicipal.views.budget.figure import shown

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ENTRIES = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)

blueprint = Blueprint("greekmunicipal_acts_feed", __name__)


@blueprint.route("/organization/<id>/acts.atom")
def feed(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """New acts of a body that a search finds, the newest first."""

    def show(body: Body) -> Any:
        asked = asking.read({k: v for k, v in request.args.items() if k not in _PLACES})
        language = tk.h.lang()
        state = f"{body.revision} {sorted(asked.parameters().items())} {language}"
        answer = Response(content_type=MEDIA_TYPE)
        answer.set_etag(hashlib.sha256(state.encode()).hexdigest()[:32])
        if not answers.is_unchanged(answer):
            answer.set_data(_text(body, asked))
        if body.is_private:
            answers.private(answer)
        else:
            answers.open_to_all(answer)
        return answer.make_conditional(request.environ)

    return pages.with_body(id, show)


_PLACES = ("after", "before")


def _text(body: Body, asked: Asked) -> bytes:
    acts = listing.page(body, asked, ENTRIES).acts
    parameters = asked.parameters(whole=True)
    name = body.organization["name"]
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": tk.h.lang()})
    here = our_config.portal_address(tk.url_for("greekmunicipal_acts.page", id=name, **parameters))
    own = our_config.portal_address(
        tk.url_for("greekmunicipal_acts_feed.feed", id=name, **parameters)
    )
    _add(root, "id", own)
    _add(root, "title", _title(body, asked))
    _add(root, "updated", _instant(max((_changed(act) for act in acts), default=_NEVER)))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": own})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": here})
    author = ET.SubElement(root, "author")
    _add(author, "name", tk.h.greekmunicipal_title(body.organization))
    _add(root, "rights", tk._("CC BY 4.0; the licence does not cover personal data"))
    for act in acts:
        _entry(root, name, act)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: ET.Element, name: str, act: Act) -> None:
    entry = ET.SubElement(root, "entry")
    # The number of an act never changes, and is the same on every portal.
    _add(entry, "id", act.act_url)
    _add(entry, "title", wording.subject(act.values))
    _add(entry, "updated", _instant(_changed(act)))
    if act.publish_time:
        _add(entry, "published", _instant(act.publish_time))
    address = our_config.portal_address(tk.url_for("greekmunicipal_acts.act", id=name, ada=act.ada))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    ET.SubElement(entry, "link", {"rel": "via", "type": "text/html", "href": act.act_url})
    if act.document_url:
        ET.SubElement(
            entry,
            "link",
            {"rel": "related", "type": "application/pdf", "href": act.document_url},
        )
    ET.SubElement(entry, "category", {"term": act.family, "label": wording.family(act.family)})
    told = [wording.family(act.family), wording.type_name(act.values), act.ada]
    if act.amount is not None:
        told.append(f"{shown(act.amount, 'amount')} {act.currency or 'EUR'}")
    if act.status != "PUBLISHED":
        told.append(wording.word(wording.STATUS, act.status))
    _add(entry, "summary", " · ".join(each for each in told if each))


def _title(body: Body, asked: Asked) -> str:
    title = tk._("Acts") + " – " + tk.h.greekmunicipal_title(body.organization)
    told = [asked.q, wording.family(asked.family) if asked.family else "", asked.type]
    return title + "".join(f" · {each}" for each in told if each)


def _changed(act: Act) -> dt.datetime:
    return act.submission_time or act.publish_time or _NEVER


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _FORBIDDEN.sub("", text)
