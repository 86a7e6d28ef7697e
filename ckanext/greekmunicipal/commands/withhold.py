"""``ckan greekmunicipal withhold``: an act is withheld on a person's objection."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.console import DONE, FAILED
from ckanext.greekmunicipal.harvesters import acts_withheld
from ckanext.greekmunicipal.harvesters.datasets import site_context


@click.command()
@click.argument("ada")
@click.option("--reason", required=True, help="Why; kept in the log, for administrators: no names.")
@click.option("--undo", is_flag=True, help="End the withholding; the act is read again.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, change nothing.")
@click.pass_context
def withhold(ctx: click.Context, ada: str, reason: str, undo: bool, dry_run: bool) -> None:
    """Withhold an act on a person's objection: at once, and after each harvest."""
    with datastore.transaction() as cursor:
        act = acts_withheld.known(cursor, ada)
    if act is None:
        click.echo(f"{ada!r} was read: expected the ADA of an act that is stored here.", err=True)
        ctx.exit(FAILED)
    if dry_run:
        state = "is withheld" if act.is_withheld else "is shown"
        todo = "its withholding would end" if undo else "it would be withheld"
        click.echo(f"{act.ada} ({act.family} of body {act.organization_uid}) {state}; {todo}.")
        ctx.exit(DONE)
    action = "greekmunicipal_act_withhold_undo" if undo else "greekmunicipal_act_withhold"
    context: Any = site_context()
    try:
        tk.get_action(action)(context, {"ada": ada, "reason": reason})
    except tk.ValidationError as refused:
        click.echo(str(refused.error_summary), err=True)
        ctx.exit(FAILED)
    click.echo(f"{act.ada} {'is read from Diavgeia again' if undo else 'is withheld'}.")
