"""TC_A_07_CS: a station shows its own certificate in the TLS handshake."""

from harness.case import case
from harness.fake_csms import FakeCSMS
from harness.states_cs import Booting, boot_notification
from harness.station_tls import expect_good_tls, judge_client_certificate


@case("TC_A_07_CS", profiles=(3,))
async def test_tc_a_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Booting)
    # Main
    source = "A00.FR.416, A00.FR.422, A00.FR.424"
    attempt = await expect_good_tls(fake_csms, 1, 4, source)
    boot = await boot_notification(fake_csms, 7)
    # Only now it is known which serial number the station says it has.
    judge_client_certificate(fake_csms, 4, attempt)
    await fake_csms.expect_connectors(9, "Available", since=boot.place, requirement="B01.FR.05")
