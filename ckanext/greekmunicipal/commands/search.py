"""``ckan greekmunicipal search``: whether all is found by the rules of today, and mending it."""

from __future__ import annotations

import click

from ckanext.greekmunicipal import row_text
from ckanext.greekmunicipal import search as index
from ckanext.greekmunicipal.console import DONE, LOOK


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be filled, fill nothing.")
@click.pass_context
def search(ctx: click.Context, dry_run: bool) -> None:
    """Fill tables again whose rows are found by rules of before an upgrade.

    Exit code 1: datasets have to be indexed again, which is CKAN's own command; with --dry-run
    also if a table has to be filled.
    """
    stale = [table for table in row_text.tables() if not table.is_fresh]
    for table in stale:
        if dry_run:
            click.echo(f"{table.resource_id} ({table.kind}): to be filled")
        else:
            click.echo(f"{table.resource_id} ({table.kind}): {row_text.refill(table)} rows filled")
    click.echo(f"{len(stale)} tables with rows of other rules")
    datasets = index.stale()
    click.echo(f"{datasets} datasets indexed with other rules")
    if datasets:
        click.echo("Index them again: ckan search-index rebuild", err=True)
    ctx.exit(LOOK if datasets or (stale and dry_run) else DONE)
