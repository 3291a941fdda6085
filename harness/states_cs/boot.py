"""Reusable states of Part 6 for a charging station under test: booting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.evidence.matchers import Satisfies, one_of
from harness.ocppj.inbox import Arrival, Closed
from harness.peers.connectors import Connector, reports
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session

_POWER_CYCLE = ("PowerUp", "ApplicationReset", "LocalReset", "Watchdog", "Unknown")
_RESET = ("RemoteReset", "ScheduledReset")


#: What a boot keeps of a connector's state (B11.FR.02, B11.FR.05); the others are Available.
_KEPT = {"Unavailable": "B11.FR.02, B01.FR.07", "Reserved": "B11.FR.05, B01.FR.13"}


async def expect_boot(
    csms: FakeCSMS,
    step: int | str,
    connectors_step: int | str | None = None,
    event_step: int | str | None = None,
    *,
    reason: Any = None,
    connectors: Mapping[Connector, str] | None = None,
    since: int | None = None,
    within: float | None = None,
    requirement: str = "B01.FR.01, B01.FR.03",
) -> Arrival:
    """The boot after a reboot, and what a station tells then; each with its step of the page.

    ``reason``: by default what is true of the way in which the case made it reboot;
    ``connectors``: the state of those that are not Available.
    """
    boot = await csms.expect(
        step,
        "BootNotification",
        since=csms.reboot_mark if since is None else since,
        within=csms.sut.limits.boot if within is None else within,
        requirement=f"B01.FR.09, {requirement}",
        reason=_true_reason(csms) if reason is None else reason,
    )
    if connectors_step is not None:
        await _expect_states(csms, connectors_step, connectors or {}, boot)
    if event_step is not None:
        await csms.expect(
            event_step,
            "SecurityEventNotification",
            since=boot.mark,
            prefer_match=True,
            requirement="A04.FR.01",
            type=one_of("StartupOfTheDevice", "ResetOrReboot"),
        )
    return boot


def _true_reason(csms: FakeCSMS) -> Satisfies:
    """The reasons that are true after ``FakeCSMS.reboot`` or a Reset (BootReasonEnumType)."""
    return one_of(*(_POWER_CYCLE if csms.power_cycled else _RESET))


async def _expect_states(
    csms: FakeCSMS, step: int | str, wanted: Mapping[Connector, str], boot: Arrival
) -> None:
    kept = [source for status, source in _KEPT.items() if status in wanted.values()]
    await csms.expect_connectors(
        step,
        wanted,
        others="Available",
        since=boot.mark,
        requirement=", ".join(kept) or "B01.FR.05",
    )
    if kept:
        await _expect_kept(csms, step, wanted, boot, ", ".join(kept))


async def _expect_kept(
    csms: FakeCSMS,
    step: int | str,
    wanted: Mapping[Connector, str],
    boot: Arrival,
    requirement: str,
) -> None:
    """Nothing says Available of them, neither before nor after (B01.FR.05)."""

    def frees(arrival: Arrival) -> bool:
        found = (r for r in reports(arrival) if r.of_a_change and r.connector in wanted)
        return any(r.status == "Available" != wanted[r.connector] for r in found)

    await csms.silence(
        step,
        "StatusNotification",
        what="report of what was kept as Available",
        unwanted=frees,
        since=boot.mark,
        requirement=f"B01.FR.05, {requirement}",
        connectorStatus="Available",
    )


async def no_reboot(csms: FakeCSMS, step: int | str, *, since: int, requirement: str) -> None:
    """Watch that the station as a whole does not reboot; losing the connection may announce it."""
    limits = csms.sut.limits

    async def watch(seconds: float) -> None:
        await csms.silence(
            step,
            "BootNotification",
            seconds=seconds,
            since=since,
            requirement=requirement,
        )

    await watch(limits.silence)
    if any(isinstance(event, Closed) for event in csms.inbox.events[since:]):
        await watch(limits.boot)


async def _booting(csms: FakeCSMS, _session: Session) -> None:
    reset = await csms.send(1, "Reset", type="Immediate")
    await reset.response(2, status="Accepted", requirement="B11.FR.01, B11.FR.03")


async def _booted(csms: FakeCSMS, _session: Session) -> None:
    await csms.reboot(reset=(1, 2))
    await expect_boot(csms, 3, 5, 7)


def BootedTo(connectors: Mapping[Connector, str]) -> State:  # noqa: N802  # a state of Part 6
    """Booted, with connectors that are not Available, because they were not before."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        await csms.reboot(reset=(1, 2))
        await expect_boot(csms, 3, 5, 7, connectors=connectors)

    return State("Booted", steps)


async def _booted_again(csms: FakeCSMS, _session: Session) -> None:
    # How it came about is not seen: by a reset, or by the station itself.
    await expect_boot(csms, 3, 5, 7, reason=one_of(*_POWER_CYCLE, *_RESET))


#: A reset was accepted and the connection is not there yet.
Booting = State("Booting", _booting)
#: The station was power cycled (or reset) and is back, idle.
Booted = State("Booted", _booted)
#: Steps 3 to 8 of Booted, for a case that has already caused the reboot.
BootedAgain = State("Booted", _booted_again)
