"""TC_B_22_CSMS: a CSMS has a charging station reset at once."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, ended_by_reset


@case("TC_B_22_CSMS")
async def test_tc_b_22_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    fake_station.answer("Reset", status="Accepted")
    # Main
    await fake_station.ask("Reset", type="Immediate")
    # Erratum 2024-09: no evseId
    await fake_station.expect(1, "Reset", type="Immediate", evseId=ABSENT, requirement="B12.FR.04")
    await ended_by_reset(fake_station, 3, 4)
    await fake_station.reconnect(5)
    await fake_station.boot(5, 6, reason="RemoteReset", status="Accepted", requirement="B01.FR.02")
    await fake_station.report_connectors(7, 8, "Occupied")
