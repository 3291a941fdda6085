"""The two roles that a system under test can have."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Which side of the connection is under test, as Part 6 abbreviates it."""

    STATION = "CS"
    CSMS = "CSMS"
