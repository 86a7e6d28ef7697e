"""Charts of figures: their script is registered where ECharts was fetched, and told its words.

ECharts is a product of the build (``third_party.csv``). Where it is missing pages keep their tables.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import ckan.plugins.toolkit as tk
from markupsafe import Markup

LIBRARY = "greekmunicipal_charts"
ECHARTS = Path(__file__).parents[1] / "assets" / "vendor" / "echarts.min.js"

log = logging.getLogger(__name__)


def register() -> None:
    """Register the script of the charts; webassets would fail at a file that is not there."""
    if has_charts():
        tk.add_resource("../assets/charts", LIBRARY)
    else:
        log.warning(
            "%s is missing: budget pages show their tables without charts. Build the package, or run"
            " third_party.py in a checkout, and start the portal again.",
            ECHARTS,
        )


def has_charts() -> bool:
    """Whether pages can draw charts."""
    return ECHARTS.exists()


def words() -> Markup:
    """Words of the charts in the language of the page, as JSON for a script element."""
    found = {
        "billions": tk._("billion"),
        "millions": tk._("million"),
        "thousands": tk._("thousand"),
        "share": tk._("Share"),
        "break": tk._("Break"),
        "picture": tk._("Download as picture"),
        "chart": tk._("chart"),
        "keys": tk._(
            "The arrow keys go through the chart and Enter opens what is chosen. The same figures"
            " stand in the table below."
        ),
    }
    text = json.dumps(found, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - nothing in it can end the element
