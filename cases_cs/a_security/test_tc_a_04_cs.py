"""TC_A_04_CS: a station secures its connection with TLS as Part 2 wants it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booting, expect_boot
from harness.steps_cs.tls import expect_good_hello


@case("TC_A_04_CS", profiles=(2, 3))
async def test_tc_a_04_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Booting)
    # Main
    await expect_good_hello(fake_csms, 1, 2)
    await fake_csms.expect_connection(6, since=fake_csms.reboot_mark)
    await expect_boot(fake_csms, 7, 9, "post")
