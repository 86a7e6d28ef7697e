"""Indicators of open governance and the quality of metadata. Imports no CKAN."""
