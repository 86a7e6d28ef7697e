"""Pages of a body's acts.

``body`` says what there is and may be seen, ``asking`` reads an address, ``conditions`` makes SQL
of it, the modules beside them answer, ``pages`` shows.
"""

from __future__ import annotations

from ckanext.greekmunicipal.views.acts.pages import blueprint

__all__ = ["blueprint"]
