"""Pages of a body's acts.

``body`` says what there is and may be seen, ``asking`` reads an address, ``conditions`` makes SQL
of it, the modules beside them answer, ``pages`` shows.
"""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """Pages of acts."""
    from ckanext.greekmunicipal.views.acts import feed, pages, watching, withholding

    return [pages.blueprint, feed.blueprint, watching.blueprint, withholding.blueprint]
