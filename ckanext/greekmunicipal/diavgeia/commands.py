"""Commands ``greekmunicipal acts fetch`` and ``acts convert``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from ckanext.greekmunicipal.console import DONE, LOOK, Failure
from ckanext.greekmunicipal.diavgeia.addresses import is_loopback_url
from ckanext.greekmunicipal.diavgeia.client import BASE_URL, Client, user_agent
from ckanext.greekmunicipal.diavgeia.errors import (
    DiavgeiaError,
    NotFound,
    RequestFailed,
    WindowNotProved,
)
from ckanext.greekmunicipal.diavgeia.export import WindowOutcome, write_families, write_manifest
from ckanext.greekmunicipal.diavgeia.organizations import read_organizations
from ckanext.greekmunicipal.diavgeia.plan import Window, split
from ckanext.greekmunicipal.diavgeia.recorded import UnreadableFile, decisions_of, read_json
from ckanext.greekmunicipal.diavgeia.rows import Labels
from ckanext.greekmunicipal.diavgeia.spool import Spool

_DATE = click.DateTime(["%Y-%m-%d"])
_OUTPUT = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path)


@click.group()
def acts() -> None:
    """Acts of Diavgeia, as tables without personal data."""


@acts.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--output", required=True, type=_OUTPUT, help="Folder for the tables.")
@click.option(
    "--organizations", type=_FILE, help="Recorded register of bodies, for the names of bodies."
)
@click.pass_context
def convert(
    ctx: click.Context, files: tuple[Path, ...], output: Path, organizations: Path | None
) -> None:
    """Turn recorded answers (search page, list, single act) into tables.

    Writes DIR/<family>/acts.csv and lines.csv; the last line of output is JSON with the counts.
    """
    labels = _labels(organizations)
    spool = Spool(labels)
    try:
        for path in files:
            with spool.whole_or_nothing() as batch:
                batch.add(decisions_of(read_json(path)))
            for reason, count in sorted(batch.skipped.items()):
                click.echo(f"{path}: {count} skipped, {_WHY.get(reason, reason)}.", err=True)
        _write(spool, output)
    except UnreadableFile as error:
        raise Failure(str(error)) from error
    finally:
        counts = spool.counts()
        spool.close()
    click.echo(json.dumps(counts, ensure_ascii=False))
    ctx.exit(LOOK if counts["skipped"] else DONE)


_WHY = {
    "not-an-act": "not an act of Diavgeia",
    "version-log": "a version log, which has no content of an act",
    "error-item": "an error of the service in the place of an act",
    "no-ada": "without a number (ΑΔΑ), so without a key",
    "bad-ada": "with a number (ΑΔΑ) of the wrong shape",
    "no-organization": "without the body that posted it",
}


def _labels(path: Path | None) -> Labels:
    if path is None:
        return Labels()
    try:
        found = read_organizations(read_json(path))
    except UnreadableFile as error:
        raise Failure(str(error)) from error
    labels = {body.uid: body.label for body in found if body.label}
    if not labels:
        raise Failure(
            f"{path} names no body: expected the answer of /organizations, a list of bodies or one."
        )
    return Labels(labels)


def _write(spool: Spool, output: Path) -> None:
    try:
        for path in write_families(spool, output):
            click.echo(str(path))
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror or error}.") from error


@acts.command()
@click.option("--org", required=True, help="Diavgeia uid of the body.")
@click.option("--from", "first", required=True, type=_DATE, help="First issue date.")
@click.option("--to", "last", required=True, type=_DATE, help="Last issue date, included.")
@click.option("--output", required=True, type=_OUTPUT, help="Folder for the tables.")
@click.option("--base-url", help="Another address, such as that of the simulator.")
@click.option("--submitted-from", type=_DATE, help="Only what was changed on or after this date.")
@click.option("--contact", default="", help="Whom Diavgeia can ask about these requests.")
@click.option("--delay", type=click.FloatRange(0), help="Seconds between requests; 1 by default.")
@click.option("--allow-private", is_flag=True, help="Allow an address of a private network.")
@click.pass_context
def fetch(
    ctx: click.Context,
    org: str,
    first: dt.datetime,
    last: dt.datetime,
    output: Path,
    base_url: str | None,
    submitted_from: dt.datetime | None,
    contact: str,
    delay: float | None,
    allow_private: bool,
) -> None:
    """Read the acts of one body from Diavgeia into tables.

    Writes DIR/<family>/acts.csv and lines.csv, and DIR/manifest.csv with one line for each window
    that was asked; the last line of output is JSON with the counts. Windows that did not prove
    themselves are in the manifest, their acts are not in the tables, and the exit code is 1.
    """
    windows = _windows(org, first.date(), last.date(), submitted_from)
    local = base_url is not None and is_loopback_url(base_url)
    if delay is None:
        delay = 0.0 if local else 1.0
    try:
        with Client(
            base_url or BASE_URL,
            delay=delay,
            user_agent=user_agent(contact),
            allow_private=allow_private or local,
        ) as client:
            counts, outcomes = _fetch(client, windows, output)
    except DiavgeiaError as error:
        raise Failure(str(error)) from error
    failed = [outcome for outcome in outcomes if outcome.proof is None]
    click.echo(json.dumps({**counts, "windows": len(outcomes), "failed_windows": len(failed)}))
    if len(failed) == len(outcomes):
        raise Failure(f"None of the {len(outcomes)} windows could be read: {failed[0].reason}")
    ctx.exit(LOOK if failed or counts["skipped"] else DONE)


def _windows(
    org: str, first: dt.date, last: dt.date, submitted_from: dt.datetime | None
) -> list[Window]:
    try:
        since = submitted_from.date() if submitted_from else None
        bounds = split(first, last + dt.timedelta(days=1))
        return [Window(org, issue_from, issue_to, since) for issue_from, issue_to in bounds]
    except ValueError as error:
        raise Failure(f"{error} Give --org a uid and --from a date not after --to.") from error


def _fetch(
    client: Client, windows: list[Window], output: Path
) -> tuple[dict[str, Any], list[WindowOutcome]]:
    spool = Spool(_body_label(client, windows[0].organization_uid))
    outcomes: list[WindowOutcome] = []
    try:
        for window in windows:
            outcome = _read_window(client, window, spool)
            outcomes.append(outcome)
            if outcome.reason:
                click.echo(outcome.reason, err=True)
            elif outcome.proof:
                click.echo(f"{window}: {outcome.proof.total} acts", err=True)
        _write(spool, output)
        output.mkdir(parents=True, exist_ok=True)
        write_manifest(outcomes, output / "manifest.csv")
        click.echo(str(output / "manifest.csv"))
        return spool.counts(), outcomes
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror or error}.") from error
    finally:
        spool.close()


def _body_label(client: Client, uid: str) -> Labels:
    labels = Labels()
    if labels.organization(uid):
        return labels
    try:
        return Labels({uid: client.organization(uid).label})
    except NotFound as error:
        raise Failure(f"Diavgeia knows no body with the uid {uid}.") from error


def _read_window(client: Client, window: Window, spool: Spool) -> WindowOutcome:
    answer = client.read_window(window)
    try:
        with spool.whole_or_nothing() as batch:
            for page in answer:
                if page.number == 0:
                    batch.restart()
                batch.add(page.decisions)
    except (WindowNotProved, RequestFailed) as error:
        return WindowOutcome(window, None, str(error))
    return WindowOutcome(window, answer.proof)
