"""The logs of the embedded station."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from harness.connection.file_shelf import Upload
from harness.reference.station import StationConfig
from harness.tests.file_servers import serving
from harness.tests.small_csms import SmallCsms, running

pytestmark = pytest.mark.simulated_time

PASSWORD = "a-password-of-the-station"


@pytest_asyncio.fixture(loop_scope="function")
async def csms() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


async def uploaded(csms: SmallCsms, log_type: str, **times: str) -> list[str]:
    """The lines of a log, after the one that says whose it is."""
    async with serving() as server:
        upload: Upload = server.take("log")
        log: dict[str, Any] = {"remoteLocation": upload.url, **times}
        await csms.result("GetLog", {"logType": log_type, "requestId": 1, "log": log})
        file = await upload.wait(10)
    assert file is not None
    first, *lines = file.content.decode().splitlines()
    assert "Harness ReferenceStation 1.0.0" in first
    return lines


@pytest.mark.asyncio
async def test_each_type_is_a_log_of_its_own(csms: SmallCsms) -> None:
    async with running(csms, StationConfig("CS001", "", password=PASSWORD)) as station:
        station.security.note("MemoryExhaustion")
        security = await uploaded(csms, "SecurityLog")
        assert [line.split()[1] for line in security] == ["StartupOfTheDevice", "MemoryExhaustion"]
        diagnostics = await uploaded(csms, "DiagnosticsLog")
        assert "EVSE 1: Idle, 0 Wh" in diagnostics
        assert "OCPPCommCtrlr.HeartbeatInterval = 300" in diagnostics
        assert not any(PASSWORD in line for line in diagnostics)
        assert not set(security) & set(diagnostics)


@pytest.mark.asyncio
async def test_a_security_log_is_of_the_time_that_is_asked_for(csms: SmallCsms) -> None:
    async with running(csms) as station:
        station.security.note("MemoryExhaustion")
        last = station.memory.security_log[-1].at.isoformat()
        assert len(await uploaded(csms, "SecurityLog", oldestTimestamp=last)) == 1
        assert len(await uploaded(csms, "SecurityLog", latestTimestamp=last)) == 2
        assert await uploaded(csms, "SecurityLog", oldestTimestamp="2199-01-01T00:00:00Z") == []
