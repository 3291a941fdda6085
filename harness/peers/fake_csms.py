"""The fake CSMS: what a case says to a charging station under test."""

from __future__ import annotations

import itertools
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from harness.connection.station_link import StationLink
from harness.evidence.mask import masker
from harness.evidence.matchers import ABSENT, Check, compare, fact, one_of, same_text
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.frames import Frame, Payload, Wire
from harness.ocppj.inbox import Arrival, Closed, Event, Inbox, Opened, Refused, Traffic
from harness.ocppj.variables import Variable, get_item
from harness.operators.base import Unsupported
from harness.operators.hands import Hands
from harness.peers.answering import Reply
from harness.peers.answers import csms_answer
from harness.peers.arrangements import Arrangements, of_station
from harness.peers.changes import Changes
from harness.peers.connectors import (
    WHILE_IN_USE,
    Connector,
    Report,
    Statuses,
    beside,
    each_of,
    judged,
    latest,
    reports,
    title,
)
from harness.peers.declared import declared
from harness.peers.owed import Owed, identified
from harness.peers.peer import Peer
from harness.peers.registration import Registration, Registrations
from harness.peers.sent import Sent
from harness.peers.session import Session
from harness.peers.sessions import Sessions
from harness.peers.station_variables import StationVariables
from harness.peers.waits import BACK_OFF, Waits
from harness.sut.model import Sut, Token


@dataclass(frozen=True)
class State:
    """A reusable state of Part 6: its name, and the steps that reach it at one EVSE."""

    name: str
    steps: Callable[[FakeCSMS, Session], Awaitable[None]]
    evse: int | None = None

    def on(self, evse: int) -> State:
        """The same state at another EVSE than the configured one."""
        return replace(self, evse=evse)


#: Reasons of events that somebody at the station can have brought about.
_BY_AN_ACT = (
    *("EVDetected", "EVDeparted", "CablePluggedIn", "EVCommunicationLost"),
    *("Authorized", "StopAuthorized", "ChargingStateChanged", "SignedDataReceived"),
)


#: A station that has no connection tries to have one.
_RECONNECTS = "Part 4, 5.3"
#: Requirements of fields of events, whatever the event is about.
_OF_EVENTS = {
    "$.evse": "E01.FR.16",
    "$.transactionInfo.remoteStartId": "F01.FR.25, F02.FR.01, F02.FR.21",
    "$.offline": "E04.FR.03",
    "$.seqNo": "E01.FR.07",
}


