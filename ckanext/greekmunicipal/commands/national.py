"""``ckan greekmunicipal national``: files of all bodies together."""

from __future__ import annotations

import click

from ckanext.greekmunicipal.console import DONE, FAILED
from ckanext.greekmunicipal.diavgeia.families import FAMILIES

_SLUGS = tuple(family.slug for family in FAMILIES)


@click.command()
@click.argument("families", nargs=-1, type=click.Choice(_SLUGS), metavar="[FAMILY…]")
@click.option("--organization", required=True, help="Organisation that publishes; its name.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, change nothing.")
@click.pass_context
def national(
    ctx: click.Context, families: tuple[str, ...], organization: str, dry_run: bool
) -> None:
    """Publish the acts of all bodies together, one dataset a family, all families by default.

    Each has yearly CSV and Parquet files; only years whose rows changed are
    written again. Run it each night after the harvest.
    """
    from ckanext.greekmunicipal.harvesters import national_datasets

    for family in families or _SLUGS:
        try:
            found = national_datasets.rebuild(family, organization, dry_run=dry_run)
        except national_datasets.NoOrganizationError as error:
            click.echo(str(error), err=True)
            ctx.exit(FAILED)
        except OSError as error:
            click.echo(
                f"The files of {family} cannot be written: {error.strerror or error}. What was"
                " there stays; make room and run the command again.",
                err=True,
            )
            ctx.exit(FAILED)
        would = "would be written" if dry_run else "written"
        click.echo(
            f"{family}: {len(found.written)} files {would}, {found.current} up to date,"
            f" {len(found.dropped)} dropped" + (f", dataset {found.status}" if not dry_run else "")
        )
    ctx.exit(DONE)
