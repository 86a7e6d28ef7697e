"""``ckan greekmunicipal feed``: the fragments and the dumps of the catalogue."""

from __future__ import annotations

import click

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal import downloads
from ckanext.greekmunicipal.console import DONE, FAILED, LOOK
from ckanext.greekmunicipal.dcat.feed import dump, fragments, settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be written, change nothing.")
@click.option("--force", is_flag=True, help="Write the dumps though they are up to date.")
@click.pass_context
def feed(ctx: click.Context, dry_run: bool, force: bool) -> None:
    """Bring the catalogue feed and its dumps up to date.

    Web requests do the same when they need it; from cron, no reader waits.
    Exit code 1: datasets had to be left out, named on standard error.
    """
    if dry_run:
        _tell_what_is_due()
        return
    try:
        report = dump.write(force=force)
    except dump.NoStorageError as error:
        click.echo(str(error), err=True)
        ctx.exit(FAILED)
    gone = fragments.forget_missing([row.id for rows in dump.batches() for row in rows])
    done = "written" if report.written else "up to date"
    click.echo(f"datasets: {report.datasets}, described anew: {report.made}, forgotten: {gone}")
    click.echo(f"files of tables that were out of date: {downloads.forget_outdated()}, dropped")
    for extension, size in report.files.items():
        click.echo(f"{our_config.portal_address(f'{dump.PATH}.{extension}')}: {size} bytes, {done}")
    for package_id in report.broken:
        click.echo(f"Left out, since it cannot be written: {package_id}; see the log.", err=True)
    ctx.exit(LOOK if report.broken else DONE)


def _tell_what_is_due() -> None:
    count = due = 0
    for rows in dump.batches():
        count += len(rows)
        due += fragments.outdated(rows)
    click.echo(f"datasets: {count}, to be described anew: {due}")
    current = dump.latest()
    stale = current is None or current.state != dump.state()
    formats = ", ".join(settings.dump_formats()) or "none configured"
    click.echo(f"dumps ({formats}): {'would be written' if stale else 'up to date'}")
