"""Typed accessors, one for each option of ``config_declaration.yaml``."""

from __future__ import annotations

import math
from pathlib import Path
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.dcat import options as catalog_options

BASE_URL = "ckanext.greekmunicipal.diavgeia.base_url"
DELAY = "ckanext.greekmunicipal.diavgeia.delay"
CONTACT = "ckanext.greekmunicipal.contact"
PRIVATE_HOSTS = "ckanext.greekmunicipal.allowed_private_hosts"
BUDGETS_FOLDER = "ckanext.greekmunicipal.budgets.folder"
QUALITY = "ckanext.greekmunicipal.catalog.quality"
ORIGINALS = "ckanext.greekmunicipal.budgets.originals"
ADDITIONS = "ckanext.greekmunicipal.additions"

FEED_DUMPS = "ckanext.greekmunicipal.feed.dump_formats"
FEED_INTERVAL = "ckanext.greekmunicipal.feed.dump_interval"
FEED_FORMATS = ("ttl", "rdf", "xml", "jsonld", "n3", "nt")

OURS = "greekmunicipal"
# Plugins whose templates and actions ours build on: CKAN lets the plugin that
# is named first win, so ours stands before each of them.
AFTER_OURS = (
    "scheming_datasets",
    "scheming_organizations",
    "dcat",
    "structured_data",
    "harvest",
    "datastore",
)
REQUIRED = ("scheming_datasets", "scheming_organizations", "dcat", "datastore")
REQUIRED_BY = {
    "diavgeia_harvester": (OURS, "harvest"),
    "municipal_budget_harvester": (OURS, "harvest"),
    "municipal_catalog_harvester": (OURS, "harvest"),
}


def base_url() -> str:
    """Address of the Diavgeia OpenData API, without a slash at its end."""
    return tk.config[BASE_URL].rstrip("/")


def delay() -> float:
    """Seconds between two requests to one host, over all workers."""
    return float(tk.config[DELAY])


def contact() -> str:
    """Mail address or page that the harvesters' User-Agent names."""
    return tk.config.get(CONTACT) or tk.config["ckan.site_url"]


def user_agent() -> str:
    """User-Agent with which the harvesters introduce themselves."""
    return f"ckanext-greekmunicipal (+{contact()})"


def allowed_private_hosts() -> frozenset[str]:
    """Host names on private addresses that a source may name."""
    return frozenset(tk.config.get(PRIVATE_HOSTS) or ())


def budgets_folder() -> Path | None:
    """Folder under which budget files may be read, None when none is set."""
    value = tk.config.get(BUDGETS_FOLDER)
    return Path(value).resolve() if value else None


def originals_folder() -> Path | None:
    """Folder that keeps original files by digest, None when CKAN stores no files."""
    value = tk.config.get(ORIGINALS)
    if value:
        return Path(value)
    storage = tk.config.get("ckan.storage_path")
    return Path(storage) / "greekmunicipal" / "originals" if storage else None


def additions() -> list[str]:
    """YAML files with indicators, families and fields that the portal adds."""
    return list(tk.config.get(ADDITIONS) or ())


def tells_quality() -> bool:
    """Whether the RDF of a dataset tells its quality."""
    return tk.asbool(tk.config.get(QUALITY, True))


def portal_address(path: str) -> str:
    """Address of a path of the portal, without a language in it."""
    site = (tk.config["ckan.site_url"] or "").rstrip("/")
    root = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "").rstrip("/")
    return f"{site}{root}{path}"


def is_address(text: object) -> bool:
    """Whether a text is the address of an API: http or https, a host, no password."""
    try:
        parts = urlsplit(text if isinstance(text, str) else "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username


def problems(config: tk.CKANConfig) -> list[str]:
    """What would go wrong with ``config``, each as one sentence to an administrator.

    Args:
        config: the configuration with which CKAN starts.

    Returns:
        Sentences that name the option, what was read, what was expected; empty
        when all is well.
    """
    plugins: list[str] = list(config.get("ckan.plugins") or [])
    return [
        *_order_problems(plugins),
        *_option_problems(config),
        *catalog_options.problems(config),
    ]


def _order_problems(plugins: list[str]) -> list[str]:
    found = []
    missing = [name for name in REQUIRED if name not in plugins]
    if missing:
        found.append(
            f"ckan.plugins lacks {', '.join(missing)}, which {OURS} builds on: "
            f"add it behind {OURS}."
        )
    for plugin, needs in REQUIRED_BY.items():
        lacking = [name for name in needs if plugin in plugins and name not in plugins]
        if lacking:
            found.append(f"ckan.plugins has {plugin} without {', '.join(lacking)}: add it.")
    if OURS in plugins:
        early = [n for n in AFTER_OURS if n in plugins and plugins.index(n) < plugins.index(OURS)]
        if early:
            found.append(
                f"ckan.plugins names {', '.join(early)} before {OURS}: the templates of "
                f"{OURS} would not be used. Put {OURS} first."
            )
    return found


def _option_problems(config: tk.CKANConfig) -> list[str]:
    found = _feed_problems(config)
    read = config.get(DELAY)
    try:
        seconds = float(read)
    except (TypeError, ValueError):
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        found.append(f"{DELAY} is {read!r}: expected seconds from 0 to 3600, as 1.0.")
    address = config.get(BASE_URL)
    if not is_address(address):
        found.append(f"{BASE_URL} is {address!r}: expected an address as https://host/path.")
    found += [
        f"{PRIVATE_HOSTS} names {host!r}: expected hosts without scheme and port, as 127.0.0.1."
        for host in config.get(PRIVATE_HOSTS) or ()
        if "/" in host
    ]
    folder = config.get(BUDGETS_FOLDER)
    if folder and not Path(folder).is_dir():
        found.append(f"{BUDGETS_FOLDER} is {folder!r}: no such folder. Create it or mend the path.")
    return found


def _feed_problems(config: tk.CKANConfig) -> list[str]:
    found = [
        f"{FEED_DUMPS} names {name!r}: expected some of {', '.join(FEED_FORMATS)}."
        for name in config.get(FEED_DUMPS) or ()
        if name not in FEED_FORMATS
    ]
    seconds = str(config.get(FEED_INTERVAL))
    if not seconds.isdecimal() or not 60 <= int(seconds) <= 31 * 86400:
        found.append(
            f"{FEED_INTERVAL} is {seconds!r}: expected whole seconds from 60 (a minute) to"
            " 2678400 (a month)."
        )
    return found
