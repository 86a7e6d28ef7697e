from __future__ import annotations

from pathlib import Path

from stack import documents


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.rst").write_text(
        "See `the guide <docs/guide.md>`_ and `x <docs/no.md>`_.\n"
    )
    (tmp_path / "docs" / "guide.md").write_text(
        "# Πώς δουλεύει: το σύστημα\n\n[up](../README.rst) [same](#πώς-δουλεύει-το-σύστημα)\n"
        "[gone](gone.md) [web](https://example.com) [no](#missing)\n"
        "```\n[code](not-a-link.md)\n```\n"
    )
    assert documents.problems(tmp_path) == [
        "README.rst: the link to docs/no.md leads nowhere",
        "docs/guide.md: the link to gone.md leads nowhere",
        "docs/guide.md: guide.md has no heading for #missing",
    ]


def test_all_links_of_this_project_lead_somewhere():
    assert documents.problems() == []
