"""The page of a legal entity, and the suppliers of a body."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request, stream_with_context

from ckanext.greekmunicipal.formulas import guarded
from ckanext.greekmunicipal.views import answers
from ckanext.greekmunicipal.views.acts import asking, money
from ckanext.greekmunicipal.views.acts import pages as acts_pages
from ckanext.greekmunicipal.views.acts.body import Body
from ckanext.greekmunicipal.views.budget import files as figure_files
from ckanext.greekmunicipal.views.budget.figure import NUMERIC, Figure, shown
from ckanext.greekmunicipal.views.suppliers import figures, finding

FOLDER = "greekmunicipal/suppliers"
# Numbers of Greek and foreign registers; letters of a country may stand before them.
_NUMBER = re.compile(r"[A-Za-z0-9./ -]{4,30}")
_COLUMNS = (
    "body", "family", "ada", "issue_date", "line_no", "role", "counterparty_name",
    "counterparty_country", "amount", "currency", "kae", "cpv", "flags", "act_flags", "act_url",
)  # fmt: skip
_FIGURES = {"years": figures.by_year, "bodies": figures.by_body}

blueprint = Blueprint("greekmunicipal_suppliers", __name__)


@blueprint.route("/supplier/<afm>")
def supplier(afm: str) -> Any:
    """What bodies decided, ordered and paid to a legal entity."""
    found = _parts(afm)
    names = figures.names(found)
    bodies = figures.titles({part.organization for part in found})
    return tk.render(
        f"{FOLDER}/supplier.html",
        {
            "afm": afm,
            "names": names,
            "countries": sorted({part.country for part in found if part.country}),
            "bodies": sorted(bodies.values(), key=lambda each: each[1]),
            "figures": [make(found) for make in _FIGURES.values()],
            "file_address": lambda each: tk.h.url_for(
                "greekmunicipal_suppliers.file", afm=afm, name=each.id
            ),
            "lines_address": tk.h.url_for("greekmunicipal_suppliers.lines", afm=afm),
            "shown": shown,
            "numeric": NUMERIC,
            "is_alone": True,
        },
    )


@blueprint.route("/supplier/<afm>/<name>.csv")
def file(afm: str, name: str) -> Any:
    """The table of a figure of a supplier."""
    found = _parts(afm)
    if name not in _FIGURES:
        return tk.abort(404, tk._("There is no such figure."))
    return figure_files.answer(_FIGURES[name](found), f"supplier-{_ascii(afm)}-{name}")


@blueprint.route("/supplier/<afm>/lines.csv")
def lines(afm: str) -> Any:
    """Each line of a supplier."""
    found = _parts(afm)
    bodies = figures.titles({part.organization for part in found})
    text: Any = stream_with_context(_lines(afm, bodies))
    answer = Response(text, content_type=figure_files.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="supplier-{_ascii(afm)}.csv"'
    return answers.open_to_all(answer)


@blueprint.route("/organization/<id>/suppliers")
def of_body(id: str) -> Any:  # noqa: A002 - the name that CKAN's links use
    """Legal entities that a body deals with, in one stage."""

    def show(body: Body) -> str:
        family, year, q, foreign = _asked(body)
        return tk.render(
            f"{FOLDER}/list.html",
            acts_pages.about(body, asking.Asked())
            | {
                "figure": _listed(body, finding.MOST_LISTED),
                "family": family,
                "year": year,
                "q": q,
                "foreign": foreign,
                "stages": [t.family for t in body.of(money.STAGES) if t.lines],
                "years": finding.years_of(body, family),
                "most": finding.MOST_LISTED,
                "file_address": lambda _: tk.h.url_for(
                    "greekmunicipal_suppliers.body_file", id=id, **_parameters()
                ),
            },
        )

    return acts_pages.with_body(id, show)


@blueprint.route("/organization/<id>/suppliers.csv")
def body_file(id: str) -> Any:  # noqa: A002
    """The suppliers of a body as CSV."""

    def show(body: Body) -> Response:
        found = _listed(body, finding.MOST_IN_FILE)
        name = f"{body.organization['name']}-suppliers"
        return figure_files.answer(found, name, is_private=body.is_private)

    return acts_pages.with_body(id, show)


def _parts(afm: str) -> tuple[finding.Part, ...]:
    """What is known of a legal entity; not found if it is none."""
    found = finding.parts(afm) if _NUMBER.fullmatch(afm) else ()
    return found or tk.abort(404, tk._("No legal entity with this tax number is in the acts."))


def _listed(body: Body, most: int) -> Figure:
    family, year, q, foreign = _asked(body)
    found = finding.of_body(body, family, year, q, foreign=foreign, most=most)
    addresses = {
        each.afm: tk.h.url_for("greekmunicipal_suppliers.supplier", afm=each.afm)
        for each in found
        if each.afm and _NUMBER.fullmatch(each.afm)
    }
    return figures.listed(found, family, addresses)


def _asked(body: Body) -> tuple[str, int | None, str, bool]:
    """Stage, year, words, and whether only those abroad; raises what the page refuses with."""
    given = asking.read({k: v for k, v in request.args.items() if k in ("q", "family", "payee")})
    stages = [table.family for table in body.of(money.STAGES) if table.lines]
    default = "payments" if "payments" in stages or not stages else stages[0]
    year = request.args.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise asking.BadQuestionError(tk._("The year is no number."))
    return given.family or default, int(year) if year else None, given.q, bool(given.payee)


def _parameters() -> dict[str, str]:
    return {k: v for k, v in request.args.items() if k in ("q", "family", "payee", "year") and v}


def _lines(afm: str, bodies: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield figure_files.BOM + ",".join(_COLUMNS) + "\r\n"
    for organization, *cells in finding.lines(afm):
        text = io.StringIO()
        csv.writer(text).writerow(
            [
                bodies.get(organization, ("", ""))[0],
                *("" if c is None else guarded(c) if isinstance(c, str) else c for c in cells),
            ]
        )
        yield text.getvalue()


def _ascii(afm: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", afm)


def address(afm: str) -> str:
    """Address of the page of a legal entity."""
    return tk.h.url_for("greekmunicipal_suppliers.supplier", afm=afm)


__all__ = ["address", "blueprint"]
