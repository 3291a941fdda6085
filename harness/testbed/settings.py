"""What a station under test is set to, asked for at the end of a case for the rules about it."""

from __future__ import annotations

from collections.abc import Iterator

from harness import clock
from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.inbox import Closed
from harness.peers.fake_csms import FakeCSMS
from harness.peers.registration import Registration
from harness.rules.heartbeats import INTERVAL, silences
from harness.rules.readings import SAMPLED
from harness.rules.reconnections import BACK_OFF


async def settings_of(csms: FakeCSMS) -> dict[str, str]:
    """Values by the names of variables, of those that what happened in the case depends on."""
    if csms.registrations.current is not Registration.ACCEPTED:
        return {}
    return await csms.variables.read(*_wanted(csms))


def _wanted(csms: FakeCSMS) -> Iterator[str]:
    if any(arrival.action == "TransactionEvent" for arrival in csms.inbox.arrivals):
        yield from SAMPLED
    silent = csms.sut.configured.heartbeat_interval
    if any(end - begin > silent for begin, end in silences(csms.inbox.events, clock.monotonic())):
        yield INTERVAL
    ends = (event.end.by for event in csms.inbox.events if isinstance(event, Closed))
    if ClosedBy.HARNESS in ends:
        yield from BACK_OFF
