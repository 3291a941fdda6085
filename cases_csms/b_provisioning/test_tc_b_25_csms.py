"""TC_B_25_CSMS: a CSMS has a single idle EVSE reset."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_B_25_CSMS")
async def test_tc_b_25_csms(fake_station: FakeStation) -> None:
    evse = fake_station.sut.configured.evse_id
    fake_station.answer("Reset", status="Accepted")
    # Main
    await fake_station.ask("Reset", type="OnIdle", evseId=evse)
    await fake_station.expect(1, "Reset", type="OnIdle", evseId=evse, requirement="B11.FR.04")
