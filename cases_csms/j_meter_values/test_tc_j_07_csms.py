"""TC_J_07_CSMS: meter values at the start of a transaction are taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EVConnectedPreSession
from harness.steps_csms.metering import measure_when_told


@case("TC_J_07_CSMS")
async def test_tc_j_07_csms(fake_station: FakeStation) -> None:
    # Main: the cable starts the transaction
    measure_when_told(fake_station, "CablePluggedIn", "Transaction.Begin")
    await fake_station.run(1, EVConnectedPreSession)
