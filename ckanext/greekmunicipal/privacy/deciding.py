"""From the signs of a column's cells to what is told of the column.

A number with one check digit passes by chance in one of ten cases, so a column of codes would drown
the reader. The numbers of a column are therefore judged together: those that pass are told if
there are clearly more of them than chance gives, or if a header or a label says what they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.greekmunicipal.privacy.records import CERTAIN, LIKELY, MOST_CELLS, POSSIBLE

# Share of numbers that pass by chance: a check digit; a birthday and a check digit among eleven
# digits (365.25 of 10,000 · 1/10); ten digits that begin as telephone numbers do.
CHECK_DIGIT = 0.1
BIRTHDAY_AND_CHECK_DIGIT = 0.00365
BEGINS_AS_PHONE = 0.09
# A column is told if chance gives as many in fewer than one of a hundred columns …
_RARE = 0.01
# … and if they are at least this share: codes that run in steps are never quite random.
_SHARE = 0.2
_PHONE_SHARE = 0.5
# Two cells are too few to judge: they are told, as possible, unless they are lost among others.
_FEW = 2
_LOST = 0.02
# Share of the words of a column that must be known names before its header, or the words
# themselves, make it a column of names.
_NAMED = 0.2
_NAMES_ALONE = 0.4
_FEW_NAMES = 5


@dataclass(frozen=True)
class Decision:
    """What is told of a column of one kind."""

    kind: str
    certainty: str
    count: int
    rows: tuple[int, ...]
    legal_range: int = 0


class Column:
    """Signs of the cells of one column: exact counts, and the first rows of each sign."""

    __slots__ = ("counts", "filled", "rows")

    def __init__(self) -> None:
        self.filled = 0
        self.counts: dict[str, int] = {}
        self.rows: dict[str, list[int]] = {}

    def add(self, signs: Iterable[str], row: int) -> None:
        """Count the signs of one cell."""
        for sign in signs:
            count = self.counts.get(sign, 0)
            self.counts[sign] = count + 1
            if count < MOST_CELLS:
                self.rows.setdefault(sign, []).append(row)

    def number(self, *signs: str) -> int:
        """Cells with any of the signs; a cell is counted for each that it has."""
        return sum(self.counts.get(sign, 0) for sign in signs)

    def is_few(self, valid: int, of: int) -> bool:
        """Whether one or two cells of a shape all pass, in a column that is not full of others."""
        return 0 < valid == of <= _FEW and of >= _LOST * self.filled

    def decision(self, kind: str, certainty: str, signs: Iterable[str]) -> Decision | None:
        """A decision on the cells with any of the signs, None if there are none."""
        wanted = [sign for sign in signs if sign in self.counts]
        if not wanted:
            return None
        rows = sorted({row for sign in wanted for row in self.rows[sign]})[:MOST_CELLS]
        legal = self.number(*(sign for sign in wanted if sign.startswith("afm-legal")))
        return Decision(kind, certainty, self.number(*wanted), tuple(rows), legal)


def decide(column: Column, hint: str) -> list[Decision]:
    """What is told of a column.

    Args:
        column: its signs.
        hint: what its header says (:func:`ckanext.greekmunicipal.privacy.headers.hint_of`).
    """
    found = (
        _afm(column, hint == "afm"),
        _amka(column, hint == "amka"),
        column.decision("iban", CERTAIN, ("iban",)),
        _phone(column, hint == "phone"),
        column.decision("email", CERTAIN if hint == "email" else LIKELY, ("email:person",)),
        _name(column, hint),
    )
    return [decision for decision in found if decision]


def more_than_chance(valid: int, of: int, by_chance: float, share: float = _SHARE) -> bool:
    """Whether clearly more numbers pass than chance gives: one-sided binomial test.

    Args:
        valid: numbers that pass.
        of: all numbers of the shape.
        by_chance: probability that one passes by chance.
        share: least share that must pass.
    """
    if not valid or valid < share * of:
        return False
    return _tail(of, valid, by_chance) < _RARE


def _tail(of: int, valid: int, chance: float) -> float:
    """Probability that at least ``valid`` of ``of`` pass by chance."""
    if of > 200:
        deviation = math.sqrt(of * chance * (1 - chance))
        return math.erfc((valid - 0.5 - of * chance) / deviation / math.sqrt(2)) / 2
    return sum(
        math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(valid, of + 1)
    )


def _both(*forms: str) -> tuple[str, ...]:
    return tuple(f"{kind}:{form}" for form in forms for kind in ("afm", "afm-legal"))


def _afm(column: Column, headed: bool) -> Decision | None:
    labelled, whole, inside = _both("labelled"), _both("whole"), _both("text")
    if headed:
        signs = (*labelled, *whole, *inside, *_both("short", "grouped"))
        return column.decision("afm", CERTAIN, signs)
    told, certainty = list(labelled), CERTAIN
    for signs, others, sure in ((whole, "nine:whole", LIKELY), (inside, "nine:text", POSSIBLE)):
        valid = column.number(*signs)
        of = valid + column.number(others)
        if more_than_chance(valid, of, CHECK_DIGIT):
            told += signs
            certainty = certainty if column.number(*labelled) else sure
        elif column.is_few(valid, of):
            told += signs
            certainty = certainty if column.number(*labelled) else POSSIBLE
    return column.decision("afm", certainty, told)


def _amka(column: Column, headed: bool) -> Decision | None:
    inside = ("amka:labelled", "amka:text")
    if headed:
        return column.decision("amka", CERTAIN, (*inside, "amka:whole", "amka:short"))
    valid = column.number("amka:whole")
    dated = valid + column.number("eleven:dated")
    eleven = dated + column.number("eleven:whole")
    # A code that begins with a date has a birthday always: then only the check digit counts.
    told = more_than_chance(valid, dated, CHECK_DIGIT) or (
        valid == dated and more_than_chance(valid, eleven, BIRTHDAY_AND_CHECK_DIGIT, 0.02)
    )
    signs = (*inside, "amka:whole") if told else inside
    return column.decision("amka", CERTAIN if column.number("amka:labelled") else LIKELY, signs)


def _phone(column: Column, headed: bool) -> Decision | None:
    written = ("phone:mobile", "phone:fixed")
    bare = ("phone:mobile-bare", "phone:fixed-bare")
    if headed:
        return column.decision("phone", CERTAIN, (*written, *bare))
    valid = column.number(*bare)
    of = valid + column.number("ten:whole")
    if more_than_chance(valid, of, BEGINS_AS_PHONE, _PHONE_SHARE):
        return column.decision("phone", LIKELY, (*written, *bare))
    few = bare if column.is_few(valid, of) else ()
    return column.decision("phone", POSSIBLE, (*written, *few))


def _name(column: Column, hint: str) -> Decision | None:
    of_persons = ("name:full", "name:case", "name:given", "name:surname")
    words = column.number(*of_persons, "name:text", "name:words")
    if hint == "name":
        known = column.number(*of_persons, "name:text")
        # Where one of five is a known name, the others are names that are not known.
        others = ("name:words",) if known >= _NAMED * words else ()
        return column.decision("name", CERTAIN, (*of_persons, "name:text", *others))
    if hint == "place":
        return column.decision("name", POSSIBLE, ("name:full",))
    told = ["name:full", "name:text"]
    least, few = (_NAMED, 1) if hint == "maybe-name" else (_NAMES_ALONE, _FEW_NAMES)
    for sign in ("name:given", "name:surname"):
        number = column.number(sign)
        if number >= few and number >= least * words:
            told.append(sign)
    full = column.number(*told) > column.number("name:text")
    return column.decision("name", LIKELY if full else POSSIBLE, told)
