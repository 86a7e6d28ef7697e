"""Search for datasets: what our fields cost in the index, and our queries in Solr, beside stock's."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import mean, median, quantiles
from typing import Any

import ckan.lib.search.index as ckan_index
import ckan.logic as logic
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search.common import make_connection
from ckan.lib.search.query import QUERY_FIELDS

from bench.figures import Limit
from bench.search_words import ENGLISH, NOTES, SUBJECTS
from ckanext.greekmunicipal import search
from ckanext.greekmunicipal.greek import fold, slug, transliterate
from ckanext.greekmunicipal.harvesters import acts_datasets, datasets
from ckanext.greekmunicipal.harvesters.identity import package_id
from ckanext.greekmunicipal.municipalities import Municipality, municipalities

SEED = 20140525
# Documents of the bench stand beside those of the tests, under a site of their own.
SITE = "bench-of-search"
INDEX_MORE_MS, QUERY_P95_MS = 5.0, 30.0
INDEXED = 150
QUERIES = 400
BATCH = 500
FACETS = ["organization", "family", "vocab_theme", "res_format", "tags"]
FAMILY = "payments"
FACTS = {
    "acts": 1234, "lines": 2345, "withheld": 12, "natural": 345,
    "first": dt.date(2016, 1, 4), "last": dt.date(2025, 12, 30),
    "changed_at": dt.datetime(2025, 12, 31, 6, 0, tzinfo=dt.timezone.utc),
    "sizes": {"acts": 1_234_567, "lines": 234_567},
}  # fmt: skip
# Longer words are keywords.
TAG = 4
STOCK_MM = "2<-1 5<80%"


_Pair = tuple[dict[str, Any], dict[str, Any]]
Document = Callable[[dict[str, Any]], dict[str, Any]]


def measure(documents: int, rounds: int, say: Callable[[str], None]) -> bool:
    """Print what indexing and asking cost.

    Args:
        documents: how many datasets the index holds when it is asked.
        rounds: runs of the indexing.
        say: prints a line.

    Returns:
        Whether both bars were reached.
    """
    connection = make_connection()
    _remove(connection)
    try:
        with _original() as pair:
            more = _measure_index(pair, rounds, say)
            say("")
            _fill(connection, pair, documents, say)
        slowest = _measure_queries(connection, say)
    finally:
        _remove(connection)
    bars = (
        Limit("more per dataset indexed", more, INDEX_MORE_MS, "ms"),
        Limit(f"p95 of a query in Solr, {documents:,} documents", slowest, QUERY_P95_MS, "ms"),
    )
    for bar in bars:
        say(str(bar))
    return all(bar.passed for bar in bars)


def _measure_index(pair: _Pair, rounds: int, say: Callable[[str], None]) -> float:
    """Milliseconds more per dataset: CKAN's whole way into Solr, without a commit."""
    drawn = random.Random(SEED)
    ways: tuple[tuple[str, Document], ...] = (("stock", _as_stock), ("ours", search.document))
    spent: dict[str, list[float]] = {way: [] for way, _ in ways}
    hook: list[float] = []
    index = ckan_index.PackageSearchIndex()
    for _ in range(rounds):
        given = [_dataset(pair, drawn, number) for number in range(INDEXED)]
        # In turns for each dataset: a shared machine changes its speed while it measures.
        for number, each in enumerate(given):
            for way, document in ways if number % 2 else ways[::-1]:
                with _indexing(document):
                    dataset = copy.deepcopy(each)
                    started = time.perf_counter()
                    index.index_package(dataset, defer_commit=True)
                    spent[way].append(1000 * (time.perf_counter() - started))
        with _indexing(_timed(search.document, hook)), _collected():
            for each in given:
                index.index_package(copy.deepcopy(each), defer_commit=True)
    more = median(spent["ours"]) - median(spent["stock"])
    say(f"Indexing: {rounds} x {INDEXED} invented datasets, each with other texts, in turns.")
    for way, found in spent.items():
        say(f"{way:<8} median {median(found):6.2f} ms, mean {mean(found):6.2f} ms a dataset")
    say(f"of ours in the hook: median {median(hook):.2f} ms, mean {mean(hook):.2f} ms")
    return more


