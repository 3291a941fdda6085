"""TC_A_21_CS: without a certificate of its own, a station does not move up to profile 3.

B09.FR.02 lets it refuse the network profile already, as an erratum says for TC_A_20_CS.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.migration import install_root
from harness.steps_cs.upgrade import expect_no_upgrade, remove_station_certificate


@case("TC_A_21_CS", profiles=(1, 2))
async def test_tc_a_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await remove_station_certificate(fake_csms)
    await install_root(fake_csms, fake_csms.link.keys.old_root)
    # Main
    await expect_no_upgrade(fake_csms, 3, "A05.FR.03")
