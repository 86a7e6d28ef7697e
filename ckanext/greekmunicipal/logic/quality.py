"""Quality of a dataset, or of the datasets of an organisation, as an action."""

from __future__ import annotations

from collections import Counter
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.logic import schema
from ckanext.greekmunicipal.quality import metrics, scoring
from ckanext.greekmunicipal.scores import answers, measuring, states

# Datasets of an organisation in one answer.
_MOST = 1000


def get_actions() -> dict[str, Any]:
    """The action."""
    return {"greekmunicipal_quality_show": greekmunicipal_quality_show}


@tk.side_effect_free
def greekmunicipal_quality_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Points by the Metadata Quality Assessment of data.europa.eu.

    Args:
        context: CKAN's.
        data_dict: ``id``, id or name of a dataset; or ``organization``, id or name of an
            organisation, with ``limit`` (100 by default, 1,000 at most) and ``offset``.

    Returns:
        For a dataset ``points`` (so far), ``up_to`` (if links that were not asked yet answer),
        ``of``, ``band``, ``dimensions`` with their metrics, ``violations`` of DCAT-AP,
        ``next_steps``, ``not_checked`` and ``links`` with what came of asking them. For an
        organisation ``mean`` (None without datasets), ``bands`` and ``datasets``, worst first;
        only public ones count.
    """
    tk.check_access("greekmunicipal_quality_show", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.quality_show(), context)
    if errors:
        raise tk.ValidationError(errors)
    if bool(data.get("id")) == bool(data.get("organization")):
        told = tk._("Name a data set (id) or an organisation (organization).")
        raise tk.ValidationError({"id": [told]})
    if data.get("id"):
        return of_dataset(tk.get_action("package_show")(_fresh(context), {"id": data["id"]}))
    organization = tk.get_action("organization_show")(
        _fresh(context), {"id": data["organization"], "include_extras": False}
    )
    return of_organization(organization, min(data.get("limit", 100), _MOST), data.get("offset", 0))


def of_dataset(dataset: dict[str, Any]) -> dict[str, Any]:
    """Score of a dataset that somebody was allowed to see.

    Args:
        dataset: what ``package_show`` gives.

    Raises:
        ObjectNotFound: it is a harvest source, or another package that is no dataset.
    """
    if dataset["type"] != "dataset":
        raise tk.ObjectNotFound(tk._("Only data sets have a quality."))
    kept = measuring.of_states(states.of_datasets([dataset["id"]]))
    # A draft is not kept: it changes with each step of the form.
    score = kept.get(dataset["id"]) or scoring.as_dict(measuring.score_of(dataset))
    return {
        "id": dataset["id"],
        "name": dataset["name"],
        **score,
        "links": answers.details(score["links"]),
    }


def of_organization(organization: dict[str, Any], limit: int, offset: int) -> dict[str, Any]:
    """Mean, distribution and datasets of an organisation, worst first."""
    current = states.of_organization(organization["id"])
    kept = measuring.of_states(current)
    scored = [
        {
            "id": each.id,
            "name": each.name,
            "title": kept[each.id]["title"],
            "points": kept[each.id]["points"],
            "up_to": kept[each.id]["up_to"],
            "of": kept[each.id]["of"],
            "band": kept[each.id]["band"],
            "next_steps": len(kept[each.id]["next_steps"]),
        }
        for each in current
        if each.id in kept
    ]
    scored.sort(key=lambda each: (each["points"], each["name"]))
    counted = Counter(each["band"] for each in scored)
    mean = sum(each["points"] for each in scored) / len(scored) if scored else None
    return {
        "organization": organization["id"],
        "name": organization["name"],
        "title": organization["title"],
        "count": len(scored),
        "not_scored": len(current) - len(scored),
        "mean": None if mean is None else round(mean, 1),
        "of": metrics.maximum(),
        "percent": None if mean is None else round(100 * mean / metrics.maximum(), 1),
        "band": None if mean is None else metrics.band(round(mean)).id,
        "bands": {band.id: counted[band.id] for band in metrics.bands()},
        "datasets": scored[offset : offset + limit],
    }


def _fresh(context: Any) -> Any:
    """A context for another action: it may not change that of ours."""
    return {key: context[key] for key in ("user", "auth_user_obj", "ignore_auth") if key in context}
