"""What a portal adds to our schemas, families and indicators: by plugins or by YAML files.

Domain packages do not look for plugins or options: here both are read once, when CKAN starts, and
handed to them.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import ckan.plugins as p
import yaml
from ckanext.scheming import plugins as scheming

from ckanext.greekmunicipal.interfaces import IGreekMunicipal
from ckanext.greekmunicipal.quality import indicators
from ckanext.greekmunicipal.schemas import choices

Record = dict[str, Any]
AFTER = "after"
# Which list of which schema the fields of each key join.
_PLACES = {
    "dataset_fields": ("scheming_datasets", "dataset", "dataset_fields"),
    "resource_fields": ("scheming_datasets", "dataset", "resource_fields"),
    "organization_fields": ("scheming_organizations", "organization", "fields"),
}


class BadAdditionError(ValueError):
    """What a plugin or a file adds cannot be used."""


@dataclass
class Additions:
    """Records that are added, under the names that they have in a YAML file."""

    indicators: list[Record] = field(default_factory=list)
    families: list[Record] = field(default_factory=list)
    dataset_fields: list[Record] = field(default_factory=list)
    resource_fields: list[Record] = field(default_factory=list)
    organization_fields: list[Record] = field(default_factory=list)

    def extend(self, more: Mapping[str, Any], where: str) -> None:
        """Take over what a source adds.

        Args:
            more: lists of records by the names of the attributes.
            where: the source, for messages.

        Raises:
            BadAdditionError: another name, or no list of keys and values.
        """
        names = [known.name for known in fields(self)]
        for name, records in more.items():
            if name not in names:
                raise BadAdditionError(
                    f"{where}: unknown key {name!r}; expected {', '.join(names)}."
                )
            for record in records or ():
                if not isinstance(record, Mapping):
                    raise BadAdditionError(
                        f"{where}: {name} holds {record!r}; expected keys and values."
                    )
                getattr(self, name).append(dict(record))


def collect(paths: Iterable[str]) -> Additions:
    """All that plugins and files add.

    Args:
        paths: YAML files, each ``package.module:file`` or a path.

    Raises:
        BadAdditionError: a file cannot be read, or has another form.
    """
    found = Additions()
    for plugin in p.PluginImplementations(IGreekMunicipal):
        more = {known.name: getattr(plugin, f"get_{known.name}")() for known in fields(found)}
        found.extend(more, f"Plugin {plugin.name}")
    for path in paths:
        found.extend(_read(path), path)
    return found


def use(added: Additions, config: Any) -> None:
    """Hand the additions to whoever works with them.

    Raises:
        BadAdditionError: an indicator, family or field is not sound or is there already.
    """
    try:
        indicators.use_additional(indicators.from_record(record) for record in added.indicators)
    except indicators.BadIndicatorError as error:
        raise BadAdditionError(str(error)) from error
    _use_families(added.families)
    _use_fields(added)
    # The plugin of datasets splits its schema into the pages of the form when it is configured.
    datasets: Any = p.get_plugin("scheming_datasets")
    datasets.configure(config)


def _read(path: str) -> Mapping[str, Any]:
    file = _file_of(path)
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadAdditionError(
            f"{path}: {error.strerror}. Expected a YAML file as a path or as package.module:file."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadAdditionError(f"{path} is no YAML file in UTF-8: {error}") from error
    if not isinstance(read, Mapping):
        raise BadAdditionError(f"{path}: expected keys such as indicators, with a list each.")
    return read


def _file_of(path: str) -> Path:
    module, colon, name = path.partition(":")
    if not colon:
        return Path(path)
    try:
        return Path(str(importlib.import_module(module).__file__)).parent / name
    except ImportError as error:
        raise BadAdditionError(f"{path}: there is no Python package {module}.") from error


def _use_families(records: list[Record]) -> None:
    read = []
    for record in records:
        wanted = {"id", "label_el", "label_en"}
        if set(record) != wanted or not all(record.values()):
            raise BadAdditionError(
                f"Family {record!r}: expected {', '.join(sorted(wanted))}, each with a text."
            )
        texts = {name: str(value) for name, value in record.items()}
        read.append(choices.Choice(texts["id"], texts["id"], texts["label_el"], texts["label_en"]))
    try:
        choices.use_additional_families(read)
    except choices.DuplicateChoiceError as error:
        raise BadAdditionError(str(error)) from error


def _use_fields(added: Additions) -> None:
    for name, (plugin_name, kind, grouping) in _PLACES.items():
        plugin: Any = p.get_plugin(plugin_name)
        extra = getattr(added, name)
        if not extra or plugin is None or kind not in plugin._schemas:
            continue
        schema = plugin._schemas[kind]
        joined = {**schema, grouping: _joined(schema[grouping], extra, name)}
        # ckanext-scheming has no way to add fields to a schema; it keeps each twice.
        plugin._schemas = {**plugin._schemas, kind: joined}
        plugin._expanded_schemas = scheming._expand_schemas(plugin._schemas)


def _joined(ours: list[Record], extra: list[Record], name: str) -> list[Record]:
    joined = list(ours)
    for record in extra:
        names = [known["field_name"] for known in joined]
        added = {key: value for key, value in record.items() if key != AFTER}
        own_name, behind = added.get("field_name"), record.get(AFTER, names[-1])
        if not own_name:
            raise BadAdditionError(f"{name}: {record!r} has no field_name.")
        if own_name in names:
            raise BadAdditionError(f"{name}: the field {own_name} is there already.")
        if behind not in names:
            raise BadAdditionError(
                f"{name}: {own_name} stands after {behind!r}, which is no field; there are:"
                f" {', '.join(names)}."
            )
        joined.insert(names.index(behind) + 1, added)
    return joined
