"""How stations differ in what they are built of."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants.variant import Variant

HARDWARE: Mapping[str, Variant] = {
    "one-evse": Variant("a single EVSE", {"evses": {1: (1,)}}, {"evses": {1: (1,)}}),
    "two-connectors": Variant(
        "an EVSE with two connectors", {"evses": {1: (1, 2)}}, {"evses": {1: (1, 2)}}
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
    "cooling-fan": Variant(
        "variables with Target, MinSet and MaxSet (Part 1, 4)", {"cooling_fan": True}
    ),
}
