"""``ckan greekmunicipal``: what needs CKAN."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import click

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.commands.adopt import adopt
from ckanext.greekmunicipal.commands.budget import budget
from ckanext.greekmunicipal.commands.catalog import catalog
from ckanext.greekmunicipal.commands.diavgeia import diavgeia
from ckanext.greekmunicipal.commands.feed import feed
from ckanext.greekmunicipal.commands.national import national
from ckanext.greekmunicipal.commands.quality import quality
from ckanext.greekmunicipal.commands.scan import scan
from ckanext.greekmunicipal.commands.search import search
from ckanext.greekmunicipal.commands.statements import statements
from ckanext.greekmunicipal.commands.validate import validate
from ckanext.greekmunicipal.commands.withhold import withhold
from ckanext.greekmunicipal.console import DONE, FAILED, LOOK
from ckanext.greekmunicipal.harvesters import following, setting_up, status, telling
from ckanext.greekmunicipal.municipalities import Municipality, UnknownMunicipalityError, by_slug

DIAVGEIA = "diavgeia"
BUDGET = setting_up.BUDGET


class Slug(click.ParamType):
    """Slug of a municipality of the register."""

    name = "slug"

    def convert(self, value: Any, param: Any, ctx: Any) -> Municipality:
        """Find the municipality.

        Raises:
            click.BadParameter: none has this slug.
        """
        try:
            return value if isinstance(value, Municipality) else by_slug(value)
        except UnknownMunicipalityError as error:
            self.fail(str(error), param, ctx)


class IsoDate(click.ParamType):
    """Date as 2019-01-31."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Check the date.

        Raises:
            click.BadParameter: it is none.
        """
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} was read: expected a date as 2019-01-31.", param, ctx)


class Address(click.ParamType):
    """Address of an API."""

    name = "url"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Check the address.

        Raises:
            click.BadParameter: it is none.
        """
        if not our_config.is_address(value):
            self.fail(f"{value!r} was read: expected an address as https://host/path.", param, ctx)
        return value


@click.group(short_help="Portal of Greek municipalities.")
def greekmunicipal() -> None:
    """Set up and fill the portal of Greek municipalities."""


@greekmunicipal.command()
@click.argument("municipalities", nargs=-1, required=True, type=Slug(), metavar="SLUG…")
@click.option(
    "--diavgeia-url", type=Address(), help="Address of the API; the configured one by default."
)
@click.option(
    "--first", type=IsoDate(), help="First issue date to read, as 2019-01-01; 2010 by default."
)
@click.option("--budgets", help="Folder of budget files, under the configured one.")
@click.option(
    "--budgets-from-diavgeia", is_flag=True, help="Read budgets from the documents of acts."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, change nothing.")
def setup(
    municipalities: tuple[Municipality, ...],
    diavgeia_url: str | None,
    first: str | None,
    budgets: str | None,
    budgets_from_diavgeia: bool,
    dry_run: bool,
) -> None:
    """Make the organisation and the harvest sources of municipalities.

    It can be repeated: what is there stays. With --budgets each municipality's
    files are read from the folder FOLDER/SLUG; with --budgets-from-diavgeia the
    documents of its acts that are budgets or statements of their execution.
    """
    if budgets is not None and budgets_from_diavgeia:
        raise click.UsageError(
            "Give --budgets or --budgets-from-diavgeia: two sources would give the same budgets."
        )
    for municipality in municipalities:
        steps = [setting_up.organization(municipality, dry_run=dry_run)]
        options: dict[str, Any] = {"bodies": [municipality.slug]}
        if first:
            options["first"] = first
        steps.append(
            setting_up.source(
                municipality,
                DIAVGEIA,
                f"Διαύγεια – {municipality.name_el}",
                diavgeia_url or our_config.base_url(),
                options,
                notes="Οι πράξεις του δήμου, από το OpenData API της Διαύγειας.",
                dry_run=dry_run,
            )
        )
        if budgets is not None:
            folder = "/".join(part for part in (budgets.strip("/"), municipality.slug) if part)
            steps.append(setting_up.budgets_of_folder(municipality, folder, dry_run=dry_run))
        elif budgets_from_diavgeia:
            steps.append(
                setting_up.budgets_of_diavgeia(municipality, diavgeia_url, first, dry_run=dry_run)
            )
        for step in steps:
            would = "would be " if dry_run and step.done != "unchanged" else ""
            click.echo(f"{municipality.slug}: {step.what} {step.name} {would}{step.done}")


@greekmunicipal.command()
@click.argument("municipalities", nargs=-1, required=True, type=Slug(), metavar="SLUG…")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--dry-run", is_flag=True, help="Say what would be harvested, start nothing.")
@click.pass_context
def harvest(
    ctx: click.Context, municipalities: tuple[Municipality, ...], as_json: bool, dry_run: bool
) -> None:
    """Harvest municipalities through the queue, follow it to the end and report.

    The gather and fetch consumers must run. Exit code 1: something needs a person.
    """
    try:
        sources = _sources(municipalities)
    except following.SourceMissing as missing:
        click.echo(str(missing), err=True)
        ctx.exit(FAILED)
    if dry_run:
        for name, source in sources:
            running = following.running_job(source.id)
            would = "runs already and would be followed" if running else "would be harvested"
            click.echo(f"{name} {would}: {source.url}")
        return
    jobs = [following.start(name) for name, _source in sources]
    line = telling.ProgressLine(quiet=as_json)
    try:
        progress = following.follow(jobs, line.show)
    except following.NoConsumer as silent:
        click.echo(str(silent), err=True)
        ctx.exit(FAILED)
    finally:
        line.close()
    reports = status.of_municipalities(municipalities, with_errors=True)
    click.echo(
        json.dumps(reports, ensure_ascii=False, indent=2)
        if as_json
        else telling.text_of(reports, municipalities)
    )
    gathering = telling.gather_errors(jobs)
    for message in gathering:
        click.echo(message, err=True)
    ctx.exit(LOOK if progress.failed or gathering else DONE)


def _sources(municipalities: tuple[Municipality, ...]) -> list[tuple[str, Any]]:
    """Harvest sources of municipalities; each must have one of acts, not each one of budgets."""
    found = []
    for municipality in municipalities:
        for kind in (DIAVGEIA, BUDGET):
            name = setting_up.source_name(municipality, kind)
            try:
                found.append((name, following.source_of(name)))
            except following.SourceMissing:
                if kind == DIAVGEIA:
                    raise
        named = {name for name, _ in found}
        found += [
            (name, source)
            for name, source in following.budget_sources(municipality.slug)
            if name not in named
        ]
    return found


greekmunicipal.add_command(adopt)
greekmunicipal.add_command(budget)
greekmunicipal.add_command(catalog)
greekmunicipal.add_command(diavgeia)
greekmunicipal.add_command(feed)
greekmunicipal.add_command(national)
greekmunicipal.add_command(quality)
greekmunicipal.add_command(scan)
greekmunicipal.add_command(search)
greekmunicipal.add_command(statements)
greekmunicipal.add_command(validate)
greekmunicipal.add_command(withhold)


def get_commands() -> list[click.Command]:
    """Commands of the plugin."""
    return [greekmunicipal]


__all__ = ["get_commands", "greekmunicipal"]
