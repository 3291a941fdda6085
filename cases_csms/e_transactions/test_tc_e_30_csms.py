"""TC_E_30_CSMS: a CSMS asks whether a transaction goes on."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_E_30_CSMS")
async def test_tc_e_30_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    transaction = fake_station.transaction.id
    # Main
    await fake_station.ask("GetTransactionStatus", transactionId=transaction)
    await fake_station.expect(
        1,
        "GetTransactionStatus",
        since=fake_station.asked,
        prefer_match=True,
        transactionId=transaction,
        requirement="E14.FR.02",
    )
