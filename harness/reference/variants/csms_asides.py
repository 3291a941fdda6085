"""What a CSMS may ask of a station by itself, beside what its operator asks for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from harness import clock
from harness.reference.csms import Csms
from harness.reference.csms.stations import Station
from harness.reference.rpc import CallError, Disconnected, Payload
from harness.spec.editions import DEFAULT

Ask = Callable[[Station, str, Payload], Awaitable[Payload]]

_OFFLINE_THRESHOLD = {
    "component": {"name": "OCPPCommCtrlr"},
    "variable": {"name": "OfflineThreshold"},
}
_STANDBY = {
    "configurationSlot": 1,
    "connectionData": {
        "messageTimeout": 30,
        "ocppCsmsUrl": "wss://standby.example",
        "ocppInterface": "Wired0",
        "ocppTransport": "JSON",
        "ocppVersion": DEFAULT.network_profile,
        "securityProfile": 2,
    },
}
#: What is asked for by itself, in this order.
_ASIDES: Sequence[tuple[str, Payload]] = (
    ("SetNetworkProfile", _STANDBY),
    ("GetVariables", {"getVariableData": [_OFFLINE_THRESHOLD]}),
    ("SetVariables", {"setVariableData": [_OFFLINE_THRESHOLD | {"attributeValue": "777"}]}),
    ("GetBaseReport", {"reportBase": "SummaryInventory"}),
    ("GetReport", {"requestId": 0, "componentVariable": [_OFFLINE_THRESHOLD]}),
    ("GetTransactionStatus", {}),
    ("GetInstalledCertificateIds", {}),
    ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
)


def _numbered(station: Station, payload: Payload) -> Payload:
    """The request with a number of its own, so that none is like the one before."""
    number = next(station.numbers)
    if "connectionData" in payload:
        url = f"wss://standby-{number}.example"
        return payload | {"connectionData": payload["connectionData"] | {"ocppCsmsUrl": url}}
    reports = "reportBase" in payload or "requestId" in payload
    return payload | {"requestId": number} if reports else payload


async def _ask_aside(ask: Ask, station: Station) -> None:
    for action, payload in _ASIDES:
        with suppress(CallError, Disconnected, TimeoutError):
            await ask(station, action, _numbered(station, payload))


def provisions_after_boot(csms: Csms) -> None:
    """A moment after each boot a station is set up as the CSMS wants it."""
    after_boot = csms.requests.after_boot

    async def set_up(station: Station, *, trigger: bool) -> None:
        await after_boot(station, trigger=trigger)
        await clock.sleep(0.05)
        if station.registration == "Accepted":
            await _ask_aside(csms.requests.ask, station)

    csms.requests.after_boot = set_up


def looks_first(csms: Csms) -> None:
    """Whatever its operator asks for, it first brings up to date what it holds of the station."""
    ask = csms.requests.ask

    async def look_first(station: Station, action: str, payload: Payload) -> Payload:
        if station.registration == "Accepted":
            await _ask_aside(ask, station)
        return await ask(station, action, payload)

    csms.requests.ask = look_first


def reports_beside(csms: Csms) -> None:
    """Before a report is all there, another one is asked for."""
    answer, own = csms.answers.answer, set[object]()

    async def ask(station: Station, action: str, payload: Payload) -> Payload:
        ends = action == "NotifyReport" and not payload.get("tbc")
        if ends and payload["requestId"] not in own:
            more = {"requestId": next(station.numbers), "reportBase": "FullInventory"}
            own.add(more["requestId"])
            await csms.requests.quietly(station, "GetBaseReport", more)
        return await answer(station, action, payload)

    csms.answers.answer = ask


#: What may be ordered twice without harm.
_AGAIN = ("Reset", "RequestStopTransaction", "SetNetworkProfile", "CertificateSigned")


def orders_twice(csms: Csms) -> None:
    """What a station has accepted to do is ordered again at once; no requirement forbids it."""
    send = csms.requests.send

    async def again(station: Station, action: str, payload: Payload) -> Payload:
        answer = await send(station, action, payload)
        if action in _AGAIN and answer.get("status") in ("Accepted", "Scheduled"):
            with suppress(CallError, Disconnected, TimeoutError):
                await send(station, action, payload)
        return answer

    csms.requests.send = again


def fetches_other_log(csms: Csms) -> None:
    """Whichever log is wanted, the other one is asked for before it."""
    ask, numbers = csms.requests.ask, itertools.count(7777)

    async def both(station: Station, action: str, payload: Payload) -> Payload:
        if action == "GetLog":
            other = {"DiagnosticsLog": "SecurityLog", "SecurityLog": "DiagnosticsLog"}
            first = {**payload, "logType": other[payload["logType"]], "requestId": next(numbers)}
            await ask(station, action, first)
        return await ask(station, action, payload)

    csms.requests.ask = both


_TIME_SOURCE = {"component": {"name": "ClockCtrlr"}, "variable": {"name": "TimeSource"}}


def one_variable_more(csms: Csms) -> None:
    """Whatever variables are wanted, another one is read or set in the same request."""
    send = csms.requests.send

    async def more(station: Station, action: str, payload: Payload) -> Payload:
        for name, item in (
            ("getVariableData", _TIME_SOURCE),
            ("setVariableData", _TIME_SOURCE | {"attributeValue": "Heartbeat"}),
        ):
            if len(payload.get(name, [])) in (1, 2):
                payload = payload | {name: [item, *payload[name]]}
        return await send(station, action, payload)

    csms.requests.send = more


def stops_without_credit(csms: Csms) -> None:
    """A driver whose credit is used up is stopped as soon as energy flows (F03.FR.01)."""
    answer, stopping = csms.answers.answer, set[asyncio.Task[None]]()

    async def stop(station: Station, action: str, payload: Payload) -> Payload:
        info: Payload = payload.get("transactionInfo", {})
        if action == "TransactionEvent" and info.get("chargingState") == "Charging":
            this = {"transactionId": info["transactionId"]}
            task = asyncio.create_task(
                csms.requests.quietly(station, "RequestStopTransaction", this)
            )
            stopping.add(task)
            task.add_done_callback(stopping.discard)
        return await answer(station, action, payload)

    csms.answers.answer = stop
