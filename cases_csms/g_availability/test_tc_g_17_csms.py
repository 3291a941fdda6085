"""TC_G_17_CSMS: a CSMS takes it that a connector becomes inoperative behind its transaction."""

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


@case("TC_G_17_CSMS")
async def test_tc_g_17_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    evse, connector = configured.evse_id, configured.connector_id
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await request_availability(
        fake_station, 1, 2, "Inoperative", evse, connector, answer="Scheduled"
    )
    await fake_station.run(3, StopAuthorized)
    await fake_station.run(4, EVConnectedPostSession)
    await fake_station.run(5, EVDisconnected)
    await tell_connector(fake_station, 6, 7, "Unavailable", (evse, connector))