class FakeCSMS(Peer):
    """A CSMS for one case; the connection to the station outlives it in ``link``."""

    def __init__(
        self,
        sut: Sut,
        transcript: Transcript,
        link: StationLink,
        hands: Hands,
        owed: Owed | None = None,
        arrangements: Arrangements | None = None,
    ) -> None:
        #: What the case has said of idTokens (``says_of``).
        self.said: dict[str, Payload] = {}
        #: What the station owes the run, this case included.
        self.owed = owed or Owed(sut.deviation)
        super().__init__(sut, transcript, self.usual_answer, Inbox(note=self._note))
        self.link = link
        self.operator = hands
        self.arrangements = arrangements or of_station()
        #: Number of the connection at which the case began, 0 if there was none.
        self.first_wire = link.wire.number if link.wire is not None else 0
        previous = link.audience
        known = previous.registrations.current if isinstance(previous, FakeCSMS) else None
        self.registrations = Registrations(self.inbox, known or Registration.ACCEPTED)
        self.changes = Changes()
        #: Of the station, not of the case: what an earlier one has set may still hold.
        self.waits = previous.waits if isinstance(previous, FakeCSMS) else Waits(sut)
        self.variables = StationVariables(self, self.changes, self.waits, self.apply_by_reboot)
        self.reboot_mark = 0
        #: Whether the reboot since then was by taking its power away.
        self.power_cycled = False
        #: Seconds after which the station gives up an answer, at most and at least; for cases that
        #: keep one from it.
        self.message_timeout = self.least_message_timeout = math.inf
        self._sessions = Sessions(sut, self.inbox)
        self._points: dict[str, frozenset[str]] = {}
        self._reboots_next = False

    def inherit(self, earlier: Peer) -> None:
        """Know of earlier cases what the station still owes, and how its variables were set."""
        super().inherit(earlier)
        if isinstance(earlier, FakeCSMS):
            self.variables.inherit(earlier.variables)

    def _note(self, event: Event) -> str:
        """The earlier case that an event belongs to; who has identified is asked about in this."""
        if self.owed.stopped_by:
            for token in identified(self.transcript):
                self.owed.identifies(token)
        return self.owed.note(event)

    # -- states

    async def reach(self, state: State) -> Session:
        """Bring the station into ``state`` as part of the preparations."""
        async with self.before():
            return await self.run("Before", state)

    async def run(self, step: int | str, state: State, *, if_running: bool = False) -> Session:
        """Execute a reusable state as a step of the page.

        ``if_running``: only if the transaction has not ended (the page's condition by TxStopPoint).
        """
        session = self.session(state.evse)
        if if_running and not session.running:
            return session
        async with self.within(step, state.name):
            await state.steps(self, session)
        return session

    def session(self, evse: int | None = None) -> Session:
        """What happened at an EVSE so far (the configured one by default)."""
        return self._sessions.at(evse)

    @property
    def sessions(self) -> list[Session]:
        """All sessions of the case."""
        return self._sessions.all

    # -- variables

    async def configure(self, values: Mapping[str, str], *, if_writable: bool = False) -> None:
        """Set variables as part of the preparations; they are put back after the case.

        With ``if_writable``, a station that does not have the variable or refuses to set it is left
        as it is; otherwise the case is INCONCLUSIVE.
        """
        await self.variables.configure(values, if_writable=if_writable)
        self._points.clear()

    async def tx_points(self, which: str) -> frozenset[str]:
        """The station's TxStartPoint or TxStopPoint values ("Start" or "Stop"), read once.

        Of a station that does not tell, those that its description declares.

        Raises:
            CaseStopped: UNDRIVABLE, where it declares none.
        """
        found = await self.known_tx_points(which)
        if found is None:
            ids = "C-09.x" if which == "Start" else "C-10.x"
            raise self.undrivable(
                f"TxCtrlr.Tx{which}Point cannot be read (2.6 TxCtrlr), and not exactly one of {ids}"
                f" is declared: declare it as configured.tx_{which.lower()}_point",
                f"TxCtrlr.Tx{which}Point",
            )
        return found

    async def known_tx_points(self, which: str) -> frozenset[str] | None:
        """As ``tx_points``, but None where they are neither told nor declared."""
        name = f"TxCtrlr.Tx{which}Point"
        if name not in self._points:
            value = (await self.variables.read(name)).get(name) or declared(self.sut, name)
            if not value:
                return None
            self._points[name] = frozenset(part.strip() for part in value.split(","))
        return self._points[name]

    def says_of(self, token: Token, status: str = "Accepted", group: Token | None = None) -> None:
        """From now on, say this of an idToken in every answer about it."""
        info: Payload = {"status": status}
        if group is not None:
            info["groupIdToken"] = group.as_json()
        self.said[token.id_token.upper()] = info

    def refuses(self, token: Token) -> bool:
        """Whether what the case has said of an idToken is a refusal."""
        return self.said.get(token.id_token.upper(), {}).get("status", "Accepted") != "Accepted"

    def usual_answer(self, action: str, payload: Payload) -> Reply:
        """What is answered where the case prepared nothing else."""
        return csms_answer(self.sut, action, payload, self.said)

    def same_token(self, token: Token) -> dict[str, Any]:
        """Matches an idToken object; idTokens are case insensitive (Part 2, IdTokenType)."""
        return {"idToken": same_text(token.id_token), "type": token.type}

    def driver(self, session: Session) -> dict[str, Any]:
        """Matches the idToken of the driver whom a session has authorized."""
        if self.sut.start_button and session.remote_start_id is None:
            return {"idToken": "", "type": "NoAuthorization"}  # C02.FR.01
        return self.same_token(session.token or self.sut.tokens.valid)

    # -- what the station says of itself

    async def expect_connectors(
        self,
        step: int | str,
        wanted: Mapping[Connector, Statuses] | str,
        *,
        others: str = "",
        since: int = 0,
        within: float | None = None,
        requirement: str = "",
    ) -> None:
        """Wait until each connector was last reported with the wanted status.

        ``wanted`` as a text stands for all connectors of the station, ``others`` for those that it
        does not name. The report may be a StatusNotification or a NotifyEvent with trigger Delta.
        """
        if isinstance(wanted, str):
            wanted, others = {}, wanted
        unnamed: dict[Connector, Statuses] = dict.fromkeys(self.sut.connectors, others)
        unnamed |= dict.fromkeys(beside(self.sut.connectors, wanted), WHILE_IN_USE)
        every = {c: each_of(s) for c, s in {**(unnamed if others else {}), **wanted}.items()}

        def pick() -> dict[Connector, Report] | None:
            latest = self.latest_reports(since)
            seen = {c: r.status for c, r in latest.items() if r.of_a_change}
            return latest if all(seen.get(c) in s for c, s in every.items()) else None

        # A station that has an answer to wait for tells it after that.
        held = self.message_timeout if math.isfinite(self.message_timeout) else 0
        resetting = any(evse in self.changes.reset_evses for evse, _ in every)
        limit = held + (self.sut.limits.boot if resetting else self.sut.limits.event)
        self.record.at(step)
        within = limit if within is None else within
        found = await self.inbox.wait(pick, within, "the states of its connectors")
        latest = found or self.latest_reports(since)
        for report in latest.values():
            if report.connector in every and not report.arrival.claimed_by:
                self.claim(step, report.arrival)
        for connector, statuses in every.items():
            self._judge_report(step, connector, statuses, latest.get(connector), requirement)

    def latest_reports(self, since: int = 0) -> dict[Connector, Report]:
        """The last reported state of each connector since ``since``.

        What was reported because it changed goes before what a monitor reports from time to time.
        """
        return latest(a for a in self.inbox.arrivals if a.mark >= since)

    def _judge_report(
        self,
        step: int | str,
        connector: Connector,
        statuses: tuple[str, ...],
        report: Report | None,
        requirement: str,
    ) -> None:
        if report is None:
            message = "StatusNotificationRequest or NotifyEventRequest"
            actual = f"no report within {self.sut.limits.event:g} s{self.connection_note()}"
            path, wanted = title(connector), one_of(*statuses)
            matcher = wanted.data if statuses[1:] else statuses[0]
            self.fail(step, message, path, wanted.text, actual, requirement, matcher=matcher)
        checks = judged(report, statuses)
        self.judge(step, report.message, checks, requirement, frame=report.arrival.id)

    @property
    def inoperative_connectors(self) -> set[Connector]:
        """Those that the case has asked the station to make inoperative, at any level."""
        asked = self.changes.inoperative
        named = (self.sut.places_of(each.get("id"), each.get("connectorId")) for each in asked)
        return set(itertools.chain.from_iterable(named))

    async def expect_transaction_event(
        self,
        step: int | str,
        session: Session,
        *,
        since: int = 0,
        within: float | None = None,
        requirement: str = "",
        **fields: Any,
    ) -> Arrival:
        """Wait for a TransactionEvent of the session's transaction and judge it.

        Events of the same transaction that OCPP allows in between may come first. The first event
        after a RequestStartTransaction says so (general rules of Part 6, overruling the step).
        """
        if session.remote_start_id is not None and not self._sessions.remote_start_announced(
            session
        ):
            fields["triggerReason"] = "RemoteStart"
            info = {**fields.get("transactionInfo", {}), "remoteStartId": session.remote_start_id}
            fields["transactionInfo"] = info
        arrival = await self.expect(
            step,
            "TransactionEvent",
            where=lambda payload: self._sessions.belongs(payload, session),
            since=since,
            within=within,
            prefer_match=True,
            named_by="triggerReason",
            requirement=requirement,
            by_field=_OF_EVENTS,
            **fields,
        )
        self._sessions.learn(session)
        return arrival

    def judge_last_event(
        self, step: int | str, session: Session, requirement: str = "", **fields: Any
    ) -> None:
        """Judge further fields of the last claimed TransactionEvent of a session."""
        last = self.last_event(session)
        checks, message = compare(fields, last.payload), "TransactionEventRequest"
        self.judge(step, message, checks, requirement, frame=last.id, by_field=_OF_EVENTS)

    def last_event(self, session: Session) -> Arrival:
        """The last claimed TransactionEvent of a session."""
        *_, last = self._sessions.claimed(session)
        return last

    def events_of(self, session: Session, since: int = 0) -> list[Arrival]:
        """The TransactionEvents of the session's transaction since a mark, claimed or not."""
        return [a for a in self.inbox.arrivals if a.mark >= since and self.belongs(a, session)]

    def belongs(self, arrival: Arrival, session: Session) -> bool:
        """Whether an arrival is a TransactionEvent of the session's transaction."""
        is_event = arrival.action == "TransactionEvent" and not arrival.owed_to
        return is_event and self._sessions.belongs(cast(Payload, arrival.payload), session)

    # -- the station's hands

    @property
    def hands(self) -> Hands:
        """The operator's hands; one who is asked may stop as soon as the wire shows the act."""
        mark = self.inbox.mark

        def shown() -> Arrival | None:
            return next((a for a in self.inbox.unclaimed(mark) if _shows_an_act(a)), None)

        return self.operator.until(lambda: self.inbox.wait(shown, self.sut.limits.operator))

    # -- reboot and connection

    async def reboot(self, reset: tuple[int | str, int | str] | None = None) -> None:
        """Power cycle the station, or reset it where the operator cannot.

        ``reset``: the page's steps of the request and of its answer, where the page judges that.
        """
        self.reboot_mark = self.inbox.mark
        self._reboots_next = self.power_cycled = True
        try:
            await self._boots_again().attempt("power_cycle")
        except Unsupported as reason:
            self.transcript.add(Kind.NOTE, text=f"no power cycle ({reason}): ResetRequest instead")
            self.power_cycled = False
            if reset is not None:
                await self._reset(*reset)
                return
            async with self.before():
                await self._reset("reboot", "reboot")

    async def excuse(self, action: str) -> None:
        """A station that answers on the connection of before has not lost its power."""
        since = self.inbox.events[self.reboot_mark :]
        if action != "BootNotification" or not self.power_cycled or self.wire is None:
            return
        went_on = not any(isinstance(event, (Opened, Closed)) for event in since)
        question = get_item(Variable.parse("OCPPCommCtrlr.HeartbeatInterval"))
        if went_on and await self.consult("GetVariables", getVariableData=[question]):
            raise self.undrivable(
                "the operator says that the power was cycled, but the connection went on",
                "operator power_cycle",
            )

    async def apply_by_reboot(self) -> None:
        """Reboot the station, unless it does so by itself, and let it tell what a boot has to."""
        limits = self.sut.limits
        if await self.hangs_up():
            self.rebooted_by_itself()
        else:
            await self.reboot()
        boot = await self.expect(
            "reboot", "BootNotification", since=self.reboot_mark, within=limits.boot
        )
        accepted = Registration.ACCEPTED
        await self.inbox.wait(
            lambda: self.registrations.current is accepted or None,
            limits.boot,
            "BootNotificationRequest",
        )
        every = set(self.sut.connectors)
        await self.inbox.wait(
            lambda: every <= set(self.latest_reports(boot.mark)) or None,
            limits.event,
            "the states of its connectors",
        )

    async def _reset(self, step: int | str, answer_step: int | str) -> None:
        sent = await self.send(step, "Reset", type="Immediate")
        await sent.response(answer_step, status="Accepted", requirement="B11.FR.01, B11.FR.03")

    def _boots_again(self) -> Hands:
        mark = self.inbox.mark

        def shown() -> Arrival | None:
            found = (a for a in self.inbox.unclaimed(mark) if a.action == "BootNotification")
            return next(found, None)

        return self.operator.until(lambda: self.inbox.wait(shown, self.sut.limits.operator))

    def rebooted_by_itself(self) -> None:
        """The station has closed the connection to reboot, without being told to."""
        self.reboot_mark = self.inbox.mark - 1
        self._reboots_next = True

    @property
    def reboot_due(self) -> bool:
        """Whether the station agreed to a reset and has not been seen to come back from it."""
        return self._reboots_next

    async def hangs_up(self, within: float | None = None) -> bool:
        """Whether the station closes its connection ``within`` seconds, those of a silence."""
        if self.wire is None:
            return True
        number = self.wire.number
        limit = self.sut.limits.silence if within is None else within
        end = await self.inbox.wait(
            lambda: self._closed(number), limit, "the end of the connection"
        )
        return end is not None

    async def disconnect(self, step: int | str | None = None) -> Closed:
        """Close the WebSocket connection; the station finds out by itself.

        ``step``: of the page, where it wants that.
        """
        if step is not None:
            self.record.act(step, "closes the connection")
        if not self.waits.knows_back_off:
            # It cannot be asked for while it is offline.
            self.waits.knows_back_off = True
            await self.variables.read(*BACK_OFF)
        wire = self.wire
        if wire is None:
            raise self.undrivable("the station is not connected", "connection")
        await wire.close()
        closed = await self.inbox.wait(lambda: self._closed(wire.number), self.sut.limits.event)
        if closed is None:
            raise self.undrivable("the connection could not be closed", "connection")
        return closed

    def _closed(self, wire: int) -> Closed | None:
        closed = (e for e in self.inbox.events if isinstance(e, Closed))
        return next((e for e in closed if e.wire == wire), None)

    def refuse_connections(
        self, endpoint: int | None = None, *, step: int | str | None = None
    ) -> None:
        """Turn connection attempts away, at one endpoint or at both."""
        self._let_connect(endpoint, step, accepting=False)

    def accept_connections(
        self, endpoint: int | None = None, *, step: int | str | None = None
    ) -> None:
        """Accept connection attempts again."""
        self._let_connect(endpoint, step, accepting=True)

    def _let_connect(
        self, endpoint: int | None, step: int | str | None, *, accepting: bool
    ) -> None:
        numbers = (1, 2) if endpoint is None else (endpoint,)
        if step is not None:
            what = "accepts connections" if accepting else "refuses connections"
            self.record.act(step, what, endpoints=list(numbers))
        for number in numbers:
            self.link.endpoint(number).accepting = accepting

    @property
    def active_endpoint(self) -> int:
        """Number of the endpoint to which the station is connected."""
        if self.wire is None:
            raise self.undrivable("the station is not connected", "connection")
        return int(self.wire.endpoint)

    async def expect_connection(
        self,
        step: int | str,
        *,
        endpoint: int | None = None,
        since: int = 0,
        within: float = 0,
        requirement: str = _RECONNECTS,
    ) -> Opened:
        """Wait for the next connection of the station, and judge at which endpoint it is.

        It is given the time of a connection after its back-off, that of a boot where one is due, or
        ``within``.

        An attempt that was turned away is none; it is for ``expect_refused``.
        """

        def pick() -> Opened | None:
            return next((e for e in self.inbox.events[since:] if isinstance(e, Opened)), None)

        limits = self.sut.limits
        usual = self.waits.connection(self._failed_attempts())
        limit = max(usual, limits.boot if self.reboot_due else 0, within)
        self.record.at(step)
        found = await self.inbox.wait(pick, limit, "a connection")
        if found is None:
            actual, ok = f"none within {limit:g} s{self.connection_note()}", False
        else:
            actual = f"connected to endpoint {found.endpoint}"
            ok = endpoint in (None, int(found.endpoint))
        where = "" if endpoint is None else f" to endpoint {endpoint}"
        wanted = fact("connects", endpoint=endpoint)
        check = Check("", f"connects{where}", actual, ok, wanted)
        self.judge(step, "connection", [check], requirement)
        return cast(Opened, found)

    async def expect_refused(
        self,
        step: int | str,
        *,
        endpoint: int | None = None,
        since: int = 0,
        count: int = 1,
        within: float = 0,
    ) -> Refused:
        """Wait for a connection attempt that is turned away or fails.

        It is given the time of a connection after its back-off, or ``within``.
        """

        def pick() -> Refused | None:
            found = (e for e in self.inbox.events[since:] if isinstance(e, Refused))
            at_it = [e for e in found if endpoint in (None, int(e.endpoint))]
            return at_it[count - 1] if len(at_it) >= count else None

        limit = max(self.waits.connection(self._failed_attempts() + count - 1), within)
        self.record.at(step)
        found = await self.inbox.wait(pick, limit, "an attempt to connect")
        where = "" if endpoint is None else f" at endpoint {endpoint}"
        made = any(isinstance(event, Opened) for event in self.inbox.events[since:])
        missing = "it connected" if made else f"no attempt within {limit:g} s"
        actual = found.reason if found else missing
        wanted = fact("connection attempt", endpoint=endpoint)
        text = f"a connection attempt{where} that comes to nothing"
        check = Check("", text, actual, found is not None, wanted)
        self.judge(step, "connection", [check], _RECONNECTS)
        return cast(Refused, found)

    def _failed_attempts(self) -> int:
        """Attempts since the station was last connected."""
        ends = [e for e in self.inbox.events if isinstance(e, (Opened, Refused))]
        return len(list(itertools.takewhile(lambda e: isinstance(e, Refused), reversed(ends))))

    # -- registration

    def opened(self, wire: Wire) -> None:
        """A connection is open; after a reboot nothing but BootNotification may come on it."""
        if self._reboots_next:
            self.registrations.enter(Registration.BOOTING)
            self._reboots_next = False
        super().opened(wire)

    def guard(self, frame: Frame) -> Reply | None:
        """Before acceptance, only BootNotification is answered (B02.FR.09, B03.FR.07)."""
        return None if self.registrations.lets(frame.action) else Reply(code="SecurityError")

    def replied(self, call: Traffic, answer: Frame) -> None:
        """Follow what the station was told in a BootNotificationResponse."""
        if call.frame.action == "BootNotification" and not answer.code:
            self.registrations.enter(Registration(answer.payload["status"]))

    async def send(self, step: int | str, action: str, /, **payload: Any) -> Sent:
        """Send a CALL; a Reset of the whole station is remembered as the next reboot's cause."""
        await self.let_boot()
        mark = self.inbox.mark
        sent = await super().send(step, action, **payload)
        if action == "Reset" and "evseId" not in payload:
            self.reboot_mark, self.power_cycled = mark, False
            self.spawn(self._follow_reset(sent))
        elif action == "Reset":
            self.changes.reset_evses.append(payload["evseId"])
        elif payload.get("operationalStatus") == "Inoperative":
            evse = payload.get("evse", ABSENT)
            self.changes.inoperative.append({} if evse is ABSENT else evse)
        return sent

    async def let_boot(self) -> None:
        """One that has just come back may boot first (Part 4, 5.3), as B10.FR.10 may oblige it."""
        opened = [e.wire for e in self.inbox.events if isinstance(e, Opened)]
        if len(opened) < 2 or self.wire is None:
            return

        def frames() -> list[Traffic]:
            seen = (e for e in self.inbox.events if isinstance(e, Traffic))
            return [each for each in seen if each.wire == opened[-1]]

        def spoke() -> Traffic | None:
            return next((each for each in frames() if not each.sent), None)

        first = await self.inbox.wait(spoke, self.sut.limits.silence, "a first message")
        if first is not None and first.frame.action == "BootNotification":
            await self.inbox.wait(
                lambda: any(each.answers is first for each in frames()) or None,
                self.sut.limits.boot,
            )

    async def _follow_reset(self, sent: Sent) -> None:
        answer = await sent.settled()
        if answer is not None and answer.frame.payload.get("status") in ("Accepted", "Scheduled"):
            self._reboots_next = True

    def hide(self, *secrets: str) -> None:
        """Keep ``secrets`` out of whatever is written from now on."""
        self.link.secrets.extend(secrets)
        self.transcript.mask = masker([*self.sut.secrets, *self.link.secrets])

    def undrivable(self, reason: str, what: str = "") -> CaseStopped:
        """The case cannot be carried out with this system, for a reason that is not its fault.

        ``what``: as data, what stands in the way, where more cases than this may show it.
        """
        return CaseStopped(StopKind.UNDRIVABLE, reason, what)

    def not_applicable(self, reason: str) -> CaseStopped:
        """The case does not apply to this system as it is described."""
        return CaseStopped(StopKind.NOT_APPLICABLE, reason)


def _shows_an_act(arrival: Arrival) -> bool:
    """Whether a message can be the effect of somebody plugging, presenting a token or driving."""
    if arrival.action == "TransactionEvent":
        return arrival.payload.get("triggerReason") in _BY_AN_ACT
    return arrival.action == "Authorize" or any(each.of_a_change for each in reports(arrival))
