"""TC_P_01_CS: a station does not take data of a vendor that it does not know."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS

VENDOR = "org.openchargealliance.octt"


@case("TC_P_01_CS")
async def test_tc_p_01_cs(fake_csms: FakeCSMS) -> None:
    # Main
    message = fake_csms.sut.configured.message_id
    sent = await fake_csms.send(1, "DataTransfer", vendorId=VENDOR, messageId=message)
    # The page lets it be Rejected, which P01.FR.07 keeps for vendors who have agreed on it.
    refused = one_of("UnknownVendorId", "UnknownMessageId", "Rejected")
    await sent.response(2, status=refused, requirement="P01.FR.05, P01.FR.06")
