"""How CSMSs differ."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference import alterations as wire
from harness.reference import csms_alterations as other
from harness.reference import csms_security_alterations as secure
from harness.reference.variants.personality import Personality

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
    "serial-number-within": Personality(
        "the common name contains the serial number (A00.FR.405)", alter=secure.serial_number_within
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
    "asks-about-gaps": Personality(
        "asks by itself what is missing of a transaction (E14)", alter=other.asks_about_gaps
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
