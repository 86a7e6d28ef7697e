"""What a source of acts has read: on its page, and as CSV."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.greekmunicipal.diavgeia.errors import DiavgeiaError
from ckanext.greekmunicipal.harvesters import datasets, diavgeia_preview, manifest_audit
from ckanext.greekmunicipal.harvesters.diavgeia_options import SourceOptionError, read_options

DIAVGEIA = "diavgeia"
MEDIA_TYPE = "text/csv; charset=utf-8"

blueprint = Blueprint("greekmunicipal_manifest", __name__)


@blueprint.route("/harvest/<id>/reads", methods=["GET", "POST"])
def page(id: str) -> Any:  # noqa: A002 - the name of CKAN's links
    """How complete a source is, what it read last and what its next run reads.

    Sent as a form, by those who may edit the source, it reads one page as a preview.
    """
    source, may_edit = _source(id)
    told: dict[str, Any] = {"harvest_source": source, "may_edit": may_edit}
    try:
        told["standing"] = manifest_audit.standing(source["id"], read_options(source["config"]))
        if request.method == "POST":
            if not may_edit:
                return tk.abort(403, tk._("Not authorized to see this page"))
            told["preview"] = diavgeia_preview.preview(source["url"], source["config"])
    except (SourceOptionError, datasets.OrganizationMissing, DiavgeiaError) as error:
        told["problem"] = str(error) if may_edit else tk._("The source cannot be read now.")
    tk.g.dataset_type = "harvest"
    return tk.render("greekmunicipal/harvest_manifest.html", told)


@blueprint.route("/harvest/<id>/reads.csv")
def of_source(id: str) -> Any:  # noqa: A002
    """Each window that a source asked for."""
    source, may_edit = _source(id)
    lines = manifest_audit.csv_lines(source_id=source["id"], with_errors=may_edit)
    return _file(lines, source["name"])


@blueprint.route("/harvest/reads-of/<uid>.csv")
def of_body(uid: str) -> Any:
    """Each window that was asked for a body, by Diavgeia's number."""
    if not (uid.isascii() and uid.isalnum()):
        return tk.abort(404, tk._("There is no such body."))
    tk.check_access("greekmunicipal_harvest_status", {}, {})
    return _file(manifest_audit.csv_lines(uid=uid, with_errors=False), uid)


def _file(lines: Any, name: str) -> Response:
    answer = Response(lines, content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="reads-{name}.csv"'
    return answer


def _source(name: str) -> tuple[dict[str, Any], bool]:
    """A source of acts, and whether the visitor may edit it."""
    try:
        source = tk.get_action("harvest_source_show")({}, {"id": name})
    except (
        tk.ObjectNotFound,
        tk.NotAuthorized,
        KeyError,
    ):  # no such action without ckanext-harvest
        tk.abort(404, tk._("There is no such source of acts."))
    if source.get("source_type") != DIAVGEIA:
        tk.abort(404, tk._("There is no such source of acts."))
    try:
        tk.check_access("harvest_source_update", {}, {"id": source["id"]})
    except tk.NotAuthorized:
        return source, False
    return source, True
