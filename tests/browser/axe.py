"""Barriers on a page, found by axe-core with the rules of WCAG 2.0 to 2.2, levels A and AA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".stack" / "third-party" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}}).then(found =>
    found.violations.map(each => ({
        rule: each.id,
        help: each.help,
        places: each.nodes.map(node => node.target.join(" ") + ": " + node.html.slice(0, 160)
            + " [" + node.any.concat(node.all, node.none).map(one => one.message).join("; ") + "]"),
    })))"""


def violations(page: Any) -> list[str]:
    """What axe finds on a page as it is now, one text a rule with the places."""
    if not SCRIPT.exists():
        pytest.fail(f"{SCRIPT} is missing: «make up» fetches it (third_party.csv)")
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    return [
        "\n    ".join([f"{each['rule']}: {each['help']}", *each["places"][:8]])
        for each in page.evaluate(_RUN, TAGS)
    ]


def assert_no_barrier(page: Any, name: str) -> None:
    """Fail with all barriers of a page."""
    found = violations(page)
    assert not found, f"{name} has barriers:\n" + "\n".join(found)
