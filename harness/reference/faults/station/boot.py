"""Faults of a station's registration: TC_B_01 to 03, 30, and what every reboot owes."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Alter, MarkTriggered, all_of, drop, put, replaces, request
from harness.reference.faults.station.words import (
    at,
    fault,
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


@replaces("availability.announce")
def _announces_unavailable(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    station.availability.announce_unavailable()
    mark_triggered()


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
    return 1000.0


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


@handles("RequestStartTransaction")
async def _starts_while_pending(
    station: Any, original: Any, mark_triggered: MarkTriggered, wanted: Payload
) -> Answer:
    if station.registration.status == "Accepted":
        return await original(wanted)
    mark_triggered()
    return Answer({"status": "Accepted"})


# The faults

_REBOOTS = {
    **at("1>Booted 3", "01"),
    **at("1", "02", "03", "30"),
    **at("3", "20"),
    **at("7>Booted 3", "45"),
}
_CONNECTORS = {
    **at("1>Booted 5", "01"),
    **at("17", "02"),
    **at("5", "03", "20", "23", "24"),
    **at("7", "22"),
    **at("9", "21"),
    **at("13", "41"),
    **at("7>Booted 5", "45"),
}

FAULTS = (
    fault(
        "boot-not-notified",
        "After a reboot it takes itself for accepted and sends no BootNotification.",
        _keeps_registration,
        _REBOOTS,
    ),
    fault(
        "boot-reason-power-up",
        "Every boot is said to be a power-up, also one after a reset.",
        _reason("PowerUp", instead_of=("RemoteReset", "ScheduledReset")),
        {**at("3", "20", "23", "24"), **at("5", "22"), **at("7", "21"), **at("11", "41")},
    ),
    fault(
        "boot-reason-not-scheduled",
        "A reboot that had to wait is reported as one that had not.",
        _reason("RemoteReset", instead_of=("ScheduledReset",)),
        {**at("7", "21"), **at("11", "41")},
        leaves=("TC_B_22_CS",),
    ),
    fault(
        "boot-reason-not-immediate",
        "A reboot at once is reported as one that had to wait.",
        _reason("ScheduledReset", instead_of=("RemoteReset",)),
        {**at("5", "22"), **at("3", "23", "24")},
        leaves=("TC_B_20_CS", "TC_B_21_CS"),
    ),
    fault(
        "boot-reason-reset-after-power-cycle",
        "A power-up is reported as a remote reset.",
        _reason("RemoteReset", instead_of=("PowerUp",)),
        at("1>Booted 3", "01"),
        leaves=("TC_B_22_CS",),
    ),
    fault(
        "first-connector-announced-alone",
        "After a boot or a long time offline only the first connector is reported.",
        _announces_first_only,
        {**at("1>Booted 5", "01"), **at("5", "20"), **at("4", "51")},
    ),
    fault(
        "connectors-stay-unavailable",
        "After a boot the connectors are reported Unavailable and never Available.",
        _announces_unavailable,
        {k: v for k, v in _CONNECTORS.items() if k not in at("", "45")},
    ),
    fault(
        "connectors-announced-available",
        "After a boot every connector is called Available, whatever its state.",
        _announces_available,
        {**at("7", "22"), **at("9", "21"), **at("13", "41"), **at("5", "23", "24")},
        leaves=("TC_B_01_CS", "TC_B_20_CS"),
    ),
    fault(
        "connectors-not-announced",
        "Connector states are never reported after a boot.",
        nothing("availability.announce"),
        {**at("1>Booted 5", "01"), **at("5", "03"), **at("17", "02")},
    ),
    fault(
        "security-event-missing",
        "No SecurityEventNotification follows a boot.",
        never_sends("SecurityEventNotification"),
        {**at("1>Booted 7", "01"), **at("11", "21"), **at("7>Booted 7", "45")},
        leaves=("TC_B_20_CS",),
    ),
    fault(
        "security-event-of-another-type",
        "The security event after a boot says that the clock was set.",
        request("SecurityEventNotification", put(type="SettingSystemTime")),
        {**at("1>Booted 7", "01"), **at("11", "21")},
    ),
    fault(
        "speaks-while-pending",
        "Reports a connector although the CSMS has answered Pending.",
        _says("Pending", "StatusNotification", _connector),
        at("only_boot_notification_before_acceptance", "02"),
        leaves=("TC_B_01_CS",),
    ),
    fault(
        "speaks-while-rejected",
        "Sends heartbeats although the CSMS has rejected it.",
        _says("Rejected", "Heartbeat", lambda _station: {}),  # pyright: ignore[reportUnknownLambdaType]  # any station
        {**at("3", "03"), **at("only_boot_notification_before_acceptance", "30")},
        leaves=("TC_B_02_CS",),
    ),
    fault(
        "retries-boot-too-early",
        "Repeats BootNotification before the interval is over.",
        _retries_too_early,
        at("3", "03"),
        leaves=("TC_B_01_CS",),
    ),
    fault(
        "repeats-boot-at-once-while-pending",
        "Answers Pending with a second BootNotification at once.",
        _retries_once_at_once(),
        at("retries_keep_the_boot_interval", "02"),
        leaves=("TC_B_03_CS",),
    ),
    fault(
        "never-repeats-boot",
        "Waits for ever after a rejected BootNotification.",
        _never_retries,
        at("3", "03"),
        leaves=("TC_B_01_CS",),
    ),
    fault(
        "unreachable-while-pending",
        "Refuses every request while the CSMS answers Pending.",
        _admit("Pending", "SecurityError"),
        at("4", "02"),
        leaves=("TC_B_30_CS",),
    ),
    fault(
        "no-report-while-pending",
        "Promises a report while Pending and does not send it.",
        _reports_when_accepted_only,
        at("9", "02"),
        leaves=("TC_B_13_CS",),
    ),
    fault(
        "report-refused-while-pending",
        "Rejects GetBaseReport.",
        only_answers("GetBaseReport", {"status": "Rejected"}),
        at("8", "02"),
    ),
    fault(
        "starts-transactions-while-pending",
        "Accepts RequestStartTransaction before the CSMS has accepted the station.",
        _starts_while_pending,
        at("12", "02"),
    ),
    fault(
        "boot-trigger-refused",
        "Rejects a TriggerMessage for BootNotification.",
        only_answers("TriggerMessage", {"status": "Rejected"}),
        at("14", "02"),
    ),
    fault(
        "boot-trigger-not-followed",
        "Accepts a TriggerMessage for BootNotification and does not send it.",
        only_answers("TriggerMessage", {"status": "Accepted"}),
        at("15", "02"),
    ),
    fault(
        "boot-trigger-not-named",
        "A triggered BootNotification still gives the reason of the boot.",
        _reason("PowerUp", instead_of=("Triggered",)),
        at("15", "02"),
    ),
    fault(
        "boot-trigger-answered-not-implemented",
        "Says NotImplemented to a TriggerMessage it does not know, and never boots again.",
        all_of(
            only_answers("TriggerMessage", {"status": "NotImplemented"}),
            _never_retries,
        ),
        at("15", "02"),
    ),
    fault(
        "serves-while-rejected",
        "Answers requests as ever although the CSMS has rejected it.",
        _admit("Rejected", ""),
        at("4", "30"),
        leaves=("TC_B_02_CS",),
    ),
    fault(
        "refuses-with-another-error",
        "Refuses requests while rejected with GenericError.",
        _admit("Rejected", "GenericError"),
        at("4", "30"),
    ),
    fault(
        "mute-while-rejected",
        "Does not answer requests while rejected.",
        all_of(drop("GetBaseReport"), drop("GetBaseReport", 4)),
        at("4", "30"),
    ),
)
