"""How stations differ in how drivers are authorized (blocks C and F)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import station_choices as choices
from harness.reference.variants import wire
from harness.reference.variants.variant import Variant

_NO_READER = frozenset({"C-30", "C-31", "C-32"})
_BUTTON = frozenset({"C-35"})
_CACHE = frozenset({"C-49", "C-53", "C-59"})
_LISTS = frozenset(
    {
        "Core",
        "Advanced Security",
        "Advanced Device Management",
        "Reservation",
        "Local Authorization List Management",
    }
)


def _remote(start: str, stop: str, **values: str) -> Variant:
    config = {"tx_start_points": (start,), "tx_stop_points": (stop,), "values": values}
    return Variant(
        "a transaction started and stopped by the CSMS (F01 to F03)",
        {"remote_only": True, **config},
        {"authorization": "remote"},
        removes=_NO_READER,
    )


DRIVERS: Mapping[str, Variant] = {
    "remote-only": Variant(
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
    "start-button": Variant(
        "a start button in place of a reader (C02)",
        {"start_button": True},
        {"start_button": True},
        adds=_BUTTON,
        removes=_NO_READER,
    ),
    "start-button-ev-connected": Variant(
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
    "small-tokens": Variant("idTokens are case-insensitive (IdTokenType)", alter=wire.small_tokens),
    "auth-enabled-absent": Variant(
        "AuthCtrlr.Enabled is optional (2.3.1)", {"absent": frozenset({"AuthCtrlr.Enabled"})}
    ),
    "auth-enabled-read-only": Variant(
        "AuthCtrlr.Enabled may be fixed (Part 6, state Authorized)",
        {"read_only": frozenset({"AuthCtrlr.Enabled"})},
    ),
    "nobody-authorized": Variant(
        "AuthCtrlr.Enabled may be fixed: false (2.3.1; Part 6, state Authorized)",
        {
            "read_only": frozenset({"AuthCtrlr.Enabled"}),
            "values": {"AuthCtrlr.Enabled": "false"},
        },
    ),
    "asks-whose-cable-it-is": Variant(
        "who wants a locked cable back is authorized (E09.FR.03)",
        alter=choices.asks_whose_cable_it_is,
    ),
    "cable-lock": Variant(
        "nothing can be plugged in before authorization (Part 5, AQ-2)",
        {"cable_lock": True},
        adds=frozenset({"AQ-2"}),
    ),
    "cable-lock-ev-connected": Variant(
        "the same, where the cable begins the transaction (Part 5, AQ-2)",
        {
            "cable_lock": True,
            "tx_start_points": ("EVConnected",),
            "tx_stop_points": ("EVConnected",),
        },
        adds=frozenset({"AQ-2"}),
    ),
    "one-reader": Variant(
        "one reader for all EVSEs (Part 6, TC_C_04_CS)", alter=choices.one_reader
    ),
    "asks-afterwards": Variant(
        "who has stopped is asked about afterwards (C09.FR.04)", alter=choices.asks_afterwards
    ),
    "counts-from-start": Variant(
        "the energy of a refused driver counts from his start (2.6.7, E05.FR.02)",
        alter=choices.counts_from_start,
    ),
    "ends-for-refused": Variant(
        "stop points that are fixed end the transaction of a refused driver (E06.FR.04)",
        {"tx_points_read_only": True},
        removes=frozenset(
            {
                *("C-51", "C-52", "C-42", "C-09.3", "C-09.4", "C-09.5", "C-09.6"),
                *("C-10.3", "C-10.4", "C-10.5"),
            }
        ),
        alter=choices.ends_for_refused,
    ),
    "no-offline-authorization": Variant(
        "nobody is authorized while the CSMS cannot be asked (Part 5, C-01)",
        {"cache": False, "local_list": False, "offline_unknown": False},
        removes=frozenset({"C-01", "C-02"}) | _CACHE,
    ),
    "offline-by-list": Variant(
        "offline only drivers of the Local List are known (C13)",
        {"cache": False, "offline_unknown": False},
        {"profiles": _LISTS},
        removes=frozenset({"C-02"}) | _CACHE,
    ),
    "offline-by-cache": Variant(
        "offline only drivers who charged before are known (C10, C12)",
        {"local_list": False, "offline_unknown": False},
        removes=frozenset({"C-02"}),
    ),
    "no-cache-no-list": Variant(
        "Authorization Cache and Local List are optional (C10, D01)",
        {"cache": False, "local_list": False},
        removes=_CACHE,
    ),
    "volatile-cache": Variant(
        "the Authorization Cache is lost at a reboot (C10.FR.02: should not be)",
        sut={"volatile_cache": True},
        alter=choices.forgets_drivers,
    ),
    "cache-always-enabled": Variant(
        "AuthCacheCtrlr.Enabled is optional (2.4.1)",
        {"absent": frozenset({"AuthCacheCtrlr.Enabled"})},
    ),
    "never-asks-again": Variant(
        "DisablePostAuthorize may be fixed: true (2.4.6)",
        {
            "read_only": frozenset({"AuthCacheCtrlr.DisablePostAuthorize"}),
            "values": {"AuthCacheCtrlr.DisablePostAuthorize": "true"},
        },
        removes=frozenset({"C-59"}),
    ),
    "screen": Variant(
        "a screen on which the holder of a master pass chooses (C16.FR.01; Part 5, C-07)",
        adds=frozenset({"C-07"}),
        removes=frozenset({"C-08"}),
    ),
}
