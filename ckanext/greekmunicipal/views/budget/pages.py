"""The budget page of a municipality, its figures alone, their files, and comparisons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response, request

from ckanext.greekmunicipal.budgets.monthly import missing_phases
from ckanext.greekmunicipal.budgets.records import SIDES
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.budget import (
    asking,
    comparing,
    files,
    listing,
    money,
    overview,
    published,
    services,
    times,
    trees,
    wording,
)
from ckanext.greekmunicipal.views.budget.figure import NUMERIC, Figure, shown
from ckanext.greekmunicipal.views.budget.view import View

FOLDER = "greekmunicipal/budget"
# Figures that have an address of their own, in the order of the page.
FIGURES: dict[str, Callable[[View], Figure]] = {
    "revenue": overview.revenue,
    "expenditure": overview.expenditure,
    "apart": overview.apart,
    "tree": trees.by_code,
    "services": services.by_service,
    "through": times.through,
    "years": times.years,
    "largest": listing.largest,
    "changes": listing.changes,
    "fees": money.fee_years,
    "fee-costs": money.fee_costs,
    "debt": money.debt,
    "lines": lambda view: listing.search(view, whole=True)[0],
}
_PAGE_FIGURES = tuple(name for name in FIGURES if name != "lines")

# Of an organisation; each costs a question to the database or to the index.
_NOT_NEEDED = (
    "include_datasets",
    "include_dataset_count",
    "include_users",
    "include_groups",
    "include_tags",
    "include_followers",
)

blueprint = Blueprint("greekmunicipal_budget", __name__)


@blueprint.route("/organization/<id>/budget")
def latest(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """The last year of a municipality's budget."""
    return _page(id, None)


@blueprint.route("/organization/<id>/budget/<int:year>")
def year(id: str, year: int) -> Any:  # noqa: A002
    """One year of a municipality's budget."""
    return _page(id, year)


def _page(name: str, wanted: int | None) -> Any:
    def show(view: View) -> str:
        lines, pages = listing.search(view)
        return tk.render(
            f"{FOLDER}/page.html",
            about(view)
            | {
                "headlines": overview.headlines(view),
                "figures": {name: FIGURES[name](view) for name in _PAGE_FIGURES},
                "lines": lines,
                "pages": pages,
                "services": listing.services(view),
                "rate": money.rate_of(view.organization),
                "household": money.household(view),
                "others": comparing.choices(view),
                "has_statement": _has_statement(view),
            },
        )

    return _with_view(name, wanted, show)


def _has_statement(view: View) -> bool:
    """Whether the lines of the period make the statement that the law asks for."""
    return view.asked.period_end is not None and not any(
        missing_phases(side, view.totals.get(side, {})) for side in SIDES
    )


@blueprint.route("/organization/<id>/budget/<int:year>/<figure>.csv")
def file(id: str, year: int, figure: str) -> Any:  # noqa: A002
    """The table of a figure as CSV."""

    def show(view: View) -> Response:
        found = _figure(view, figure)
        stem = f"{view.published.municipality.slug}-budget-{view.asked.year}"
        period = wording.period_key(view.asked.period_end)
        private = _is_private(view)
        return files.answer(found, f"{stem}-{period}-{found.id}", is_private=private)

    return _with_view(id, year, show)


@blueprint.route("/organization/<id>/budget/embed/<int:year>/<figure>")
def embed(id: str, year: int, figure: str) -> Any:  # noqa: A002
    """One figure without the portal around it, for the page of another site."""

    def show(view: View) -> str:
        alone = replace(view, is_alone=True)
        own = _path(alone.address("greekmunicipal_budget.embed", figure=figure))
        return tk.render(
            f"{FOLDER}/embed.html",
            about(alone) | {"figure": _figure(alone, figure), "own_path": own},
        )

    answer = make_response(_with_view(id, year, show))
    answer.headers["Content-Security-Policy"] = "frame-ancestors *"
    answer.headers.pop("X-Frame-Options", None)
    return answer


@blueprint.route("/organization/<id>/budget/compare")
def compare(id: str) -> Any:  # noqa: A002
    """A municipality beside another, or the mean of its population class."""
    asked_year = request.args.get("year", "")
    if asked_year and not (asked_year.isascii() and asked_year.isdigit()):
        return _refused(400, tk._("The year is no number."))

    def show(view: View) -> str:
        wanted = request.args.get("with", "")
        return tk.render(
            f"{FOLDER}/compare.html",
            about(view)
            | {
                "figure": comparing.comparison(view, wanted) if wanted else None,
                "wanted": wanted,
                "others": comparing.choices(view),
            },
        )

    return _with_view(id, int(asked_year) if asked_year else None, show)


