"""The reusable state Booted for a CSMS under test."""

from __future__ import annotations

from harness.peers.fake_station import FakeStation, State


async def _booted(station: FakeStation) -> None:
    await station.boot(1, 2, reason="PowerUp", status="Accepted")
    await station.report_connectors(3, 4, "Available")


Booted = State("Booted", _booted)
