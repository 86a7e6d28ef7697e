"""The money of an act: its total, and the lines of its lists with their counterparties."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

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


class Party(NamedTuple):
    """Counterparty of a line as the answer has it.

    Attributes:
        afm: tax number as typed, without blanks; '' if none.
        name: name as typed.
        country: code of the country of the number («EL»), '' if not said.
        without_number: the answer points to a list of bodies without a tax number.
    """

    afm: str
    name: str
    country: str
    without_number: bool = False

    def __repr__(self) -> str:
        """Without number and name, which may be a person's."""
        return f"Party(country={self.country!r}, without_number={self.without_number})"


class Line(NamedTuple):
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


_new = tuple.__new__


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
            items = node if type(node) is list else (node,)
            lines += [
                _line(item, path, extra, currency) for item in items if item and type(item) is dict
            ]
    return tuple(lines)


def _line(item: dict[str, Any], path: LinePath, extra: dict[str, Any], act_currency: str) -> Line:
    role, party_at, amount_at, kae_at, cpv_at = path
    flags: list[str] = []
    amount, currency = None, ""
    if amount_at:
        amount, currency, flag = values.amount(item.get(amount_at))
        if flag:
            flags.append(flag)
        if amount is not None and not currency:
            # A bare number in a list is in the currency of the act's total.
            currency = act_currency
    party = _party(item, party_at, flags)
    code: str = ""
    if kae_at:
        kae = item.get(kae_at) if kae_at[0] != "/" else extra.get(kae_at[1:])
        if kae:
            code = _kae(kae, flags)
    codes: tuple[str, ...] = ()
    if cpv_at:
        cpv = item.get(cpv_at) if cpv_at[0] != "/" else extra.get(cpv_at[1:])
        if cpv:
            codes = _cpv(cpv, flags)
    # Half the time of the constructor, for the most frequent record of all.
    return _new(Line, (role, party, amount, currency, code, codes, tuple(flags) if flags else ()))


def _at(path: str, item: dict[str, Any], extra: dict[str, Any]) -> Any:
    if not path:
        return None
    return extra.get(path[1:]) if path[0] == "/" else item.get(path)


def _party(item: dict[str, Any], path: str, flags: list[str]) -> Party | None:
    node: Any = item if path == "." else item.get(path)
    if type(node) is not dict:
        if isinstance(node, list):
            several = list(values.each(node))
            if len(several) > 1:
                flags.append("several-parties-in-a-line")
            node = several[0] if several else None
        elif "afm" in item or "name" in item:
            node = item
        if type(node) is not dict:
            return None
    if not node:
        return None
    get = node.get
    try:
        return _party_of(
            get("afm"), get("name"), get("afmType"), get("afmCountry"), bool(get("noVATOrg"))
        )
    except TypeError:
        return None  # a list or an object for a text names nobody


# A body deals with the same parties again and again.
@lru_cache(maxsize=16_384)
def _party_of(
    typed_afm: Any, typed_name: Any, afm_type: Any, afm_country: Any, without_number: bool
) -> Party | None:
    afm = values.text(typed_afm, 40).replace(" ", "")
    name = values.text(typed_name, 400)
    if not (afm or name or without_number):
        return None
    kind = values.text(afm_type, 20).upper()
    country = values.text(afm_country, 20).upper() or ("EL" if kind == "EL" else "")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        country = ""
    return Party(afm, name, "EL" if country == "GR" else country, without_number)


def _kae(node: Any, flags: list[str]) -> str:
    typed = node if type(node) is str else ";".join(values.texts(node))
    code = _kae_of(typed)
    if code is None:
        flags.append("kae-not-understood")
        return ""
    return code


@lru_cache(maxsize=16_384)
def _kae_of(typed: str) -> str | None:
    """Budget codes as typed; None if they are none.

    A code has digits and no words: a name typed into the field must not pass as a code.
    """
    typed = " ".join(typed.split())
    if not typed or all(
        _KAE.fullmatch(code) and not _KAE_WORD.search(code) for code in typed.split(";")
    ):
        return typed
    return None


def _cpv(node: Any, flags: list[str]) -> tuple[str, ...]:
    if type(node) is str:
        found = _cpv_of(node)
        if not found and not node.isspace():
            flags.append("cpv-not-understood")
        return found
    codes: list[str] = []
    for typed in values.texts(node):
        found = _cpv_of(typed)
        if not found:
            flags.append("cpv-not-understood")
        codes += found
    return tuple(dict.fromkeys(codes))


@lru_cache(maxsize=16_384)
def _cpv_of(typed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_CPV.findall(typed)))


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
        if len(known) < len(lines):
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
        borne = first[0]._replace(amount=amount, currency=currency)
        return (borne, *lines[1:])
    flags: list[str] = []
    kae = _kae(_at(paths.kae, {}, extra), flags)
    cpv = _cpv(_at(paths.cpv, {}, extra), flags)
    if amount is None and not kae and not cpv:
        return lines
    return (Line(paths.alone, None, amount, currency, kae, cpv, tuple(flags)),)
