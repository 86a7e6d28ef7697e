"""Child process: opens one workbook and writes its cells, marshalled. Imports nothing of ours.

It is started while the archive is still being measured, and opens nothing before it is told the path.
"""

from __future__ import annotations

import gc
import marshal
import os
import sys

# Importing typing would take a third of the time in which a small workbook is read.
TYPE_CHECKING = False
if TYPE_CHECKING:
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


_COMMON = frozenset({str, float})


def _plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, (str, bool, int, float)):
        return cell
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _rows(sheet: Any) -> list[list[Any]]:
    """Rows without the empty cells at their ends; an empty cell between others is an empty text."""
    rows = sheet.to_python(skip_empty_area=False)
    for cells in rows:
        if not _COMMON.issuperset(map(type, cells)):
            cells[:] = map(_plain, cells)
        while cells and cells[-1] == "":
            cells.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def main() -> None:
    """Read the workbook whose path the first line of the input tells."""
    memory, seconds, most, most_rows, piece = map(int, sys.argv[1:6])
    # Without site, which a started interpreter spends half its time on; its .pth files may run code.
    sys.path.append(sys.argv[6])
    bound(memory, seconds)
    # Cells are no cycles, and looking for some takes a tenth of the time.
    gc.disable()
    import python_calamine

    asked = sys.stdin.buffer.read()
    if not asked:
        return
    path, with_hidden = marshal.loads(asked)  # noqa: S302 - of our own parent
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
        # A few bytes can say «this row, a million times».
        if sheet.total_height > most_rows:
            sys.exit("too many rows")
        rows = _rows(sheet)
        # JSON takes ten times as long, and as long again to import.
        pieces = [marshal.dumps(rows[at : at + piece]) for at in range(0, len(rows), piece)]
        sheets.append({"name": described.name, "pieces": pieces})
    sys.stdout.buffer.write(marshal.dumps({"sheets": sheets, "hidden": hidden}))
    sys.stdout.buffer.flush()
    # All is said; taking the cells apart one by one would only keep the parent waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
