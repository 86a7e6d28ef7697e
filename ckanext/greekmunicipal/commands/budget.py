"""``ckan greekmunicipal budget``: publish budget files as the form does."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
import click

from ckanext.greekmunicipal.budgets.corrections import read_corrections
from ckanext.greekmunicipal.console import DONE, LOOK, Failure
from ckanext.greekmunicipal.harvesters.datasets import site_context

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True)
class _Upload:
    """A file as an action takes it."""

    filename: str
    stream: IO[bytes]


@click.group(short_help="Publish budget files.")
def budget() -> None:
    """Publish budget files: checked, stored and told of as those of the harvester."""


@budget.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--organization", required=True, metavar="SLUG", help="Whose budget it is.")
@click.option("--year", type=click.IntRange(1990, 2100), help="Year, if no file tells it.")
@click.option(
    "--mapping", type=_FILE, help="JSON list of columns with the meanings that you state."
)
@click.option(
    "--confirm", default="", metavar="REASON", help="Publish in spite of errors, and why."
)
@click.option(
    "--confirm-originals",
    default="",
    metavar="REASON",
    help="Serve the files although they may hold personal data, and why.",
)
@click.option("--no-originals", is_flag=True, help="Publish the table only, not the files.")
@click.option("--dry-run", is_flag=True, help="Say what would be published, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report and the result as JSON.")
@click.pass_context
def publish(
    ctx: click.Context,
    files: tuple[Path, ...],
    organization: str,
    year: int | None,
    mapping: Path | None,
    confirm: str,
    confirm_originals: str,
    no_originals: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Publish the FILES of one budget.

    Exit codes: 0 published; 1 a person must look: errors that are not confirmed (nothing is
    published), or a file that is not served since it may hold personal data; 2 it cannot be read.
    """
    said: dict[str, Any] = {"organization": organization}
    if year is not None:
        said["year"] = year
    if mapping is not None:
        said["corrections"] = _mapping(mapping)
    report = _checked(files, said)
    digests = [each["sha256"] for each in report["originals"]]
    order = {
        "organization": organization,
        "token": report["token"],
        "errors_confirmed": confirm,
        "originals": not no_originals,
        "personal_data_confirmed": digests if confirm_originals else [],
        "personal_data_reason": confirm_originals,
        "dry_run": dry_run,
    }
    try:
        done = tk.get_action("greekmunicipal_budget_publish")(site_context(), order)
    except tk.ValidationError as error:
        refused: dict[str, Any] = dict(error.error_dict)
        if "errors" not in refused:
            raise Failure(_told(refused)) from error
        if as_json:
            _print({"report": report, "status": "refused", "errors": refused["errors"]})
        click.echo(f"{_told(refused)} Mend the file, or say why with --confirm.", err=True)
        ctx.exit(LOOK)
    if as_json:
        _print({"report": report, **done})
    else:
        _show(report, done, dry_run=dry_run)
    for name in done["originals_withheld"]:
        click.echo(
            f"{name}: not served, since it may hold personal data. Look into it, then say why it"
            " may be served with --confirm-originals.",
            err=True,
        )
    ctx.exit(LOOK if done["originals_withheld"] else DONE)


def _mapping(path: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [each.as_dict() for each in read_corrections(entries)]
    except (OSError, ValueError) as error:
        raise Failure(f"--mapping {path}: {error}") from error


def _checked(files: tuple[Path, ...], said: dict[str, Any]) -> dict[str, Any]:
    with ExitStack() as opened:
        try:
            uploads = [_Upload(path.name, opened.enter_context(path.open("rb"))) for path in files]
        except OSError as error:
            raise Failure(f"{error.filename}: it cannot be opened ({error.strerror}).") from error
        try:
            return tk.get_action("greekmunicipal_budget_check")(
                site_context(), {**said, "upload": uploads}
            )
        except tk.ValidationError as error:
            raise Failure(_told(dict(error.error_dict))) from error
        except tk.ObjectNotFound as error:
            raise Failure(f"--organization {said['organization']}: {error}") from error


def _told(refused: dict[str, Any]) -> str:
    """What an action refused, as sentences."""
    names = ("upload", "year", "corrections", "errors_confirmed", "organization", "originals")
    return " ".join(str(text) for name in names for text in refused.get(name, ()))


def _show(report: dict[str, Any], done: dict[str, Any], *, dry_run: bool) -> None:
    would = "would be " if dry_run and done["status"] != "unchanged" else ""
    for part in done["parts"]:
        until = f" until {part['period_end']}" if part["period_end"] else ""
        click.echo(
            f"{done['dataset_name']}: {part['side']} {part['fiscal_year']}{until},"
            f" {part['lines']} lines {would}{done['status']}"
        )
    for found in report["findings"]:
        click.echo(f"{found['level']}: {found['message_en']}")
    if done["confirmed"]:
        click.echo(f"confirmed: {', '.join(done['confirmed'])}")


def _print(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