def _measure_queries(connection: Any, say: Callable[[str], None]) -> float:
    """Milliseconds in Solr that 95 of 100 of our queries stay under."""
    asked = list(_queries(random.Random(SEED)))
    started = time.perf_counter()
    rewritten = [search.parameters({"q": typed}) for typed in asked]
    rewriting = 1000 * (time.perf_counter() - started) / len(asked)
    stock = [{"q": typed, "defType": "dismax", "qf": QUERY_FIELDS} for typed in asked]
    say(f"Queries: {len(asked)} different ones of each way, with the facets of the page.")
    slowest = 0.0
    for way, parameters in (("stock", stock), ("ours", rewritten)):
        in_solr, whole, hits = [], [], 0
        for each in parameters:
            sent = {
                "mm": STOCK_MM, "tie": "0.1", "q.op": "AND", "df": "text", "fl": "id",
                "fq": f"+site_id:{SITE}", "rows": 21, "facet": "true", "facet.field": FACETS,
                "facet.limit": 50, "facet.mincount": 1, **each,
            }  # fmt: skip
            started = time.perf_counter()
            answer = connection.search(**sent)
            whole.append(1000 * (time.perf_counter() - started))
            in_solr.append(float(answer.qtime))
            hits += bool(answer.hits)
        p95 = quantiles(in_solr, n=20)[-1]
        say(
            f"{way:<8} in Solr: mean {mean(in_solr):5.1f} ms, p95 {p95:5.1f} ms;"
            f" with the way there: median {median(whole):5.1f} ms;"
            f" {hits} of {len(asked)} found something"
        )
        slowest = p95
    say(f"rewriting a query: mean {rewriting:.2f} ms, words not met before")
    return slowest


def _fill(connection: Any, pair: _Pair, count: int, say: Callable[[str], None]) -> None:
    """Bring documents into Solr as CKAN makes them, in batches."""
    drawn = random.Random(SEED + 1)
    index = ckan_index.PackageSearchIndex()
    started = time.perf_counter()
    with _indexing(search.document), _collected() as made:
        for number in range(count):
            index.index_package(_dataset(pair, drawn, number), defer_commit=True)
            if len(made) == BATCH or number == count - 1:
                connection.add(made, commit=False)
                made.clear()
    connection.commit()
    say(f"{count:,} documents indexed in {time.perf_counter() - started:.0f} s")


@contextmanager
def _original() -> Iterator[_Pair]:
    """A harvested dataset as CKAN gives it to the index; it goes again."""
    body = municipalities()[0]
    _purge(body)
    try:
        tk.get_action("organization_create")(
            datasets.site_context(),
            {
                "id": datasets.organization_id(body.diavgeia_uid),
                "name": body.slug,
                "municipality": body.slug,
            },
        )
        dataset = acts_datasets.dataset_of(body.diavgeia_uid, FAMILY, with_lines=True, facts=FACTS)
        made = tk.get_action("package_create")(datasets.site_context(), dataset)
        yield _as_indexed(made["id"])
    finally:
        _purge(body)


def _as_indexed(package: str) -> _Pair:
    """A dataset in the two forms that CKAN indexes: of its own schema, and of ours."""
    both = getattr(logic, "package_show_default_and_custom_schemas", None)
    if both is not None:
        return both(datasets.site_context(), package)
    show = tk.get_action("package_show")  # CKAN 2.11
    default = show(datasets.site_context(), {"id": package, "use_default_schema": True})
    return default, show(datasets.site_context(), {"id": package})


def _purge(body: Municipality) -> None:
    model.Session.rollback()
    package = package_id(body.diavgeia_uid, FAMILY)
    if model.Package.get(package):
        tk.get_action("dataset_purge")(datasets.site_context(), {"id": package})
    for name in (body.slug, datasets.organization_id(body.diavgeia_uid)):
        if model.Group.get(name):
            tk.get_action("organization_purge")(datasets.site_context(), {"id": name})


