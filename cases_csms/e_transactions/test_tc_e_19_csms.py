"""TC_E_19_CSMS: a transaction that ends when the vehicle leaves the parking bay is taken."""

from harness.case import case
from harness.fake_station import FakeStation
from harness.states_csms import EVConnectedPostSession, cable_out


@case("TC_E_19_CSMS")
async def test_tc_e_19_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EVConnectedPostSession)
    async with fake_station.before():
        # The cable is out, and the transaction goes on: it has not ended yet at step 1.
        await cable_out(fake_station)
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "EVDeparted",
        info={"stoppedReason": "Local"},
    )
