"""Child process: opens one workbook and writes its cells as JSON. Imports nothing of ours."""

from __future__ import annotations

import json
import sys
from typing import Any


def bound(memory: int, seconds: int) -> None:
    """Bound this process: bytes of memory, seconds of the processor, no core file."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for kind, wanted in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        # The parent may be bounded closer already, and nobody may raise a bound again.
        most = resource.getrlimit(kind)[1]
        least = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (least, least))


def _plain(cell: Any) -> Any:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, (str, bool, int, float)):
        return cell
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _rows(sheet: Any) -> list[list[Any]]:
    rows = []
    for row in sheet.to_python(skip_empty_area=False):
        cells = [
            (cell or None) if type(cell) is str else cell if type(cell) is float else _plain(cell)
            for cell in row
        ]
        while cells and cells[-1] is None:
            cells.pop()
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def main() -> None:
    """Read the workbook named on the command line."""
    path, (memory, seconds, most, with_hidden) = sys.argv[1], map(int, sys.argv[2:6])
    # Without site, which a started interpreter spends half its time on; its .pth files may run code.
    sys.path.append(sys.argv[6])
    bound(memory, seconds)
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    sheets, hidden, count = [], [], 0
    for described in book.sheets_metadata:
        if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if described.visible != python_calamine.SheetVisibleEnum.Visible:
            hidden.append(described.name)
            if not with_hidden:
                continue
        sheet = book.get_sheet_by_name(described.name)
        count += sheet.total_height * sheet.total_width
        if count > most:
            sys.exit("too many cells")
        sheets.append({"name": described.name, "rows": _rows(sheet)})
    # All at once: the encoder in C, and letters of two bytes instead of escapes of six.
    answer = json.dumps({"sheets": sheets, "hidden": hidden}, ensure_ascii=False)
    sys.stdout.buffer.write(answer.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
