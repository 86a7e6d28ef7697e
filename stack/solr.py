"""A private Solr from the official jars, served by Jetty's runner.

Debian has no Solr 9 and the project's own archive is not needed: the jars of
``org.apache.solr:solr-core`` hold all that CKAN uses. CKAN's schema is taken
from the CKAN that is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from stack import StackError, paths, ports, processes, say, slots, stamps

NAME = "solr"
PORTAL_CORE = "ckan"
_TEMPLATES = paths.FILES / "solr"


def _cores() -> tuple[str, ...]:
    return (PORTAL_CORE, *(slot.core for slot in slots.slots()))


def _fetch() -> None:
    """Fetch the jars from Maven Central, once per content of the pom."""
    stamp = stamps.digest([_TEMPLATES / "pom.xml"])
    jars = paths.SOLR / "jars"
    if stamps.is_fresh("solr-jars", stamp) and jars.exists():
        return
    say("solr: fetching Solr from Maven Central (130 files, 70 MB)")
    part = paths.SOLR / "jars.part"
    shutil.rmtree(part, ignore_errors=True)
    done = subprocess.run(
        [
            *("mvn", "--batch-mode", "--quiet", "--file", str(_TEMPLATES / "pom.xml")),
            *(f"-Dtarget={part}", "process-resources"),
        ],
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise StackError(
            f"Maven could not fetch Solr:\n{done.stdout}{done.stderr}\n"
            "Check the network and Maven's settings, then repeat the command."
        )
    shutil.rmtree(jars, ignore_errors=True)
    part.replace(jars)
    stamps.write("solr-jars", stamp)


def _lay_out() -> bool:
    """Write web application and cores; True if a core's settings changed."""
    inside = paths.SOLR / "webapp" / "WEB-INF"
    inside.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_TEMPLATES / "web.xml", inside / "web.xml")
    library = inside / "lib"
    if not library.is_symlink():
        library.symlink_to(paths.SOLR / "jars" / "lib")
    home = paths.SOLR / "home"
    home.mkdir(exist_ok=True)
    shutil.copyfile(_TEMPLATES / "solr.xml", home / "solr.xml")
    changes = [_lay_out_core(home / core) for core in _cores()]
    return any(changes)


def _lay_out_core(core: Path) -> bool:
    conf = core / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    (core / "core.properties").write_text(f"name={core.name}\n")
    wanted = {
        "schema.xml": _schema().read_text(encoding="utf-8"),
        "solrconfig.xml": (_TEMPLATES / "solrconfig.xml").read_text(encoding="utf-8"),
        "synonyms.txt": "",
        "protwords.txt": "",
    }
    changes = [paths.write_private(conf / name, text) for name, text in wanted.items()]
    return any(changes)


def _schema() -> Path:
    found = list(paths.VENV.glob("lib/python3*/site-packages/ckan/config/solr/schema.xml"))
    if not found:
        raise StackError(f"No Solr schema of CKAN under {paths.VENV}: is CKAN installed in it?")
    return found[0]


def _get(port: int, path: str) -> bytes | None:
    try:
        with urllib.request.urlopen(f"http://{ports.HOST}:{port}{path}", timeout=5) as answer:  # noqa: S310 - our own address
            return answer.read()
    except (OSError, urllib.error.HTTPError):
        return None


def answers(port: int) -> bool:
    """Tell whether Solr answers searches on all cores."""
    for core in _cores():
        body = _get(port, f"/solr/{core}/select?q=*:*&rows=0&wt=json")
        if body is None or json.loads(body)["responseHeader"]["status"] != 0:
            return False
    return True


def count(core: str) -> int:
    """Return the number of documents in a core."""
    body = _get(ports.remembered()[NAME], f"/solr/{core}/select?q=*:*&rows=0&wt=json")
    if body is None:
        raise StackError(f"Solr does not answer on {url(core)}.")
    return int(json.loads(body)["response"]["numFound"])


def start() -> int:
    """Start Solr unless it runs; return its port.

    Raises:
        StackError: it could not be fetched or did not start.
    """
    _fetch()
    changed = _lay_out()
    if processes.is_running(NAME) and answers(ports.remembered()[NAME]):
        port = ports.remembered()[NAME]
        if changed:
            for core in _cores():
                _get(port, f"/solr/admin/cores?action=RELOAD&core={core}")
        return port
    processes.stop(NAME)
    java = shutil.which("java")
    if java is None:
        raise StackError("java is not installed.")
    port = ports.choose(NAME)
    processes.start(
        NAME,
        [
            *(java, f"-Xmx{os.environ.get('SOLR_HEAP', '512m')}", "-XX:+UseSerialGC"),
            *(f"-Dsolr.solr.home={paths.SOLR / 'home'}", f"-Dsolr.log.dir={paths.LOGS}"),
            *("-Djava.awt.headless=true", "-jar", paths.SOLR / "jars" / "jetty-runner.jar"),
            *("--host", ports.HOST, "--port", str(port), "--path", "/solr"),
            paths.SOLR / "webapp",
        ],
        cwd=paths.SOLR,
    )
    processes.wait_until(NAME, lambda: answers(port), 120)
    say(f"solr: started on {ports.HOST}:{port}")
    return port


def url(core: str) -> str:
    """Return the address of one core."""
    return f"http://{ports.HOST}:{ports.remembered()[NAME]}/solr/{core}"
