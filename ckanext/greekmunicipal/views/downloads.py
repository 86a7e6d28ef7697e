"""Tables as CSV files: cheap for those who only ask whether they are there or have changed."""

from __future__ import annotations

import re
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request
from werkzeug.utils import send_file

from ckanext.greekmunicipal import datastore, downloads
from ckanext.greekmunicipal.harvesters import budget_products, budget_store
from ckanext.greekmunicipal.harvesters.identity import BUDGET
from ckanext.greekmunicipal.municipalities import (
    Municipality,
    UnknownMunicipalityError,
    by_slug,
)
from ckanext.greekmunicipal.views import answers

MEDIA_TYPE = "text/csv; charset=utf-8"
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]+")

blueprint = Blueprint("greekmunicipal_downloads", __name__)
blueprint.after_request(answers.open_to_all)


@blueprint.route("/table/<resource_id>.csv")
def table(resource_id: str) -> Any:
    """The whole table of a resource."""
    try:
        # As CKAN's own dump asks: who may search the table may have it.
        tk.check_access("datastore_search", {}, {"resource_id": resource_id})
        found = _found(resource_id)
    except (tk.NotAuthorized, tk.ObjectNotFound, downloads.NoTableError):
        return tk.abort(404, tk._("There is no such table."))
    resource: Any = model.Resource.get(resource_id)
    answer = _headers(resource) if found is None else _file(found)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(resource)}"'
    if resource.package.private or resource.package.state != model.State.ACTIVE:
        answers.private(answer)
    return answer


@blueprint.route("/table/<resource_id>/<name>")
def made(resource_id: str, name: str) -> Any:
    """What is made of a budget table, beside each other: a folder that is a data package."""
    if name == budget_products.LINES_FILE:
        return table(resource_id)
    try:
        tk.check_access("datastore_search", {}, {"resource_id": resource_id})
        resource: Any = model.Resource.get(resource_id)
        if (resource.extras or {}).get("table") != BUDGET:
            raise downloads.NoTableError(resource_id)
        if name == budget_products.PACKAGE_FILE:
            answer = _package(_body(resource))
        else:
            found = _found(resource_id, budget_products.FORMS[name])
            body = _body(resource)
            beside = model.Resource.get(budget_products.id_of(body.diavgeia_uid, name))
            answer = _headers(beside) if found is None else _file(found)
    except (
        tk.NotAuthorized,
        tk.ObjectNotFound,
        downloads.NoTableError,
        UnknownMunicipalityError,
        KeyError,
    ):
        return tk.abort(404, tk._("There is no such table."))
    stem = f"{resource.package.name}-" if name != budget_products.PACKAGE_FILE else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}{name}"'
    if resource.package.private or resource.package.state != model.State.ACTIVE:
        answers.private(answer)
    return answer


def _body(resource: Any) -> Municipality:
    """Municipality of a budget table."""
    return by_slug(resource.package.extras["municipality"])


def _package(body: Municipality) -> Any:
    with datastore.transaction() as cursor:
        years, files = budget_store.told(cursor, body.diavgeia_uid)
    content = budget_products.package(body, budget_store.TABLE_COLUMNS, years, files)
    answer = Response(content, content_type="application/json")
    answer.add_etag()
    return answer.make_conditional(request.environ)


def _found(resource_id: str, form: downloads.Form | None = None) -> downloads.Download | None:
    """The file; None for those who only ask for it when it has not been written yet."""
    if request.method == "HEAD":
        return downloads.ready(resource_id, form)
    return downloads.get(resource_id, form)


def _file(found: downloads.Download) -> Response:
    answer: Any = send_file(
        found.path,
        request.environ,
        mimetype="text/csv",
        conditional=True,
        etag=found.digest,
        last_modified=found.modified,
        response_class=Response,
    )
    return answer


def _headers(resource: Any) -> Response:
    answer = Response(content_type=MEDIA_TYPE)
    if resource is not None and resource.size:
        answer.headers["Content-Length"] = str(resource.size)
    return answer


def _name(resource: Any) -> str:
    """Name of the file: that of the dataset, which is ASCII, and what the table holds."""
    what = str((resource.extras or {}).get("table") or resource.id)
    return f"{resource.package.name}-{_NOT_IN_NAME.sub('-', what)}.csv"
