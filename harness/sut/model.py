"""The description of a system under test: what ``sut.yaml`` says, as plain data.

Loading and validating the file is done in ``harness.sut.file``; here is only its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.spec.edition import Edition
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role

#: Of a field that is no key of the file.
_NOT_WRITTEN = {"written": False}


@dataclass(frozen=True)
class Token:
    """An idToken: ``type`` is an IdTokenEnumType value of Part 2."""

    id_token: str
    type: str

    def as_json(self) -> dict[str, str]:
        """The IdTokenType object for a message."""
        return {"idToken": self.id_token, "type": self.type}


@dataclass(frozen=True)
class Tokens:
    """Tokens known to the system under test, by what the central authority says of them."""

    valid: Token = Token("AABBCCDD", "ISO14443")
    valid2: Token = Token("AABBCCEE", "ISO14443")
    invalid: Token = Token("DEADBEEF", "ISO14443")
    blocked: Token = Token("B10CCED0", "ISO14443")
    expired: Token = Token("E0914ED0", "ISO14443")
    group: Token = Token("GROUP-OF-VALID", "Central")
    master_pass: Token = Token("AA57E4A5", "ISO14443")
    master_group: Token = Token("GROUP-OF-MASTERS", "Central")


@dataclass(frozen=True)
class Limits:
    """Time limits in seconds: how long to wait before an absence counts.

    ``response``: answer to a CALL. ``event``: a message the system owes after something happened.
    ``boot``: reboot until BootNotification (the OCTT's long operation time-out).
    ``connect``: first or renewed connection. ``silence``: how long "does not send" is watched.
    ``update``: from one status of a firmware update to the next.
    ``settle``: what still comes after the last step of a case is of that case.
    ``operator``: an action of the operator. ``case``: everything together.
    """

    response: float = 30.0
    event: float = 30.0
    boot: float = 180.0
    connect: float = 120.0
    silence: float = 10.0
    update: float = 600.0
    settle: float = 1.0
    operator: float = 120.0
    case: float = 900.0


@dataclass(frozen=True)
class Pace:
    """Pauses in seconds, as of a person and of a product: nobody acts within a millisecond.

    ``reaction``: before each action of the operator. ``reconnect``: before the fake station
    connects, which just had another connection.
    """

    reaction: float = 0.3
    reconnect: float = 0.3


@dataclass(frozen=True)
class NetworkProfile:
    """One of the two network connection slots that a station is migrated between."""

    slot: int
    message_timeout: int = 30
    ocpp_interface: str = "Wired0"


@dataclass(frozen=True)
class Configured:
    """The ``<Configured …>`` values of Part 6; intervals and thresholds in seconds.

    ``max_energy_on_invalid_id``: Wh that TC_C_15_CS lets a refused driver have, until they are used
    up; 10000, as its page has it, take an hour at 10 kW, and ``limits.case`` has to allow that.
    ``download_offset``, ``install_offset``: how far ahead an update is scheduled (block L).
    ``measurands``: what every EVSE measures, comma-separated; the first two intervals are of
    clock-aligned values.
    ``tx_start_point`` and ``tx_stop_point`` count where a station does not tell its own.
    ``vendor_id`` and ``message_id`` are of a DataTransfer that the system does not know.
    ``customer_identifier``: of the customer about whom the operator of a station stores something.
    ``log_retry_interval``: seconds between two attempts of a station to upload a log, more than
    one of them takes. ``log_location``: where a CSMS has its stations upload their logs.
    """

    evse_id: int = 1
    connector_id: int = 1
    heartbeat_interval: int = 60
    offline_threshold: int = 60
    retry_back_off_wait_minimum: int = 10
    transaction_duration: float = 5.0
    ev_connection_time_out: int = 30
    tx_updated_interval: int = 5
    tx_updated_measurands: str = "Energy.Active.Import.Register"
    aligned_data_interval: int = 60
    aligned_data_tx_ended_interval: int = 60
    sampled_data_tx_ended_interval: int = 5
    measurands: str = "Energy.Active.Import.Register"
    charging_rate_unit: str = "A"
    number_phases: int = 3
    max_energy_on_invalid_id: int = 10000
    message_attempts: int = 3
    message_attempt_interval: int = 5
    cert_signing_wait_minimum: int = 30
    download_offset: int = 60
    install_offset: int = 60
    tx_start_point: str = ""
    tx_stop_point: str = ""
    slot_1: NetworkProfile = NetworkProfile(1)
    slot_2: NetworkProfile = NetworkProfile(2)
    vendor_name: str = "Harness"
    model: str = "FakeStation"
    csms_url: str = "ws://127.0.0.1:9000"
    vendor_id: str = "org.openchargealliance.octt"
    message_id: str = "conformance"
    customer_identifier: str = "OpenChargeAlliance"
    log_retry_interval: int = 20
    log_location: str = "http://127.0.0.1:8080/logs"


#: Those that the harness speaks, first choice first (FileTransferProtocols, 2.1.4).
FILE_PROTOCOLS = ("HTTP", "HTTPS", "FTP", "FTPS", "SFTP")


@dataclass(frozen=True)
class Listen:
    """Where the fake CSMS listens for a station under test: two endpoints, and one for files.

    Port 0 lets the machine choose; the operator is told which it was. ``host`` is the name the
    station is told to connect to. ``file_protocol``: one of ``FILE_PROTOCOLS``, by default the
    first that the station tells.
    """

    bind: str = "127.0.0.1"
    host: str = "127.0.0.1"
    port: int = 9310
    port_2: int = 9311
    port_files: int = 0
    file_protocol: str = ""


@dataclass(frozen=True)
class Image:
    """Firmware for updates (L01); all may be left out, and the harness makes what it can.

    ``file`` is given to the station by the harness; ``location``: where the vendor has it, in place
    of that. ``certificate_file``: the Firmware Signing certificate in PEM, which the station
    trusts; ``signature_file``: the signature of the image in Base64, as messages have it.
    ``version``: what a station that runs it tells as its firmwareVersion.
    """

    file: str = ""
    location: str = ""
    certificate_file: str = ""
    signature_file: str = ""
    version: str = ""


#: The fields of an image that name a file.
IMAGE_FILES = ("file", "certificate_file", "signature_file")
#: The fields of a description that are images.
IMAGES = ("firmware", "defective_firmware")


#: The one list of kinds; ``harness.operators`` makes each.
OPERATOR_KINDS = ("prompt", "web", "http", "websocket", "command", "python", "none", "embedded")


#: What cases do to a system for good, by the word that allows it in a description.
IRREVERSIBLE = {
    "firmware": "installs other firmware",
    "certificates": "deletes or replaces root certificates that the harness cannot give back",
    "security_profile": "raises the security profile, which OCPP cannot lower again",
}


@dataclass(frozen=True)
class OperatorSpec:
    """How the hands or buttons of the system are moved: one of ``OPERATOR_KINDS``.

    ``settings`` are the kind's own. ``fallback`` is asked for what this one cannot do.
    """

    kind: str = "prompt"
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    fallback: OperatorSpec | None = None

    def asks_by(self, kind: str) -> bool:
        """Whether this or a fallback of it is of that kind."""
        return self.kind == kind or (self.fallback is not None and self.fallback.asks_by(kind))


@dataclass(frozen=True)
class Sut:
    """A system under test, completely described.

    ``features`` holds the PICS ids of Part 5 that the system supports ("C-13", "AQ-6", …);
    ``numbers`` the counted ones (``{"HFS-8": 2}`` = two EVSEs). ``evses`` maps EVSE id to connector
    ids. ``authorization`` ("local" or "remote") chooses the default way of the states Authorized
    and StopAuthorized. ``deviation`` is the accepted clock difference in seconds (4 in the labs).
    ``security_profile`` is 0 (plain, labs only) to 3 (Part 2, A00). ``profiles`` are certification
    profiles of Part 5; ``hidden`` are further secrets, taken from the environment; ``file`` is
    where all this was read, "" for nowhere.
    Of a CSMS, ``endpoints`` are the URLs for further security profiles than ``security_profile``,
    whose URL is ``url``. The certificate of the station has ``serial_number`` (by default the
    identity) as its common name and ``organization`` as its owner; ``station_ca_file`` holds the
    roots under which the CSMS has such certificates signed, by default those of ``ca_file``.
    Of a station, ``serial_number`` is its own, where it is not told at its boot, and
    ``station_ca_file`` holds further roots of the certificate that it shows; ``root_key`` is "RSA"
    for one that knows no elliptic curves, with which the roots of the harness are signed then.
    ``firmware`` is what a station is updated to, or a CSMS told to update it to;
    ``defective_firmware`` is signed as well, and cannot be installed (TC_L_08_CS).
    ``main_meter``: it measures the station as a whole, EVSE 0 of MeterValues.
    ``volatile_cache``: its Authorization Cache is lost at a reboot.
    ``questions``: whether a complete run ends with its own questions.
    ``described_tokens``: those of ``tokens`` that its file names, without the defaults.
    ``irreversible``: what may be done to the system for good, of ``IRREVERSIBLE``.
    """

    name: str
    role: Role
    identity: str = "CS001"
    version: str = ""
    security_profile: int = 1
    password: str = ""
    url: str = ""
    listen: Listen = Listen()
    evses: dict[int, tuple[int, ...]] = field(default_factory=lambda: {1: (1,)})
    features: frozenset[str] = frozenset()
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    tokens: Tokens = Tokens()
    configured: Configured = Configured()
    limits: Limits = Limits()
    pace: Pace = Pace()
    operator: OperatorSpec = OperatorSpec()
    authorization: str = "local"
    start_button: bool = False
    parking_bay_sensor: bool = False
    main_meter: bool = False
    volatile_cache: bool = False
    deviation: float = 4.0
    ca_file: str = ""
    profiles: frozenset[str] = frozenset({"Core", "Advanced Security"})
    product_subtype: str = ""
    hidden: tuple[str, ...] = field(default=(), metadata=_NOT_WRITTEN)
    file: str = field(default="", metadata=_NOT_WRITTEN)
    described_tokens: frozenset[str] = field(default=frozenset(), metadata=_NOT_WRITTEN)
    endpoints: dict[int, str] = field(default_factory=dict[int, str])
    serial_number: str = ""
    organization: str = "Harness"
    station_ca_file: str = ""
    root_key: str = "EC"
    firmware: Image = Image()
    defective_firmware: Image = Image()
    questions: bool = True
    irreversible: frozenset[str] = frozenset()

    @property
    def edition(self) -> Edition:
        """The edition of OCPP that the system is tested by."""
        return DEFAULT

    def connection_data(
        self, slot: NetworkProfile, *, url: str, security_profile: int
    ) -> dict[str, Any]:
        """The NetworkConnectionProfileType of Part 2 that leads to ``url``."""
        return {
            "messageTimeout": slot.message_timeout,
            "ocppCsmsUrl": url,
            "ocppInterface": slot.ocpp_interface,
            "ocppTransport": "JSON",
            "ocppVersion": self.edition.network_profile,
            "securityProfile": security_profile,
        }

    @property
    def urls(self) -> dict[int, str]:
        """The URL of a CSMS for each security profile in which it can be tested."""
        return {**self.endpoints, self.security_profile: self.url}

    @property
    def csms_url(self) -> str:
        """The URL of the CSMS, without the identity: of the fake one, where a station is tested."""
        if self.role is Role.CSMS:
            return self.url
        scheme = "wss" if self.security_profile >= 2 else "ws"
        return f"{scheme}://{self.listen.host}:{self.listen.port}"

    @property
    def serial(self) -> str:
        """The serial number of the station."""
        return self.serial_number or self.identity

    @property
    def connectors(self) -> list[tuple[int, int]]:
        """Every (EVSE id, connector id) of the station."""
        return [(evse, connector) for evse, ids in self.evses.items() for connector in ids]

    def connectors_of(self, evse: int) -> list[tuple[int, int]]:
        """The connectors of one EVSE, in that form."""
        return [(evse, connector) for connector in self.evses[evse]]

    def places_of(self, evse: int | None, connector: int | None) -> list[tuple[int, int]]:
        """The connectors of the station, of one EVSE, or a single one, in that form."""
        if evse is None:
            return self.connectors
        return self.connectors_of(evse) if connector is None else [(evse, connector)]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must never appear in a report."""
        return tuple(text for text in (self.password, *self.hidden) if text)
