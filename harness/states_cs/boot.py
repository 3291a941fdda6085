"""Reusable states of Part 6 for a charging station under test: booting."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import Satisfies, one_of
from harness.ocppj.inbox import Arrival, Closed
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session

_POWER_CYCLE = ("PowerUp", "ApplicationReset", "LocalReset", "Watchdog", "Unknown")
_RESET = ("RemoteReset", "ScheduledReset")
#: Of a boot that nobody saw begin.
ANY_REASON = one_of(*_POWER_CYCLE, *_RESET)


def boot_reason(*, power_cycled: bool) -> Satisfies:
    """The reasons that are true after ``FakeCSMS.reboot`` (B01.FR.09, BootReasonEnumType)."""
    return one_of(*(_POWER_CYCLE if power_cycled else _RESET))


async def boot_notification(
    csms: FakeCSMS, step: int | str, *, since: int | None = None, **fields: Any
) -> Arrival:
    """Wait as long as a reboot may take for the BootNotification that follows it."""
    return await csms.expect(
        step,
        "BootNotification",
        since=csms.reboot_mark if since is None else since,
        within=csms.sut.limits.boot,
        **fields,
    )


async def no_reboot(csms: FakeCSMS, step: int | str, *, since: int, requirement: str) -> None:
    """Watch that the station as a whole does not reboot; losing the connection may announce it."""
    limits = csms.sut.limits

    async def watch(seconds: float) -> None:
        await csms.silence(
            step,
            "BootNotificationRequest",
            lambda arrival: arrival.action == "BootNotification",
            seconds=seconds,
            since=since,
            requirement=requirement,
        )

    await watch(limits.silence)
    if any(isinstance(event, Closed) for event in csms.inbox.events[since:]):
        await watch(limits.boot)


async def _booting(csms: FakeCSMS, _session: Session) -> None:
    reset = await csms.send(1, "Reset", type="Immediate")
    await reset.response(2, status="Accepted")


async def _booted(csms: FakeCSMS, _session: Session) -> None:
    power_cycled = await csms.reboot(reset=(1, 2))
    await expect_startup_sequence(csms, 3, 5, 7, boot_reason(power_cycled=power_cycled))


async def _booted_again(csms: FakeCSMS, _session: Session) -> None:
    # How it came about is not seen: by a reset, or by the station itself.
    await expect_startup_sequence(csms, 3, 5, 7, ANY_REASON)


async def expect_startup_sequence(
    csms: FakeCSMS, boot: int | str, connectors: int | str, event: int | str, reason: Satisfies
) -> Arrival:
    """The boot, the states of the connectors and the security event of it, each with its step."""
    booted = await boot_notification(csms, boot, requirement="B01.FR.01, B01.FR.09", reason=reason)
    mark = booted.mark
    await csms.expect_connectors(connectors, "Available", since=mark, requirement="B01.FR.05")
    await csms.expect(
        event,
        "SecurityEventNotification",
        since=mark,
        prefer_match=True,
        requirement="A04.FR.01",
        type=one_of("StartupOfTheDevice", "ResetOrReboot"),
    )
    return booted


#: A reset was accepted and the connection is not there yet.
Booting = State("Booting", _booting)
#: The station was power cycled (or reset) and is back, idle.
Booted = State("Booted", _booted)
#: Steps 3 to 8 of Booted, for a case that has already caused the reboot.
BootedAgain = State("Booted", _booted_again)
