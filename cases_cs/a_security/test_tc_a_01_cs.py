"""TC_A_01_CS: a station shows its identity and password with every connection request."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booted
from harness.steps_cs.password import judge_credentials


@case("TC_A_01_CS", profiles=(1, 2))
async def test_tc_a_01_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.run(1, Booted)
    source = "A00.FR.203, A00.FR.204, A00.FR.205, A00.FR.302, A00.FR.304"
    judge_credentials(fake_csms, 1, fake_csms.reboot_mark, source)
