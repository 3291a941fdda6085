"""TC_F_10_CS: a connector that there is not cannot be unlocked."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.locks import unlock


@case("TC_F_10_CS")
async def test_tc_f_10_cs(fake_csms: FakeCSMS) -> None:
    session = fake_csms.session()
    # Main
    status, source = "UnknownConnector", "F05.FR.03"
    await unlock(fake_csms, 1, 2, session, status=status, connector=999, requirement=source)
