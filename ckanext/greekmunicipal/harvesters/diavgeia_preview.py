"""One page of a source of acts, read and proved as a run would, and not stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.greekmunicipal.diavgeia import plan
from ckanext.greekmunicipal.diavgeia.act import UnreadableAct, read_act
from ckanext.greekmunicipal.diavgeia.answer import WindowAnswer
from ckanext.greekmunicipal.diavgeia.plan import Window
from ckanext.greekmunicipal.diavgeia.rows import ACTS_COLUMNS, rows_of
from ckanext.greekmunicipal.harvesters import diavgeia_gather, diavgeia_reading
from ckanext.greekmunicipal.harvesters.diavgeia_options import Options, read_options

ACTS = 10
# A person waits for it.
IMPATIENT: dict[str, Any] = {"tries": 1, "timeout": (5.0, 25.0), "max_bytes": 4 * 1024 * 1024}
_NAMES = [column.name for column in ACTS_COLUMNS]


def preview(url: str, config: str | None) -> dict[str, Any]:
    """The newest acts of the first body of a source, as they would be stored.

    Args:
        url: address of the API.
        config: options as JSON.

    Returns:
        ``asked`` (the window), ``bodies`` (how many the source reads), ``total`` (acts in the
        window) and ``acts``, each with ``family`` and the columns of the table.

    Raises:
        SourceOptionError: an option cannot be used.
        DiavgeiaError: the address is not allowed, does not answer, or answers another question.
    """
    options = read_options(config)
    window = _newest(options)
    with diavgeia_reading.client_of(url, options, **IMPATIENT) as client:
        client.check_address()
        page = next(iter(WindowAnswer(client, window, min(ACTS, options.page_size), 1)))
    return {
        "asked": str(window),
        "bodies": len(options.bodies),
        "total": page.total,
        "acts": [act for raw in page.decisions for act in _acts(raw, options)],
    }


def _newest(options: Options) -> Window:
    """The last days that are wanted, today included."""
    day = dt.timedelta(days=1)
    last = min(diavgeia_gather.today() + day, options.last)
    first = max(options.first, last - dt.timedelta(days=options.window))
    if first >= last:  # all that is wanted lies ahead
        first, last = options.first, min(options.last, options.first + plan.LONGEST * day)
    return Window(options.bodies[0], first, last)


def _acts(raw: Any, options: Options) -> list[dict[str, Any]]:
    try:
        rows = rows_of(read_act(raw))
    except UnreadableAct:
        return []
    if options.families and rows.family not in options.families:
        return []
    act = dict(zip(_NAMES, rows.act_row, strict=True))
    return [{"family": rows.family, **{name: _plain(value) for name, value in act.items()}}]


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | None) else str(value)
