"""Installation and activation of firmware, with the reboots that a station needs (L01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from harness.evidence.matchers import Check, fact
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Opened
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Booted,
    RebootBeforeFirmwareActivation,
    RebootBeforeFirmwareInstallation,
)
from harness.states_cs.updates import STATUS, expect_status, next_word
from harness.steps_cs.updates import Update, expect_event

#: What a station says of an installation that it begins.
_BEGINS = ("InstallRebooting", "Installing")


@dataclass(frozen=True)
class Steps:
    """The steps of a page from the installation on."""

    reboot: int
    installing: int
    activation: int
    available: int
    installed: int
    event: int

    @staticmethod
    def after(unavailable: int) -> Steps:
        """Those of a page whose optional step Unavailable this is."""
        offsets = (2, 3, 5, 7, 9, 11)
        return Steps(*(unavailable + each for each in offsets))


async def expect_installed(
    csms: FakeCSMS, update: Update, steps: Steps, *, installing: bool = False
) -> None:
    """Installation and activation, with the reboots that the station needs.

    ``installing``: it has said Installing before.
    """
    number, since = update.number, update.since
    if not installing:
        await _expect_installing(csms, update, steps)
    activated = await _activates(csms, update, steps)
    await expect_status(csms, steps.installed, number, "Installed", since=since, source="L01.FR.28")
    if not activated and await _comes_back(csms, since=csms.inbox.mark):
        await csms.run(steps.activation, RebootBeforeFirmwareActivation(number, since))
    begun = _installation(csms, update)
    early = any(a.mark < begun for a in _told_updated(csms, update))
    actual = "FirmwareUpdated" if early else "nothing installed"
    check = Check("", "nothing installed before it begins", actual, not early, fact("not before"))
    csms.judge(steps.event, "SecurityEventNotificationRequest", [check], "L01.FR.31")
    under_way = replace(update, since=begun)
    await expect_event(csms, steps.event, under_way, "FirmwareUpdated", "L01.FR.31")
    await expect_open(csms, steps.available, since=since)
    await expect_over(csms, steps.installed, update)


def _installation(csms: FakeCSMS, update: Update) -> int:
    """The mark from which on firmware may have been updated: it says that it begins to."""
    told = (a for a in csms.inbox.arrivals if a.action == STATUS and a.mark >= update.since)
    own = (a for a in told if a.payload.get("requestId") == update.number)
    return next(a.mark for a in own if a.payload.get("status") in _BEGINS)


def _told_updated(csms: FakeCSMS, update: Update) -> list[Arrival]:
    """The security events FirmwareUpdated since the update was asked for."""
    told = (a for a in csms.inbox.arrivals if a.action == "SecurityEventNotification")
    since = (a for a in told if a.mark >= update.since)
    return [a for a in since if a.payload.get("type") == "FirmwareUpdated"]


async def _expect_installing(csms: FakeCSMS, update: Update, steps: Steps) -> None:
    number, since = update.number, update.since
    word = await next_word(csms, since=since)
    if word is not None and _reboots(word):
        await csms.run(steps.reboot, RebootBeforeFirmwareInstallation(number, since))
        return
    await expect_status(csms, steps.installing, number, "Installing", since=since)


def _reboots(word: Arrival) -> bool:
    return word.action != STATUS or word.payload.get("status") == "InstallRebooting"


async def _activates(csms: FakeCSMS, update: Update, steps: Steps) -> bool:
    """Whether the station reboots before it says Installed."""
    word = await next_word(csms, since=update.since)
    if word is None or not _reboots(word):
        return False
    await csms.run(steps.activation, RebootBeforeFirmwareActivation(update.number, update.since))
    _judge_version(csms, steps.activation, update)
    return True


def _judge_version(csms: FakeCSMS, step: int, update: Update) -> None:
    """Who says Installed after its reboot runs the new firmware, as far as it tells (L01.FR.32)."""
    boots = [a for a in csms.inbox.arrivals if a.action == "BootNotification"]
    boot = next(a for a in reversed(boots) if a.mark >= update.since)
    told = inner(cast(Payload, boot.payload), "chargingStation").get("firmwareVersion")
    version = csms.sut.firmware.version
    if not version or told is None:
        return
    check = Check("", f"firmware {version}", f"firmware {told}", told == version, fact("version"))
    csms.judge(step, "BootNotificationRequest", [check], "L01.FR.32", frame=boot.id)


async def _comes_back(csms: FakeCSMS, *, since: int, within: float | None = None) -> bool:
    """Whether the station reboots after it has told the end of the update (L01.FR.32)."""
    if not await csms.hangs_up(within):
        return False
    limits = csms.sut.limits

    def back() -> bool | None:
        return any(isinstance(event, Opened) for event in csms.inbox.events[since:]) or None

    await csms.inbox.wait(back, limits.boot)
    return await next_word(csms, since=since, within=limits.silence) is not None


async def expect_open(csms: FakeCSMS, step: int, *, since: int) -> None:
    """Connectors that were made unavailable for the update are available again."""
    told = csms.latest_reports(since)
    closed = {c: "Available" for c, each in told.items() if each.status == "Unavailable"}
    if closed:
        await csms.expect_connectors(step, closed, since=since, requirement="L01.FR.07")


async def expect_over(csms: FakeCSMS, step: int, update: Update) -> None:
    """After its last status nothing more is told of an update."""
    if update.number in csms.changes.updates:
        csms.changes.updates.remove(update.number)
    await csms.silence(step, STATUS, since=update.since, requirement="L01.FR.01")


async def expect_failed(csms: FakeCSMS, step: int, update: Update, *, boots: bool = False) -> None:
    """After a failure nothing more is told of the update, nor is any firmware installed.

    ``boots``: the station may reboot, to fall back on the firmware that it had (TC_L_08_CS, 14).
    """
    mark = csms.inbox.mark
    await expect_over(csms, step, update)
    told = _told_updated(csms, update)
    actual = "FirmwareUpdated" if told else "nothing installed"
    check = Check("", "nothing installed", actual, not told, fact("nothing installed"))
    csms.judge(step, "SecurityEventNotificationRequest", [check], "L01.FR.31")
    # A boot for another reason is told by the standing rules.
    await _comes_back(csms, since=mark, within=0)
    word = await next_word(csms, since=mark, within=0)
    if boots and word is not None and word.action == "BootNotification":
        csms.claim(step, word)


async def expect_former_firmware(csms: FakeCSMS) -> None:
    """A boot brings nothing that was refused: a standing rule looks at its version."""
    await csms.run("post", Booted)


async def expect_defect(csms: FakeCSMS, update: Update, steps: Steps) -> None:
    """The installation comes to nothing, and the station is as it was (L01.FR.29)."""
    number, since = update.number, update.since
    word = await next_word(csms, since=since)
    if word is not None and _reboots(word):
        await csms.run(steps.reboot, RebootBeforeFirmwareInstallation(number, since))
    elif word is not None and word.payload.get("status") in ("Installing", "InstallationFailed"):
        await expect_status(csms, steps.installing, number, "Installing", since=since)
    failures = ("InstallVerificationFailed", "InstallationFailed")
    await expect_status(csms, steps.installed, number, *failures, since=since, source="L01.FR.29")
    await expect_failed(csms, steps.installed, update, boots=True)
