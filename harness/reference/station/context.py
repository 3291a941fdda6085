"""What the parts of a station may ask of it.

A part is given the parts below it. What it asks of the station itself stands in a protocol: this
one, or one of its own module that adds to it. Faults and variants replace methods on a running
station, so parts look methods up when they call them and keep none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Protocol

from harness.reference.rpc import Payload
from harness.reference.station.config import StationConfig
from harness.reference.station.device_model import DeviceModel
from harness.reference.station.state import Evse, Memory


class StationContext(Protocol):
    """What the station is and remembers, its time, its tasks, and its line to the CSMS."""

    config: StationConfig
    model: DeviceModel
    memory: Memory
    evses: dict[int, Evse]

    @property
    def online(self) -> bool:
        """Whether messages can be sent: connected and accepted."""
        ...

    @property
    def security_profile(self) -> int:
        """The security profile in use."""
        ...

    def clock(self) -> datetime:
        """The station's own time, UTC."""
        ...

    def now(self) -> str:
        """The station's own time as RFC 3339 text in UTC."""
        ...

    def spawn(self, job: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background until it ends or the power does."""
        ...

    def later(self, seconds: float, act: Callable[[], None]) -> asyncio.Task[None]:
        """Do something after a while, unless the power ends before."""
        ...

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a CALL and return the payload of its answer; see ``Station.call``."""
        ...
