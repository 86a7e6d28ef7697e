"""Harvesters: one module a source over a small base."""
