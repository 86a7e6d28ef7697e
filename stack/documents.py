"""Checks README, change log and ``docs/``: do the links lead somewhere?

Nothing is built: the documents are read where they are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

from stack import paths

_MARKDOWN_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)[^)\n]*\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
_RST_LINK = re.compile(
    r"`[^`<]*<([^>`\s]+)>`_|^\.\. (?:image|figure|include):: (\S+)", re.MULTILINE
)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)


def files(root: Path = paths.ROOT) -> list[Path]:
    """Return the documents of the project."""
    tops = [root / name for name in ("README.rst", "CHANGELOG.md")]
    return [path for path in tops if path.exists()] + sorted((root / "docs").glob("**/*.md"))


def anchor(heading: str) -> str:
    """Return the anchor that the usual viewers give to a Markdown heading."""
    text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return text.replace(" ", "-")


def anchors(document: Path) -> set[str]:
    """Return the anchors of all headings of a Markdown document."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    return {anchor(found) for found in _HEADING.findall(text)}


def links(document: Path) -> list[str]:
    """Return the targets of links and pictures within the project."""
    text = document.read_text(encoding="utf-8")
    if document.suffix == ".rst":
        found = _RST_LINK.findall(text)
    else:
        found = _MARKDOWN_LINK.findall(_FENCED.sub("", text))
    targets = [first or second for first, second in found]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def problems(root: Path = paths.ROOT) -> list[str]:
    """Return one line for each link that leads nowhere."""
    found = []
    for document in files(root):
        name = document.relative_to(root)
        for target in links(document):
            file, _, fragment = target.partition("#")
            goal = (document.parent / file).resolve() if file else document
            if not goal.exists():
                found.append(f"{name}: the link to {target} leads nowhere")
            elif fragment and goal.suffix == ".md" and fragment not in anchors(goal):
                found.append(f"{name}: {goal.name} has no heading for #{fragment}")
    return found
