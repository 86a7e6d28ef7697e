"""Register of the municipalities of Greece; imports no CKAN."""
