"""A station that was not accepted at its boot: what it is told then, and may do (B02, B03)."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import one_of
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Closed
from harness.peers.answering import Reply
from harness.peers.fake_csms import FakeCSMS


async def boot_when_triggered(
    csms: FakeCSMS, request_step: int, answer_step: int, step: int
) -> Arrival:
    """Trigger a BootNotification, accept and return it.

    A station that refuses the trigger boots again after its interval (B02.FR.08).
    """
    # The interval may be over at any moment: that boot shall not be taken for the triggered one.
    _accept_when_triggered(csms)
    mark = csms.inbox.mark
    trigger = await csms.send(request_step, "TriggerMessage", requestedMessage="BootNotification")
    answer = await trigger.response(answer_step, status=one_of("Accepted", "NotImplemented"))
    why: dict[str, Any] = {"reason": "Triggered"}
    if answer["status"] == "NotImplemented":
        csms.answer_by_default("BootNotification")
        mark, why = csms.inbox.mark, {}
    return await csms.expect(
        step,
        "BootNotification",
        since=mark,
        within=csms.sut.limits.boot + csms.sut.configured.heartbeat_interval,
        prefer_match=True,
        requirement="F06.FR.10, B02.FR.08",
        **why,
    )


def _accept_when_triggered(csms: FakeCSMS) -> None:
    """Answer a BootNotification that was triggered Accepted, any other one Pending."""

    def answer(payload: Payload) -> Reply:
        status = "Accepted" if payload.get("reason") == "Triggered" else "Pending"
        base = csms.usual_answer("BootNotification", payload)
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
