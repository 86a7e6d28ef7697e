"""Command ``greekmunicipal scan``: what in a file looks as if it belonged to a person.

Exit codes: 0 nothing found, 1 findings or parts that could not be looked at, 2 not readable.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from ckanext.greekmunicipal.console import DONE, LOOK, Failure
from ckanext.greekmunicipal.privacy.guarded import scan_guarded
from ckanext.greekmunicipal.privacy.records import (
    CLEAN,
    FOUND,
    UNREADABLE,
    Finding,
    Report,
    letters,
)

KIND_LABELS = {
    "afm": "ΑΦΜ",
    "amka": "ΑΜΚΑ",
    "iban": "IBAN",
    "phone": "τηλέφωνο",
    "email": "ηλεκτρονική διεύθυνση",
    "name": "όνομα προσώπου",
}
CERTAINTY_LABELS = {"certain": "βέβαιο", "likely": "πιθανό", "possible": "ενδεχόμενο"}
# A script may wait longer than a person.
_SECONDS = 600


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def scan(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Look in FILE for tax and social security numbers, IBAN, telephones and names of persons.

    CSV and other text, XLSX, XLS, ODS, JSON, GeoJSON, and ZIP archives of these. The cells are
    told, their values never.
    """
    try:
        report = scan_guarded(file, seconds=_SECONDS)
    except OSError as error:
        raise Failure(
            f"{file}: it cannot be opened ({error.strerror}). Expected: a file that may be read. "
            "Check the path."
        ) from error
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        _show(report)
    if report.state == UNREADABLE:
        raise Failure(f"{report.file}: {' '.join(report.not_scanned)}")
    ctx.exit(DONE if report.state == CLEAN else LOOK)


def _show(report: Report) -> None:
    if report.state == CLEAN:
        click.echo(f"{report.file}: {report.rows} γραμμές, δεν βρέθηκαν προσωπικά δεδομένα")
    elif report.state == FOUND:
        counts = ", ".join(f"{KIND_LABELS[kind]}: {n}" for kind, n in report.counts.items())
        click.echo(f"{report.file}: {report.rows} γραμμές, κελιά με {counts}")
    for finding in report.findings:
        click.echo("  " + line_of(finding))
    if report.state != UNREADABLE:
        for reason in report.not_scanned:
            click.echo(f"  δεν ελέγχθηκε: {reason}")


def line_of(finding: Finding) -> str:
    """A finding as one line for a person."""
    place = " ".join(
        part
        for part in (
            finding.sheet,
            f"στήλη {letters(finding.column)}",
            f"«{finding.header}»" if finding.header else "",
        )
        if part
    )
    cells = ", ".join(cell["address"] for cell in finding.cells[:5])
    more = " …" if finding.count > len(finding.cells[:5]) else ""
    legal = (
        f", από αυτά {finding.legal_range} συνήθως νομικών προσώπων" if finding.legal_range else ""
    )
    return (
        f"{KIND_LABELS[finding.kind]} ({CERTAINTY_LABELS[finding.certainty]}): {place}: "
        f"{finding.count} από {finding.filled} κελιά{legal} [{cells}{more}]"
    )
