"""Pages of suppliers: legal entities only, over all bodies and stages; a person has no page."""

from __future__ import annotations

from ckanext.greekmunicipal.views.suppliers.pages import blueprint

__all__ = ["blueprint"]
