"""Pages of a municipality's budget.

``published`` reads the rows, ``view`` is a question put to them, the modules beside it make
figures of the answer, ``pages`` shows them, ``files`` gives their tables as CSV.
"""

from __future__ import annotations

from ckanext.greekmunicipal.views.budget.pages import blueprint

__all__ = ["blueprint"]
