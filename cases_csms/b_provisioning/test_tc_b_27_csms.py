"""TC_B_27_CSMS: a CSMS has a charging EVSE reset at once."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_B_27_CSMS")
async def test_tc_b_27_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    evse = fake_station.sut.configured.evse_id
    await fake_station.requested(
        1,
        2,
        "Reset",
        type="Immediate",
        evseId=evse,
        answer={"status": "Accepted"},
        requirement="B12.FR.08",
    )
    await fake_station.transaction_event(
        3,
        4,
        "Ended",
        "ResetCommand",
        info={"chargingState": "EVConnected", "stoppedReason": "ImmediateReset"},
    )
