"""TC_E_30_CSMS: a CSMS asks whether a transaction goes on."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_E_30_CSMS")
async def test_tc_e_30_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await fake_station.requested(
        1,
        2,
        "GetTransactionStatus",
        transactionId=fake_station.transaction.id,
        prefer_match=True,
        requirement="E14.FR.02",
    )
