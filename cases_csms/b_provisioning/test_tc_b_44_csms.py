"""TC_B_44_CSMS: a CSMS goes on when a station fails to set a network connection profile.

The page validates nothing of the request itself; the CSMS must survive the answer.
"""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_B_44_CSMS")
async def test_tc_b_44_csms(fake_station: FakeStation) -> None:
    # Main
    sut, slot = fake_station.sut, fake_station.sut.configured.slot_1
    profile = sut.connection_data(
        slot, url=sut.configured.csms_url, security_profile=sut.security_profile
    )
    await fake_station.requested(
        1,
        2,
        "SetNetworkProfile",
        wish={"configurationSlot": slot.slot, "connectionData": profile},
        answer={"status": "Failed"},
        requirement="B09.FR.03",
    )
    # Post scenario: the CSMS still serves this station
    await fake_station.heartbeat("post", "post", requirement="B09.FR.03")
