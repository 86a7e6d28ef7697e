"""The reading of a catalogue: all of it, or nothing of it counts."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

import ckan.model as model

from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.catalogs import identity
from ckanext.greekmunicipal.catalogs.records import Mapped, Shape, UnusableRecordError
from ckanext.greekmunicipal.harvesters.base import said
from ckanext.greekmunicipal.harvesters.budget_sources.errors import failure
from ckanext.greekmunicipal.harvesters.budget_sources.listing import open_web
from ckanext.greekmunicipal.harvesters.budget_sources.web import Web
from ckanext.greekmunicipal.harvesters.catalogs import ckan_pages, dcat_pages, own, store
from ckanext.greekmunicipal.harvesters.catalogs.options import Options
from ckanext.greekmunicipal.harvesters.catalogs.pages import Item, KnownPage, Page, Tally
from ckanext.greekmunicipal.harvesters.catalogs.shape import shape

READ, FAILED = "read", "failed"
# Kinds of what could not be mapped that a report tells, the most frequent first.
_TOLD = 200
_CHUNK = 1000


class Reading:
    """One reading of a catalogue.

    Args:
        source_id: the harvest source.
        job_id: the job.
        options: of the source.
    """

    def __init__(self, source_id: str, job_id: str, options: Options) -> None:
        self.source_id, self.job_id, self.options = source_id, job_id, options
        self.counts: Counter[str] = Counter()
        self.looks: Counter[tuple[str, str]] = Counter()
        self.examples: dict[tuple[str, str], str] = {}
        self.unusable: list[str] = []
        self.held: list[str] = []
        self.pages: dict[str, KnownPage] = {}
        self._again: list[str] = []
        self._taken_back: list[str] = []
        self._tally = Tally(options.catalogue.url)
        with datastore.transaction() as cursor:
            self.known = store.known(cursor, source_id)
            self._known_pages = store.known_pages(cursor, source_id)

    def read(self) -> None:
        """Read the catalogue to its end, then note what it gave in one transaction.

        Raises:
            SourceFailure: it is broken, empty, truncated or changed meanwhile; nothing counts.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
            with open_web() as web:
                for page in pages_of(self.options, web, self._same_page, shape()):
                    self._tally.add(page.known)
                    self.pages[page.url] = page.known
                    for line in self._changed(page):
                        spool.write(line + "\n")
                self.counts["requests"] = web.requests
            self._tally.close()
            seen = self._tally.seen
            if not seen and self.known:
                raise failure("no-datasets", url=self.options.catalogue.url, count=len(self.known))
            self.counts |= {"pages": len(self.pages), "datasets": len(seen)}
            spool.seek(0)
            with datastore.session_lock("catalogues"), datastore.transaction() as cursor:
                self._note(cursor, (store.Change(**json.loads(line)) for line in spool))

    def report(self, status: str, errors: list[str]) -> dict[str, Any]:
        """What was found, for the report of the job."""
        return {
            "status": status,
            "url": self.options.catalogue.url,
            "read": dict(self.counts),
            "not_mapped": [
                {"field": field, "why": why, "count": count, "example": self.examples[field, why]}
                for (field, why), count in self.looks.most_common(_TOLD)
            ],
            "unusable": self.unusable[:_TOLD],
            "held": self.held[:_TOLD],
            "errors": errors,
        }

    def _same_page(self, url: str, digest: str) -> KnownPage | None:
        """A page that is as it was, if all that stood on it is still here too."""
        page = self._known_pages.get(url)
        settled = (store.HERE, store.OURS, store.UNUSABLE)
        if page is None or page.digest != digest:
            return None
        states = (self.known.get(record, ("", ""))[1] for record in page.records)
        return page if all(state in settled for state in states) else None

    def _changed(self, page: Page) -> Iterator[str]:
        """What is new or has changed on a page, as lines of JSON."""
        if page.items is None:
            self.counts["unchanged"] += len(page.known.records)
            return
        for batch in _batches(page.items, store.BATCH):
            yield from self._changed_of(batch)

    def _changed_of(self, items: list[Item]) -> Iterator[str]:
        fresh = []
        for item in items:
            fingerprint, state = self.known.get(item.record, ("", ""))
            if fingerprint != item.fingerprint:
                fresh.append(item)
                continue
            self.counts["unchanged"] += 1
            if state in (store.ABSENT, store.GONE):
                self._again.append(item.record)
        mapped = [(item, self._map(item)) for item in fresh]
        ours = own.of_this_portal([found for _, found in mapped if found is not None])
        for item, found in mapped:
            if change := self._change(item, found, ours):
                yield json.dumps(asdict(change), ensure_ascii=False)

    def _map(self, item: Item) -> Mapped | None:
        try:
            return item.map()
        except UnusableRecordError as error:
            self.counts["unusable"] += 1
            self.unusable.append(str(error))
            return None

    def _change(self, item: Item, found: Mapped | None, ours: set[str]) -> store.Change | None:
        state = self.known.get(item.record, ("", ""))[1]
        if found is None:
            if state in (store.HERE, store.ABSENT):
                return None  # what was there stays
            return store.Change(
                item.record, "", item.fingerprint, store.UNUSABLE, "", (), "", {}, []
            )
        if found.record in ours:
            self.counts["ours"] += 1
            if state in (store.HERE, store.ABSENT):
                self._taken_back.append(item.record)
                return None
            kind = store.OURS
        else:
            kind = store.HERE
            self.counts["changed" if state else "new"] += 1
            self._look_at(found)
        return store.Change(
            record=item.record,
            package_id=identity.package_id(self.options.catalogue.url, item.record)
            if kind == store.HERE
            else "",
            fingerprint=item.fingerprint,
            state=kind,
            modified=found.modified,
            keys=found.keys,
            page=found.page,
            dataset=found.dataset,
            looks=list(found.looks),
        )

    def _look_at(self, found: Mapped) -> None:
        for look in found.looks:
            kind = (_numberless(look["field"]), look["why"])
            self.looks[kind] += 1
            self.examples.setdefault(kind, f"{found.page or found.record}: {look['value']}"[:300])

    def _note(self, cursor: Any, changes: Iterable[store.Change]) -> None:
        for batch in _batches(iter(changes), store.BATCH):
            self._join(cursor, batch)
            store.write(cursor, self.source_id, self.options.preference, batch)
        store.find_again(cursor, self.source_id, self._again)
        store.dismiss(cursor, self.source_id, self._taken_back)
        self._miss(cursor)
        # Pages whose records were not all believed are read again.
        store.write_pages(cursor, self.source_id, self.pages if not self.unusable else {})

    def _join(self, cursor: Any, batch: list[store.Change]) -> None:
        """Recognise datasets that another source has already."""
        born = Counter(key for change in batch for key in change.keys)
        keys = [key for key, count in born.items() if count == 1]
        if not keys:
            return
        elsewhere = store.same_elsewhere(cursor, self.source_id, keys)
        for at, change in enumerate(batch):
            hits = [elsewhere[key] for key in change.keys if key in elsewhere]
            if change.state == store.HERE and hits:
                package, _ = min(hits, key=lambda hit: (hit[1], hit[0]))
                batch[at] = store.Change(**{**asdict(change), "package_id": package})
                self.counts["shared"] += 1

    def _miss(self, cursor: Any) -> None:
        """Delete what is absent, or hold it back until it is absent again."""
        gone = store.GONE
        living = {
            record
            for record, (_, state) in self.known.items()
            if state in (store.HERE, store.ABSENT)
        }
        others = {record for record, (_, state) in self.known.items() if state not in (gone,)}
        absent = sorted(others - self._tally.seen)
        confirmed = [each for each in absent if self.known[each][1] == store.ABSENT]
        fresh = [each for each in absent if self.known[each][1] != store.ABSENT]
        self.counts["absent"] = len(absent)
        if self.options.guard.holds(len(fresh), len(living)):
            store.miss(cursor, self.source_id, fresh, self.job_id)
            self.held = [each for each in fresh if self.known[each][1] == store.HERE]
            self.counts["held"] = len(self.held)
            fresh = []
        store.dismiss(cursor, self.source_id, [*confirmed, *fresh])
        self.counts["deleted"] = len(confirmed) + len(fresh)


