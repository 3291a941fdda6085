"""Waits hold for what a case or a station has set, however short the limits of silence are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.evidence.verdict import Verdict
from harness.ocppj.variables import Variable
from harness.peers.waits import MESSAGE_TIMEOUT, RANDOM_RANGE, REPEAT_TIMES, WAIT_MINIMUM, Waits
from harness.proof.embedded_run import run_cases
from harness.reference.rpc import Message
from harness.spec.roles import Role
from harness.sut.model import Configured, Limits, NetworkProfile, Sut
from harness.testbed.kits import embedded_sut

pytestmark = pytest.mark.simulated_time

#: As somebody wrote them for a station at the next desk.
_SHORT = Limits(response=10, event=10, boot=60, connect=30, silence=3, case=100_000)

Alter = Callable[[Any], None]


def _nothing(_station: Any) -> None: ...


def _profile_overrules(station: Any) -> None:
    """It reports another message time-out than that of the network profile which it goes by."""

    def report(message: Message) -> list[Message]:
        for item in message.payload.get("getVariableResult", []):
            if item["variable"]["name"] == "MessageTimeout":
                item["attributeValue"] = "60"
        return [message]

    station.filters.append(report)


def _waits_long(station: Any) -> None:
    """It takes its time to connect again, by its own variables."""
    for name, value in ((WAIT_MINIMUM, "50"), (RANDOM_RANGE, "5"), (REPEAT_TIMES, "2")):
        station.model.write(name, value)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("case_id", "alter", "configured"),
    [
        ("TC_B_52_CS", _nothing, Configured(offline_threshold=60)),
        ("TC_B_52_CS", _nothing, Configured(offline_threshold=300)),
        ("TC_B_57_CS", _nothing, Configured(retry_back_off_wait_minimum=100)),
        ("TC_E_29_CS", _nothing, Configured(tx_updated_interval=60)),
        ("TC_E_41_CS", _profile_overrules, Configured()),
        ("TC_E_42_CS", _profile_overrules, Configured()),
        ("TC_E_50_CS", _profile_overrules, Configured()),
        ("TC_E_51_CS", _profile_overrules, Configured()),
        ("TC_A_05_CS", _waits_long, Configured()),
        ("TC_B_46_CS", _waits_long, Configured()),
        ("TC_B_49_CS", _waits_long, Configured()),
    ],
)
async def test_a_wait_lasts_as_long_as_what_was_set(
    case_id: str, alter: Alter, configured: Configured
) -> None:
    sut = replace(embedded_sut(Role.STATION), configured=configured, limits=_SHORT)
    [outcome] = await run_cases(Role.STATION, [case_id], sut=sut, alter=alter)
    assert outcome.verdict is Verdict.PASS, outcome.result.reason


def test_back_off() -> None:
    waits = Waits(Sut("x", Role.STATION, limits=Limits(connect=30)))
    assert (waits.back_off(), waits.connection()) == (0, 30)
    for name, value in ((WAIT_MINIMUM, "10"), (RANDOM_RANGE, "2"), (REPEAT_TIMES, "1")):
        waits.learn(Variable.parse(name), value)
    assert (waits.back_off(), waits.back_off(1), waits.back_off(2)) == (12, 26, 26)
    assert waits.connection(1) == 56
    waits.learn(Variable.parse(WAIT_MINIMUM), "soon")
    assert waits.back_off() == 2


def test_message_timeouts() -> None:
    slots = Configured(slot_1=NetworkProfile(1, 30), slot_2=NetworkProfile(2, 45))
    waits = Waits(Sut("x", Role.STATION, configured=slots))
    assert waits.message_timeouts() == (30, 45)
    waits.learn(Variable.parse(MESSAGE_TIMEOUT), "60")
    assert waits.message_timeouts() == (30, 60)
