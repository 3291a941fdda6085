"""How stations differ in their security (block A)."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from harness.reference.variants import station_security as security
from harness.reference.variants.variant import Variant
from harness.reference.variants.wire import together
from harness.sut.model import Listen

SECURITY: Mapping[str, Variant] = {
    "tls-1.2-alone": Variant(
        "TLS 1.2 or later (A00.FR.313)", {"newest_tls": ssl.TLSVersion.TLSv1_2}
    ),
    "tls-1.3-alone": Variant(
        "TLS 1.2 or later (A00.FR.313)", {"oldest_tls": ssl.TLSVersion.TLSv1_3}
    ),
    "rsa-suites-alone": Variant(
        "one of the two pairs of cipher suites is enough (A00.FR.319)",
        {
            "newest_tls": ssl.TLSVersion.TLSv1_2,
            "ciphers": "AES128-GCM-SHA256:AES256-GCM-SHA384",
        },
        {"root_key": "RSA"},
    ),
    "ipv4-address": Variant(
        "the CSMS may be known by an address (ocppCsmsUrl, Part 4, 3.1)",
        {},
        {"listen": Listen(host="127.0.0.1", port=0, port_2=0)},
    ),
    "wildcards-allowed": Variant(
        "AllowCSMSTLSWildcards is there, true at first (erratum 2.62 of Part 2)",
        {"wildcards": True, "values": {"SecurityCtrlr.AllowCSMSTLSWildcards": "true"}},
    ),
    "looks-after-handshake": Variant(
        "the certificate is validated after TLS, before HTTP (A00.FR.309)",
        alter=security.looks_after_handshake,
    ),
    "csr-once": Variant(
        "a CSR need not be repeated (Part 5, AS-3; A02.FR.17)", removes=frozenset({"AS-3"})
    ),
    "newest-csr-alone": Variant(
        "one of several certificates is enough (TC_A_23_CS, erratum 2025-02)",
        alter=security.takes_the_newest_certificate,
    ),
    "reboots-for-certificate": Variant(
        "a reboot may put a certificate into use (erratum 2025-02 of the state)",
        alter=security.reboots_for_certificate,
    ),
    "keeps-connection-for-certificate": Variant(
        "a new certificate is shown at the next connection (erratum 2025-02 of its state)",
        alter=security.keeps_connection_for_certificate,
    ),
    "slow-keys": Variant(
        "no time is set for a key (A02.FR.02-03)", alter=security.makes_keys_slowly
    ),
    "password-needs-reboot": Variant(
        "a new password may need a reboot (B05.FR.10; TC_A_09_CS)",
        alter=security.new_password_after_reboot,
    ),
    "no-root-check": Variant(
        "AdditionalRootCertificateCheck is optional (Part 5, AS-2)", removes=frozenset({"AS-2"})
    ),
    "sha-384-hashes": Variant(
        "a station chooses the algorithm of its hash data (M04.FR.07)",
        {"certificate_hash": "SHA384"},
    ),
    "sha-512-hashes": Variant(
        "a station chooses the algorithm of its hash data (M04.FR.07)",
        {"certificate_hash": "SHA512"},
    ),
    "upper-case-hashes": Variant(
        "hexadecimal digits in either case, in any order (CertificateHashDataType, M03.FR.04)",
        alter=security.hashes_in_upper_case,
    ),
    "mobility-operator-roots": Variant(
        "further certificates may be installed (GetCertificateIdUseEnumType)",
        alter=security.more_roots_from_factory,
    ),
    "v2g-certificates": Variant(
        "certificates for EVs are listed too, as a chain (M03.FR.05)",
        alter=security.v2g_certificates,
    ),
    "keeps-last-roots": Variant(
        "the last certificate of its type may be kept (M04.FR.03)",
        alter=together(security.more_roots_from_factory, security.keeps_last_roots),
    ),
    "store-of-two-certificates": Variant(
        "how many certificates a station holds is its own choice (M05.FR.06)",
        removes=frozenset({"AS-2"}),
        alter=security.store_of_two,
    ),
    "store-of-three-certificates": Variant(
        "the same, with as much room as cases need",
        removes=frozenset({"AS-2"}),
        alter=security.store_of_three,
    ),
    "drops-failed-root": Variant(
        "what becomes of a new root that did not fit is not said (M05.FR.14)",
        alter=security.drops_failed_root,
    ),
    "no-profile-without-certificates": Variant(
        "a network profile that cannot work is refused (B09.FR.02; erratum of TC_A_20_CS)",
        alter=security.no_profile_without_certificates,
    ),
}
