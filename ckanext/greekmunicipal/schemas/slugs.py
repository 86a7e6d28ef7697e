"""Names in addresses for Greek titles: the ELOT 743 slug instead of CKAN's ``__``."""

from __future__ import annotations

import re
from collections.abc import Callable

from ckan.lib.munge import munge_title_to_name

from ckanext.greekmunicipal.greek import slug, to_greek

NAME_LENGTH = 100
# Room for ``-`` and a number behind a slug that is taken.
_ROOM = 5
_ADDED = re.compile("-?[0-9]*|[0-9a-f]{5}")
_GREEK = re.compile("[Ͱ-Ͽἀ-῿]")


def has_greek(text: str) -> bool:
    """Whether a Greek letter is in ``text``."""
    return bool(_GREEK.search(text))


def is_munged(name: str, title: str) -> bool:
    """Whether ``name`` is what CKAN makes of a Greek title by dropping its letters.

    ``Δήμος Αθηναίων`` gives ``__`` and ``Προϋπολογισμός 2025`` gives ``2025``; harvesters join
    hyphens and add a counter or some random digits (``20251``, ``__-1``, ``2025a3f09``).
    """
    if not has_greek(title):
        return False
    if not name.strip("_-"):
        return True
    munged = munge_title_to_name(title)
    beginnings = (munged, re.sub("-+", "-", munged))
    return any(
        name.startswith(beginning) and _ADDED.fullmatch(name.removeprefix(beginning))
        for beginning in beginnings
    )


def name_for(title: str) -> str:
    """Slug of a title, cut at a word so that it fits a CKAN name, never too short."""
    full = slug(to_greek(title))
    if len(full) > NAME_LENGTH - _ROOM:
        full = full[: NAME_LENGTH - _ROOM].rpartition("-")[0] or full[: NAME_LENGTH - _ROOM]
    return full if len(full) > 1 else f"dataset-{full}".rstrip("-")


def free_name(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """``wanted``, or with the first number behind it that is free.

    Args:
        wanted: a slug.
        is_taken: function that tells of a name whether it is in use.
    """
    if not is_taken(wanted):
        return wanted
    number = 2
    while is_taken(f"{wanted}-{number}"):
        number += 1
    return f"{wanted}-{number}"
