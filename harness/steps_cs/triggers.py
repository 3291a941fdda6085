"""TriggerMessage (F06): what is promised comes after the promise, and what is refused never."""

from __future__ import annotations

from typing import Any, cast

from harness.evidence.matchers import ABSENT, Check, Every, Place, fact
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import evse_type, objects
from harness.peers.fake_csms import FakeCSMS

#: Meter values that were read because of a trigger.
TRIGGERED_VALUES = Every({"sampledValue": Every({"context": "Trigger"})})


async def silence_meters(csms: FakeCSMS) -> None:
    """Have no clock-aligned values sent, as far as the station lets that be set (J01.FR.14)."""
    await csms.configure({"AlignedDataCtrlr.Interval": "0"}, if_writable=True)


async def trigger(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    message: str,
    *,
    evse: int | None = None,
    connector: int | None = None,
    status: Any = "Accepted",
    requirement: str = "F06.FR.04, F06.FR.05",
) -> int:
    """Ask for a message; the mark from which on it may come: after the answer (F06.FR.04)."""
    place = evse_type(evse, connector)
    sent = await csms.send(step, "TriggerMessage", requestedMessage=message, evse=place or ABSENT)
    await sent.response(answer_step, status=status, requirement=requirement)
    return sent.mark


async def expect_triggered_once(csms: FakeCSMS, step: int, action: str, **fields: Any) -> None:
    """No second message like the one that has come: one trigger wants one (F06.FR.10)."""
    await csms.silence(
        step,
        action,
        what=f"second {action}Request",
        since=0,
        requirement="F06.FR.05, F06.FR.10",
        **fields,
    )


async def configured_measurands(csms: FakeCSMS, name: str) -> frozenset[str]:
    """What this variable has the station measure; nothing where that cannot be read."""
    told = (await csms.variables.read(name)).get(name, "")
    return frozenset(each.strip() for each in told.split(",") if each.strip())


def judge_measurands(
    csms: FakeCSMS, step: int, arrival: Arrival, wanted: frozenset[str], requirement: str
) -> None:
    """All that is configured was measured; more is no fault (F06.FR.06, F06.FR.07)."""
    values = objects(cast(Payload, arrival.payload), "meterValue")
    samples = [sample for value in values for sample in objects(value, "sampledValue")]
    told = {str(each.get("measurand", "Energy.Active.Import.Register")) for each in samples}
    names, actual = ", ".join(sorted(wanted)), ", ".join(sorted(told))
    where = (Place(arrival.id, "$.meterValue"),)
    matcher = fact("measurands", configured=True)
    check = Check("measurands", names, actual, wanted <= told, matcher, where)
    csms.judge(step, f"{arrival.action}Request", [check], requirement, frame=arrival.id)
