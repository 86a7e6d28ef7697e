"""The first record of a catalogue as it would be published: what a source says when it is saved."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.harvesters import working
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.web import Limits, Web
from ckanext.greekmunicipal.harvesters.catalogs import ckan_pages, dcat_pages
from ckanext.greekmunicipal.harvesters.catalogs.options import Options
from ckanext.greekmunicipal.harvesters.catalogs.pages import KnownPage, Page
from ckanext.greekmunicipal.harvesters.catalogs.shape import shape

# A person waits for it.
_SECONDS = 20.0


def of_options(options: Options) -> dict[str, Any]:
    """Read and map one record; nothing is stored.

    Args:
        options: of the source.

    Returns:
        ``total`` (None where the catalogue does not count), ``record``, ``page``, ``dataset`` in
        our fields, and ``not_mapped``.

    Raises:
        SourceFailure: the catalogue cannot be read, or is empty.
        UnusableRecordError: nothing can be made of its first record.
    """
    limits = Limits(seconds=_SECONDS, tries=1)
    with Web(
        throttle=working.shared_throttle(our_config.delay()),
        user_agent=our_config.user_agent(),
        allowed_hosts=our_config.allowed_private_hosts(),
        limits=limits,
    ) as web:
        page = _first_page(options, web)
        for item in islice(page.items or (), 1):
            found = item.map()
            return {
                "total": page.known.total,
                "record": found.record,
                "page": found.page,
                "dataset": found.dataset,
                "not_mapped": list(found.looks),
            }
    raise failure("no-datasets", url=options.catalogue.url, count=0)


def _first_page(options: Options, web: Web) -> Page:
    def unknown(_url: str, _digest: str) -> KnownPage | None:
        return None

    if options.catalogue.kind == "dcat":
        return dcat_pages.read_page(options.catalogue.url, web, unknown, options.basis, shape())
    return ckan_pages.read_page(
        options.catalogue, web, unknown, options.basis, shape(), start=0, rows=1
    )
