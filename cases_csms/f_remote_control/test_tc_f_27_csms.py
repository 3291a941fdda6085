"""TC_F_27_CSMS: a CSMS takes it that a station does not have a message."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import expect_still_served


@case("TC_F_27_CSMS")
async def test_tc_f_27_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="SignCombinedCertificate",
        answer={"status": "NotImplemented"},
        requirement="F06.FR.01, F06.FR.08",
    )
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
