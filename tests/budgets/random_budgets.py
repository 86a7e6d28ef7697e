"""Random budgets written in every format, layout and damage that the reader must know.

Each file says what must come of it: its truth, or an error. What was damaged so that nobody could
read it right may be refused, but never read as something else.
"""

from __future__ import annotations

import gzip
import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import cycle, takewhile
from pathlib import Path
from xml.sax.saxutils import escape

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import xlwt
from statement_pdf import statement

from ckanext.greekmunicipal.budgets.codes import KAE, PD54, accounts

Cell = str | Decimal | None
REVENUE, SPENDING = "revenue", "expenditure"
WORD = {REVENUE: "ΕΣΟΔΩΝ", SPENDING: "ΔΑΠΑΝΩΝ"}
VOTED = {REVENUE: ("initial",), SPENDING: ("initial",)}
EXECUTED = {
    REVENUE: ("initial", "amendments", "revised", "assessed", "collected"),
    SPENDING: ("initial", "amendments", "revised", "committed", "ordered", "paid"),
}
# The minimum content of law 4727/2020 art. 82, printed without column titles.
BY_LAW = {
    REVENUE: ("revised", "assessed", "collected"),
    SPENDING: ("revised", "ordered", "paid"),
}
HEADERS = {
    "initial": ("Προϋπολογισθέντα", "Εγκεκριμένος Π/Υ", "ΨΗΦΙΣΘΕΝΤΑ", "Προϋπ/σθέντα"),
    "amendments": ("Αναμορφώσεις", "ΑΝΑΜΟΡΦΩΣΕΙΣ"),
    "revised": ("Διαμορφωθέντα", "Διαμορφωμένος", "ΔΙΑΜΟΡΦΩΘΕΝ"),
    "assessed": ("Βεβαιωθέντα", "ΒΕΒΑΙΩΘΕΝΤΑ"),
    "collected": ("Εισπραχθέντα", "Εισπράξεις"),
    "committed": ("Δεσμευθέντα", "Δεσμεύσεις"),
    "ordered": ("Ενταλθέντα", "Ενταλματοποιηθέντα"),
    "paid": ("Πληρωθέντα", "ΠΛΗΡΩΘΕΝΤΑ"),
}
LABELS = ("Τέλη", "Μισθώματα", "Προμήθεια υλικών", "Έργα οδοποιίας", "Άδεια & σήμα", "Αμοιβές",
          "Ύδρευση 2ου έτους", "Λοιπές δαπάνες", "Επιχορήγηση (ΣΑΤΑ)")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the truth."""

    side: str
    code: str
    label: str
    amounts: dict[str, Decimal]


@dataclass
class Table:
    """The rows of one side as they are to be written."""

    side: str
    headers: list[str]
    rows: list[list[Cell]]
    total: list[Cell] | None = None


@dataclass(frozen=True)
class Outcome:
    """What may come of a file.

    Attributes:
        refused: the whole file may be refused.
        errors: findings of level error are allowed, and the lines may then differ.
        must_tell: silence is wrong even if the lines are right.
    """

    refused: bool = False
    errors: bool = False
    must_tell: bool = False


@dataclass(frozen=True)
class Case:
    """A kind of file, of damage, of table, and for text files an encoding."""

    form: str
    damage: str = "none"
    layout: str = "bare"
    encoding: str = "utf-8"


@dataclass
class Written:
    """A file, the truth in it, and what may come of it."""

    paths: list[Path]
    lines: list[Line]
    outcome: Outcome
    told: str = ""
    phases: dict[str, tuple[str, ...]] = field(default_factory=dict)


def truth(draw: random.Random, chart: str, phases: dict[str, tuple[str, ...]]) -> list[Line]:
    """Some lines of both sides; the initial amounts of the sides are equal."""
    lines: list[Line] = []
    sums = {}
    for side in (REVENUE, SPENDING):
        codes = _codes(draw, chart, side)
        found = [
            Line(side, code, f"{draw.choice(LABELS)} {at}", _amounts(draw, phases[side]))
            for at, code in enumerate(codes)
        ]
        sums[side] = sum((line.amounts.get("initial", Decimal(0)) for line in found), Decimal(0))
        lines += found
    if "initial" in phases[REVENUE]:
        short = REVENUE if sums[REVENUE] < sums[SPENDING] else SPENDING
        missing = abs(sums[REVENUE] - sums[SPENDING])
        at = next(n for n, line in enumerate(lines) if line.side == short)
        amounts = dict(lines[at].amounts)
        for phase in ("initial", "revised"):
            if phase in amounts:
                amounts[phase] += missing
        lines[at] = replace(lines[at], amounts=amounts)
    return lines


def _codes(draw: random.Random, chart: str, side: str) -> list[str]:
    count = draw.randint(6, 25)
    if chart == PD54:
        first = "1" if side == REVENUE else "2"
        shape = "" if side == REVENUE else "001"
        services = ("010", "020", "255", "000")
        found = {
            f"{draw.choice(services)}.{first}{draw.randrange(10**6):06}{shape}"
            for _ in range(count)
        }
        return sorted(found)
    known = [code for code in accounts(KAE) if len(code) == 4]
    wanted = [code for code in known if (code < "6") == (side == REVENUE) and code != "9111"]
    separator = draw.choice("-.") if side == SPENDING else ""
    codes = set()
    for account in draw.sample(wanted, count):
        service = draw.choice(("00", "10", "20", "70")) if side == SPENDING else ""
        codes.add(f"{service}{separator}{account}.{draw.randint(1, 40):03}")
    return sorted(codes, key=lambda code: code[-8:])


def _amounts(draw: random.Random, phases: tuple[str, ...]) -> dict[str, Decimal]:
    initial = Decimal(draw.choice((draw.randrange(10**4), draw.randrange(10**9)))).scaleb(-2)
    amendments = Decimal(draw.choice((0, 0, draw.randrange(-(10**5), 10**7)))).scaleb(-2)
    amendments = max(amendments, -initial)
    amounts = {"initial": initial, "amendments": amendments, "revised": initial + amendments}
    left = amounts["revised"]
    for phase in (
        ("committed", "ordered", "paid") if "paid" in phases else ("assessed", "collected")
    ):
        left = (left * draw.randint(0, 100) / 100).quantize(Decimal("0.01"))
        amounts[phase] = left
    return {phase: amounts[phase] for phase in phases}


def tables(
    draw: random.Random, lines: list[Line], phases: dict[str, tuple[str, ...]]
) -> list[Table]:
    """The lines as tables, with the total of each side."""
    found = []
    for side in (REVENUE, SPENDING):
        members = [line for line in lines if line.side == side]
        rows: list[list[Cell]] = [
            [line.code, line.label, *(line.amounts[phase] for phase in phases[side])]
            for line in members
        ]
        sums: list[Cell] = [
            sum((line.amounts[phase] for line in members), Decimal(0)) for phase in phases[side]
        ]
        headers = [draw.choice(HEADERS[phase]) for phase in phases[side]]
        total: list[Cell] = ["", f"ΣΥΝΟΛΟ {WORD[side]}", *sums]
        found.append(Table(side, ["Κ.Α.", "Περιγραφή", *headers], rows, total))
    return found


# Damages: each changes the tables and says what may come of it.


def _none(draw: random.Random, found: list[Table]) -> Outcome:
    return Outcome()


def _wrong_total(draw: random.Random, found: list[Table]) -> Outcome:
    total = draw.choice(found).total
    assert total is not None
    at = draw.randrange(2, len(total))
    total[at] = Decimal(str(total[at])) + Decimal(draw.choice(("0.01", "10.00", "-1000.00")))
    return Outcome(errors=True, must_tell=True)


def _lost_line(draw: random.Random, found: list[Table]) -> Outcome:
    table = draw.choice(found)
    candidates = [at for at, row in enumerate(table.rows) if any(row[2:])]
    del table.rows[draw.choice(candidates)]
    return Outcome(errors=True, must_tell=True)


def _doubled_line(draw: random.Random, found: list[Table]) -> Outcome:
    table = draw.choice(found)
    # Without any amount it is a warning: it changes no sum.
    at = draw.choice([at for at, row in enumerate(table.rows) if any(row[2:])])
    table.rows.insert(at, list(table.rows[at]))
    return Outcome(errors=True, must_tell=True)


def _garbled_amount(draw: random.Random, found: list[Table]) -> Outcome:
    row = draw.choice(draw.choice(found).rows)
    row[draw.randrange(2, len(row))] = draw.choice(("12.3x4,00", "1.2.3,00", "1,2,3", "#ΑΞΙΑ!"))
    return Outcome(errors=True, must_tell=True, refused=True)


def _shifted_amounts(draw: random.Random, found: list[Table]) -> Outcome:
    table = draw.choice(found)
    row = max(table.rows, key=lambda row: len({str(cell) for cell in row[2:]}))
    row[2:] = [*row[3:], row[2]]
    if len({str(cell) for cell in row[2:]}) == 1:
        return Outcome()
    return Outcome(errors=True, must_tell=True)


def _mixed_charts(draw: random.Random, found: list[Table]) -> Outcome:
    row = found[1].rows[0]
    row[0] = (
        "010.2130102001" if "." not in str(row[0])[:4] or len(str(row[0])) < 12 else "00-6031.001"
    )
    return Outcome(refused=True, must_tell=True)


def _foreign_code(draw: random.Random, found: list[Table]) -> Outcome:
    draw.choice(found[1].rows)[0] = draw.choice(("ΑΒ-12/3", "6Χ31", "06.00.071.9451.α.1"))
    return Outcome(errors=True, must_tell=True)


DAMAGES: dict[str, Callable[[random.Random, list[Table]], Outcome]] = {
    "none": _none,
    "wrong-total": _wrong_total,
    "lost-line": _lost_line,
    "doubled-line": _doubled_line,
    "garbled-amount": _garbled_amount,
    "shifted-amounts": _shifted_amounts,
    "mixed-charts": _mixed_charts,
    "foreign-code": _foreign_code,
}
# Damages of the form that leave the content whole: the truth must come out.
HARMLESS = ("stray-quotes", "trailing-delimiter", "newline-in-cell", "blank-rows", "mixed-marks")
TEXTS = ("csv;", "csv,", "csv\t", "csv|")
FORMS = (*TEXTS, "xlsx", "xls", "ods", "pdf", "text", "xml", "xml-sheet", "zip", "gz")


LAYOUTS = ("bare", "titles", "two-row-header", "subtotals", "groups", "footers", "apart")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1253", "iso8859-7")


def cases(count: int) -> list[Case]:
    """A fixed quota of each kind: half whole, half damaged, layouts and encodings in turns."""
    kinds = [Case(form, damage) for damage in DAMAGES if damage != "none" for form in FORMS]
    kinds += [
        Case(form, damage)
        for damage in HARMLESS
        for form in FORMS
        if form in TEXTS or damage == "blank-rows"
    ]
    damaged, whole = cycle(kinds), cycle([Case(form) for form in FORMS])
    turns: Counter[tuple[str, bool]] = Counter()
    found = []
    for number in range(count):
        case = next(whole if number % 2 else damaged)
        turn = turns[case.form, case.damage == "none"]
        turns[case.form, case.damage == "none"] += 1
        layout = LAYOUTS[turn % len(LAYOUTS)]
        encoding = ENCODINGS[(turn + turn // len(ENCODINGS)) % len(ENCODINGS)]
        found.append(replace(case, layout=layout, encoding=encoding))
    return found


def write(folder: Path, case: Case, draw: random.Random) -> Written:
    """Write one file of a kind."""
    printed = case.form in ("pdf", "text")
    phases = BY_LAW if case.form == "text" or (printed and draw.random() < 0.5) else EXECUTED
    if not printed and case.damage != "shifted-amounts" and draw.random() < 0.3:
        phases = VOTED
    chart = draw.choice((KAE, PD54)) if case.damage != "foreign-code" else KAE
    lines = truth(draw, chart, phases)
    found = tables(draw, lines, phases)
    outcome = DAMAGES.get(case.damage, _none)(draw, found)
    if case.damage == "doubled-line" and case.layout == "bare":
        # Without totals only the lines themselves can tell.
        for table in found:
            table.total = None
    writer = _WRITERS[case.form.rstrip(";,\t|")]
    paths = writer(folder, found, case, draw)
    return Written(paths, lines, outcome, phases=phases)


def greek(amount: Decimal) -> str:
    """«1.234,50»."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _titles(table: Table) -> list[list[Cell]]:
    return [
        ["ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ"],
        [f"ΚΑΤΑΣΤΑΣΗ ΕΚΤΕΛΕΣΗΣ ΠΡΟΫΠΟΛΟΓΙΣΜΟΥ {WORD[table.side]} ΕΩΣ 30/6/2024"],
        [],
    ]


