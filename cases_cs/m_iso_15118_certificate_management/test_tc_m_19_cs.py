"""TC_M_19_CS: a station says that it has no certificate of the type that it is asked for."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.installed import Listing, expect_listing
from harness.steps_cs.root_store import remove_all

_MO_ROOT = "MORootCertificate"


@case("TC_M_19_CS", irreversible="certificates")
async def test_tc_m_19_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await remove_all(fake_csms, _MO_ROOT)
    # Main
    await expect_listing(fake_csms, 1, 2, Listing((_MO_ROOT,)))
