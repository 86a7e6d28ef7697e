"""How often acts are corrected, revoked, posted late or misdated in a simulated world."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class History:
    """Shares of the acts, 0 to 1; those not given are as measured at the real service.

    Attributes:
        corrected: corrected within weeks.
        revoked: revoked within weeks.
        pending: whose revocation is asked for and never decided.
        old: corrected or, one in six, revoked after months or years.
        stray: issued long before or after their publication.
        mistyped: of the strays, those whose year is mistyped by decades.
        put_right: of the strays, those whose issue date is corrected to the right one later.
        taken_back: of the strays, those revoked later.
    """

    corrected: float = 0.0285
    revoked: float = 0.0027
    pending: float = 0.0004
    old: float = 0.0018
    stray: float = 0.006
    mistyped: float = 0.0
    put_right: float = 0.0
    taken_back: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            share = getattr(self, field.name)
            if not 0 <= share <= 1:
                raise ValueError(f"History {field.name}: share {share}; expected 0 to 1.")


MEASURED = History()
# Much happens in few acts: for tests of what must never be lost.
EVENTFUL = History(
    corrected=0.2,
    revoked=0.05,
    pending=0.02,
    old=0.05,
    stray=0.15,
    mistyped=0.15,
    put_right=0.3,
    taken_back=0.1,
)
