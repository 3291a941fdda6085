"""The test bed of a CSMS: its operator, the fake station's credentials, order between cases."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from harness import clock
from harness.connection.station_access import Barrier, Keyring, NotConnected, is_listening
from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult, NotRun
from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, StopKind, Validation, breaches
from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.hands import Buttons
from harness.peers.arrangements import Arrangements, of_csms
from harness.peers.fake_station import FakeStation
from harness.peers.id_tokens import IdTokens
from harness.rules import frames as rules
from harness.rules.judging import check
from harness.rules.recorded import keep
from harness.rules.rulebook import OF_CSMS
from harness.spec.catalogue import Row
from harness.states_csms import Booted
from harness.steps_csms.credentials import restore_password
from harness.sut import pics
from harness.sut.model import Sut
from harness.testbed.alive import PATIENCE, last_seen, still_answers, wrong_meanwhile
from harness.testbed.station import ids_of
from harness.testbed.token_look import look_at_tokens

#: Seconds of a look whether a CSMS that did not answer is there again.
_LOOK = 1.0
#: For a vendor that nobody is: to be answered, however.
_ANY_DATA = {"vendorId": "org.example.harness"}


async def _tried(work: Awaitable[None]) -> None:
    """Do what can be done: the next case connects and boots anew, and says so if it cannot."""
    with suppress(CaseStopped, Unsupported, OperatorFailed, TimeoutError):
        await work


@dataclass
class CsmsTestBed:
    """What stays from case to case while a CSMS is under test."""

    sut: Sut
    operator: Operator
    recorder: Recorder
    keyring: Keyring = field(default_factory=Keyring)
    arrangements: Arrangements = field(init=False)
    #: An embedded CSMS is set up as its description says.
    tokens: IdTokens = field(init=False)
    _seen_ids: set[str] = field(default_factory=set[str])
    #: Cases in a row in which nobody answered, and when somebody did last.
    _absences: int = 0
    _seen: datetime | None = None

    def __post_init__(self) -> None:
        self.arrangements = of_csms(self.sut)
        self.tokens = IdTokens(self.sut, asked=self.sut.operator.kind == "embedded")

    @property
    def fail_on_warnings(self) -> bool:
        """Whether warnings count as failures."""
        return self.recorder.fail_on_warnings

    def peer(self, name: str, transcript: Transcript | None = None) -> FakeStation:
        """A fake station for one case; it connects in ``prepare``."""
        log = transcript or self._discreet.transcript(name)
        buttons = Buttons(self.operator, log, self.sut)
        station = FakeStation(self.sut, log, buttons, self.keyring, self.arrangements, self.tokens)
        station.conductor = self
        return station

    def applicability(self, row: Row) -> str:
        """Why a case does not apply to this CSMS, or ""."""
        return pics.applicability(row, self.sut)

    async def bring_back(self) -> None:
        """Bring the CSMS back from what an earlier case arranged."""
        await self.arrangements.bring_back(
            self.operator, self.sut.limits.operator, self.recorder.live
        )

    async def prepare(
        self, peer: FakeStation, *, booted: bool, profiles: Collection[int] = ()
    ) -> None:
        """Connected and, unless the case boots by itself, accepted (Part 6, 3.1)."""
        del profiles  # a case chooses its way in by itself
        await self._find(peer)
        if booted:
            await peer.run("accepted", Booted)
            if not self.tokens.asked:
                await look_at_tokens(peer)

    async def _find(self, peer: FakeStation) -> None:
        """Connect; where nobody answered twice, one look says whether somebody does now."""
        if self._absences >= PATIENCE and not await is_listening(self.sut.url, _LOOK):
            text = f"nobody listens at {self.sut.url}: {last_seen(self._seen)}"
            raise CaseStopped(StopKind.BEFORE, text, f"connection {Barrier.UNREACHABLE}")
        try:
            await peer.connect()
        except CaseStopped as stopped:
            gone = isinstance(stopped.__cause__, NotConnected) and stopped.__cause__.is_absence
            self._absences = self._absences + 1 if gone else 0
            raise
        self._absences, self._seen = 0, clock.now()

    async def conclude(self, peer: FakeStation) -> None:
        """Still alive, and every standing rule kept."""
        try:
            if not breaches(peer.transcript.validations) and peer.accepted:
                await self.look_alive(peer)
        finally:
            self._check_rules(peer)

    async def look_alive(self, peer: FakeStation) -> None:
        """The CSMS still answers at the end."""
        await still_answers(peer, ("Heartbeat", {}), ("DataTransfer", _ANY_DATA))

    def _check_rules(self, peer: FakeStation) -> None:
        log = rules.CaseLog(
            self.sut,
            peer.inbox.events,
            peer.inbox.arrivals,
            frozenset(self._seen_ids),
            complete=not peer.stopped,
        )
        self._seen_ids |= ids_of(peer.inbox)
        keep(log, peer.transcript)
        for validation in check(log, OF_CSMS):
            peer.transcript.validate(validation)

    async def restore(self, peer: FakeStation) -> list[Validation]:
        """End the simulated transaction, undo what was arranged, and hang up.

        Returns what was wrong meanwhile.
        """
        log = Transcript("restore", live=peer.transcript.live)
        peer.transcript = peer.record.transcript = log
        peer.off_the_page, mark = True, peer.mark()
        try:
            for each in peer.transactions:
                if each.started and not each.ended:
                    peer.return_to(each)
                    await _tried(self._end(peer))
            await _tried(restore_password(peer))
            await _tried(self.bring_back())
        finally:
            await peer.finish()
        return wrong_meanwhile(peer, OF_CSMS, since=mark)

    @staticmethod
    async def _end(peer: FakeStation) -> None:
        if peer.wire is None:
            await peer.connect()
        await peer.transaction_event(
            "restore",
            "restore",
            "Ended",
            "EVCommunicationLost",
            info={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
        )
        await peer.report_connector("restore", "restore", "Available")

    @property
    def _discreet(self) -> Recorder:
        """The recorder, which masks what came up during the cases too."""
        known = self.recorder.secrets
        return replace(self.recorder, secrets=(*known, *self.keyring.secrets))

    def record(self, result: CaseResult) -> None:
        """Keep the result."""
        self._discreet.record(result)

    def leave_out(self, case: NotRun) -> None:
        """See ``Conductor.leave_out``."""
        self._discreet.leave_out(case)
