"""The fake station: what a case says to a CSMS under test."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, NegotiationError
from websockets.typing import Subprotocol

from harness import clock
from harness.connection.station_access import (
    FAILURES,
    Access,
    Barrier,
    Keyring,
    NotConnected,
    attempts,
    barrier,
)
from harness.evidence.mask import masker
from harness.evidence.matchers import ABSENT, PRESENT, Check, Place, fact
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import CaseStopped, Stage, StopKind
from harness.ocppj.frames import MAX_FRAME, Frame, Malformed, Payload, Wire
from harness.ocppj.inbox import Arrival, Traffic
from harness.operators.hands import Buttons
from harness.peers.answering import Reply
from harness.peers.answers import now
from harness.peers.arrangements import Arrangements, of_csms
from harness.peers.heartbeats import Heartbeats
from harness.peers.id_tokens import SET_IT_UP, IdTokens
from harness.peers.notes import Where
from harness.peers.peer import Peer
from harness.peers.sent import TAKEN, Sent
from harness.peers.simulated import SimulatedTransaction
from harness.peers.station_answers import station_answer
from harness.peers.station_customers import customer_answer
from harness.peers.station_model import StationModel
from harness.peers.station_reports import StationReports
from harness.peers.station_triggers import trigger_answer
from harness.pki.passwords import passwords_in
from harness.spec.background import BACKGROUND_OF_CSMS
from harness.sut.model import Sut, Token


def _no_redirect(exc: Exception) -> Exception:
    """For ``connect.process_redirect``, which would follow one."""
    return exc


_event_ids = itertools.count()


def _new_event_id() -> int:
    """One that identifies no event of an earlier case or run either (Part 2, EventDataType)."""
    return int(clock.now().timestamp()) + next(_event_ids)


@dataclass(frozen=True)
class State:
    """A reusable state of Part 6: its name, and the steps by which the harness simulates it."""

    name: str
    steps: Callable[[FakeStation], Awaitable[None]]


class FakeStation(Peer):
    """A charging station for one case, with a connection of its own."""

    def __init__(
        self,
        sut: Sut,
        transcript: Transcript,
        buttons: Buttons,
        keyring: Keyring | None = None,
        arrangements: Arrangements | None = None,
        tokens: IdTokens | None = None,
    ) -> None:
        super().__init__(sut, transcript, self._default)
        self.operator = buttons
        self.keyring = keyring or Keyring()
        self.arrangements = arrangements or of_csms(sut)
        #: What the CSMS says of the idTokens of its description, as far as it was asked.
        self.tokens = tokens or IdTokens(sut)
        #: The way in that the next connection takes.
        self.access = self.keyring.access(sut, sut.security_profile)
        #: TLS version and cipher of each connection.
        self.handshakes: list[dict[str, Any]] = []
        self.model = StationModel(
            sut.evses,
            (sut.configured.slot_1.slot, sut.configured.slot_2.slot),
            {
                "SecurityCtrlr.Identity": sut.identity,
                "SecurityCtrlr.OrganizationName": sut.organization,
                "SecurityCtrlr.SecurityProfile": str(sut.security_profile),
                "TxCtrlr.EVConnectionTimeOut": f"{sut.configured.ev_connection_time_out:g}",
            },
        )
        #: The one that is spoken of, and those that were before.
        self.transaction = SimulatedTransaction()
        self.transactions = [self.transaction]
        self.accepted = False
        self.heartbeats = Heartbeats()
        self.rejected = False
        self.reports = StationReports(self)
        #: What was last reported of each connector.
        self.connector_states: dict[tuple[int, int], str] = {}
        #: Whether it tells of its connectors by NotifyEvent in place of StatusNotification.
        self.tells_by_event = False
        #: Where in the inbox the CSMS was last asked for something: its doing comes later.
        self.asked = 0
        self._reader: asyncio.Task[None] | None = None
        #: The password before the case, and whether the CSMS has set one since.
        self.former_password = self.keyring.password(sut)
        self.password_set = False

    # -- connection

    async def connect(self) -> None:
        """Connect as the configured identity, with whichever of its credentials the CSMS takes.

        Raises:
            CaseStopped: BEFORE, with what the CSMS or the network said; VALIDATION if it chose
                another sub-protocol than the one that was offered.
        """
        former, failure = self.access, None
        ways = self.keyring.ways_in(self.sut, former)
        # Who has set something may still be taking it over.
        async for _ in attempts(self.sut.limits.connect if len(ways) > 1 else 0):
            for each in ways:
                failure = await self._failure(each)
                if failure is None:
                    return
                if failure.barrier is not Barrier.REFUSED:
                    break
        self.access = former
        what = failure.what if failure else ""
        raise CaseStopped(StopKind.BEFORE, str(failure), what) from failure

    async def _failure(self, access: Access) -> NotConnected | None:
        """Connect by this way in; why that came to nothing, or None."""
        self.access = access
        try:
            await self.open()
        except NotConnected as failure:
            return failure
        self.keyring.taken(access)
        return None

    async def reconnect(self, step: int | str) -> None:
        """Hang up and connect again, as a reboot does: ``step`` is the message that follows."""
        await self.disconnect()
        try:
            await self.open()
        except NotConnected as failure:
            wanted, again = fact("accepted"), "accepted again after the reboot"
            self.fail(step, "connection", "", again, str(failure), matcher=wanted)

    async def disconnect(self) -> None:
        """Close the connection once the reports that are owed are sent."""
        await self.reports.sent()  # cut off by us, they would look like a failure of the CSMS
        await self.close()

    async def open(self) -> None:
        """Connect by ``access``; a connection of before is not closed.

        Raises:
            NotConnected: there is no connection.
            CaseStopped: VALIDATION, if another sub-protocol was chosen than the one offered.
        """
        access = self.access
        url = f"{access.url.rstrip('/')}/{quote(self.sut.identity, safe='')}"
        await clock.sleep(self.sut.pace.reconnect)
        try:
            attempt = connect(
                url,
                subprotocols=[Subprotocol(self.sut.edition.subprotocol)],
                additional_headers=dict(access.headers),
                ssl=access.tls,
                max_size=MAX_FRAME,
                open_timeout=self.sut.limits.connect,
                ping_interval=None,
                close_timeout=1,
                proxy=None,
            )
            # A station knows its endpoint: who sends it elsewhere does not let it in.
            attempt.process_redirect = _no_redirect
            with self.awaiting(f"a connection at {url}", self.sut.limits.connect):
                connection = await attempt
        except NegotiationError as error:
            self._wrong_subprotocol(str(error))
        except FAILURES as error:
            self.refused("CSMS", f"{type(error).__name__}: {error}")
            said = str(error) or type(error).__name__
            text = f"the CSMS under test could not be reached at {url}: {said}"
            status = error.response.status_code if isinstance(error, InvalidStatus) else 0
            raise NotConnected(barrier(error), text, status) from error
        secured = connection.transport.get_extra_info("ssl_object")
        if secured is not None:
            handshake = {"version": secured.version(), "cipher": secured.cipher()[0]}
            self.handshakes.append(handshake)
            self.transcript.add(Kind.TLS, **handshake)
        if connection.subprotocol is None:
            await connection.close()
            self._wrong_subprotocol("none")
        wire = Wire(connection, self.sut.edition, "CSMS")
        self.opened(wire)
        self._reader = asyncio.create_task(self._read(wire))

    def _wrong_subprotocol(self, chosen: str) -> NoReturn:
        self.refused("CSMS", f"sub-protocol: {chosen}")
        # No matter of the preparations: whatever the case, the CSMS breaks Part 4 here.
        self.transcript.stage = Stage.RULE
        self.fail(
            "subprotocol_is_agreed",
            "HTTP response to the WebSocket request",
            "Sec-WebSocket-Protocol",
            self.sut.edition.subprotocol,
            chosen,
            "Part 4, 3.1.2",
            matcher=fact("sub-protocol", name=self.sut.edition.subprotocol),
        )

    def hide(self, secret: str) -> None:
        """Keep ``secret`` out of whatever is written from now on."""
        self.keyring.secrets.append(secret)
        if self.transcript.path is not None:
            self.transcript.mask = masker([*self.sut.secrets, *self.keyring.secrets])

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """See ``Peer.received``; a password that the CSMS sets is not written down."""
        if isinstance(item, Frame) and item.action == "SetVariables":
            for password in passwords_in(item.payload):
                self.hide(password)
                self.keyring.offered(password)
                self.password_set = True
        await super().received(wire, item, t)

    async def _read(self, wire: Wire) -> None:
        self.closed(wire, await wire.read(self))

    async def close(self) -> None:
        """Close the connection."""
        if self.wire is not None:
            await self.wire.close()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=2)

    async def finish(self) -> None:
        """End everything that runs beside the case, the connection too."""
        await self.close()
        await super().finish()

    @property
    def is_cut_off(self) -> bool:
        """A CSMS has no way to connect to a station."""
        return self.wire is None

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
        self,
        step: int | str,
        answer_step: int | str,
        /,
        *,
        reason: str = "PowerUp",
        requirement: str = "B01.FR.02",
        **fields: Any,
    ) -> Payload:
        """Send a BootNotification and judge its answer.

        Where that is to be Accepted, a CSMS may have reason to let the station wait (B02.FR.01): it
        waits as it is told and boots again, as long as a boot may take.
        """
        patience = self.sut.limits.boot if fields.get("status") == "Accepted" else 0
        deadline = clock.monotonic() + patience
        sent = await self._boot(step, reason)
        while (wait := await self._told_to_wait(sent)) is not None:
            if clock.monotonic() + wait >= deadline:
                break
            await clock.sleep(wait)
            sent = await self._boot(step, reason)
        answer = await sent.response(answer_step, requirement=requirement, **fields)
        self.accepted = answer.get("status") == "Accepted"
        if self.accepted:
            self.heartbeats.told(self, answer.get("interval"))
        self.rejected = answer.get("status") == "Rejected"
        return answer

    async def _boot(self, step: int | str, reason: str) -> Sent:
        boot = self.charging_station()
        return await self.send(step, "BootNotification", reason=reason, chargingStation=boot)

    async def _told_to_wait(self, sent: Sent) -> float | None:
        """Seconds that the answer to a boot has the station wait; None if it is accepted."""
        answer = await sent.settled()
        status = answer.frame.payload.get("status") if answer is not None else None
        if answer is None or status not in ("Pending", "Rejected"):
            return None
        self.rejected = status == "Rejected"
        interval = answer.frame.payload.get("interval")
        told = interval if isinstance(interval, int) and interval > 0 else 0
        return float(told or self.sut.configured.heartbeat_interval)

    def charging_station(self) -> Payload:
        """ChargingStationType; the CSMS compares the serial number (Part 2, B01.FR.11)."""
        configured = self.sut.configured
        serial = {"serialNumber": self.sut.serial} if self.access.profile == 3 else {}
        return {"model": configured.model, "vendorName": configured.vendor_name, **serial}

    async def heartbeat(
        self, step: int | str, answer_step: int | str, /, *, requirement: str
    ) -> None:
        """Send a Heartbeat and expect its answer: connected, and served."""
        sent = await self.send(step, "Heartbeat")
        await sent.response(answer_step, currentTime=PRESENT, requirement=requirement)

    async def authorize(
        self,
        step: int | str,
        answer_step: int | str,
        token: Token | None = None,
        /,
        *,
        status: Any = "Accepted",
        info: Payload | None = None,
    ) -> None:
        """Ask about an idToken, by default the driver's, and judge what the answer says of it.

        ``info``: the whole idTokenInfo, in place of its ``status``.
        """
        asked = self.id_token if token is None else token.as_json()
        self.rely_on(asked)
        sent = await self.send(step, "Authorize", idToken=asked)
        wanted = {"status": status} if info is None else info
        source = "C01.FR.07" if info is None else "C01.FR.06, C01.FR.07, C09.FR.09"
        await sent.response(answer_step, idTokenInfo=wanted, requirement=source)

    async def report_connectors(
        self, step: int | str, answer_step: int | str, status: str = "Available"
    ) -> None:
        """Report the state of every connector; the configured one has ``status``."""
        for connector in self.sut.connectors:
            state = status if connector == self._connector else "Available"
            await self.report_connector(step, answer_step, state, connector)

    async def report_connector(
        self,
        step: int | str,
        answer_step: int | str,
        status: str,
        connector: tuple[int, int] | None = None,
    ) -> None:
        """Report a connector (the configured one by default), and wait for the answer."""
        evse, number = connector or self._connector
        self.connector_states[evse, number] = status
        if self.tells_by_event:
            event = self.availability_event(status, evse, number)
            sent = await self.send(step, "NotifyEvent", **event)
        else:
            sent = await self.send(
                step,
                "StatusNotification",
                timestamp=now(),
                connectorStatus=status,
                evseId=evse,
                connectorId=number,
            )
        await sent.response(answer_step)

    def availability_event(self, status: str, evse: int, connector: int) -> Payload:
        """NotifyEventRequest that tells of a connector's state (Part 2, G01.FR.04)."""
        component = {"name": "Connector", "evse": {"id": evse, "connectorId": connector}}
        return self.event(component, "AvailabilityState", status)

    def event(self, component: Payload, variable: str, value: str) -> Payload:
        """NotifyEventRequest that tells of a change."""
        told = {
            "eventId": _new_event_id(),
            "timestamp": now(),
            "trigger": "Delta",
            "actualValue": value,
            "eventNotificationType": "HardWiredNotification",
            "component": component,
            "variable": {"name": variable},
        }
        return {"generatedAt": now(), "seqNo": 0, "eventData": [told]}

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
        offline_at: str = "",
        requirement: str = "E01.FR.12",
        **fields: Any,
    ) -> Payload:
        """Send the next TransactionEvent of the simulated transaction and judge its answer.

        ``info`` goes into transactionInfo, ``payload`` beside it; ``fields`` judge the response.
        ``offline_at`` is when it happened (RFC 3339), if the station was offline then.
        """
        self.rely_on((payload or {}).get("idToken"))
        transaction = self.transaction
        measure = transaction.measured.pop(trigger, None)
        measured = {"meterValue": measure()} if measure else {}
        sent = await self.send(
            step,
            "TransactionEvent",
            eventType=event_type,
            timestamp=offline_at or now(),
            offline=True if offline_at else ABSENT,
            triggerReason=trigger,
            seqNo=transaction.seq_no,
            transactionInfo={"transactionId": transaction.id, **(info or {})},
            **measured,
            **(payload or {}),
        )
        transaction.told(event_type, offline=bool(offline_at))
        source = requirement if fields else ""
        answer = await sent.response(answer_step, requirement=source, **fields)
        if not fields:
            # Where the page looks at nothing in it, that there is an answer is what it looks at.
            taken = Check("$", "a CALLRESULT", "a CALLRESULT", ok=True, matcher=TAKEN)
            message, source = "TransactionEventResponse", "Part 4, 4.2.2"
            self.judge(answer_step, message, [taken], source, frame=sent.id)
        return answer

    def next_transaction(self) -> None:
        """The transaction is over; what comes next belongs to another one."""
        self.turn_to()

    def turn_to(self, evse: int | None = None, token: Token | None = None) -> None:
        """From now on speak of another transaction: at this EVSE, by this driver."""
        self.transaction = SimulatedTransaction(evse=evse, token=token)
        self.transactions.append(self.transaction)

    def return_to(self, transaction: SimulatedTransaction) -> None:
        """From now on speak of a transaction that was spoken of before."""
        self.transaction = transaction

    @property
    def evse(self) -> dict[str, int]:
        """The configured EVSE and connector as an EVSEType object."""
        evse, connector = self._connector
        return {"id": evse, "connectorId": connector}

    @property
    def _connector(self) -> tuple[int, int]:
        evse = self.transaction.evse
        if evse is None:
            return self.sut.configured.evse_id, self.sut.configured.connector_id
        return evse, self.sut.evses[evse][0]

    @property
    def id_token(self) -> Payload:
        """The driver's valid idToken as an IdTokenType object."""
        return (self.transaction.token or self.sut.tokens.valid).as_json()

    def rely_on(self, id_token: Payload | None, *, group: bool = False) -> None:
        """Go on only if the CSMS takes this idToken, and its ``group``, for what is described.

        Raises:
            CaseStopped: UNDRIVABLE; it does not, and nobody could arrange that.
        """
        for name in self.tokens.named(id_token) if id_token else ():
            of_group = self.tokens.doubt_of_group(name) if group else None
            doubt = self.tokens.doubt(name) or of_group
            if doubt is not None and not doubt.judged:
                raise CaseStopped(StopKind.UNDRIVABLE, f"{doubt.text}: {SET_IT_UP}")

    # -- what a station answers

    def _default(self, action: str, payload: Payload) -> Reply:
        if action == "TriggerMessage":
            states, accepted = self.connector_states, self.accepted
            return trigger_answer(payload, states, self._send_triggered, accepted=accepted)
        if action == "CustomerInformation":
            return customer_answer(payload, self._send_triggered)
        edition = self.sut.edition
        return station_answer(action, payload, edition, self.model, self.reports, self.transaction)

    async def _send_triggered(self, action: str, payload: Payload) -> None:
        await self.offer(action, **payload)

    def promise(self, message: str, answer: Payload) -> None:
        """Answer so to triggers of this message, which the case sends."""

        def reply(payload: Payload) -> Reply:
            if payload["requestedMessage"] == message:
                return Reply(dict(answer))
            return self._default("TriggerMessage", payload)

        self.answer_by("TriggerMessage", reply)

    def guard(self, frame: Frame) -> Reply | None:
        """A station that was Rejected answers nothing but what makes it boot again (B03.FR.08)."""
        if self.rejected and frame.action != "TriggerMessage":
            return Reply(code="SecurityError")
        return None

    # -- what the CSMS is told to do, and what it holds

    async def arrange(self, what: str, **facts: Any) -> None:
        """Bring the CSMS into a state; it is brought back after the case."""
        await self.arrangements.arrange(self.operator, what, **facts)

    def arrange_afterwards(self, what: str, **facts: Any) -> None:
        """Bring the CSMS into a state when the case is over."""
        self.arrangements.afterwards(what, facts)

    async def arrange_if_possible(self, what: str, **facts: Any) -> bool:
        """The same where the case can go on without; whether the operator has a way to do it."""
        return await self.arrangements.arrange_if_possible(self.operator, what, **facts)

    async def ask(self, message: str, /, **payload: Any) -> None:
        """Have the CSMS send this request; what it sent earlier is not taken for its doing."""

        self.rely_on(payload.get("idToken"))

        def pressed() -> None:
            self.asked = self.mark()

        await replace(self.operator, begins=pressed).ask(message, **payload)

    async def requested(
        self,
        step: int | str,
        answer_step: int | str,
        action: str,
        /,
        *,
        wish: Payload | None = None,
        answer: Payload | None = None,
        where: Where | None = None,
        since: int | None = None,
        prefer_match: bool | Where | None = None,
        requirement: str = "",
        **fields: Any,
    ) -> Arrival:
        """Have the CSMS send this request, expect it, and answer it.

        ``fields`` are asked for and judged. ``wish`` asks for what is not judged, or is judged by a
        matcher; ``answer`` changes the station's default answer. The request may have come from
        mark ``since`` on, by default from now on. ``where`` and ``prefer_match``: see ``expect``;
        by default the one that matches is preferred where a CSMS may ask the like by itself.
        """
        if answer is not None and action == "TriggerMessage":
            self.promise(str(fields["requestedMessage"]), answer)
        elif answer is not None:
            self.answer(action, **answer)
        plain = {name: value for name, value in fields.items() if value is not ABSENT}
        await self.ask(action, **{**plain, **(wish or {})})
        request = await self.expect(
            step,
            action,
            where=where,
            since=self.asked if since is None else since,
            prefer_match=action in BACKGROUND_OF_CSMS if prefer_match is None else prefer_match,
            requirement=requirement,
            **fields,
        )
        self.note_step(answer_step, f"{action}Response")
        return request

    async def expect_reports_answered(
        self, step: int | str, answer_step: int | str, /, *requests: Arrival
    ) -> None:
        """Every NotifyReport (``step``) that was due to these requests was answered.

        What the CSMS asks for beside them is sent as well, and is no matter of the case.
        """
        self.note_step(step, "NotifyReportRequest")
        numbers = {request.payload.get("requestId") for request in requests}
        await self.reports.sent(numbers)
        owed = self.reports.owed(numbers)
        for taken in owed:
            if taken.done():
                taken.result()
        count = sum(taken.done() for taken in owed)
        wanted = f"{len(owed) or 1} reports, part by part"
        answered = fact("reports answered", count=len(owed) or 1)
        ok = bool(owed) and count == len(owed)
        check = Check("", wanted, f"{count} reports", ok, answered, self._report_answers())
        self.judge(answer_step, "NotifyReportResponse", [check], "B07.FR.03, B08.FR.03")

    def _report_answers(self) -> tuple[Place, ...]:
        answers = (e for e in self.inbox.events if isinstance(e, Traffic) and e.answers)
        return tuple(Place(e.frame.id) for e in answers if e.name == "NotifyReportResponse")
