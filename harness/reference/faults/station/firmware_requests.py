"""Faults in what a station makes of a request for an update, beside another one too (block L)."""

from __future__ import annotations

import asyncio
from typing import Any

from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    replaces,
)
from harness.reference.faults.station.words import handles
from harness.reference.rpc import Answer, Payload


@replaces("firmware.begin")
async def _keeps_first_number(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> None:
    first = station.firmware._request_id
    under_way = station.firmware.updating
    await original(asked)
    if under_way:
        mark_triggered()
        station.firmware._request_id = first


@replaces("firmware.begin")
async def _both_go_on(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> None:
    firmware = station.firmware
    if not firmware.updating:
        await original(asked)
        return
    mark_triggered()
    first, number = firmware._update, firmware._request_id
    firmware._update = None
    await original(asked)
    second = firmware._request_id
    tell = firmware.tell

    def told(status: str) -> None:
        of_first = asyncio.current_task() is first
        firmware._request_id = number if of_first else second
        tell(status)

    firmware.tell = told


@handles("UpdateFirmware")
async def _stops_all_the_same(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    firmware = station.firmware
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected" and firmware.updating:
        mark_triggered()
        firmware._update.cancel()
    return answer


@handles("UpdateFirmware")
async def _takes_number_of_refused(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected" and station.firmware.updating:
        mark_triggered()
        station.firmware._request_id = asked["requestId"]
    return answer


@handles("UpdateFirmware")
async def _takes_unsigned(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if "signingCertificate" in asked["firmware"]:
        return await original(asked)
    mark_triggered()
    return Answer({"status": "Accepted"}, lambda: station.firmware.begin(asked))


@handles("UpdateFirmware")
async def _fetches_before_it_asks(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "InvalidCertificate":
        mark_triggered()
        return Answer(answer.payload, lambda: station.firmware.begin(asked))
    return answer


FAULTS = (
    Fault(
        "refused-and-fetched",
        "An update whose certificate was found invalid is carried out.",
        _fetches_before_it_asks,
        "L01.FR.21",
        ("TC_L_05_CS", "3"),
    ),
    Fault(
        "first-number-kept",
        "An update that takes the place of another is told under its number.",
        _keeps_first_number,
        "L01.FR.10",
        ("TC_L_10_CS", "7"),
    ),
    Fault(
        "cancelled-update-goes-on",
        "An update that was cancelled goes on beside the other.",
        _both_go_on,
        "L01.FR.24",
        ("TC_L_10_CS", "22"),
    ),
    Fault(
        "refused-update-stops-the-first",
        "Having refused another update, the station stops the one under way.",
        _stops_all_the_same,
        "L01.FR.27",
        ("TC_L_11_CS", "7"),
        variant="cancels-no-update",
    ),
    Fault(
        "number-of-refused-update",
        "Having refused another update, the station tells of the first under its number.",
        _takes_number_of_refused,
        "L01.FR.10",
        ("TC_L_11_CS", "7"),
        variant="cancels-no-update",
    ),
    Fault(
        "unsigned-firmware-accepted",
        "An update without certificate and signature is accepted.",
        _takes_unsigned,
        "L01.FR.21",
        ("TC_L_18_CS", "2"),
    ),
)
