"""The variant of a station: everything that a conforming one may choose for itself."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Literal

from harness.spec.edition import Edition
from harness.spec.editions import DEFAULT

ConnectorEvents = Literal["StatusNotification", "NotifyEvent", "both"]


@dataclass(frozen=True)
class StationConfig:
    """What this station is and how it uses its freedom; times are in seconds.

    Variables are named ``Component.Variable`` or ``Component.Variable[Instance]``.
    """

    # Who it is and where its CSMS listens: ``url`` is the endpoint, without the identity.
    identity: str
    url: str
    password: str = ""
    security_profile: int = 0
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    vendor: str = "Harness"
    model: str = "ReferenceStation"
    serial_number: str = "RS-0001"
    firmware: str = "1.0.0"
    edition: Edition = DEFAULT

    # Hardware. ``fixed_cable`` False: a socket, whose cable is locked while charging is authorized.
    # ``cable_lock`` True: nothing can be plugged in before authorization (Part 5, AQ-2).
    # ``start_button`` and ``remote_only``: there is no reader. ``screen``: one to choose from.
    # ``lock_fails``: the lock of a socket does not close (G05).
    evses: dict[int, tuple[int, ...]] = field(default_factory=lambda: {1: (1,)})
    fixed_cable: bool = True
    cable_lock: bool = False
    parking_bay_sensor: bool = False
    start_button: bool = False
    remote_only: bool = False
    screen: bool = False
    lock_fails: bool = False
    #: Keeps tokens and availability over the end of the process; "" for nowhere.
    memory_file: str = ""
    phases: int = 3
    #: What a vehicle takes, in W.
    power: float = 11040.0
    signed_readings: bool = False
    cooling_fan: bool = False

    # Transactions
    tx_start_points: tuple[str, ...] = ("EVConnected", "Authorized")
    tx_stop_points: tuple[str, ...] = ("EVConnected", "Authorized")
    tx_points_read_only: bool = False
    #: E07, alternative scenario: StopAuthorized in an Updated event, then the Ended event.
    stop_in_two_events: bool = False
    #: triggerReason of a transaction that PowerPathClosed starts when the cable was in first.
    power_path_trigger: Literal["Authorized", "ChargingStateChanged"] = "Authorized"

    # Meter values
    #: Clock-aligned values of a running transaction are told by its events (J01.FR.22).
    aligned_in_events: bool = False

    # Messages
    connector_events: ConnectorEvents = "StatusNotification"
    response_delay: float = 0.0
    report_parts: int = 0
    #: How often a log is tried again where the CSMS does not say (GetLogRequest.retries).
    log_retries: int = 0
    #: Each attempt to upload a log is told, and each failure (N01.FR.10).
    log_attempts_told: bool = False
    #: That an upload was cancelled is told before the request for another log is answered.
    log_cancelled_first: bool = False
    #: Characters of customer information in one message, 512 at most.
    customer_part: int = 512
    #: What is said of a customer of whom nothing is stored, and of one who was cleared.
    nobody_text: str = "No data found"
    cleared_text: str = "Data cleared"
    #: What GetReport tells of a component that meets a criterion: that variable, or all.
    criteria_report: Literal["variable", "component"] = "variable"
    security_event_on_boot: bool = True
    background_traffic: bool = False
    #: B01, step 4: every connector is first reported Unavailable after a boot.
    unavailable_first: bool = False

    # Availability
    #: Before a station becomes inoperative, all of its transactions end (G04.FR.06).
    inoperative_as_a_whole: bool = False

    # Features
    supports_evse_reset: bool = True
    supports_summary_inventory: bool = True
    supports_get_report: bool = True
    unsupported_criteria: frozenset[str] = frozenset()
    reserve: bool = True
    cache: bool = True
    local_list: bool = True
    offline_unknown: bool = True
    additional_root_check: bool = False
    #: How certificates are named in lists (CertificateHashDataType).
    certificate_hash: Literal["SHA256", "SHA384", "SHA512"] = "SHA256"
    #: MaxEnergyOnInvalidId is implemented.
    max_energy_on_invalid_id: bool = False
    #: AllowCSMSTLSWildcards is implemented.
    wildcards: bool = False
    #: A certificate that does not come is asked for again (A02.FR.17 to FR.19).
    sign_timeout: bool = True
    triggers: frozenset[str] = frozenset(
        {
            "BootNotification",
            "FirmwareStatusNotification",
            "Heartbeat",
            "LogStatusNotification",
            "MeterValues",
            "SignChargingStationCertificate",
            "StatusNotification",
            "TransactionEvent",
        }
    )

    # Device model
    optional_variables: Literal["present", "absent"] = "present"
    absent: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    values: dict[str, str] = field(default_factory=dict[str, str])
    #: Answer to more GetVariables or SetVariables items than ItemsPerMessage allows.
    over_limit: Literal["reject_rest", "reject_all", "call_error"] = "reject_rest"

    # Resets and boot
    reset_time: float = 10.0
    #: B12, scenario 3a: free EVSEs become Unavailable while a reset waits for transactions to end.
    unavailable_while_reset_waits: bool = False
    report_evse_reset: bool = False
    close_while_rejected: bool = False
    #: Between BootNotifications where the CSMS names no interval (B02.FR.07) or does not answer.
    own_boot_interval: float = 60.0

    # Updates of firmware (L01)
    download_time: float = 5.0
    install_time: float = 30.0
    #: "silently": the boot loader speaks no OCPP (L01.FR.23).
    reboots_to_install: Literal["never", "aloud", "silently"] = "never"
    #: "afterwards": Installed is told before (L01.FR.32).
    reboots_to_activate: Literal["never", "announced", "unannounced", "afterwards"] = "announced"
    downloads_while_charging: bool = False
    installs_while_charging: bool = False
    activates_while_charging: bool = False
    #: Whether a driver is waited for until his cable is out.
    waits_for_cable: bool = True
    #: InstallScheduled where an installation waits for a transaction (L01.FR.34).
    tells_of_waiting: bool = True
    unavailable_while_updating: bool = False
    cancels_updates: bool = True
    tells_of_cancelled_updates: bool = False
    #: Answer to an update that is not signed.
    unsigned_firmware: Literal["Rejected", "InvalidCertificate"] = "Rejected"
    defect_shows: Literal[
        "InstallVerificationFailed at once",
        "InstallVerificationFailed later",
        "InstallationFailed later",
    ] = "InstallVerificationFailed at once"

    #: FTPS begins with TLS, in place of AUTH TLS on a connection that is there (RFC 4217).
    implicit_ftps: bool = False
    #: Files are fetched by HTTP in two requests, the second for the rest.
    fetches_in_parts: bool = False

    # Network
    network_slots: tuple[int, ...] = (1, 2)
    priority_needs_reboot: bool = False
    #: A new NetworkConfigurationPriority makes the station reboot by itself.
    reboot_on_priority_change: bool = False
    #: When no profile could be reached: the last good one (B10.FR.07), or all again (B10.FR.08).
    reconnect: Literal["last", "all"] = "last"
    connect_timeout: float = 5.0
    #: What a name server would say: host of a CSMS to address.
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    oldest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    newest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    #: Cipher suites of TLS 1.2 in OpenSSL's names; "" for those of the library.
    ciphers: str = ""
    message_timeout: int = 30
    clock_offset: float = 0.0
