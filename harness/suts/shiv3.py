"""Hands for shiv3's ocpp-cp-simulator, over the MCP endpoint of its server.

Its connector N is EVSE N with connector 1. It has states of a connector and a button that starts or
stops a transaction, but no cable: what is plugged in is kept here, and told as a connector's state.
What becomes of that on the wire is the simulator's own doing.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, cast

import aiohttp

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.templates import excerpt

Object = dict[str, Any]

#: The only type of idToken that it sends.
_TYPE = "ISO14443"

#: Seconds without power: it takes the late end of the old connection for that of the new one.
_OFF = 1.0


class Shiv3:
    """One simulated station, found by its identity; ``url``: its server, ``timeout``: seconds."""

    def __init__(self, identity: str, url: str, timeout: float = 35.0) -> None:
        self._identity = identity
        self._url = f"{url.rstrip('/')}/mcp"
        self._timeout = timeout
        self._plugged: set[int] = set()
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        match action:
            case "power_cycle":
                await self._power_cycle()
            case "plug_in":
                await self._plug_in(parameters["evse"])
            case "unplug":
                self._plugged.discard(parameters["evse"])
                await self._show(parameters["evse"], "Available")
            case "present_token":
                await self._present(**parameters)
            case "ev_suspend":
                await self._show(parameters["evse"], "SuspendedEV")
            case "ev_ready":
                await self._show(parameters["evse"], "Charging")
            case _:
                raise Unsupported(f"the simulator has no way to {action}")

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()

    async def _power_cycle(self) -> None:
        await self._call("disconnect")
        await asyncio.sleep(_OFF)
        # It is on, whether the CSMS takes it or not; it tries again by itself.
        with suppress(OperatorFailed):
            await self._call("connect")

    async def _plug_in(self, evse: int) -> None:
        self._plugged.add(evse)
        await self._show(evse, "Charging" if await self._runs(evse) else "Preparing")

    async def _present(self, id_token: str, type: str, evse: int) -> None:
        if type != _TYPE:
            raise Unsupported(f"the simulator sends no idToken of type {type}")
        running = await self._runs(evse)
        if running and running.upper() != id_token.upper():
            await self._call("authorize", tagId=id_token)
        elif running:
            await self._call("stop_transaction", connector=evse)
            await self._follow_cable(evse, "Finishing")
        else:
            await self._call("start_transaction", connector=evse, tagId=id_token)
            if await self._runs(evse):
                await self._follow_cable(evse, "Charging")

    async def _follow_cable(self, evse: int, status: str) -> None:
        """The state that a connector has while a cable is in it."""
        if evse in self._plugged:
            await self._show(evse, status)

    async def _show(self, evse: int, status: str) -> None:
        await self._call("update_connector_status", connector=evse, status=status)

    async def _runs(self, evse: int) -> str:
        """The idToken of the transaction at an EVSE, "" if none runs."""
        station = await self._call("status")
        for connector in cast("list[Object]", station["connectors"]):
            if connector["id"] == evse:
                return str(connector.get("transactionTagId") or "")
        raise OperatorFailed(f"the simulator has no connector {evse}")

    async def _call(self, method: str, **params: Any) -> Any:
        if self._session is None:
            raise OperatorFailed("the operator was not started")
        arguments = {"method": method, "cpId": self._identity, "params": params}
        call = {"name": "call_method", "arguments": arguments}
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        accepted = {"Accept": "application/json, text/event-stream"}
        try:
            async with self._session.post(self._url, json=request, headers=accepted) as response:
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OperatorFailed(f"{method}: {type(error).__name__} {error}") from error
        return result_in(text)


def result_in(text: str) -> Any:
    """What a method returned, by the answer of the endpoint, in JSON or as one server-sent event.

    Raises:
        OperatorFailed: it says that the method failed, or cannot be understood.
    """
    data = [line[5:] for line in text.splitlines() if line.startswith("data:")]
    try:
        result = json.loads("".join(data) or text)["result"]
        said = str(result["content"][0]["text"])
        if result.get("isError"):
            raise OperatorFailed(excerpt(said))
        return json.loads(said) if said.startswith(("{", "[")) else None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise OperatorFailed(f"unexpected answer {excerpt(text)}") from error
