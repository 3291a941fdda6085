"""TC_M_09_CS: with the additional check, a root that the old one has not signed is refused.

The page has a root of its own; one that only names the old root as its issuer is tried too.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT
from harness.steps_cs.root_store import (
    expect_distrusted,
    expect_kept,
    forged_root,
    old_root,
    read_store,
    refuse,
    unknown_root,
)


@case("TC_M_09_CS", profiles=(2, 3))
async def test_tc_m_09_cs(fake_csms: FakeCSMS) -> None:
    root = unknown_root(fake_csms)
    # Before
    store = await read_store(fake_csms)
    # Main
    forged = forged_root(fake_csms)
    for certificate in (root, forged):
        await refuse(fake_csms, 1, 2, certificate, "M05.FR.11")
    old = old_root(fake_csms)
    await expect_kept(store, 3, 4, root, forged, kinds=[CSMS_ROOT], holds=(old,))
    # No post scenario on the page: it is not trusted
    await expect_distrusted(fake_csms, "post", root)
