"""Files that hold tables, before anything in them is understood; imports no CKAN."""

from ckanext.greekmunicipal.tabular.errors import UnreadableTable
from ckanext.greekmunicipal.tabular.grid import Grid, Row, text_of

__all__ = ["Grid", "Row", "UnreadableTable", "text_of"]
