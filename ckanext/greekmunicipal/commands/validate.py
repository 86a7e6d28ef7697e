"""``ckan greekmunicipal validate``: the whole catalogue against DCAT-AP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckanext.dcat.processors import RDFSerializer
from rdflib import DCAT, RDF, SH, Graph

from ckanext.greekmunicipal.console import DONE, FAILED, LOOK
from ckanext.greekmunicipal.quality import compliance
from ckanext.greekmunicipal.quality.tables import short
from ckanext.greekmunicipal.scores import states

# Datasets that are judged together, so that memory does not grow with the portal.
_AT_ONCE = 200


@click.command()
@click.option(
    "--shapes",
    type=click.Path(exists=True, path_type=Path),
    help="Folder (or file) of SHACL shapes in Turtle; needs pyshacl. Our own check by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def validate(ctx: click.Context, shapes: Path | None, as_json: bool) -> None:
    """Validate the catalogue and all its public data sets.

    Our own check keeps the constraints of the base shapes of DCAT-AP 3.0.1. With --shapes each
    file of a folder judges the catalogue with pyshacl, its warnings are told too. Exit code 1:
    something breaks the rules.
    """
    try:
        judge = _own if shapes is None else _Official(shapes)
        seen: dict[tuple[str, ...], dict[str, str]] = {}
        count, broken = 0, []
        for graph, datasets, failures in _catalogue():
            count += datasets
            broken += failures
            # What describes the catalogue is in each part.
            seen.update({tuple(each.values()): each for each in judge(graph)})
        found = list(seen.values())
    except _CannotValidateError as error:
        click.echo(str(error), err=True)
        ctx.exit(FAILED)
    violations = [each for each in found if each["severity"] == "violation"]
    if as_json:
        told = {"datasets": count, "violations": len(violations), "findings": found}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for each in found:
            click.echo(
                f"{each['severity']}: {each['node']} {short(each['property'])}: {each['message']}"
            )
        click.echo(f"data sets: {count}, violations: {len(violations)}")
    for name in broken:
        click.echo(f"Left out, since it cannot be written as RDF: {name}; see the log.", err=True)
    ctx.exit(LOOK if violations or broken else DONE)


class _CannotValidateError(Exception):
    pass


def _catalogue() -> Iterator[tuple[Graph, int, list[str]]]:
    """The catalogue in parts: graph, how many datasets are in it, which could not be written."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    everything = states.of_portal()
    for start in range(0, len(everything) or 1, _AT_ONCE):
        serializer = RDFSerializer()
        catalogue = serializer.graph_from_catalog({})
        count, broken = 0, []
        for each in everything[start : start + _AT_ONCE]:
            context: Any = {"user": user["name"], "ignore_auth": True}
            try:
                dataset = tk.get_action("package_show")(context, {"id": each.id})
                reference = serializer.graph_from_dataset(dataset)
            except tk.ObjectNotFound:
                continue
            except Exception as error:  # noqa: BLE001 - told, and the others are validated
                broken.append(f"{each.name} ({error})")
                continue
            serializer.g.add((catalogue, DCAT.dataset, reference))
            count += 1
        yield serializer.g, count, broken


def _own(graph: Graph) -> Iterator[dict[str, str]]:
    for each in compliance.violations(graph):
        yield {
            "shapes": "DCAT-AP 3.0.1",
            "severity": "violation",
            "node": str(each.node),
            "property": str(each.property),
            "message": each.message("en"),
        }


class _Official:
    """Judges graphs by files of SHACL shapes."""

    def __init__(self, shapes: Path) -> None:
        files = sorted(shapes.glob("*.ttl")) if shapes.is_dir() else [shapes]
        if not files:
            raise _CannotValidateError(f"{shapes} holds no .ttl file: expected SHACL shapes.")
        self._shapes = {file: _parsed(file) for file in files}
        try:
            from pyshacl import validate as shacl  # noqa: PLC0415 - only for this option
        except ImportError as error:
            raise _CannotValidateError(
                "--shapes needs pyshacl, which is not installed: pip install pyshacl"
            ) from error
        self._shacl = shacl

    def __call__(self, graph: Graph) -> Iterator[dict[str, str]]:
        for file, shapes in self._shapes.items():
            try:
                _, report, text = self._shacl(graph, shacl_graph=shapes)
            except Exception as error:
                raise _unusable(file, error) from error
            if not isinstance(report, Graph):
                raise _unusable(file, text)
            for whole in report.subjects(RDF.type, SH.ValidationReport):
                for each in report.objects(whole, SH.result):
                    severity = str(report.value(each, SH.resultSeverity)).rpartition("#")[2]
                    yield {
                        "shapes": file.name,
                        "severity": severity.lower(),
                        "node": str(report.value(each, SH.focusNode)),
                        "property": str(report.value(each, SH.resultPath) or ""),
                        "message": str(report.value(each, SH.resultMessage) or ""),
                    }


def _parsed(file: Path) -> Graph:
    try:
        return Graph().parse(file)
    except Exception as error:
        raise _unusable(file, error) from error


def _unusable(file: Path, error: object) -> _CannotValidateError:
    return _CannotValidateError(
        f"{file} could not be used: {error}. Expected SHACL shapes in Turtle."
    )
