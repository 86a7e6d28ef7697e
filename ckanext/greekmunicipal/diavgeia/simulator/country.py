"""Worlds by size: from one village to the whole country."""

from __future__ import annotations

from .organizations import SimulatedOrganization

WEEKDAY = 24_000  # acts of all bodies of Greece on a weekday
# A calendar day has so many acts for one act of a weekday: weekends have few.
_CALENDAR = 0.735
# Share of the municipalities in the acts of the country; the rest is of the state and its bodies.
_MUNICIPAL = 0.35
_STATE_BODIES = 28
_FIRST_STATE_UID = 99_200_000

VILLAGE = SimulatedOrganization("6270", "ΔΗΜΟΣ ΜΙΚΡΟΧΩΡΙΟΥ", 1.0)


def country(weekday: float = WEEKDAY) -> tuple[SimulatedOrganization, ...]:
    """All municipalities of the register, by their population, and the bodies of the state.

    Args:
        weekday: acts on an ordinary weekday, of all bodies together.
    """
    from ckanext.greekmunicipal.municipalities import municipalities

    found = list(municipalities())
    a_day = weekday * _CALENDAR
    people = sum(_weight(one.population_2021) for one in found)
    local = [
        SimulatedOrganization.named(
            one.diavgeia_uid,
            a_day * _MUNICIPAL * _weight(one.population_2021) / people,
        )
        for one in found
    ]
    state = [
        SimulatedOrganization(
            str(_FIRST_STATE_UID + place),
            f"ΥΠΟΥΡΓΕΙΟ {place + 1}",
            a_day * (1 - _MUNICIPAL) / _STATE_BODIES,
            category="MINISTRY",
        )
        for place in range(_STATE_BODIES)
    ]
    return (*local, *state)


def _weight(population: int) -> float:
    """Small municipalities post more acts for each inhabitant."""
    return max(population, 100) ** 0.7
