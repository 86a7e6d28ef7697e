"""Dates, numbers and table cells as readers of a language write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import format_datetime

INTEGER_TYPES = frozenset({"int", "int2", "int4", "int8", "integer", "bigint", "smallint"})
NUMBER_TYPES = INTEGER_TYPES | {"numeric", "float8", "float4", "decimal"}
DATE_TYPES = frozenset({"date", "timestamp", "timestamptz"})


def locale() -> str:
    """Babel locale of the reader; English pages write British dates."""
    return "el_GR" if tk.h.lang().startswith("el") else "en_GB"


def date(value: Any) -> str:
    """A date (ISO text, date or datetime) in words; other text stays as it is."""
    if not value:
        return ""
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    return format_date(day, format="d MMMM y", locale=locale())


def number(value: Any, decimals: int | None = None) -> str:
    """A number with the separators of the reader's language; other text stays."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return "" if value is None else str(value)
    if not amount.is_finite():
        return str(value)
    pattern = "#,##0.###" if decimals is None else "#,##0" + ("." + "0" * decimals) * bool(decimals)
    return format_decimal(amount, format=pattern, locale=locale())


def cell(value: Any, kind: str, name: str = "") -> str:
    """One cell of a table preview by the type of its column in the DataStore.

    Args:
        value: as ``datastore_search`` gives it.
        kind: type of the column in PostgreSQL.
        name: of the column: a year or a number of a row takes no separators.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return tk._("yes") if value else tk._("no")
    if kind in INTEGER_TYPES:
        return str(value) if "year" in name or name.endswith("_no") else number(value, 0)
    if kind in NUMBER_TYPES:
        return number(value, 2)
    if kind in DATE_TYPES:
        return _short_date(str(value))
    if isinstance(value, (list, tuple)):
        return "; ".join(str(part) for part in value)
    return str(value)


def _short_date(value: str) -> str:
    try:
        return format_date(dt.date.fromisoformat(value[:10]), format="dd/MM/yyyy", locale=locale())
    except ValueError:
        return value


@tk.chained_helper
def render_datetime(
    original: Callable[..., str],
    datetime_: Any,
    date_format: str | None = None,
    with_hours: bool = False,  # noqa: FBT001, FBT002 - CKAN's own signature
    with_seconds: bool = False,  # noqa: FBT001, FBT002
) -> str:
    """An instant as CKAN's pages show it; with hours CKAN has but the American order of a date."""
    if date_format or with_seconds or not with_hours or not locale().startswith("el"):
        return original(datetime_, date_format, with_hours, with_seconds)
    instant = original(datetime_, "%Y-%m-%dT%H:%M:%S%z")
    if not instant:
        return ""
    if instant[-5] in "+-":  # Python 3.10 reads no offset without a colon
        instant = f"{instant[:-2]}:{instant[-2:]}"
    when = dt.datetime.fromisoformat(instant)
    # CKAN keeps UTC without saying so.
    when = when if when.tzinfo else when.replace(tzinfo=dt.timezone.utc)
    return format_datetime(when, "d MMMM y, HH:mm (z)")
