"""Reusable states of Part 6 for a charging station under test: the reboots of an update (L01)."""

from __future__ import annotations

from harness.evidence.matchers import Check, fact, one_of
from harness.ocppj.inbox import Arrival, Opened
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session

STATUS = "FirmwareStatusNotification"
#: A station may be closed until it has its new firmware (L01.FR.07).
_OPEN_OR_CLOSED = ("Available", "Unavailable")
_BY_FIELD = {"$.requestId": "L01.FR.10, L01.FR.20"}


def RebootBeforeFirmwareInstallation(  # noqa: N802  # a state of Part 6, under its name
    number: int, since: int
) -> State:
    """A reboot for the installation of the update of that requestId, from that mark on."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        await expect_status(csms, 1, number, "InstallRebooting", since=since, source="L01.FR.15")
        boot = await _expect_boot(csms, 3, 5, since=since)
        # Not where the boot loader speaks no OCPP: then it has booted with the new firmware.
        if await is_next(csms, "Installing", since=boot.mark):
            await expect_status(csms, 7, number, "Installing", since=boot.mark)

    return State("RebootBeforeFirmwareInstallation", steps)


def RebootBeforeFirmwareActivation(  # noqa: N802  # a state of Part 6, under its name
    number: int, since: int
) -> State:
    """A reboot into the firmware of the update of that requestId, from that mark on."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        if await is_next(csms, "InstallRebooting", since=since, within=0):
            await expect_status(
                csms, 1, number, "InstallRebooting", since=since, source="L01.FR.32"
            )
        await _expect_boot(csms, 3, 5, since=since)

    return State("RebootBeforeFirmwareActivation", steps)


async def _expect_boot(csms: FakeCSMS, step: int, connectors_step: int, *, since: int) -> Arrival:
    boot = await csms.expect(
        step,
        "BootNotification",
        since=since,
        within=csms.sut.limits.update + csms.sut.limits.boot,
        requirement="B01.FR.01, B01.FR.03",
        reason="FirmwareUpdate",
    )
    _judge_first(csms, step, boot, since)
    every = dict.fromkeys(csms.sut.connectors, _OPEN_OR_CLOSED)
    await csms.expect_connectors(connectors_step, every, since=boot.mark, requirement="B01.FR.05")
    return boot


def _judge_first(csms: FakeCSMS, step: int, boot: Arrival, since: int) -> None:
    """On a connection that was opened for the boot, nothing comes before it (B01.FR.01)."""
    wire = boot.traffic.wire
    opened = [
        n for n, e in enumerate(csms.inbox.events) if isinstance(e, Opened) and e.wire == wire
    ]
    if not opened or opened[-1] < since:
        return
    heard = (a for a in csms.inbox.arrivals if a.traffic.wire == wire and a.mark < boot.mark)
    before = ", ".join(str(each.action) for each in heard)
    check = Check("", "the first message", before or "none before", not before, fact("first"))
    csms.judge(step, "BootNotificationRequest", [check], "B01.FR.01", frame=boot.id)


async def expect_status(
    csms: FakeCSMS,
    step: int | str,
    number: int,
    *statuses: str,
    since: int,
    later: float = 0,
    source: str = "L01.FR.01",
) -> Arrival:
    """The next status that the station tells: that of the update, and one of these."""
    return await csms.expect(
        step,
        STATUS,
        since=since,
        within=csms.sut.limits.update + later,
        requirement=source,
        by_field=_BY_FIELD,
        status=one_of(*statuses) if statuses[1:] else statuses[0],
        requestId=number,
    )


async def next_word(csms: FakeCSMS, *, since: int, within: float | None = None) -> Arrival | None:
    """The next status or boot that nobody has claimed."""

    def pick() -> Arrival | None:
        words = (STATUS, "BootNotification")
        return next((a for a in csms.inbox.unclaimed(since) if a.action in words), None)

    limits = csms.sut.limits
    await csms.inbox.wait(pick, limits.update + limits.boot if within is None else within)
    return pick()


async def is_next(csms: FakeCSMS, status: str, *, since: int, within: float | None = None) -> bool:
    """Whether the next that the station tells of its update is this status."""
    word = await next_word(csms, since=since, within=within)
    return word is not None and word.payload.get("status") == status
