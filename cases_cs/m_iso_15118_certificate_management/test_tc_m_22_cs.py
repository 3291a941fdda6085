"""TC_M_22_CS: a station that does not have a certificate does not delete any.

The page asks for one that it does not know; some that are like one of its own are tried too.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT, GetInstalledCertificates
from harness.steps_cs.root_store import (
    almost,
    delete,
    expect_kept,
    manufacturer_root,
    read_store,
    unknown_root,
)


@case("TC_M_22_CS", profiles=(2, 3))
async def test_tc_m_22_cs(fake_csms: FakeCSMS) -> None:
    known = manufacturer_root()
    # Before
    store = await read_store(fake_csms)
    store = await store.offer("Before", known)
    # Main
    await fake_csms.run(1, GetInstalledCertificates(store.listing(CSMS_ROOT)))
    unknown = unknown_root(fake_csms).hash_data(store.algorithm)
    await delete(fake_csms, 2, 3, unknown, "NotFound", "M04.FR.04")
    # No post scenario on the page: nor by a part of the hash data, and nothing is deleted
    for hashes in almost(known.hash_data(store.algorithm), unknown):
        await delete(fake_csms, "post", "post", hashes, "NotFound", "M04.FR.04")
    await expect_kept(store, "post", "post")