def _sheet_rows(table: Table, draw: random.Random, case: Case) -> list[list[Cell]]:
    header: list[list[Cell]] = [[*table.headers]]
    if case.layout == "two-row-header":
        names: list[Cell] = [*table.headers[2:]]
        above: list[Cell] = ["ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ", *("" for _name in names[1:])]
        header = [["Κ.Α.", "Περιγραφή", *above], ["", "", *names]]
    rows = [*header] if case.layout == "bare" else [*_titles(table), *header]
    part: list[list[Cell]] = []
    for number, row in enumerate(table.rows, 1):
        if case.damage == "blank-rows" and draw.random() < 0.3:
            rows.append([])
        if case.layout == "groups" and (group := _group(row)) and group != _group_of(part):
            part = _rows_of(group, table.rows[number - 1 :])
            rows.append([group, "ΟΜΑΔΑ", *_sums(part)])
        rows.append(row)
        if case.layout == "subtotals":
            part.append(row)
            if number % 5 == 0 and number < len(table.rows):
                rows.append(["", "ΜΕΡΙΚΟ ΣΥΝΟΛΟ", *_sums(part)])
                part = []
        if case.layout == "footers" and number % 8 == 0:
            rows += [[f"Σελίδα {number // 8} από 9"], *_titles(table), *header]
    if table.total:
        rows.append(table.total)
    return rows


