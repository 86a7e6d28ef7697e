"""Harvests of one catalogue by ours, by ckanext-dcat's and by ckanext-harvest's harvester.

All with the same plugins, services and datasets, in one process, stage by stage; the catalogue is
served by another process. What was made is removed.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import catalog_world as world
from bench.figures import Limit

DATASETS = 1_000
LARGE = 20_000
SLUG = "dimos-peiraios"
TIMES = 50.0
MOST_ABOVE = 10.0  # milliseconds a dataset
MOST_GROWTH = 64.0  # megabytes
THEIRS = ("ckan_harvester", "dcat_rdf_harvester")
Say = Callable[[str], None]


class WrongHarvest(Exception):  # noqa: N818 - says what the measurement found
    """A harvest did not bring what was served: its time would mean nothing."""


@dataclass(frozen=True)
class Way:
    """A harvester and what it reads.

    Attributes:
        name: as printed.
        kind: type of the source.
        path: under the address of the catalogue.
        config: of the source.
    """

    name: str
    kind: str
    path: str
    config: Callable[[str], dict[str, Any]]


WAYS = (
    Way(
        "ours, CKAN",
        "municipal_catalog",
        "",
        lambda url: {"municipality": SLUG, "ckan": {"url": url, "query": "*:*"}},
    ),
    Way("ckanext-harvest, CKAN", "ckan", "", lambda url: {"force_all": True}),
    Way(
        "ours, DCAT",
        "municipal_catalog",
        "/catalog.ttl",
        lambda url: {"municipality": SLUG, "dcat": {"url": f"{url}/catalog.ttl"}},
    ),
    Way("ckanext-dcat, RDF", "dcat_rdf", "/catalog.ttl", lambda url: {"rdf_format": "turtle"}),
)


def measure(count: int, say: Say, large: int = LARGE) -> bool:
    """Print what harvests cost; whether all bars were reached.

    Args:
        count: datasets of the catalogue.
        say: prints a line.
        large: datasets of the catalogue whose reading must not take more memory.

    Raises:
        WrongHarvest: a harvester did not bring all datasets.
    """
    import ckan.plugins as p

    _prepare()
    for name in THEIRS:
        if not p.plugin_loaded(name):
            p.load(name)
    say(
        f"Catalogues: {count:,} datasets of three files, first harvest and an unchanged second one."
    )
    with world.serving(count) as url:
        bare = _bare(count)
        say(f"{'bare package_create':<28} {_each(bare, count):>8.2f} ms a dataset")
        seconds: dict[str, tuple[float, float]] = {}
        for way in WAYS:
            first, second = _harvests(way, url, count)
            seconds[way.name] = first, second
            say(
                f"{way.name:<28} {_each(first, count):>8.2f} ms a dataset, unchanged"
                f" {_each(second, count):>8.3f} ms"
            )
    passed = True
    for ours, theirs in (
        ("ours, CKAN", "ckanext-harvest, CKAN"),
        ("ours, DCAT", "ckanext-dcat, RDF"),
    ):
        ratio = seconds[theirs][1] / seconds[ours][1]
        passed = passed and ratio >= TIMES
        verdict = "PASS" if ratio >= TIMES else "FAIL"
        say(f"{verdict}: {theirs} / {ours}, unchanged = {ratio:.0f}, at least {TIMES:g} wanted")
    above = Limit(
        "first harvest above bare package_create, CKAN",
        _each(seconds["ours, CKAN"][0] - bare, count),
        MOST_ABOVE,
        "ms a dataset",
    )
    say(str(above))
    return measure_memory(count, large, say) and passed and above.passed


def _prepare() -> None:
    """Ask the catalogue without pauses, and have Solr commit by itself, for all ways alike."""
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import config

    tk.config[config.DELAY] = "0"
    tk.config["ckan.search.solr_commit"] = False


def measure_memory(count: int, large: int, say: Say) -> bool:
    """Print the peak memory of reading a small and a large catalogue, each in a fresh process."""
    small, big = (_peak(number) for number in (count, large))
    say(f"Memory of a first and an unchanged reading: {small:.0f} MB at {count:,} datasets,")
    found = Limit(f"growth to {large:,} datasets", big - small, MOST_GROWTH, "MB")
    say(f"{big:.0f} MB at {large:,}. {found}")
    return found.passed


def _each(seconds: float, count: int) -> float:
    return seconds * 1000 / count


def _bare(count: int) -> float:
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal.harvesters import datasets

    owner = _owner()
    made = []
    try:
        started = time.perf_counter()
        for number in range(count):
            wanted = {**world.package(number), "owner_org": owner}
            context: Any = {**datasets.site_context(), "return_id_only": True}
            made.append(tk.get_action("package_create")(context, wanted))
        return time.perf_counter() - started
    finally:
        for package_id in made:
            tk.get_action("dataset_purge")(datasets.site_context(), {"id": package_id})
        model.Session.remove()


def _owner() -> str:
    from ckanext.greekmunicipal.harvesters import datasets, setting_up
    from ckanext.greekmunicipal.municipalities import by_slug

    body = by_slug(SLUG)
    setting_up.organization(body, dry_run=False)
    return datasets.owner_of(body.diavgeia_uid)


@contextmanager
def _source(way: Way, url: str) -> Iterator[str]:
    """A source, and all that it brought is removed at the end."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    from ckanext.greekmunicipal import datastore
    from ckanext.greekmunicipal.harvesters import datasets

    made = tk.get_action("harvest_source_create")(
        datasets.site_context(),
        {
            "name": f"bench-{way.kind.replace('_', '-')}-{int(time.time() * 1000)}",
            "title": way.name,
            "url": f"{url}{way.path}",
            "source_type": way.kind,
            "config": json.dumps(way.config(url)),
            "owner_org": _owner(),
        },
    )
    try:
        yield made["id"]
    finally:
        model.Session.rollback()
        tk.get_action("harvest_source_clear")(datasets.site_context(), {"id": made["id"]})
        tk.get_action("dataset_purge")(datasets.site_context(), {"id": made["id"]})
        with datastore.transaction() as cursor:
            for table in ("catalogue_record", "catalogue_page", "harvest_report"):
                cursor.execute(
                    f"DELETE FROM greekmunicipal.{table} WHERE source_id = %s", (made["id"],)
                )


