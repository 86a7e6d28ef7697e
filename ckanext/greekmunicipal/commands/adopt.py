"""``ckan greekmunicipal adopt``: datasets from before this extension, given our schema."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import Any

import click

from ckanext.greekmunicipal import adoption
from ckanext.greekmunicipal.catalogs.stock_terms import term
from ckanext.greekmunicipal.console import DONE, FAILED, LOOK

SHOWN = 120


class Licence(click.ParamType):
    """A licence of the EU table."""

    name = "licence"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Find the licence.

        Raises:
            click.BadParameter: none is meant.
        """
        found = term("licence", value)
        if found is None:
            self.fail(f"{value!r} was read: expected a licence such as CC_BY_4_0.", param, ctx)
        return found


@click.command()
@click.option("--organization", metavar="NAME", help="Only the datasets of this organisation.")
@click.option("--dataset", "datasets", multiple=True, metavar="NAME", help="Only this dataset.")
@click.option(
    "--licence", type=Licence(), help="Licence of data of which none is known, as CC_BY_4_0."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, change nothing.")
@click.pass_context
def adopt(
    ctx: click.Context,
    organization: str | None,
    datasets: tuple[str, ...],
    licence: str | None,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Give datasets from before this extension the fields of its schema.

    Nothing is lost: what has no field stays an extra, and what had to be written
    differently is kept in the extra stock_metadata. It can be interrupted and
    repeated. Exit code 1: something needs a person.
    """
    try:
        results = adoption.adopt(
            organization=organization, datasets=datasets, licence=licence, dry_run=dry_run
        )
    except adoption.NothingToAdoptError as error:
        click.echo(str(error), err=True)
        ctx.exit(FAILED)
    counts: Counter[str] = Counter()
    for result in results:
        counts.update({result.state: 1, "looks": len(result.looks), "kept": len(result.kept)})
        if as_json:
            click.echo(json.dumps(dataclasses.asdict(result), ensure_ascii=False))
        elif result.state != adoption.UNCHANGED:
            click.echo(_told(result, dry_run=dry_run))
    told = _counted(counts, dry_run=dry_run)
    click.echo(json.dumps(dict(counts)) if as_json else told)
    look = counts["looks"] or counts[adoption.UNDECIDED] or counts[adoption.FAILED]
    ctx.exit(LOOK if look else DONE)


def _told(result: adoption.Result, *, dry_run: bool) -> str:
    would = "would be " if dry_run and result.state == adoption.ADOPTED else ""
    lines = [f"{result.name}: {would}{result.state}"]
    if result.error:
        lines.append(f"  {result.error}")
    lines += [
        f"  {change.field}: {_value(change.before)} -> {_value(change.after)}"
        for change in result.changes
    ]
    if result.filled:
        lines.append(f"  filled: {', '.join(result.filled)}")
    if result.kept:
        lines.append(f"  stays an extra: {', '.join(result.kept)}")
    lines += [f"  look at {look.field}: {_value(look.value)}: {look.why}" for look in result.looks]
    return "\n".join(lines)


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _counted(counts: Counter[str], *, dry_run: bool) -> str:
    states = (adoption.ADOPTED, adoption.UNCHANGED, adoption.UNDECIDED, adoption.FAILED)
    total = sum(counts[state] for state in states)
    told = ", ".join(f"{counts[state]} {state}" for state in states)
    would = " (dry run, nothing changed)" if dry_run else ""
    return (
        f"{total} datasets: {told}; {counts['kept']} extras stay, {counts['looks']} to look at"
        + (would)
    )
