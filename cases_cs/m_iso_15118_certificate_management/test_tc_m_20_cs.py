"""TC_M_20_CS: a station deletes a CSMS root, and no other.

The page does not say which: the one that the case has installed, so that the last may stay.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT
from harness.states_cs.installed import run_listing
from harness.steps_cs.root_store import delete_root, expect_distrusted, new_root, read_store


@case("TC_M_20_CS", profiles=(2, 3))
async def test_tc_m_20_cs(fake_csms: FakeCSMS) -> None:
    root = new_root(fake_csms)
    # Before
    store = await read_store(fake_csms)
    store = await store.install("Before", root)
    # Main
    answer = await run_listing(fake_csms, 1, store.listing(CSMS_ROOT))
    await delete_root(store, 2, 3, root, answer)
    left = store.without(root).listing(CSMS_ROOT, lacks=(root,))
    await run_listing(fake_csms, 4, left)
    # No post scenario on the page: it is not trusted any more
    await expect_distrusted(fake_csms, "post", root)
