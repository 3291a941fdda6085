"""Conforming variants of the embedded systems: what a station or CSMS may choose differently.

Each must pass every case that applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.reference import alterations as wire
from harness.reference import csms_alterations as other
from harness.reference import csms_security_alterations as secure
from harness.reference import station_alterations as ways
from harness.reference.rpc import CALL, RESULT

Fields = Mapping[str, Any]


def _no_fields() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Personality:
    """One conforming variant and why OCPP allows it.

    ``config`` and ``alter`` change the embedded system, ``sut`` what its description says, ``adds``
    and ``removes`` the features it declares.
    """

    why: str
    config: Fields = field(default_factory=_no_fields)
    sut: Fields = field(default_factory=_no_fields)
    adds: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    alter: wire.Alter = wire.nothing


def _points(start: str, stop: str, why: str) -> Personality:
    config = {"tx_start_points": start.split(","), "tx_stop_points": stop.split(",")}
    return Personality(why, {name: tuple(points) for name, points in config.items()})


def _remote(start: str, stop: str, **values: str) -> Personality:
    config = {"tx_start_points": (start,), "tx_stop_points": (stop,), "values": values}
    return Personality(
        "a transaction started and stopped by the CSMS (F01 to F03)",
        {"remote_only": True, **config},
        {"authorization": "remote"},
        removes=_NO_READER,
    )


_NO_READER = frozenset({"C-30", "C-31", "C-32"})
_BUTTON = frozenset({"C-35"})
_NO_DEVICE_MANAGEMENT = frozenset({"Core", "Advanced Security", "Reservation"})
_CORE = frozenset({"Core"})

_TRANSACTIONS: Mapping[str, Personality] = {
    "tx-ev-connected": _points("EVConnected", "EVConnected", "E01.FR.02, E06.FR.02"),
    "tx-authorized": _points("Authorized", "Authorized", "E01.FR.03, E06.FR.03"),
    "tx-power-path-closed": _points("PowerPathClosed", "PowerPathClosed", "E01.FR.05, E06.FR.06"),
    "tx-energy-transfer": _points("EnergyTransfer", "EnergyTransfer", "E01.FR.06, E06.FR.07"),
    "tx-parking-bay": _points("ParkingBayOccupancy", "ParkingBayOccupancy", "E01.FR.01, E06.FR.01"),
    "tx-data-signed": Personality(
        "starts with the first signed meter value (E01.FR.04)",
        {
            "tx_start_points": ("DataSigned",),
            "tx_stop_points": ("EVConnected",),
        },
    ),
    "unsigned-readings": Personality(
        "signed meter values are optional (E01.FR.04)", removes=frozenset({"C-09.3"})
    ),
    "tx-start-authorized-stop-ev-connected": _points("Authorized", "EVConnected", "E01, E06"),
    "tx-start-energy-stop-parking-bay": _points(
        "EnergyTransfer", "ParkingBayOccupancy", "E01, E06"
    ),
    "tx-all-points": _points(
        "ParkingBayOccupancy,EVConnected,Authorized,PowerPathClosed,EnergyTransfer",
        "EnergyTransfer,Authorized,EVConnected,ParkingBayOccupancy,PowerPathClosed",
        "the points are lists of any length (2.6.6)",
    ),
    "tx-points-read-only": Personality(
        "the points may be fixed (2.6.6)",
        {"tx_points_read_only": True},
        removes=frozenset(
            {"C-51", "C-52", "C-09.3", "C-09.4", "C-09.5", "C-09.6", "C-10.3", "C-10.4", "C-10.5"}
        ),
    ),
    "no-parking-bay-sensor": Personality(
        "a sensor in the parking bay is optional",
        {"parking_bay_sensor": False},
        {"parking_bay_sensor": False},
        removes=frozenset({"C-09.6", "C-10.5"}),
    ),
    "no-energy-transfer-start": Personality(
        "which points there are is the station's choice (2.6.6)", removes=frozenset({"C-09.5"})
    ),
    "power-path-by-charging-state": Personality(
        "the event that closes the power path may name either reason (E02.FR.17)",
        {
            "tx_start_points": ("PowerPathClosed",),
            "tx_stop_points": ("EVConnected",),
            "power_path_trigger": "ChargingStateChanged",
        },
        # Only where the cable is in first there is anything to choose.
        alter=ways.slow_to_unlock,
    ),
    "stop-in-two-events": Personality(
        "StopAuthorized and the end may be two events (E07)",
        {"tx_stop_points": ("Authorized",), "stop_in_two_events": True},
    ),
    "slow-to-unlock": Personality(
        "time passes between the answer to Authorize and the permission",
        {"tx_start_points": ("EVConnected",)},
        alter=ways.slow_to_unlock,
    ),
    "slow-to-unlock-power-path": Personality(
        "the same, where the transaction starts with the power path",
        {"tx_start_points": ("PowerPathClosed",)},
        alter=ways.slow_to_unlock,
    ),
    "slow-to-charge": Personality(
        "time passes between authorization and energy", alter=ways.slow_to_charge
    ),
    "suspended-at-first": Personality(
        "SuspendedEVSE before Charging (E02.FR.13)", alter=ways.suspended_at_first
    ),
    "metering": Personality("meter values all the time (J02.FR.11)", alter=ways.metering),
    "continuous-numbers": Personality(
        "seqNo need not begin with 0 (Part 2 E, 1.3.2.1)", alter=ways.continuous_numbers
    ),
    "evse-in-every-event": Personality(
        "the evse repeated (E01.FR.16)", alter=ways.evse_in_every_event
    ),
    "state-in-every-event": Personality(
        "the chargingState repeated (E02.FR.13)",
        {"tx_stop_points": ("EVConnected",)},
        alter=ways.state_in_every_event,
    ),
    "silent-stop": Personality(
        "a local stop without stoppedReason and token (E06.FR.09, E07.FR.02)",
        alter=wire.together(ways.no_stopped_reason, ways.no_token_at_stop),
    ),
    "short-transaction-ids": Personality(
        "transaction ids that are no UUIDs (E01.FR.08)", alter=wire.short_transaction_ids
    ),
}

_AUTHORIZATION: Mapping[str, Personality] = {
    "remote-only": Personality(
        "no reader: authorization by RequestStartTransaction (F02)",
        {"remote_only": True},
        {"authorization": "remote"},
        removes=_NO_READER,
    ),
    "remote-ev-connected": _remote("EVConnected", "EVConnected"),
    "remote-power-path-closed": _remote("PowerPathClosed", "PowerPathClosed"),
    "remote-energy-transfer": _remote("EnergyTransfer", "EnergyTransfer"),
    "remote-parking-bay": _remote("ParkingBayOccupancy", "ParkingBayOccupancy"),
    "remote-authorizes": _remote(
        "Authorized", "Authorized", **{"AuthCtrlr.AuthorizeRemoteStart": "true"}
    ),
    "start-button": Personality(
        "a start button in place of a reader (C02)",
        {"start_button": True},
        {"start_button": True},
        adds=_BUTTON,
        removes=_NO_READER,
    ),
    "start-button-ev-connected": Personality(
        "a start button, and transactions by the cable (C02)",
        {
            "start_button": True,
            "tx_start_points": ("EVConnected",),
            "tx_stop_points": ("EVConnected",),
        },
        {"start_button": True},
        adds=_BUTTON,
        removes=_NO_READER,
    ),
    "small-tokens": Personality(
        "idTokens are case-insensitive (IdTokenType)", alter=wire.small_tokens
    ),
    "no-cache-no-list": Personality(
        "Authorization Cache and Local List are optional (C10, D01)",
        {"cache": False, "local_list": False},
        removes=frozenset({"C-49"}),
    ),
}

_HARDWARE: Mapping[str, Personality] = {
    "one-evse": Personality("a single EVSE", {"evses": {1: (1,)}}, {"evses": {1: (1,)}}),
    "two-connectors": Personality(
        "an EVSE with two connectors", {"evses": {1: (1, 2)}}, {"evses": {1: (1, 2)}}
    ),
    "three-evses": Personality(
        "EVSEs with different numbers of connectors",
        {"evses": {1: (1, 2), 2: (1,), 3: (1, 2, 3)}},
        {"evses": {1: (1, 2), 2: (1,), 3: (1, 2, 3)}},
    ),
    "dc": Personality("direct current (Part 5, HFS-4)", adds=frozenset({"HFS-4"})),
    "fixed-cable": Personality(
        "the cable belongs to the station (Part 2, UnlockOnEVSideDisconnect)",
        adds=frozenset({"HFS-2"}),
        removes=frozenset({"HFS-1", "C-12.1"}),
    ),
    "cooling-fan": Personality(
        "variables with Target, MinSet and MaxSet (Part 1, 4)", {"cooling_fan": True}
    ),
}

_REPORTS: Mapping[str, Personality] = {
    "no-summary": Personality(
        "SummaryInventory belongs to Advanced Device Management (B07.FR.02; Part 5, TC_B_15)",
        {"supports_summary_inventory": False},
        {"profiles": _NO_DEVICE_MANAGEMENT},
        removes=frozenset({"C-56"}),
    ),
    "core-only": Personality(
        "nothing but the profile Core (Part 5)",
        {
            "supports_summary_inventory": False,
            "supports_get_report": False,
            "reserve": False,
            "local_list": False,
            "optional_variables": "absent",
        },
        {"profiles": _CORE},
        removes=frozenset({"C-56", "C-58", "R-2"}),
    ),
    "many-report-parts": Personality("reports in many parts (B07.FR.04)", {"report_parts": 3}),
    "empty-last-part": Personality(
        "the last part may have no data (NotifyReportRequest)", alter=ways.empty_last_part
    ),
    "interrupted-reports": Personality(
        "other messages between the parts of a report",
        {"report_parts": 20},
        alter=ways.interrupted_reports,
    ),
    "by-default": Personality(
        "tbc, type and mutability have defaults",
        {"connector_events": "NotifyEvent", "report_parts": 30},
        alter=wire.by_default,
    ),
    "backwards": Personality("results and reports in any order", alter=wire.backwards),
    "lower-case-names": Personality(
        "names of components and variables are case-insensitive (Part 2, 1.2)",
        {"connector_events": "NotifyEvent"},
        alter=wire.names(str.lower),
    ),
    "upper-case-names": Personality(
        "names of components and variables are case-insensitive (Part 2, 1.2)",
        alter=wire.names(str.upper),
    ),
    "criteria-report-component": Personality(
        "a criterion reports all of a component (B08.FR.07-10)", {"criteria_report": "component"}
    ),
    "too-many-all-rejected": Personality(
        "too many items: all are rejected (B06.FR.05)", {"over_limit": "reject_all"}
    ),
    "too-many-call-error": Personality(
        "too many items: a CALLERROR (B06.FR.16)", {"over_limit": "call_error"}
    ),
    "optional-variables-absent": Personality(
        "optional variables need not exist",
        {"optional_variables": "absent"},
        removes=frozenset({"C-58"}),
    ),
    "back-off-read-only": Personality(
        "the back-off may be fixed (2.1.11-13)",
        {
            "read_only": frozenset(
                {
                    "OCPPCommCtrlr.RetryBackOffWaitMinimum",
                    "OCPPCommCtrlr.RetryBackOffRandomRange",
                    "OCPPCommCtrlr.RetryBackOffRepeatTimes",
                }
            )
        },
    ),
}

_MESSAGES: Mapping[str, Personality] = {
    "notify-event": Personality(
        "connector states by NotifyEvent (E02.FR.05, G01)", {"connector_events": "NotifyEvent"}
    ),
    "notify-event-and-status": Personality(
        "connector states by both messages", {"connector_events": "both"}
    ),
    "notify-event-of-evse-too": Personality(
        "several events in one message (N07)",
        {"connector_events": "NotifyEvent"},
        alter=ways.many_events_in_one,
    ),
    "background-traffic": Personality("extra legal messages", {"background_traffic": True}),
    "aligned-meter-values": Personality(
        "clock-aligned meter values (J01)", {"values": {"AlignedDataCtrlr.Interval": "1"}}
    ),
    "slow": Personality("slow but in time", {"response_delay": 0.05}),
    "states-late": Personality(
        "transaction events before connector states (Part 6, 2.1)", alter=ways.states_late
    ),
    "explained": Personality("statusInfo in every answer", alter=wire.explained),
    "custom-data": Personality(
        "customData in every message (Part 2, 1.2)",
        alter=wire.together(wire.custom_data(CALL), wire.custom_data(RESULT)),
    ),
    "error-details": Personality("details in CALLERRORs", alter=wire.error_details),
    "short-ids": Personality("message ids that are no UUIDs", alter=wire.short_ids),
    "spacious": Personality("white space in JSON (RFC 8259)", alter=wire.spacious),
    "time-with-offset": Personality(
        "timestamps with an offset (RFC 3339)", alter=wire.times(wire.with_offset)
    ),
    "time-in-nanoseconds": Personality(
        "timestamps with nine digits (RFC 3339)", alter=wire.times(wire.with_nanoseconds)
    ),
    "time-in-seconds": Personality(
        "timestamps without fraction (RFC 3339)", alter=wire.times(wire.in_whole_seconds)
    ),
    "clock-ahead": Personality(
        "a clock of its own, less than 4 s ahead (Part 6, 2.1)",
        {"values": {"ClockCtrlr.TimeSource": "RealTimeClock"}, "clock_offset": 2.5},
    ),
    "clock-behind": Personality(
        "a clock of its own, less than 4 s behind (Part 6, 2.1)",
        {"values": {"ClockCtrlr.TimeSource": "RealTimeClock"}, "clock_offset": -2.5},
    ),
}

_BOOT: Mapping[str, Personality] = {
    "introduced": Personality("BootNotification with all fields (B01)", alter=wire.introduced),
    "no-evse-reset": Personality(
        "resetting a single EVSE is optional (B11.FR.09)",
        {"supports_evse_reset": False},
        removes=frozenset({"C-13"}),
    ),
    "unavailable-first": Personality(
        "connectors pass through Unavailable after a boot", {"unavailable_first": True}
    ),
    "unavailable-before-reset": Personality(
        "connectors become Unavailable before a reset (B11.FR.03)",
        alter=ways.unavailable_before_reset,
    ),
    "unavailable-during-evse-reset": Personality(
        "an EVSE is Unavailable while it is reset (B11.FR.08)", {"report_evse_reset": True}
    ),
    "unavailable-while-reset-waits": Personality(
        "free EVSEs are Unavailable while a reset waits (B12)",
        {"unavailable_while_reset_waits": True},
    ),
    "security-event-first": Personality(
        "the security event before the states (A04, B01)", alter=ways.security_event_first
    ),
    "closes-while-rejected": Personality(
        "a rejected station may close the connection (B03.FR.04)", {"close_while_rejected": True}
    ),
    "refuses-trigger": Personality(
        "no trigger for BootNotification (F06.FR.08)", alter=ways.refuses_trigger_while_pending
    ),
    "drops-connections": Personality(
        "a reboot closes no connection in an orderly way", alter=ways.drops_connections
    ),
    "slow-boot": Personality("a reboot takes its time", {"reset_time": 0.6}),
    "resets-later": Personality("a reset takes a moment to begin", alter=ways.resets_later),
    "reboot-required": Personality(
        "a new network priority may need a reboot (B09, B10)", {"priority_needs_reboot": True}
    ),
    "reboots-on-priority": Personality(
        "a new network priority may reboot the station", {"reboot_on_priority_change": True}
    ),
    "reconnects-to-all": Personality(
        "after all profiles failed, all are tried again (B10.FR.08)",
        {
            "reconnect": "all",
            "values": {"OCPPCommCtrlr.NetworkProfileConnectionAttempts": "1"},
        },
    ),
    "security-profile-1": Personality(
        "Basic authentication without TLS", {}, {"security_profile": 1}
    ),
    "security-profile-3": Personality("TLS with a client certificate", {}, {"security_profile": 3}),
}

STATION: Mapping[str, Personality] = {
    **_TRANSACTIONS,
    **_AUTHORIZATION,
    **_HARDWARE,
    **_REPORTS,
    **_MESSAGES,
    **_BOOT,
}

_CSMS_SECURITY: Mapping[str, Personality] = {
    "security-profile-1": Personality(
        "Basic authentication without TLS", {}, {"security_profile": 1}
    ),
    "security-profile-3": Personality("TLS with a client certificate", {}, {"security_profile": 3}),
    "only-security-profile-2": Personality(
        "one security profile is enough for Core", {}, {"endpoints": {}}
    ),
    "one-endpoint-for-tls": Personality(
        "security profiles 2 and 3 at one endpoint (erratum 2025-04 of TC_A_19_CSMS)",
        alter=secure.one_endpoint_for_tls,
    ),
    "tls-1.2-alone": Personality("TLS 1.2 is enough (A00.FR.313)", alter=secure.tls_1_2_alone),
    "prefers-rsa": Personality(
        "the order of the cipher suites is its own (A00.FR.318)", alter=secure.prefers_rsa
    ),
    "closes-on-wrong-credentials": Personality(
        "how a connection is refused is not fixed (A00.FR.204)", alter=secure.closes_when_refused
    ),
    "forbids-wrong-credentials": Personality(
        "refuses wrong credentials by HTTP 403 (A00.FR.204)", alter=secure.forbids
    ),
    "sub-ca": Personality(
        "a sub CA signs the stations' certificates (A02)", alter=secure.signs_by_sub_ca
    ),
    "chain-in-any-order": Personality(
        "the order of a chain is only recommended (CertificateSignedRequest)",
        alter=secure.chain_backwards,
    ),
    "no-certificate-type": Personality(
        "the type in CertificateSigned is only recommended (A02.FR.14)",
        alter=secure.no_certificate_type,
    ),
    "signs-later": Personality("signing takes its time (A02)", alter=secure.signs_later),
    "password-of-its-own": Personality(
        "chooses passwords by itself (A01.FR.07)", alter=secure.password_of_its_own
    ),
    "password-among-others": Personality(
        "sets more than the password at once (B05)", alter=secure.password_among_others
    ),
    "slow-to-take-over": Personality(
        "takes a moment to take over a password (A01.FR.03)", alter=secure.slow_to_take_over
    ),
    "restricts-after-refusal": Personality(
        "a station that refused a password is Pending (A01.FR.05)",
        alter=secure.restricts_after_refusal,
    ),
    "serial-number-at-boot": Personality(
        "compares the serial number when a station boots (B01.FR.11-12)", {"serial_at_boot": True}
    ),
    "serial-number-required": Personality(
        "wants the serial number in security profile 3 (B01.FR.11)",
        alter=secure.serial_number_required,
    ),
    "serial-number-of-its-own": Personality(
        "the serial number is not the identity (A00.FR.511)", {}, {"serial_number": "SN-0077"}
    ),
}

CSMS: Mapping[str, Personality] = {
    "inventory-after-boot": Personality(
        "asks for its inventory and sets a variable after each boot (B05, B07)",
        {"inventory_after_boot": True},
    ),
    "inventory-while-pending": Personality(
        "does so as soon as a station is Pending (B02.FR.01)", alter=other.inventory_while_pending
    ),
    "slow-to-store": Personality(
        "asks for its inventory after each boot and takes its time to store it (B07)",
        {"inventory_after_boot": True},
        alter=other.slow_to_store,
    ),
    "curious": Personality(
        "asks for variables and more whenever it hears of a connector (B06, D02, M03)",
        alter=other.curious,
    ),
    "triggers-after-boot": Personality(
        "has states and heartbeats sent by triggers (F06)", alter=other.triggers_after_boot
    ),
    "extra-fields": Personality(
        "statusInfo and customData in every answer", {"extra_fields": True}
    ),
    "generous": Personality(
        "answers with all that they may hold (Authorize, TransactionEvent)", alter=other.generous
    ),
    "slow": Personality("slow but in time", {"response_delay": 0.05}),
    "asks-between-events": Personality(
        "asks for a transaction's status whenever it hears of it (E14)",
        alter=other.asks_between_events,
    ),
    "tells-of-driver-each-time": Personality(
        "idTokenInfo in every answer of an authorized transaction (TransactionEventResponse)",
        alter=other.tells_of_driver_each_time,
    ),
    "long-heartbeat": Personality("a heartbeat a day", {"heartbeat_interval": 86400}),
    "interval-0": Personality(
        "leaves the heartbeat to the station (B01.FR.04)", {"heartbeat_interval": 0}
    ),
    "pending-interval-0": Personality(
        "leaves the time to the next boot to the station (B02.FR.07)", {"pending_interval": 0}
    ),
    "explicit-attributes": Personality(
        "names the attribute type Actual (B05, B06)", alter=other.explicit_attributes
    ),
    "lower-case-names": Personality(
        "names of components and variables are case-insensitive (Part 2, 1.2)",
        alter=wire.names(str.lower),
    ),
    "backwards": Personality("asks in another order", alter=other.backwards),
    "short-ids": Personality("message ids that are no UUIDs", alter=wire.short_ids),
    "spacious": Personality("white space in JSON (RFC 8259)", alter=wire.spacious),
    "time-with-offset": Personality(
        "currentTime with an offset (RFC 3339)", alter=wire.times(wire.with_offset)
    ),
    "time-in-nanoseconds": Personality(
        "currentTime with nine digits (RFC 3339)", alter=wire.times(wire.with_nanoseconds)
    ),
    "time-in-seconds": Personality(
        "currentTime without fraction (RFC 3339)", alter=wire.times(wire.in_whole_seconds)
    ),
    "error-details": Personality("details in CALLERRORs", alter=wire.error_details),
    **_CSMS_SECURITY,
}
