"""TC_G_14_CSMS: a CSMS takes it that a station becomes inoperative behind its transaction."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    StopAuthorized,
)
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connector


@case("TC_G_14_CSMS")
async def test_tc_g_14_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    evse, connector = configured.evse_id, configured.connector_id
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await request_availability(fake_station, 1, 2, "Inoperative", answer="Scheduled")
    for idle in fake_station.sut.connectors:
        if idle[0] != evse:
            await tell_connector(fake_station, 3, 4, "Unavailable", idle)
    await fake_station.run(5, StopAuthorized)
    await fake_station.run(6, EVConnectedPostSession)
    await fake_station.run(7, EVDisconnected)
    await tell_connector(fake_station, 8, 9, "Unavailable", (evse, connector))
