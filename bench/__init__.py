"""Measurements of loading and mapping on invented acts: ``make bench``."""
