"""TC_B_42_CSMS: a CSMS sets a network connection profile."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_B_42_CSMS")
async def test_tc_b_42_csms(fake_station: FakeStation) -> None:
    # Main
    sut, slot = fake_station.sut, fake_station.sut.configured.slot_1
    profile = sut.connection_data(
        slot, url=sut.configured.csms_url, security_profile=sut.security_profile
    )
    await fake_station.requested(
        1,
        2,
        "SetNetworkProfile",
        configurationSlot=slot.slot,
        connectionData=profile,
        answer={"status": "Accepted"},
        requirement="B09.FR.01",
    )
