"""Security events that a station under test has to report (Part 2, A04)."""

from __future__ import annotations

from harness.peers.fake_csms import FakeCSMS

#: What has to be reported, and by which requirements.
_SOURCES = {
    "InvalidCsmsCertificate": "A00.FR.310, A00.FR.413",
    "InvalidChargingStationCertificate": "A02.FR.07",
}


async def expect_security_event(csms: FakeCSMS, step: int, type: str, *, since: int) -> None:
    """The station reports this event; others may come before it."""
    await csms.expect(
        step,
        "SecurityEventNotification",
        since=since,
        prefer_match=True,
        type=type,
        requirement=_SOURCES[type],
    )
