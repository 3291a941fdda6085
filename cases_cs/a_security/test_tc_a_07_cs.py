"""TC_A_07_CS: a station shows its own certificate in the TLS handshake."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booting, boot_reason, expect_startup_sequence
from harness.steps_cs.tls import expect_good_tls, judge_client_certificate


@case("TC_A_07_CS", profiles=(3,))
async def test_tc_a_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Booting)
    # Main
    source = "A00.FR.416, A00.FR.422, A00.FR.424"
    attempt = await expect_good_tls(fake_csms, 1, 4, source)
    await judge_client_certificate(fake_csms, 4, attempt)
    await expect_startup_sequence(fake_csms, 7, 9, "post", boot_reason(power_cycled=False))
