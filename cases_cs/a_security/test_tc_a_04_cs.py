"""TC_A_04_CS: a station secures its connection with TLS as Part 2 wants it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booting, boot_reason, expect_startup_sequence
from harness.steps_cs.tls import expect_good_tls


@case("TC_A_04_CS", profiles=(2, 3))
async def test_tc_a_04_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Booting)
    # Main
    source = "A00.FR.313, A00.FR.319, A00.FR.321, A00.FR.422"
    await expect_good_tls(fake_csms, 1, 2, source)
    await expect_startup_sequence(fake_csms, 7, 9, "post", boot_reason(power_cycled=False))
