"""TC_F_27_CS: a message that the station does not have is refused as not implemented."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import trigger


@case("TC_F_27_CS")
async def test_tc_f_27_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = await trigger(
        fake_csms,
        1,
        2,
        "SignCombinedCertificate",
        status="NotImplemented",
        requirement="F06.FR.08",
    )
    await fake_csms.silence(2, "SignCertificate", since=mark, requirement="F06.FR.08")
