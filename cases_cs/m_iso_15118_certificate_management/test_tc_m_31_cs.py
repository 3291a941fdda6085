"""TC_M_31_CS: a station whose new CSMS root does not fit falls back on the old one."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.root_store import (
    expect_old_root,
    expect_return,
    new_root,
    old_root,
    read_store,
    reset,
    serve,
)


@case("TC_M_31_CS", profiles=(2, 3))
async def test_tc_m_31_cs(fake_csms: FakeCSMS) -> None:
    # Before
    store = await read_store(fake_csms)
    store = await store.install("Before", new_root(fake_csms))
    # Main
    await reset(fake_csms, 1, 2)
    serve(fake_csms, 3, old_root(fake_csms))
    # Step 4: that it fails with the new root need not be seen (M05.FR.14)
    await expect_return(fake_csms, 5, 6)
    await expect_old_root(fake_csms, 7, 8, store)