def _sums(rows: list[list[Cell]]) -> list[Cell]:
    columns = zip(*(row[2:] for row in rows), strict=True)
    return [
        sum((cell for cell in column if isinstance(cell, Decimal)), Decimal(0))
        for column in columns
    ]


def _group(row: list[Cell]) -> str:
    """Two digits of the account of a line of the 2004 chart, empty for other codes."""
    found = re.fullmatch(r"(?:\d\d[-.])?(\d\d)\d\d\.\d{3}", str(row[0]))
    return found[1] if found else ""


def _group_of(rows: list[list[Cell]]) -> str:
    return _group(rows[0]) if rows else ""


def _rows_of(group: str, rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows of a group that stand together at the beginning."""
    return list(takewhile(lambda row: _group(row) == group, rows))


def _csv_text(found: list[Table], case: Case, draw: random.Random) -> str:
    delimiter = case.form[3:] or ";"
    plain = delimiter == "," or draw.random() < 0.3
    stray = case.damage == "stray-quotes" and delimiter != ","
    lines = []
    for table in found:
        for number, row in enumerate(_sheet_rows(table, draw, case)):
            cells = []
            for at, cell in enumerate(row):
                text = "" if cell is None else str(cell)
                if isinstance(cell, Decimal):
                    mixed = case.damage == "mixed-marks" and at == len(row) - 1
                    text = f"{cell:.2f}" if plain or (mixed and number % 2) else greek(cell)
                elif at == 1 and number % 5 == 4 and stray:
                    text = text.replace(" ", ' "', 1)
                elif at == 1 and number % 5 == 4 and case.damage == "newline-in-cell":
                    text = '"' + text.replace(" ", "\n", 1) + '"'
                if delimiter in text:
                    text = f'"{text}"'
                cells.append(text)
            tail = delimiter if case.damage == "trailing-delimiter" and cells else ""
            lines.append(delimiter.join(cells) + tail)
    return "\r\n".join(lines) + "\r\n"


def _write_csv(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    if case.layout == "apart":
        paths = []
        for table in found:
            path = folder / f"{'esoda' if table.side == REVENUE else 'exoda'}_2024.csv"
            path.write_bytes(_csv_text([table], case, draw).encode(case.encoding))
            paths.append(path)
        return paths
    path = folder / "budget_2024.csv"
    path.write_bytes(_csv_text(found, case, draw).encode(case.encoding))
    return [path]


def _write_gz(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    path = folder / "budget_2024.csv.gz"
    path.write_bytes(gzip.compress(_csv_text(found, case, draw).encode(case.encoding)))
    return [path]


def _write_zip(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    path = folder / "budget_2024.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in found:
            name = f"{'εσοδα' if table.side == REVENUE else 'εξοδα'}_2024.csv"
            archive.writestr(name, _csv_text([table], case, draw).encode(case.encoding))
    return [path]


def _sheets(
    found: list[Table], case: Case, draw: random.Random
) -> list[tuple[str, list[list[Cell]]]]:
    return [
        ("ΕΣΟΔΑ" if table.side == REVENUE else "ΕΞΟΔΑ", _sheet_rows(table, draw, case))
        for table in found
    ]


def _typed(cell: Cell) -> str | float | None:
    return float(cell) if isinstance(cell, Decimal) else cell


def _write_xlsx(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in _sheets(found, case, draw):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_typed(cell) for cell in row])
    path = folder / "budget_2024.xlsx"
    book.save(path)
    return [path]


def _write_xls(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    book = xlwt.Workbook()
    for name, rows in _sheets(found, case, draw):
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in ("", None):
                    sheet.write(at, column, _typed(cell))
    path = folder / "budget_2024.xls"
    book.save(str(path))
    return [path]


def _write_ods(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    book = odf.opendocument.OpenDocumentSpreadsheet()
    for name, rows in _sheets(found, case, draw):
        table = odf.table.Table(name=name)
        for row in rows:
            line = odf.table.TableRow()
            for cell in row:
                value = _typed(cell)
                if isinstance(value, float):
                    line.addElement(odf.table.TableCell(valuetype="float", value=repr(value)))
                else:
                    holder = odf.table.TableCell(valuetype="string" if value else None)
                    if value:
                        holder.addElement(odf.text.P(text=value))
                    line.addElement(holder)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    path = folder / "budget_2024.ods"
    book.save(str(path))
    return [path]


def _write_xml(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<Proypologismos><Etos>2024</Etos>']
    for table in found:
        tag = "Esoda" if table.side == REVENUE else "Dapanes"
        names = ["KAE", "Perigrafi", *(header.replace(" ", "_").replace("/", "_")
                                       for header in table.headers[2:])]  # fmt: skip
        parts.append(f"<{tag}>")
        for row in table.rows:
            cells = zip(names, row, strict=True)
            inner = "".join(f"<{n}>{escape(_spelled(cell))}</{n}>" for n, cell in cells)
            parts.append(f"<Grammi>{inner}</Grammi>")
        if table.total:
            cells = zip(names[1:], table.total[1:], strict=True)
            inner = "".join(f"<{n}>{escape(_spelled(cell))}</{n}>" for n, cell in cells)
            parts.append(f"<Grammi>{inner}</Grammi>")
        parts.append(f"</{tag}>")
    path = folder / "budget_2024.xml"
    path.write_text("".join(parts) + "</Proypologismos>", encoding="utf-8")
    return [path]


def _spelled(cell: Cell) -> str:
    return greek(cell) if isinstance(cell, Decimal) else str(cell or "")


def _write_xml_sheet(
    folder: Path, found: list[Table], case: Case, draw: random.Random
) -> list[Path]:
    out = io.StringIO()
    out.write('<?xml version="1.0"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:'
              'spreadsheet">')  # fmt: skip
    for name, rows in _sheets(found, case, draw):
        out.write(f'<ss:Worksheet ss:Name="{name}"><ss:Table>')
        for row in rows:
            cells = "".join(
                f'<ss:Cell><ss:Data ss:Type="{"Number" if isinstance(cell, Decimal) else "String"}">'
                f"{escape(str(cell))}</ss:Data></ss:Cell>"
                if cell not in ("", None)
                else "<ss:Cell/>"
                for cell in row
            )
            out.write(f"<ss:Row>{cells}</ss:Row>")
        out.write("</ss:Table></ss:Worksheet>")
    out.write("</ss:Workbook>")
    path = folder / "budget_2024.xml"
    path.write_text(out.getvalue(), encoding="utf-8")
    return [path]


def _write_pdf(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    titles = {table.side: str(_titles(table)[1][0]) for table in found}
    paths = []
    for table in found:
        amounts = len(table.headers) - 2
        edges = [285.0 - 31.0 * back for back in reversed(range(amounts))]
        headers = {table.side: [table.headers]}
        rows = [(str(row[0]), str(row[1]), row[2:]) for row in table.rows]
        if amounts > 3 and any(isinstance(cell, str) for row in rows for cell in row[2]):
            rows = [row for row in rows if not any(isinstance(cell, str) for cell in row[2])]
        total = ["" if cell is None else cell for cell in (table.total or [])[2:]]
        path = folder / f"{'esoda' if table.side == REVENUE else 'dapanes'}_2024.pdf"
        paths.append(
            statement(
                path, {table.side: rows}, titles=titles, edges=edges,
                headers=headers if amounts > 3 else None, stated={table.side: total},
            )
        )  # fmt: skip
    return paths


def _write_text(folder: Path, found: list[Table], case: Case, draw: random.Random) -> list[Path]:
    out = []
    for table in found:
        out.append(f"{'':20}{_titles(table)[1][0]}")
        if case.damage == "blank-rows":
            out.append("")
        for row in (*table.rows, *([table.total] if table.total else [])):
            amounts = "".join(f"{_spelled(cell):>18}" for cell in row[2:])
            out.append(f"{row[0]!s:<18}{row[1]!s:<40}{amounts}")
    path = folder / "statement_2024.txt"
    path.write_text("\n".join(out) + "\n", encoding="utf-8")
    return [path]


_WRITERS = {
    "csv": _write_csv, "gz": _write_gz, "zip": _write_zip, "xlsx": _write_xlsx, "xls": _write_xls,
    "ods": _write_ods, "xml": _write_xml, "xml-sheet": _write_xml_sheet, "pdf": _write_pdf,
    "text": _write_text,
}  # fmt: skip
