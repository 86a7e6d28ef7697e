"""Open-data portal of Greek municipalities on a stock CKAN."""
