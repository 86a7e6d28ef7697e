"""Options of a source of acts: what it reads, and how it asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ckanext.greekmunicipal.diavgeia import families, plan
from ckanext.greekmunicipal.harvesters.base import SourceOptionError, read_json_options
from ckanext.greekmunicipal.municipalities import (
    Municipality,
    UnknownMunicipalityError,
    by_diavgeia_uid,
    by_slug,
    municipalities,
)

OPTIONS = (
    *("bodies", "region", "predecessors", "families"),
    *("first", "last", "from_year", "window", "page_size", "delay"),
)
ALL = "all"


@dataclass(frozen=True)
class Options:
    """Options of a source.

    Attributes:
        bodies: Diavgeia's numbers of the municipalities.
        first: first issue date wanted.
        delay: seconds between two requests; None for the installation's.
        last: the issue date after the last wanted.
        window: longest window in days.
        page_size: acts a page.
        families: slugs of the families that are kept; None for all.
        predecessors: municipalities that were split in 2019 are read too, as the history of
            their successors.
    """

    bodies: tuple[str, ...]
    first: dt.date = plan.EARLIEST
    delay: float | None = None
    last: dt.date = plan.LATEST
    window: int = plan.LONGEST
    page_size: int = plan.PAGE_SIZE
    families: tuple[str, ...] | None = None
    predecessors: bool = True


def read_options(text: str | None) -> Options:
    """Read the configuration of a source.

    Args:
        text: JSON object. ``bodies``: slugs or Diavgeia numbers of municipalities, or ``"all"``;
            or ``region``: a region of the register in Greek, English or by ISO code.
            ``predecessors``: whether those are read too. ``families``: slugs of those that are
            kept. ``first`` (ISO date) or ``from_year``, and ``last``: issue dates wanted, both
            included. ``window``: days, 1 to 150. ``page_size``: 1 to 500. ``delay``: seconds, not
            less than the installation's except at a host of its own.

    Raises:
        SourceOptionError: it is no JSON, or an option is not what it must be.
    """
    read = read_json_options(text, OPTIONS)
    first, last = _first(read), _last(read.get("last"))
    if last <= first:
        raise SourceOptionError(
            f'"last" must not be before "first": {first} to {last - _DAY} was read.'
        )
    return Options(
        bodies=_wanted(read),
        first=first,
        delay=_delay(read.get("delay")),
        last=last,
        window=_whole(read, "window", plan.LONGEST, "days"),
        page_size=_whole(read, "page_size", plan.PAGE_SIZE, "acts a page"),
        families=_families(read.get("families")),
        predecessors=_flag(read, "predecessors", default=True),
    )


_DAY = dt.timedelta(days=1)


def _wanted(read: dict[str, Any]) -> tuple[str, ...]:
    if "region" not in read:
        if read.get("bodies") == ALL:
            return tuple(one.diavgeia_uid for one in municipalities())
        return _bodies(read.get("bodies"))
    if "bodies" in read:
        raise SourceOptionError('Give "bodies" or "region", not both: a region names its bodies.')
    region = read["region"]
    found = tuple(one.diavgeia_uid for one in municipalities() if region in _regions(one))
    if not found:
        names = sorted({one.region_en for one in municipalities() if one.region_en})
        raise SourceOptionError(
            f'"region" must be one of {", ".join(names)}, in Greek, English or as an ISO code;'
            f" {region!r} was read."
        )
    return found


def _regions(one: Municipality) -> tuple[str, ...]:
    return tuple(name for name in (one.region_el, one.region_en, one.region_iso) if name)


def _bodies(read: Any) -> tuple[str, ...]:
    if not isinstance(read, list) or not read:
        raise SourceOptionError(
            '"bodies" must list municipalities by slug or Diavgeia number, as ["dimos-tinou"], or'
            f' be "all"; {read!r} was read.'
        )
    uids = []
    for name in read:
        try:
            found = by_slug(name) if str(name).startswith("dimos-") else by_diavgeia_uid(str(name))
        except UnknownMunicipalityError as error:
            raise SourceOptionError(f'"bodies": {error}') from None
        uids.append(found.diavgeia_uid)
    return tuple(dict.fromkeys(uids))


def _first(read: dict[str, Any]) -> dt.date:
    if "from_year" not in read:
        found = _date("first", read.get("first"))
        return max(found, plan.EARLIEST) if found else plan.EARLIEST
    if "first" in read:
        raise SourceOptionError('Give "first" or "from_year", not both.')
    year = read["from_year"]
    if type(year) is not int or not plan.EARLIEST.year < year < plan.LATEST.year:
        raise SourceOptionError(
            f'"from_year" must be a year from {plan.EARLIEST.year + 1} to {plan.LATEST.year - 1};'
            f" {year!r} was read."
        )
    return dt.date(year, 1, 1)


def _last(read: Any) -> dt.date:
    found = _date("last", read)
    return min(found + _DAY, plan.LATEST) if found else plan.LATEST


def _date(name: str, read: Any) -> dt.date | None:
    if read is None:
        return None
    try:
        return min(dt.date.fromisoformat(str(read)), plan.LATEST)
    except ValueError:
        raise SourceOptionError(
            f'"{name}" must be a date as 2019-01-31; {read!r} was read.'
        ) from None


def _delay(read: Any) -> float | None:
    if read is None:
        return None
    if isinstance(read, bool) or not isinstance(read, int | float) or not 0 <= read <= 3600:
        raise SourceOptionError(f'"delay" must be seconds from 0 to 3600; {read!r} was read.')
    return float(read)


def _whole(read: dict[str, Any], name: str, most: int, what: str) -> int:
    found = read.get(name, most)
    if type(found) is not int or not 1 <= found <= most:
        raise SourceOptionError(f'"{name}" must be 1 to {most} {what}; {found!r} was read.')
    return found


def _flag(read: dict[str, Any], name: str, *, default: bool) -> bool:
    found = read.get(name, default)
    if not isinstance(found, bool):
        raise SourceOptionError(f'"{name}" must be true or false; {found!r} was read.')
    return found


def _families(read: Any) -> tuple[str, ...] | None:
    if read is None:
        return None
    known = [family.slug for family in families.FAMILIES]
    if not isinstance(read, list) or not read or not all(name in known for name in read):
        raise SourceOptionError(
            f'"families" must list some of {", ".join(known)}; {read!r} was read.'
        )
    return tuple(sorted(set(read)))


__all__ = ["ALL", "OPTIONS", "Options", "SourceOptionError", "read_options"]
