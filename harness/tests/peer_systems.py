"""The fake peers as systems under test, so that each is held to the cases that it holds others to.

The fake station is moved through the states that cases bring it into; it has no meter and no list,
remembers nobody, and refuses to reset. The fake CSMS sends what it is told to, and shows nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness import clock
from harness.connection.station_link import StationLink
from harness.evidence.recorder import Recorder
from harness.evidence.results import CaseResult
from harness.evidence.transcript import Transcript
from harness.operators.base import Unsupported
from harness.operators.hands import Buttons, Hands
from harness.peers.arrangements import of_station
from harness.peers.fake_csms import FakeCSMS
from harness.peers.fake_station import FakeStation
from harness.peers.owed import Owed
from harness.proof.embedded_run import case_functions
from harness.proof.keys import shared_keys
from harness.run.conduct import conduct
from harness.spec.roles import Role
from harness.states_csms import Authorized, EnergyTransferStarted, EVConnectedPreSession
from harness.sut.model import Sut
from harness.testbed.csms import CsmsTestBed
from harness.testbed.kits import embedded_sut
from harness.testbed.station import StationTestBed

#: What the fake station has of the options of Part 5: a reader, a cache, the SummaryInventory.
FEATURES = frozenset({"C-30", "C-49", "C-56"})
CORE = frozenset({"Core"})
#: Custom reports, without the monitoring that belongs to the same profile.
REPORTS = CORE | {"Advanced Device Management"}
PASSWORD = "0123456789abcdef"


class _Nobody:
    """The operator of a peer: it has nobody to ask."""

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def perform(self, action: str, **_: Any) -> Any:
        raise Unsupported(action)


class StationHands:
    """Moves a fake station that is connected as long as there is somebody to connect to."""

    def __init__(self, sut: Sut) -> None:
        log = Transcript("driven")
        self.station = FakeStation(sut, log, Buttons(_Nobody(), log, sut))

    async def start(self) -> None:
        await self.station.connect()
        await self._boot()

    async def _boot(self) -> None:
        """Until it is accepted (B02.FR.08, B03.FR.06)."""
        answer = await self.station.boot("", "")
        while not self.station.accepted:
            await clock.sleep(answer["interval"])
            answer = await self.station.boot("", "")
        await self.station.report_connectors("", "")

    async def _begin_charging(self) -> None:
        if self.station.transaction.authorized and self.station.transaction.plugged:
            await EnergyTransferStarted.steps(self.station)

    async def close(self) -> None:
        await self.station.finish()

    async def perform(self, action: str, **parameters: Any) -> Any:
        station, here = self.station, self.station.sut.configured.evse_id
        match action:
            case "power_cycle":
                await station.disconnect()
                await station.connect()
                self.station.spawn(self._boot())
            case "plug_in" if parameters["evse"] == here:
                await EVConnectedPreSession.steps(station)
                await self._begin_charging()
            case "present_token" if parameters["id_token"] == station.id_token["idToken"]:
                await Authorized.steps(station)
                await self._begin_charging()
            case _:
                raise Unsupported(f"{action} {parameters}")


def _fake_station_of(sut: Sut, url: str) -> Sut:
    return Sut(
        "the fake station",
        Role.CSMS,
        identity=sut.identity,
        url=url,
        security_profile=1,
        password=PASSWORD,
        evses=sut.evses,
        configured=sut.configured,
        tokens=sut.tokens,
    )


@asynccontextmanager
async def _station_test_bed(
    recorder: Recorder, folder: Path, profiles: frozenset[str]
) -> AsyncGenerator[StationTestBed]:
    plain = embedded_sut(Role.STATION)
    listen = replace(plain.listen, host="127.0.0.1")
    sut = replace(
        plain,
        listen=listen,
        security_profile=1,
        password=PASSWORD,
        profiles=profiles,
        features=FEATURES,
        parking_bay_sensor=False,
    )
    keys = shared_keys(folder, sut.serial)
    link = StationLink(sut, keys)
    await link.start()
    sut = replace(sut, listen=link.listen)
    hands = StationHands(_fake_station_of(sut, link.endpoint(1).url))
    bed = StationTestBed(sut, link, hands, recorder)
    try:
        await hands.start()
        yield bed
    finally:
        await hands.close()
        await link.stop()


@dataclass(frozen=True)
class _Memory(Recorder):
    results: list[CaseResult] = field(default_factory=list[CaseResult])

    def record(self, result: CaseResult) -> None:
        self.results.append(result)


async def run_fake_station(
    case_id: str, folder: Path, profiles: frozenset[str] = CORE
) -> CaseResult:
    """Run a station case against the fake station, which claims these profiles."""
    memory = _Memory(None, (PASSWORD,))
    async with _station_test_bed(memory, folder, profiles) as bed:
        peer = bed.peer(case_id)
        function = case_functions(Role.STATION)[case_id]
        await conduct(function.info, peer, lambda: function.scenario(peer), restore=False)
        await peer.finish()
    return memory.results[-1]


class CsmsButtons:
    """Has a fake CSMS send what it is told to; its boot status is what was arranged."""

    def __init__(self, csms: FakeCSMS) -> None:
        self.csms = csms

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        await self.csms.finish()

    async def perform(self, action: str, **parameters: Any) -> Any:
        match action:
            case "ask":
                payload = {"requestId": 7, **parameters["payload"]}
                if parameters["message"] not in ("GetBaseReport", "GetReport"):
                    del payload["requestId"]
                sent = await self.csms.offer(parameters["message"], **payload)
                if sent is not None:
                    await sent.settled()
            case "arrange" if parameters["what"] == "boot_status":
                self.csms.answer("BootNotification", status=parameters["status"], interval=1)
            case _:
                raise Unsupported(f"{action} {parameters}")


@asynccontextmanager
async def _csms_test_bed(recorder: Recorder, folder: Path) -> AsyncGenerator[CsmsTestBed]:
    plain = embedded_sut(Role.CSMS)
    station = embedded_sut(Role.STATION)
    listen = replace(station.listen, host="127.0.0.1")
    station = replace(station, listen=listen, security_profile=1, password=PASSWORD)
    link = StationLink(station, shared_keys(folder, station.serial))
    await link.start()
    log = Transcript("the fake CSMS")
    csms = FakeCSMS(station, log, link, Hands(_Nobody(), log, station), Owed(0), of_station())
    link.audience = csms
    url = link.endpoint(1).url
    sut = replace(plain, security_profile=1, password=PASSWORD, url=url, endpoints={1: url})
    buttons = CsmsButtons(csms)
    try:
        yield CsmsTestBed(sut, buttons, recorder)
    finally:
        await buttons.close()
        await link.stop()


async def run_fake_csms(case_id: str, folder: Path) -> CaseResult:
    """Run a CSMS case against the fake CSMS."""
    memory = _Memory(None, (PASSWORD,))
    async with _csms_test_bed(memory, folder) as bed:
        peer = bed.peer(case_id)
        function = case_functions(Role.CSMS)[case_id]
        await conduct(function.info, peer, lambda: function.scenario(peer), restore=False)
        await peer.finish()
    return memory.results[-1]
