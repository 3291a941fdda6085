"""A station that leaves by itself and comes back: to reboot, or with something new to show."""

from __future__ import annotations

from harness.ocppj.inbox import Opened
from harness.peers.fake_csms import FakeCSMS
from harness.peers.registration import Registration


async def expect_reconnect(csms: FakeCSMS, step: int | str, *, since: int) -> Opened:
    """The station connects again, after a boot if it will; one that boots is registered.

    Whether it boots is its own choice, where neither the case nor a request made it.
    """
    limits = csms.sut.limits
    opened = await csms.expect_connection(step, since=since, within=limits.boot)

    def boots() -> bool | None:
        later = (a for a in csms.inbox.arrivals if a.mark >= since)
        return any(a.action == "BootNotification" for a in later) or None

    if await csms.inbox.wait(boots, limits.silence):
        await csms.inbox.wait(
            lambda: csms.registrations.current is Registration.ACCEPTED or None, limits.boot
        )
        for arrival in csms.inbox.unclaimed(since):
            if arrival.action == "BootNotification":
                csms.claim(step, arrival)
    return opened


async def let_leave(csms: FakeCSMS, step: int | str, *, since: int | None = None) -> None:
    """A station that may have to leave is waited for, if it does or has done so since then."""
    mark = csms.inbox.mark if since is None else since
    came_back = any(isinstance(event, Opened) for event in csms.inbox.events[mark:])
    if came_back or await csms.hangs_up():
        await expect_reconnect(csms, step, since=mark)
