"""TC_M_30_CS: once it has connected by the new CSMS root, a station gives up the old one."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.root_store import (
    expect_distrusted,
    expect_replaced,
    expect_return,
    new_root,
    old_root,
    read_store,
    renew_in_profile_3,
    reset,
    serve,
)


@case("TC_M_30_CS", profiles=(2, 3), irreversible="certificates")
async def test_tc_m_30_cs(fake_csms: FakeCSMS) -> None:
    root = new_root(fake_csms)
    # Before (the renewal first: the station reconnects for it)
    store = await read_store(fake_csms)
    await renew_in_profile_3(fake_csms)
    store = await store.install("Before", root)
    # Main
    await reset(fake_csms, 1, 2)
    serve(fake_csms, 3, root)
    await expect_return(fake_csms, 4, 5)
    await expect_replaced(fake_csms, 6, 7, store)
    # No post scenario on the page: the old one is not trusted any more
    await expect_distrusted(fake_csms, "post", old_root(fake_csms), held=root)
