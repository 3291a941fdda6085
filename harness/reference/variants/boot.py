"""How stations differ in booting, resets and their network (block B)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference import alterations as wire
from harness.reference import station_alterations as ways
from harness.reference.variants.personality import Personality

BOOT: Mapping[str, Personality] = {
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
    "takes-over-at-boot": Personality(
        "variables may need a reboot (SetVariableStatusEnumType)", alter=ways.takes_over_at_boot
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
