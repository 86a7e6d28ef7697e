"""Child process: scans one file within bounds and writes the report as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def _bound(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for kind, wanted in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        # A service may be bounded closer already, and nobody may raise a bound again.
        most = resource.getrlimit(kind)[1]
        bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (bound, bound))


def main() -> None:
    """Scan the file named on the command line."""
    path, memory, seconds = sys.argv[1:4]
    _bound(int(memory), int(seconds))
    from ckanext.greekmunicipal.privacy.scan import scan_file

    sys.stdout.buffer.write(json.dumps(scan_file(Path(path), "file").as_dict()).encode())


if __name__ == "__main__":
    main()
