"""TC_A_09_CS: a station takes a new password, and connects with it."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import expect_boot
from harness.steps_cs.password import change_password, judge_credentials
from harness.steps_cs.reconnect import expect_reconnect


@case("TC_A_09_CS", profiles=(1, 2))
async def test_tc_a_09_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = fake_csms.mark()
    status = await change_password(fake_csms, 1, 2, one_of("Accepted", "RebootRequired"))
    if status == "RebootRequired":
        await fake_csms.reboot()
    # A01, steps 3 and 4: it connects with the new one.
    await fake_csms.expect_connection(3, since=mark, requirement="A01.FR.01")
    judge_credentials(fake_csms, 3, mark, "A01.FR.01, A00.FR.205, A00.FR.304")
    if status == "RebootRequired":
        await expect_boot(fake_csms, 5, 7)
    # And once more, as with every connection request (A00.FR.203)
    mark = fake_csms.mark()
    await fake_csms.disconnect("post")
    await expect_reconnect(fake_csms, "post", since=mark)
    judge_credentials(fake_csms, "post", mark, "A01.FR.01, A00.FR.203, A00.FR.302")
