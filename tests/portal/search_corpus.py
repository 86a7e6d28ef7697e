"""Invented datasets of ten municipalities, queries with their judgement, and how they are measured.

Datasets and judgement were written before the search was tuned.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue

_FOLDER = Path(__file__).parent / "search"
ALL_OTHERS = "*"


@dataclass(frozen=True)
class Question:
    """A query and what it has to find.

    Attributes:
        expected: names of datasets that have to be found.
        forbidden: names of datasets that must not be found; ``*`` means all others.
    """

    group: str
    query: str
    expected: frozenset[str]
    forbidden: frozenset[str]

    def missing(self, found: Iterable[str]) -> set[str]:
        return set(self.expected) - set(found)

    def wrong(self, found: Iterable[str]) -> set[str]:
        if ALL_OTHERS in self.forbidden:
            return set(found) - self.expected
        return set(found) & self.forbidden


@dataclass(frozen=True)
class Measured:
    """Means over the questions of a group; None where nothing is expected."""

    group: str
    questions: int
    recall: float
    reciprocal_rank: float
    with_wrong: int


def questions() -> list[Question]:
    return [
        Question(
            row["group"],
            row["query"],
            frozenset(row["expected"].split()),
            frozenset(row["forbidden"].split()),
        )
        for row in _rows("queries.csv")
    ]


def build() -> None:
    """Create the datasets and their organisations."""
    organizations: dict[str, dict[str, Any]] = {}
    for row in _rows("datasets.csv"):
        slug = row["organization"]
        if slug not in organizations:
            organizations[slug] = catalogue.municipality(slug)
        catalogue.create(_dataset(row, organizations[slug]))


def _dataset(row: dict[str, str], organization: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["id"],
        "owner_org": organization["id"],
        "title_translated": {"el": row["title"], "en": row["title_en"]},
        "notes_translated": {"el": row["notes"], "en": row["notes_en"]},
        "tags": [{"name": tag} for tag in row["tags"].split(";")],
        "theme": [row["theme"]],
        "indicator": [row["indicator"]] if row["indicator"] else [],
        "resources": [
            {
                "name_translated": {"el": row["resource"]},
                "url": f"https://data.example.gr/{row['id']}.csv",
                "format": "CSV",
            }
        ],
    }


def search(query: str, **more: Any) -> list[str]:
    """Names of the datasets that a visitor finds, best first."""
    found = tk.get_action("package_search")({}, {"q": query, "rows": 100, **more})
    return [dataset["name"] for dataset in found["results"]]


def measure(find: Callable[[str], list[str]]) -> list[Measured]:
    """Ask all questions."""
    groups: dict[str, list[tuple[Question, list[str]]]] = {}
    for question in questions():
        groups.setdefault(question.group, []).append((question, find(question.query)))
    return [_measured(group, answers) for group, answers in groups.items()]


def _measured(group: str, answers: list[tuple[Question, list[str]]]) -> Measured:
    asked = [(question, found) for question, found in answers if question.expected]
    recalls = [1 - len(q.missing(found)) / len(q.expected) for q, found in asked]
    ranks = [_reciprocal_rank(question, found) for question, found in asked]
    return Measured(
        group,
        len(answers),
        sum(recalls) / len(asked) if asked else float("nan"),
        sum(ranks) / len(asked) if asked else float("nan"),
        sum(bool(question.wrong(found)) for question, found in answers),
    )


def _reciprocal_rank(question: Question, found: list[str]) -> float:
    places = (place for place, name in enumerate(found, 1) if name in question.expected)
    return 1 / next(places, float("inf"))


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
