"""The fake station: what a case says to a CSMS under test."""

from __future__ import annotations

import asyncio
import ssl
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from harness.answers import now
from harness.device_data import Variable
from harness.operators.hands import Buttons
from harness.peer import Peer, Reply
from harness.station_model import StationModel
from harness.sut import Sut
from harness.transcript import Transcript
from harness.verdict import CaseStopped, StopKind
from harness.wire import MAX_FRAME, SUBPROTOCOL, Frame, Payload, Wire

#: reportData elements in one NotifyReport: few, so that every report has several parts.
_REPORT_PART = 6


@dataclass(frozen=True)
class State:
    """A reusable state of Part 6: its name, and the steps by which the harness simulates it."""

    name: str
    steps: Callable[[FakeStation], Awaitable[None]]


@dataclass
class SimulatedTransaction:
    """The transaction that the fake station claims to have."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    seq_no: int = 0
    started: bool = False
    authorized: bool = False
    plugged: bool = False
    energy: bool = False
    stop_authorized: bool = False
    ended: bool = False


class FakeStation(Peer):
    """A charging station for one case, with a connection of its own."""

    def __init__(
        self, sut: Sut, transcript: Transcript, buttons: Buttons, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(sut, transcript, self._default)
        self.operator = buttons
        self.model = StationModel(sut.evses)
        self.transaction = SimulatedTransaction()
        self.booted = False
        self.accepted = False
        self._tls = tls
        self._reader: asyncio.Task[None] | None = None
        self.arranged: list[tuple[str, dict[str, Any]]] = []

    # -- connection

    async def connect(self) -> None:
        """Connect as the configured identity.

        Raises:
            CaseStopped: BEFORE, with what the CSMS or the network said.
        """
        url = f"{self.sut.url.rstrip('/')}/{quote(self.sut.identity, safe='')}"
        try:
            connection = await connect(
                url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                additional_headers=dict(self._authorization()),
                ssl=self._tls if url.startswith("wss") else None,
                max_size=MAX_FRAME,
                open_timeout=self.sut.limits.connect,
                ping_interval=None,
                close_timeout=1,
                proxy=None,
            )
        except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
            self.refused("CSMS", f"{type(error).__name__}: {error}")
            text = f"the CSMS under test could not be reached at {url}: {error}"
            raise CaseStopped(StopKind.BEFORE, text) from error
        wire = Wire(connection, "CSMS")
        self.opened(wire)
        self._reader = asyncio.create_task(self._read(wire))

    def _authorization(self) -> Iterator[tuple[str, str]]:
        if self.sut.security_profile in (1, 2):
            yield "Authorization", basic(self.sut.identity, self.sut.password)

    async def _read(self, wire: Wire) -> None:
        self.closed(wire, await wire.read(self))

    async def disconnect(self) -> None:
        """Close the connection."""
        if self.wire is not None:
            await self.wire.close()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=2)

    async def finish(self) -> None:
        """End everything that runs beside the case, the connection too."""
        await self.disconnect()
        await super().finish()

    # -- states

    async def reach(self, state: State) -> None:
        """Bring the CSMS into ``state`` as part of the preparations."""
        async with self.before():
            await self.run("Before", state)

    async def run(self, step: int | str, state: State) -> None:
        """Execute a reusable state as a step of the page."""
        async with self.within(step, state.name):
            await state.steps(self)

    # -- what a station says

    async def boot(
        self, step: int | str, answer_step: int | str, /, *, reason: str = "PowerUp", **fields: Any
    ) -> Payload:
        """Send a BootNotification and judge its answer."""
        configured = self.sut.configured
        sent = await self.send(
            step,
            "BootNotification",
            reason=reason,
            chargingStation={"model": configured.model, "vendorName": configured.vendor_name},
        )
        answer = await sent.response(answer_step, **fields)
        self.booted, self.accepted = True, answer.get("status") == "Accepted"
        return answer

    async def report_connectors(
        self, step: int | str, answer_step: int | str, status: str = "Available"
    ) -> None:
        """Report the state of every connector; the configured one has ``status``."""
        configured = (self.sut.configured.evse_id, self.sut.configured.connector_id)
        for connector in self.sut.connectors:
            state = status if connector == configured else "Available"
            await self.report_connector(step, answer_step, connector, state)

    async def report_connector(
        self, step: int | str, answer_step: int | str, connector: tuple[int, int], status: str
    ) -> None:
        """Report one connector's state by StatusNotification and wait for the answer."""
        sent = await self.send(
            step,
            "StatusNotification",
            timestamp=now(),
            connectorStatus=status,
            evseId=connector[0],
            connectorId=connector[1],
        )
        await sent.response(answer_step)

    async def transaction_event(
        self,
        step: int | str,
        answer_step: int | str,
        event_type: str,
        trigger: str,
        /,
        *,
        info: Payload | None = None,
        payload: Payload | None = None,
        **fields: Any,
    ) -> Payload:
        """Send the next TransactionEvent of the simulated transaction and judge its answer.

        ``info`` goes into transactionInfo, ``payload`` beside it; ``fields`` judge the response.
        """
        transaction = self.transaction
        sent = await self.send(
            step,
            "TransactionEvent",
            eventType=event_type,
            timestamp=now(),
            triggerReason=trigger,
            seqNo=transaction.seq_no,
            transactionInfo={"transactionId": transaction.id, **(info or {})},
            **(payload or {}),
        )
        transaction.seq_no += 1
        transaction.started, transaction.ended = True, event_type == "Ended"
        return await sent.response(answer_step, **fields)

    @property
    def evse(self) -> dict[str, int]:
        """The configured EVSE and connector as an EVSEType object."""
        configured = self.sut.configured
        return {"id": configured.evse_id, "connectorId": configured.connector_id}

    # -- what a station answers

    def _default(self, action: str, payload: Payload) -> Reply:
        """A conforming station's answer that changes as little as possible."""
        match action:
            case "GetVariables":
                return Reply(self.model.get_variables(payload))
            case "SetVariables":
                return Reply(self.model.set_variables(payload))
            case "GetBaseReport":
                data = self.model.report(payload["reportBase"])
                request_id = payload["requestId"]
                return Reply(
                    {"status": "Accepted"}, then=lambda: self.send_report(request_id, data)
                )
            case "GetReport":
                return self._custom_report(payload)
            case _ if action in _MODEST:
                return Reply(dict(_MODEST[action]))
            case _:
                return Reply(code="NotSupported")

    def _custom_report(self, payload: Payload) -> Reply:
        wanted = payload.get("componentVariable") or []
        data = [
            item
            for entry in wanted
            if "variable" in entry
            for item in self.model.report_of(_variable(entry))
        ]
        if "Problem" in payload.get("componentCriteria", []) or not data:
            return Reply({"status": "EmptyResultSet"})
        request_id = payload["requestId"]
        return Reply({"status": "Accepted"}, then=lambda: self.send_report(request_id, data))

    async def send_report(self, request_id: int, data: list[Any]) -> None:
        """Send ``data`` in NotifyReports of a few elements each (Part 2, B07.FR.04)."""
        parts = [data[i : i + _REPORT_PART] for i in range(0, len(data), _REPORT_PART)]
        for number, part in enumerate(parts):
            sent = await self.send(
                "NotifyReport",
                "NotifyReport",
                requestId=request_id,
                generatedAt=now(),
                seqNo=number,
                tbc=number < len(parts) - 1,
                reportData=part,
            )
            await sent.response("NotifyReport")

    def guard(self, frame: Frame) -> Reply | None:
        """A station that was Rejected answers nothing but what its boot needs (B03.FR.08)."""
        if self.accepted or not self.booted or frame.action in _WHILE_PENDING:
            return None
        return Reply(code="SecurityError")