def pages_of(options: Options, web: Web, known: Any, kinds: Shape) -> Iterator[Page]:
    """Pages of the catalogue of a source, whatever its kind."""
    pages = dcat_pages.pages if options.catalogue.kind == "dcat" else ckan_pages.pages
    return pages(options.catalogue, web, known, options.basis, kinds)


def read(job: Any, options: Options) -> Reading:
    """Read the catalogue of a job and write its report, whatever comes of it."""
    started = dt.datetime.now(dt.timezone.utc)
    reading = Reading(job.source_id, job.id, options)

    def tell(status: str, errors: list[str]) -> None:
        unit = f"{options.catalogue.kind} {options.catalogue.url}"
        report = reading.report(status, errors)
        with datastore.transaction() as cursor:
            store.write_report(cursor, job.id, unit, job.source_id, started, report)

    try:
        reading.read()
        _publish_purged(job.source_id)
    except Exception as error:
        tell(FAILED, [said(error)])
        raise
    tell(READ, [])
    return reading


def _publish_purged(source_id: str) -> None:
    """Have datasets published again that were purged, or cleared with their source."""
    with datastore.transaction() as cursor:
        expected = store.packages(cursor, source_id)
    for at in range(0, len(expected), _CHUNK):
        chunk = expected[at : at + _CHUNK]
        query = model.Session.query(model.Package.id).filter(model.Package.id.in_(chunk))
        lost = set(chunk) - {package for (package,) in query}
        if lost:
            with datastore.transaction() as cursor:
                # One that waits to be published for the first time is not there either.
                store.publish_again(cursor, lost)
    model.Session.rollback()


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(items, size)):
        yield batch


def _numberless(field: str) -> str:
    """A field of any resource: ``resources/3/size`` is ``resources/size``."""
    return "/".join(part for part in field.split("/") if not part.isdecimal())
