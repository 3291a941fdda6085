"""How stations differ in booting, resets and their network (block B)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import station_behaviour as behaviour
from harness.reference.variants import station_choices as choices
from harness.reference.variants import wire
from harness.reference.variants.variant import Variant

BOOT: Mapping[str, Variant] = {
    "introduced": Variant("BootNotification with all fields (B01)", alter=wire.introduced),
    "no-evse-reset": Variant(
        "resetting a single EVSE is optional (B11.FR.09)",
        {"supports_evse_reset": False},
        removes=frozenset({"C-13"}),
    ),
    "unavailable-first": Variant(
        "connectors pass through Unavailable after a boot", {"unavailable_first": True}
    ),
    "unavailable-before-reset": Variant(
        "connectors become Unavailable before a reset (B11.FR.03)",
        alter=behaviour.unavailable_before_reset,
    ),
    "unavailable-during-evse-reset": Variant(
        "an EVSE is Unavailable while it is reset (B11.FR.08)", {"report_evse_reset": True}
    ),
    "unavailable-while-reset-waits": Variant(
        "free EVSEs are Unavailable while a reset waits (B12)",
        {"unavailable_while_reset_waits": True},
    ),
    "unavailable-as-it-becomes-free": Variant(
        "an EVSE that becomes free is Unavailable while a reset waits (B12, step 3a)",
        {"tx_stop_points": ("EVConnected", "Authorized"), "unavailable_while_reset_waits": True},
        alter=choices.unavailable_as_it_becomes_free,
    ),
    "unavailable-after-cable-while-reset-waits": Variant(
        "the same, where the cable ends the transaction",
        {"tx_stop_points": ("EVConnected",)},
        alter=choices.unavailable_as_it_becomes_free,
    ),
    "boots-at-reconnection": Variant(
        "a BootNotification at every connection should not be, no more (Part 4, 5.3)",
        alter=choices.boots_at_reconnection,
    ),
    "security-event-first": Variant(
        "the security event before the states (A04, B01)", alter=behaviour.security_event_first
    ),
    "closes-while-rejected": Variant(
        "a rejected station may close the connection (B03.FR.04)", {"close_while_rejected": True}
    ),
    "refuses-trigger": Variant(
        "no trigger for BootNotification (F06.FR.08)",
        removes=frozenset({"C-29.6"}),
        alter=behaviour.refuses_trigger_while_pending,
    ),
    "drops-connections": Variant(
        "a reboot closes no connection in an orderly way", alter=behaviour.drops_connections
    ),
    "slow-boot": Variant("a reboot takes its time", {"reset_time": 60.0}),
    "resets-later": Variant("a reset takes a moment to begin", alter=behaviour.resets_later),
    "reboot-required": Variant(
        "a new network priority may need a reboot (B09, B10)", {"priority_needs_reboot": True}
    ),
    "takes-over-at-boot": Variant(
        "variables may need a reboot (SetVariableStatusEnumType)",
        alter=behaviour.takes_over_at_boot,
    ),
    "reboots-on-priority": Variant(
        "a new network priority may reboot the station", {"reboot_on_priority_change": True}
    ),
    "reconnects-to-all": Variant(
        "after all profiles failed, all are tried again (B10.FR.08)",
        {
            "reconnect": "all",
            "values": {"OCPPCommCtrlr.NetworkProfileConnectionAttempts": "1"},
        },
    ),
    "security-profile-1": Variant("Basic authentication without TLS", {}, {"security_profile": 1}),
    "security-profile-3": Variant("TLS with a client certificate", {}, {"security_profile": 3}),
}
