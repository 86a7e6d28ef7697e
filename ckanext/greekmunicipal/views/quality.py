"""Quality on pages: of a dataset beside its metadata, of an organisation on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.greekmunicipal.logic import quality as logic
from ckanext.greekmunicipal.quality import metrics

SHOWN = 50

blueprint = Blueprint("greekmunicipal_quality", __name__)


@blueprint.route("/organization/<id>/quality")
def organization(id: str) -> str:  # noqa: A002 - the name that CKAN's links use
    """Mean, distribution and datasets of an organisation, worst first."""
    context: Any = {"user": tk.g.user, "auth_user_obj": tk.g.userobj}
    page = max(1, tk.h.get_page_number(tk.request.args))
    try:
        group = tk.get_action("organization_show")(
            context, {"id": id, "include_datasets": False, "include_users": False}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        # Whoever may not see it is not told that it is there.
        tk.abort(404, tk._("Organization not found"))
        raise AssertionError from None
    found = logic.of_organization(group, SHOWN, (page - 1) * SHOWN)
    return tk.render(
        "greekmunicipal/quality_organization.html",
        {
            "group_dict": group,
            "group_type": group["type"],
            "quality": found,
            "bands": [
                {"id": band.id, "label": label(band), "count": found["bands"][band.id]}
                for band in metrics.bands()
            ],
            "band": next((label(b) for b in metrics.bands() if b.id == found["band"]), ""),
            "page": page,
            "pages": -(-found["count"] // SHOWN),
        },
    )


def of_dataset(dataset: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the page of a dataset shows of its quality, None for what is no dataset.

    Args:
        dataset: what ``package_show`` gave to the reader.
    """
    if dataset.get("type") != "dataset":
        return None
    score = logic.of_dataset(dict(dataset))
    may_edit = tk.h.check_access("package_update", {"id": dataset["id"]})
    return {
        **score,
        "band_label": next(label(each) for each in metrics.bands() if each.id == score["band"]),
        "dimensions": [_dimension(score, each) for each in metrics.dimensions()],
        "next_steps": [_step(dataset, score, each, may_edit) for each in score["next_steps"]],
        "violations": [
            each["message_el" if _is_greek() else "message_en"] for each in score["violations"]
        ],
    }


def label(each: Any) -> str:
    """Label of a dimension, metric or band in the reader's language."""
    return each.label_el if _is_greek() else each.label_en


def _dimension(score: Mapping[str, Any], dimension: metrics.Dimension) -> dict[str, Any]:
    found = score["dimensions"][dimension.id]
    return {
        "label": label(dimension),
        "points": found["points"],
        "of": found["of"],
        "metrics": [
            {"label": label(metric), **found["metrics"][metric.id]}
            for metric in metrics.metrics()
            if metric.dimension == dimension.id
        ],
    }


def _step(
    dataset: Mapping[str, Any], score: Mapping[str, Any], step: Mapping[str, Any], may_edit: bool
) -> dict[str, Any]:
    return {
        "metric": step["metric"],
        "points": step["points"],
        "text": step["step_el" if _is_greek() else "step_en"],
        "link": _form(dataset, score, step) if may_edit else None,
    }


def _form(dataset: Mapping[str, Any], score: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    """Address of the field in its form; of the best file's form where a file is to be mended."""
    metric = next(each for each in metrics.metrics() if each.id == step["metric"])
    field = f"#field-{metric.input}" if metric.input else ""
    if step["form"] == "dataset":
        return tk.h.url_for("dataset.edit", id=dataset["name"]) + field
    resources = dataset.get("resources") or []
    if not resources:
        return tk.h.url_for("dataset_resource.new", id=dataset["name"])
    best = score["distribution"] or ""
    resource = next(
        (each for each in resources if best in (each.get("uri"),) or best.endswith(each["id"])),
        resources[0],
    )
    return (
        tk.h.url_for("dataset_resource.edit", id=dataset["name"], resource_id=resource["id"])
        + field
    )


def _is_greek() -> bool:
    return tk.h.lang().startswith("el")
