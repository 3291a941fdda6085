"""Raising the security profile of a station under test, or trying to (Part 2, A05, B09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.connection.station_link import Serving
from harness.evidence.matchers import Check, Satisfies, fact, one_of
from harness.ocppj.inbox import Closed, Opened, Refused
from harness.ocppj.variables import Variable, asked, result, results
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.migration import PRIORITY, Migration, install_root, migration
from harness.steps_cs.offline import RANDOM_RANGE, REPEAT_TIMES, WAIT_MINIMUM
from harness.steps_cs.reconnect import expect_reconnect, let_leave
from harness.steps_cs.renewal import renew

ROOT = "CSMSRootCertificate"
_PROFILE = "SecurityCtrlr.SecurityProfile"


@dataclass(frozen=True)
class Upgrade:
    """From the active slot to the other one, which gets a network profile of ``profile``."""

    csms: FakeCSMS
    move: Migration
    profile: int

    def restart_server(self) -> None:
        """Step 7: both endpoints serve the higher profile."""
        for number in (1, 2):
            self.csms.link.serve(number, Serving(self.profile))

    async def arrives(self, step: int) -> None:
        """The station connects with the new profile, from which there is no way back."""
        csms = self.csms
        mark, endpoint = csms.reboot_mark, self.move.endpoint
        await csms.expect_connection(step, endpoint=endpoint, since=mark)
        csms.changes.for_good = f"the security profile was raised to {self.profile}"
        csms.changes.variables.pop(Variable.parse(PRIORITY), None)
        csms.link.serve_profile(self.profile)

    async def expect_raised(self, step: int) -> None:
        """SecurityProfile tells the new one (A05.FR.06)."""
        await self.csms.variables.expect_value(step, _PROFILE, str(self.profile), "A05.FR.06")

    async def expect_lower_slot_gone(self, step: int) -> None:
        """NetworkConfigurationPriority has lost the slot of the lower profile (A05.FR.06)."""
        slot, lower = self.move.slot, self.move.active_slot
        without = Satisfies(
            f"a list with slot {slot} and without {lower}",
            lambda value: _has(value, slot) and not _has(value, lower),
            fact("slots", holds=[slot], lacks=[lower]),
        )
        sent = await self.csms.send(step, "GetVariables", getVariableData=[asked(PRIORITY)])
        wanted: Any = results(result(PRIORITY, "Accepted", attributeValue=without))
        await sent.response(step, getVariableResult=wanted, requirement="A05.FR.06")

    async def stays_up(self, step: int, back: int) -> None:
        """Where only profile 1 is served, the station does not connect (erratum 2025-06)."""
        csms, mark = self.csms, self.csms.inbox.mark
        for number in (1, 2):
            csms.link.serve(number, Serving(1))
        await csms.disconnect()

        def plain() -> Opened | Refused | None:
            found = (e for e in csms.inbox.events[mark:] if isinstance(e, (Opened, Refused)))
            return next((e for e in found if e.attempt.requested), None)

        # The long operation timeout of the page, and the pause before any attempt.
        limit = csms.sut.limits.boot + csms.sut.configured.retry_back_off_wait_minimum
        found = await csms.inbox.wait(plain, limit)
        said = f"an attempt at endpoint {found.endpoint}" if found else "no attempt"
        check = Check("", f"no attempt without TLS for {limit:g} s", said, found is None)
        csms.judge(step, "connection", [check], "A05.FR.06, A00.FR.005")
        csms.link.serve_profile(self.profile)
        # Its back-off may have doubled meanwhile: the next attempt is as far away as the first.
        await csms.expect_connection(back, since=mark, within=limit + csms.sut.limits.connect)


def _has(value: Any, slot: int) -> bool:
    return isinstance(value, str) and str(slot) in [each.strip() for each in value.split(",")]


async def upgrade(csms: FakeCSMS) -> Upgrade:
    """The station has what the next profile needs, and the other endpoint serves that."""
    profile = csms.link.profile + 1
    if profile == 2:
        await install_root(csms, csms.link.keys.old_root)
        back_off = str(csms.sut.configured.retry_back_off_wait_minimum)
        wanted = {WAIT_MINIMUM: back_off, RANDOM_RANGE: "0", REPEAT_TIMES: "0"}
        await csms.configure(wanted, if_writable=True)
    else:
        async with csms.before():
            await renew(csms, "Before")
            await let_leave(csms, "Before")  # A02.FR.08, in whatever profile
    return Upgrade(csms, await into_other_slot(csms, profile), profile)


async def into_other_slot(csms: FakeCSMS, profile: int) -> Migration:
    """The slot that is not active is to get a network profile with this security profile."""
    move = await migration(csms)
    csms.link.serve(move.endpoint, Serving(profile))
    return move


async def expect_no_upgrade(csms: FakeCSMS, profile: int, requirement: str) -> None:
    """The network profile is refused, or else its priority, and nothing has changed (A05.FR.02-03).

    A profile that was refused is not put first: the slot may hold an older one that is good.
    """
    async with csms.before():
        kept = await csms.variables.read(PRIORITY, _PROFILE)
    move = await into_other_slot(csms, profile)
    either = one_of("Accepted", "Rejected")
    if await move.set_profile(1, 2, either, "B09.FR.01, B09.FR.02") == "Accepted":
        await move.set_priority(3, 4, "Rejected", requirement)
    for name, value in kept.items():
        await csms.variables.expect_value("post", name, value, requirement)


async def remove_roots(csms: FakeCSMS) -> None:
    """The station has no CSMS root certificate any more (AQ-1)."""
    async with csms.before():
        listing = await csms.send("Before", "GetInstalledCertificateIds", certificateType=[ROOT])
        chains = (await listing.response("Before")).get("certificateHashDataChain", [])
        for chain in chains:
            hashes = chain["certificateHashData"]
            deletion = await csms.send("Before", "DeleteCertificate", certificateHashData=hashes)
            csms.changes.roots_removed = True
            await deletion.response("Before", status="Accepted", requirement="M04.FR.01")


async def remove_station_certificate(csms: FakeCSMS) -> None:
    """The station has no certificate of its own (AQ-3); it may have to start anew for that."""
    csms.changes.certificate_removed = True
    mark = csms.inbox.mark
    await csms.operator.arrange("station_certificate", installed=False)

    def gone() -> bool | None:
        return any(isinstance(e, Closed) for e in csms.inbox.events[mark:]) or None

    if await csms.inbox.wait(gone, csms.sut.limits.silence):
        async with csms.before():
            await expect_reconnect(csms, "Before", since=mark)
