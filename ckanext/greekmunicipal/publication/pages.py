"""What the pages show of findings: for those who may edit the dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.privacy import NOT_SCANNED, UNREADABLE, Report
from ckanext.greekmunicipal.publication import store, wording
from ckanext.greekmunicipal.publication.gate import FINDINGS

_CELLS = 8
_DIGEST = 12


def refused_files(errors: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Files that a form could not publish, each with its findings as rows of a table.

    Args:
        errors: errors of the form of a resource or of a dataset.
    """
    errors = errors or {}
    own = [errors, *(each for each in errors.get("resources") or () if isinstance(each, Mapping))]
    found: dict[str, dict[str, Any]] = {}
    for error in own:
        for data in error.get(FINDINGS) or ():
            if isinstance(data, Mapping):
                report = Report.from_dict(dict(data))
                found[report.sha256] = of_report(report)
    return list(found.values())


def of_report(report: Report) -> dict[str, Any]:
    """A report in the words of the reader."""
    return {
        "file": report.file,
        "sha256": report.sha256,
        "short_digest": report.sha256[:_DIGEST],
        "unreadable": report.state == UNREADABLE,
        "not_scanned": report.state == NOT_SCANNED,
        "reasons": [wording.reason(text) for text in report.not_scanned],
        "rows": list(_rows(report)),
    }


def _rows(report: Report) -> Iterable[dict[str, Any]]:
    for finding in report.findings:
        cells = [cell["address"] for cell in finding.cells[:_CELLS]]
        yield {
            "kind": wording.kind(finding.kind),
            "certainty": wording.certainty(finding.certainty),
            "place": wording.place(finding),
            "header": finding.header,
            "count": finding.count,
            "filled": finding.filled,
            "cells": ", ".join(cells) + (" …" if finding.count > len(cells) else ""),
            "legal_range": finding.legal_range,
        }


def status(package_id: str, resource_id: str) -> dict[str, Any] | None:
    """What was looked at in a resource; None for readers, and where nothing was."""
    try:
        tk.check_access("greekmunicipal_personal_data_show", {}, {"id": package_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None
    found = next(
        (each for each in store.status_of(package_id) if each["resource_id"] == resource_id), None
    )
    if found is None:
        return None
    report = Report.from_dict(found["report"]) if found["report"] else None
    reasons = [wording.reason(found["problem"])] if found["problem"] else []
    shown = of_report(report) if report else {"rows": [], "reasons": reasons}
    return {**shown, **{key: found[key] for key in ("state", "waiting", "confirmations")}}
