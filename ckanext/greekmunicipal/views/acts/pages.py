"""The acts page of a body, the page of an act, and their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response, request

from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.acts import (
    asking,
    choices,
    files,
    listing,
    money,
    one,
    wording,
)
from ckanext.greekmunicipal.views.acts import body as bodies
from ckanext.greekmunicipal.views.acts.asking import Asked
from ckanext.greekmunicipal.views.acts.body import Body
from ckanext.greekmunicipal.views.budget import files as figure_files
from ckanext.greekmunicipal.views.budget.figure import NUMERIC, shown

FOLDER = "greekmunicipal/acts"
# Of an organisation; each costs a question to the database or to the index.
_NOT_NEEDED = (
    "include_datasets",
    "include_dataset_count",
    "include_users",
    "include_groups",
    "include_tags",
    "include_followers",
)

blueprint = Blueprint("greekmunicipal_acts", __name__)


@blueprint.route("/organization/<id>/acts")
def page(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """Acts of a body: newest first, found, filtered, their totals."""

    def show(body: Body) -> str:
        asked = asking.read(request.args)
        listed = listing.page(body, asked)
        return tk.render(
            f"{FOLDER}/page.html",
            about(body, asked)
            | {
                "listed": listed,
                "count": listing.count(body, asked),
                "choices": choices.of(body),
                "figures": [make(body, asked) for make in money.FIGURES.values()],
                "most_rows": files.MOST_ROWS,
            },
        )

    return with_body(id, show)


@blueprint.route("/organization/<id>/acts/<ada>")
def act(id: str, ada: str) -> Any:  # noqa: A002
    """One act."""

    def show(body: Body) -> Any:
        found = one.find(body, ada) if asking.is_ada(ada) else None
        if found is None:
            return tk.abort(404, tk._("There is no such act here."))
        answer = make_response(
            tk.render(f"{FOLDER}/act.html", about(body, Asked()) | {"whole": found})
        )
        if found.may_concern_person:
            answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return with_body(id, show)


@blueprint.route("/organization/<id>/acts.csv")
def table(id: str) -> Any:  # noqa: A002
    """The acts that the page shows, all of them, as CSV."""

    def show(body: Body) -> Response:
        asked = asking.read(request.args)
        return files.answer(body, asked, f"{body.organization['name']}-acts")

    return with_body(id, show)


@blueprint.route("/organization/<id>/acts/figures/<name>.csv")
def file(id: str, name: str) -> Any:  # noqa: A002
    """The table of a figure as CSV."""

    def show(body: Body) -> Response:
        asked = asking.read(request.args)
        if name not in money.FIGURES:
            return tk.abort(404, tk._("There is no such figure."))
        found = (
            money.months(body, asked, whole=True)
            if name == "months"
            else money.FIGURES[name](body, asked)
        )
        stem = f"{body.organization['name']}-acts-{name}"
        return figure_files.answer(found, stem, is_private=body.is_private)

    return with_body(id, show)


def with_body(name: str, show: Callable[[Body], Any]) -> Any:
    """Answer with what is shown of a body's acts, or say why nothing is."""
    organization = organization_of(name)
    found = bodies.find(organization)
    if found is None:
        return _refused(404, tk._("No acts have been published yet."), organization)
    try:
        answer = make_response(show(found))
    except asking.BadQuestionError as error:
        return _refused(400, str(error), organization)
    if found.is_private:
        answers.private(answer)
    return answer


def organization_of(name: str) -> dict[str, Any]:
    """The organisation of an address; whoever may not see it is not told that it is there."""
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        return tk.get_action("organization_show")(
            context, {"id": name} | dict.fromkeys(_NOT_NEEDED, False)
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Organization not found"))


def _refused(status: int, message: str, organization: dict[str, Any]) -> Any:
    """A page that says what is not there or what is wrong with the address."""
    text = tk.render(
        f"{FOLDER}/nothing.html",
        {
            "group_dict": organization,
            "group_type": organization["type"],
            "message": message,
        },
    )
    return make_response(text, status)


def about(body: Body, asked: Asked) -> dict[str, Any]:
    """What all pages know."""
    name = body.organization["name"]
    whole = asked.parameters(whole=True)

    def address(endpoint: str = "page", **parameters: Any) -> str:
        return tk.h.url_for(f"greekmunicipal_acts.{endpoint}", id=name, **parameters)

    def file_address(figure: Any) -> str:
        return address("file", name=figure.id, **whole)

    return {
        "group_dict": body.organization,
        "group_type": body.organization["type"],
        "body": body,
        "asked": asked,
        "parameters": whole,
        "address": address,
        "word": wording.word,
        "wording": wording,
        "shown": shown,
        "numeric": NUMERIC,
        "unit_label": unit_label,
        "supplier_address": lambda afm: tk.h.url_for("greekmunicipal_suppliers.supplier", afm=afm),
        "is_alone": True,
        "file_address": file_address,
    }


def unit_label(uid: str) -> str:
    """What a unit of the body is called: its number at Diavgeia."""
    return tk._("Unit {uid}").format(uid=uid)


def has_acts(organization: dict[str, Any]) -> bool:
    """Whether the page of an organisation has a tab for its acts."""
    return bodies.find(organization) is not None
