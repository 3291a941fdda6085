"""One case, once, against an embedded system of its own that nothing has happened to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult, NotRun
from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, Validation
from harness.ocppj.inbox import Arrival
from harness.peers.conductor import Conductor
from harness.peers.peer import Peer
from harness.proof.embedded_run import Outcome, case_functions
from harness.proof.keys import shared_keys
from harness.proof.trust.applicability import excluded
from harness.reference.csms import Csms
from harness.reference.station import Station
from harness.run.conduct import conduct
from harness.spec.catalogue import Row
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.testbed.bringup import Embedding, csms_test_bed, station_test_bed
from harness.testbed.kits import KITS, embedded_sut
from harness.testbed.station import StationTestBed

PeerT = TypeVar("PeerT", bound=Peer)


class TrafficFilter(Protocol):
    """A filter that begins when the case does."""

    @property
    def armed(self) -> bool:
        """Whether the case is going on."""
        ...

    @armed.setter
    def armed(self, going_on: bool) -> None: ...

    def join(self, system: Station | Csms) -> None:
        """Take part in what this system sends."""
        ...

    async def settle(self, seconds: float) -> None:
        """Wait so long at most until what the filter sends itself has gone out."""
        ...


@dataclass
class _ThrowawayConductor(Generic[PeerT]):
    """A conductor that puts nothing back: the system is thrown away after the case."""

    whole: Conductor[PeerT]
    ear: TrafficFilter
    result: CaseResult | None = None

    @property
    def fail_on_warnings(self) -> bool:
        return self.whole.fail_on_warnings

    def applicability(self, row: Row) -> str:
        # The first that is asked of a conductor: not every case has preparations.
        self.ear.armed = True
        return self.whole.applicability(row)

    async def bring_back(self) -> None:
        await self.whole.bring_back()

    async def prepare(self, peer: PeerT, *, booted: bool, profiles: Collection[int]) -> None:
        await self.whole.prepare(peer, booted=booted, profiles=profiles)

    async def conclude(self, peer: PeerT) -> None:
        await self.ear.settle(peer.sut.limits.event)
        await self.whole.conclude(peer)

    async def restore(self, peer: PeerT) -> Sequence[Validation]:
        self.ear.armed = False
        await peer.finish()
        return ()

    def record(self, result: CaseResult) -> None:
        self.result = result

    def leave_out(self, case: NotRun) -> None:
        """See ``Conductor.leave_out``; nobody is asked here who could wish it."""
        self.whole.leave_out(case)


def variant_for(role: Role, case_id: str) -> str:
    """The first variant to which a case applies; "" is the plain system.

    Raises:
        LookupError: there is none.
    """
    for name in ("", *KITS[role].variants):
        if case_id not in excluded(role, name):
            return name
    raise LookupError(f"{case_id} applies to no embedded system")


async def run_once(
    role: Role, case_id: str, variant: str, ear: TrafficFilter, certs: Path
) -> Outcome:
    """Run a case; ``certs`` is a folder that no other run uses at the same time."""
    sut = embedded_sut(role)
    embedding = Embedding(variant, ear.join, shared_keys)
    if role is Role.CSMS:
        async with csms_test_bed(sut, _unrecorded, certs, embedding) as test_bed:
            return await _conducted(role, case_id, test_bed.peer(case_id), test_bed, ear)
    async with station_test_bed(sut, _unrecorded, certs, embedding) as test_bed:
        await _warmed_up(test_bed, case_functions(role)[case_id].info.profiles)
        return await _conducted(role, case_id, test_bed.peer(case_id), test_bed, ear)


async def _conducted(
    role: Role, case_id: str, peer: PeerT, test_bed: Conductor[PeerT], ear: TrafficFilter
) -> Outcome:
    function = case_functions(role)[case_id]
    conductor = peer.conductor = _ThrowawayConductor(test_bed, ear)
    arguments = {KITS[role].peer: peer}
    await conduct(function.info, peer, lambda: function.scenario(**arguments))
    if conductor.result is None:
        raise RuntimeError(f"{case_id} recorded no result")
    return Outcome(conductor.result, peer)


def _unrecorded(_sut: Sut) -> Recorder:
    return Recorder(None)


async def _warmed_up(test_bed: StationTestBed, profiles: Collection[int]) -> None:
    """Wait until a station, in one of these security profiles, has said all of its first boot.

    Raises:
        RuntimeError: it does not come so far.
    """
    peer = test_bed.peer("first boot", Transcript("first boot"))
    try:
        async with peer.before():
            await test_bed.prepare(peer, booted=True, profiles=profiles)
            await peer.expect_connectors("first boot", "Available")
        if await peer.inbox.wait(lambda: _last_of_boot(peer), peer.sut.limits.boot) is None:
            raise RuntimeError("the embedded station does not tell that it has started")
    except CaseStopped as stopped:
        raise RuntimeError(f"the embedded station does not start: {stopped}") from stopped
    finally:
        await peer.finish()


def _last_of_boot(peer: Peer) -> Arrival | None:
    found = (a for a in peer.inbox.arrivals if a.action == "SecurityEventNotification")
    return next(found, None)
