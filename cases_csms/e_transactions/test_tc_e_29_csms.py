"""TC_E_29_CSMS: a CSMS asks whether a transaction goes on whose events are late, and takes them."""

from harness.case import case
from harness.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, metered_offline, offline_for_a_while


@case("TC_E_29_CSMS")
async def test_tc_e_29_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    transaction = fake_station.transaction.id
    # Main
    [at] = await offline_for_a_while(fake_station, 2, events=1)
    await fake_station.ask("GetTransactionStatus", transactionId=transaction)
    await fake_station.expect(
        3,
        "GetTransactionStatus",
        since=fake_station.asked,
        prefer_match=True,
        transactionId=transaction,
        requirement="E14.FR.02",
    )
    await metered_offline(fake_station, 5, 6, at)
