"""What a station may leave out where it is low on memory, and what it may not (E06.FR.12-13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.evidence.verdict import Severity, Verdict
from harness.proof.embedded_run import run_cases
from harness.reference.rpc import CALL, Message
from harness.spec.roles import Role
from harness.testbed.kits import embedded_sut

pytestmark = pytest.mark.simulated_time

Values = list[Any]
PLAIN = embedded_sut(Role.STATION)


def _often(**intervals: int) -> Any:
    """The description with these intervals of values that the last event tells."""
    return replace(PLAIN, configured=replace(PLAIN.configured, **intervals))


OFTEN = {
    "TC_J_03_CS": _often(aligned_data_tx_ended_interval=30),
    "TC_J_10_CS": _often(sampled_data_tx_ended_interval=20),
    "TC_J_11_CS": _often(sampled_data_tx_ended_interval=20),
}


def _ends_with(thinned: Callable[[Values], Values]) -> Callable[[Any], None]:
    """A station that keeps these of the values of each last event."""

    def alter(station: Any) -> None:
        def look(message: Message) -> list[Message]:
            if message.kind != CALL or message.payload.get("eventType") != "Ended":
                return [message]
            values = thinned(message.payload.get("meterValue", []))
            return [replace(message, payload={**message.payload, "meterValue": values})]

        station.filters.append(look)

    return alter


def _five(values: Values) -> Values:
    """First every second one in between goes, then every second of the rest."""
    while len(values) > 5:
        values = [values[0], *values[2:-1:2], values[-1]]
    return values


@pytest.mark.asyncio
@pytest.mark.parametrize("case", OFTEN)
async def test_values_in_between_may_be_left_out(case: str) -> None:
    [outcome] = await run_cases(Role.STATION, [case], sut=OFTEN[case], alter=_ends_with(_five))
    assert outcome.verdict is Verdict.PASS, outcome.result.reason
    off = [each for each in outcome.peer.transcript.validations if not each.ok]
    assert [each.requirement for each in off] == ["E06.FR.12-13"]
    assert off[0].severity is Severity.WARNING


@pytest.mark.asyncio
@pytest.mark.parametrize("case", OFTEN)
async def test_where_all_are_told_nothing_is_said_of_it(case: str) -> None:
    [outcome] = await run_cases(Role.STATION, [case], sut=OFTEN[case])
    assert outcome.verdict is Verdict.PASS, outcome.result.reason
    assert all(each.ok for each in outcome.peer.transcript.validations)


def _stops_adding(values: Values) -> Values:
    return [*values[:5], *_of_the_end(values)]


def _drops_from_the_start(values: Values) -> Values:
    return values[-5:]


def _of_the_end(values: Values) -> Values:
    last = values[-1:]
    return last if "Transaction.End" in str(last) else []


@pytest.mark.asyncio
@pytest.mark.parametrize("case", OFTEN)
@pytest.mark.parametrize("thinned", [_stops_adding, _drops_from_the_start])
async def test_what_is_left_out_lies_in_between(
    case: str, thinned: Callable[[Values], Values]
) -> None:
    [outcome] = await run_cases(Role.STATION, [case], sut=OFTEN[case], alter=_ends_with(thinned))
    assert outcome.verdict is Verdict.FAIL
    assert "of both halves" in outcome.result.reason


@pytest.mark.asyncio
@pytest.mark.parametrize("case", OFTEN)
async def test_five_values_have_room_in_every_station(case: str) -> None:
    def lacks_one(values: Values) -> Values:
        middle = len(values) // 2
        return [*values[:middle], *values[middle + 1 :]]

    [outcome] = await run_cases(Role.STATION, [case], alter=_ends_with(lacks_one))
    assert outcome.verdict is Verdict.FAIL, outcome.result.reason


def _drops_samples(station: Any) -> None:
    """While it was offline, every second sample of a full queue was dropped."""
    connected = station.connected

    async def pruned(slot: int, switched: bool) -> None:
        queue = station.memory.queue
        samples = [i for i in queue if i.payload.get("triggerReason") == "MeterValuePeriodic"]
        for item in samples[::2] if len(queue) > 10 else ():
            queue.remove(item)
        await connected(slot, switched)

    station.connected = pruned


@pytest.mark.asyncio
async def test_samples_of_a_long_time_offline_may_be_dropped() -> None:
    sut = _often(tx_updated_interval=15)
    [outcome] = await run_cases(Role.STATION, ["TC_C_15_CS"], sut=sut, alter=_drops_samples)
    assert outcome.verdict is Verdict.PASS, outcome.result.reason
    [off] = [each for each in outcome.peer.transcript.validations if not each.ok]
    assert (off.step, off.severity) == ("sequence_numbers_are_contiguous", Severity.WARNING)
