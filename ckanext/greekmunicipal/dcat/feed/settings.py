"""What the feed depends on besides the datasets: options, and the code that maps."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import config as our_config

EXCLUDED_FAMILIES = "ckanext.greekmunicipal.feed.exclude_families"
PER_PAGE = "ckanext.dcat.datasets_per_page"
MOST_PER_PAGE = 1000

# Types of packages that are datasets to the outside; a harvest source is none.
EXPORTED_TYPES = ("dataset",)

# A change of one of these is a change of what the RDF says.
_OPTIONS = ("ckanext.dcat.", "ckanext.greekmunicipal.", "scheming.")
_MORE = (
    "ckan.locale_default",
    "ckan.plugins",
    "ckan.root_path",
    "ckan.site_description",
    "ckan.site_title",
    "ckan.site_url",
)
_MAPPING = ("dcat", "schemas", "vocabularies", "municipalities", "quality")
_SOURCES = (".py", ".csv", ".yaml", ".json")
_PACKAGES = ("ckan", "ckanext-dcat", "ckanext-scheming", "rdflib")


def per_page() -> int:
    """Datasets on a page: ckanext-dcat's option, from 1 to 1,000."""
    try:
        wanted = int(tk.config.get(PER_PAGE) or 100)
    except (TypeError, ValueError):
        return 100
    return max(1, min(wanted, MOST_PER_PAGE))


def excluded_families() -> tuple[str, ...]:
    """Families that the feed and the dumps leave out."""
    return tuple(sorted(tk.config.get(EXCLUDED_FAMILIES) or ()))


def dump_formats() -> tuple[str, ...]:
    """Extensions of the dumps, none when no dump is wanted."""
    return tuple(tk.config.get(our_config.FEED_DUMPS) or ())


def dump_interval() -> int:
    """Seconds after which a dump that is out of date is made anew."""
    return int(tk.config[our_config.FEED_INTERVAL])


def storage() -> Path | None:
    """Folder of dumps and of cached downloads, None when CKAN stores no files."""
    folder = tk.config.get("ckan.storage_path")
    return Path(folder) / "greekmunicipal" if folder else None


def mapping() -> str:
    """A text that changes with the options and the code that RDF is made by."""
    return f"{_code()}{_options(_values())}"


def _values() -> tuple[tuple[str, str], ...]:
    config = tk.config
    return tuple([(key, str(config.get(key))) for key in _keys(len(config))])


@lru_cache(maxsize=8)
def _keys(_number_of_options: int) -> tuple[str, ...]:
    return tuple(key for key in sorted(tk.config) if key.startswith(_OPTIONS) or key in _MORE)


@lru_cache(maxsize=8)
def _options(values: tuple[tuple[str, str], ...]) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _code() -> str:
    """Digest of the modules and tables that take part in the mapping."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[2]
    for folder in _MAPPING:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in _SOURCES and path.is_file():
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()[:16]
