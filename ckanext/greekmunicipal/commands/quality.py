"""``ckan greekmunicipal quality``: scores of the portal's datasets, and the check of their links."""

from __future__ import annotations

import json
from typing import Any

import ckan.model as model
import click

from ckanext.greekmunicipal.console import DONE, FAILED, LOOK
from ckanext.greekmunicipal.quality import metrics
from ckanext.greekmunicipal.scores import checking, measuring, states
from ckanext.greekmunicipal.scores.states import State

# Long enough for a first run over a country.
_MEASURING = 24 * 3600.0  # seconds


@click.command()
@click.option("--organization", metavar="NAME", help="Only the data sets of this organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--check-links", is_flag=True, help="Ask the links that are due, politely.")
@click.option("--dry-run", is_flag=True, help="Say which links would be asked, ask none.")
@click.option(
    "--limit", type=click.IntRange(1), default=1000, show_default=True, help="Links at most."
)
@click.option(
    "--minutes", type=click.FloatRange(0), default=30.0, show_default=True, help="Time at most."
)
@click.pass_context
def quality(
    ctx: click.Context,
    organization: str | None,
    as_json: bool,
    check_links: bool,
    dry_run: bool,
    limit: int,
    minutes: float,
) -> None:
    """Points of the portal's public data sets at data.europa.eu, worst first.

    With --check-links their links are asked first: each good answer is believed for a week, a bad
    one for a day. Exit code 1: something is to be mended.
    """
    try:
        wanted = _wanted(organization)
    except LookupError as missing:
        click.echo(str(missing), err=True)
        ctx.exit(FAILED)
    if dry_run:
        due = checking.due(wanted, limit)
        click.echo(json.dumps(due, indent=2) if as_json else "\n".join(due))
        ctx.exit(DONE)
    checked = None
    if check_links:
        checked = checking.check(wanted, most=limit, seconds=60 * minutes)
        if organization is None:
            checking.tidy()
    scores = measuring.of_states(wanted, seconds=_MEASURING)
    names = {each.id: each.name for each in wanted}
    ranked = sorted(scores.items(), key=lambda each: (each[1]["points"], names[each[0]]))
    if as_json:
        click.echo(json.dumps(_report(ranked, names, checked), ensure_ascii=False, indent=2))
    else:
        _print(ranked, names, checked)
    for package_id in sorted(set(names) - set(scores)):
        click.echo(
            f"No score: {names[package_id]} cannot be written as RDF; see the log.", err=True
        )
    wrong = len(scores) < len(wanted) or any(score["next_steps"] for _, score in ranked)
    ctx.exit(LOOK if wrong else DONE)


def _wanted(organization: str | None) -> list[State]:
    if organization is None:
        return states.of_portal()
    found: Any = model.Group.get(organization)
    if found is None or not found.is_organization or found.state != model.State.ACTIVE:
        raise LookupError(
            f"{organization!r} was read: expected the name or id of an organisation of this portal,"
            " as dimos-tinou."
        )
    return states.of_organization(found.id)


def _report(
    ranked: list[tuple[str, dict[str, Any]]],
    names: dict[str, str],
    checked: checking.Checked | None,
) -> dict[str, Any]:
    return {
        "count": len(ranked),
        "mean": _mean(ranked),
        "of": metrics.maximum(),
        "links": None
        if checked is None
        else {
            "asked": checked.asked,
            "answering": checked.answering,
            "broken": list(checked.broken),
            "left": checked.left,
        },
        "datasets": [{"id": each, "name": names[each], **score} for each, score in ranked],
    }


def _print(
    ranked: list[tuple[str, dict[str, Any]]],
    names: dict[str, str],
    checked: checking.Checked | None,
) -> None:
    if checked is not None:
        click.echo(
            f"links: {checked.asked} asked, {checked.answering} answer,"
            f" {len(checked.broken)} do not, {checked.left} due still"
        )
        for url in checked.broken:
            click.echo(f"  does not answer: {url}")
    for package_id, score in ranked:
        up_to = f" (up to {score['up_to']})" if score["not_checked"] else ""
        click.echo(f"{score['points']:>4}/{score['of']}{up_to}  {names[package_id]}")
        for step in score["next_steps"]:
            click.echo(f"      +{step['points']:<3} {step['step_en']}")
    click.echo(f"data sets: {len(ranked)}, mean: {_mean(ranked)} of {metrics.maximum()}")


def _mean(ranked: list[tuple[str, dict[str, Any]]]) -> float | None:
    points = [score["points"] for _, score in ranked]
    return round(sum(points) / len(points), 1) if points else None
