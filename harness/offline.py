"""A station under test that is offline for a while: its back-off (Part 4, 5.3) and its queue."""

from __future__ import annotations

from harness.fake_csms import FakeCSMS
from harness.match import ABSENT, Check, one_of
from harness.session import Session

THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"
WAIT_MINIMUM = "OCPPCommCtrlr.RetryBackOffWaitMinimum"
RANDOM_RANGE = "OCPPCommCtrlr.RetryBackOffRandomRange"
REPEAT_TIMES = "OCPPCommCtrlr.RetryBackOffRepeatTimes"

#: How much two clocks that see one close may differ, in seconds.
_CLOCKS = 0.1


def judge_back_off(csms: FakeCSMS, step: int, waited: float, *, at_least: float) -> None:
    """A reconnection attempt came no sooner than the back-off time in seconds."""
    check = Check(
        "reconnection time",
        f"at least {at_least:g} s",
        f"{waited:.2f} s",
        waited >= at_least - _CLOCKS,
    )
    csms.judge(step, "connection", [check], "Part 4, 5.3")


async def queued_events(csms: FakeCSMS, session: Session, *, since: int) -> None:
    """What started while the station was offline is delivered, and marked so (E04.FR.01-03)."""
    if session.starts(await csms.tx_points("Start")):
        await csms.expect_transaction_event(
            "queue",
            session,
            since=since,
            eventType="Started",
            offline=True,
            triggerReason=one_of("CablePluggedIn", "ChargingStateChanged"),
            # Nobody was authorized: the state of EVConnectedPreSession, step 3.
            transactionInfo={"chargingState": one_of("EVConnected", ABSENT)},
            evse={"id": session.evse, "connectorId": session.connector},
            requirement="E04.FR.01-03",
        )
