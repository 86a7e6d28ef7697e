"""``greekmunicipal quality``: MQA of each dataset in a DCAT file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import click

from ckanext.greekmunicipal.console import DONE, LOOK, Failure
from ckanext.greekmunicipal.diavgeia.throttle import in_process
from ckanext.greekmunicipal.quality import links, metrics, reading, scoring
from ckanext.greekmunicipal.quality.errors import QualityError
from ckanext.greekmunicipal.quality.fetching import Fetcher
from ckanext.greekmunicipal.quality.scoring import Score

USER_AGENT = "greekmunicipal-quality"
DELAY = 1.0  # seconds between two requests to one host


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--json", "as_json", is_flag=True, help="Print an array of JSON objects.")
@click.option(
    "--check-links", is_flag=True, help="Ask whether the links answer; they are unknown otherwise."
)
@click.option(
    "--allow-private", is_flag=True, help="Read and ask addresses of private networks too."
)
@click.option(
    "--language",
    type=click.Choice(["el", "en"]),
    default="el",
    show_default=True,
    help="Language of what to do next.",
)
@click.pass_context
def quality(
    ctx: click.Context,
    source: str,
    as_json: bool,
    check_links: bool,
    allow_private: bool,
    language: str,
) -> None:
    """Points of each dataset of a DCAT FILE or URL in the MQA of data.europa.eu, of 405.

    Turtle, RDF/XML, JSON-LD, N-Triples and N3 are read. Ends with 0 when nothing is to be mended,
    1 when there is something, 2 when the file cannot be read or holds no dataset.
    """
    # Each odd literal and address would be told twice, once by rdflib.
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    fetcher = Fetcher(
        user_agent=USER_AGENT, throttle=in_process(DELAY), allowed=lambda _: allow_private
    )
    try:
        if source.lower().startswith(("http://", "https://")):
            graph = reading.read_url(source, fetcher)
        else:
            graph = reading.read_file(Path(source))
        scores = scoring.score_all(graph)
        if check_links:
            answers = {
                url: links.check(url, fetcher).answers
                for url in dict.fromkeys(link for each in scores for link in each.links)
            }
            scores = scoring.score_all(graph, answers.get)
    except QualityError as error:
        raise Failure(str(error)) from error
    finally:
        fetcher.close()
    if not scores:
        raise Failure(f"{source} holds no dcat:Dataset: expected a DCAT catalogue or dataset.")
    if as_json:
        click.echo(
            json.dumps([scoring.as_dict(each) for each in scores], ensure_ascii=False, indent=2)
        )
    else:
        click.echo("\n\n".join(text_of(each, language) for each in scores))
        click.echo(_summary(scores, language))
    ctx.exit(LOOK if any(each.next_steps for each in scores) else DONE)


def text_of(score: Score, language: str) -> str:
    """A score for a person to read."""
    words = _WORDS[language]
    band = metrics.band(score.points)
    title = score.titles.get(language) or next(iter(score.titles.values()), "") or score.dataset
    up_to = words["up_to"].format(score.up_to) if score.unknown else ""
    lines = [
        f"{title}\n{score.dataset}",
        f"  {score.points} / {metrics.maximum()}{up_to} · {_label(band, language)}",
    ]
    for dimension in metrics.dimensions():
        points = sum(m.points for m in score.measures if m.metric.dimension == dimension.id)
        lines.append(f"  {_label(dimension, language)}: {points} / {dimension.points}")
    for each in score.next_steps:
        step = each.metric.step_el if language == "el" else each.metric.step_en
        lines.append(f"  + {each.metric.points - each.points:>2}  {step}")
    lines += [f"      {each.message(language)}" for each in score.violations]
    if score.unknown:
        lines.append(f"  ?     {words['unknown']}")
    return "\n".join(lines)


def _summary(scores: list[Score], language: str) -> str:
    mean = sum(each.points for each in scores) / len(scores)
    return "\n" + _WORDS[language]["mean"].format(
        count=len(scores), mean=round(mean), of=metrics.maximum()
    )


def _label(each: Any, language: str) -> str:
    return each.label_el if language == "el" else each.label_en


_WORDS = {
    "el": {
        "up_to": " (έως {} αν απαντούν οι σύνδεσμοι)",
        "unknown": "Οι σύνδεσμοι δεν ελέγχθηκαν· με --check-links ελέγχονται.",
        "mean": "Σύνολα δεδομένων: {count}. Μέσος όρος: {mean} / {of}.",
    },
    "en": {
        "up_to": " (up to {} if the links answer)",
        "unknown": "The links were not checked; --check-links does it.",
        "mean": "Data sets: {count}. Mean: {mean} / {of}.",
    },
}
