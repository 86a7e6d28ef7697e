"""``ckan greekmunicipal catalog``: look at a source of a foreign catalogue, confirm deletions."""

from __future__ import annotations

import json
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import click

from ckanext.greekmunicipal.console import DONE, FAILED


@click.group()
def catalog() -> None:
    """Sources of foreign catalogues."""


@catalog.command()
@click.argument("source")
@click.pass_context
def preview(ctx: click.Context, source: str) -> None:
    """Print the first record of SOURCE (name or id) as it would be published; store nothing."""
    found = _done(ctx, "greekmunicipal_catalog_preview", {"id": _id(source)})
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    ctx.exit(DONE)


@catalog.command()
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, confirm nothing.")
@click.pass_context
def confirm(ctx: click.Context, source: str, dry_run: bool) -> None:
    """Confirm that what vanished from SOURCE is to be deleted by its next harvest."""
    wanted = {"id": _id(source), "dry_run": dry_run}
    found = _done(ctx, "greekmunicipal_catalog_confirm_deletions", wanted)
    for record in found["records"]:
        click.echo(record)
    verb = "would be" if dry_run else "will be"
    click.echo(f"{len(found['records'])} datasets {verb} deleted by the next harvest")
    ctx.exit(DONE)


def _id(source: str) -> str:
    package = model.Package.get(source)
    return package.id if package is not None else source


def _done(ctx: click.Context, action: str, wanted: dict[str, Any]) -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    try:
        return tk.get_action(action)({"user": user["name"], "ignore_auth": True}, wanted)
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        told = getattr(error, "error_dict", {}).get("id") or [str(error)]
        click.echo(told[0], err=True)
        ctx.exit(FAILED)
