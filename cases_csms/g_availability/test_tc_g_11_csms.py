"""TC_G_11_CSMS: a CSMS takes it that an EVSE becomes inoperative behind its transaction."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    StopAuthorized,
)
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connectors


@case("TC_G_11_CSMS")
async def test_tc_g_11_csms(fake_station: FakeStation) -> None:
    evse = fake_station.sut.configured.evse_id
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await request_availability(fake_station, 1, 2, "Inoperative", evse, answer="Scheduled")
    await fake_station.run(3, StopAuthorized)
    await fake_station.run(4, EVConnectedPostSession)
    await fake_station.run(5, EVDisconnected)
    await tell_connectors(fake_station, 6, 7, "Unavailable", evse)
