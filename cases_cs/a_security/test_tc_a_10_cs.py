"""TC_A_10_CS: a station refuses a password that is too short, and keeps the one it has."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.pki.passwords import any_password
from harness.states_cs import Booted
from harness.steps_cs.password import TOO_SHORT, judge_credentials, set_password


@case("TC_A_10_CS", profiles=(1, 2))
async def test_tc_a_10_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = fake_csms.mark()
    await set_password(fake_csms, 1, 2, any_password(TOO_SHORT), "Rejected", "A00.FR.205")
    await fake_csms.run(5, Booted)
    # Steps 3 and 4: the one that was refused is not in use.
    judge_credentials(fake_csms, 3, mark, "A01.FR.01, A00.FR.205, A00.FR.304")
    fake_csms.changes.password = ""