def _harvests(way: Way, url: str, count: int) -> tuple[float, float]:
    with _source(way, url) as source:
        first = _harvest(way.kind, source)
        brought = _count(source)
        if brought != count:
            raise WrongHarvest(f"{way.name} brought {brought} of {count} datasets.")
        return first, _harvest(way.kind, source)


def _harvest(kind: str, source: str, *, until_gathered: bool = False) -> float:
    """Seconds of one job."""
    import ckan.model as model
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

    harvester: Any = queue.get_harvester(kind)
    job: Any = HarvestJob(source=HarvestSource.get(source), status="Running")
    job.save()
    job_id = job.id
    started = time.perf_counter()
    tickets: Any = queue.gather_stage(harvester, job) or []
    if not until_gathered:
        for ticket in tickets:
            queue.fetch_and_import_stages(harvester, HarvestObject.get(ticket))
            # As the consumer does after each message.
            model.Session.remove()
    seconds = time.perf_counter() - started
    job = HarvestJob.get(job_id)
    if job.gather_errors:
        raise WrongHarvest("; ".join(error.message for error in job.gather_errors))
    job.status = "Finished"
    job.save()
    model.Session.remove()
    return seconds


def _count(source: str) -> int:
    import ckan.model as model
    from ckanext.harvest.model import HarvestObject

    of: Any = HarvestObject
    return (
        model.Session.query(of.package_id)
        .filter(of.harvest_source_id == source, of.current.is_(True), of.package_id.isnot(None))
        .distinct()
        .count()
    )


def _peak(count: int) -> float:
    """Peak memory, in MB, of a process that reads a catalogue twice, its import apart."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.catalogs", str(count)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout.split()[-1])


def _read_twice(count: int) -> None:
    from bench import portal

    with portal.running(), world.serving(count) as url:
        _prepare()
        with _source(WAYS[0], url) as source:
            for _ in range(2):
                _harvest("municipal_catalog", source, until_gathered=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"\n{peak}\n")


if __name__ == "__main__":
    _read_twice(int(sys.argv[1]))
