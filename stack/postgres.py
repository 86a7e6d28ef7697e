"""A private PostgreSQL cluster on the loopback interface.

PostgreSQL is never run as root: when the stack is started by root, the cluster
belongs to and runs as the user ``postgres`` of the Debian package.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from stack import StackError, credentials, paths, ports, processes, say, stamps

SUPERUSER = "stack"

# A crash of the machine may lose this cluster, a killed process may not: data
# reach the system's cache before a commit is answered. Tests run twice as fast.
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "max_connections=200",
    "shared_buffers=256MB",
    # A refused statement goes to the client, not to a log: it may hold a name
    # that is masked everywhere else.
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "timezone=UTC",
)


def binaries() -> Path:
    """Return the folder with ``initdb`` and ``pg_ctl`` of the newest version.

    Raises:
        StackError: no PostgreSQL server is installed.
    """
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise StackError("No PostgreSQL server in /usr/lib/postgresql: install 'postgresql'.")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))


def _as_owner(argv: Sequence[str | Path]) -> list[str]:
    plain = [str(part) for part in argv]
    return ["runuser", "-u", "postgres", "--", *plain] if os.geteuid() == 0 else plain


def _run(argv: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    # The owner may not be allowed into our working folder: start from the root.
    return subprocess.run(
        _as_owner(argv),
        cwd="/",
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
    )


def _place_file() -> Path:
    return paths.HOME / "postgres.json"


def place() -> tuple[Path, str] | None:
    """Return the data folder and the id of our cluster, once it exists."""
    try:
        found = json.loads(_place_file().read_text())
    except FileNotFoundError:
        return None
    return Path(found["data"]), str(found["id"])


def cluster_id() -> str:
    """Return the id of our cluster: steps done in another one do not count.

    Raises:
        StackError: there is no cluster yet.
    """
    known = place()
    if known is None:
        raise StackError("There is no PostgreSQL cluster yet: make up creates it.")
    return known[1]


def _choose_folder() -> Path:
    """Return a data folder that the cluster's owner can reach.

    ``.stack/postgres``, unless the checkout lies in a folder closed to the
    user ``postgres`` (a home of root): then a private one under ``/var/lib``.
    """
    inside = paths.HOME / "postgres"
    if _run(["test", "-x", paths.HOME]).returncode == 0:
        return inside
    key = stamps.digest([str(paths.ROOT)])[:12]
    return Path("/var/lib/greekmunicipal-stack") / key / "postgres"


def _initdb(data: Path) -> subprocess.CompletedProcess[str]:
    with tempfile.NamedTemporaryFile("w") as secret:
        secret.write(credentials.load()["superuser_password"] + "\n")
        secret.flush()
        if os.geteuid() == 0:
            shutil.chown(secret.name, "postgres")
        return _run(
            [
                binaries() / "initdb",
                *("--pgdata", data, "--username", SUPERUSER, "--pwfile", secret.name),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"),
                "--no-sync",
            ]
        )


def _create() -> tuple[Path, str]:
    data = _choose_folder()
    if data.exists():
        # Half made by a run that was interrupted: no record of it was written.
        shutil.rmtree(data)
    data.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
    done = _initdb(data)
    if done.returncode:
        raise StackError(f"initdb could not create {data}:\n{done.stdout}{done.stderr}")
    cluster = secrets.token_hex(8)
    paths.write_private(_place_file(), json.dumps({"data": str(data), "id": cluster}))
    return data, cluster


def server() -> processes.Identity | None:
    """Return our running server; None if it does not run.

    ``postmaster.pid`` outlives a kill -9, and its id may be a stranger's by
    now: it counts only if that process works in our data folder.
    """
    known = place()
    if known is None:
        return None
    data = known[0]
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        folder = os.readlink(f"/proc/{pid}/cwd")
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError):
        return None
    return processes.identity(pid) if Path(folder) == data.resolve() else None


def start() -> int:
    """Start the cluster, made on the first run; return its port.

    Raises:
        StackError: it could not be made or started; with the server's words.
    """
    known = place()
    if known is None or not known[0].exists():
        say("postgres: creating a cluster")
        known = _create()
    data = known[0]
    if server() is not None:
        return ports.remembered()["postgres"]
    (data / "postmaster.pid").unlink(missing_ok=True)
    port = ports.choose("postgres")
    options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"port={port}"))
    command = [binaries() / "pg_ctl", "start", "--pgdata", data, "--log", data / "server.log"]
    said = ""
    for attempt in range(1, 6):
        done = _run([*command, "--wait", "--timeout", "60", "--options", options])
        if done.returncode == 0:
            say(f"postgres: started on {ports.HOST}:{port}")
            return port
        said = f"{done.stdout}{done.stderr}"
        # After kill -9 the old server's children need a moment to notice.
        time.sleep(attempt)
    log = processes.tail(data / "server.log")
    raise StackError(f"postgres could not be started: {said}\n{log}")


def stop() -> bool:
    """Stop our server; True if it ran."""
    running = server()
    if running is None:
        return False
    # SIGINT is PostgreSQL's fast shutdown: sessions end, data are flushed.
    processes.stop_identity(running, seconds=60, gently=signal.SIGINT)
    return True


def remove() -> None:
    """Remove the cluster's data, wherever they are."""
    known = place()
    if known is not None:
        shutil.rmtree(known[0], ignore_errors=True)
        if paths.HOME not in known[0].parents:
            shutil.rmtree(known[0].parent, ignore_errors=True)
    _place_file().unlink(missing_ok=True)


def sql(text: str, database: str = "postgres") -> str:
    """Run SQL as the cluster's superuser; return the rows, ``|`` between cells.

    Raises:
        StackError: the server refused a statement.
    """
    port = ports.remembered()["postgres"]
    done = subprocess.run(
        [
            str(binaries() / "psql"),
            *("--host", ports.HOST, "--port", str(port), "--username", SUPERUSER),
            *("--dbname", database, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"),
            *("--set", "ON_ERROR_STOP=1", "--file", "-"),
        ],
        input=text,
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "PGPASSWORD": credentials.load()["superuser_password"]},
    )
    if done.returncode:
        raise StackError(f"PostgreSQL refused a statement in {database}: {done.stderr.strip()}")
    return done.stdout.strip()


def url(database: str, role: str = "ckan_default") -> str:
    """Return the SQLAlchemy address of ``database`` for ``role``."""
    secret = credentials.load()[
        "datastore_password" if role == "datastore_ro" else "postgres_password"
    ]
    port = ports.remembered()["postgres"]
    return f"postgresql://{role}:{secret}@{ports.HOST}:{port}/{database}"


def ensure_databases(databases: Sequence[str]) -> None:
    """Create the roles and those ``databases`` that are missing."""
    known = credentials.load()
    secrets_known = (known["postgres_password"], known["datastore_password"])
    stamp = stamps.digest([cluster_id(), *databases, *secrets_known])
    if stamps.is_fresh("databases", stamp):
        return
    for role, secret in (
        ("ckan_default", known["postgres_password"]),
        ("datastore_ro", known["datastore_password"]),
    ):
        if not sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
            sql(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        sql(f"ALTER ROLE {role} PASSWORD '{secret}'")
    for database in databases:
        if not sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"):
            sql(
                f"CREATE DATABASE {database} OWNER ckan_default "
                "ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
            )
    stamps.write("databases", stamp)
