"""How CSMSs differ."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import csms_asides as asides
from harness.reference.variants import csms_behaviour as behaviour
from harness.reference.variants import csms_security as security
from harness.reference.variants import wire
from harness.reference.variants.csms_drivers import CSMS_DRIVERS
from harness.reference.variants.intervals import CSMS_INTERVALS
from harness.reference.variants.variant import Variant

_CSMS_SECURITY: Mapping[str, Variant] = {
    "security-profile-1": Variant("Basic authentication without TLS", {}, {"security_profile": 1}),
    "security-profile-3": Variant("TLS with a client certificate", {}, {"security_profile": 3}),
    "only-security-profile-2": Variant(
        "one security profile is enough for Core", {}, {"endpoints": {}}
    ),
    "one-endpoint-for-tls": Variant(
        "security profiles 2 and 3 at one endpoint (erratum 2025-04 of TC_A_19_CSMS)",
        alter=security.one_endpoint_for_tls,
    ),
    "tls-1.2-alone": Variant("TLS 1.2 is enough (A00.FR.313)", alter=security.tls_1_2_alone),
    "prefers-rsa": Variant(
        "the order of the cipher suites is its own (A00.FR.318)", alter=security.prefers_rsa
    ),
    "closes-on-wrong-credentials": Variant(
        "how a connection is refused is not fixed (A00.FR.204)", alter=security.closes_when_refused
    ),
    "forbids-wrong-credentials": Variant(
        "refuses wrong credentials by HTTP 403 (A00.FR.204)", alter=security.forbids
    ),
    "sub-ca": Variant(
        "a sub CA signs the stations' certificates (A02)", alter=security.signs_by_sub_ca
    ),
    "chain-in-any-order": Variant(
        "the order of a chain is only recommended (CertificateSignedRequest)",
        alter=security.chain_backwards,
    ),
    "no-certificate-type": Variant(
        "the type in CertificateSigned is only recommended (A02.FR.14)",
        alter=security.no_certificate_type,
    ),
    "signs-later": Variant("signing takes its time (A02)", alter=security.signs_later),
    "password-of-its-own": Variant(
        "chooses passwords by itself (A01.FR.07)", alter=security.password_of_its_own
    ),
    "password-with-blank": Variant(
        "passwords of whatever characters (A00.FR.205 with erratum 2.1)",
        alter=security.password_with_blank,
    ),
    "password-among-others": Variant(
        "sets more than the password at once (B05)", alter=security.password_among_others
    ),
    "slow-to-take-over": Variant(
        "takes a moment to take over a password (A01.FR.03)", alter=security.slow_to_take_over
    ),
    "restricts-after-refusal": Variant(
        "a station that refused a password is Pending (A01.FR.05)",
        alter=security.restricts_after_refusal,
    ),
    "serial-number-at-boot": Variant(
        "compares the serial number when a station boots (B01.FR.11-12)", {"serial_at_boot": True}
    ),
    "serial-number-required": Variant(
        "wants the serial number in security profile 3 (B01.FR.11)",
        alter=security.serial_number_required,
    ),
    "serial-number-within": Variant(
        "the common name contains the serial number (A00.FR.405)",
        alter=security.serial_number_within,
    ),
    "serial-number-of-its-own": Variant(
        "the serial number is not the identity (A00.FR.511)", {}, {"serial_number": "SN-0077"}
    ),
}

PLAIN_CSMS: Mapping[str, Variant] = {
    "inventory-after-boot": Variant(
        "asks for its inventory and sets a variable after each boot (B05, B07)",
        {"inventory_after_boot": True},
    ),
    "inventory-while-pending": Variant(
        "does so as soon as a station is Pending (B02.FR.01)",
        alter=behaviour.inventory_while_pending,
    ),
    "pending-at-first": Variant(
        "lets every station that connects wait (B02.FR.01)", alter=behaviour.pending_at_first
    ),
    "pending-for-one-boot": Variant(
        "lets a station wait once (B02.FR.01)", alter=behaviour.arranged_for_one_boot
    ),
    "pending-twice": Variant(
        "lets a station wait once more (B02.FR.01)", alter=behaviour.pending_twice
    ),
    "decides-at-connection": Variant(
        "knows how to answer a boot as the station connects (B02.FR.01)",
        alter=behaviour.decides_at_connection,
    ),
    "slow-to-notice": Variant(
        "has no queue for a station that connected just now", alter=behaviour.slow_to_notice
    ),
    "slow-to-forget": Variant(
        "notices late that a station has hung up", alter=behaviour.slow_to_forget
    ),
    "loses-hasty-clicks": Variant(
        "wants its buttons pressed one after the other", alter=behaviour.loses_hasty_clicks
    ),
    "slow-to-store": Variant(
        "asks for its inventory after each boot and takes its time to store it (B07)",
        {"inventory_after_boot": True},
        alter=behaviour.slow_to_store,
    ),
    "curious": Variant(
        "asks for variables and more whenever it hears of a connector (B06, D02, M03)",
        alter=behaviour.curious,
    ),
    "provisions-after-boot": Variant(
        "sets a station up by itself (B05, B06, B07, B09)", alter=asides.provisions_after_boot
    ),
    "looks-first": Variant(
        "does so whenever its operator wants something (B05, B06, B07, B09)",
        alter=asides.looks_first,
    ),
    "reports-beside": Variant(
        "asks for a report while another one comes (B07.FR.01)", alter=asides.reports_beside
    ),
    "triggers-after-boot": Variant(
        "has states and heartbeats sent by triggers (F06)", alter=behaviour.triggers_after_boot
    ),
    "extra-fields": Variant("statusInfo and customData in every answer", {"extra_fields": True}),
    "generous": Variant(
        "answers with all that they may hold (Authorize, TransactionEvent)",
        alter=behaviour.generous,
    ),
    "slow": Variant("slow but in time", {"response_delay": 2.0}),
    "asks-between-events": Variant(
        "asks for a transaction's status whenever it hears of it (E14)",
        alter=behaviour.asks_between_events,
    ),
    "asks-about-gaps": Variant(
        "asks by itself what is missing of a transaction (E14)", alter=behaviour.asks_about_gaps
    ),
    "tells-of-driver-each-time": Variant(
        "idTokenInfo in every answer of an authorized transaction (TransactionEventResponse)",
        alter=behaviour.tells_of_driver_each_time,
    ),
    "long-heartbeat": Variant("a heartbeat a day", {"heartbeat_interval": 86400}),
    "interval-0": Variant(
        "leaves the heartbeat to the station (B01.FR.04)", {"heartbeat_interval": 0}
    ),
    "pending-interval-0": Variant(
        "leaves the time to the next boot to the station (B02.FR.07)", {"pending_interval": 0}
    ),
    "explicit-attributes": Variant(
        "names the attribute type Actual (B05, B06)", alter=behaviour.explicit_attributes
    ),
    "lower-case-names": Variant(
        "names of components and variables are case-insensitive (Part 2, 1.2)",
        alter=wire.names(str.lower),
    ),
    "orders-twice": Variant(
        "no requirement forbids the same request again", alter=asides.orders_twice
    ),
    "fetches-other-log": Variant(
        "a station has two logs, and a CSMS may want both (N01)", alter=asides.fetches_other_log
    ),
    "one-variable-more": Variant(
        "what else is read or set is its own matter (B05, B06)", alter=asides.one_variable_more
    ),
    "stops-without-credit": Variant(
        "it stops a driver whose credit is used up (F03.FR.01)",
        alter=asides.stops_without_credit,
    ),
    "empty-instances": Variant(
        "an empty instance is none (B06.FR.15; Part 4, 4.1.5)", alter=wire.empty_instances
    ),
    "backwards": Variant("asks in another order", alter=behaviour.backwards),
    "short-ids": Variant("message ids that are no UUIDs", alter=wire.short_ids),
    "spacious": Variant("white space in JSON (RFC 8259)", alter=wire.spacious),
    "time-with-offset": Variant(
        "currentTime with an offset (RFC 3339)", alter=wire.times(wire.with_offset)
    ),
    "time-in-nanoseconds": Variant(
        "currentTime with nine digits (RFC 3339)", alter=wire.times(wire.with_nanoseconds)
    ),
    "time-in-seconds": Variant(
        "currentTime without fraction (RFC 3339)", alter=wire.times(wire.in_whole_seconds)
    ),
    "error-details": Variant("details in CALLERRORs", alter=wire.error_details),
    **CSMS_DRIVERS,
    **_CSMS_SECURITY,
    **CSMS_INTERVALS,
}
