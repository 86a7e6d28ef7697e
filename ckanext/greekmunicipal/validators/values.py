"""Numbers, dates, geometries and organisations."""

from __future__ import annotations

import json
import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.greekmunicipal.greek import is_valid_afm

_ = tk._

_FEE = re.compile(r"\d{1,6}(\.\d{1,4})?", re.ASCII)
LARGEST = 2**63  # bytes; what the database can hold


def municipal_afm(value: Any) -> Any:
    """A tax number (ΑΦΜ) whose check digit is right."""
    if value and not is_valid_afm(value):
        raise tk.Invalid(
            _(
                "{value} is not a valid tax number: expected 9 digits with a right check digit"
            ).format(value=value)
        )
    return value


def municipal_bbox(value: Any) -> Any:
    """Bounding box ``west,south,east,north`` in degrees."""
    if not value:
        return value
    try:
        west, south, east, north = (float(part) for part in str(value).split(","))
    except ValueError as error:
        raise tk.Invalid(_("Expected four numbers: west,south,east,north")) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise tk.Invalid(_("Expected four numbers: west,south,east,north"))
    return f"{west},{south},{east},{north}"


def municipal_fee(value: Any) -> Any:
    """A fee in EUR, up to a million, with four decimals at most; point or comma before them."""
    text = str(value).strip().replace(",", ".")
    if not _FEE.fullmatch(text):
        raise tk.Invalid(
            _("{value} is not an amount in euro such as 1.35").format(value=str(value)[:40])
        )
    return text


def municipal_geojson(value: Any) -> Any:
    """A GeoJSON geometry, stored as text."""
    if not value:
        return value
    refusal = tk.Invalid(_("Expected a GeoJSON geometry with type and coordinates"))
    try:
        geometry = json.loads(value) if isinstance(value, str) else value
        sound = bool(geometry["type"] and geometry["coordinates"])
    except (ValueError, KeyError, TypeError) as error:
        raise refusal from error
    if not sound:
        raise refusal
    return json.dumps(geometry)


def municipal_parent_body(value: Any, context: Context) -> Any:
    """Another organisation of this portal, stored by its name."""
    if not value:
        return value
    parent = model.Group.get(value)
    if parent is None or not parent.is_organization:
        raise tk.Invalid(_("There is no organisation {value}").format(value=value))
    own = context.get("group")
    if own is not None and getattr(own, "id", None) == parent.id:
        raise tk.Invalid(_("An organisation cannot supervise itself"))
    return parent.name


def municipal_not_before_established(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The end of an organisation, not before its start; years and dates compare as text."""
    start, end = str(data.get(("established",)) or ""), str(data.get(key) or "")
    shorter = min(len(start), len(end))
    if shorter and end[:shorter] < start[:shorter]:
        errors[key].append(_("{end} is before the start, {start}").format(end=end, start=start))


def municipal_byte_size(value: Any) -> Any:
    """A size in bytes: a whole number, not negative."""
    try:
        size = int(value)
    except (TypeError, ValueError, OverflowError):
        size = -1
    if not 0 <= size < LARGEST:
        raise tk.Invalid(_("{value} is not a size in bytes").format(value=value))
    return size
