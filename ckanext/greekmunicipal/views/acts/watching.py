"""Pages that watch over a body's acts: the law's clock for all, likely mistakes for its editors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response, stream_with_context

from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.acts import clock, pages, worklist
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import Body
from ckanext.greekmunicipal.views.budget import files as figure_files

blueprint = Blueprint("greekmunicipal_acts_watching", __name__)


@blueprint.route("/organization/<id>/acts/clock")
def law_clock(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """How long acts wait to be posted, how many are corrected, revoked or late."""

    def show(body: Body) -> str:
        return tk.render(
            f"{pages.FOLDER}/clock.html",
            pages.about(body, Asked())
            | {
                "figures": [make(body) for make in clock.FIGURES.values()],
                "file_address": lambda figure: tk.h.url_for(
                    "greekmunicipal_acts_watching.clock_file", id=id, name=figure.id
                ),
            },
        )

    return pages.with_body(id, show)


@blueprint.route("/organization/<id>/acts/clock/<name>.csv")
def clock_file(id: str, name: str) -> Any:  # noqa: A002
    """The table of a figure of the clock."""

    def show(body: Body) -> Response:
        if name not in clock.FIGURES:
            return tk.abort(404, tk._("There is no such figure."))
        stem = f"{body.organization['name']}-{name}"
        return figure_files.answer(clock.FIGURES[name](body), stem, is_private=body.is_private)

    return pages.with_body(id, show)


@blueprint.route("/organization/<id>/acts/worklist")
def mistakes(id: str) -> Any:  # noqa: A002
    """Likely mistakes of a body, for its editors."""

    def show(body: Body) -> Any:
        _only_editors(body)
        answer = make_response(
            tk.render(
                f"{pages.FOLDER}/worklist.html",
                pages.about(body, Asked())
                | {
                    "tasks": worklist.tasks(body),
                    "title": worklist.title,
                    "table_address": tk.h.url_for(
                        "greekmunicipal_acts_watching.mistakes_file", id=id
                    ),
                },
            )
        )
        answers.private(answer)
        return answer

    return pages.with_body(id, show)


@blueprint.route("/organization/<id>/acts/worklist.csv")
def mistakes_file(id: str) -> Any:  # noqa: A002
    """Likely mistakes of a body as CSV, for its editors."""

    def show(body: Body) -> Response:
        _only_editors(body)
        lines: Any = stream_with_context(_lines(body))
        answer = Response(lines, content_type=figure_files.MEDIA_TYPE)
        name = f"{body.organization['name']}-worklist.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        answers.private(answer)
        return answer

    return pages.with_body(id, show)


def _only_editors(body: Body) -> None:
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        tk.check_access(
            "greekmunicipal_acts_worklist", context, {"organization": body.organization["id"]}
        )
    except tk.NotAuthorized as refusal:
        tk.abort(403 if tk.current_user.is_authenticated else 401, str(refusal))


def _lines(body: Body) -> Iterator[str]:
    yield figure_files.BOM + "kind,family,ada,issue_date,amount,subject,act_url\r\n"
    for kind, act in worklist.everything(body):
        text = io.StringIO()
        csv.writer(text).writerow(
            [
                kind,
                act.family,
                act.ada,
                act.issue_date or "",
                "" if act.amount is None else act.amount,
                guarded(act.subject or ""),
                act.act_url,
            ]
        )
        yield text.getvalue()
