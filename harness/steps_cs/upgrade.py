"""Raising the security profile of a station under test, or trying to (Part 2, A05, B09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.connection.station_link import Serving
from harness.evidence.matchers import Check, Satisfies, fact
from harness.ocppj.inbox import Closed, Opened, Refused
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    CSMS_ROOT,
    CertificateInstalled,
    RenewChargingStationCertificate,
)
from harness.steps_cs.back_off import set_back_off
from harness.steps_cs.migration import PRIORITY, Migration, migration
from harness.steps_cs.reconnect import expect_reconnect, let_leave
from harness.steps_cs.root_store import deletions

PROFILE = "SecurityCtrlr.SecurityProfile"


@dataclass(frozen=True)
class Upgrade:
    """From the active slot to the other one, which gets a network profile of ``profile``."""

    csms: FakeCSMS
    move: Migration
    profile: int

    def restart_server(self, step: int) -> None:
        """Both endpoints serve the higher profile."""
        self._serve(step, self.profile)

    async def restart_lower_server(self, step: int) -> int:
        """Only profile 1 is served, and the connection is gone; the mark of that."""
        mark = self.csms.mark()
        self._serve(step, 1)
        await self.csms.disconnect(step)
        return mark

    def _serve(self, step: int, profile: int) -> None:
        self.csms.record.act(step, "restarts its servers", security_profile=profile)
        for number in (1, 2):
            self.csms.link.serve(number, Serving(profile))

    async def expect_arrival(self, step: int) -> None:
        """The station connects with the new profile, from which there is no way back."""
        csms = self.csms
        await csms.expect_connection(step, endpoint=self.move.endpoint, since=csms.reboot_mark)
        csms.changes.for_good = f"the security profile was raised to {self.profile}"
        csms.changes.variables.pop(Variable.parse(PRIORITY), None)
        csms.link.serve_profile(self.profile)

    def without_lower_slot(self) -> Satisfies:
        """Matches a NetworkConfigurationPriority that has lost the slot of the lower profile."""
        slot, lower = self.move.slot, self.move.active_slot
        return Satisfies(
            f"a list with slot {slot} and without {lower}",
            lambda value: _has(value, slot) and not _has(value, lower),
            fact("slots", holds=[slot], lacks=[lower]),
        )

    async def expect_no_attempt(self, step: int, *, since: int) -> None:
        """Where only profile 1 is served, the station does not connect (erratum 2025-06)."""
        csms = self.csms

        def plain() -> Opened | Refused | None:
            found = (e for e in csms.inbox.events[since:] if isinstance(e, (Opened, Refused)))
            return next((e for e in found if e.attempt.requested), None)

        limit = self._long_enough()
        found = await csms.inbox.wait(plain, limit)
        said = f"an attempt at endpoint {found.endpoint}" if found else "no attempt"
        wanted, none = f"no attempt without TLS for {limit:g} s", fact("no attempt", seconds=limit)
        check = Check("", wanted, said, found is None, none)
        csms.judge(step, "connection", [check], "A05.FR.06, A00.FR.005")

    async def expect_return(self, step: int, *, since: int) -> None:
        """It connects again; its back-off may have doubled meanwhile."""
        within = self._long_enough() + self.csms.sut.limits.connect
        await self.csms.expect_connection(step, since=since, within=within)

    def _long_enough(self) -> float:
        """The long operation timeout of the page, and the pause before any attempt."""
        return self.csms.sut.limits.boot + self.csms.waits.back_off()


def _has(value: Any, slot: int) -> bool:
    return isinstance(value, str) and str(slot) in [each.strip() for each in value.split(",")]


async def prepare_upgrade(csms: FakeCSMS) -> Upgrade:
    """The station has what the next profile needs, and the other endpoint serves that."""
    profile = csms.link.profile + 1
    if profile == 2:
        await csms.reach(CertificateInstalled(CSMS_ROOT, csms.link.keys.old_root.pem))
        await set_back_off(csms, csms.sut.configured.retry_back_off_wait_minimum)
    else:
        await csms.reach(RenewChargingStationCertificate)
        async with csms.before():
            await let_leave(csms, "Before")  # A02.FR.08, in whatever profile
    return Upgrade(csms, await into_other_slot(csms, profile), profile)


async def into_other_slot(csms: FakeCSMS, profile: int) -> Migration:
    """The slot that is not active is to get a network profile with this security profile."""
    move = await migration(csms)
    csms.link.offer(move.endpoint, profile)
    return move


async def profile_in_use(csms: FakeCSMS) -> dict[str, str]:
    """What the station says of the network profile and the security profile that it uses."""
    async with csms.before():
        return await csms.variables.read(PRIORITY, PROFILE)


async def expect_unchanged(
    csms: FakeCSMS, step: int | str, former: Mapping[str, str], requirement: str
) -> None:
    """Variables have the values that they had."""
    for name, value in former.items():
        await csms.variables.expect_value(step, name, value, requirement)


async def remove_roots(csms: FakeCSMS) -> None:
    """The station has no CSMS root certificate any more (AQ-1), as ``deletions`` has it."""
    async with csms.before():
        listing = await csms.send(
            "Before", "GetInstalledCertificateIds", certificateType=[CSMS_ROOT]
        )
        answer = await listing.response("Before")
        csms.changes.roots_removed = bool(objects(answer, "certificateHashDataChain"))
        async for _ in deletions(csms, answer, CSMS_ROOT):
            pass


async def remove_station_certificate(csms: FakeCSMS) -> None:
    """The station has no certificate of its own (AQ-3); it may have to start anew for that."""
    csms.changes.certificate_removed = True
    mark = csms.inbox.mark
    await csms.arrangements.arrange(csms.operator, "station_certificate", installed=False)

    def gone() -> bool | None:
        return any(isinstance(e, Closed) for e in csms.inbox.events[mark:]) or None

    if await csms.inbox.wait(gone, csms.sut.limits.silence):
        async with csms.before():
            await expect_reconnect(csms, "Before", since=mark)
