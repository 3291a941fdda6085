"""An update of firmware at a station under test, and the reusable states of Part 6 in it (L01)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from harness.evidence.matchers import one_of
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Closed
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session

_TELLS = "L01.FR.01, L01.FR.10, L01.FR.20"
#: While firmware is installed, nobody need be able to charge.
_ANY = ("Available", "Unavailable")


@dataclass
class Update:
    """One update that a station was asked for, and what it has told of it so far.

    ``since``: the mark of the request. ``cancelled``: requestIds of updates before it, of which the
    station may still tell that they have failed (L01.FR.24, note).
    """

    csms: FakeCSMS
    request_id: int
    since: int
    cancelled: Collection[int] = ()
    told: list[str] = field(default_factory=list[str])
    #: The last status and the last boot that were judged.
    last: Arrival | None = None
    boot: Arrival | None = None

    @property
    def mark(self) -> int:
        """What comes from then on is later than the last status."""
        return self.since if self.last is None else self.last.mark

    async def expect(
        self,
        step: int | str,
        *statuses: str,
        within: float | None = None,
        requirement: str = _TELLS,
    ) -> Arrival:
        """The next status that the station tells: in ``limits.event``, or within such seconds."""
        self.last = await self.csms.expect(
            step,
            "FirmwareStatusNotification",
            where=self.goes_on,
            since=self.mark,
            within=within,
            requirement=requirement,
            status=one_of(*statuses) if statuses[1:] else statuses[0],
            requestId=self.request_id,
        )
        self.told.append(str(self.last.payload["status"]))
        return self.last

    def goes_on(self, payload: Payload) -> bool:
        """Whether that is the next status: what a download may tell in between is none.

        Nor is the end of an update that was cancelled (L01.FR.14, L01.FR.24, L01.FR.30).
        """
        status = payload.get("status")
        if payload.get("requestId") in self.cancelled:
            return status not in ("DownloadFailed", "InstallationFailed")
        return self.told[-1:] != ["Downloading"] or status not in ("Downloading", "DownloadPaused")

    async def next(self, within: float) -> str:
        """The next status, or "boot" if the station boots first; "" if neither comes in time."""

        def pick() -> str | None:
            for arrival in self.csms.inbox.unclaimed(self.mark):
                if arrival.action == "BootNotification":
                    return "boot"
                if self._is_next(arrival):
                    return str(arrival.payload.get("status"))
            return None

        return await self.csms.inbox.wait(pick, within) or ""

    async def reboots_before(self, status: str, within: float) -> bool:
        """Whether a reboot comes before that status, announced or not."""
        if (following := await self.next(within)) in ("", "boot", status):
            return following == "boot"
        told = next(a for a in self.csms.inbox.unclaimed(self.mark) if self._is_next(a))

        def more() -> bool | None:
            later = self.csms.inbox.unclaimed(told.mark + 1)
            if any(self._is_next(a) and a.traffic.wire == told.traffic.wire for a in later):
                return False
            return True if self._has_left(told) else None

        return await self.csms.inbox.wait(more, self.csms.sut.limits.boot) is True

    def _is_next(self, arrival: Arrival) -> bool:
        return arrival.action == "FirmwareStatusNotification" and self.goes_on(arrival.payload)

    def _has_left(self, told: Arrival) -> bool:
        events = self.csms.inbox.events[told.mark :]
        return any(isinstance(e, Closed) and e.wire == told.traffic.wire for e in events)

    async def expect_boot(self, step: int, connectors_step: int) -> None:
        """The boot, and what the station tells then of its connectors."""
        csms = self.csms
        limits = csms.sut.limits
        self.boot = await csms.expect(
            step,
            "BootNotification",
            since=self.since,
            within=limits.boot + limits.update,
            requirement="B01.FR.03, B01.FR.09",
            reason="FirmwareUpdate",
        )
        connectors = dict.fromkeys(csms.sut.connectors, _ANY)
        await csms.expect_connectors(
            connectors_step, connectors, since=self.boot.mark, requirement="B01.FR.05"
        )

    async def announce_reboot(self, step: int, requirement: str) -> None:
        """The station says that it reboots, and does: nothing may come before its boot."""
        told = await self.expect(step, "InstallRebooting", requirement=requirement)
        inbox, limit = self.csms.inbox, self.csms.sut.limits.boot
        await inbox.wait(lambda: self._has_left(told) or None, limit)
        if self.csms.wire is None:
            self.csms.rebooted_by_itself()


def RebootBeforeFirmwareInstallation(update: Update) -> State:  # noqa: N802  # a state of Part 6
    """The station reboots before it installs the firmware; its bootloader may be mute."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        await update.announce_reboot(1, "L01.FR.15")
        await update.expect_boot(3, 5)
        # What boots may be the new firmware already: then nobody tells of the installation.
        if await update.next(csms.sut.limits.event) == "Installing":
            await update.expect(7, "Installing")

    return State("RebootBeforeFirmwareInstallation", steps)


def RebootBeforeFirmwareActivation(update: Update) -> State:  # noqa: N802  # a state of Part 6
    """The station reboots to activate the firmware that it has installed."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        if await update.next(csms.sut.limits.event) not in ("", "boot"):
            await update.announce_reboot(1, "L01.FR.32")
        await update.expect_boot(3, 5)

    return State("RebootBeforeFirmwareActivation", steps)
