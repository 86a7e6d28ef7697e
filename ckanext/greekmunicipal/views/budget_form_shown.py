"""What the form shows of a checked budget: in the reader's language, ready to be laid out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.budgets.corrections import MEANINGS
from ckanext.greekmunicipal.budgets.records import EXECUTION_PHASES, LINES_COLUMNS, PHASES
from ckanext.greekmunicipal.harvesters import budget_reading
from ckanext.greekmunicipal.logic.budget_uploads import Held
from ckanext.greekmunicipal.privacy import NOT_SCANNED, Report
from ckanext.greekmunicipal.privacy.records import letters
from ckanext.greekmunicipal.publication import pages, store
from ckanext.greekmunicipal.vocabularies import media_type_of

Data = dict[str, Any]

_COLUMNS = {column.name: column for column in LINES_COLUMNS}
_ROWS_SHOWN = 12
VERSIONS_SHOWN = 40
_PRIVATE_SHOWN = 20
_LEVELS = ("error", "warning", "info")


def media_type(form: str) -> str:
    """Media type under which an original is sent: never one that a browser would run."""
    kind = media_type_of("txt" if form == "text" else form)
    return kind.media_type if kind and form != "xml" else "application/octet-stream"


def meaning(name: str) -> str:
    """What a meaning of a column is called."""
    named = {
        "code": tk._("Code (Κ.Α.)"),
        "label": tk._("Description of the line"),
        "service": tk._("Service (code and name)"),
        "side": tk._("Side (revenue or expenditure)"),
        "derived": tk._("Computed from others (percentage, balance)"),
        "ignored": tk._("Not needed"),
        "unknown": tk._("not understood"),
    }
    if name in named:
        return named[name]
    column = _COLUMNS.get(name)
    return (column.label_el if _is_greek() else column.label_en) if column else name


def side(name: str) -> str:
    """What a side is called."""
    return {"revenue": tk._("Revenue"), "expenditure": tk._("Expenditure")}.get(
        name, tk._("Unknown side")
    )


def of_report(report: Mapping[str, Any]) -> Data:
    """A checked budget for the page."""
    rows = report["rows"]
    return {
        **_frame(report["token"], report["columns"], report["corrections"]),
        "readable": True,
        "year_given": report["year_given"] or "",
        "remembered": report["remembered"],
        "files": [_file(file) for file in report["files"]],
        "chart": {
            "kae": tk._("ΚΑΕ (decision 7028/2004)"),
            "pd54": tk._("accounts of presidential decree 54/2018"),
        }.get(report["chart"] or "", tk._("none that is known")),
        "years": report["fiscal_years"],
        "period_end": report["period_end"],
        "sides": [
            {
                "name": side(name),
                "lines": count,
                "totals": [
                    {"name": meaning(phase), "amount": report["totals"][name][phase]}
                    for phase in PHASES
                    if phase in report["totals"].get(name, {})
                ],
            }
            for name, count in report["lines"].items()
        ],
        "rows": [
            {"name": name, "count": rows[key]}
            for key, name in (
                ("lines", tk._("budget lines")),
                ("subtotals", tk._("totals, checked and left out")),
                ("headers", tk._("headers")),
                ("notes", tk._("notes and titles")),
                ("blank", tk._("blank")),
                ("not_understood", tk._("not understood")),
            )
        ],
        "has_amounts": any(report["totals"].values()),
        "physical": rows["physical"],
        "findings": _findings(report["findings"]),
        "error_rules": sorted(
            {found["rule"] for found in report["findings"] if found["level"] == "error"}
        ),
        "counts": {
            level: sum(found["level"] == level for found in report["findings"]) for level in _LEVELS
        },
        "replaces": versions(report["replaces"]),
        "originals": [_original(entry) for entry in report["originals"]],
    }


def of_unknown(refusal: Mapping[str, Any], held: Held) -> Data:
    """Files in which no table was found: a person may say what their columns are."""
    corrections = list(held.corrections or ())
    return {
        **_frame(held.token, refusal["columns"], corrections),
        "readable": False,
        "year_given": held.year or "",
        "files": [{"name": name} for name in held.names],
    }


def _frame(token: str, columns: Iterable[Data], corrections: Iterable[Data]) -> Data:
    said = {(each["file"], each["sheet"], each["index"]): each["meaning"] for each in corrections}

    def stated(column: Data) -> str:
        for file in (column["file"], ""):
            for sheet in (column["sheet"], ""):
                if found := said.get((file, sheet, column["index"])):
                    return found
        return ""

    tables: dict[tuple[str, str], list[Data]] = {}
    for column in columns:
        tables.setdefault((column["file"], column["sheet"]), []).append(
            {
                **column,
                "letter": letters(column["index"] + 1),
                "stated": stated(column),
                "understood": meaning(column["meaning"]),
                "is_unknown": column["meaning"] == "unknown",
                "key": json.dumps(
                    {name: column[name] for name in ("file", "sheet", "index")},
                    ensure_ascii=False,
                    sort_keys=True,
                ),
            }
        )
    return {
        "token": token,
        "tables": [
            {"name": " – ".join(filter(None, place)), "columns": found}
            for place, found in tables.items()
        ],
        "meanings": [{"value": name, "text": meaning(name)} for name in MEANINGS],
    }


def _file(file: Mapping[str, Any]) -> Data:
    return {
        "name": file["file"],
        "format": file["format"].upper(),
        "encoding": file["encoding"] or "",
        "delimiter": {"\t": "tab", ";": ";", ",": ",", "|": "|"}.get(file["delimiter"] or "", ""),
        "sheets": ", ".join(file["sheets"]),
    }


def _findings(findings: Iterable[Mapping[str, Any]]) -> list[Data]:
    language = "el" if _is_greek() else "en"
    names = {
        "error": tk._("Error (stops publication)"),
        "warning": tk._("Warning"),
        "info": tk._("Note"),
    }
    return [
        {
            "level": found["level"],
            "level_name": names[found["level"]],
            "message": found[f"message_{language}"],
            "place": " – ".join(filter(None, (found.get("file"), found.get("sheet")))),
            "rows": ", ".join(map(str, found["rows"][:_ROWS_SHOWN])),
            "more": max(0, len(found["rows"]) - _ROWS_SHOWN),
        }
        for found in findings
    ]


def _original(entry: Mapping[str, Any]) -> Data:
    return {
        **pages.of_report(Report.from_dict(dict(entry))),
        "needs_confirmation": entry["needs_confirmation"],
        "label_withheld": entry["label_withheld"],
    }


def versions(found: Iterable[Mapping[str, Any]], most: int = VERSIONS_SHOWN) -> list[Data]:
    """Versions of parts of the budget, the newest first, and no more than some."""
    return [
        {
            **each,
            "side_name": side(each["side"]),
            "until_unknown": not each["period_end"]
            and not EXECUTION_PHASES.isdisjoint(each["totals"]),
            "source": tk._("by hand") if each["by"] == "form" else tk._("harvested"),
        }
        for each in list(found)[:most]
    ]


def private_files(found: Iterable[Mapping[str, Any]]) -> list[Data]:
    """Original files that nobody may fetch yet, each with what the scan found in it."""
    files: dict[str, Data] = {}
    for each in found:
        for file in each["files"]:
            digest = file["sha256"]
            if file["url"] or digest in files or budget_reading.original_of(digest) is None:
                continue
            report = store.report_of(digest) or Report(file["file"], NOT_SCANNED, digest)
            files[digest] = {
                **pages.of_report(replace(report, file=file["file"])),
                "fiscal_year": each["fiscal_year"],
                "period_end": each["period_end"],
            }
    return list(files.values())[:_PRIVATE_SHOWN]


def corrections(form: Any) -> list[Data]:
    """Meanings of columns as a form states them; an empty one leaves it to the file."""
    stated = []
    for name, key in form.items():
        if not name.startswith("column-"):
            continue
        chosen = form.get(f"meaning-{name.removeprefix('column-')}", "")
        try:
            column = json.loads(key)
        except ValueError:
            continue
        if chosen and isinstance(column, dict):
            stated.append({**column, "meaning": chosen})
    return stated


def changed(form: Any) -> bool:
    """Whether a form says other than what its page was made of."""
    if form.get("year", "").strip() != form.get("year_before", "").strip():
        return True
    return any(
        form.get(f"meaning-{name.removeprefix('before-')}", "") != before
        for name, before in form.items()
        if name.startswith("before-")
    )


def _is_greek() -> bool:
    return tk.h.lang().startswith("el")


__all__ = [
    "VERSIONS_SHOWN",
    "changed",
    "corrections",
    "media_type",
    "of_report",
    "of_unknown",
    "private_files",
    "versions",
]
