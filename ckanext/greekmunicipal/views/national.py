"""Yearly files of all bodies together."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request
from werkzeug.utils import send_file

from ckanext.greekmunicipal import national_files
from ckanext.greekmunicipal.views import answers

blueprint = Blueprint("greekmunicipal_national", __name__)
blueprint.after_request(answers.open_to_all)


@blueprint.route("/national/<stem>.<extension>")
def national_file(stem: str, extension: str) -> Any:
    """One file; all of it is public, or it is not there."""
    found = national_files.servable(stem, extension)
    if found is None:
        return tk.abort(404, tk._("There is no such table."))
    path, note = found
    answer: Any = send_file(
        path,
        request.environ,
        mimetype=national_files.MEDIA_TYPES[extension],
        conditional=True,
        etag=f"{note.state}-{extension}",
        response_class=Response,
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.{extension}"'
    return answer
