"""What in a table looks as if it belonged to a person, before it is published; imports no CKAN."""

from ckanext.greekmunicipal.privacy.guarded import scan_guarded
from ckanext.greekmunicipal.privacy.records import (
    CLEAN,
    FOUND,
    KINDS,
    NOT_SCANNED,
    UNREADABLE,
    Finding,
    Report,
)
from ckanext.greekmunicipal.privacy.scan import scan_file, scan_records

__all__ = [
    "CLEAN",
    "FOUND",
    "KINDS",
    "NOT_SCANNED",
    "UNREADABLE",
    "Finding",
    "Report",
    "scan_file",
    "scan_guarded",
    "scan_records",
]
