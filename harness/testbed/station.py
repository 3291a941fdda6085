"""The test bed of a charging station: its link, its operator, and order between the cases."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from harness.connection.station_link import StationLink
from harness.evidence.matchers import fact
from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult
from harness.evidence.transcript import Transcript
from harness.evidence.values import UNREADABLE
from harness.evidence.verdict import CaseStopped, Stage, breaches
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Inbox, Opened, Traffic
from harness.ocppj.variables import Variable, get_item
from harness.operators.base import Operator, Unsupported
from harness.operators.hands import Hands
from harness.peers.arrangements import Arrangements, of_station
from harness.peers.changes import Changes
from harness.peers.conductor import PRECONDITIONS
from harness.peers.connectors import Connector
from harness.peers.fake_csms import FakeCSMS
from harness.peers.owed import Owed
from harness.peers.peer import Peer
from harness.peers.registration import Registration
from harness.pki.keys import Pki
from harness.rules import frames as rules
from harness.rules.additional import acts_of
from harness.rules.rulebook import OF_STATION
from harness.spec.catalogue import Row
from harness.states_cs import CSMS_ROOT, CertificateInstalled
from harness.steps_cs.migration import PRIORITY
from harness.steps_cs.password import restore_password
from harness.steps_cs.profile_change import into_profile
from harness.sut import pics
from harness.sut.model import Sut

_ANY_VARIABLE = get_item(Variable.parse("OCPPCommCtrlr.HeartbeatInterval"))


@dataclass
class StationTestBed:
    """What stays from case to case while a station is under test.

    ``dirty`` says why the station may not be in its general pre-conditions; the next case then
    begins by rebooting it.
    """

    sut: Sut
    link: StationLink
    operator: Operator
    recorder: Recorder
    keys: Pki
    dirty: str = ""
    _known: bool = False
    arrangements: Arrangements = field(default_factory=of_station)
    _seen_ids: set[str] = field(default_factory=set[str])
    owed: Owed = field(init=False)

    def __post_init__(self) -> None:
        self.owed = Owed(self.sut.deviation)

    @property
    def fail_on_warnings(self) -> bool:
        """Whether warnings count as failures."""
        return self.recorder.fail_on_warnings

    def peer(self, name: str, transcript: Transcript | None = None) -> FakeCSMS:
        """A fake CSMS for one case; from now on it is told what the station does."""
        log = transcript or self.recorder.transcript(name)
        hands = Hands(self.operator, log, self.sut)
        csms = FakeCSMS(self.sut, log, self.link, hands, self.owed, self.arrangements)
        csms.conductor = self
        self.owed.begin(name)
        if isinstance(self.link.audience, Peer):
            csms.inherit(self.link.audience)
        self.link.audience = csms
        if self.link.wire is not None:
            csms.opened(self.link.wire)
        return csms

    def applicability(self, row: Row) -> str:
        """Why a case does not apply to this station, or ""."""
        return pics.applicability(row, self.sut)

    async def bring_back(self) -> None:
        """Bring the station back from what an earlier case arranged."""
        await self.arrangements.bring_back(self.operator, self.sut.limits.operator)

    async def prepare(
        self, peer: FakeCSMS, *, booted: bool, profiles: Collection[int] = ()
    ) -> None:
        """Connected in one of the security profiles, accepted, answering (Part 6, 2.1)."""
        del booted  # a station boots when it wants; that is not the case's choice
        if self.dirty:
            await self._start_clean(peer)
        peer.accept_connections()
        if await into_profile(peer, profiles):
            self._known = False
        if peer.wire is None:
            await peer.expect_connection("connected")
        await self._wait_for_boot(peer)
        limit = self.sut.limits.boot
        if not await peer.inbox.wait(lambda: self._accepted(peer), limit):
            expected, actual = (
                "an accepted station",
                f"{peer.registrations.current} after {limit:g} s",
            )
            message, wanted = "BootNotificationRequest", fact("accepted")
            peer.fail("accepted", message, "", expected, actual, matcher=wanted)
        await self._wait_for_connectors(peer)
        await peer.tx_points("Start")
        await peer.tx_points("Stop")
        if await peer.variables.is_true("AuthCtrlr.LocalPreAuthorize", default=False):
            await peer.configure({"AuthCtrlr.LocalPreAuthorize": "false"}, if_writable=True)
        for arrival in peer.inbox.unclaimed():
            peer.claim(PRECONDITIONS, arrival)
        for arrival in peer.inbox.arrivals:
            if arrival.action == "TransactionEvent":
                arrival.owed_to = arrival.owed_to or PRECONDITIONS
        self.owed.begin(self.owed.case)

    async def _wait_for_boot(self, peer: FakeCSMS) -> None:
        """A station that has just connected may still have its BootNotification to send."""
        if self._known:
            return

        def booted() -> bool | None:
            return any(a.action == "BootNotification" for a in peer.inbox.arrivals) or None

        # Whoever boots says so at once; before that it need not understand a request.
        if await peer.inbox.wait(booted, self.sut.limits.silence):
            self._known = True
            return
        probe = await peer.send("probe", "GetVariables", getVariableData=[_ANY_VARIABLE])
        answer = await probe.settled()
        if answer is not None and answer.frame.kind is FrameKind.CALLERROR:
            await peer.inbox.wait(booted, self.sut.limits.boot)
        self._known = True

    async def _wait_for_connectors(self, *peers: FakeCSMS) -> None:
        """What a boot still has to say of the connectors must not come later as something new.

        ``peers``: who was listening since, the one that still is last.
        """
        booted = [at for at, peer in enumerate(peers) if _last_boot(peer) is not None]
        if not booted:
            return
        every, listening = set(self.sut.connectors), peers[booted[-1] :]

        def all_reported() -> bool | None:
            told = (set(peer.latest_reports(_last_boot(peer) or 0)) for peer in listening)
            return every <= set[Connector]().union(*told) or None

        await peers[-1].inbox.wait(all_reported, self.sut.limits.event)

    async def _start_clean(self, peer: FakeCSMS) -> None:
        """Reboot a station that an earlier case left in disorder."""
        renew = getattr(self.operator, "renew", None)
        if renew is not None:
            mark = peer.inbox.mark
            peer.accept_connections()
            self._begin_anew()
            await renew()
            # The old connection may not have ended yet, and would be taken for the new one.
            await peer.expect_connection("connected", since=mark)
        elif peer.wire is not None:
            await peer.reboot()
            await peer.inbox.wait(lambda: self._booted(peer), self.sut.limits.boot)
        self.dirty = ""
        self._known = False

    @staticmethod
    def _booted(peer: FakeCSMS) -> bool | None:
        """Accepted since the reboot began; until then the old connection may still be there."""
        since = [a for a in peer.inbox.arrivals if a.mark >= peer.reboot_mark]
        booted = any(a.action == "BootNotification" for a in since)
        return True if booted and peer.registrations.current is Registration.ACCEPTED else None

    @staticmethod
    def _accepted(peer: FakeCSMS) -> bool | None:
        return True if peer.registrations.current is Registration.ACCEPTED else None

    async def conclude(self, peer: FakeCSMS) -> None:
        """Still alive, and every standing rule kept."""
        try:
            if not breaches(peer.transcript.validations) and peer.wire is not None:
                await self._look_alive(peer)
        finally:
            self._check_rules(peer)

    def _check_rules(self, peer: FakeCSMS) -> None:
        log = rules.CaseLog(
            self.sut,
            peer.inbox.events,
            peer.inbox.arrivals,
            frozenset(self._seen_ids),
            list(peer.registrations.breaches()),
            complete=not peer.stopped,
            started_earlier=self.owed.started_earlier,
            message_timeout=peer.message_timeout,
            acts=tuple(acts_of(peer.transcript)),
        )
        self._seen_ids |= ids_of(peer.inbox)
        for validation in rules.check(log, OF_STATION):
            peer.transcript.validate(validation)

    async def _look_alive(self, peer: FakeCSMS) -> None:
        """A rejection must not be taken for life: the station still answers at the end."""
        await self._let_boot(peer)
        if peer.registrations.current is not Registration.ACCEPTED:
            return
        peer.transcript.stage = Stage.RULE
        await peer.variables.read("OCPPCommCtrlr.HeartbeatInterval")

    async def _let_boot(self, peer: FakeCSMS) -> None:
        """One that has just come back may boot first (Part 4, 5.3), as B10.FR.10 may oblige it."""
        opened = [e.wire for e in peer.inbox.events if isinstance(e, Opened)]
        if len(opened) < 2:
            return

        def spoke() -> Traffic | None:
            said = (e for e in peer.inbox.events if isinstance(e, Traffic) and not e.sent)
            return next((e for e in said if e.wire == opened[-1]), None)

        first = await peer.inbox.wait(spoke, self.sut.limits.silence)
        if first is not None and first.frame.action == "BootNotification":
            await peer.inbox.wait(lambda: _was_answered(peer.inbox, first), self.sut.limits.boot)

    async def restore(self, peer: FakeCSMS) -> None:
        """Bring the station back to the general pre-conditions, or tell the next case why not."""
        await peer.finish()
        janitor, wire = self.peer("restore", Transcript("restore")), self.link.wire
        try:
            async with asyncio.timeout(self.sut.limits.case):
                await _Restoration(self.sut, peer, janitor).run()
                await self._wait_for_connectors(peer, janitor)
            if peer.changes.certificate_removed:
                self.dirty = f"after {peer.transcript.case_id}: the certificate is new"
            stuck = {**peer.latest_reports(), **janitor.latest_reports()}
            for name, report in stuck.items():
                if report.status == "Occupied":
                    self.dirty = f"after {peer.transcript.case_id}: connector {name} is Occupied"
            if peer.reboot_due and self.link.wire is wire:
                self.dirty = f"after {peer.transcript.case_id}: a reset may still come"
            if peer.changes.for_good and hasattr(self.operator, "renew"):
                self.dirty = f"after {peer.transcript.case_id}: {peer.changes.for_good}"
        except (CaseStopped, TimeoutError, Unsupported, *UNREADABLE) as reason:
            self.dirty = f"after {peer.transcript.case_id}: {reason}"
        finally:
            self._seen_ids |= ids_of(janitor.inbox)

    def _begin_anew(self) -> None:
        """Serve as a station wants it that is set up anew."""
        self.link.accept_passwords(self.sut.password)
        self.link.serve_profile(self.link.commissioned)

    def record(self, result: CaseResult) -> None:
        """Keep the result, without the passwords that came up."""
        known = (*self.recorder.secrets, *self.link.secrets)
        replace(self.recorder, secrets=known).record(result)


def _last_boot(peer: FakeCSMS) -> int | None:
    """Place of the last BootNotification that a peer got."""
    boots = (a.mark for a in peer.inbox.arrivals if a.action == "BootNotification")
    return max(boots, default=None)


def _was_answered(inbox: Inbox, call: Traffic) -> bool | None:
    answers = (e.answers for e in inbox.events if isinstance(e, Traffic) and e.sent)
    return any(each is call for each in answers) or None


def ids_of(inbox: Inbox) -> set[str]:
    """Message ids of the CALLs of the system under test that were answered: they are used up."""
    calls = (e.answers for e in inbox.events if isinstance(e, Traffic) and e.sent)
    return {call.frame.id for call in calls if call is not None}


@dataclass
class _Restoration:
    """What a case left behind at the station, undone by a janitor of its own."""

    sut: Sut
    peer: FakeCSMS
    janitor: FakeCSMS

    @property
    def changes(self) -> Changes:
        return self.peer.changes

    async def run(self) -> None:
        janitor = self.janitor
        janitor.accept_connections()
        janitor.link.serve_again()
        if janitor.wire is None:
            await janitor.expect_connection("restore")
        if janitor.wire is not None and janitor.wire.number != self.peer.first_wire:
            self.changes.for_good = janitor.link.settle(janitor.wire) or self.changes.for_good
        if janitor.registrations.current is not Registration.ACCEPTED:
            pause = self.sut.configured.heartbeat_interval  # B02.FR.08, B03.FR.06
            within = self.sut.limits.boot + pause
            await janitor.expect("restore", "BootNotification", within=within)
        await self._end_sessions()
        for evse in self.changes.reset_evses:
            await self._let_restart(evse)
        for reservation in self.changes.reservations:
            await self._quietly("CancelReservation", reservationId=reservation)
        for evse in self.changes.inoperative:
            named = {"evse": evse} if evse else {}
            await self._quietly("ChangeAvailability", operationalStatus="Operative", **named)
        mark = janitor.inbox.mark
        if self.changes.variables:
            await janitor.configure({str(k): v for k, v in self.changes.variables.items()})
        if Variable.parse(PRIORITY) in janitor.changes.variables and janitor.reboot_mark < mark:
            # Until it boots it is on the other slot, and comes home when nobody expects it
            # (B10.FR.03, B10.FR.10); it may do so by itself (TC_B_45_CS, step 5).
            await janitor.apply_by_reboot()
        if self.changes.password:
            await restore_password(janitor)
        if self.changes.roots_removed:
            await janitor.reach(CertificateInstalled(CSMS_ROOT, janitor.link.keys.old_root.pem))
        await janitor.conductor.bring_back()
        if self.changes.tokens_listed:
            await self._quietly("SendLocalList", versionNumber=1, updateType="Full")
        if self.changes.tokens_used:
            await self._quietly("ClearCache")
        # A station that answers nothing any more must not fail the cases that follow.
        await janitor.variables.read("OCPPCommCtrlr.HeartbeatInterval")

    async def _let_restart(self, number: int) -> None:
        """Let an EVSE come back from its reset; only its connectors' states tell, if reported."""
        if not await self.janitor.inbox.wait(
            lambda: self._shown(number) - {"Available"} or None, self.sut.limits.silence
        ):
            return
        connectors = {(number, each): "Available" for each in self.sut.evses[number]}
        await self.janitor.expect_connectors("restore", connectors)

    def _shown(self, evse: int) -> set[str]:
        """The last reported states of an EVSE's connectors, in the case and since."""
        latest = {**self.peer.latest_reports(), **self.janitor.latest_reports()}
        return {each.status for connector, each in latest.items() if connector[0] == evse}

    async def _quietly(self, action: str, **payload: object) -> None:
        """Send a request whose refusal would change nothing for the next case."""
        sent = await self.janitor.send("restore", action, **payload)
        await sent.settled()

    async def _end_sessions(self) -> None:
        for transaction in self._still_running():
            await self._quietly("RequestStopTransaction", transactionId=transaction)
        unplugged = [s for s in self.peer.sessions if s.plugged]
        for session in self.peer.sessions:
            if session.suspended:
                with suppress(Unsupported):
                    await self.janitor.operator.attempt("ev_ready", evse=session.evse)
            if session.plugged:
                await self.janitor.operator.unplug(session.evse, session.connector)
            if session.in_bay:
                await self.janitor.operator.drive_out(session.evse)
        for session in unplugged:
            connector = (session.evse, session.connector)
            if not any(_holds(evse, connector) for evse in self.changes.inoperative):
                await self.janitor.expect_connectors("restore", {connector: "Available"})
        await self._wait_ended()
        if any(s.authorized and s.transaction_id is None for s in self.peer.sessions):
            await self.janitor.reboot()
            await self.janitor.expect("restore", "BootNotification", within=self.sut.limits.boot)

    def _still_running(self) -> set[str]:
        """Transactions that the station has announced, but not their end."""
        return self.janitor.owed.running

    async def _wait_ended(self) -> None:
        ended = await self.janitor.inbox.wait(
            lambda: None if self._still_running() else True, self.sut.limits.event
        )
        if not ended:
            expected = f"the end of {', '.join(self._still_running())}"
            message, wanted = "TransactionEventRequest", fact("ended")
            self.janitor.fail("restore", message, "", expected, "none", matcher=wanted)


def _holds(evse: Mapping[str, int], connector: Connector) -> bool:
    """Whether an EVSEType, empty for the whole station, names this connector or what holds it."""
    wanted = (evse.get("id"), evse.get("connectorId"))
    return all(named in (None, own) for named, own in zip(wanted, connector, strict=True))
