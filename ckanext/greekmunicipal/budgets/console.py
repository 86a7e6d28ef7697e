"""Commands ``greekmunicipal budget check`` and ``budget convert``.

Exit codes: 0 no error (warnings allowed), 1 errors found, 2 not readable.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ckanext.greekmunicipal.budgets.corrections import Correction, read_corrections
from ckanext.greekmunicipal.budgets.errors import UnreadableBudget
from ckanext.greekmunicipal.budgets.reader import read_budget
from ckanext.greekmunicipal.budgets.records import LINES_COLUMNS, PHASES, Budget
from ckanext.greekmunicipal.budgets.writing import write_all
from ckanext.greekmunicipal.console import DONE, LOOK, Failure

_Command = TypeVar("_Command", bound=Callable[..., Any])
_MARKS = {"error": "✗", "warning": "!", "info": "·"}
_SIDES = {"revenue": "Έσοδα", "expenditure": "Έξοδα", "unknown": "Άγνωστο σκέλος"}
_PHASES = {one.name: one.label_el.split(" (")[0].lower() for one in LINES_COLUMNS}
_ROWS_SHOWN = 8


def _shared_options(command: _Command) -> _Command:
    for decorate in (
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
        click.option("--year", type=click.IntRange(1990, 2100), help="Year, if no file tells it."),
        click.option("--municipality", metavar="SLUG", help="Slug of the municipality."),
        click.option(
            "--mapping",
            type=click.Path(path_type=Path, dir_okay=False),
            help="JSON list of columns as in the report, with the meanings that you state.",
        ),
        click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


@click.group(name="budget")
def budget() -> None:
    """Read budget files: what was understood, what does not add up."""


@budget.command()
@_shared_options
@click.pass_context
def check(
    ctx: click.Context,
    files: tuple[Path, ...],
    municipality: str | None,
    year: int | None,
    mapping: Path | None,
    as_json: bool,
) -> None:
    """Read the FILES of one budget and report; nothing is written."""
    read = _read(files, municipality, year, mapping)
    _show(read, as_json)
    ctx.exit(LOOK if read.has_errors else DONE)


@budget.command()
@_shared_options
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for lines.csv, report.json and datapackage.json.",
)
@click.pass_context
def convert(
    ctx: click.Context,
    files: tuple[Path, ...],
    municipality: str | None,
    year: int | None,
    mapping: Path | None,
    as_json: bool,
    output: Path,
) -> None:
    """Read the FILES of one budget and write its table, report and data package."""
    read = _read(files, municipality, year, mapping)
    try:
        write_all(read, output)
    except OSError as error:
        raise Failure(
            f"{output}: the result cannot be written ({error.strerror}). Expected: a folder that "
            "may be written to. Give another one with --output."
        ) from error
    _show(read, as_json)
    ctx.exit(LOOK if read.has_errors else DONE)


def _read(
    files: tuple[Path, ...], municipality: str | None, year: int | None, mapping: Path | None
) -> Budget:
    if municipality is not None:
        _known_municipality(municipality)
    try:
        return read_budget(
            files, municipality=municipality, year=year, corrections=_corrections(mapping)
        )
    except UnreadableBudget as error:
        raise Failure(str(error)) from error


def _corrections(mapping: Path | None) -> tuple[Correction, ...]:
    if mapping is None:
        return ()
    try:
        return read_corrections(json.loads(mapping.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise Failure(f"--mapping {mapping}: {error}") from error


def _known_municipality(slug: str) -> None:
    from ckanext.greekmunicipal.municipalities import by_slug

    try:
        by_slug(slug)
    except LookupError as error:
        raise Failure(
            f"--municipality {slug}: there is no municipality of this slug. Expected: a slug of "
            "the register such as dimos-tinou. Find it with: greekmunicipal municipality NAME"
        ) from error


def _show(read: Budget, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(read.report, ensure_ascii=False, indent=2))
        return
    report = read.report
    rows = report["rows"]
    years = ", ".join(map(str, report["fiscal_years"])) or "άγνωστο"
    click.echo(f"{report['file'].replace(';', ' + ')}: {report['format']}, έτος {years}")
    click.echo(
        f"Γραμμές αρχείου {rows['physical']}: γραμμές προϋπολογισμού {rows['lines']}, σύνολα "
        f"{rows['subtotals']}, κεφαλίδες {rows['headers']}, σημειώσεις {rows['notes']}, κενές "
        f"{rows['blank']}, ακατανόητες {rows['not_understood']}"
    )
    for side, count in report["lines"].items():
        totals = report["totals"].get(side, {})
        shown = ", ".join(f"{_PHASES[one]} {totals[one]}" for one in PHASES if one in totals)
        click.echo(f"{_SIDES[side]}: {count} γραμμές" + (f"; {shown}" if shown else ""))
    for found in read.findings:
        where = " ".join(part for part in (found.file, found.sheet) if part)
        numbers = ", ".join(map(str, found.rows[:_ROWS_SHOWN]))
        more = " …" if len(found.rows) > _ROWS_SHOWN else ""
        place = f" [{where}{' ' if where and numbers else ''}{numbers}{more}]"
        click.echo(f"{_MARKS[found.level]} {found.message_el}" + (place if place != " []" else ""))
