"""TC_M_20_CSMS: a CSMS has a certificate deleted, whatever hashes the station names it by."""

from harness.case import case
from harness.evidence.matchers import ABSENT, Contains, one_of
from harness.peers.fake_station import FakeStation
from harness.pki.certificate_hash import HASHES
from harness.states_csms import CertificateInstalled
from harness.states_csms.installed import CSMS_ROOT, entry, request_deletion, request_list


@case("TC_M_20_CSMS")
async def test_tc_m_20_csms(fake_station: FakeStation) -> None:
    either = one_of(Contains(CSMS_ROOT), ABSENT)
    # Main
    for algorithm in HASHES:
        installed = entry(CSMS_ROOT, algorithm)
        await fake_station.run(1, CertificateInstalled(CSMS_ROOT))
        await request_list(fake_station, 2, 3, [installed], asked=[CSMS_ROOT], judged=either)
        await request_deletion(fake_station, 4, 5, installed["certificateHashData"])
