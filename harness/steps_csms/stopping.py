"""A CSMS under test stops a transaction (F03): when it is told to, or for a reason of its own."""

from __future__ import annotations

from harness.evidence.matchers import Check, compare, fact
from harness.evidence.verdict import Severity
from harness.ocppj.inbox import Arrival
from harness.peers.fake_station import FakeStation

_STOP = "RequestStopTransaction"


async def note_stop_of_its_own(station: FakeStation, step: int) -> None:
    """Whether the CSMS stops the transaction before anybody asks for it.

    A driver who cannot pay any more is a reason (F03.FR.01): a warning. It has to be this one.
    """

    def stop() -> Arrival | None:
        return next((a for a in station.inbox.unclaimed() if a.action == _STOP), None)

    limit = station.sut.limits.silence
    came = await station.inbox.wait(stop, limit)
    what = f"{_STOP}Request before it is asked for"
    actual = "sent" if came else "silence"
    wanted = fact("silence", message=_STOP, fields={}, seconds=limit)
    check = Check("", f"no {what} for {limit:g} s", actual, came is None, wanted)
    station.judge(step, what, [check], "F03.FR.01", Severity.WARNING)
    if came is not None:
        station.claim(step, came)
        checks = compare({"transactionId": station.transaction.id}, came.payload)
        station.judge(step, f"{_STOP}Request", checks, "F03.FR.01", frame=came.id)
