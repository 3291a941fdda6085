"""TriggerMessage (F06): what is promised comes after the promise, and what is refused never."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from harness.evidence.matchers import ABSENT, Check, Every, Place, fact, matches
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


async def expect_triggered_values(
    csms: FakeCSMS, step: int, measurands: frozenset[str], *, since: int, **fields: Any
) -> None:
    """Triggered MeterValues with these measurands; too many for one message come in several.

    J01.FR.15; more measurands are no fault (F06.FR.06).
    """
    source = "F06.FR.02, F06.FR.06, F06.FR.10"
    parts: list[Arrival] = []
    while not parts or (_missing(parts, measurands) and await _comes(csms, since, fields)):
        part = await csms.expect(
            step, "MeterValues", since=since, prefer_match=True, requirement=source, **fields
        )
        parts.append(part)
    names, actual = ", ".join(sorted(measurands)), ", ".join(sorted(_measured(parts)))
    where = tuple(Place(part.id, "$.meterValue") for part in parts)
    held, matcher = not _missing(parts, measurands), fact("measurands", configured=True)
    check = Check("measurands", names, actual, held, matcher, where if len(parts) == 1 else ())
    csms.judge(step, "MeterValuesRequest", [check], "F06.FR.06", frame=parts[0].id)


async def _comes(csms: FakeCSMS, since: int, fields: Mapping[str, Any]) -> bool:
    def part() -> bool | None:
        calls = (a for a in csms.inbox.unclaimed(since) if a.action == "MeterValues")
        return any(matches(fields, a.payload) for a in calls) or None

    return await csms.inbox.wait(part, csms.sut.limits.silence) is not None


def _missing(parts: Sequence[Arrival], measurands: frozenset[str]) -> frozenset[str]:
    return measurands - _measured(parts)


def _measured(parts: Sequence[Arrival]) -> set[str]:
    payloads = [cast(Payload, part.payload) for part in parts]
    values = [value for payload in payloads for value in objects(payload, "meterValue")]
    samples = [sample for value in values for sample in objects(value, "sampledValue")]
    return {str(each.get("measurand", "Energy.Active.Import.Register")) for each in samples}
