"""What stations may do differently in an update of firmware (L01)."""

from __future__ import annotations

from harness import clock
from harness.reference.rpc import Payload
from harness.reference.station import Station

#: Seconds for which a download rests.
_PAUSE = 20.0


def pauses_download(station: Station) -> None:
    """Something goes before the download, which then goes on (L01.FR.14)."""
    fetch = station.firmware.fetch

    async def fetch_later(request: Payload) -> bytes:
        station.firmware.tell("DownloadPaused")
        await clock.sleep(_PAUSE)
        station.firmware.tell("Downloading")
        return await fetch(request)

    station.firmware.fetch = fetch_later


def reconnects_after_update(station: Station) -> None:
    """New firmware that needs no reboot asks for the protocol version anew (L01.FR.28, note)."""
    installed = station.firmware.installed

    def reconnect() -> None:
        installed()
        station.later(2.0, station.reconnect)

    station.firmware.installed = reconnect
