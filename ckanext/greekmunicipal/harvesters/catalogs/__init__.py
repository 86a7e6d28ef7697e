"""Datasets that a municipality publishes in other catalogues: read, compared, made one, published."""
