"""Codes of budget lines: shapes, charts of accounts, labels, services.

Two charts are in use: ``kae`` of joint ministerial decision 7028/2004 (4 digits, «00-6031.001») and
``pd54`` of presidential decree 54/2018 (7 digits after a 3-digit service, «255.2130102001»). They
are told apart by the shape of the code, never by the year.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ckanext.greekmunicipal.budgets.tables import read_table
from ckanext.greekmunicipal.greek import fold

KAE = "kae"
PD54 = "pd54"
LEAF = "leaf"
GROUP = "group"


class Code(NamedTuple):
    """A code taken apart; a named tuple, since a file has thousands.

    Attributes:
        chart: ``kae`` or ``pd54``.
        kind: ``leaf`` (may be a line) or ``group`` (only sums lines).
        service: digits before the account; empty if absent.
        account: the account's digits.
        sub: digits after the account, as written.
    """

    chart: str
    kind: str
    service: str
    account: str
    sub: str


_SHAPES = tuple(
    (row["chart"], row["kind"], re.compile(row["pattern"])) for row in read_table("shapes")
)
_SIDES = {(row["chart"], row["prefix"]): row["side"] for row in read_table("sides")}
_ACCOUNTS = {
    (row["chart"], row["code"]): (row["label_el"], row["label_en"])
    for row in read_table("accounts")
}
_SERVICES = {row["code"]: row["label_el"] for row in read_table("services")}
_SERVICE_NAMES = tuple(
    (re.compile(row["pattern"]), row["code"]) for row in read_table("service_names")
)


@lru_cache(maxsize=16384)
def parse_code(text: str) -> Code | None:
    """Take a code apart, None if it has the shape of no chart."""
    if not text or not text[0].isdigit() or len(text) > 40:
        return None
    for chart, kind, shape in _SHAPES:
        if found := shape.fullmatch(text):
            service, account = found.group("service", "account")
            sub = found["sub"] if "sub" in shape.groupindex else ""
            return Code(chart, kind, service or "", account, sub or "")
    return None


def side_of(chart: str, account: str) -> str:
    """Side of an account by its first digit, empty if the chart does not settle it."""
    return _SIDES.get((chart, account[:1]), "")


@lru_cache(maxsize=4096)
def account_label(chart: str, account: str) -> tuple[str, int]:
    """Greek label of the longest known prefix of an account, and that prefix's length."""
    for length in range(len(account), 0, -1):
        if label := _ACCOUNTS.get((chart, account[:length])):
            return label[0], length
    return "", 0


def account_label_en(chart: str, account: str) -> str:
    """English label of a group of the chart (one or two digits), empty if there is none."""
    return _ACCOUNTS.get((chart, account), ("", ""))[1]


def accounts(chart: str = KAE) -> dict[str, str]:
    """All codes of a chart with their Greek labels, groups included."""
    return {code: labels[0] for (of, code), labels in _ACCOUNTS.items() if of == chart}


def services() -> dict[str, str]:
    """Services of the 2004 chart with their Greek names."""
    return dict(_SERVICES)


@lru_cache(maxsize=4096)
def service_code_of(name: str) -> str:
    """Code of a service written by its official name, empty if it is no official one."""
    folded = " ".join(fold(name).split())
    for pattern, code in _SERVICE_NAMES:
        if pattern.fullmatch(folded):
            return code
    return ""
