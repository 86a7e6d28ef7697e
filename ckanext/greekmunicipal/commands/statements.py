"""``ckan greekmunicipal statements``: monthly statements that are due."""

from __future__ import annotations

import datetime as dt

import click

from ckanext.greekmunicipal import reminders
from ckanext.greekmunicipal.console import DONE, LOOK
from ckanext.greekmunicipal.greek import ATHENS


@click.group()
def statements() -> None:
    """Monthly statements of budgets (law 4727/2020 art. 82)."""


@statements.command()
@click.option("--dry-run", is_flag=True, help="Say who would be reminded of what, send nothing.")
@click.pass_context
def remind(ctx: click.Context, dry_run: bool) -> None:
    """Remind administrators by mail of statements that are due in five days or missing.

    Of each month a municipality is reminded once. Meant for cron, once a day. Exit code 1: somebody
    could not be reminded.
    """
    problems = []
    sent = 0
    for reminder in reminders.due(dt.datetime.now(ATHENS).date()):
        ends = ", ".join(month.period_end.isoformat() for month in reminder.months)
        if not reminder.administrators:
            problems.append(
                f"{reminder.organization}: nobody to remind of {ends}. Give the organisation an"
                " administrator with a mail address."
            )
            continue
        names = ", ".join(user.name for user in reminder.administrators)
        would = "would be reminded" if dry_run else "reminded"
        if not dry_run:
            count, failed = reminders.send(reminder)
            problems += failed
            sent += count
            if not count:
                continue
        click.echo(f"{reminder.organization}: {would} of {ends}: {names}")
    click.echo("nothing was sent (dry run)" if dry_run else f"mails sent: {sent}")
    for problem in problems:
        click.echo(problem, err=True)
    ctx.exit(LOOK if problems else DONE)
