"""The ids of Part 5 (chapters 2, 3 and appendices A and B, errata 2025-09 included), as data."""

from __future__ import annotations

from harness.spec.features import Features
from harness.spec.roles import Role


def _ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BOTH = _ids(
    "C-13 C-14 C-29.1 C-29.2 C-29.3 C-29.4 C-29.5 C-30 C-31 C-32 C-33 C-34 C-35 C-36 C-37 C-38 "
    "C-39 R-1 R-2 ISO-4"
)
_STATION = _ids(
    "C-01 C-02 C-03 C-04 C-06.1 C-06.2 C-07 C-08 C-09.1 C-09.2 C-09.3 C-09.4 C-09.5 C-09.6 C-10.1 "
    "C-10.2 C-10.3 C-10.4 C-10.5 C-12.1 C-12.2 C-20 C-21 C-23 C-25 C-26 C-28 C-29.6 C-40 C-40.1 "
    "C-40.2 C-40.3 C-40.4 C-40.5 C-41 C-42 C-43 C-47 C-48.1 C-48.2 C-49 C-51 C-52 C-53 C-54 C-56 "
    "C-57 C-58 C-59 C-60 C-61 C-70 C-71 C-72 C-75 AS-2 AS-3 SC-2.1 SC-2.2 R-3 DM-3 ISO-5 LA-1 LA-3 "
    "UI-1.1 UI-1.2 UI-1.3 UI-2.1 UI-2.2 UI-2.3 UI-2.4 AQ-1 AQ-2 AQ-3 AQ-4 AQ-5 AQ-6 AQ-7 AQ-8 AQ-9 "
    "AQ-10 AQ-11 AQ-18 HFS-1 HFS-2 HFS-3 HFS-4 HFS-5 HFS-6 HFS-7 HFS-9 HFS-10"
)
_CSMS = _ids(
    "C-11 C-15 C-16 C-17 C-44 C-45 C-46 C-50.1 C-50.2 SC-4 LA-2 AQ-12 AQ-13.1 AQ-13.2 AQ-14.1 "
    "AQ-14.2 AQ-16 AQ-17 C-61"
)

FEATURES = Features(
    profiles=(
        "Core",
        "Advanced Security",
        "Local Authorization List Management",
        "Smart Charging",
        "Advanced Device Management",
        "Reservation",
        "Advanced User Interface",
        "ISO 15118 Support",
    ),
    subtypes=("Mode 1/2-only Charging Station", "Wireless Charging Station"),
    counted=("HFS-8",),
    known={Role.STATION: _BOTH | _STATION, Role.CSMS: _BOTH | _CSMS},
    # Errata 5.6, 5.22, 5.23.
    renamed={
        Role.STATION: {"ISO-3": "AQ-11"},
        Role.CSMS: {
            "AQ-1": "AQ-17",
            "AQ-2": "AQ-12",
            "AQ-3.1": "AQ-13.1",
            "AQ-3.2": "AQ-13.2",
            "AQ-4.1": "AQ-14.1",
            "AQ-4.2": "AQ-14.2",
            "AQ-6": "AQ-16",
            "AQ-11": "AQ-17",
        },
    },
    # Part 5, 3.1 and 3.2.
    one_of={
        Role.STATION: (
            ("C-06.1", "C-06.2"),
            ("C-09.1", "C-09.2", "C-09.3", "C-09.4", "C-09.5", "C-09.6"),
            ("C-10.1", "C-10.2", "C-10.3", "C-10.4", "C-10.5"),
            ("C-12.1", "C-12.2"),
            ("C-36", "C-37", "C-38", "C-39"),
            ("C-48.1", "C-48.2"),
        ),
        Role.CSMS: (("C-50.1", "C-50.2"),),
    },
    start_points={
        "C-09.1": "EVConnected",
        "C-09.2": "Authorized",
        "C-09.3": "DataSigned",
        "C-09.4": "PowerPathClosed",
        "C-09.5": "EnergyTransfer",
        "C-09.6": "ParkingBayOccupancy",
    },
    stop_points={
        "C-10.1": "EVConnected",
        "C-10.2": "Authorized",
        "C-10.3": "PowerPathClosed",
        "C-10.4": "EnergyTransfer",
        "C-10.5": "ParkingBayOccupancy",
    },
)