def _dataset(pair: _Pair, drawn: random.Random, number: int) -> dict[str, Any]:
    """The original with the texts of another dataset, in both forms that CKAN indexes."""
    body = municipalities()[number % len(municipalities())]
    title_el, title_en = SUBJECTS[drawn.randrange(len(SUBJECTS))]
    year = drawn.randrange(2010, 2027)
    title = {"el": f"{title_el} {year} – {body.name_el}", "en": f"{title_en} – {body.name_en}"}
    notes = {"el": " ".join(drawn.sample(NOTES, 5)), "en": f"{title_en} of {body.name_en}."}
    tags = [{"name": word.strip(",.").lower()} for word in title_el.split() if len(word) > TAG]
    default, custom = copy.deepcopy(pair)
    same = {
        "id": str(uuid.UUID(int=drawn.getrandbits(128))),
        "name": f"{slug(title['el'])[:80]}-{number}",
        "title": title["el"],
        "notes": notes["el"],
    }
    organization = {"name": body.slug, "title": body.name_el}
    for each in (default, custom):
        each.update(same)
        each["organization"] = {**each["organization"], **organization}
        each["tags"] = [{**tag, "vocabulary_id": None, "display_name": tag["name"]} for tag in tags]
    translated = {"title_translated": title, "notes_translated": notes}
    custom.update(translated, municipality=body.slug)
    stored = {name: json.dumps(text, ensure_ascii=False) for name, text in translated.items()}
    stored["municipality"] = body.slug
    default["extras"] = [
        {**extra, "value": stored.get(extra["key"], extra["value"])} for extra in default["extras"]
    ]
    return {**default, "with_custom_schema": custom}


def _queries(drawn: random.Random) -> Iterator[str]:
    """What people type: words of titles and municipalities in many spellings, each query once."""
    seen: set[str] = set()
    while len(seen) < QUERIES:
        words = drawn.choice(SUBJECTS)[0].split()
        place = drawn.choice(municipalities()).common_name_el
        chosen = drawn.sample(words, min(len(words), drawn.randrange(1, 4)))
        typed = drawn.choice(
            [
                " ".join([*chosen, place]),
                fold(" ".join([*chosen, place])),
                " ".join(chosen).upper() + " " + place.upper(),
                transliterate(" ".join([*chosen, place])),
                transliterate(place).lower(),
                f'"{" ".join(words[:2])}" {place}',
                f"{fold(chosen[0])[:6]}* {place}",
                f"{chosen[0]} OR {place}",
                f"title:{chosen[0]} {fold(place)}",
                f"{drawn.choice(ENGLISH)} {transliterate(place)}",
                f"{chosen[0]} -{fold(place)} {drawn.randrange(2010, 2027)}",
            ]
        )
        if typed not in seen:
            seen.add(typed)
            yield typed


def _as_stock(dataset: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in dataset.items() if k not in search.NOT_AS_ONE_TERM}


def _timed(document: Document, spent: list[float]) -> Document:
    def timed(dataset: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        made = document(dataset)
        spent.append(1000 * (time.perf_counter() - started))
        return made

    return timed


@contextmanager
def _indexing(document: Document) -> Iterator[None]:
    """Index under the bench's own site, with a hook of ours or without."""
    before, site = search.document, tk.config["ckan.site_id"]
    search.document = document
    tk.config["ckan.site_id"] = SITE
    try:
        yield
    finally:
        search.document = before
        tk.config["ckan.site_id"] = site


@contextmanager
def _collected() -> Iterator[list[dict[str, Any]]]:
    """Keep documents instead of sending them."""
    made: list[dict[str, Any]] = []

    class Collector:
        def add(self, docs: Sequence[dict[str, Any]], **_: Any) -> None:
            made.extend(docs)

    before = ckan_index.make_connection
    ckan_index.make_connection = Collector  # type: ignore[assignment]
    try:
        yield made
    finally:
        ckan_index.make_connection = before


def _remove(connection: Any) -> None:
    connection.delete(q=f"+site_id:{SITE}")
    connection.commit()
