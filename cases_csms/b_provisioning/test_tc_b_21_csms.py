"""TC_B_21_CSMS: a CSMS has a charging station reset when its transaction is over."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, stop_by_token, unplugged


@case("TC_B_21_CSMS")
async def test_tc_b_21_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    fake_station.answer("Reset", status="Scheduled")
    # Main
    await fake_station.ask("Reset", type="OnIdle")
    # Erratum 2024-09: no evseId
    await fake_station.expect(1, "Reset", type="OnIdle", evseId=ABSENT, requirement="B12.FR.01")
    await stop_by_token(fake_station, 3, 4)
    await unplugged(fake_station, 5, 6)
    await fake_station.reconnect(7)
    await fake_station.boot(
        7, 8, reason="ScheduledReset", status="Accepted", requirement="B01.FR.02"
    )
    await fake_station.report_connectors(9, 10)
