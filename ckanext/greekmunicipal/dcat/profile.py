"""RDF profile: DCAT-AP 3.0.1, valid as a whole catalogue, and read back without loss.

What our schema holds is written by this package, which knows the official shapes; whatever else
a dataset holds, as a field that another extension adds, is written by ckanext-dcat's profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from rdflib import Graph, URIRef

from ckanext.greekmunicipal.dcat import catalog, datasets, dqv, nodes, parsing, terms

# Fields of DCAT-AP that ckanext-dcat writes and our schema does not have.
_OTHER_FIELDS = (
    *("alternate_identifier", "conforms_to", "documentation", "has_version"),
    *("in_series", "is_referenced_by", "is_version_of", "provenance_activity"),
    *("qualified_attribution", "qualified_relation", "related_resource", "sample"),
    *("series_navigation", "spatial_resolution_in_meters", "temporal_resolution"),
    "version_notes",
)
_OTHER_RESOURCE_FIELDS = (
    *("access_services", "compress_format", "conforms_to", "documentation", "package_format"),
    *("spatial_resolution_in_meters", "status", "temporal_resolution"),
)


class GreekMunicipalDCATAPProfile(EuropeanDCATAP3Profile):
    """DCAT-AP 3 profile of the portal; alone in ``ckanext.dcat.rdf.profiles``."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Add one dataset; a harvest source is no dataset and adds nothing."""
        if not datasets.is_exported(dataset_dict):
            return
        self._bind()
        with nodes.remembering():
            for triple in dict.fromkeys(datasets.triples(dataset_dict, dataset_ref)):
                self.g.add(triple)
        if others := others_of(dataset_dict):
            # In a graph of its own: the base profile walks all triples for each dataset.
            whole, self.g = self.g, Graph()
            try:
                super().graph_from_dataset(others, dataset_ref)
                # It makes an IRI of an identifier that looks like an address.
                self.g.remove((dataset_ref, terms.IDENTIFIER, None))
                for triple in self.g:
                    whole.add(triple)
            finally:
                self.g = whole
        dqv.add(self.g, dataset_ref)

    def graph_from_catalog(self, catalog_dict: dict[str, Any], catalog_ref: URIRef) -> None:
        """Add the catalogue with all that DCAT-AP asks or recommends of it.

        Args:
            catalog_dict: ``high_value`` asks for the part of high-value datasets, which stand
                with a service of their own; all else comes from options.
            catalog_ref: its IRI.
        """
        self._bind()
        part = (catalog_dict or {}).get("high_value")
        for triple in catalog.high_value_triples() if part else catalog.triples():
            self.g.add(triple)

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> dict[str, Any]:
        """Read a dataset into our schema."""
        super().parse_dataset(dataset_dict, dataset_ref)
        parsing.complete(self.g, dataset_ref, dataset_dict)
        return dataset_dict

    def _bind(self) -> None:
        if self.g.store.namespace("dcatap") is None:
            for prefix, namespace in terms.PREFIXES.items():
                self.g.bind(prefix, namespace)


def others_of(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """A dataset of nothing but the fields that are not ours; empty when there are none."""
    found = {field: dataset[field] for field in _OTHER_FIELDS if dataset.get(field)}
    resources = [
        {field: resource[field] for field in _OTHER_RESOURCE_FIELDS if resource.get(field)}
        for resource in dataset.get("resources") or ()
    ]
    if not found and not any(resources):
        return {}
    whose = {field: dataset[field] for field in ("id", "uri", "type") if dataset.get(field)}
    named = [
        {"id": each.get("id"), "uri": each.get("uri"), "package_id": dataset.get("id"), **others}
        for others, each in zip(resources, dataset.get("resources") or (), strict=True)
    ]
    return {**whose, **found, "resources": named}
