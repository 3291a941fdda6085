"""TriggerMessage (F06): what is promised comes after the promise, and what is refused never."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, Every
from harness.peers.fake_csms import FakeCSMS

#: Meter values that were read because of a trigger.
TRIGGERED_VALUES = Every({"sampledValue": Every({"context": "Trigger"})})


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
    named = {"id": evse, "connectorId": connector}
    place = {name: value for name, value in named.items() if value is not None}
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
