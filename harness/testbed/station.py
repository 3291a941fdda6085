"""The test bed of a charging station: its link, its operator, and order between the cases."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from harness.connection.station_link import StationLink
from harness.evidence.matchers import fact
from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult, NotRun
from harness.evidence.transcript import Transcript
from harness.evidence.values import UNREADABLE
from harness.evidence.verdict import CaseStopped, Validation, breaches
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Inbox, Traffic
from harness.ocppj.variables import asked
from harness.operators.base import Operator, Unsupported
from harness.operators.hands import Hands
from harness.peers.arrangements import Arrangements, of_station
from harness.peers.conductor import PRECONDITIONS
from harness.peers.connectors import Connector
from harness.peers.fake_csms import FakeCSMS
from harness.peers.owed import Owed
from harness.peers.registration import Registration
from harness.rules import frames as rules
from harness.rules.additional import acts_of
from harness.rules.firmware import firmware_after
from harness.rules.frames import Firmware
from harness.rules.judging import check
from harness.rules.recorded import keep
from harness.rules.rulebook import OF_STATION
from harness.spec.catalogue import Row, load
from harness.steps_cs.profile_change import into_profile
from harness.sut import pics
from harness.sut.model import Sut
from harness.testbed.alive import PATIENCE, last_seen, still_answers, wrong_meanwhile
from harness.testbed.declaration import Difference, differences
from harness.testbed.preconditions import Preconditions
from harness.testbed.restoration import Restoration
from harness.testbed.settings import settings_of

_ANY = {"getVariableData": [asked("OCPPCommCtrlr.HeartbeatInterval", "Actual")]}


@dataclass
class StationTestBed:
    """What stays from case to case while a station is under test.

    ``dirty`` says why the station may not be in its general pre-conditions; the next case then
    begins by rebooting it. ``doubt``: why they are looked at before the next case. ``compare``:
    whether its description is compared with what it says of itself, before the first case.
    """

    sut: Sut
    link: StationLink
    operator: Operator
    recorder: Recorder
    dirty: str = ""
    doubt: str = "the first case"
    compare: bool = True
    owed: Owed = field(init=False)
    _known: bool = False
    arrangements: Arrangements = field(default_factory=of_station)
    _seen_ids: set[str] = field(default_factory=set[str])
    _firmware: Firmware = field(default_factory=Firmware)
    #: The last reported state of each connector.
    _states: dict[Connector, str] = field(default_factory=dict[Connector, str])
    #: Who listens before the first case: a station may be quicker than that.
    _first: list[FakeCSMS] = field(default_factory=list[FakeCSMS])
    #: Cases in a row to which no station came.
    _absences: int = 0
    _differences: list[Difference] = field(default_factory=list[Difference])

    def __post_init__(self) -> None:
        self.owed = Owed(self.sut.deviation)
        name = self.owed.case.name
        self._first.append(self.peer(name, Transcript(name)))

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
        self._take_over(self.link.audience, csms)
        self.link.audience = csms
        if self.link.wire is not None:
            csms.opened(self.link.wire)
        return csms

    def _take_over(self, earlier: object, csms: FakeCSMS) -> None:
        """What the one who listened until now has heard, and has not seen the end of."""
        if not isinstance(earlier, FakeCSMS):
            return
        csms.inherit(earlier)
        self._known = self._known or _last_boot(earlier) is not None
        self._states |= {c: report.status for c, report in earlier.latest_reports().items()}
        self._seen_ids |= ids_of(earlier.inbox)
        self._firmware = firmware_after(earlier.inbox.arrivals, self._firmware)

    def applicability(self, row: Row) -> str:
        """Why a case does not apply to this station, or ""."""
        return pics.applicability(row, self.sut)

    async def bring_back(self) -> None:
        """Bring the station back from what an earlier case arranged."""
        await self.arrangements.bring_back(
            self.operator, self.sut.limits.operator, self.recorder.live
        )

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
        await self._find(peer)
        await self._wait_for_boot(peer)
        limit = self.sut.limits.boot
        what = "BootNotificationRequest"
        if not await peer.inbox.wait(lambda: self._accepted(peer), limit, what):
            expected, actual = (
                "an accepted station",
                f"{peer.registrations.current} after {limit:g} s",
            )
            message, wanted = "BootNotificationRequest", fact("accepted")
            peer.fail("accepted", message, "", expected, actual, matcher=wanted)
        await self._wait_for_connectors(*self._first, peer)
        self._first.clear()
        await self._bring_about(peer)
        await self._compare(peer)
        # Known before a case needs them: then the station may be offline.
        await peer.known_tx_points("Start")
        await peer.known_tx_points("Stop")
        if await peer.variables.is_true("AuthCtrlr.LocalPreAuthorize", default=False):
            await peer.configure({"AuthCtrlr.LocalPreAuthorize": "false"}, if_writable=True)
        for arrival in peer.inbox.unclaimed():
            peer.claim(PRECONDITIONS, arrival)
        for arrival in peer.inbox.arrivals:
            if arrival.action == "TransactionEvent":
                arrival.owed_to = arrival.owed_to or PRECONDITIONS
        self.owed.begin(self.owed.case.name)

    async def _find(self, peer: FakeCSMS) -> None:
        """Wait for the station; where it did not come twice, nobody waits for it any more."""
        if peer.wire is not None:
            self._absences = 0
            return
        patient = self._absences < PATIENCE
        if patient and await self._comes(peer):
            self._absences = 0
            await peer.expect_connection("connected")
            return
        self._absences += 1
        waited = f"none within {self.sut.limits.connect:g} s"
        waited = waited if patient else last_seen(self.link.seen)
        actual, wanted = f"{waited}{peer.connection_note()}", fact("connects", endpoint=None)
        peer.fail("connected", "connection", "", "connects", actual, matcher=wanted)

    async def _comes(self, peer: FakeCSMS) -> bool:
        """Whether it connects; at last its power is taken away and given back for that."""

        def here() -> bool | None:
            return peer.wire is not None or None

        limits = self.sut.limits
        url = f"{self.link.endpoint(1).url}/{self.sut.identity}"
        with peer.awaiting(f"a connection to {url}", limits.connect, aloud=True):
            if await peer.inbox.wait(here, limits.connect):
                return True
        if self._absences + 1 < PATIENCE:
            return False
        try:
            await peer.operator.attempt("power_cycle")
        except (CaseStopped, Unsupported):
            return False
        patience = max(limits.connect, limits.boot)
        return await peer.inbox.wait(here, patience, f"a connection to {url}") is not None

    async def _bring_about(self, peer: FakeCSMS) -> None:
        """The general pre-conditions, where they are in doubt."""
        states = self._states | {c: r.status for c, r in peer.latest_reports().items()}
        look = Preconditions(self.sut, peer, states)
        if self.doubt or look.in_the_way:
            self.doubt = self.doubt or "a connector is not available"
            await look.bring_about()
        self.doubt = ""

    async def _compare(self, peer: FakeCSMS) -> None:
        """A case that depends on what the station contradicts cannot be judged."""
        if self.compare:
            self._differences = await differences(peer)
            self.compare = False
        row = load(self.sut.edition).get(peer.transcript.case_id)
        for each in self._differences:
            if each.concerns(row, self.sut):
                text = each.declared
                source = "sut.yaml, Part 6, 2.1"
                peer.fail(PRECONDITIONS, "description", "", text, each.told, source, matcher=text)

    async def _wait_for_boot(self, peer: FakeCSMS) -> None:
        """A station that has just connected may still have its BootNotification to send."""
        if self._known:
            return

        def booted() -> bool | None:
            boots = (a for a in peer.inbox.arrivals if a.action == "BootNotification")
            wire = peer.wire  # it may have had another one since the case began
            return any(wire is None or a.traffic.wire == wire.number for a in boots) or None

        # Whoever boots says so at once; before that it need not understand a request.
        what = "BootNotificationRequest"
        if await peer.inbox.wait(booted, self.sut.limits.silence, what):
            self._known = True
            return
        answer = await peer.consult("GetVariables", **_ANY)
        if answer is not None and answer.frame.kind is FrameKind.CALLERROR:
            await peer.inbox.wait(booted, self.sut.limits.boot, what)
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

        what = "the states of its connectors"
        await peers[-1].inbox.wait(all_reported, self.sut.limits.event, what)

    async def _start_clean(self, peer: FakeCSMS) -> None:
        """Reboot a station that an earlier case left in disorder."""
        renew = getattr(self.operator, "renew", None)
        if renew is not None:
            mark = peer.inbox.mark
            peer.accept_connections()
            self.link.commission()
            self._states.clear()
            self.owed.forgive()
            await renew()
            # The old connection may not have ended yet, and would be taken for the new one.
            await peer.expect_connection("connected", since=mark)
        elif peer.wire is not None:
            await peer.reboot()
            what = "BootNotificationRequest"
            await peer.inbox.wait(lambda: self._booted(peer), self.sut.limits.boot, what)
        self.doubt, self.dirty = self.dirty, ""
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
        settings: Mapping[str, str] = {}
        try:
            if not breaches(peer.transcript.validations) and peer.wire is not None:
                await self.look_alive(peer)
                settings = await settings_of(peer)
        finally:
            self._check_rules(peer, settings)

    def _check_rules(self, peer: FakeCSMS, settings: Mapping[str, str]) -> None:
        log = rules.CaseLog(
            self.sut,
            peer.inbox.events,
            peer.inbox.arrivals,
            frozenset(self._seen_ids),
            list(peer.registrations.breaches()),
            complete=not peer.stopped,
            started_earlier=self.owed.started_earlier,
            message_timeout=peer.message_timeout,
            least_message_timeout=peer.least_message_timeout,
            firmware=self._firmware,
            acts=tuple(acts_of(peer.transcript)),
            settings=settings,
        )
        self._seen_ids |= ids_of(peer.inbox)
        keep(log, peer.transcript)
        for validation in check(log, OF_STATION):
            peer.transcript.validate(validation)

    async def look_alive(self, peer: FakeCSMS) -> None:
        """A rejection must not be taken for life: the station still answers at the end."""
        await peer.let_boot()
        if peer.registrations.current is Registration.ACCEPTED:
            trigger = ("TriggerMessage", {"requestedMessage": "Heartbeat"})
            await still_answers(peer, ("GetVariables", _ANY), trigger)

    async def restore(self, peer: FakeCSMS) -> list[Validation]:
        """Bring the station back to the general pre-conditions, or tell the next case why not.

        Returns what was wrong meanwhile.
        """
        await peer.finish()
        if self._absences and self.link.wire is None:
            self.dirty = f"after {peer.transcript.case_id}: the station is gone"
            return []
        log, wire = Transcript("restore", live=peer.transcript.live), self.link.wire
        janitor = self.peer("restore", log)
        janitor.off_the_page = True
        try:
            async with asyncio.timeout(self.sut.limits.case):
                await Restoration(self.sut, peer, janitor).run()
                await self._wait_for_connectors(peer, janitor)
                # One that answers nothing any more must not fail the cases that follow.
                await self.look_alive(janitor)
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
        return wrong_meanwhile(janitor, OF_STATION)

    def record(self, result: CaseResult) -> None:
        """Keep the result, without the passwords that came up."""
        self._discreet.record(result)

    def leave_out(self, case: NotRun) -> None:
        """See ``Conductor.leave_out``."""
        self._discreet.leave_out(case)

    @property
    def _discreet(self) -> Recorder:
        known = (*self.recorder.secrets, *self.link.secrets)
        return replace(self.recorder, secrets=known)


def _last_boot(peer: FakeCSMS) -> int | None:
    """Place of the last BootNotification that a peer got."""
    boots = (a.mark for a in peer.inbox.arrivals if a.action == "BootNotification")
    return max(boots, default=None)


def ids_of(inbox: Inbox) -> set[str]:
    """Message ids of the CALLs of the system under test that were answered: they are used up."""
    calls = (e.answers for e in inbox.events if isinstance(e, Traffic) and e.sent)
    return {call.frame.id for call in calls if call is not None}
