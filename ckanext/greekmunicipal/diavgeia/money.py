"""The money of an act: its total, and the lines of its lists with their counterparties."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ckanext.greekmunicipal.diavgeia import values
from ckanext.greekmunicipal.diavgeia.amount_paths import (
    AMOUNT_PATHS,
    NOTHING,
    AmountPaths,
    LinePath,
)

# No body of local government spends this in one act: most likely a typing error.
_OUTLIER = Decimal(100_000_000)
_CPV = re.compile(r"(?<!\d)\d{8}(?:-\d)?(?!\d)")
_KAE = re.compile(r"(?=.*\d)[\w./:\- ]{1,40}")
_KAE_WORD = re.compile(r"[^\W\d_]{4}")


@dataclass(frozen=True, slots=True)
class Party:
    """Counterparty of a line as the answer has it.

    Attributes:
        afm: tax number as typed, without blanks; '' if none.
        name: name as typed.
        country: code of the country of the number («EL»), '' if not said.
        without_number: the answer points to a list of bodies without a tax number.
    """

    afm: str = field(repr=False)
    name: str = field(repr=False)
    country: str
    without_number: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a list of an act.

    Attributes:
        role: JSON name of the list.
        party: who is paid or contracted; None if the item names nobody.
        amount: EUR unless ``currency`` says else, exact to the cent; None if unknown.
        currency: ISO code or ''.
        kae: budget code as typed.
        cpv: CPV codes.
        flags: what was odd.
    """

    role: str
    party: Party | None
    amount: Decimal | None
    currency: str
    kae: str
    cpv: tuple[str, ...]
    flags: tuple[str, ...]


def read_money(
    extra: dict[str, Any], decision_type: str, flags: list[str]
) -> tuple[Decimal | None, str, tuple[Line, ...]]:
    """Amount, currency and lines of an act.

    Args:
        extra: ``extraFieldValues`` of the decision.
        decision_type: uid, which decides where the money stands.
        flags: takes what was odd about the whole act.
    """
    paths = AMOUNT_PATHS.get(decision_type, NOTHING)
    stated, currency = _stated(extra, paths, flags)
    lines = _lines(extra, paths, currency)
    amount, currency = _total(stated, currency, lines, flags)
    return amount, currency, _with_total(lines, paths, extra, amount, currency)


def _lines(extra: dict[str, Any], paths: AmountPaths, currency: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    for path in paths.lines:
        node = extra.get(path.role)
        if node:
            lines.extend(_line(item, path, extra, currency) for item in values.each(node) if item)
    return tuple(lines)


def _line(item: dict[str, Any], path: LinePath, extra: dict[str, Any], act_currency: str) -> Line:
    flags: list[str] = []
    amount, currency = None, ""
    if path.amount:
        amount, currency, flag = values.amount(item.get(path.amount))
        if flag:
            flags.append(flag)
        if amount is not None:
            # A bare number in a list is in the currency of the act's total.
            currency = currency or act_currency
    return Line(
        role=path.role,
        party=_party(item, path.party, flags),
        amount=amount,
        currency=currency,
        kae=_kae(_at(path.kae, item, extra), flags),
        cpv=_cpv(_at(path.cpv, item, extra), flags),
        flags=tuple(flags),
    )


def _at(path: str, item: dict[str, Any], extra: dict[str, Any]) -> Any:
    if not path:
        return None
    return extra.get(path[1:]) if path[0] == "/" else item.get(path)


def _party(item: dict[str, Any], path: str, flags: list[str]) -> Party | None:
    node: Any = item
    if path != ".":
        node = item.get(path)
        if isinstance(node, list):
            several = list(values.each(node))
            if len(several) > 1:
                flags.append("several-parties-in-a-line")
            node = several[0] if several else None
        elif not isinstance(node, dict) and ("afm" in item or "name" in item):
            node = item
    if not isinstance(node, dict):
        return None
    afm = values.text(node.get("afm"), 40).replace(" ", "")
    name = values.text(node.get("name"), 400)
    without_number = bool(node.get("noVATOrg"))
    if not (afm or name or without_number):
        return None
    kind = values.text(node.get("afmType"), 20).upper()
    country = values.text(node.get("afmCountry"), 20).upper() or ("EL" if kind == "EL" else "")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        country = ""
    return Party(afm, name, "EL" if country == "GR" else country, without_number)


def _kae(node: Any, flags: list[str]) -> str:
    typed = ";".join(values.texts(node))
    if not typed:
        return ""
    # A code has digits and no words: a name typed into the field must not pass as a code.
    if all(_KAE.fullmatch(code) and not _KAE_WORD.search(code) for code in typed.split(";")):
        return typed
    flags.append("kae-not-understood")
    return ""


def _cpv(node: Any, flags: list[str]) -> tuple[str, ...]:
    codes: list[str] = []
    for typed in values.texts(node):
        found = _CPV.findall(typed)
        if not found:
            flags.append("cpv-not-understood")
        codes += found
    return tuple(dict.fromkeys(codes))


def _stated(
    extra: dict[str, Any], paths: AmountPaths, flags: list[str]
) -> tuple[Decimal | None, str]:
    if not paths.total:
        return None, ""
    node = extra.get(paths.total)
    stated, currency, flag = values.amount(next(values.each(node), node))
    if flag:
        flags.append(flag)
    return stated, currency


def _total(
    stated: Decimal | None, currency: str, lines: tuple[Line, ...], flags: list[str]
) -> tuple[Decimal | None, str]:
    """Amount of the act: the stated one, else the sum of its lines."""
    known = [line.amount for line in lines if line.amount is not None]
    currencies = {line.currency for line in lines if line.amount is not None and line.currency}
    amount = stated
    if known:
        if any(line.amount is None for line in lines):
            flags.append("line-amount-missing")
        if len(currencies | ({currency} if currency else set())) > 1:
            flags.append("mixed-currencies")
        else:
            amount = _compared(stated, sum(known, Decimal(0)), flags)
    if amount is not None and abs(amount) >= _OUTLIER:
        flags.append("amount-outlier")
    return amount, currency or (currencies.pop() if len(currencies) == 1 else "")


def _compared(stated: Decimal | None, total: Decimal, flags: list[str]) -> Decimal:
    if stated is None:
        return total
    if stated != total:
        flags.append("amount-differs-from-lines")
    return stated


def _with_total(
    lines: tuple[Line, ...],
    paths: AmountPaths,
    extra: dict[str, Any],
    amount: Decimal | None,
    currency: str,
) -> tuple[Line, ...]:
    """Give the act's total to the only line that can bear it.

    The lists ``person`` and ``donationReceiver`` hold no amounts: with one entry the total is
    that entry's, with more it is not known how they share it. An act that names nobody but states
    money or codes gets one line without a party, where the table provides for it.
    """
    if not paths.alone or any(line.amount is not None for line in lines):
        return lines
    if lines:
        first = [line for line in lines if line.role == lines[0].role]
        if len(first) > 1 or amount is None:
            return lines
        borne = replace(first[0], amount=amount, currency=currency)
        return (borne, *lines[1:])
    flags: list[str] = []
    kae = _kae(_at(paths.kae, {}, extra), flags)
    cpv = _cpv(_at(paths.cpv, {}, extra), flags)
    if amount is None and not kae and not cpv:
        return lines
    return (Line(paths.alone, None, amount, currency, kae, cpv, tuple(flags)),)
