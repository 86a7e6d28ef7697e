"""The catalogue feed beside ckanext-dcat's: pages cold and warm, an unchanged page, the dump."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import ckan.model as model
from ckanext.dcat import utils

from bench.feed_world import World, catalogue
from ckanext.greekmunicipal import datastore
from ckanext.greekmunicipal.dcat.feed import cache, dump, settings

PAGE = 100
# Extension of the address, and the name of ckanext-dcat's serialiser.
FORMATS = {"ttl": "Turtle", "xml": "RDF/XML (stock: pretty-xml)", "jsonld": "JSON-LD"}
DUMPS = (100, 500, 2_000)
STOCK = "euro_dcat_ap_3"
OURS = "greek_municipal_dcat_ap"
WARM_TIMES, DUMP_TIMES, MORE_MS = 50.0, 1.3, 2.0
# An answer of milliseconds is asked for so many times in each round.
REPEATS = 40
_DATASET = re.compile(r"/dataset/([0-9a-f-]{36})[>\"]")


class WrongAnswer(Exception):  # noqa: N818 - says what the measurement found
    """An answer is not what it should be: its time would mean nothing."""


@dataclass(frozen=True)
class Bar:
    """What a figure has to be.

    Attributes:
        text: the figure in words.
        passed: whether it is as wanted.
    """

    text: str
    passed: bool

    def __str__(self) -> str:
        return f"{'PASS' if self.passed else 'FAIL'}: {self.text}"


def measure(app: Any, rounds: int, say: Callable[[str], None]) -> bool:
    """Print all figures.

    Args:
        app: the portal.
        rounds: runs of each measurement.
        say: prints a line.

    Returns:
        Whether all bars were reached.

    Raises:
        WrongAnswer: something that was measured did not do its work.
    """
    client = app.test_client()
    with catalogue() as world:
        world.grow(PAGE)
        _settle()
        bars = _pages(app, client, rounds, say)
        bars.append(_unchanged(client, rounds, say))
        bars.append(_dumps(world, rounds, say))
    for bar in bars:
        say(str(bar))
    return all(bar.passed for bar in bars)


def _pages(app: Any, client: Any, rounds: int, say: Callable[[str], None]) -> list[Bar]:
    say(f"Feed: a page of {PAGE} datasets of the family payments, two resources each; seconds,")
    say(f"median of {rounds} runs (min, max). Stock: ckanext-dcat's own view on the same portal,")
    say(f"with its profile {STOCK}, and with ours, which says three times as much.")
    bars = []
    for extension, name in FORMATS.items():
        times: dict[str, list[float]] = {each: [] for each in ("cold", "warm", "stock", "same")}
        for _ in range(rounds):
            # They take turns: a shared machine changes its speed while it measures.
            times["stock"].append(_seconds(lambda e=extension: _stock(app, e, STOCK)))
            times["cold"].append(_cold(client, extension))
            times["warm"].append(_warm(client, extension))
            times["same"].append(_seconds(lambda e=extension: _stock(app, e, OURS)))
        say(f"{name}:")
        for each, told in (
            ("stock", f"stock, {STOCK}"),
            ("same", "stock, our profile"),
            ("cold", "ours cold, packages read"),
            ("warm", "ours warm"),
        ):
            say(f"  {told:<28} {_told(times[each])}")
        warm = median(times["stock"]) / median(times["warm"])
        cold = median(times["stock"]) / median(times["cold"])
        bars += [
            Bar(
                f"{name}: warm {warm:,.0f} x stock, at least {WARM_TIMES:g} wanted",
                warm >= WARM_TIMES,
            ),
            Bar(f"{name}: cold {cold:.2f} x stock, at least 1 wanted", cold >= 1),
        ]
    return bars


def _unchanged(client: Any, rounds: int, say: Callable[[str], None]) -> Bar:
    etag = _get(client, "/catalog.ttl").headers["ETag"]
    unchanged, status = [], []
    for _ in range(rounds):
        for _ in range(REPEATS):
            status.append(_seconds(lambda: _get(client, "/api/3/action/status_show")))
            unchanged.append(_seconds(lambda: _get(client, "/catalog.ttl", 304, etag)))
    more = 1000 * (median(unchanged) - median(status))
    say(f"304 of a page {_ms(unchanged)}, status_show {_ms(status)}")
    return Bar(
        f"a 304 costs {more:.2f} ms more than status_show, at most {MORE_MS:g} wanted",
        more <= MORE_MS,
    )


def _dumps(world: World, rounds: int, say: Callable[[str], None]) -> Bar:
    say(f"Dump ({', '.join(settings.dump_formats())}; plain and gz), nothing kept before:")
    each: dict[int, float] = {}
    for count in DUMPS:
        world.grow(count)
        _settle()
        times = []
        for _ in range(max(1, rounds * DUMPS[0] // count)):
            _forget()
            times.append(_seconds(lambda: dump.write(force=True)))
        again = _seconds(lambda: dump.write(force=True))
        current = dump.latest()
        if current is None or current.datasets != count:
            raise WrongAnswer(f"{count} datasets there, the dump holds {current}.")
        each[count] = median(times) / count
        size = current.path("ttl").stat().st_size
        say(
            f"  {count:>5,} datasets {_told(times)}, {1000 * each[count]:.2f} ms each,"
            f" {size / 1e6:.1f} MB; again from fragments {again:.2f} s"
        )
    grown = each[DUMPS[-1]] / each[DUMPS[0]]
    return Bar(
        f"a dataset of {DUMPS[-1]:,} costs {grown:.2f} x one of {DUMPS[0]} in the dump,"
        f" at most {DUMP_TIMES:g} wanted",
        grown <= DUMP_TIMES,
    )


def _stock(app: Any, extension: str, profile: str) -> None:
    """ckanext-dcat's view, past our own which has taken its address."""
    with app.test_request_context(f"/catalog.{extension}?profiles={profile}"):
        app.preprocess_request()
        answer: Any = utils.read_catalog_page(extension)
    if answer.status_code != 200:
        raise WrongAnswer(f"ckanext-dcat answered {answer.status_code}.")
    _has_whole_page(answer)


