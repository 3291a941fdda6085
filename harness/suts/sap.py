"""Hands for SAP's e-mobility charging stations simulator, over its UI server (ui0.0.1).

The simulator has no driver, cable or vehicle of its own: it sends the events that it is told to.
What a driver's act means for a transaction is in ``harness.suts.sap_session``; everything that the
simulator decides by itself (answers, resets, boots, connector states around a transaction) is left
to it. What it has no way to do is Unsupported.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.templates import excerpt
from harness.suts.sap_session import (
    Call,
    Place,
    demand,
    plug_in,
    points_of,
    present,
    refused,
    unplug,
)

_UI_PROTOCOL = Subprotocol("ui0.0.1")
#: What the simulator says of an event that it keeps until it is connected again, and of one that
#: the CSMS has answered with a CALLERROR: the driver has acted all the same.
_TOLD = ("buffered message", "handleErrorMessage")
_DENIED = ("idTokenInfo",)

#: The simulator says nothing of an event before the CSMS has answered it: seconds to wait for that.
_ANSWERED = 5.0
#: Seconds between two looks at what it shows.
_LOOK = 0.5

Object = dict[str, Any]
Done = TypeVar("Done")


class SapSimulator:
    """One simulated station, found by its identity; ``url``: UI server, ``timeout``: seconds."""

    def __init__(self, identity: str, url: str, timeout: float = 60.0) -> None:
        self._identity = identity
        self._url = url
        self._timeout = timeout
        self._places: dict[int, Place] = {}
        self._unfinished: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Nothing yet: every action makes its own connection."""

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        match action:
            case "power_cycle":
                await self._power_cycle()
            case "plug_in":
                station = await self._station()
                place = self._place(station, parameters["evse"], parameters["connector"])
                await self._do(place, plug_in(place, points_of(station, "Start")))
            case "unplug":
                station = await self._station()
                place = self._place(station, parameters["evse"], parameters["connector"])
                await self._do(place, unplug(place, points_of(station, "Stop")))
            case "present_token":
                await self._present(parameters)
            case "ev_suspend" | "ev_ready":
                place = self._place(await self._station(), parameters["evse"])
                await self._do(place, demand(place, draws=action == "ev_ready"))
            case _:
                raise Unsupported(f"the simulator has no way to {action}")

    async def close(self) -> None:
        """Wait for no answer any more."""
        unfinished = list(self._unfinished)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _power_cycle(self) -> None:
        """Take the station away and add it anew: stopping it alone keeps what it has in memory."""
        self._places.clear()
        about = (await self._station())["stationInfo"]
        taken = {"hashIds": [about["hashId"]], "deleteConfiguration": False}
        # Its answer may come as late as a minute after the station is gone: the list tells.
        gone = asyncio.ensure_future(self._exchange(Call("deleteChargingStations", taken)))
        deadline = time.monotonic() + self._timeout
        try:
            # The other side is another program: there is nothing to wait on but its list.
            while await self._stations() and time.monotonic() < deadline:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.1)
        finally:
            gone.cancel()
        added = {"template": about["templateName"], "numberOfStations": 1}
        await self._exchange(Call("addChargingStations", added))

    async def _present(self, parameters: Object) -> None:
        station = await self._station()
        place = self._place(station, parameters["evse"])
        token = {"idToken": parameters["id_token"], "type": parameters["type"]}
        if place.would_stop(token):
            await self._do(place, present(place, token, points_of(station, "Stop")))
            return
        answer = await self._exchange(Call("authorize", {"idToken": token}), _DENIED)
        if refused(answer):
            return
        await self._do(place, present(place, token, points_of(station, "Start")))

    async def _do(self, place: Place, calls: list[Call]) -> None:
        for call in calls:
            # A stop by the CSMS may have ended the transaction while we were telling of the cable.
            if call.payload.get("eventType") == "Ended" and not await self._runs(place):
                continue
            answer = await self._tell(call)
            if call.procedure == "transactionEvent":
                place.kept = answer.get("status") != "success"
                if place.kept:
                    self._begin(self._let_show(place))

    async def _tell(self, call: Call) -> Object:
        """The simulator's answer, {} while the CSMS leaves the message unanswered."""
        exchange = self._begin(self._exchange(call, _TOLD))
        done, _ = await asyncio.wait([exchange], timeout=_ANSWERED)
        return exchange.result() if done else {}

    def _begin(self, work: Coroutine[Any, Any, Done]) -> asyncio.Task[Done]:
        """Let it go on in the background, no longer than this operator is in use."""
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    async def _let_show(self, place: Place) -> None:
        """Wait until the simulator shows the transaction that it held back: it may end it then."""
        with suppress(OperatorFailed):
            while place.kept and self._places.get(place.evse) is place:
                shown = _running(_connectors(await self._station(), place.evse))
                place.follow(shown)
                # The other side is another program: there is nothing to wait on but its list.
                await asyncio.sleep(_LOOK)

    async def _runs(self, place: Place) -> bool:
        shown = _connectors(await self._station(), place.evse)
        return place.kept or any(each.get("transactionStarted") for each in shown.values())

    # -- the simulator

    async def _station(self) -> Object:
        """What the simulator shows of the station."""
        for station in await self._stations():
            return station
        raise OperatorFailed(f"the simulator has no station {self._identity}")

    async def _stations(self) -> list[Object]:
        answer = await self._exchange(Call("listChargingStations", {}))
        listed = cast("list[Object]", answer.get("chargingStations", []))
        return [
            each
            for each in listed
            if each.get("stationInfo", {}).get("chargingStationId") == self._identity
        ]

    def _place(self, station: Object, evse: int, connector: int | None = None) -> Place:
        """What is known of an EVSE, brought in line with what the simulator shows."""
        shown = _connectors(station, evse)
        if not shown:
            raise OperatorFailed(f"the simulator has no EVSE {evse}")
        number = next(iter(shown)) if connector is None else connector
        place = self._places.setdefault(evse, Place(evse, number))
        place.follow(_running(shown))
        return place

    async def _exchange(self, call: Call, tolerated: Sequence[str] = ()) -> Object:
        """The simulator's answer; a failure that names one of ``tolerated`` is one too."""
        try:
            async with asyncio.timeout(self._timeout):
                async with connect(
                    self._url, subprotocols=[_UI_PROTOCOL], max_size=None, proxy=None
                ) as ui:
                    answer = await _asked(ui, call)
        except TimeoutError as error:
            raise OperatorFailed(f"no answer within {self._timeout:g} s") from error
        except (OSError, InvalidHandshake, ConnectionClosed) as error:
            raise OperatorFailed(f"{self._url}: {error}") from error
        said = json.dumps(answer)
        if answer.get("status") != "success" and not any(each in said for each in tolerated):
            raise OperatorFailed(f"{call.procedure}: {excerpt(said)}")
        return answer


async def _asked(ui: ClientConnection, call: Call) -> Object:
    """Ask and wait for the answer; what the server tells of its own accord is passed over."""
    request_id = str(uuid.uuid4())
    await ui.send(json.dumps([request_id, call.procedure, call.payload]))
    async for text in ui:
        frame: Any = json.loads(text)
        if isinstance(frame, list) and cast("list[Any]", frame)[:1] == [request_id]:
            return cast("list[Any]", frame)[1]
    raise OperatorFailed("the UI server closed the connection before it answered")


def _connectors(station: Object, evse: int) -> dict[int, Object]:
    """Connector id: its state, as the simulator shows them for an EVSE."""
    for entry in cast("list[Object]", station.get("evses", [])):
        if entry.get("evseId") == evse:
            states = cast("list[Object]", entry["evseStatus"]["connectors"])
            return {int(each["connectorId"]): each["connectorStatus"] for each in states}
    return {}


def _running(connectors: dict[int, Object]) -> str:
    """The transaction that is shown at one of them, "" for none."""
    shown = next((each for each in connectors.values() if each.get("transactionStarted")), None)
    return str(shown.get("transactionId", "")) if shown else ""
