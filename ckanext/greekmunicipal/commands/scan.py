"""``ckan greekmunicipal scan``: public tables that nobody looked into yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import ckan.model as model
import click

from ckanext.greekmunicipal.console import DONE, LOOK
from ckanext.greekmunicipal.privacy import Report
from ckanext.greekmunicipal.publication import gate, jobs, store
from ckanext.greekmunicipal.publication.items import Item, item_of
from ckanext.greekmunicipal.publication.looking import LINK_SECONDS, Look, Patience, look_into


@click.command()
@click.option("--again", is_flag=True, help="Look into resources that were looked into, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be looked into, look into nothing.")
@click.pass_context
def scan(ctx: click.Context, again: bool, dry_run: bool) -> None:
    """Look for personal data in public tables that were there before the scan was.

    And in links that could not be fetched when they were published. Nothing is changed in the
    portal: what is found is told here and to the editors. Exit code 1: something was found that
    nobody confirmed, or could not be looked into.
    """
    counts: Counter[str] = Counter()
    for package, item in _public_items(again=again):
        if dry_run:
            click.echo(f"{package.name}: {item.source} {item.url} would be looked into")
            continue
        look = look_into(item, Patience(LINK_SECONDS))
        if look is None or item.id is None:
            continue
        passage = gate.Passage([look])
        passage.remember(package.id, {item.index: item.id})
        counts[_state(look)] += 1
        if look.report.state != "clean":
            click.echo(f"{package.name}: {_line(look.report)}")
    if not dry_run:
        counts.update(jobs.scan_waiting_links())
        click.echo(", ".join(f"{state} {count}" for state, count in sorted(counts.items())) or "-")
    ctx.exit(LOOK if counts["found"] or counts["unreadable"] else DONE)


def _public_items(*, again: bool) -> Iterator[tuple[model.Package, Item]]:
    """What public resources publish and nobody looked into, dataset by dataset."""
    query = model.Session.query(model.Package.id).filter_by(
        state=model.State.ACTIVE, private=False, type="dataset"
    )
    for (package_id,) in query.order_by(model.Package.name).all():
        package = model.Package.get(package_id)
        if package is None:
            continue
        for index, resource in enumerate(package.resources):
            sent = {
                "id": resource.id,
                "url": resource.url,
                "url_type": resource.url_type,
                "format": resource.format,
            }
            item = item_of(index, sent)
            if item is not None and (again or not store.was_looked_into(resource.id)):
                yield package, item
        model.Session.expunge_all()


def _state(look: Look) -> str:
    """State of a look; what somebody confirmed needs nobody any more."""
    confirmed = store.is_confirmed(look.item.id or "", look.report.sha256)
    return "confirmed" if look.needs_confirmation and confirmed else look.report.state


def _line(report: Report) -> str:
    found = ", ".join(f"{kind} {count}" for kind, count in report.counts.items())
    reasons = " ".join(report.not_scanned)
    return f"{report.file}: {report.state} {found or reasons}"
