"""Shapes in which other catalogues publish their datasets. Imports no CKAN."""
