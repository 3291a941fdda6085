"""TC_M_02_CSMS: a CSMS has a root of the manufacturer installed at a station."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import CertificateInstalled
from harness.states_csms.installed import MANUFACTURER_ROOT


@case("TC_M_02_CSMS")
async def test_tc_m_02_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, CertificateInstalled(MANUFACTURER_ROOT))