#: What a CSMS may send while a station is not accepted (B02.FR.01), answered as ever.
_WHILE_PENDING = frozenset(
    {"TriggerMessage", "GetVariables", "SetVariables", "GetBaseReport", "GetReport"}
)

#: Answers to requests that the fake station politely refuses.
_MODEST: dict[str, dict[str, Any]] = {
    "CancelReservation": {"status": "Rejected"},
    "ChangeAvailability": {"status": "Rejected"},
    "ClearCache": {"status": "Rejected"},
    "CustomerInformation": {"status": "Rejected"},
    "DataTransfer": {"status": "UnknownVendorId"},
    "GetInstalledCertificateIds": {"status": "NotFound"},
    "GetLocalListVersion": {"versionNumber": 0},
    "GetLog": {"status": "Rejected"},
    "GetMonitoringReport": {"status": "NotSupported"},
    "GetTransactionStatus": {"messagesInQueue": False},
    "InstallCertificate": {"status": "Rejected"},
    "RequestStartTransaction": {"status": "Rejected"},
    "RequestStopTransaction": {"status": "Rejected"},
    "ReserveNow": {"status": "Rejected"},
    "Reset": {"status": "Rejected"},
    "SendLocalList": {"status": "Failed"},
    "SetMonitoringBase": {"status": "NotSupported"},
    "SetMonitoringLevel": {"status": "Rejected"},
    "SetNetworkProfile": {"status": "Rejected"},
    "TriggerMessage": {"status": "NotImplemented"},
    "UnlockConnector": {"status": "UnknownConnector"},
    "UpdateFirmware": {"status": "Rejected"},
}


def _variable(entry: Payload) -> Variable:
    from harness.device_data import key_of

    return key_of(entry)


def basic(user: str, password: str) -> str:
    """The value of an HTTP Basic Authorization header."""
    import base64

    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
