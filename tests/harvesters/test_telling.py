"""How far a harvest is, as its terminal shows it."""

from __future__ import annotations

import pytest

from ckanext.greekmunicipal.harvesters.following import Progress
from ckanext.greekmunicipal.harvesters.telling import ProgressLine, bar_of, seconds_left


@pytest.mark.parametrize(
    ("progress", "bar"),
    [
        (Progress(0, 1, 0, 0, 0), "[..........]"),
        (Progress(1, 1, 5, 10, 0), "[#####.....]"),
        (Progress(1, 1, 199, 200, 0), "[#########.]"),
        (Progress(1, 1, 7, 7, 1), "[##########]"),
    ],
)
def test_the_bar_is_full_when_all_is_done_and_not_before(progress: Progress, bar: str) -> None:
    assert bar_of(progress) == bar


def test_an_estimate_is_given_when_all_sources_are_planned_and_something_is_read() -> None:
    assert seconds_left(Progress(1, 2, 5, 10, 0), 60) is None
    assert seconds_left(Progress(2, 2, 0, 10, 0), 60) is None
    assert seconds_left(Progress(2, 2, 4, 10, 0), 60) == 90
    assert seconds_left(Progress(2, 2, 10, 10, 0), 60) == 0


def test_the_line_tells_bar_and_estimate(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine(quiet=False)
    line._last = -10.0
    line.show(Progress(1, 1, 2, 4, 1))
    said = capsys.readouterr().err
    assert "[#####.....] 2 of 4 units read, 1 failed" in said
    assert "left" in said
