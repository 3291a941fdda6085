"""TC_E_34_CSMS: a CSMS asks whether anything is left to tell."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation


@case("TC_E_34_CSMS")
async def test_tc_e_34_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "GetTransactionStatus",
        transactionId=ABSENT,
        prefer_match=True,
        requirement="E14.FR.06",
    )
