"""Command that looks up the register."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from ckanext.greekmunicipal.console import DONE, FAILED, LOOK, show_error
from ckanext.greekmunicipal.municipalities.finding import Answer, answer, nearest
from ckanext.greekmunicipal.municipalities.register import Municipality

FIELDS = (
    "slug",
    "name_el",
    "common_name_el",
    "name_en",
    "diavgeia_uid",
    "afm",
    "elstat_code",
    "elstat_edition",
    "region_el",
    "region_en",
    "nuts3",
    "predecessors",
)


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print an array of JSON objects.")
@click.pass_context
def municipality(ctx: click.Context, text: str, as_json: bool) -> None:
    """Municipalities that TEXT names, by name in any spelling, slug, uid, ΑΦΜ or code.

    Ends with 0 for one match, 1 for several, 2 for none (nearest names on standard error).
    """
    found = answer(text)
    if as_json:
        rows = [_record(match) for match in found.municipalities]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for match in found.municipalities:
            click.echo(_line(match))
    _explain(text, found)
    codes = {0: FAILED, 1: DONE}
    ctx.exit(codes.get(len(found.municipalities), LOOK))


def _record(match: Municipality) -> dict[str, Any]:
    values = asdict(match)
    return {field: values[field] for field in FIELDS}


def _line(match: Municipality) -> str:
    return (
        f"{match.slug}\n"
        f"  {match.name_el} ({match.common_name_el}), {match.name_en}\n"
        f"  Diavgeia {match.diavgeia_uid}, ΑΦΜ {match.afm},"
        f" ELSTAT {match.elstat_code} (edition {match.elstat_edition}), NUTS {match.nuts3}\n"
        f"  Περιφέρεια {match.region_el} ({match.region_en})"
    )


def _explain(text: str, found: Answer) -> None:
    if found.predecessor is not None:
        show_error(
            f"{found.predecessor.name_el} was abolished on {found.predecessor.abolished};"
            f" these {len(found.municipalities)} succeeded it."
        )
    elif len(found.municipalities) > 1:
        show_error(f"«{text}» fits {len(found.municipalities)} municipalities: choose by slug.")
    elif not found.municipalities:
        show_error(f"No municipality of the register is named «{text}».{_nearest(text)}")


def _nearest(text: str) -> str:
    close = nearest(text)
    if not close:
        return " Give a name, slug, Diavgeia uid, ΑΦΜ or ELSTAT code."
    return " Nearest names:" + "".join(
        f"\n  {match.common_name_el} ({match.slug})" for match in close
    )
