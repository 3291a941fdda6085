"""The embedded reference charging station."""

from harness.reference.station.config import StationConfig
from harness.reference.station.station import NotFittedError, Station

__all__ = ["NotFittedError", "Station", "StationConfig"]
