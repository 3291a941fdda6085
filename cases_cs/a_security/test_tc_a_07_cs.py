"""TC_A_07_CS: a station shows its own certificate in the TLS handshake."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booting, expect_boot
from harness.steps_cs.tls import (
    expect_good_hello,
    judge_client_certificate,
    judge_no_password,
)


@case("TC_A_07_CS", profiles=(3,))
async def test_tc_a_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Booting)
    # Main
    await expect_good_hello(fake_csms, 1, 4)
    opened = await fake_csms.expect_connection(6, since=fake_csms.reboot_mark)
    judge_no_password(fake_csms, 5, opened.attempt)
    await judge_client_certificate(fake_csms, 4, opened.attempt)
    await expect_boot(fake_csms, 7, 9, "post")
