"""Moving a station under test from one network connection profile to another (Part 2, B09, B10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, pairwise
from typing import Any

from harness.evidence.matchers import Check, fact, one_of
from harness.ocppj.inbox import Opened, Refused
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.root_store import (
    expect_replaced,
    has_root_check,
    install,
    new_root,
)
from harness.sut.model import NetworkProfile

PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"
ACTIVE = "OCPPCommCtrlr.ActiveNetworkProfile"
ATTEMPTS = "OCPPCommCtrlr.NetworkProfileConnectionAttempts"


@dataclass(frozen=True)
class Migration:
    """From the active slot and endpoint to the other ones (erratum 2025-04).

    ``tells_slot``: whether the station tells which one it uses.
    """

    csms: FakeCSMS
    active_slot: int
    slot: int
    active_endpoint: int
    endpoint: int
    tells_slot: bool

    @property
    def _profile(self) -> NetworkProfile:
        configured = self.csms.sut.configured
        first = self.slot == configured.slot_1.slot
        return configured.slot_1 if first else configured.slot_2

    def show_root(self, step: int, *, new: bool) -> None:
        """Have the other endpoint show a certificate of the new or of the old CSMS root."""
        csms = self.csms
        root = "new" if new else "old"
        csms.record.act(step, "shows a certificate", endpoint=self.endpoint, root=root)
        csms.link.serve_root(self.endpoint, new=new)

    async def set_profile(
        self,
        step: int,
        answer_step: int,
        status: Any = "Accepted",
        requirement: str = "B09.FR.01",
    ) -> str:
        """Write the other endpoint into the slot that is not active; the status."""
        sent = await self.csms.send(
            step,
            "SetNetworkProfile",
            configurationSlot=self.slot,
            connectionData=connection_data(self.csms, self.endpoint, self._profile),
        )
        answer = await sent.response(answer_step, status=status, requirement=requirement)
        return str(answer["status"])

    async def set_priority(
        self,
        step: int,
        answer_step: int,
        status: Any = one_of("Accepted", "RebootRequired"),  # noqa: B008 - never changed
        requirement: str = "B10.FR.01",
    ) -> None:
        """Put that slot first and the active one second."""
        variables = self.csms.variables
        await variables.remember(PRIORITY)
        wanted = {PRIORITY: f"{self.slot},{self.active_slot}"}
        await variables.set(step, answer_step, wanted, status=status, requirement=requirement)

    async def reset(self, step: int, answer_step: int) -> None:
        """Reset the station, unless it has begun to reboot by itself (note of the page)."""
        csms = self.csms
        if await csms.hangs_up():
            csms.rebooted_by_itself()
            return
        sent = await csms.send(step, "Reset", type="OnIdle")
        await sent.response(answer_step, status="Accepted", requirement="B11.FR.03")

    async def expect_arrival(self, step: int) -> None:
        """The station connects to the other endpoint, after a boot."""
        csms = self.csms
        await csms.expect_connection(
            step, endpoint=self.endpoint, since=csms.reboot_mark, within=csms.sut.limits.boot
        )

    async def expect_in_use(self, step: int) -> None:
        """The slot is told as the one in use, where any is."""
        if self.tells_slot:
            await self.csms.variables.expect_value(step, ACTIVE, str(self.slot), "Part 2, 2.1.1")

    async def expect_failure(self, step: int, *, count: int = 1, pause: float = 0) -> None:
        """It tries to, after a boot, and cannot; the ``count``-th time.

        ``pause``: seconds between its attempts.
        """
        csms = self.csms
        await csms.expect_refused(
            step,
            endpoint=self.endpoint,
            since=csms.reboot_mark,
            count=count,
            within=csms.sut.limits.boot + pause,
        )

    async def expect_return(self, step: int, *, pause: float = 0) -> Opened:
        """It connects to the endpoint where it was, after as long as that may take."""
        csms = self.csms
        return await csms.expect_connection(
            step,
            endpoint=self.active_endpoint,
            since=csms.reboot_mark,
            within=csms.sut.limits.boot + pause,
        )

    async def expect_failed_return(self, step: int) -> Refused:
        """It tries to connect to the endpoint where it was, and cannot either."""
        csms = self.csms
        return await csms.expect_refused(
            step,
            endpoint=self.active_endpoint,
            since=csms.reboot_mark,
            within=csms.sut.limits.boot,
        )

    def judge_pauses(self, step: int, failed: Refused, *, pause: float) -> None:
        """From that attempt on, each one follows after no more than ``pause`` seconds (B10.FR.09).

        As long as a connection may take is added, for what the station does in between.
        """
        limit = pause + self.csms.sut.limits.connect
        times = [e.t for e in self._attempts() if e.t >= failed.t]
        longest = max((later - t for t, later in pairwise(times)), default=0.0)
        check = Check(
            "time between attempts",
            f"at most {limit:g} s",
            f"{longest:.2f} s",
            longest <= limit,
            fact("no later", seconds_at_most=limit),
        )
        self.csms.judge(step, "connection", [check], "B10.FR.07-09, Part 4, 5.3")

    async def expect_to_stay(self, step: int) -> None:
        """From the other endpoint, it does not go back to the one where it was (B10.FR.04)."""
        csms, where, limit = self.csms, self.active_endpoint, self.csms.sut.limits.silence

        def back() -> Opened | Refused | None:
            later = dropwhile(lambda e: int(e.endpoint) != self.endpoint, self._attempts())
            return next((e for e in later if int(e.endpoint) == where), None)

        found = await csms.inbox.wait(back, limit)
        wanted = f"no attempt at endpoint {where} for {limit:g} s"
        seen = f"an attempt at endpoint {where}" if found else "no attempt there"
        stays = fact("no attempt", endpoint=where, seconds=limit)
        csms.judge(step, "connection", [Check("", wanted, seen, found is None, stays)], "B10.FR.04")

    def judge_first(self, step: int) -> None:
        """The first attempt after the boot is at the first profile of the priority (B10.FR.04)."""
        endpoint = self.endpoint
        first = next((int(e.endpoint) for e in self._attempts()), None)
        expected = f"the first attempt at endpoint {endpoint}"
        seen, wanted = f"the first attempt at endpoint {first}", fact("first", endpoint=endpoint)
        check = Check("", expected, seen, first == endpoint, wanted)
        self.csms.judge(step, "connection", [check], "B10.FR.04")

    def judge_failures(self, step: int, wanted: int) -> None:
        """As many attempts there as NetworkProfileConnectionAttempts says (B10.FR.03)."""
        refused = (e for e in self._attempts() if isinstance(e, Refused))
        count = sum(int(e.endpoint) == self.endpoint for e in refused)
        number = fact("attempts", endpoint=self.endpoint, count=wanted)
        text, seen = f"attempts: {wanted}", f"attempts: {count}"
        check = Check("", text, seen, count == wanted, number)
        self.csms.judge(step, "connection", [check], "B10.FR.03")

    def _attempts(self) -> Iterator[Opened | Refused]:
        events = self.csms.inbox.events[self.csms.reboot_mark :]
        return (e for e in events if isinstance(e, (Opened, Refused)))


async def migration(csms: FakeCSMS) -> Migration:
    """Where the station is, and where it is to go."""
    slots = (csms.sut.configured.slot_1.slot, csms.sut.configured.slot_2.slot)
    async with csms.before():
        told = (await csms.variables.read(ACTIVE)).get(ACTIVE, "")
        active = int(told) if told.isdecimal() else slots[0]
    endpoint = csms.active_endpoint
    other = slots[1] if active == slots[0] else slots[0]
    # An earlier case may have offered another security profile there, and been refused.
    csms.link.withdraw(3 - endpoint)
    return Migration(csms, active, other, endpoint, 3 - endpoint, bool(told))


def connection_data(csms: FakeCSMS, endpoint: int, profile: NetworkProfile) -> dict[str, Any]:
    """NetworkConnectionProfileType of a slot for one of the two endpoints."""
    link = csms.link
    return csms.sut.connection_data(
        profile, url=link.endpoint(endpoint).url, security_profile=link.profile_at(endpoint)
    )


def need_tls(csms: FakeCSMS) -> None:
    """Stop a case about roots where the station is not tested with TLS."""
    if csms.link.profile < 2:
        reason = "is about TLS certificates: describe the station with security_profile 2 or 3"
        raise csms.not_applicable(reason)


async def install_new_root(csms: FakeCSMS) -> None:
    """The station has the CSMS's new root as well."""
    await install(csms, "Before", new_root(csms))


async def expect_old_root_removed(csms: FakeCSMS, step: int) -> None:
    """Connected by the new root, a station with additional check drops the old one (M05.FR.13)."""
    if await has_root_check(csms):
        await expect_replaced(csms, step, step)
