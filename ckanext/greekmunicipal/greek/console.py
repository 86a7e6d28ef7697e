"""Commands on Greek text."""

from __future__ import annotations

import click

from ckanext.greekmunicipal.console import Failure
from ckanext.greekmunicipal.greek.elot743 import slug as elot_slug


@click.command()
@click.argument("text")
def slug(text: str) -> None:
    """ELOT 743 slug of TEXT."""
    name = elot_slug(text)
    if not name:
        raise Failure(f"«{text}» holds no letter or digit, so it has no slug: give a name.")
    click.echo(name)
