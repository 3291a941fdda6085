"""TC_M_13_CSMS: a CSMS asks for the roots of the manufacturer that a station has."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import GetInstalledCertificates
from harness.states_csms.installed import MANUFACTURER_ROOT


@case("TC_M_13_CSMS")
async def test_tc_m_13_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, GetInstalledCertificates(MANUFACTURER_ROOT))
