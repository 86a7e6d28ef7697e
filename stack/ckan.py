"""CKAN on the stack: configuration, migrations, administrator."""

from __future__ import annotations

import os
import string
import subprocess
from pathlib import Path

from stack import StackError, credentials, paths, ports, postgres, redis, say, slots, solr, stamps
from stack.slots import Slot

ADMIN = "admin"

_OURS = paths.ROOT / "ckanext" / "greekmunicipal"

# In this order; a plugin of ours is loaded as soon as its module exists.
PLUGINS: tuple[tuple[str, Path | None], ...] = (
    ("greekmunicipal", _OURS / "plugin.py"),
    ("diavgeia_harvester", _OURS / "harvesters" / "diavgeia.py"),
    ("municipal_budget_harvester", _OURS / "harvesters" / "budgets.py"),
    ("municipal_catalog_harvester", _OURS / "harvesters" / "catalog.py"),
    ("greekmunicipal_budget_view", _OURS / "views" / "budget_view.py"),
    ("greekmunicipal_acts_view", _OURS / "views" / "acts_view.py"),
    ("scheming_datasets", None),
    ("scheming_organizations", None),
    ("dcat", None),
    ("harvest", None),
    ("datastore", None),
    ("text_view", None),
    ("datatables_view", None),
    ("image_view", None),
)
DATABASES = ("ckan_default", "datastore_default")
DEFAULT_VIEWS = (
    "greekmunicipal_budget_view",
    "greekmunicipal_acts_view",
    "datatables_view",
    "text_view",
    "image_view",
)


def plugins() -> str:
    """Return the value of ``ckan.plugins``."""
    return " ".join(name for name, module in PLUGINS if module is None or module.exists())


def _more() -> str:
    """Return settings that make sense only once a module of ours exists."""
    if (_OURS / "dcat" / "profile.py").exists():
        return "ckanext.dcat.rdf.profiles = greek_municipal_dcat_ap"
    return ""


def configuration(slot: Slot | None = None) -> str:
    """Return the text of the portal's configuration, or of that of a test slot.

    The services have been started: their ports are known.
    """
    ckan, datastore = slot.databases if slot else DATABASES
    template = string.Template((paths.FILES / "ckan.ini").read_text(encoding="utf-8"))
    storage = slot.folder("storage") if slot else paths.STORAGE
    storage.mkdir(mode=0o700, exist_ok=True)
    budgets = slot.folder("budgets") if slot else paths.BUDGETS
    budgets.mkdir(mode=0o700, exist_ok=True)
    return template.substitute(
        site_id="test" if slot else "default",
        site_title="Ανοικτά δεδομένα δήμων",
        site_url="http://test.ckan.net" if slot else portal_url(),
        storage=storage,
        plugins=plugins(),
        default_views=" ".join(DEFAULT_VIEWS),
        secret=credentials.load()["secret_key"],
        database=_ini(postgres.url(ckan)),
        datastore_write=_ini(postgres.url(datastore)),
        datastore_read=_ini(postgres.url(datastore, "datastore_ro")),
        solr=_ini(solr.url(slot.core if slot else "ckan")),
        redis=_ini(redis.url(slot.number if slot else 0)),
        budgets=budgets,
        more=_more(),
    )


def _ini(value: str) -> str:
    return value.replace("%", "%%")


def portal_url() -> str:
    """Return the portal's address."""
    return f"http://{ports.HOST}:{ports.remembered()['portal']}"


def configure() -> None:
    """Write the configuration files and ``.stack/env``."""
    if "portal" not in ports.remembered():
        ports.choose("portal")
    paths.write_private(paths.CKAN_INI, configuration())
    for slot in slots.slots():
        paths.write_private(slot.services_ini, configuration(slot))
        if slot.number > 1:
            # As test.ini, which includes the services of the first slot.
            told = (paths.ROOT / "test.ini").read_text(encoding="utf-8")
            own = told.replace(".stack/test-services.ini", slot.services_ini.name)
            paths.write_private(slot.ini, own)
    write_env()


