"""Faults of events that a station tells beside those that are due (E02.FR.16)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces


@replaces("events.emit")
def _detects_before_it_names_the_connector(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    kind: str,
    trigger: str,
    **named: Any,
) -> None:
    if kind == "Updated" and trigger == "CablePluggedIn":
        mark_triggered()
        evse.transaction.evse_reported = True
        original(evse, "Updated", "EVDetected")
        evse.transaction.evse_reported = False
    original(evse, kind, trigger, **named)


@replaces("events.emit")
def _detects_before_it_names_the_driver(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    kind: str,
    trigger: str,
    **named: Any,
) -> None:
    driver = evse.authorization
    if kind == "Updated" and trigger in ("Authorized", "RemoteStart") and not driver.reported:
        mark_triggered()
        driver.reported = True
        original(evse, "Updated", "EVDetected")
        driver.reported = False
    original(evse, kind, trigger, **named)


def _tells_after(cause: str, reason: str, times: int = 1) -> Alter:
    @replaces("events.emit")
    def alter(
        _station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        evse: Any,
        kind: str,
        trigger: str,
        **named: Any,
    ) -> None:
        original(evse, kind, trigger, **named)
        if trigger == cause and kind != "Ended":
            mark_triggered()
            for _ in range(times):
                original(evse, "Updated", reason)

    return alter


FAULTS = (
    Fault(
        "connector-told-late",
        "tells first that it detects the EV, and then at which connector",
        _detects_before_it_names_the_connector,
        "E01.FR.16",
        shows=("TC_E_10_CS", "connected_evse_is_named"),
    ),
    Fault(
        "driver-told-late",
        "tells first that it detects the EV, and then who was authorized",
        _detects_before_it_names_the_driver,
        "E02.FR.20",
        shows=("TC_E_09_CS", "authorization_is_told_next"),
    ),
    Fault(
        "driver-told-late-remotely",
        "tells first that it detects the EV, and then of the remote start",
        _detects_before_it_names_the_driver,
        "F02.FR.21",
        shows=("TC_E_09_CS", "authorization_is_told_next"),
        variant="remote-only",
    ),
    Fault(
        "detected-again",
        "detects the same EV three times",
        _tells_after("CablePluggedIn", "EVDetected", 3),
        "E02.FR.16",
        shows=("TC_E_10_CS", "no_unexpected_message"),
    ),
    Fault(
        "stop-told-of-nobody",
        "tells of a stop by the driver as soon as the cable is in",
        _tells_after("CablePluggedIn", "StopAuthorized", 2),
        "E02.FR.15",
        shows=("TC_E_09_CS", "no_unexpected_message"),
    ),
    Fault(
        "reset-told-of-nobody",
        "tells of a reset that nobody asked for",
        _tells_after("CablePluggedIn", "ResetCommand"),
        "E02.FR.15",
        shows=("TC_E_10_CS", "no_unexpected_message"),
    ),
)
