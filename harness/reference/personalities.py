"""Conforming variants of the embedded systems: what a station or CSMS may choose differently.

Each must pass every case that applies to it. ``config`` changes the embedded system, ``sut`` what
its description says, ``adds`` and ``removes`` the features it declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, Any]


def _no_fields() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Personality:
    """One conforming variant and why OCPP allows it."""

    why: str
    config: Fields = field(default_factory=_no_fields)
    sut: Fields = field(default_factory=_no_fields)
    adds: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()


def _points(start: str, stop: str, why: str) -> Personality:
    return Personality(why, {"tx_start_points": (start,), "tx_stop_points": (stop,)})


STATION: Mapping[str, Personality] = {
    "tx-ev-connected": _points("EVConnected", "EVConnected", "E01.FR.02, E06.FR.02"),
    "tx-authorized": _points("Authorized", "Authorized", "E01.FR.03, E06.FR.03"),
    "tx-power-path-closed": _points("PowerPathClosed", "PowerPathClosed", "E01.FR.05, E06.FR.06"),
    "tx-energy-transfer": _points("EnergyTransfer", "EnergyTransfer", "E01.FR.06, E06.FR.07"),
    "tx-parking-bay": _points("ParkingBayOccupancy", "ParkingBayOccupancy", "E01.FR.01, E06.FR.01"),
    "tx-start-authorized-stop-ev-connected": _points("Authorized", "EVConnected", "E01, E06"),
    "tx-start-energy-stop-parking-bay": _points(
        "EnergyTransfer", "ParkingBayOccupancy", "E01, E06"
    ),
    "power-path-by-charging-state": Personality(
        "the event that closes the power path may name either reason (E02.FR.17)",
        {
            "tx_start_points": ("PowerPathClosed",),
            "tx_stop_points": ("EVConnected",),
            "power_path_trigger": "ChargingStateChanged",
        },
    ),
    "stop-in-two-events": Personality(
        "StopAuthorized and the end may be two events (E07)",
        {"tx_stop_points": ("Authorized",), "stop_in_two_events": True},
    ),
    "notify-event": Personality(
        "connector states by NotifyEvent (E02.FR.05, G01)", {"connector_events": "NotifyEvent"}
    ),
    "notify-event-and-status": Personality(
        "connector states by both messages", {"connector_events": "both"}
    ),
    "remote-only": Personality(
        "no reader: authorization by RequestStartTransaction (F02)",
        {"remote_only": True},
        {"authorization": "remote"},
        removes=frozenset({"C-30", "C-31", "C-32"}),
    ),
    "one-evse": Personality("a single EVSE", {"evses": {1: (1,)}}, {"evses": {1: (1,)}}),
    "two-connectors": Personality(
        "an EVSE with two connectors", {"evses": {1: (1, 2)}}, {"evses": {1: (1, 2)}}
    ),
    "no-evse-reset": Personality(
        "resetting a single EVSE is optional (B11.FR.09)",
        {"supports_evse_reset": False},
        removes=frozenset({"C-13"}),
    ),
    "no-summary": Personality(
        "SummaryInventory is optional (B07.FR.02)",
        {"supports_summary_inventory": False},
        removes=frozenset({"C-56"}),
    ),
    "many-report-parts": Personality("reports in many parts (B07.FR.04)", {"report_parts": 3}),
    "background-traffic": Personality("extra legal messages", {"background_traffic": True}),
    "slow": Personality("slow but in time", {"response_delay": 0.15}),
    "optional-variables-absent": Personality(
        "optional variables need not exist", {"optional_variables": "absent"}
    ),
    "unavailable-first": Personality(
        "connectors pass through Unavailable after a boot", {"unavailable_first": True}
    ),
    "unavailable-while-reset-waits": Personality(
        "free EVSEs are Unavailable while a reset waits (B12)",
        {"unavailable_while_reset_waits": True},
    ),
    "closes-while-rejected": Personality(
        "a rejected station may close the connection (B03.FR.04)", {"close_while_rejected": True}
    ),
    "reboot-required": Personality(
        "a new network priority may need a reboot (B09, B10)", {"priority_needs_reboot": True}
    ),
    "reboots-on-priority": Personality(
        "a new network priority may reboot the station", {"reboot_on_priority_change": True}
    ),
    "start-button": Personality(
        "a start button in place of a reader (C02)",
        {"start_button": True},
        {"start_button": True},
        removes=frozenset({"C-30", "C-31", "C-32"}),
    ),
    "cable-lock": Personality("a socket whose cable is locked", {"fixed_cable": False}),
    "security-profile-1": Personality(
        "Basic authentication without TLS", {}, {"security_profile": 1}
    ),
    "security-profile-3": Personality("TLS with a client certificate", {}, {"security_profile": 3}),
}

CSMS: Mapping[str, Personality] = {
    "inventory-after-boot": Personality(
        "asks for its inventory and sets a variable after each boot (B05, B07)",
        {"inventory_after_boot": True},
    ),
    "extra-fields": Personality(
        "statusInfo and customData in every answer", {"extra_fields": True}
    ),
    "slow": Personality("slow but in time", {"response_delay": 0.15}),
    "strict-before-boot": Personality(
        "takes a station that has not booted as not accepted", {"strict_before_boot": True}
    ),
    "security-profile-1": Personality(
        "Basic authentication without TLS", {}, {"security_profile": 1}
    ),
    "security-profile-3": Personality("TLS with a client certificate", {}, {"security_profile": 3}),
}
