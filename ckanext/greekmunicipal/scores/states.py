"""In which state a dataset is: asked of CKAN's database, in one question for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ckan.model as model

# PostgreSQL's row versions (xmin): every write changes them, whoever made it.
_STATES = """
SELECT p.id, p.name, p.private, md5(concat_ws('/', p.xmin, g.xmin,
    (SELECT string_agg(r.xmin::text, ',' ORDER BY r.id) FROM resource r WHERE r.package_id = p.id),
    (SELECT string_agg(t.xmin::text, ',' ORDER BY t.id) FROM package_tag t
        WHERE t.package_id = p.id)))
FROM package p LEFT JOIN "group" g ON g.id = p.owner_org
WHERE p.type = 'dataset' AND p.state = 'active' AND {condition}
ORDER BY p.id
"""


@dataclass(frozen=True)
class State:
    """A dataset as it is now.

    Attributes:
        id: id of the package.
        name: its name.
        private: whether only members of its organisation may see it.
        digest: changes whenever the dataset, its resources, its tags or its organisation is written.
    """

    id: str
    name: str
    private: bool
    digest: str


def of_datasets(ids: Sequence[str]) -> list[State]:
    """Active datasets of some ids, public or not."""
    return _ask("p.id = ANY(%(ids)s)", ids=list(ids))


def of_organization(organization_id: str) -> list[State]:
    """Public datasets of an organisation."""
    return _ask("p.private IS FALSE AND p.owner_org = %(owner)s", owner=organization_id)


def of_portal() -> list[State]:
    """All public datasets."""
    return _ask("p.private IS FALSE")


def _ask(condition: str, **parameters: Any) -> list[State]:
    connection: Any = model.Session.connection().connection
    with connection.cursor() as cursor:
        cursor.execute(_STATES.format(condition=condition), parameters)
        return [State(*row) for row in cursor.fetchall()]