def _figure(view: View, name: str) -> Figure:
    if name == "comparison":
        return comparing.comparison(view, request.args.get("with") or comparing.MEAN)
    if name not in FIGURES:
        raise asking.NotPublishedError(tk._("There is no such figure."))
    return FIGURES[name](view)


def _with_view(name: str, wanted: int | None, show: Callable[[View], Any]) -> Any:
    """Answer with what is shown of a budget, or say why nothing is."""
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    try:
        organization = tk.get_action("organization_show")(
            context, {"id": name} | dict.fromkeys(_NOT_NEEDED, False)
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        # Whoever may not see it is not told that it is there.
        return tk.abort(404, tk._("Organization not found"))
    found = published.find(organization.get("municipality") or "")
    if found is None:
        return _refused(404, tk._("No budget has been published yet."), organization)
    try:
        view = View(found, asking.read(found, wanted, request.args), organization)
        answer = make_response(show(view))
    except asking.NotPublishedError as error:
        return _refused(404, str(error), organization, found)
    except asking.BadQuestionError as error:
        return _refused(400, str(error), organization, found)
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    if _is_private(view):
        answers.private(answer)
    return answer


def _refused(
    status: int,
    message: str,
    organization: dict[str, Any] | None = None,
    found: published.Published | None = None,
) -> Any:
    """A page that says what is not there and what is."""
    if organization is None:
        return tk.abort(status, message)
    page = tk.render(
        f"{FOLDER}/nothing.html",
        {
            "group_dict": organization,
            "group_type": organization["type"],
            "message": message,
            "years": found.years if found else (),
        },
    )
    return make_response(page, status)


def _is_private(view: View) -> bool:
    package: Any = model.Package.get(view.published.package)
    return bool(package is None or package.private)


def about(view: View) -> dict[str, Any]:
    """What all pages know."""
    asked = view.asked
    return {
        "group_dict": view.organization,
        "group_type": view.organization["type"],
        "view": view,
        "asked": asked,
        "when": view.when(),
        "years": [
            {"year": each, "href": view.address(year=each, period_end=view.published.last_period(each),
             code="", service=None, q="", page=1), "is_current": each == asked.year}
            for each in reversed(view.published.years)
        ],
        "periods": [
            {"label": wording.period(each), "href": view.address(period_end=each, page=1),
             "is_current": each == asked.period_end}
            for each in view.published.periods(asked.year)
        ],
        "period_key": wording.period_key(asked.period_end),
        "sides": times.sides(view),
        "phases": _phases(view),
        "compared": [
            {"id": phase, "label": wording.phase(phase)}
            for phase in ("initial", "revised", "assessed", "collected", "ordered", "paid")
            if any(phase in amounts for amounts in view.totals.values())
        ],
        "glossary": wording.glossary(),
        "shown": shown,
        "numeric": NUMERIC,
        "dataset": view.published.package,
        "table": view.published.table,
        "mean": comparing.MEAN,
        "own_path": _path(view.address()),
        "file_address": lambda figure: _address(view, "file", figure),
        "embed_address": lambda figure: _address(view, "embed", figure),
    }  # fmt: skip


def _path(address: str) -> str:
    return urlsplit(address).path


def _phases(view: View) -> list[dict[str, Any]]:
    known = view.totals.get(view.asked.side, {})
    current = view.phase(view.asked.side)
    return [
        {
            "id": phase,
            "label": wording.phase(phase),
            "href": view.address(phase=phase, _anchor="tree"),
            "is_current": phase == current,
        }
        for phase in wording.SHOWN[view.asked.side]
        if phase in known
    ]


def _address(view: View, endpoint: str, figure: Figure) -> str:
    known = view.parameters()
    period = {"period": known["period"]} if "period" in known else {}
    more = {name: value for name, value in figure.parameters.items() if value}
    return tk.h.url_for(
        f"greekmunicipal_budget.{endpoint}",
        id=view.organization["name"],
        year=view.asked.year,
        figure=figure.id,
        **period,
        **more,
        **({"_external": True} if endpoint == "embed" else {}),
    )


def has_budget(organization: dict[str, Any]) -> bool:
    """Whether the page of an organisation has a tab for its budget."""
    slug = organization.get("municipality") or ""
    return bool(slug) and published.find(slug) is not None
