"""Faults of a station's registration: TC_B_01 to 03, 30, and what every reboot owes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    drop,
    method,
    put,
    replaces,
    request,
)
from harness.reference.faults.station.words import (
    handles,
    never_sends,
    nothing,
    only_answers,
    restarted,
)
from harness.reference.rpc import Answer, CallError, Payload

# What these faults do


@replaces("registration.begin")
def _keeps_registration(
    station: Any, original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    if restarted(station):
        mark_triggered()
        return
    original(reason)


def _reason(given: str, *, instead_of: tuple[str, ...]) -> Alter:
    return request("BootNotification", put(reason=given), when=lambda p: p["reason"] in instead_of)


@replaces("availability.announce")
def _announces_first_only(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    evse = station.evses[min(station.evses)]
    station.availability.report(evse, evse.connectors[0])
    mark_triggered()


def _announces_unavailable(
    station: Any, original: Callable[..., Any], mark_triggered: MarkTriggered
) -> Callable[..., Any]:
    boots = count()

    def announce() -> None:
        if next(boots) == 0:
            original()
            return
        station.availability.announce_unavailable()
        mark_triggered()

    return announce


@replaces("availability.announce")
def _announces_available(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    for evse in station.evses.values():
        for connector in evse.connectors:
            station.availability.send(evse.id, connector, "Available")
            if station.availability.connector_status(evse, connector) != "Available":
                mark_triggered()


def _says(status: str, action: str, payload: Any) -> Alter:
    """Sends that CALL right after a BootNotificationResponse with that status."""

    async def answered(
        station: Any, original: Any, mark_triggered: MarkTriggered, boot: Payload
    ) -> None:
        await original(boot)
        if boot["status"] == status:
            mark_triggered()
            station.instructed(action, payload(station))

    return replaces("registration.answered")(answered)


def _connector(station: Any) -> Payload:
    return station.availability.status_notification(1, 1, "Available")


@replaces("registration.retry_interval")
def _retries_too_early(
    _station: Any, original: Any, mark_triggered: MarkTriggered, interval: int
) -> float:
    mark_triggered()
    return original(interval) * 0.3


def _retries_once_at_once() -> Alter:
    async def answered(
        station: Any, original: Any, mark_triggered: MarkTriggered, boot: Payload
    ) -> None:
        first = station.registration.status == ""
        await original(boot)
        if boot["status"] == "Pending" and first:
            mark_triggered()
            reason = station.registration.reason
            await station.call("BootNotification", station.registration.boot_request(reason))

    return replaces("registration.answered")(answered)


@replaces("registration.retry_interval")
def _never_retries(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _interval: int
) -> float:
    mark_triggered()
    return 3600.0


def _admit(when: str, code: str) -> Alter:
    """Answers requests with ``code`` ("": serves them) while the registration has that status."""

    def admit(station: Any, original: Any, mark_triggered: MarkTriggered, action: str) -> None:
        if station.registration.status != when:
            original(action)
            return
        mark_triggered()
        if code:
            raise CallError(code)

    return replaces("admit")(admit)


@replaces("reports.send")
async def _reports_when_accepted_only(
    station: Any, original: Any, mark_triggered: MarkTriggered, parts: list[Payload]
) -> None:
    if station.registration.status == "Accepted":
        await original(parts)
    else:
        mark_triggered()


@replaces("accepted")
async def _forgets_what_was_set(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    threshold = station.model.named("OCPPCommCtrlr.OfflineThreshold").attribute("Actual")
    if threshold.value == "300":
        mark_triggered()
        threshold.value = "299"
    await original()


@handles("RequestStartTransaction")
async def _starts_while_pending(
    station: Any, original: Any, mark_triggered: MarkTriggered, wanted: Payload
) -> Answer:
    if station.registration.status == "Accepted":
        return await original(wanted)
    mark_triggered()
    return Answer({"status": "Accepted"})


# The faults


FAULTS = (
    Fault(
        "boot-not-notified",
        "After a reboot it takes itself for accepted and sends no BootNotification.",
        _keeps_registration,
        requirement="B01.FR.01",
        shows=("TC_B_01_CS", "1>Booted 3"),
    ),
    Fault(
        "boot-reason-power-up",
        "Every boot is said to be a power-up, also one after a reset.",
        _reason("PowerUp", instead_of=("RemoteReset", "ScheduledReset")),
        requirement="B01.FR.09",
        shows=("TC_B_20_CS", "3"),
    ),
    Fault(
        "boot-reason-reset-after-power-cycle",
        "A power-up is reported as a remote reset.",
        _reason("RemoteReset", instead_of=("PowerUp",)),
        requirement="B01.FR.09",
        shows=("TC_B_01_CS", "1>Booted 3"),
    ),
    Fault(
        "first-connector-announced-alone",
        "After a boot or a long time offline only the first connector is reported.",
        _announces_first_only,
        requirement="B01.FR.05",
        shows=("TC_B_01_CS", "1>Booted 5"),
    ),
    Fault(
        "connectors-stay-unavailable",
        "After a reboot the connectors are reported Unavailable and never Available.",
        method("availability.announce", _announces_unavailable),
        requirement="B01.FR.05",
        shows=("TC_B_01_CS", "1>Booted 5"),
    ),
    Fault(
        "connectors-announced-available",
        "After a boot every connector is called Available, whatever its state.",
        _announces_available,
        requirement="B01.FR.05",
        shows=("TC_B_22_CS", "7"),
    ),
    Fault(
        "connectors-not-announced",
        "Connector states are never reported after a boot.",
        nothing("availability.announce"),
        requirement="B01.FR.05",
        shows=("TC_B_01_CS", "1>Booted 5"),
    ),
    Fault(
        "security-event-missing",
        "No SecurityEventNotification follows a boot.",
        never_sends("SecurityEventNotification"),
        requirement="A04.FR.01",
        shows=("TC_B_01_CS", "1>Booted 7"),
    ),
    Fault(
        "security-event-of-another-type",
        "The security event after a boot says that the clock was set.",
        request("SecurityEventNotification", put(type="SettingSystemTime")),
        requirement="A04.FR.01",
        shows=("TC_B_01_CS", "1>Booted 7"),
    ),
    Fault(
        "pending-settings-lost",
        "What is set while the CSMS says Pending is lost once it accepts the station.",
        _forgets_what_was_set,
        requirement="B05.FR.10",
        shows=("TC_B_02_CS", "17"),
    ),
    Fault(
        "speaks-while-pending",
        "Reports a connector although the CSMS has answered Pending.",
        _says("Pending", "StatusNotification", _connector),
        requirement="B02.FR.02",
        shows=("TC_B_02_CS", "only_boot_notification_before_acceptance"),
    ),
    Fault(
        "speaks-while-rejected",
        "Sends heartbeats although the CSMS has rejected it.",
        _says("Rejected", "Heartbeat", lambda _station: {}),  # pyright: ignore[reportUnknownLambdaType]  # any station
        requirement="B03.FR.02",
        shows=("TC_B_03_CS", "3"),
    ),
    Fault(
        "retries-boot-too-early",
        "Repeats BootNotification before the interval is over.",
        _retries_too_early,
        requirement="B03.FR.06",
        shows=("TC_B_03_CS", "3"),
    ),
    Fault(
        "repeats-boot-at-once-while-pending",
        "Answers Pending with a second BootNotification at once.",
        _retries_once_at_once(),
        requirement="B02.FR.04",
        shows=("TC_B_02_CS", "retries_keep_the_boot_interval"),
    ),
    Fault(
        "never-repeats-boot",
        "Waits for ever after a rejected BootNotification.",
        _never_retries,
        requirement="B03.FR.06",
        shows=("TC_B_03_CS", "3"),
    ),
    Fault(
        "unreachable-while-pending",
        "Refuses every request while the CSMS answers Pending.",
        _admit("Pending", "SecurityError"),
        requirement="B02.FR.01",
        shows=("TC_B_02_CS", "4"),
    ),
    Fault(
        "no-report-while-pending",
        "Promises a report while Pending and does not send it.",
        _reports_when_accepted_only,
        requirement="B02.FR.01",
        shows=("TC_B_02_CS", "9"),
    ),
    Fault(
        "report-refused-while-pending",
        "Rejects GetBaseReport.",
        only_answers("GetBaseReport", {"status": "Rejected"}),
        requirement="B02.FR.01",
        shows=("TC_B_02_CS", "8"),
    ),
    Fault(
        "starts-transactions-while-pending",
        "Accepts RequestStartTransaction before the CSMS has accepted the station.",
        _starts_while_pending,
        requirement="B02.FR.05",
        shows=("TC_B_02_CS", "12"),
    ),
    Fault(
        "boot-trigger-refused",
        "Rejects a TriggerMessage for BootNotification.",
        only_answers("TriggerMessage", {"status": "Rejected"}),
        requirement="B02.FR.01",
        shows=("TC_B_02_CS", "14"),
    ),
    Fault(
        "boot-trigger-not-followed",
        "Accepts a TriggerMessage for BootNotification and does not send it.",
        only_answers("TriggerMessage", {"status": "Accepted"}),
        requirement="F06.FR.10",
        shows=("TC_B_02_CS", "15"),
    ),
    Fault(
        "boot-trigger-answered-not-implemented",
        "Says NotImplemented to a TriggerMessage it does not know, and never boots again.",
        all_of(
            only_answers("TriggerMessage", {"status": "NotImplemented"}),
            _never_retries,
        ),
        requirement="F06.FR.10",
        shows=("TC_B_02_CS", "15"),
    ),
    Fault(
        "serves-while-rejected",
        "Answers requests as ever although the CSMS has rejected it.",
        _admit("Rejected", ""),
        requirement="B03.FR.08",
        shows=("TC_B_30_CS", "4"),
    ),
    Fault(
        "refuses-with-another-error",
        "Refuses requests while rejected with GenericError.",
        _admit("Rejected", "GenericError"),
        requirement="B03.FR.08",
        shows=("TC_B_30_CS", "4"),
    ),
    Fault(
        "mute-while-rejected",
        "Does not answer requests while rejected.",
        all_of(drop("GetBaseReport"), drop("GetBaseReport", 4)),
        requirement="B03.FR.08",
        shows=("TC_B_30_CS", "4"),
    ),
)
