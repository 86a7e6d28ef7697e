"""``ckan greekmunicipal diavgeia``: what a source of acts reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.console import FAILED
from ckanext.greekmunicipal.diavgeia import plan_text
from ckanext.greekmunicipal.diavgeia.errors import DiavgeiaError
from ckanext.greekmunicipal.harvesters import (
    datasets,
    diavgeia_gather,
    diavgeia_preview,
    following,
)
from ckanext.greekmunicipal.harvesters.diavgeia_options import SourceOptionError, read_options


@click.group()
def diavgeia() -> None:
    """Look at what a source of acts reads."""


@diavgeia.command()
@click.argument("source", metavar="SOURCE")
@click.option("--summary", is_flag=True, help="Only the sums.")
@click.pass_context
def plan(ctx: click.Context, source: str, summary: bool) -> None:
    """Print the requests that the next run of SOURCE will make, and why.

    SOURCE is the name of a harvest source. Nothing is asked and nothing changes.
    """

    def tell(found: Any) -> None:
        with datastore.transaction() as cursor:
            planned = diavgeia_gather.planned(cursor, found.id, read_options(found.config))
        told = plan_text.summary_of(planned) if summary else plan_text.lines_of(planned)
        for line in told:
            click.echo(line)

    _with_source(ctx, source, tell)


@diavgeia.command()
@click.argument("source", metavar="SOURCE")
@click.pass_context
def preview(ctx: click.Context, source: str) -> None:
    """Read one page of SOURCE as its next run would, and show what would be stored.

    Nothing is stored.
    """

    def tell(found: Any) -> None:
        seen = diavgeia_preview.preview(found.url, found.config)
        click.echo(f"{seen['asked']}: {seen['total']} acts, the newest {len(seen['acts'])}:")
        for act in seen["acts"]:
            told = (act[name] for name in ("ada", "issue_date", "family", "amount", "subject"))
            click.echo("  " + "  ".join(str(one) for one in told if one is not None))

    _with_source(ctx, source, tell)


def _with_source(ctx: click.Context, name: str, tell: Callable[[Any], None]) -> None:
    try:
        tell(following.source_of(name))
    except (
        following.SourceMissing,
        SourceOptionError,
        datasets.OrganizationMissing,
        DiavgeiaError,
    ) as error:
        click.echo(str(error), err=True)
        ctx.exit(FAILED)