def write_env() -> None:
    """Write ``.stack/env``, to be sourced by a shell."""
    known = credentials.load()
    values = {
        "CKAN_INI": str(paths.CKAN_INI),
        "STACK_PORTAL_URL": portal_url(),
        "STACK_SOLR_URL": solr.url("ckan"),
        "STACK_REDIS_URL": redis.url(0),
        "STACK_CKAN_DB": postgres.url("ckan_default"),
        "STACK_DATASTORE_DB": postgres.url("datastore_default"),
        "STACK_ADMIN": ADMIN,
        "STACK_ADMIN_PASSWORD": known["admin_password"],
        "STACK_ADMIN_TOKEN": known.get("admin_token", ""),
    }
    lines = [f"export {name}='{value}'" for name, value in values.items()]
    lines.append(f"export PATH='{paths.VENV / 'bin'}':\"$PATH\"")
    paths.write_private(paths.ENV, "\n".join(lines) + "\n")


def command(*arguments: str, ini: Path | None = None) -> str:
    """Run a ``ckan`` command; return its output.

    Raises:
        StackError: it failed; with what it printed.
    """
    done = subprocess.run(
        [str(paths.CKAN), "-c", str(ini or paths.CKAN_INI), *arguments],
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
        cwd=paths.ROOT,
        env=clean_environment(),
    )
    if done.returncode:
        raise StackError(f"ckan {' '.join(arguments[:2])} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def clean_environment() -> dict[str, str]:
    """Return the environment without ``CKAN_…``, which CKAN reads over the file."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CKAN")}


def versions() -> str:
    """Return the installed versions of CKAN and its extensions, ours aside."""
    found = (paths.VENV / "lib").glob("python3*/site-packages/ckan*.dist-info")
    names = (path.name for path in found)
    return " ".join(sorted(n for n in names if not n.startswith("ckanext_greekmunicipal")))


def _migrations() -> list[Path]:
    return sorted((_OURS / "migration").glob("**/*.py"))


def migrate() -> None:
    """Bring the tables of CKAN and its plugins up to date, in all databases."""
    version = [postgres.cluster_id(), plugins(), versions(), *_migrations()]
    targets = [(paths.CKAN_INI, "portal")]
    targets += [(slot.services_ini, f"tests, slot {slot.number}") for slot in slots.slots()]
    for ini, name in targets:
        stamp = stamps.digest([*version, str(ini)])
        if stamps.is_fresh(f"migrations-{ini.stem}", stamp):
            continue
        say(f"ckan: migrating the database of the {name}")
        command("db", "upgrade", ini=ini)
        # Printed by CKAN for a superuser to run; it names the database itself.
        postgres.sql(command("datastore", "set-permissions", ini=ini))
        stamps.write(f"migrations-{ini.stem}", stamp)


def ensure_admin() -> None:
    """Create the portal's administrator and an API token for scripts."""
    secret = credentials.load()["admin_password"]
    stamp = stamps.digest([postgres.cluster_id(), secret])
    if stamps.is_fresh("admin", stamp):
        return
    say("ckan: creating the administrator")
    if not postgres.sql(f"SELECT 1 FROM \"user\" WHERE name = '{ADMIN}'", "ckan_default"):
        email = f"{ADMIN}@example.com"
        command("user", "add", ADMIN, f"email={email}", f"password={secret}")
    command("sysadmin", "add", ADMIN)
    token = command("user", "token", "add", "-q", ADMIN, "stack").strip().splitlines()[-1].strip()
    credentials.remember("admin_token", token)
    write_env()
    stamps.write("admin", stamp)


def index_if_empty() -> None:
    """Rebuild the search index when it was lost and the database was not."""
    datasets = postgres.sql("SELECT count(*) FROM package WHERE state = 'active'", "ckan_default")
    if datasets != "0" and solr.count("ckan") == 0:
        say("ckan: rebuilding the search index")
        command("search-index", "rebuild")
