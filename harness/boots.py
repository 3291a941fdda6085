"""A station that was not accepted at its boot: what it is told then, and may do (B02, B03)."""

from __future__ import annotations

from harness.answering import Reply
from harness.answers import csms_answer
from harness.fake_csms import FakeCSMS
from harness.inbox import Arrival, Closed
from harness.wire import Payload


def accept_when_triggered(csms: FakeCSMS) -> None:
    """Answer a BootNotification that was triggered Accepted, any other one Pending."""

    def answer(payload: Payload) -> Reply:
        status = "Accepted" if payload.get("reason") == "Triggered" else "Pending"
        base = csms_answer(csms.sut, "BootNotification", payload)
        return Reply({**base.payload, "status": status})

    csms.answer_by("BootNotification", answer)


async def hangs_up_after(csms: FakeCSMS, boot: Arrival) -> bool:
    """Whether a rejected station closes the connection, as B03.FR.04 lets it.

    It is given half of its interval: at the end of it, it boots again.
    """

    def closed() -> bool | None:
        ends = (e for e in csms.inbox.events if isinstance(e, Closed))
        return any(e.wire == boot.traffic.wire for e in ends) or None

    limit = min(csms.sut.limits.silence, csms.sut.configured.heartbeat_interval / 2)
    return await csms.inbox.wait(closed, limit) is not None
