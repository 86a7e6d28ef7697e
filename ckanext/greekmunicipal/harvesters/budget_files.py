"""Files of a budget source: where they may lie, and which of them are one budget.

The address of a source tells people where it comes from and is never read. What is
read stands in its configuration, a JSON object::

    {"municipality": "dimos-tinou", "folder": "dimos-tinou"}
    {"municipality": "dimos-tinou", "files": ["tinos/esoda_2026.csv", "tinos/exoda_2026.csv"]}
    {"municipality": "dimos-tinou", "budgets": [
        {"files": ["a.csv", "b.csv"]}, {"files": ["c.xlsx"], "year": 2024}]}

Paths are relative to the folder of the option ``ckanext.greekmunicipal.budgets.folder``
and, with symbolic links followed, stay under it. Of ``folder`` the files directly in it
are read, of ``files`` those that are listed: two of one folder whose names differ only in
the word for the side («Incomes_2016.csv» and «Expenses_2016.csv», «έσοδα» and «έξοδα»)
are one budget, every other file is one by itself. ``budgets`` says it outright; ``year``
is used where neither the content nor the name of a file tells its fiscal year. Files on the
web, pages, feeds, catalogues and Diavgeia: :mod:`.budget_sources.options`. ``corrections`` says
what columns mean where headers do not (:mod:`~ckanext.greekmunicipal.budgets.corrections`).
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from ckanext.greekmunicipal import config as our_config
from ckanext.greekmunicipal.budgets import SIDES
from ckanext.greekmunicipal.budgets.corrections import (
    Correction,
    WrongCorrection,
    read_corrections,
)
from ckanext.greekmunicipal.diavgeia.subjects import may_name_person
from ckanext.greekmunicipal.greek import fold
from ckanext.greekmunicipal.harvesters.base import SourceOptionError, read_json_options
from ckanext.greekmunicipal.harvesters.budget_sources.documents import (
    ENDINGS,
    name_of,
    shown_address,
)
from ckanext.greekmunicipal.harvesters.budget_sources.options import (
    KINDS,
    Listed,
    read_addresses,
    read_listed,
)
from ckanext.greekmunicipal.municipalities import Municipality, UnknownMunicipalityError, by_slug

WAYS = ("folder", "files", "budgets", "urls", *KINDS)
OPTIONS = ("municipality", *WAYS, "corrections")
SUFFIXES = ENDINGS
MOST_FILES = 1000
_WORD = re.compile(r"[^\W\d_]+")


class BudgetSourceError(SourceOptionError):
    """An option of a source, or a file that it names, cannot be used."""


@dataclass(frozen=True)
class Unit:
    """The files of one budget.

    Attributes:
        files: their paths under the folder of budgets, or their addresses.
        year: fiscal year to use where the files tell none.
        names: of the files, where a list gave them.
        versions: of the documents, where a list tells them; they change with the content.
        order: ISO instant; of two units of a list about one part the later counts.
        kind: ``statement`` of an execution or ``budget``, where a list tells it.
    """

    files: tuple[str, ...]
    year: int | None = None
    names: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    order: str = ""
    kind: str = ""

    @property
    def key(self) -> str:
        """Digest of the paths: what the unit is known by in the database."""
        return hashlib.sha256("\n".join(self.files).encode()).hexdigest()[:32]

    @property
    def name(self) -> str:
        """The paths as people may see them."""
        return " + ".join(shown(file) for file in self.files)

    @property
    def is_remote(self) -> bool:
        """Whether its files lie on the web."""
        return is_remote(self.files[0])


@dataclass(frozen=True)
class Options:
    """Options of a source.

    Attributes:
        municipality: whose budgets these are.
        folder: folder whose files are read; None when they are listed.
        files: files that are grouped by their names.
        units: budgets that are given outright.
        listed: what lists them on the web.
        corrections: what people say of columns.
    """

    municipality: Municipality
    folder: str | None = None
    files: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    listed: Listed | None = None
    corrections: tuple[Correction, ...] = ()


def read_options(text: str | None) -> Options:
    """Read the configuration of a source.

    Raises:
        SourceOptionError: it is no JSON, or an option is not what it must be; it says
            which, what was read and what was expected.
    """
    read = read_json_options(text, OPTIONS)
    given = [way for way in WAYS if way in read]
    if len(given) != 1:
        raise BudgetSourceError(
            f'Give one of {", ".join(WAYS)}, as "folder": "dimos-tinou";'
            f" {', '.join(given) or 'none'} was read."
        )
    way = given[0]
    options = Options(
        _municipality(read.get("municipality")), corrections=_corrections(read.get("corrections"))
    )
    return replace(options, **_given(way, read[way]))


def _given(way: str, read: Any) -> dict[str, Any]:
    if way == "folder":
        return {"folder": _path(way, read)}
    if way == "files":
        return {"files": _paths(way, read)}
    if way == "urls":
        return {"files": read_addresses(way, read)}
    if way == "budgets":
        return {"units": _budgets(read)}
    return {"listed": read_listed(way, read)}


def _corrections(read: Any) -> tuple[Correction, ...]:
    try:
        return read_corrections(read) if read is not None else ()
    except WrongCorrection as error:
        raise BudgetSourceError(f'"corrections": {error}') from None


def _municipality(read: Any) -> Municipality:
    try:
        return by_slug(str(read))
    except UnknownMunicipalityError as error:
        raise BudgetSourceError(f'"municipality": {error}') from None


def _budgets(read: Any) -> tuple[Unit, ...]:
    if not isinstance(read, list) or not read:
        raise BudgetSourceError(
            '"budgets" must list budgets, as [{"files": ["a.csv", "b.csv"], "year": 2024}];'
            f" {read!r} was read."
        )
    units = []
    for entry in read:
        way = "urls" if isinstance(entry, dict) and "urls" in entry else "files"
        if not isinstance(entry, dict) or set(entry) - {way, "year"}:
            raise BudgetSourceError(
                'An entry of "budgets" must be as {"files": ["a.csv"], "year": 2024}, or have'
                f' "urls" in the place of "files"; {entry!r} was read.'
            )
        year = entry.get("year")
        if year is not None and (type(year) is not int or not 1900 <= year <= 2100):
            raise BudgetSourceError(f'"year" must be a fiscal year, as 2024; {year!r} was read.')
        paths = (read_addresses if way == "urls" else _paths)(way, entry.get(way))
        units.append(Unit(paths, year))
    every = [file for unit in units for file in unit.files]
    if twice := sorted({file for file in every if every.count(file) > 1}):
        raise BudgetSourceError(f'"budgets" names twice: {", ".join(twice)}. Name each file once.')
    return tuple(units)


def _paths(option: str, read: Any) -> tuple[str, ...]:
    if not isinstance(read, list) or not read or len(read) > MOST_FILES:
        raise BudgetSourceError(
            f'"{option}" must list 1 to {MOST_FILES} files, as ["tinos/budget_2026.csv"];'
            f" {read!r} was read."
        )
    return tuple(dict.fromkeys(_path(option, path) for path in read))


def _path(option: str, read: Any) -> str:
    """A path in its plain form, that stays under the folder of budgets."""
    if not isinstance(read, str) or not read.strip() or "\0" in read:
        raise BudgetSourceError(
            f'"{option}" must name a path, as "tinos/budget_2026.csv"; {read!r} was read.'
        )
    path = PurePosixPath(read)
    if path.is_absolute() or ".." in path.parts:
        raise BudgetSourceError(
            f'"{option}" names {read!r}: expected a path relative to the folder of budgets,'
            " without «..»."
        )
    resolved(str(path))
    return str(path)


def base_folder() -> Path:
    """Folder under which all budget files lie.

    Raises:
        BudgetSourceError: the installation has none.
    """
    folder = our_config.budgets_folder()
    if folder is None:
        raise BudgetSourceError(
            f"No folder of budgets is configured: set {our_config.BUDGETS_FOLDER} to the folder"
            " under which the files lie."
        )
    return folder


def resolved(relative: str) -> Path:
    """Real place of a path under the folder of budgets, whether it is there or not.

    Raises:
        BudgetSourceError: a symbolic link leads out of the folder.
    """
    base = base_folder()
    try:
        place = (base / relative).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise BudgetSourceError(f"{shown(relative)}: the path cannot be followed.") from error
    if not place.is_relative_to(base):
        raise BudgetSourceError(
            f"{shown(relative)}: it leads out of the folder of budgets"
            f" ({our_config.BUDGETS_FOLDER}) and is not read. Copy the file into the folder."
        )
    return place


def units_of(options: Options) -> tuple[list[Unit], list[str]]:
    """The budgets of a source, and why some files are none.

    Returns:
        Units in the order of their names, or as given; sentences about what was refused.
    """
    if options.units:
        return _present(options.units)
    if options.folder is None:
        return _present(group(options.files))
    folder = resolved(options.folder)
    if not folder.is_dir():
        return [], [f"{shown(options.folder)}: there is no such folder under that of the budgets."]
    names = sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.name.casefold().endswith(SUFFIXES) and not entry.name.startswith((".", "~$"))
    )
    if not names:
        return [], [
            f"{shown(options.folder)}: no budget file is in it. Expected names that end in"
            f" {', '.join(SUFFIXES)}."
        ]
    if len(names) > MOST_FILES:
        return [], [f"{shown(options.folder)}: {len(names)} files; at most {MOST_FILES} are read."]
    return _present(group(str(PurePosixPath(options.folder) / name) for name in names))


def _present(units: Iterable[Unit]) -> tuple[list[Unit], list[str]]:
    found, refused = [], []
    for unit in units:
        problems = [problem for file in unit.files if (problem := _problem(file))]
        refused += problems
        if not problems:
            found.append(unit)
    return found, refused


def _problem(file: str) -> str | None:
    if is_remote(file):
        return None
    try:
        place = resolved(file)
    except BudgetSourceError as error:
        return str(error)
    if not place.is_file():
        return f"{shown(file)}: there is no such file under the folder of budgets."
    return None


def group(files: Iterable[str]) -> list[Unit]:
    """Put the two sides of one budget together, by the names of the files."""
    groups = group_named((file, _folder_of(file), _name_of(file)) for file in files)
    return [Unit(files) for files in groups]


def group_named(files: Iterable[tuple[str, str, str]]) -> list[tuple[str, ...]]:
    """Put the two sides of one budget together.

    Args:
        files: path or address, the place in which both sides stand, the name that tells the side.
    """
    pairs: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    units: list[tuple[str, ...]] = []
    for file, place, name in files:
        side, rest = side_of_name(name)
        if side is None:
            units.append((file,))
        else:
            pairs[place, rest][side].append(file)
    for sides in pairs.values():
        if all(len(sides[side]) == 1 for side in SIDES):
            units.append(tuple(sides[side][0] for side in SIDES))
        else:
            # Three files of one name, or a side alone: nobody knows what belongs together.
            units += [(file,) for side in SIDES for file in sides[side]]
    return sorted(units)


def is_remote(file: str) -> bool:
    """Whether a file of a unit is an address on the web."""
    return file.startswith(("http://", "https://"))


def _folder_of(file: str) -> str:
    if is_remote(file):
        return file.partition("?")[0].rpartition("/")[0]
    return str(PurePosixPath(file).parent)


def _name_of(file: str) -> str:
    return name_of(file) if is_remote(file) else PurePosixPath(file).name


def side_of_name(name: str) -> tuple[str | None, str]:
    """The side that a file's name tells, and the name without the word for it.

    None when it has no such word, or words for both sides.
    """
    folded = fold(name)
    words = _side_words()
    found = {words[word] for word in _WORD.findall(folded) if word in words}
    if len(found) != 1:
        return None, folded
    rest = _WORD.sub(lambda match: "" if match[0] in words else match[0], folded)
    return found.pop(), rest


@cache
def _side_words() -> dict[str, str]:
    with (Path(__file__).parent / "side_words.csv").open(encoding="utf-8", newline="") as lines:
        return {row["word"]: row["side"] for row in csv.DictReader(lines)}


@cache
def shown(file: str) -> str:
    """A path or address as people may see it: a part that may name a person is not told."""
    if is_remote(file):
        return shown_address(file)
    return "/".join(_shown_part(part) for part in PurePosixPath(file).parts)


def _shown_part(part: str) -> str:
    if not may_name_person(part):
        return part
    ending = next((suffix for suffix in SUFFIXES if part.casefold().endswith(suffix)), "")
    return f"file-{hashlib.sha256(part.encode()).hexdigest()[:12]}{ending}"
