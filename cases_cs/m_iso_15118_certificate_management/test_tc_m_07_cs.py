"""TC_M_07_CS: a station refuses what is no valid root certificate.

The page has an expired one; what is no certificate of an authority, or none at all, is tried too.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT
from harness.steps_cs.root_store import (
    expect_kept,
    expired_root,
    leaf,
    read_store,
    refuse,
    without_root_check,
)


@case("TC_M_07_CS", profiles=(2, 3))
async def test_tc_m_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await without_root_check(fake_csms)
    store = await read_store(fake_csms)
    # Main
    expired, no_ca = expired_root(fake_csms), leaf(fake_csms)
    for certificate in (expired, no_ca, None):
        await refuse(fake_csms, 1, 2, certificate, "M05.FR.07")
    await expect_kept(store, 3, 4, expired, no_ca, kinds=[CSMS_ROOT])
