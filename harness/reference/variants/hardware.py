"""How stations differ in what they are built of."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import station_choices as choices
from harness.reference.variants import station_contacts as contacts
from harness.reference.variants import station_remote as remote
from harness.reference.variants.variant import Variant

_PAIRS = {1: (1, 2), 2: (1, 2)}

HARDWARE: Mapping[str, Variant] = {
    "one-evse": Variant("a single EVSE", {"evses": {1: (1,)}}, {"evses": {1: (1,)}}),
    "two-connectors": Variant(
        "an EVSE with two connectors", {"evses": {1: (1, 2)}}, {"evses": {1: (1, 2)}}
    ),
    "other-connector-unavailable": Variant(
        "nobody can use the other connector of an EVSE in use (ConnectorStatusEnumType, E01.FR.14)",
        {"evses": _PAIRS},
        {"evses": _PAIRS},
        alter=choices.others_are("Unavailable"),
    ),
    "other-connector-occupied": Variant(
        "the same, told as Occupied (ConnectorStatusEnumType)",
        {"evses": _PAIRS, "connector_events": "NotifyEvent"},
        {"evses": _PAIRS},
        alter=choices.others_are("Occupied"),
    ),
    "three-evses": Variant(
        "EVSEs with different numbers of connectors",
        {"evses": {1: (1, 2), 2: (1,), 3: (1, 2, 3)}},
        {"evses": {1: (1, 2), 2: (1,), 3: (1, 2, 3)}},
    ),
    "dc": Variant("direct current (Part 5, HFS-4)", adds=frozenset({"HFS-4"})),
    "fixed-cable": Variant(
        "the cable belongs to the station (Part 2, UnlockOnEVSideDisconnect)",
        adds=frozenset({"HFS-2"}),
        removes=frozenset({"HFS-1", "C-12.1"}),
    ),
    "lock-rests-closed": Variant(
        "a lock that nothing but a plug opens (F05.FR.05, F05.FR.06)",
        alter=remote.lock_rests_closed,
    ),
    "slow-contacts": Variant(
        "takes what follows at once for the bouncing of a contact", alter=contacts.slow_contacts
    ),
    "available-when-unplugged": Variant(
        "Available for a moment before what was scheduled is carried out (G01.FR.05: a warning)",
        {"tx_stop_points": ("EVConnected",)},
        alter=contacts.available_when_unplugged,
    ),
    "cooling-fan": Variant(
        "variables with Target, MinSet and MaxSet (Part 1, 4)", {"cooling_fan": True}
    ),
}
