"""Addresses of the feed: ``/catalog.ttl`` and its like, dumps, single datasets in RDF.

They are those of ckanext-dcat, whose views stand behind these: CKAN asks the
plugin that is named first.
"""

from __future__ import annotations

import gzip
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.dcat.helpers import endpoints_enabled
from flask import Blueprint, Response, request
from werkzeug.utils import send_file

from ckanext.greekmunicipal.dcat.feed import asked as asking
from ckanext.greekmunicipal.dcat.feed import cache, datasets, dump, pages
from ckanext.greekmunicipal.dcat.feed.cache import Kept
from ckanext.greekmunicipal.dcat.feed.formats import BY_MEDIA_TYPE, FORMATS, Format
from ckanext.greekmunicipal.views import answers

NEGOTIATION = "ckanext.dcat.enable_content_negotiation"
ENDPOINT = "ckanext.dcat.catalog_endpoint"
RETRY_SECONDS = 120


def blueprint() -> Blueprint:
    """The views; what is switched off in ckanext-dcat is off here too."""
    made = Blueprint("greekmunicipal_feed", __name__)
    if endpoints_enabled():
        made.add_url_rule(asking.CATALOGUE, "negotiated", catalogue)
        made.add_url_rule(f"{asking.CATALOGUE}.<_format>", "catalogue", catalogue)
        made.add_url_rule(f"{asking.HIGH_VALUE}.<_format>", "high_value", high_value)
        made.add_url_rule(f"{dump.PATH}.<extension>", "dump", whole)
        made.add_url_rule("/dataset/<_id>.<_format>", "dataset", dataset)
        if own := tk.config.get(ENDPOINT):
            made.add_url_rule(own.replace("{_format}", "<_format>"), "endpoint", catalogue)
    if tk.asbool(tk.config.get(NEGOTIATION)):
        made.add_url_rule("/", "home", home)
        made.add_url_rule("/dataset/<_id>", "dataset_page", dataset_page)
    made.after_request(answers.open_to_all)
    return made


def catalogue(_format: str | None = None) -> Response:
    """A page of the catalogue; without an extension in the serialisation that is asked for."""
    if _format is None:
        return _negotiated()
    return _page(_known(_format), high=False)


def high_value(_format: str) -> Response:
    """A page of the part with high-value datasets."""
    return _page(_known(_format), high=True)


def whole(extension: str) -> Any:
    """A file with the whole catalogue, in parts if they are asked for."""
    plain = extension.removesuffix(".gz")
    if plain not in FORMATS:
        tk.abort(404, tk._("There is no such file."))
    _check()
    current = dump.latest()
    if current is None or plain not in current.extensions:
        dump.order(at_once=True)
        return _later()
    if not dump.may_be_served(current):
        # It tells of a dataset that is not public any more.
        dump.order(at_once=True)
        return _later()
    dump.order()
    try:
        return send_file(
            current.path(extension),
            request.environ,
            mimetype="application/gzip" if extension != plain else FORMATS[plain].media_type,
            conditional=True,
            etag=f"{current.name}.{extension}",
            last_modified=current.last_modified,
            response_class=Response,
        )
    except FileNotFoundError:
        return _later()


def dataset(_id: str, _format: str) -> Any:
    """One dataset."""
    return _dataset(_id, _known(_format))


def home() -> Any:
    """The portal's page, or the catalogue for those who ask for RDF."""
    from ckan.views.home import index

    wanted = _preferred()
    return _page(wanted, high=False) if wanted else index()


def dataset_page(_id: str) -> Any:
    """A dataset's page, or its RDF for those who ask for it."""
    from ckan.views.dataset import read

    wanted = _preferred()
    if wanted:
        return _dataset(_id, wanted)
    found = model.Package.get(_id)
    return read((found.type if found else None) or "dataset", _id)


def _page(wanted: Format, *, high: bool) -> Response:
    _check()
    try:
        asked = asking.read(wanted.extension, request.args, high_value=high)
    except asking.BadRequestError as error:
        return _refused(str(error))
    if asked.is_first:
        dump.order()
    return _answer(pages.page(asked), wanted, lambda: pages.page(asked, anew=True))


