"""TC_M_01_CSMS: a CSMS has a root of its own installed at a station."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import CertificateInstalled
from harness.states_csms.installed import CSMS_ROOT


@case("TC_M_01_CSMS")
async def test_tc_m_01_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, CertificateInstalled(CSMS_ROOT))
