"""TC_A_06_CS: a station gives up a connection to a server that speaks TLS 1.1 at most."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import expect_boot
from harness.steps_cs.migration import ATTEMPTS
from harness.steps_cs.tls import (
    expect_old_version_refused,
    expect_version_event,
    serve_everywhere,
    serve_well,
)


@case("TC_A_06_CS", profiles=(2, 3))
async def test_tc_a_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.configure({ATTEMPTS: "1"}, if_writable=True)
    # Main
    serve_everywhere(fake_csms, 2, old=True)
    await fake_csms.reboot()
    await expect_old_version_refused(fake_csms, 1, 3, since=fake_csms.reboot_mark)
    mark = fake_csms.mark()
    serve_well(fake_csms, 5)
    await fake_csms.expect_connection(4, since=mark)
    await expect_boot(fake_csms, 10, 12, 14)
    await expect_version_event(fake_csms, 16, since=mark)
