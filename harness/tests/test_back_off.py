"""What the times before a station's attempts to reconnect say of its back-off (Part 4, 5.3)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.evidence.matchers import Check
from harness.evidence.verdict import Severity
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.back_off import BackOff

#: Clock difference that the labs accept, in seconds.
DEVIATION = 4.0


def judged(
    minimum: int, first: float, second: float, third: float, *, spread: int = 0
) -> list[tuple[int, Severity]]:
    """Step and severity of what is wrong with the waits of TC_B_57_CS, in seconds."""
    wrong: list[tuple[int, Severity]] = []

    def judge(
        step: int, _message: str, checks: list[Check], _source: str, severity: Severity
    ) -> None:
        wrong.extend((step, severity) for check in checks if not check.ok)

    csms: Any = SimpleNamespace(sut=SimpleNamespace(deviation=DEVIATION), judge=judge)
    wait = BackOff(cast(FakeCSMS, csms), minimum, spread)
    wait.judge(2, first)
    wait.judge(5, second)
    wait.judge_begun_anew(5, second, first)
    wait.judge(7, third, doubled=True)
    wait.judge_doubled(7, third, second)
    return wrong


@pytest.mark.parametrize(
    ("minimum", "waits", "spread"),
    [
        (20, (20.0, 20.0, 40.0), 0),
        (20, (19.95, 19.95, 39.95), 0),
        # It takes long to connect, the first time after a loss above all.
        (20, (26.0, 29.0, 40.5), 0),
        (2, (2.1, 5.0, 5.5), 0),
        # Chance adds up to so much to each.
        (20, (20.0, 30.0, 40.0), 10),
        (20, (30.0, 20.0, 50.0), 10),
        (0, (0.1, 0.1, 0.1), 0),
    ],
)
def test_a_back_off_that_is_right(
    minimum: int, waits: tuple[float, float, float], spread: int
) -> None:
    assert judged(minimum, *waits, spread=spread) == []


@pytest.mark.parametrize(
    ("waits", "step"),
    [
        ((10.0, 20.0, 40.0), 2),
        ((20.0, 10.0, 40.0), 5),
        ((20.0, 40.0, 80.0), 5),
        ((20.0, 20.0, 39.0), 7),
        ((40.0, 40.0, 40.0), 7),
        ((80.0, 80.0, 80.0), 7),
    ],
)
def test_a_back_off_that_is_wrong(waits: tuple[float, float, float], step: int) -> None:
    assert judged(20, *waits) == [(step, Severity.FAILURE)]


def test_where_connecting_may_take_longer_than_the_back_off_standing_still_is_a_warning() -> None:
    assert judged(2, 8.01, 8.01, 8.01) == [(7, Severity.WARNING)]