def _dataset(package_id: str, wanted: Format) -> Any:
    if profiles := request.args.get("profiles"):
        return _with_profiles(package_id, wanted, profiles)
    row = datasets.public(package_id)
    if row is not None:
        found = datasets.complete(row, wanted)
        if found is None:
            return tk.abort(404, tk._("Dataset not found"))
        return _answer(found, wanted, lambda: found)
    # Drafts and private ones, for those who may see them; never kept.
    text = _allowed(lambda: datasets.restricted(package_id, wanted))
    answer = Response(text, content_type=f"{wanted.media_type}; charset=utf-8")
    answers.private(answer)
    return answer


def _with_profiles(package_id: str, wanted: Format, profiles: str) -> Any:
    """ckanext-dcat's own view, for profiles that somebody chooses; of datasets only."""
    from ckanext.dcat import utils

    if wanted.extension not in utils.CONTENT_TYPES:
        return _refused(f"profiles={profiles[:40]} cannot be written as {wanted.extension}.")
    _allowed(lambda: datasets.show(package_id))
    answer = utils.read_dataset_page(package_id, wanted.extension)
    answers.private(answer)
    return answer


def _allowed(read: Any) -> Any:
    try:
        return read()
    except tk.NotAuthorized:
        # As CKAN's own pages: who may not see it does not learn that it is there.
        tk.abort(404, tk._("Dataset not found"))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Dataset not found"))


def _answer(kept: Kept, wanted: Format, anew: Any) -> Response:
    answer = Response(content_type=f"{wanted.media_type}; charset=utf-8")
    answer.set_etag(kept.digest, weak=True)
    answer.last_modified = kept.last_modified
    answer.vary.update(["Accept", "Accept-Encoding"])
    for relation, address in kept.links.items():
        answer.headers.add("Link", f'<{address}>; rel="{relation}"')
    if answers.is_unchanged(answer):
        answer.status_code = 304
        return answer
    packed = cache.body(kept)
    if packed is None:
        kept = anew()
        answer.set_etag(kept.digest, weak=True)
        answer.last_modified = kept.last_modified
        packed = kept.body or b""
    if request.accept_encodings["gzip"] > 0:
        answer.content_encoding = "gzip"
        answer.set_data(packed)
    else:
        answer.set_data(gzip.decompress(packed))
    return answer


def _negotiated() -> Response:
    wanted = _preferred(fallback="ttl")
    if wanted is None:
        return Response(status=302, headers={"Location": tk.h.url_for("dataset.search")})
    answer = _page(wanted, high=False)
    if answer.status_code == 200:
        answer.headers["Content-Location"] = f"{asking.CATALOGUE}.{wanted.extension}"
    return answer


def _preferred(fallback: str | None = None) -> Format | None:
    """The serialisation that a client wants most; None when it wants a page to look at."""
    offered = ["text/html", *BY_MEDIA_TYPE]
    accepted = request.accept_mimetypes
    if not accepted or accepted.best == "*/*":
        return FORMATS[fallback] if fallback else None
    best = accepted.best_match(offered)
    if best is None and fallback:
        tk.abort(406, tk._("The catalogue is offered as: {}").format(", ".join(BY_MEDIA_TYPE)))
    return BY_MEDIA_TYPE.get(best or "text/html")


def _known(extension: str) -> Format:
    if extension not in FORMATS:
        tk.abort(404, tk._("The catalogue is offered as: {}").format(", ".join(FORMATS)))
    return FORMATS[extension]


def _check() -> None:
    try:
        tk.check_access("dcat_catalog_show", {}, {})
    except tk.NotAuthorized:
        tk.abort(403, tk._("You may not read the catalogue."))


def _refused(message: str) -> Response:
    return Response(message + "\n", 400, content_type="text/plain; charset=utf-8")


def _later() -> Response:
    message = (
        "The file with the whole catalogue is being written. Ask again in two minutes, or read the"
        " pages of /catalog.ttl.\n"
    )
    return Response(
        message,
        503,
        headers={"Retry-After": str(RETRY_SECONDS)},
        content_type="text/plain; charset=utf-8",
    )
