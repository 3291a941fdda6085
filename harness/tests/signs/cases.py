"""A case in which a variant shows; most that need no particular one show as soon as they boot."""

from __future__ import annotations

from harness.spec.roles import Role

_BOOT = {Role.STATION: "TC_B_01_CS", Role.CSMS: "TC_B_01_CSMS"}
#: By the case: the variants that show there, of those that do not as they boot.
_SHOWS = {
    "TC_A_01_CSMS": "prefers-rsa tls-1.2-alone",
    "TC_A_03_CSMS": "closes-on-wrong-credentials forbids-wrong-credentials",
    "TC_A_05_CS": "looks-after-handshake wildcards-allowed",
    "TC_A_07_CSMS": "only-security-profile-2",
    "TC_A_08_CSMS": "serial-number-at-boot",
    "TC_A_09_CS": "password-needs-reboot",
    "TC_A_09_CSMS": (
        "password-among-others password-of-its-own password-with-blank slow-to-take-over"
    ),
    "TC_A_10_CSMS": "restricts-after-refusal",
    "TC_A_11_CS": "keeps-connection-for-certificate reboots-for-certificate",
    "TC_A_11_CSMS": "chain-in-any-order no-certificate-type signs-later sub-ca",
    "TC_A_15_CS": "slow-keys",
    "TC_A_20_CS": "no-profile-without-certificates",
    "TC_A_23_CS": "aligned-meter-values background-traffic newest-csr-alone",
    "TC_B_02_CS": "refuses-trigger",
    "TC_B_02_CSMS": "inventory-while-pending pending-interval-0 pending-twice",
    "TC_B_06_CSMS": (
        "one-variable-more empty-instances explicit-attributes looks-first lower-case-names"
    ),
    "TC_B_07_CSMS": "backwards",
    "TC_B_08_CS": "backwards too-many-all-rejected too-many-call-error",
    "TC_B_12_CS": (
        "empty-instances "
        "by-default cooling-fan custom-data empty-last-part explained interrupted-reports "
        "lower-case-names many-report-parts no-parking-bay-sensor some-energy-for-refused "
        "upper-case-names"
    ),
    "TC_B_12_CSMS": "reports-beside short-ids",
    "TC_B_13_CS": (
        "store-of-two-certificates store-of-three-certificates "
        "auth-enabled-absent cache-always-enabled core-only csr-once no-cache-no-list "
        "no-offline-authorization "
        "offline-by-cache offline-by-list one-evse optional-variables-absent unsigned-readings "
        "no-energy-for-refused"
    ),
    "TC_B_15_CS": "no-summary",
    "TC_B_16_CS": "criteria-report-component",
    "TC_B_20_CS": (
        "drops-connections resets-later short-intervals slow-boot unavailable-before-reset"
    ),
    "TC_B_20_CSMS": "orders-twice slow-to-store",
    "TC_B_21_CS": (
        "offline-in-full "
        "cable-told-apart cable-told-apart-power-path continuous-numbers evse-in-every-event "
        "kept-end kept-transaction kept-unanswered-end "
        "kilowatt-hours "
        "metering power-path-by-charging-state remote-authorizes remote-energy-transfer "
        "remote-ev-connected remote-only remote-parking-bay remote-power-path-closed "
        "short-transaction-ids silent-stop slow-to-charge slow-to-charge-data-signed "
        "slow-to-unlock "
        "slow-to-unlock-power-path small-tokens start-button start-button-ev-connected "
        "state-in-every-event stop-in-two-events suspended-at-first tx-all-points "
        "tx-data-signed tx-energy-transfer tx-ev-connected tx-parking-bay tx-power-path-closed "
        "tx-start-authorized-stop-ev-connected tx-start-energy-stop-parking-bay "
        "tells-more tells-more-authorized tells-more-power-path "
        "other-connector-unavailable other-connector-occupied "
        "tx-data-signed-or-energy tx-energy-or-data-signed "
        "unavailable-while-reset-waits"
    ),
    "TC_B_21_CSMS": "asks-between-events generous tells-of-driver-each-time",
    "TC_B_25_CS": "unavailable-during-evse-reset",
    "TC_B_28_CS": "no-evse-reset",
    "TC_B_30_CS": "closes-while-rejected error-details",
    "TC_B_30_CSMS": "error-details",
    "TC_B_41_CS": ("unavailable-as-it-becomes-free unavailable-after-cable-while-reset-waits"),
    "TC_C_02_CSMS": "key-codes strangers-are-unknown",
    "TC_C_06_CSMS": "one-reason-to-refuse",
    "TC_F_01_CSMS": "evse-left-to-station small-tokens tells-more-of-a-start",
    "TC_F_06_CSMS": "other-evse",
    "TC_F_12_CSMS": "one-evse",
    "TC_K_38_CS": "little-power",
    "TC_F_20_CSMS": "place-in-every-trigger",
    "TC_E_03_CSMS": "stops-without-credit",
    "TC_E_25_CS": "asks-whose-cable-it-is",
    "TC_E_29_CS": "boots-at-reconnection",
    "TC_B_42_CSMS": "security-profile-3",
    "TC_B_45_CS": "reboot-required reboots-on-priority",
    "TC_B_49_CS": "reconnects-to-all takes-over-at-boot",
    "TC_B_51_CS": "cable-lock",
    "TC_B_53_CS": (
        "never-asks-again "
        "always-stops-on-ev-side auth-enabled-read-only back-off-read-only fixed-cable "
        "never-stops-on-ev-side nobody-authorized security-profile-1 security-profile-3 "
        "tx-points-read-only"
    ),
    "TC_C_32_CS": "volatile-cache",
    "TC_C_04_CS": "one-reader",
    "TC_C_05_CS": "cable-lock-ev-connected",
    "TC_C_15_CS": "counts-from-start",
    "TC_C_17_CS": "ends-for-refused",
    "TC_C_41_CS": "asks-afterwards",
    "TC_C_48_CS": "screen",
    "TC_E_43_CS": "slow-queue",
    "TC_F_07_CS": "lock-rests-closed",
    "TC_F_11_CS": "splits-triggered-values",
    "TC_F_12_CS": "main-meter-triggered",
    "TC_F_13_CS": "splits-triggered-events",
    "TC_J_02_CS": "aligned-values-in-events",
    "TC_J_03_CS": "keeps-aligned-values",
    "TC_L_01_CSMS": "updates-its-own-way",
    "TC_L_01_CS": (
        "activates-without-reboot reboots-to-install reboots-twice silent-boot-loader "
        "activates-unannounced activates-afterwards unavailable-while-updating "
        "unavailable-while-rebooting-to-install pauses-downloads fetches-in-parts"
    ),
    "TC_L_07_CS": "knows-missing-files",
    "TC_L_08_CS": (
        "fails-while-installing fails-after-reboot verifies-while-installing falls-back-by-reboot"
    ),
    "TC_L_10_CS": "tells-of-cancelled-update tells-of-cancelled-update-late",
    "TC_L_11_CS": "cancels-no-update",
    "TC_L_12_CS": "updates-before-the-cable-is-out",
    "TC_L_15_CS": "downloads-while-charging waits-in-silence installs-while-charging",
    "TC_L_16_CS": "updates-while-charging",
    "TC_L_18_CS": "unsigned-is-invalid",
    "TC_F_16_CS": (
        "files-by-https files-by-ftp files-by-ftps files-by-implicit-ftps files-by-sftp"
    ),
    "TC_N_25_CS": "log-tried-again log-by-put",
    "TC_N_25_CSMS": "fetches-other-log",
    "TC_N_26_CS": "log-attempts-told",
    "TC_N_27_CS": "customer-in-parts",
    "TC_N_28_CS": "customer-unknown-in-silence",
    "TC_N_36_CS": "log-cancelled-first",
    "TC_F_18_CS": "failed-update-before",
    "TC_G_17_CS": "available-when-unplugged",
    "TC_M_01_CS": "no-root-check sha-384-hashes sha-512-hashes upper-case-hashes",
    "TC_M_18_CS": "v2g-certificates",
    "TC_M_19_CS": "mobility-operator-roots",
    "TC_M_20_CS": "keeps-last-roots",
    "TC_M_31_CS": "drops-failed-root",
}


def shown_in(role: Role, variant: str) -> str:
    """The id of the case."""
    suffix = f"_{role.value}"
    found = (c for c, names in _SHOWS.items() if c.endswith(suffix) and variant in names.split())
    return next(found, _BOOT[role])