def _cold(client: Any, extension: str) -> float:
    _forget()
    seconds = _seconds(lambda: _get(client, f"/catalog.{extension}"))
    _has_whole_page(_get(client, f"/catalog.{extension}"))
    return seconds


def _warm(client: Any, extension: str) -> float:
    times = [_seconds(lambda: _get(client, f"/catalog.{extension}")) for _ in range(REPEATS)]
    return median(times)


def _get(client: Any, address: str, status: int = 200, etag: str | None = None) -> Any:
    answer = client.get(address, headers={"If-None-Match": etag} if etag else {})
    if answer.status_code != status:
        raise WrongAnswer(f"{address} answered {answer.status_code}, {status} expected.")
    return answer


def _has_whole_page(answer: Any) -> None:
    found = len(set(_DATASET.findall(answer.get_data(as_text=True))))
    if found != PAGE:
        raise WrongAnswer(f"{found} datasets are on the page, {PAGE} expected.")


def _forget() -> None:
    cache.forget()
    with datastore.transaction() as cursor:
        cursor.execute("TRUNCATE greekmunicipal.feed_fragment")
    folder = settings.storage()
    if folder is not None:
        shutil.rmtree(folder / "feed", ignore_errors=True)


def _settle() -> None:
    """Let the planner know how large the tables are, as autovacuum does in a portal."""
    connection: Any = model.Session.connection().connection
    with connection.cursor() as cursor:
        for table in ("package", "resource", "package_tag", '"group"'):
            cursor.execute(f"ANALYZE {table}")
    model.Session.commit()


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _told(times: list[float]) -> str:
    return f"{median(times):>8.4f} s ({min(times):.4f}, {max(times):.4f})"


def _ms(times: list[float]) -> str:
    return f"{1000 * median(times):.2f} ms"
