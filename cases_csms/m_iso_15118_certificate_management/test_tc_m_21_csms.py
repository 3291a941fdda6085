"""TC_M_21_CSMS: a CSMS has a certificate deleted where that fails."""

from harness.case import case
from harness.evidence.matchers import ABSENT, Contains, one_of
from harness.peers.fake_station import FakeStation
from harness.states_csms import CertificateInstalled
from harness.states_csms.installed import CSMS_ROOT, entry, request_deletion, request_list
from harness.steps_csms.telling import expect_still_served


@case("TC_M_21_CSMS")
async def test_tc_m_21_csms(fake_station: FakeStation) -> None:
    installed = entry(CSMS_ROOT)
    either = one_of(Contains(CSMS_ROOT), ABSENT)
    # Before
    await fake_station.reach(CertificateInstalled(CSMS_ROOT))
    # Main
    await request_list(fake_station, 1, 2, [installed], asked=[CSMS_ROOT], judged=either)
    await request_deletion(fake_station, 3, 4, installed["certificateHashData"], "Failed")
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
