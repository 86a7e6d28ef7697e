"""What another extension may add to the portal of Greek municipalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckan.plugins.interfaces import Interface

Records = Sequence[Mapping[str, Any]]


class IGreekMunicipal(Interface):
    """Indicators, families and fields besides ours. Asked once, when CKAN starts.

    Implement it with ``p.implements(IGreekMunicipal, inherit=True)`` and override what you add.
    Nothing of ours can be replaced: an id or a field name that is there already stops CKAN with a
    message. See ``docs/extending.md`` for an example.
    """

    def get_indicators(self) -> Records:
        """Commitments that datasets may serve.

        Returns:
            Mappings with the attributes of ``quality.indicators.Indicator``; ``id``, ``label_el``,
            ``label_en`` and ``theme`` are required.
        """
        return []

    def get_families(self) -> Records:
        """Kinds of dataset for the field ``family``.

        Returns:
            Mappings with ``id``, ``label_el`` and ``label_en``.
        """
        return []

    def get_dataset_fields(self) -> Records:
        """Fields of a dataset, as ckanext-scheming describes them.

        Returns:
            Fields of a scheming schema. The key ``after`` names the field behind which one
            stands; without it, it stands at the end.
        """
        return []

    def get_resource_fields(self) -> Records:
        """Fields of a resource; see :meth:`get_dataset_fields`."""
        return []

    def get_organization_fields(self) -> Records:
        """Fields of an organisation; see :meth:`get_dataset_fields`."""
        return []
