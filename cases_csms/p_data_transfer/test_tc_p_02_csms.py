"""TC_P_02_CSMS: a CSMS does not take data of a vendor that it does not know."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation


@case("TC_P_02_CSMS")
async def test_tc_p_02_csms(fake_station: FakeStation) -> None:
    # Main
    known = fake_station.sut.configured
    sent = await fake_station.send(
        1, "DataTransfer", vendorId=known.vendor_id, messageId=known.message_id
    )
    # The page lets it be Rejected, which P02.FR.08 keeps for vendors who have agreed on it.
    refused = one_of("UnknownVendorId", "UnknownMessageId", "Rejected")
    await sent.response(2, status=refused, requirement="P02.FR.06, P02.FR.07")
