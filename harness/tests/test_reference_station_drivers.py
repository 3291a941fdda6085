"""The reference station: whom it lets charge, what it remembers of drivers, and who stops whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from harness import clock
from harness.reference.station import NotFittedError, Station, StationConfig
from harness.tests.small_csms import Payload, SmallCsms, running

pytestmark = pytest.mark.simulated_time

CACHE = {"AuthCtrlr.LocalPreAuthorize": "true"}
MASTERS = {"AuthCtrlr.MasterPassGroupId": "MASTERS"}


@pytest_asyncio.fixture(loop_scope="function")
async def csms() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


def config(values: dict[str, str] | None = None, **variant: Any) -> StationConfig:
    points = {"tx_start_points": ("Authorized",), "tx_stop_points": ("Authorized",)}
    return StationConfig("CS001", "", **points, values=values or {}, **variant)  # type: ignore[arg-type]


def says(csms: SmallCsms, status: str, group: str = "", **more: object) -> None:
    """From now on, the CSMS says this of every driver."""
    info: Payload = {"status": status, **more}
    if group:
        info["groupIdToken"] = {"idToken": group, "type": "Central"}
    csms.replies["Authorize"] = lambda _: {"idTokenInfo": info}
    csms.replies["TransactionEvent"] = lambda e: {"idTokenInfo": info} if "idToken" in e else {}


async def presents(
    station: Station, csms: SmallCsms, token: str = "AA", evse: int = 1
) -> list[str]:
    """What the station tells because of a token: messages, events by their reasons."""
    csms.forget()
    await station.present_token(token, "ISO14443", evse)
    await csms.quiet()
    frames = csms.frames[len(csms.frames) - _since(csms) :]
    return [f.payload.get("triggerReason", f.action) for f in frames]


def _since(csms: SmallCsms) -> int:
    return len(csms.frames) - csms._taken  # pyright: ignore[reportPrivateUsage]


@pytest.mark.asyncio
async def test_a_driver_who_charged_is_known(csms: SmallCsms) -> None:
    async with running(csms, config(CACHE)) as station:
        assert await presents(station, csms) == ["Authorize", "Authorized"]
        assert await presents(station, csms) == ["StopAuthorized"]
        assert await presents(station, csms, "aa") == ["Authorized"]
        await station.power_cycle()
        await csms.next("SecurityEventNotification")
        await csms.quiet()
        assert await presents(station, csms) == ["Authorized"]
        await presents(station, csms)
        assert await csms.result("ClearCache") == {"status": "Accepted"}
        assert await presents(station, csms) == ["Authorize", "Authorized"]


@pytest.mark.asyncio
async def test_the_csms_is_asked_where_the_cache_does_not_decide(csms: SmallCsms) -> None:
    async with running(csms, config()) as station:
        await presents(station, csms)
        await presents(station, csms)
        assert await presents(station, csms) == ["Authorize", "Authorized"]
        await presents(station, csms)
        await csms.set("AuthCtrlr.LocalPreAuthorize", "true")
        await csms.set("AuthCacheCtrlr.Enabled", "false")
        assert await csms.result("ClearCache") == {"status": "Rejected"}
        assert await presents(station, csms) == ["Authorize", "Authorized"]
        await presents(station, csms)
        await csms.set("AuthCacheCtrlr.Enabled", "true")
        assert await presents(station, csms) == ["Authorized"], "its content was not altered"


@pytest.mark.asyncio
async def test_the_latest_word_of_the_csms_counts(csms: SmallCsms) -> None:
    async with running(csms, config(CACHE)) as station:
        await presents(station, csms)
        await presents(station, csms)
        csms.replies["TransactionEvent"] = lambda _: {"idTokenInfo": {"status": "Invalid"}}
        assert await presents(station, csms) == ["Authorized", "Deauthorized"]
        says(csms, "Blocked")
        assert await presents(station, csms) == ["Authorize"]
        says(csms, "Accepted")
        assert await presents(station, csms) == ["Authorize", "Authorized"]
        await presents(station, csms)
        assert await presents(station, csms) == ["Authorized"]


@pytest.mark.asyncio
async def test_a_refused_driver_is_asked_about_unless_that_is_off(csms: SmallCsms) -> None:
    async with running(csms, config(CACHE)) as station:
        says(csms, "Invalid")
        await presents(station, csms)
        assert await presents(station, csms) == ["Authorize"]
        await csms.set("AuthCacheCtrlr.DisablePostAuthorize", "true")
        assert await presents(station, csms) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("life", [{"AuthCacheCtrlr.LifeTime": "86400"}, {}])
async def test_an_entry_lives_a_day_or_until_the_csms_said(
    csms: SmallCsms, life: dict[str, str]
) -> None:
    async with running(csms, config({**CACHE, **life})) as station:
        if not life:
            says(csms, "Accepted", cacheExpiryDateTime="2000-01-01T00:00:00Z")
        await presents(station, csms)
        await presents(station, csms)
        if life:
            await clock.sleep(86000)
            assert await presents(station, csms) == ["Authorized"]
            await presents(station, csms)
            await clock.sleep(86500)
        assert await presents(station, csms) == ["Authorize", "Authorized"]


@pytest.mark.asyncio
async def test_a_known_driver_of_the_group_stops_unasked(csms: SmallCsms) -> None:
    variant = config(evses={1: (1,), 2: (1,)})
    async with running(csms, variant) as station:
        says(csms, "Accepted", "GROUP")
        await presents(station, csms, "BB", 2)
        await presents(station, csms, "BB", 2)
        await presents(station, csms, "AA", 1)
        assert await presents(station, csms, "CC", 1) == ["Authorize", "StopAuthorized"]
        await presents(station, csms, "AA", 1)
        assert await presents(station, csms, "BB", 1) == ["StopAuthorized"]
        await presents(station, csms, "AA", 1)
        says(csms, "Invalid", "GROUP")
        assert await presents(station, csms, "DD", 1) == ["Authorize"]


@pytest.mark.asyncio
async def test_a_master_pass_stops_everybody_and_starts_nothing(csms: SmallCsms) -> None:
    async with running(csms, config(MASTERS, evses={1: (1,), 2: (1,)})) as station:
        await presents(station, csms, "AA", 1)
        await presents(station, csms, "BB", 2)
        says(csms, "Invalid", "MASTERS")
        assert await presents(station, csms, "MM", 1) == ["Authorize"]
        says(csms, "Accepted", "MASTERS")
        told = await presents(station, csms, "MM", 1)
        assert told == ["Authorize", "StopAuthorized", "StopAuthorized"]
        reasons = {e["transactionInfo"]["stoppedReason"] for e in csms.seen("TransactionEvent")}
        assert reasons == {"MasterPass"}
        assert await presents(station, csms, "MM", 1) == ["Authorize"]


@pytest.mark.asyncio
async def test_a_master_pass_chooses_on_the_screen(csms: SmallCsms) -> None:
    async with running(csms, config(MASTERS, evses={1: (1,), 2: (1,)}, screen=True)) as station:
        await presents(station, csms, "AA", 1)
        await presents(station, csms, "BB", 2)
        says(csms, "Accepted", "MASTERS")
        with pytest.raises(NotFittedError):
            await station.select(0)
        assert await presents(station, csms, "MM", 1) == ["Authorize"]
        await station.select(2)
        await csms.quiet()
        assert len(csms.seen("TransactionEvent")) == 1
        assert station.evses[1].transaction is not None
        assert station.evses[2].transaction is None
        await presents(station, csms, "MM", 1)
        await station.select(0)
        assert station.evses[1].transaction is None


@pytest.mark.asyncio
async def test_tokens_and_availability_outlive_the_process(csms: SmallCsms, tmp_path: Path) -> None:
    variant = config(CACHE, memory_file=str(tmp_path / "memory.json"), evses={1: (1,), 2: (1,)})
    request = {"operationalStatus": "Inoperative", "evse": {"id": 2}}
    async with running(csms, variant) as station:
        await presents(station, csms)
        await presents(station, csms)
        assert await csms.result("ChangeAvailability", request) == {"status": "Accepted"}
        await csms.quiet()
    async with running(csms, variant) as station:
        assert await presents(station, csms) == ["Authorized"]
        assert station.availability.is_inoperative(2)
        assert not station.availability.is_inoperative(1)
