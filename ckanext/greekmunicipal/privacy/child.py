"""Child process: scans one file within bounds and writes the report as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ckanext.greekmunicipal.tabular.workbook_child import bound


def main() -> None:
    """Scan the file named on the command line."""
    path, memory, seconds = sys.argv[1:4]
    bound(int(memory), int(seconds))
    from ckanext.greekmunicipal.privacy.scan import scan_file

    sys.stdout.buffer.write(json.dumps(scan_file(Path(path), "file").as_dict()).encode())


if __name__ == "__main__":
    main()
