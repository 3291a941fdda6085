"""TC_M_18_CSMS: a CSMS asks for all certificates that a station has, whatever they are for."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms.installed import CSMS_ROOT, MANUFACTURER_ROOT, entry, request_list


@case("TC_M_18_CSMS")
async def test_tc_m_18_csms(fake_station: FakeStation) -> None:
    # Main
    roots = (CSMS_ROOT, MANUFACTURER_ROOT, "MORootCertificate", "V2GRootCertificate")
    chain = entry("V2GCertificateChain", children=2)
    installed = [*(entry(kind) for kind in roots), chain]
    await request_list(fake_station, 1, 2, installed, asked=None, judged=ABSENT)
