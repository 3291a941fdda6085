"""TC_J_08_CSMS: meter values of the start are taken as soon as the EVSE is known."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Authorized, EnergyTransferStarted, EVConnectedPreSession
from harness.steps_csms.metering import measure_when_told


@case("TC_J_08_CSMS")
async def test_tc_j_08_csms(fake_station: FakeStation) -> None:
    # Main: a driver starts the transaction, who has not chosen an EVSE yet
    await fake_station.run(1, Authorized)
    measure_when_told(fake_station, "CablePluggedIn", "Transaction.Begin")
    await fake_station.run(2, EVConnectedPreSession)
    await fake_station.run(3, EnergyTransferStarted)
